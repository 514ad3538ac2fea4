"""A request as a value: each method returns a new one, and nothing is sent before it is asked for."""

from __future__ import annotations

import inspect
import io
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Union, cast

from ._answers import Metadata
from ._api import Api
from ._body import Source, Upload
from ._call import Private
from ._exchange import Description
from ._operations import Built, Filter, OperationMethods, merged
from ._options import CallOptions, Options
from ._steps import run, run_async

if TYPE_CHECKING:
    from typing_extensions import Literal, Unpack

    from ._body import Writable

Bytes = Union[bytes, bytearray, memoryview]

#: A step of a chain as the core reads it: the name of a source or an operation, and its arguments.
Step = tuple[object, ...]


@dataclass(frozen=True)
class Image:
    """An image that the API answered with.

    Attributes:
        metadata: the API's JSON about the input and the output.
        data: the image itself.
    """

    metadata: Metadata
    data: bytes


@dataclass(frozen=True, repr=False)
class Chain:
    """The steps of a request so far, and what it uploads. Not printable: the arguments may hold secrets."""

    steps: tuple[Step, ...] = ()
    source: Source | None = None

    def then(self, name: str, arguments: tuple[object, ...], upload: Upload | None) -> Chain:
        """The chain with one more step."""
        step: Step = (name, *(_snapshot(argument) for argument in arguments))
        return Chain((*self.steps, step), self.source if upload is None else Source.of(upload))

    def document(self, response: str) -> dict[str, object]:
        """What the core makes a request of."""
        return Private(calls=self.steps, response=response)


class Builder(OperationMethods[Built]):
    """The steps that a request is built from; each returns what it makes of the builder and one more step."""

    __slots__ = ()

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Built:
        """Take the image from a public URL, which is sent exactly as written.

        Args:
            url: the address of the image; it may carry Basic Auth credentials.
            headers: what the API adds to its own request when it downloads the image.
        """
        return self._step("fetch", (url,) if headers is None else (url, {"headers": headers}))

    def upload(self, file: str | os.PathLike[str] | Bytes | IO[bytes], name: str | None = None) -> Built:
        """Send the image along with the request, in constant memory.

        Args:
            file: the path of a file, the bytes of an image, or a file object in binary mode. A file object that can
                be rewound is sent from its beginning; it is not closed.
            name: the name of the file, if not the one it has.
        """
        upload = _upload_of(file)
        name = _name_of(upload) if name is None else name
        step: object = {} if name is None else {"name": name}
        if upload is None and isinstance(file, (type(None), int, float)):
            # The core's error tells what it is. Other objects cannot be told to it; there is nothing to read from them.
            step = file
        return self._step("upload", (step,), upload)

    def stylize(self, attributes: Filter | Mapping[str, Any] = {}, /, **more: Unpack[Filter]) -> Built:  # noqa: B006
        """Apply a filter, under the operation's old name."""
        return self._step("stylize", (merged("stylize", attributes, more),))

    def operation(self, name: str, attributes: Mapping[str, Any]) -> Built:
        """Apply an operation by name, such as one that is newer than this package."""
        return self._step(name, (attributes,))


class _Unsent(Builder[Built]):
    """What both kinds of request have in common."""

    __slots__ = ("_api", "_chain")

    def __init__(self, chain: Chain, api: Api) -> None:
        self._chain = chain
        self._api = api

    def __repr__(self) -> str:
        # The arguments may hold passwords; the names of the steps do not.
        names = (str(step[0]) for step in self._chain.steps)
        return f"<optidash.{type(self).__name__} {' '.join(names)}>"

    def to_request(self, response: Literal["json", "file", "buffer"] = "json") -> Description:
        """Describe the HTTP request without sending it: ``method``, ``url``, ``headers`` (with the key) and ``body``.

        Raises:
            ValidationError: for what the API would not accept.
        """
        return self._api.describe("request", self._chain.document(response))


