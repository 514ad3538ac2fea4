"""Geometry, orientation, gravity and pixels, beside Pillow."""

from __future__ import annotations

import io
import itertools
import random

import optidash
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from conftest import difference, encoded, engine

LANCZOS = Image.Resampling.LANCZOS
SIZES = [(160, 120), (120, 160), (1, 1), (1, 97), (97, 1), (33, 7), (640, 3)]
FRAMES = [(50, 50), (200, 30), (30, 200), (1, 1), (160, 120), (401, 299)]

CENTERINGS = {
    "center": (0.5, 0.5),
    "top-left": (0, 0),
    "top": (0.5, 0),
    "top-right": (1, 0),
    "right": (1, 0.5),
    "bottom-right": (1, 1),
    "bottom": (0.5, 1),
    "bottom-left": (0, 1),
    "left": (0, 0.5),
}


@pytest.mark.parametrize(("size", "frame"), list(itertools.product(SIZES, FRAMES)))
def test_auto_is_contain(size: tuple[int, int], frame: tuple[int, int]) -> None:
    expected = ImageOps.contain(Image.new("1", size), frame).size
    operations = {"resize": {"width": frame[0], "height": frame[1]}}
    found = optidash.output_size(operations, *size)
    # Halves go up here and to the even neighbour there.
    assert all(abs(one - other) <= 1 for one, other in zip(found, expected))
    assert found[0] == frame[0] or found[1] == frame[1]


def test_sizes_are_the_sizes_that_come_out(photograph: Image.Image) -> None:
    chance = random.Random(7)
    data = encoded(photograph)
    for _ in range(60):
        operations = {
            "crop": {"width": chance.randint(1, 200), "height": chance.randint(1, 150)},
            "resize": {
                "mode": chance.choice(["auto", "fit", "exact", "fill", "landscape", "portrait"]),
                "width": chance.randint(1, 90),
                "height": chance.randint(1, 90),
                "upscale": chance.random() < 0.5,
            },
            "scale": {"size": chance.uniform(0.2, 1.5), "ratio": chance.uniform(0.3, 2)},
            "border": {"size": chance.randint(0, 5)},
            "padding": {"left": chance.randint(0, 9), "top": chance.randint(0, 9)},
        }
        if chance.random() < 0.5:
            del operations["crop"]
        assert engine(data, **operations).size == optidash.output_size(operations, 160, 120), operations


@pytest.mark.parametrize("frame", [(40, 30), (80, 20), (17, 53), (320, 240), (160, 1)])
def test_exact_resamples_as_pillow_does(photograph: Image.Image, frame: tuple[int, int]) -> None:
    resize = {"mode": "exact", "width": frame[0], "height": frame[1]}
    mean, most = difference(engine(encoded(photograph), resize=resize), photograph.resize(frame, LANCZOS))
    assert mean < 0.6 and most <= 3


@pytest.mark.parametrize("gravity", CENTERINGS)
@pytest.mark.parametrize("frame", [(40, 40), (90, 20), (20, 90)])
def test_fit_keeps_what_pillow_keeps(photograph: Image.Image, gravity: str, frame: tuple[int, int]) -> None:
    resize = {"mode": "fit", "width": frame[0], "height": frame[1], "gravity": gravity}
    expected = ImageOps.fit(photograph, frame, LANCZOS, centering=CENTERINGS[gravity])
    mean, most = difference(engine(encoded(photograph), resize=resize), expected)
    assert mean < 0.6 and most <= 4


@pytest.mark.parametrize("gravity", CENTERINGS)
def test_crop_cuts_whole_pixels(photograph: Image.Image, gravity: str) -> None:
    across, down = CENTERINGS[gravity]
    x, y = int((160 - 31) * across), int((120 - 17) * down)
    found = engine(encoded(photograph), crop={"width": 31, "height": 17, "gravity": gravity})
    assert difference(found, photograph.crop((x, y, x + 31, y + 17))) == (0, 0)


