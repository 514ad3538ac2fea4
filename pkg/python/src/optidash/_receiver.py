"""The receiving end of a webhook: a request comes in, a notification or a rejection comes out."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Union, cast

from ._call import call

if TYPE_CHECKING:
    from typing_extensions import Literal

    from ._answers import ImageMetadata, Metadata, OutputMetadata, RejectionReason

Text = Union[str, bytes]
Headers = Union[Mapping[str, str], Mapping[bytes, bytes], Iterable[tuple[Text, Text]]]

_NONCE_BYTES = 16


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
        context: with a signed endpoint, the context that it was made with.
        nonce: with a signed endpoint, what tells it from every other.
        accepted: true, to tell it from a `Rejection`.
    """

    id: str
    success: bool
    code: int | None
    message: str | None
    input: ImageMetadata | None
    output: OutputMetadata | None
    metadata: Metadata
    context: str | None = None
    nonce: str | None = None
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

    reason: RejectionReason
    status: int
    message: str
    headers: tuple[tuple[str, str], ...] = ()
    accepted: Literal[False] = field(default=False, init=False)


class Receiver:
    """Decides whether a request is a genuine notification of the API.

    Args:
        endpoint: the URL of the webhook as you gave it to the API; the user name and password in it are then required.
            Several are accepted at once while a password is being changed.
        secret: what signs endpoints; with one, only notifications to signed endpoints are accepted. Of several, the
            first signs and all are accepted.
        networks: where notifications come from, if not from the API's documented addresses.
        trusted_proxies: which proxies are believed about the sender: ``{"networks": [...]}``, ``{"hops": 1}`` or
            ``{"header": "CF-Connecting-IP"}``. None is, unless it is named.
        max_body: how many bytes the body may have.
        deadline: after how many seconds to answer while your handler runs on.

    Raises:
        ValidationError: for a setting that cannot be one.
    """

    __slots__ = ("_settings", "deadline", "max_body", "networks", "retention")

    def __init__(
        self,
        *,
        endpoint: str | Sequence[str] | None = None,
        secret: str | Sequence[str] | None = None,
        networks: str | Sequence[str] | None = None,
        trusted_proxies: Mapping[str, Any] | None = None,
        max_body: int | None = None,
        deadline: float | None = None,
    ) -> None:
        settings = {
            "endpoint": endpoint,
            "secret": secret,
            "networks": networks,
            "trusted_proxies": trusted_proxies,
            "max_body": max_body,
            "deadline": deadline,
        }
        self._settings = {name: value for name, value in settings.items() if value is not None}
        normalized, _ = call("receiver", self._settings)
        #: The networks that notifications are accepted from.
        self.networks: list[str] = normalized["networks"]
        #: How many bytes a body may have: read no more than one byte beyond it.
        self.max_body: int = normalized["max_body"]
        #: After how many seconds to answer while a handler runs on.
        self.deadline: float = normalized["deadline"]
        #: For how many seconds the API keeps its history, and so an id may come again.
        self.retention: int = normalized["retention"]

    def __repr__(self) -> str:
        return f"<optidash.Receiver networks={self.networks} max_body={self.max_body}>"

    def status_for(self, outcome: Literal["handled", "queued", "running", "duplicate", "failed"]) -> int:
        """The HTTP status to answer an accepted notification with.

        Args:
            outcome: what became of it: ``running`` when the deadline passed, ``duplicate`` when its id was seen before.
        """
        answer, _ = call("outcome", {"outcome": outcome})
        return cast("int", answer["status"])

    def endpoint(
        self,
        url: str,
        *,
        context: str | None = None,
        ttl: int | None = None,
        placement: Literal["password", "query"] | None = None,
        now: float | None = None,
        nonce: bytes | None = None,
    ) -> str:
        """Make a webhook URL that proves itself: give it to the API, and its notification is known to be genuine.

        Args:
            url: the address of your endpoint, without credentials.
            context: something of your own that comes back with the notification, such as the id of an order.
            ttl: for how many seconds it is good; eight days unless told.
            placement: where in the URL the token stands, as the ``password`` or in the ``query``.
            now: the time to count from, in seconds since 1970; the present one unless told.
            nonce: 16 bytes that were never used before; random ones unless told.

        Raises:
            ValidationError: for a receiver without a secret, and what cannot be signed.
        """
        given = {"url": url, "context": context, "ttl": ttl, "placement": placement}
        options = {name: value for name, value in given.items() if value is not None}
        document = {"settings": self._settings, "options": options, "now": _seconds(now)}
        answer, _ = call("endpoint", document, secrets.token_bytes(_NONCE_BYTES) if nonce is None else nonce)
        return cast("str", answer["url"])

    def receive(
        self,
        *,
        method: str,
        address: str | None,
        headers: Headers,
        body: bytes | bytearray | memoryview,
        url: str | None = None,
        expect: str | Sequence[str] | None = None,
        now: float | None = None,
    ) -> Notification | Rejection:
        """Judge a request.

        Args:
            method: the HTTP method.
            address: the IP address of the peer, from the socket; none if the platform has none.
            headers: the headers, as a mapping or as pairs.
            body: the body as it came, before anything parsed it.
            url: the URL that was asked for. Signed endpoints need it if the receiver has no ``endpoint``, or if the
                token stands in the query.
            expect: the id, or the ids, that you wait for; any id is accepted without it.
            now: the time to judge signed endpoints by, in seconds since 1970; the present one unless told.

        Raises:
            ValidationError: for what is no request; never for what a request holds.
        """
        request = _request_of(method, address, headers, url)
        document = {"settings": self._settings, "request": request, "expect": expect, "now": _seconds(now)}
        answer, _ = call("receive", document, body)
        if "notification" in answer:
            return Notification(**answer["notification"])
        return _rejection_of(answer["rejection"])

    def receive_head(
        self,
        *,
        method: str,
        address: str | None,
        headers: Headers,
        url: str | None = None,
        now: float | None = None,
    ) -> Rejection | None:
        """Judge a request by what comes before its body, so that nobody but the API gets a body read.

        Args:
            method: the HTTP method.
            address: the IP address of the peer, from the socket; none if the platform has none.
            headers: the headers, as a mapping or as pairs; a declared length is judged too.
            url: the URL that was asked for.
            now: the time to judge signed endpoints by, in seconds since 1970; the present one unless told.

        Returns:
            What speaks against the request; nothing when the body is to be read and judged by `receive`.

        Raises:
            ValidationError: for what is no request; never for what a request holds.
        """
        request = _request_of(method, address, headers, url)
        answer, _ = call("receive_head", {"settings": self._settings, "request": request, "now": _seconds(now)})
        return _rejection_of(answer["rejection"]) if answer["rejection"] else None


def _request_of(method: str, address: str | None, headers: Headers, url: str | None) -> dict[str, object]:
    return {"method": _text(method), "address": _text(address), "headers": _pairs_of(headers), "url": _text(url)}


def _rejection_of(document: dict[str, Any]) -> Rejection:
    rejection = Rejection(**document)
    return replace(rejection, headers=tuple((name, value) for name, value in rejection.headers))


def _seconds(now: float | None) -> int:
    return int(time.time() if now is None else now)


def _pairs_of(headers: Any) -> list[tuple[object, object]]:
    pairs = headers.items() if hasattr(headers, "items") else headers
    return [(_text(name), _text(value)) for name, value in pairs]


def _text(value: object) -> object:
    if isinstance(value, bytes):
        # HTTP's own encoding: every byte is a character.
        return value.decode("latin-1")
    # Some servers keep bytes outside UTF-8 as lone surrogates, which JSON has no place for.
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
