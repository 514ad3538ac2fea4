"""All HTTP of this package: what the core describes goes out, what comes back goes to the core.

Nothing here decides about the protocol.
"""

from __future__ import annotations

import errno
import functools
import io
import os
import secrets
import shutil
import ssl
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Any, Union, cast

import httpx

from ._call import call
from ._errors import OptidashError

Description = dict[str, Any]
Metadata = dict[str, Any]
#: What `upload` sends: the path of a file, bytes, or a file object in binary mode.
Upload = Union[bytes, Path, IO[bytes]]

#: Long enough for the API to work on a large picture before it answers; a caller's own client has its own.
TIMEOUT = httpx.Timeout(60.0, connect=10.0)


@functools.cache
def certificates() -> ssl.SSLContext:
    """The authorities that are trusted; reading them takes longer than a request."""
    return httpx.create_ssl_context()


def request_arguments(description: Description, file: Reader | None) -> dict[str, Any]:
    """Translate a description of the core into the arguments of ``httpx.Client.build_request``."""
    arguments: dict[str, Any] = {key: description[key] for key in ("method", "url")}
    # Answers are short or images: compression would gain nothing, and could be used to exhaust memory.
    arguments["headers"] = [("Accept-Encoding", "identity"), *map(tuple, description["headers"])]
    body: dict[str, Any] = description["body"] or {}
    if "json" in body:
        arguments["content"] = body["json"].encode()
    if "multipart" in body:
        arguments["files"] = [(name, _part(part, file)) for name, part in body["multipart"].items()]
    return arguments


def _part(part: str | dict[str, str], file: Reader | None) -> tuple[Any, ...]:
    if isinstance(part, str):
        return (None, part)
    if file is None:
        raise failure("file", "what was given is neither a path nor bytes nor a file in binary mode")
    return (part["name"], file, part["content_type"])


@contextmanager
def failures_of(phase: str) -> Generator[None]:
    """Turn what httpx and the file system raise into the errors of this package.

    Args:
        phase: what a broken connection means here, ``connection`` or ``incomplete_body``.
    """
    try:
        yield
    except httpx.TimeoutException as error:
        raise failure("timeout", error) from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise failure(phase, error) from error
    except OSError as error:
        raise failure("file", error) from error


def failure(kind: str, detail: object) -> OptidashError:
    """The core's error for a failed transport."""
    try:
        call("transport_error", {"kind": kind, "detail": str(detail)})
    except OptidashError as error:
        return error
    raise AssertionError("transport_error always answers with an error")


def body_of(response: httpx.Response) -> Iterator[bytes]:
    """The body of a response, as it arrives."""
    with failures_of("incomplete_body"):
        yield from response.iter_bytes()


def limited_body_of(response: httpx.Response, limit: int) -> bytes:
    """The whole body of a response, which is refused as soon as it proves longer than ``limit`` bytes."""
    body = bytearray()
    for chunk in body_of(response):
        body += chunk
        if len(body) > limit:
            raise failure("response_too_large", f"more than {limit} bytes")
    return bytes(body)


@contextmanager
def opened(upload: Upload | None) -> Generator[Reader | None]:
    """What an upload reads from; only a file opened here is closed here."""
    if upload is None:
        yield None
    elif isinstance(upload, bytes):
        yield Reader(io.BytesIO(upload))
    elif isinstance(upload, Path):
        with upload.open("rb") as file:
            yield Reader(file)
    else:
        yield Reader(upload)


@contextmanager
def replacement_of(path: Path) -> Generator[IO[bytes]]:
    """A new file beside ``path`` that takes its place on success and vanishes on failure."""
    target = Path(os.path.realpath(path))
    part = target.with_name(f".optidash-{secrets.token_hex(8)}.part")
    with failures_of("file"):
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        output = part.open("xb")
        try:
            with output:
                yield output
            if target.exists():
                shutil.copymode(target, part)
            part.replace(target)
        except BaseException:
            part.unlink(missing_ok=True)
            raise


class Reader:
    """A file object as httpx needs it: read from its beginning, and as long as it can be sought through.

    It has no ``fileno``: the size of the file below is not the length of what a pipe or a decompressing reader yields.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.read = file.read

    def tell(self) -> int:
        return self.seek(0, os.SEEK_CUR)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        try:
            self._file.seek(offset, whence)
            return self._file.tell()
        except (AttributeError, OSError, ValueError) as error:
            raise io.UnsupportedOperation(str(error)) from error


class Transport:
    """Sends requests through an ``httpx.Client``: the caller's, or one of its own that it closes."""

    def __init__(self, client: httpx.Client | None = None) -> None:
        self._owned = client is None
        self._client = client or httpx.Client(verify=certificates(), timeout=TIMEOUT)

    def close(self) -> None:
        """Close the connections, unless they are the caller's."""
        if self._owned:
            self._client.close()

    def metadata(self, description: Description, upload: Upload | None = None) -> Metadata:
        """Send a request and return the JSON of the answer."""
        with self._exchange(description, upload) as answer:
            return answer.metadata()

    def buffer(self, description: Description, upload: Upload | None) -> tuple[Metadata, bytes]:
        """Send a request and return the metadata and the image of the answer."""
        with self._exchange(description, upload) as answer:
            return answer.metadata(), b"".join(body_of(answer.response))

    def file(self, description: Description, upload: Upload | None, path: Path) -> Metadata:
        """Send a request, save the image of the answer, and return its metadata."""
        with replacement_of(path) as output, self._exchange(description, upload) as answer:
            metadata = answer.metadata()
            for chunk in body_of(answer.response):
                output.write(chunk)
            return metadata

    @contextmanager
    def _exchange(self, description: Description, upload: Upload | None) -> Generator[Answer]:
        with failures_of("connection"), opened(upload) as file:
            request = self._client.build_request(**request_arguments(description, file))
            # The core wrote the credentials, and they are for this address only.
            response = self._client.send(request, stream=True, auth=None, follow_redirects=False)
            with closing(response):
                yield Answer(response, description["binary"])


class Answer:
    """A response whose head has arrived."""

    def __init__(self, response: httpx.Response, binary: bool) -> None:
        self.response = response
        headers = response.headers.multi_items()
        self._head = {"status": response.status_code, "headers": headers, "binary": binary}

    def metadata(self) -> Metadata:
        """What the core reads in the response; an image that was asked for stays to be read."""
        plan, _ = call("response_body", self._head)
        if plan["kind"] == "image":
            return cast("Metadata", plan["metadata"])
        document, _ = call("response", self._head, limited_body_of(self.response, plan["limit"]))
        return cast("Metadata", document["metadata"])