@pytest.mark.parametrize("gravity", CENTERINGS)
def test_fill_lies_where_pillow_pads(photograph: Image.Image, gravity: str) -> None:
    resize = {"mode": "fill", "width": 100, "height": 100, "gravity": gravity, "background": "#123456"}
    expected = ImageOps.pad(photograph, (100, 100), LANCZOS, color="#123456", centering=CENTERINGS[gravity])
    found = engine(encoded(photograph), resize=resize)
    box = found.getbbox()
    assert box is not None
    # Pillow rounds half a pixel of room down or up.
    mean, _ = difference(found, expected)
    assert mean < 1.5


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_orientation_is_applied(photograph: Image.Image, orientation: int, kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    settings = {"quality": 95, "subsampling": 0} if kind == "JPEG" else {"lossless": True} if kind == "WEBP" else {}
    data = encoded(photograph, kind, exif=exif, **settings)
    with_exif = Image.open(io.BytesIO(data))
    upright = ImageOps.exif_transpose(with_exif).convert("RGB")
    found = engine(data)
    assert found.size == upright.size
    assert optidash.read_metadata(data)["width"] == upright.size[0]
    assert difference(found, upright)[1] <= 2
    resize = {"mode": "fit", "width": 31, "height": 43, "gravity": "top-right"}
    expected = ImageOps.fit(upright, (31, 43), LANCZOS, centering=(1, 0))
    mean, most = difference(engine(data, resize=resize), expected)
    assert mean < 1.0 and most <= 12
    flipped = engine(data, crop={"width": 40, "height": 30, "x": 3, "y": 5}, flip={"horizontal": True})
    assert difference(flipped, ImageOps.mirror(upright.crop((3, 5, 43, 35))))[1] <= 2


@pytest.mark.parametrize("scale", [2, 4, 8, 3, 5])
def test_a_scaled_jpeg_looks_as_the_whole_one(photograph: Image.Image, scale: int) -> None:
    large = photograph.resize((960, 720), LANCZOS)
    data = encoded(large, "JPEG", quality=92)
    width, height = 960 // scale, 720 // scale
    whole = Image.open(io.BytesIO(data)).convert("RGB").resize((width, height), LANCZOS)
    mean, most = difference(engine(data, resize={"width": width}), whole)
    # Edges of the circle come out a little softer or harder; colours do not drift.
    assert mean < 1.0 and most <= 90


def test_alpha_is_weighted_as_in_pillow() -> None:
    image = Image.new("RGBA", (64, 64), (0, 255, 0, 0))
    ImageDraw.Draw(image).ellipse((8, 8, 55, 55), fill=(200, 30, 90, 255))
    found = engine(encoded(image), resize={"width": 24})
    expected = image.convert("RGBa").resize((24, 24), LANCZOS).convert("RGBA")
    for ours, theirs in zip(found.convert("RGBA").get_flattened_data(), expected.get_flattened_data()):
        # Between the two passes, which go the other way round there, values are clamped.
        assert abs(ours[3] - theirs[3]) <= 10
        if theirs[3] > 60:
            assert all(abs(one - other) <= 10 for one, other in zip(ours, theirs))


def test_border_and_padding_expand(photograph: Image.Image) -> None:
    bordered = ImageOps.expand(photograph, 3, "#ff8000")
    expected = ImageOps.expand(bordered, (1, 2, 4, 0), "#0000ff")
    padding = {"left": 1, "top": 2, "right": 4, "bottom": 0, "background": "#00f"}
    found = engine(encoded(photograph), border={"size": 3, "color": "#ff8000"}, padding=padding)
    assert difference(found, expected) == (0, 0)


@pytest.mark.parametrize("sigma", [1, 2.5, 10, 40])
def test_blur_is_gaussian(photograph: Image.Image, sigma: float) -> None:
    found = engine(encoded(photograph), filter={"blur": {"mode": "gaussian", "value": sigma}})
    mean, most = difference(found, photograph.filter(ImageFilter.GaussianBlur(sigma)))
    assert mean < 0.7 and most <= 3


def test_the_mask_is_an_ellipse(photograph: Image.Image) -> None:
    large = Image.new("L", (160 * 8, 120 * 8))
    ImageDraw.Draw(large).ellipse((0, 0, 160 * 8 - 1, 120 * 8 - 1), fill=255)
    expected = large.resize((160, 120), Image.Resampling.BOX)
    found = engine(encoded(photograph), mask={"shape": "ellipse"}).getchannel("A")
    mean, most = difference(found, expected)
    assert mean < 0.3 and most <= 24
