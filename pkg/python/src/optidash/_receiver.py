"""The receiving end of a webhook: a request comes in, a notification or a rejection comes out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Union

from ._call import call

if TYPE_CHECKING:
    from typing_extensions import Literal

Text = Union[str, bytes]
Headers = Union[Mapping[str, str], Mapping[bytes, bytes], Iterable[tuple[Text, Text]]]


@dataclass(frozen=True)
class Notification:
    """A genuine notification.

    Attributes:
        id: the id that the API answered the request with.
        success: whether the image was processed.
        code: the HTTP status that the request would have had, if the notification says so.
        message: what went wrong, when it did.
        input: what the API says about the original image.
        output: what the API says about the processed image, with its ``url``.
        metadata: the whole JSON of the notification.
        accepted: true, to tell it from a `Rejection`.
    """

    id: str
    success: bool
    code: int | None
    message: str | None
    input: dict[str, Any] | None
    output: dict[str, Any] | None
    metadata: dict[str, Any]
    accepted: Literal[True] = field(default=True, init=False)


@dataclass(frozen=True)
class Rejection:
    """A request that is not to be believed, and what to answer it with.

    Attributes:
        reason: a stable name to program against, such as ``untrusted_address``.
        status: the HTTP status to answer with.
        message: an explanation for your log.
        headers: the headers to answer with, as pairs.
        accepted: false, to tell it from a `Notification`.
    """

    reason: str
    status: int
    message: str
    headers: tuple[tuple[str, str], ...] = ()
    accepted: Literal[False] = field(default=False, init=False)


class Receiver:
    """Decides whether a request is a genuine notification of the API.

    Args:
        endpoint: the URL of the webhook as you gave it to the API; the user name and password in it are then required.
            Several are accepted at once while a password is being changed.
        networks: where notifications come from, if not from the API's documented addresses.
        trusted_proxies: which proxies are believed about the sender: ``{"networks": [...]}``, ``{"hops": 1}`` or
            ``{"header": "CF-Connecting-IP"}``. None is, unless it is named.
        max_body: how many bytes the body may have.

    Raises:
        ValidationError: for a setting that cannot be one.
    """

    __slots__ = ("_settings", "max_body", "networks")

    def __init__(
        self,
        *,
        endpoint: str | Sequence[str] | None = None,
        networks: str | Sequence[str] | None = None,
        trusted_proxies: Mapping[str, Any] | None = None,
        max_body: int | None = None,
    ) -> None:
        settings = {
            "endpoint": endpoint,
            "networks": networks,
            "trusted_proxies": trusted_proxies,
            "max_body": max_body,
        }
        self._settings = {name: value for name, value in settings.items() if value is not None}
        normalized, _ = call("receiver", self._settings)
        #: The networks that notifications are accepted from.
        self.networks: list[str] = normalized["networks"]
        #: How many bytes a body may have: read no more than one byte beyond it.
        self.max_body: int = normalized["max_body"]

    def __repr__(self) -> str:
        return f"<optidash.Receiver networks={self.networks} max_body={self.max_body}>"

    def receive(
        self,
        *,
        method: str,
        address: str | None,
        headers: Headers,
        body: bytes | bytearray | memoryview,
        expect: str | Sequence[str] | None = None,
    ) -> Notification | Rejection:
        """Judge a request.

        Args:
            method: the HTTP method.
            address: the IP address of the peer, from the socket; none if the platform has none.
            headers: the headers, as a mapping or as pairs.
            body: the body as it came, before anything parsed it.
            expect: the id, or the ids, that you wait for; any id is accepted without it.
        """
        request = {"method": method, "address": address, "headers": _pairs_of(headers)}
        document: dict[str, object] = {"settings": self._settings, "request": request}
        if expect is not None:
            document["expect"] = expect
        answer, _ = call("receive", document, body)
        if "notification" in answer:
            return Notification(**answer["notification"])
        rejection = Rejection(**answer["rejection"])
        return replace(rejection, headers=tuple((name, value) for name, value in rejection.headers))


def _pairs_of(headers: Any) -> list[tuple[str, str]]:
    pairs = headers.items() if hasattr(headers, "items") else headers
    return [(_text(name), _text(value)) for name, value in pairs]


def _text(value: Text) -> str:
    # HTTP's own encoding: every byte is a character.
    return value.decode("latin-1") if isinstance(value, bytes) else value
