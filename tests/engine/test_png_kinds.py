"""Every kind of PNG there is, beside libpng: the same pixels, or refused alike."""

from __future__ import annotations

import io
import itertools
import random
import struct
import zlib

import optidash
import pytest
from PIL import Image

from conftest import engine

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
KINDS = [(0, 1), (0, 2), (0, 4), (0, 8), (0, 16), (2, 8), (2, 16), (3, 1), (3, 2), (3, 4), (3, 8)]
KINDS += [(4, 8), (4, 16), (6, 8), (6, 16)]
PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


class Png:
    """A PNG of random samples, written by the book."""

    def __init__(self, color: int, bits: int, width: int, height: int, *, seed: int = 1) -> None:
        self.color, self.bits, self.width, self.height = color, bits, width, height
        self.interlaced = False
        self.filters: tuple[int, ...] = (0, 1, 2, 3, 4)
        self.before: list[tuple[bytes, bytes]] = []
        self.pieces = 1
        self.level = 6
        chance = random.Random(seed)
        if color == 3:
            palette = bytes(chance.randrange(256) for _ in range(3 << bits))
            self.before.append((b"PLTE", palette))
        self.samples = [[chance.randrange(1 << bits) for _ in range(width * CHANNELS[color])] for _ in range(height)]

    def packed(self, samples: list[int]) -> bytes:
        if self.bits == 16:
            return b"".join(struct.pack(">H", sample) for sample in samples)
        text = "".join(format(sample, f"0{self.bits}b") for sample in samples)
        text += "0" * (-len(text) % 8)
        return bytes(int(text[at : at + 8], 2) for at in range(0, len(text), 8))

    def rows(self, samples: list[list[int]]) -> bytes:
        step = max(1, CHANNELS[self.color] * self.bits // 8)
        before = bytes(len(self.packed(samples[0])))
        result = b""
        for number, row in enumerate(samples):
            plain = self.packed(row)
            kind = self.filters[number % len(self.filters)]
            result += bytes([kind]) + bytes(
                (byte - predicted(kind, plain, before, at, step)) & 255 for at, byte in enumerate(plain)
            )
            before = plain
        return result

    def pixels(self) -> bytes:
        if not self.interlaced:
            return self.rows(self.samples)
        channels = CHANNELS[self.color]
        result = b""
        for x, y, across, down in PASSES:
            columns = range(x, self.width, across)
            part = [
                [self.samples[row][column * channels + channel] for column in columns for channel in range(channels)]
                for row in range(y, self.height, down)
            ]
            if columns and part:
                result += self.rows(part)
        return result

    def file(self) -> bytes:
        header = struct.pack(">IIBBBBB", self.width, self.height, self.bits, self.color, 0, 0, self.interlaced)
        data = zlib.compress(self.pixels(), self.level)
        size = -(-len(data) // self.pieces)
        chunks = [(b"IHDR", header), *self.before]
        chunks += [(b"IDAT", data[at : at + size]) for at in range(0, len(data), size)]
        return SIGNATURE + b"".join(chunk(*each) for each in [*chunks, (b"IEND", b"")])


def predicted(kind: int, row: bytes, before: bytes, at: int, step: int) -> int:
    left = row[at - step] if at >= step else 0
    above = before[at]
    corner = before[at - step] if at >= step else 0
    if kind < 4:
        return (0, left, above, (left + above) // 2)[kind]
    distances = [abs(above - corner), abs(left - corner), abs(left + above - 2 * corner)]
    return (left, above, corner)[distances.index(min(distances))]


def reference(data: bytes) -> Image.Image:
    """What libpng makes of it, through Pillow, at 8 bits a channel."""
    image = Image.open(io.BytesIO(data))
    image.load()
    if image.mode.startswith("I"):
        # 16 bits of gray are one number; a transparent shade is not applied.
        values = [(value * 255 + 32767) // 65535 for value in image.get_flattened_data()]
        image = Image.new("L", image.size)
        image.putdata(values)
    return image.convert("RGBA")


def assert_same(data: bytes, tolerance: int = 0) -> None:
    found, expected = engine(data).convert("RGBA"), reference(data)
    assert found.size == expected.size
    for ours, theirs in zip(found.get_flattened_data(), expected.get_flattened_data()):
        assert abs(ours[3] - theirs[3]) <= tolerance
        # The colour of what is not seen does not matter.
        assert theirs[3] == 0 or all(abs(one - other) <= tolerance for one, other in zip(ours, theirs)), (ours, theirs)


@pytest.mark.parametrize(("color", "bits"), KINDS)
@pytest.mark.parametrize("interlaced", [False, True])
def test_every_kind(color: int, bits: int, interlaced: bool) -> None:
    png = Png(color, bits, 32, 32)
    png.interlaced = interlaced
    # Of 16 bits Pillow keeps the upper 8; the engine rounds.
    assert_same(png.file(), tolerance=1 if bits == 16 else 0)


@pytest.mark.parametrize("side", [1, 2, 3, 4, 5, 6, 7, 8, 9, 32, 33, 34, 35, 36, 37, 38, 39, 40])
@pytest.mark.parametrize("interlaced", [False, True])
def test_odd_sizes(side: int, interlaced: bool) -> None:
    for color, bits, other in [(3, 1, side), (3, 4, 1), (2, 8, 3), (0, 2, 7)]:
        png = Png(color, bits, side, other)
        png.interlaced = interlaced
        assert_same(png.file())


@pytest.mark.parametrize("filter_type", range(5))
@pytest.mark.parametrize(("color", "bits"), [(0, 8), (2, 8), (6, 8), (3, 4), (0, 16)])
def test_filters(filter_type: int, color: int, bits: int) -> None:
    png = Png(color, bits, 31, 9)
    png.filters = (filter_type,)
    assert_same(png.file(), tolerance=1 if bits == 16 else 0)


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
@pytest.mark.parametrize("count", [1, 3, 16, 256])
def test_transparency_of_palettes(bits: int, count: int) -> None:
    png = Png(3, bits, 33, 5)
    png.before.append((b"tRNS", bytes(range(0, 256, 7))[: min(count, 1 << bits)]))
    assert_same(png.file())


@pytest.mark.parametrize("bits", [1, 2, 4, 8, 16])
def test_a_transparent_shade(bits: int) -> None:
    png = Png(0, bits, 33, 5)
    shade = png.samples[0][0]
    png.before.append((b"tRNS", struct.pack(">H", shade)))
    # Pillow takes the shade of 2 and 4 bits for one of 8, so the samples themselves are the measure.
    found = engine(png.file()).convert("RGBA").getchannel("A")
    assert list(found.get_flattened_data()) == [0 if sample == shade else 255 for row in png.samples for sample in row]


@pytest.mark.parametrize("bits", [8, 16])
def test_a_transparent_color(bits: int) -> None:
    png = Png(2, bits, 9, 5)
    png.before.append((b"tRNS", struct.pack(">HHH", *png.samples[2][3:6])))
    found = engine(png.file()).convert("RGBA")
    transparent = [(x, y) for y in range(5) for x in range(9) if found.getpixel((x, y))[3] == 0]
    assert transparent == [(1, 2)]


@pytest.mark.parametrize("level", range(10))
@pytest.mark.parametrize("pieces", [1, 2, 40])
def test_compression_and_pieces(level: int, pieces: int) -> None:
    png = Png(2, 8, 32, 32)
    png.level, png.pieces = level, pieces
    assert_same(png.file())


def test_chunks_that_change_no_pixel() -> None:
    for kind, content in [
        (b"gAMA", struct.pack(">I", 100000)),
        (b"cHRM", bytes(32)),
        (b"bKGD", bytes(6)),
        (b"sBIT", b"\5\6\5"),
        (b"pHYs", struct.pack(">IIB", 1, 4, 0)),
        (b"tEXt", b"Title\0PngSuite"),
        (b"zTXt", b"Title\0\0" + zlib.compress(b"PngSuite")),
        (b"tIME", struct.pack(">HBBBBB", 2000, 1, 1, 12, 34, 56)),
        (b"PLTE", bytes(768)),
        (b"prIv", b"anything"),
    ]:
        png = Png(2, 8, 8, 8)
        png.before.append((kind, content))
        assert_same(png.file())


def refused_by_both(data: bytes) -> None:
    with pytest.raises(optidash.ImageError) as refusal:
        optidash.transform(data, {"resize": {"width": 3}})
    assert refusal.value.code in {"corrupt_image", "truncated_image", "unsupported_image", "unknown_format"}
    with pytest.raises((OSError, SyntaxError, ValueError)):
        Image.open(io.BytesIO(data)).load()


def header(width: int = 8, height: int = 8, bits: int = 8, color: int = 2, rest: bytes = b"\0\0\0") -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBB", width, height, bits, color) + rest)


BODY = chunk(b"IDAT", zlib.compress(bytes(25 * 8))) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"\x89PNG\n\r\n\x1a" + header() + BODY, id="line feeds swapped"),
        pytest.param(SIGNATURE.lower() + header() + BODY, id="signature in lower case"),
        pytest.param(SIGNATURE + header(color=1) + BODY, id="colour type 1"),
        pytest.param(SIGNATURE + header(color=9) + BODY, id="colour type 9"),
        pytest.param(SIGNATURE + header(bits=0) + BODY, id="depth 0"),
        pytest.param(SIGNATURE + header(bits=3) + BODY, id="depth 3"),
        pytest.param(SIGNATURE + header(bits=99) + BODY, id="depth 99"),
        pytest.param(SIGNATURE + header() + chunk(b"IEND", b""), id="no IDAT"),
        pytest.param(SIGNATURE + header()[:-1] + b"\0" + BODY, id="checksum of IHDR"),
        pytest.param(SIGNATURE + header(width=0) + BODY, id="no width"),
        pytest.param(SIGNATURE + header() + chunk(b"IDAT", b"\x78\x9c" + b"\xff" * 40) + BODY, id="no deflate"),
    ],
)
def test_what_is_no_png_is_refused_as_libpng_refuses_it(data: bytes) -> None:
    refused_by_both(data)


def test_every_truncation_is_refused() -> None:
    for color, interlaced in itertools.product([2, 3, 6], [False, True]):
        png = Png(color, 8, 9, 9)
        png.interlaced = interlaced
        data = png.file()
        for length in range(8, len(data) - 12, 7):
            with pytest.raises(optidash.ImageError) as refusal:
                optidash.transform(data[:length], {"resize": {"width": 3}})
            assert refusal.value.code in {"truncated_image", "corrupt_image"}


def test_damage_gives_a_picture_or_a_typed_error() -> None:
    chance = random.Random(3)
    data = Png(6, 8, 16, 16).file()
    for _ in range(400):
        damaged = bytearray(data)
        damaged[chance.randrange(8, len(data))] ^= 1 << chance.randrange(8)
        try:
            engine(bytes(damaged))
        except optidash.ImageError as error:
            assert error.code
