"""All HTTP of this package, for blocking and for asynchronous programs: what the exchange asks for is done by httpx.

Nothing here decides about the protocol.
"""

from __future__ import annotations

import functools
import inspect
import socket
import ssl
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import islice
from typing import Any, TypeVar

import anyio
import anyio.to_thread
import httpx

from ._body import Source, Upload
from ._call import failure
from ._options import OnProgress, Progress
from ._steps import Inline, Threaded, finished

__all__ = ["AsyncHost", "Deadline", "DeadlinePassedError", "Host", "SyncHost", "Upload", "UploadBody"]

T = TypeVar("T")

#: A batch of any size keeps its connections; httpx closes most of them.
_CONNECTIONS = 100
_LIMITS = httpx.Limits(max_connections=_CONNECTIONS, max_keepalive_connections=_CONNECTIONS)
#: What httpx sets for a client whose owner has set nothing.
_UNSET = httpx.Timeout(5.0)
#: Pieces of a file that are read at once: in an event loop each time means to ask another thread.
_READ_AT_ONCE = 8
#: A socket takes 0 for "do not wait at all".
_SHORTEST = 0.001


@functools.cache
def certificates() -> ssl.SSLContext:
    """The authorities that are trusted; reading them takes longer than a request."""
    return httpx.create_ssl_context()


class DeadlinePassedError(Exception):
    """The time for the whole call is over."""


class Deadline:
    """When a call has to be over, and how long each of its steps may take."""

    def __init__(self, total: float | None) -> None:
        self._start = time.monotonic()
        self._total = total

    def elapsed(self) -> float:
        """Seconds since the call began."""
        return time.monotonic() - self._start

    def left(self) -> float | None:
        """Seconds until it has to be over; none without a limit."""
        return None if self._total is None else max(0.0, self._total - self.elapsed())

    def is_over(self) -> bool:
        """Whether there is no time left that a socket could be told to wait."""
        left = self.left()
        return left is not None and left < _SHORTEST

    def check(self) -> None:
        """Raise `DeadlinePassedError` once it is over."""
        if self.is_over():
            raise DeadlinePassedError


class Timeouts(dict[str, Any]):
    """The timeouts of httpx, none of which outlasts the call: it looks them up at the beginning of each step."""

    def __init__(self, timeouts: dict[str, float | None], deadline: Deadline) -> None:
        super().__init__(timeouts)
        self._deadline = deadline

    def get(self, name: str, default: Any = None, /) -> Any:
        """The timeout of a step that begins now."""
        limits = [limit for limit in (super().get(name, default), self._deadline.left()) if limit is not None]
        return max(_SHORTEST, min(limits)) if limits else None


class UploadBody(httpx.SyncByteStream, httpx.AsyncByteStream):
    """The body of a request, which tells its progress. An event loop is not held up by reading a file.

    Attributes:
        raised: what the callback raised, which is to reach its author as it is.
    """

    def __init__(self, request: httpx.Request, source: Source | None, on_progress: OnProgress | None) -> None:
        self._stream: Any = request.stream
        length = request.headers.get("Content-Length")
        self._total = None if length is None else int(length)
        self._source = source
        self._on_progress = on_progress
        self._transferred = 0
        self.raised: BaseException | None = None

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._stream:
            yield piece
            with self._blaming():
                finished(self._tell(piece))

    async def __aiter__(self) -> AsyncIterator[bytes]:
        pieces = iter(self._stream)
        while taken := await self._next(pieces):
            for piece in taken:
                yield piece
                with self._blaming():
                    told = self._tell(piece)
                    if inspect.isawaitable(told):
                        await told

    async def _next(self, pieces: Iterator[bytes]) -> list[bytes]:
        if self._source is None or self._source.in_memory:
            return list(islice(pieces, 1))
        if self._source.owned:
            return await anyio.to_thread.run_sync(_list_of, pieces, _READ_AT_ONCE)
        # A pipe of the caller's may say little, or nothing for ever, and then nobody waits for the thread.
        return await anyio.to_thread.run_sync(_list_of, pieces, 1, abandon_on_cancel=True)

    def _tell(self, piece: bytes) -> Any:
        """To be called when httpx asks for more, so that the piece is on its way."""
        self._transferred += len(piece)
        return None if self._on_progress is None else self._on_progress(Progress(self._transferred, self._total))

    @contextmanager
    def _blaming(self) -> Generator[None]:
        try:
            yield
        except Exception as error:
            self.raised = error
            raise


