"""What is read for a request and where an answer goes, piece by piece; nothing here waits for the network."""

from __future__ import annotations

import errno
import io
import os
import secrets
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Union, cast

if TYPE_CHECKING:
    from typing_extensions import Protocol

    class Writable(Protocol):
        """A file object in binary mode, or what has its ``write``, which `AsyncOptidash` awaits if need be."""

        def write(self, data: bytes, /) -> Any:
            """Take some bytes."""
            ...


#: What `upload` sends: the path of a file, bytes, or a file object in binary mode.
Upload = Union[bytes, Path, IO[bytes]]


class Source:
    """What an upload is read from, for the first attempt and for each repetition."""

    #: Whether reading it takes no time.
    in_memory = False
    #: Whether its reader is this package's to close.
    owned = False

    def __init__(self, upload: Upload) -> None:
        self._upload = upload

    @staticmethod
    def of(upload: Upload) -> Source:
        """The kind of source that fits."""
        if isinstance(upload, bytes):
            return _Memory(upload)
        return _File(upload) if isinstance(upload, Path) else _Stream(upload)

    @property
    def replayable(self) -> bool:
        """Whether it can be read from its beginning again."""
        return True

    def open(self) -> Reader:
        """What to read from, at its beginning.

        Raises:
            OSError: when there is nothing to read from.
        """
        raise NotImplementedError


class _Memory(Source):
    in_memory = True

    def open(self) -> Reader:
        return Reader(io.BytesIO(cast("bytes", self._upload)))


class _File(Source):
    owned = True

    def open(self) -> Reader:
        return Reader(cast("Path", self._upload).open("rb"))


class _Stream(Source):
    """A file object of the caller's; what cannot be rewound can be read once."""

    def __init__(self, upload: Upload) -> None:
        super().__init__(upload)
        self._reader = Reader(cast("IO[bytes]", upload))

    @property
    def replayable(self) -> bool:
        return not self._reader.was_read or self._reader.rewind()

    def open(self) -> Reader:
        if not self.replayable:
            raise OSError(errno.ESPIPE, "the file object was read before and cannot be rewound")
        self._reader.rewind()
        return self._reader


class Reader:
    """A file object as httpx needs it: read from its beginning, and as long as it can be sought through.

    It has no ``fileno``: the size of the file below is not the length of what a pipe or a decompressing reader yields.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.was_read = False

    def read(self, size: int) -> bytes:
        self.was_read = True
        return self._file.read(size)

    def tell(self) -> int:
        return self.seek(0, os.SEEK_CUR)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        try:
            self._file.seek(offset, whence)
            return self._file.tell()
        except (AttributeError, OSError, ValueError) as error:
            raise io.UnsupportedOperation(str(error)) from error

    def rewind(self) -> bool:
        """Go to the beginning, and tell whether that is possible."""
        try:
            self.seek(0)
        except io.UnsupportedOperation:
            return False
        return True

    def close(self) -> None:
        self._file.close()


class Sink:
    """Where the bytes of an answer go."""

    #: Whether writing takes no time.
    in_memory = False

    @property
    def replayable(self) -> bool:
        """Whether another attempt may begin anew."""
        return True

    def begin(self) -> None:
        """Forget what an earlier attempt wrote."""

    def write(self, data: bytes) -> Any:
        """Take some bytes."""
        raise NotImplementedError


class Memory(Sink):
    """Collects an answer."""

    in_memory = True

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def begin(self) -> None:
        self._pieces.clear()

    def write(self, data: bytes) -> None:
        self._pieces.append(data)

    def value(self) -> bytes:
        """All of it."""
        return b"".join(self._pieces)


class Stream(Sink):
    """A file object of the caller's; what it was given cannot be taken back."""

    def __init__(self, output: Writable) -> None:
        self._output = output
        self._untouched = True

    @property
    def replayable(self) -> bool:
        return self._untouched

    def write(self, data: bytes) -> Any:
        self._untouched = False
        return self._output.write(data)


class Replacement(Sink):
    """A new file beside ``path`` that takes its place when it is complete.

    Raises:
        OSError: when there can be no such file.
    """

    def __init__(self, path: Path) -> None:
        self._target = Path(os.path.realpath(path))
        self._part = self._target.with_name(f".optidash-{secrets.token_hex(8)}.part")
        if self._target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        self._output = self._part.open("xb")

    def begin(self) -> None:
        self._output.seek(0)
        self._output.truncate()

    def write(self, data: bytes) -> None:
        self._output.write(data)

    def commit(self) -> None:
        """Take the place of the file, with its permissions."""
        self._output.close()
        if self._target.exists():
            shutil.copymode(self._target, self._part)
        self._part.replace(self._target)

    def discard(self) -> None:
        """Leave no trace."""
        with suppress(OSError):
            self._output.close()
        self._part.unlink(missing_ok=True)


def sink_of(target: object) -> Sink:
    """Where to write: to a path, or to what has a ``write``."""
    write: Callable[[bytes], Any] | None = getattr(target, "write", None)
    if write is not None and not isinstance(target, (str, os.PathLike)):
        return Stream(cast("Writable", target))
    return Replacement(Path(cast("os.PathLike[str]", target)))
