"""The embedded engine, on real photographs."""

from __future__ import annotations

import hashlib
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest

import optidash

SMALL: Any = {"resize": {"width": 100, "height": 75}}


@pytest.fixture(scope="module")
def large(photograph: bytes) -> bytes:
    """A photograph of 12 megapixels."""
    return optidash.transform(photograph, {"resize": {"mode": "exact", "width": 4000, "height": 3000}}).data


def test_a_photograph(photograph: bytes) -> None:
    small = optidash.transform(photograph, SMALL, name="coffee.jpg")
    assert (small.input["width"], small.input["height"], small.input["name"]) == (532, 399, "coffee.jpg")
    assert small.input["sha1"] == hashlib.sha1(photograph, usedforsecurity=False).hexdigest()
    assert (small.output["width"], small.output["height"]) == (100, 75)
    assert small.output["bytes"] == len(small.data)
    assert {**optidash.read_metadata(small.data), "name": ""} == {**small.output, "name": ""}
    assert optidash.output_size(SMALL, 532, 399) == (100, 75)


def test_twelve_megapixels(large: bytes) -> None:
    small = optidash.transform(large, SMALL)
    assert (small.input["width"], small.input["height"]) == (4000, 3000)
    assert (small.output["width"], small.output["height"], small.output["format"]) == (100, 75, "JPEG")


@pytest.mark.parametrize(
    ("format", "magic"), [("png", b"\x89PNG"), ("webp", b"RIFF"), ("gif", b"GIF8"), ("jpg", b"\xff\xd8")]
)
def test_formats(photograph: bytes, format: str, magic: bytes) -> None:  # noqa: A002
    assert optidash.transform(photograph, {**SMALL, "output": {"format": format}}).data.startswith(magic)


def test_the_data_may_be_any_buffer(photograph: bytes) -> None:
    results = [optidash.transform(kind(photograph), SMALL).data for kind in (bytes, bytearray, memoryview)]
    assert results[0] == results[1] == results[2]
    assert optidash.read_metadata(memoryview(photograph)[:]) == optidash.read_metadata(photograph)


@pytest.mark.parametrize("data", [None, "text", 5])
def test_what_is_no_buffer(data: Any) -> None:
    with pytest.raises(TypeError):
        optidash.transform(data, SMALL)


@pytest.mark.parametrize("data", [b"", b"\0" * 1000, b"hello", b"\xff\xd8\xff\xe0" + bytes(100)])
def test_what_is_no_image(data: bytes) -> None:
    with pytest.raises(optidash.ImageError) as caught:
        optidash.transform(data, SMALL)
    assert caught.value.code


def test_a_truncated_image(photograph: bytes) -> None:
    with pytest.raises(optidash.ImageError):
        optidash.transform(photograph[: len(photograph) // 2], SMALL)


def test_what_cannot_be_done(photograph: bytes) -> None:
    with pytest.raises(optidash.ValidationError) as invalid:
        optidash.transform(photograph, {"resize": {"width": 0}})
    assert (invalid.value.code, invalid.value.path) == ("out_of_range", "resize.width")
    with pytest.raises(optidash.ImageError) as unsupported:
        optidash.transform(photograph, {"watermark": {"id": "a"}})
    assert (unsupported.value.code, unsupported.value.path) == ("unsupported_operation", "watermark")


class Other(threading.Thread):
    """A thread that notes that it ran, once it is let go and gets the interpreter's lock."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()
        self.ran = False

    def run(self) -> None:
        self.go.wait()
        self.ran = True


@pytest.fixture
def other() -> Iterator[Other]:
    interval = sys.getswitchinterval()
    other = Other()
    other.start()
    # Nothing forces a thread to give up the lock now, so the other one gets it only from one that lets go of it.
    sys.setswitchinterval(1000)
    yield other
    sys.setswitchinterval(interval)
    other.go.set()
    other.join()


def test_other_threads_run_while_the_engine_works(large: bytes, other: Other) -> None:
    other.go.set()
    for _ in range(50):
        optidash.transform(large, SMALL)
        if other.ran:
            break
    assert other.ran


def test_no_other_thread_runs_while_python_works(other: Other) -> None:
    # What makes the test above mean something.
    other.go.set()
    sum(number * number for number in range(300_000))
    assert not other.ran
