"""What the tests of the engine share."""

from __future__ import annotations

import io
from typing import Any

import optidash
import pytest
from PIL import Image, ImageFile

# A picture that is cut off is judged by what there is of it, as browsers do.
ImageFile.LOAD_TRUNCATED_IMAGES = False


def engine(data: bytes, **operations: Any) -> Image.Image:
    """What the engine makes of an image, decoded; a PNG, unless an output is asked for."""
    operations.setdefault("output", {"format": "png"})
    made = Image.open(io.BytesIO(optidash.transform(data, operations).data))
    made.load()
    return made


def encoded(image: Image.Image, kind: str = "PNG", **settings: Any) -> bytes:
    """The bytes of an image in a file."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **settings)
    return buffer.getvalue()


def difference(one: Image.Image, other: Image.Image) -> tuple[float, int]:
    """The mean and the greatest difference of two images of one size, over all channels."""
    assert one.size == other.size
    ours, theirs = one.convert("RGBA").tobytes(), other.convert("RGBA").tobytes()
    distances = [abs(a - b) for a, b in zip(ours, theirs)]
    return sum(distances) / len(distances), max(distances)


@pytest.fixture
def photograph() -> Image.Image:
    """A smooth picture with edges, 160 x 120, opaque."""
    image = Image.new("RGB", (160, 120))
    for y in range(120):
        for x in range(160):
            inside = (x - 50) ** 2 + (y - 60) ** 2 < 900
            image.putpixel((x, y), (x * 255 // 160, y * 255 // 120, 220 if inside else 60))
    return image
