"""For your own tests: requests as the API would send them."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any, TypedDict
from urllib.parse import unquote_to_bytes, urlsplit, urlunsplit

from ._call import call
from ._receiver import Notification, Receiver

if TYPE_CHECKING:
    from typing_extensions import Unpack


class Sample(TypedDict, total=False):
    """What an example of a notification says; everything has a default.

    Attributes:
        id: the id of the request; a random one unless told.
        success: whether the image was processed; true unless told.
        code: the status; 200 for a success and 422 for a failure unless told.
        message: what went wrong, for a failure.
        input: attributes of the original image that shall differ from the example's.
        output: attributes of the processed image that shall differ from the example's.
        more: more fields of the notification.
    """

    id: str
    success: bool
    code: int
    message: str
    input: Mapping[str, Any]
    output: Mapping[str, Any]
    more: Mapping[str, Any]


@dataclass(frozen=True)
class NotificationRequest:
    """A request with a notification, as `Receiver.receive` or an HTTP client takes it.

    Attributes:
        method: the HTTP method.
        url: the URL that is asked for, without credentials.
        address: an address that the API sends from.
        headers: the headers, with the credentials of the endpoint.
        body: the raw body.
    """

    method: str
    url: str
    address: str
    headers: dict[str, str]
    body: bytes


def notification_request(
    endpoint: str = "https://www.website.com/endpoint",
    *,
    receiver: Receiver | None = None,
    address: str | None = None,
    headers: Mapping[str, str] | None = None,
    **notification: Unpack[Sample],
) -> NotificationRequest:
    """Build the request that the API would notify an endpoint with.

    Args:
        endpoint: the URL of the webhook as you would give it to the API, with its user name and password, or one that
            `Receiver.endpoint` has signed.
        receiver: whom it is for; it then comes from an address that this receiver takes notifications from.
        address: the address that it comes from.
        headers: headers beside its own, such as the one in which a trusted proxy names the sender.
        notification: what it says, see `Sample`.
    """
    url = urlsplit(endpoint)
    credentials, separator, host = url.netloc.rpartition("@")
    own = {"Content-Type": "application/json"}
    if separator:
        user, _, password = credentials.partition(":")
        pair = unquote_to_bytes(user) + b":" + unquote_to_bytes(password)
        own["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
    if address is None:
        address = str(next(iter(ip_network((receiver or Receiver()).networks[0]))))
    bare = urlunsplit(url._replace(netloc=host))
    return NotificationRequest("POST", bare, address, {**own, **(headers or {})}, _body(notification))


def sample_notification(**notification: Unpack[Sample]) -> Notification:
    """Build a notification, to call your own function with.

    Args:
        notification: what it says, see `Sample`.
    """
    answer, _ = call("notification", {}, _body(notification))
    return Notification(**answer["notification"])


def _body(sample: Sample) -> bytes:
    success = sample.get("success", True)
    outcome: dict[str, Any] = {"message": sample.get("message", "the image could not be downloaded")}
    if success:
        outcome = {"input": {**_INPUT, **sample.get("input", {})}, "output": {**_OUTPUT, **sample.get("output", {})}}
    metadata = {
        "success": success,
        "code": sample.get("code", 200 if success else 422),
        "id": sample.get("id") or str(uuid.uuid4()),
        **outcome,
        **sample.get("more", {}),
    }
    return json.dumps(metadata).encode()


_INPUT = {
    "name": "image.jpg",
    "format": "JPEG",
    "width": 640,
    "height": 480,
    "colorspace": "YCbCr",
    "interlaced": False,
    "sampling": "4:2:2",
    "depth": 24,
    "quality": 95,
    "bytes": 85285,
    "sha1": "a3f4b1c2d5e60718293a4b5c6d7e8f9001122334",
}
_OUTPUT = {
    **_INPUT,
    "url": "https://s3.optidash.ai/temp/9fccf4b5-cfab-4e92-9276-5d2028fcb6a0/image.jpg",
    "width": 100,
    "height": 75,
    "interlaced": True,
    "sampling": "4:2:0",
    "quality": 85,
    "bytes": 3472,
    "sha1": "b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7",
}