class Request(_Unsent["Request"]):
    """A request that has not been sent. It never changes, so it can be kept, shared and sent again."""

    __slots__ = ()

    def to_json(self, **options: Unpack[CallOptions]) -> Metadata:
        """Send the request and return the API's JSON.

        Args:
            options: ``timeout``, ``retries``, ``on_upload_progress`` and ``on_download_progress`` for this call.

        Raises:
            OptidashError: the class that fits what went wrong.
        """
        steps = self._api.metadata(self._chain.document("json"), self._chain.source, Options(**options))
        metadata: Metadata = run(steps)
        return metadata

    def to_file(self, target: str | os.PathLike[str] | Writable, **options: Unpack[CallOptions]) -> Metadata:
        """Send the request, stream the image to a file, and return the API's JSON.

        Args:
            target: a path, where the file appears when it is complete, and on failure whatever was there before is
                still there; or a file object in binary mode.
            options: ``timeout``, ``retries``, ``on_upload_progress`` and ``on_download_progress`` for this call.

        Raises:
            OptidashError: the class that fits what went wrong.
        """
        steps = self._api.file(self._chain.document("file"), self._chain.source, target, Options(**options))
        metadata: Metadata = run(steps)
        return metadata

    def to_buffer(self, **options: Unpack[CallOptions]) -> Image:
        """Send the request and return the API's JSON and the image.

        Args:
            options: ``timeout``, ``retries``, ``on_upload_progress`` and ``on_download_progress`` for this call.

        Raises:
            OptidashError: the class that fits what went wrong.
        """
        return Image(*run(self._api.buffer(self._chain.document("buffer"), self._chain.source, Options(**options))))

    def _step(self, name: str, arguments: tuple[object, ...], upload: Upload | None = None) -> Request:
        return Request(self._chain.then(name, arguments, upload), self._api)


class AsyncRequest(_Unsent["AsyncRequest"]):
    """A `Request` whose ends are awaited."""

    __slots__ = ()

    async def to_json(self, **options: Unpack[CallOptions]) -> Metadata:
        """Send the request and return the API's JSON, as `Request.to_json` does."""
        steps = self._api.metadata(self._chain.document("json"), self._chain.source, Options(**options))
        metadata: Metadata = await run_async(steps)
        return metadata

    async def to_file(self, target: str | os.PathLike[str] | Writable, **options: Unpack[CallOptions]) -> Metadata:
        """Send the request, stream the image to a file, and return the API's JSON, as `Request.to_file` does.

        The ``write`` of a file object may be a coroutine function. A cancelled call leaves no file.
        """
        steps = self._api.file(self._chain.document("file"), self._chain.source, target, Options(**options))
        metadata: Metadata = await run_async(steps)
        return metadata

    async def to_buffer(self, **options: Unpack[CallOptions]) -> Image:
        """Send the request and return the API's JSON and the image, as `Request.to_buffer` does."""
        return Image(
            *await run_async(self._api.buffer(self._chain.document("buffer"), self._chain.source, Options(**options)))
        )

    def _step(self, name: str, arguments: tuple[object, ...], upload: Upload | None = None) -> AsyncRequest:
        return AsyncRequest(self._chain.then(name, arguments, upload), self._api)


def _snapshot(value: object) -> object:
    """A copy of nested dicts and lists, so that a caller who changes them later does not change the request."""
    try:
        return _copy(value)
    except RecursionError:
        # JSON cannot hold it either, and the core says so.
        return value


def _copy(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _copy(item) for key, item in cast("Mapping[object, object]", value).items()}
    if isinstance(value, (list, tuple)):
        return [_copy(item) for item in cast("tuple[object, ...]", value)]
    return value


def _upload_of(file: object) -> Upload | None:
    if isinstance(file, (str, os.PathLike)):
        return Path(cast("os.PathLike[str]", file))
    if isinstance(file, (bytes, bytearray, memoryview)):
        return bytes(cast("Bytes", file))
    read = getattr(file, "read", None)
    if read is not None and not isinstance(file, io.TextIOBase) and not inspect.iscoroutinefunction(read):
        return cast("IO[bytes]", file)
    return None


def _name_of(upload: Upload | None) -> str | None:
    path = upload if isinstance(upload, Path) else getattr(upload, "name", None)
    return Path(path).name if isinstance(path, (str, Path)) else None