def _list_of(pieces: Iterator[bytes], most: int) -> list[bytes]:
    return list(islice(pieces, most))


class Host:
    """Does what an exchange asks for, through an httpx client: the caller's, or one of its own that it closes.

    The methods answer with the result, or with an awaitable of it.
    """

    def __init__(self, client: Any, owned: bool) -> None:
        self.client = client
        self.owned = owned

    def timeouts(self, described: dict[str, Any], explicit: bool) -> dict[str, float | None]:
        """The timeouts of the steps: the caller's, who set them for the client, unless this package was told others."""
        timeouts: httpx.Timeout = self.client.timeout
        if not self.owned and not explicit and timeouts != _UNSET:
            return timeouts.as_dict()
        return {
            "connect": described["connect"],
            "read": described["idle"],
            "write": described["idle"],
            # Waiting for a connection of the pool is no fault of the network: only the whole call ends it.
            "pool": None,
        }

    def blocking(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Call a function that may take its time, such as one that reads a file."""
        raise NotImplementedError

    def notify(self, function: Callable[..., Any], argument: object) -> Any:
        """Call a function of the caller's."""
        raise NotImplementedError

    def sleep(self, seconds: float) -> Any:
        """Wait."""
        raise NotImplementedError

    def send(self, request: httpx.Request, deadline: Deadline) -> Any:
        """Send a request; the answer's head is there, its body is yet to be read."""
        raise NotImplementedError

    def read(self, answer: Any) -> Any:
        """The next piece of an answer's body; empty at its end."""
        raise NotImplementedError

    def close(self, answer: Any) -> Any:
        """Be done with an answer; a connection whose answer was not read is closed."""
        raise NotImplementedError


class SyncAnswer:
    """An answer whose body is read by this thread."""

    def __init__(self, response: httpx.Response, deadline: Deadline) -> None:
        self.response = response
        self._deadline = deadline
        self._pieces = response.iter_bytes()
        # What httpx waits for each piece at most, as it stands when it begins to read.
        self._patience: float | None = response.request.extensions["timeout"].get("read")
        self._watch: threading.Timer | None = None

    def read(self) -> bytes:
        """The next piece; empty at the end."""
        self._deadline.check()
        self._watch_the_end()
        piece = next(self._pieces, b"")
        # What a cut connection leaves may look like the end.
        self._deadline.check()
        return piece

    def close(self) -> None:
        """Give the connection back."""
        if self._watch is not None:
            self._watch.cancel()
        self.response.close()

    def _watch_the_end(self) -> None:
        """Once httpx would wait for a piece beyond the end of the call, another thread cuts the connection in time."""
        left = self._deadline.left()
        if self._watch is not None or left is None or (self._patience is not None and self._patience < left):
            return
        self._watch = threading.Timer(left, _cut, (self.response,))
        self._watch.daemon = True
        self._watch.start()


def _cut(response: httpx.Response) -> None:
    stream = response.extensions.get("network_stream")
    connection = stream.get_extra_info("socket") if stream is not None else None
    if isinstance(connection, socket.socket):
        with suppress(OSError):
            # Not the method of a TLS socket, which would take its state away from the thread that reads.
            socket.socket.shutdown(connection, socket.SHUT_RDWR)


class SyncHost(Inline, Host):
    """For programs that wait."""

    @classmethod
    def of(
        cls,
        client: httpx.Client | None,
        proxy: str | None = None,
        mounts: Mapping[str, httpx.BaseTransport] | None = None,
    ) -> SyncHost:
        """Around the caller's client, or one of its own."""
        if client is None:
            return cls(_opened(httpx.Client, proxy, mounts=mounts), owned=True)
        return cls(_checked(client, httpx.Client, proxy), owned=False)

    def notify(self, function: Callable[..., Any], argument: object) -> None:
        finished(function(argument))

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    def send(self, request: httpx.Request, deadline: Deadline) -> SyncAnswer:
        deadline.check()
        # The core wrote the credentials, and they are for this address only.
        response = self.client.send(request, stream=True, auth=None, follow_redirects=False)
        return SyncAnswer(response, deadline)

    def read(self, answer: SyncAnswer) -> bytes:
        return answer.read()

    def close(self, answer: SyncAnswer) -> None:
        answer.close()


class AsyncAnswer:
    """An answer whose body is read by this task."""

    def __init__(self, response: httpx.Response, deadline: Deadline, done: Callable[[], object]) -> None:
        self.response = response
        self._deadline = deadline
        self._done = done
        self._pieces = response.aiter_bytes()

    async def read(self) -> bytes:
        """The next piece; empty at the end."""
        return await _in_time(self._deadline, self._next)

    async def close(self) -> None:
        """Give the connection back, also when the task is being cancelled."""
        try:
            with anyio.CancelScope(shield=True):
                await self.response.aclose()
        finally:
            self._done()

    async def _next(self) -> bytes:
        try:
            return await self._pieces.__anext__()
        except StopAsyncIteration:
            return b""


class AsyncHost(Threaded, Host):
    """For programs with an event loop, asyncio's or trio's."""

    def __init__(self, client: Any, owned: bool) -> None:
        super().__init__(client, owned)
        # Thousands may be begun at once, and what httpx's pool does to each grows with those that wait in it.
        self._turns = anyio.Semaphore(_CONNECTIONS) if owned else None

    @classmethod
    def of(cls, client: httpx.AsyncClient | None, proxy: str | None = None) -> AsyncHost:
        """Around the caller's client, or one of its own."""
        if client is None:
            return cls(_opened(httpx.AsyncClient, proxy), owned=True)
        return cls(_checked(client, httpx.AsyncClient, proxy), owned=False)

    async def notify(self, function: Callable[..., Any], argument: object) -> None:
        result = function(argument)
        if inspect.isawaitable(result):
            await result

    async def sleep(self, seconds: float) -> None:
        await anyio.sleep(seconds)

    async def send(self, request: httpx.Request, deadline: Deadline) -> AsyncAnswer:
        sending = functools.partial(self.client.send, request, stream=True, auth=None, follow_redirects=False)
        if self._turns is None:
            return AsyncAnswer(await _in_time(deadline, sending), deadline, lambda: None)
        await _in_time(deadline, self._turns.acquire)
        try:
            return AsyncAnswer(await _in_time(deadline, sending), deadline, self._turns.release)
        except BaseException:
            self._turns.release()
            raise

    def read(self, answer: AsyncAnswer) -> Awaitable[bytes]:
        return answer.read()

    def close(self, answer: AsyncAnswer) -> Awaitable[None]:
        return answer.close()


async def _in_time(deadline: Deadline, function: Callable[[], Awaitable[T]]) -> T:
    deadline.check()
    with anyio.move_on_after(deadline.left()):
        return await function()
    raise DeadlinePassedError


def _opened(kind: Callable[..., Any], proxy: str | None, **more: object) -> Any:
    with suppress(ValueError, httpx.InvalidURL):
        return kind(verify=certificates(), proxy=proxy, limits=_LIMITS, **more)
    # Outside of what was raised, which quotes the URL, and with it a password.
    detail = "`proxy`, or what the environment has in its place, has to be a URL such as http://127.0.0.1:8080"
    raise failure("unavailable", detail)


def _checked(client: object, kind: type[Any], proxy: str | None) -> Any:
    if not isinstance(client, kind):
        raise TypeError(f"client: an httpx.{kind.__name__} is wanted here, not {type(client).__name__}")
    if proxy is not None:
        raise TypeError("proxy: a client of your own has its own proxies; give it this one")
    return client
