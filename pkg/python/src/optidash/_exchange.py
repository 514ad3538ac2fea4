"""One call, from its description to its result: attempts, the waits between them, what is told meanwhile.

The core decides; this carries it out, in steps that a blocking and an asynchronous host can both take.
"""

from __future__ import annotations

import base64
import random
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import Any, Union, cast

import httpx

from ._body import Memory, Reader, Replacement, Sink, Source, sink_of
from ._call import Private, call, failure
from ._errors import OptidashError
from ._options import Hooks, Options, Pairs, Progress, RequestEvent, ResponseEvent, RetryEvent
from ._steps import Steps, closing
from ._transport import Deadline, DeadlinePassedError, Host, Timeouts, UploadBody

Description = dict[str, Any]
#: The JSON of the API; the methods of the clients tell its type.
Metadata = Any
#: What the API said, or where else to ask.
Outcome = tuple[Any, Union[Description, None]]


#: Bytes that are gathered before they are written: in an event loop each time means to ask another thread.
_WRITTEN_AT_ONCE = 256 << 10


class PrivateRequest(httpx.Request):
    """A request that a traceback with local variables does not show: its address may hold an API key."""

    def __repr__(self) -> str:
        return f"<Request({self.method!r})>"


class Failed(Exception):  # noqa: N818 - it never leaves this module
    """An attempt that failed.

    Attributes:
        error: what to raise if it is not repeated.
        facts: what the core decides by whether it is.
    """

    def __init__(self, error: OptidashError, **facts: object) -> None:
        super().__init__()
        self.error = error
        self.facts = facts


@contextmanager
def file_failures() -> Generator[None]:
    """Turn what the file system raises into the error of this package."""
    try:
        yield
    except OSError as error:
        raise failure("file", error) from error


