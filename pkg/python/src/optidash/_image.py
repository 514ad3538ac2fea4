"""The embedded engine: what the API does with an image, done here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Union, cast

from ._answers import ImageMetadata
from ._call import call
from ._operations import Operations

Bytes = Union[bytes, bytearray, memoryview]


@dataclass(frozen=True)
class Transformed:
    """An image that the engine made.

    Attributes:
        input: what the API would say about the original image.
        output: what the API would say about the image that was made.
        data: the image that was made.
    """

    input: ImageMetadata
    output: ImageMetadata
    data: bytes


def transform(
    data: Bytes, operations: Operations | Mapping[str, Mapping[str, Any]], *, name: str | None = None
) -> Transformed:
    """Apply operations to an image without the API; other threads run meanwhile.

    Args:
        data: the image.
        operations: the operations by name, such as ``{"resize": {"width": 100}}``.
        name: the file name to report in the metadata.

    Raises:
        ValidationError: for operations that cannot be.
        ImageError: for an image that cannot be read, or an operation that needs the API.
    """
    answer, output = call("transform", _named({"operations": operations}, name), data)
    return Transformed(answer["input"], answer["output"], output)


def output_size(operations: Operations | Mapping[str, Mapping[str, Any]], width: int, height: int) -> tuple[int, int]:
    """Calculate the size in pixels that an image of ``width`` and ``height`` has after operations, without any image.

    Raises:
        ValidationError: for operations or a size that cannot be.
    """
    answer, _ = call("output_size", {"operations": operations, "width": width, "height": height})
    return answer["width"], answer["height"]


def read_metadata(data: Bytes, *, name: str | None = None) -> ImageMetadata:
    """Read what the API says about an image: its format, size, colours, quality, length and SHA-1.

    Args:
        data: the image.
        name: the file name to report in the metadata.

    Raises:
        ImageError: for an image that cannot be read.
    """
    metadata, _ = call("metadata", _named({}, name), data)
    return cast("ImageMetadata", metadata)


def _named(document: dict[str, object], name: str | None) -> dict[str, object]:
    return document if name is None else {**document, "name": name}
