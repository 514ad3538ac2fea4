"""What can be set for a client or for one call, and what a caller is told meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Optional, TypedDict, Union

if TYPE_CHECKING:
    from ._errors import OptidashError

Pairs = tuple[tuple[str, str], ...]


class Timeouts(TypedDict, total=False):
    """Limits in seconds. What is left out keeps its default; ``None`` is no limit."""

    connect: Optional[float]  # noqa: UP045
    """Until the connection stands."""

    idle: Optional[float]  # noqa: UP045
    """While no byte moves in either direction, the API's thinking included."""

    total: Optional[float]  # noqa: UP045
    """The whole call: every attempt and the waits between them, to the last byte."""


#: A number of seconds is the total.
Timeout = Union[float, Timeouts]


class Progress(NamedTuple):
    """How far the body of a request or of an answer has come, in bytes.

    Attributes:
        transferred: what has been sent or received. It begins anew when a request is repeated.
        total: all there is, if that is known.
    """

    transferred: int
    total: int | None


#: `AsyncOptidash` awaits coroutine functions.
OnProgress = Callable[[Progress], object]


class CallOptions(TypedDict, total=False):
    """The keyword arguments of every method that sends a request."""

    timeout: Timeout
    """Seconds for the whole call, or ``connect``, ``idle`` and ``total``; they win over the client's."""

    retries: int
    """How often the request is repeated at most; it wins over the client's."""

    on_upload_progress: OnProgress
    """Called with `Progress` whenever a piece of the request has been sent."""

    on_download_progress: OnProgress
    """Called with `Progress` whenever a piece of the answer has arrived."""


@dataclass(frozen=True)
class Options:
    """The options of one call; an argument that is none of them is a `TypeError`."""

    timeout: Timeout | None = None
    retries: int | None = None
    on_upload_progress: OnProgress | None = None
    on_download_progress: OnProgress | None = None

    def document(self) -> dict[str, Any]:
        """Those that the core decides about."""
        options = {"timeout": self.timeout, "retries": self.retries}
        return {name: value for name, value in options.items() if value is not None}


@dataclass(frozen=True)
class RequestEvent:
    """A request that is about to be sent.

    Attributes:
        method: the HTTP method.
        url: the address, without secrets.
        headers: the headers, without secrets.
        attempt: 1 for the first, 2 for the first repetition.
    """

    method: str
    url: str
    headers: Pairs
    attempt: int


@dataclass(frozen=True)
class ResponseEvent:
    """An answer whose head has arrived.

    Attributes:
        method: the HTTP method of the request.
        url: the address, without secrets.
        status: the HTTP status.
        headers: the headers, without secrets.
        attempt: 1 for the first, 2 for the first repetition.
        duration: seconds since the request was begun.
    """

    method: str
    url: str
    status: int
    headers: Pairs
    attempt: int
    duration: float


@dataclass(frozen=True)
class RetryEvent:
    """A request that is going to be repeated.

    Attributes:
        method: the HTTP method.
        url: the address, without secrets.
        attempt: the attempt that failed.
        delay: seconds until the next one.
        error: what it failed with.
    """

    method: str
    url: str
    attempt: int
    delay: float
    error: OptidashError


@dataclass(frozen=True)
class Hooks:
    """Functions that observe what a client sends, for logs and metrics; `AsyncOptidash` awaits coroutine functions.

    No secret comes to them. One that raises makes the call fail with what it raised.

    Attributes:
        request: called before each attempt.
        response: called when the head of an answer has arrived.
        retry: called when an attempt has failed and another will follow.
    """

    request: Callable[[RequestEvent], object] | None = None
    response: Callable[[ResponseEvent], object] | None = None
    retry: Callable[[RetryEvent], object] | None = None