class Exchange:
    """A call that is being carried out.

    Args:
        host: does what has to be done.
        hooks: whom to tell.
        describe: makes the description of an address that the answer redirects to.
        description: what the core wants to be sent. It holds the key, so it is kept in here.
        options: what the caller set for this call.
        explicit: whether the caller set timeouts, here or for the client.
    """

    def __init__(
        self,
        host: Host,
        hooks: Hooks,
        describe: Callable[[str], Description],
        description: Description,
        options: Options,
        *,
        explicit: bool,
    ) -> None:
        self._host = host
        self._hooks = hooks
        self._describe = describe
        self._description = Private(description)
        self._options = options
        self._explicit = explicit
        self._deadline = Deadline(description["timeout"]["total"])
        self._attempt = 0

    def metadata(self, source: Source | None = None) -> Steps[Metadata]:
        """Take the steps, with no image to follow."""
        return self.carry_out(source, Memory())

    def file(self, source: Source | None, target: object) -> Steps[Metadata]:
        """Take the steps, and leave the image at a path or in a stream: whole, or not at all where that can be."""
        with file_failures():
            sink = sink_of(target)
        if not isinstance(sink, Replacement):
            return (yield from self.carry_out(source, sink))
        try:
            metadata = yield from self.carry_out(source, sink)
            with file_failures():
                sink.commit()
        except BaseException:
            sink.discard()
            raise
        return metadata

    def carry_out(self, source: Source | None, sink: Sink) -> Steps[Metadata]:
        """Take the steps; the bytes of an image go into the sink."""
        while True:
            self._attempt += 1
            try:
                return (yield from self._try(source, sink))
            except Failed as failed:
                delay = self._delay(failed, source, sink)
                if delay is None:
                    raise failed.error from failed.__cause__
                error = failed.error
                error.__cause__ = failed.__cause__
            yield from self._tell_of_retry(delay, error)
            yield self._host.sleep(delay)

    def _delay(self, failed: Failed, source: Source | None, sink: Sink) -> float | None:
        """How long to wait before the next attempt; none when this was the last."""
        facts = {
            "retries": self._description["retries"],
            "repeatable": self._description["repeatable"],
            "replayable": sink.replayable and (source is None or source.replayable),
            "attempt": self._attempt,
            "elapsed": self._deadline.elapsed(),
            "total": self._description["timeout"]["total"],
            "random": random.random(),  # noqa: S311 - it spreads the load
            "now": _now(),
            **failed.facts,
        }
        decision, _ = call("retry", facts)
        return cast("float | None", decision["delay"])

    def _try(self, source: Source | None, sink: Sink) -> Steps[Metadata]:
        description: Description | None = self._description
        metadata: Metadata = None
        redirects = 0
        while description is not None:
            follows = description["redirects"] == "follow" and redirects < self._host.client.max_redirects
            metadata, description = yield from self._open_and_send(description, source, sink, follows)
            redirects += 1
        return metadata

    def _open_and_send(
        self, description: Description, source: Source | None, sink: Sink, follows: bool
    ) -> Steps[Outcome]:
        if source is None:
            request = self._request(description, None)
            return (yield from self._send(description, request, None, sink, follows))
        if source.in_memory:
            request = self._request(description, source.open())
            return (yield from self._send(description, request, source, sink, follows))
        with self._failures("connection"):
            reader = yield self._host.blocking(source.open)
        try:
            # Telling the length of a compressed file means to read it.
            request = yield self._host.blocking(self._request, description, reader)
            return (yield from self._send(description, request, source, sink, follows))
        finally:
            if source.owned:
                reader.close()

    def _request(self, description: Description, reader: Reader | None) -> httpx.Request:
        with self._failures("connection"):
            timeouts = self._host.timeouts(description["timeout"], self._explicit)
            extensions = {"timeout": Timeouts(timeouts, self._deadline)}
            arguments = _arguments(description, reader)
            request: httpx.Request = self._host.client.build_request(extensions=extensions, **arguments)
            request.__class__ = PrivateRequest
            return request

    def _send(
        self, description: Description, request: httpx.Request, source: Source | None, sink: Sink, follows: bool
    ) -> Steps[Outcome]:
        body = UploadBody(request, source, self._options.on_upload_progress)
        request.stream = body
        yield from self._tell_of_request(description)
        started = time.monotonic()
        with self._failures("connection", body):
            answer = yield self._host.send(request, self._deadline)
        duration = time.monotonic() - started
        steps = self._receive(description, answer, duration, sink, follows)
        return (yield from closing(lambda: self._host.close(answer), steps))

    def _receive(
        self, description: Description, answer: Any, duration: float, sink: Sink, follows: bool
    ) -> Steps[Outcome]:
        yield from self._tell_of_response(description, answer, duration)
        following: httpx.Request | None = answer.response.next_request
        if follows and following is not None:
            # The core judges where an answer leads to as it judged the first address.
            return None, Private(self._describe(str(following.url)))
        head = _head(answer.response, answer=description["answer"], now=_now())
        try:
            plan, _ = call("response_body", head)
            if plan["kind"] == "document":
                body = yield from self._document(answer, plan["limit"])
                plan, _ = call("response", head, body)
            else:
                yield from self._save(answer, sink)
        except OptidashError as error:
            raise Failed(error, status=head["status"], headers=head["headers"]) from error.__cause__
        return plan["metadata"], None

    def _document(self, answer: Any, limit: int) -> Steps[bytes]:
        """The whole body of an answer, which is refused as soon as it proves longer than ``limit`` bytes."""
        body = bytearray()
        while piece := (yield from self._piece(answer)):
            body += piece
            if len(body) > limit:
                error = failure("response_too_large", f"more than {limit} bytes")
                raise Failed(error, failure="response_too_large")
        return bytes(body)

    def _save(self, answer: Any, sink: Sink) -> Steps[None]:
        sink.begin()
        gathered = bytearray()
        while piece := (yield from self._piece(answer)):
            gathered += piece
            if len(gathered) >= _WRITTEN_AT_ONCE:
                yield from self._write(sink, gathered)
        if gathered:
            yield from self._write(sink, gathered)

    def _write(self, sink: Sink, gathered: bytearray) -> Steps[None]:
        data = bytes(gathered)
        gathered.clear()
        if sink.in_memory:
            sink.write(data)
            return
        with self._failures("connection"):
            yield self._host.blocking(sink.write, data)

    def _piece(self, answer: Any) -> Steps[bytes]:
        with self._failures("incomplete_body"):
            piece: bytes = yield self._host.read(answer)
        if piece and self._options.on_download_progress is not None:
            response: httpx.Response = answer.response
            length = response.headers.get("Content-Length", "")
            total = int(length) if length.isascii() and length.isdigit() else None
            progress = Progress(response.num_bytes_downloaded, total)
            yield self._host.notify(self._options.on_download_progress, progress)
        return piece

    def _tell_of_request(self, description: Description) -> Steps[None]:
        if self._hooks.request is not None:
            observed = description["observed"]
            event = RequestEvent(observed["method"], observed["url"], _pairs(observed["headers"]), self._attempt)
            yield self._host.notify(self._hooks.request, event)

    def _tell_of_response(self, description: Description, answer: Any, duration: float) -> Steps[None]:
        if self._hooks.response is not None:
            method, url = description["observed"]["method"], description["observed"]["url"]
            observed, _ = call("observed_response", _head(answer.response))
            headers = _pairs(observed["headers"])
            event = ResponseEvent(method, url, observed["status"], headers, self._attempt, duration)
            yield self._host.notify(self._hooks.response, event)

    def _tell_of_retry(self, delay: float, error: OptidashError) -> Steps[None]:
        if self._hooks.retry is not None:
            observed = self._description["observed"]
            event = RetryEvent(observed["method"], observed["url"], self._attempt, delay, error)
            yield self._host.notify(self._hooks.retry, event)

    @contextmanager
    def _failures(self, broken: str, body: UploadBody | None = None) -> Generator[None]:
        """Turn what httpx and the file system raise into a failed attempt.

        Args:
            broken: what a broken connection means here, ``connection`` or ``incomplete_body``.
            body: what is being sent; what the caller's own function raises there is let through.
        """
        try:
            yield
        except Exception as error:
            if body is not None and error is body.raised:
                raise
            failed = self._failed(error, broken)
            if failed is None:
                raise
            is_shown = not isinstance(error, DeadlinePassedError) and self._shown(error) == str(error)
            raise failed from (error if is_shown else None)

    def _failed(self, error: Exception, broken: str) -> Failed | None:
        if isinstance(error, DeadlinePassedError) or (isinstance(error, httpx.HTTPError) and self._deadline.is_over()):
            return Failed(failure("timeout", "", phase="total"), failure="timeout")
        for kinds, kind, phase, fact in _FAILURES:
            if isinstance(error, kinds):
                return Failed(failure(kind or broken, self._shown(error), **phase), failure=fact or broken)
        return None

    def _shown(self, error: Exception) -> str:
        """What it says, without what is secret in the request: a client of the caller's may quote that."""
        text = str(error)
        for secret, shown in _secrets(self._description):
            text = text.replace(secret, shown)
        return text


#: What is raised, the core's name for it, the phase of a timeout, and what the core decides about repeating by.
_FAILURES: tuple[tuple[tuple[type[Exception], ...], str | None, dict[str, str], str | None], ...] = (
    ((httpx.ConnectTimeout, httpx.PoolTimeout), "timeout", {"phase": "connect"}, "connect"),
    ((httpx.TimeoutException,), "timeout", {"phase": "idle"}, "timeout"),
    ((httpx.ConnectError, httpx.ProxyError, httpx.UnsupportedProtocol, httpx.InvalidURL), "connect", {}, "connect"),
    # A file that grew or shrank while it was sent.
    ((httpx.LocalProtocolError,), "file", {}, "file"),
    ((httpx.HTTPError, httpx.StreamError), None, {}, None),
    ((OSError,), "file", {}, "file"),
)


def _arguments(description: Description, reader: Reader | None) -> dict[str, Any]:
    """Translate a description of the core into the arguments of ``build_request``."""
    body = _body_arguments(description["body"] or {}, reader)
    # Answers are short or images: compression would gain nothing, and could be used to exhaust memory.
    headers = [("Accept-Encoding", "identity"), *map(tuple, description["headers"])]
    return Private(method=description["method"], url=description["url"], headers=headers, **body)


def _body_arguments(body: dict[str, Any], reader: Reader | None) -> dict[str, Any]:
    if "multipart" in body:
        if reader is None:
            raise failure("file", "what was given is neither a path nor bytes nor a file in binary mode")
        parts = ((name, _part(part, reader)) for name, part in body["multipart"].items())
        return {"files": list(parts)}
    return {"content": body["json"].encode()} if "json" in body else {}


def _part(part: str | dict[str, str], reader: Reader) -> tuple[Any, ...]:
    return (None, part) if isinstance(part, str) else (part["name"], reader, part["content_type"])


def _secrets(description: Description) -> Iterator[tuple[str, str]]:
    """What must not be seen of a request, and what may be seen in its place."""
    url, observed = description["url"], description["observed"]["url"]
    if url != observed:
        yield from ((url, observed), (httpx.URL(url).raw_path.decode(), httpx.URL(observed).raw_path.decode()))
    for name, value in description["headers"]:
        if name == "Authorization":
            scheme, _, token = value.partition(" ")
            yield token, "***"
            if scheme == "Basic":
                yield base64.b64decode(token).decode().rstrip(":"), "***"


def _head(response: httpx.Response, **more: object) -> Private:
    return Private(status=response.status_code, headers=response.headers.multi_items(), **more)


def _now() -> int:
    """Seconds since 1970."""
    return int(time.time())


def _pairs(headers: list[list[str]]) -> Pairs:
    return tuple((name, value) for name, value in headers)
