"""JPEG files of every kind beside libjpeg-turbo, which Pillow decodes with."""

from __future__ import annotations

import io

import optidash
import pytest
from PIL import Image

from conftest import difference, engine
from jpeg_files import arithmetic_file, every_file, picture, saved

FILES = every_file()
# libjpeg-turbo alone decodes these; the engine says so.
UNSUPPORTED = {name for name in FILES if "3x1" in name}
DECODED = [name for name in FILES if name not in UNSUPPORTED]
CODES = {"corrupt_image", "truncated_image", "unsupported_image", "unknown_format", "empty_image", "image_too_large"}
# One of each way that data lie in a file, small: every byte of it is tried.
SMALL = {
    "baseline": saved(picture(24, 20), quality=70),
    "progressive": saved(picture(24, 20), quality=70, progressive=True),
    "restarts": saved(picture(24, 20), quality=70, restart_marker_blocks=1),
    "gray": saved(picture(24, 20).convert("L"), quality=70),
    "inks": saved(picture(24, 20).convert("CMYK"), quality=70),
}


def reference(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image.convert("RGB")


@pytest.mark.parametrize("name", DECODED)
def test_every_kind_decodes_as_in_libjpeg_turbo(name: str) -> None:
    data = FILES[name]
    mean, most = difference(engine(data).convert("RGB"), reference(data))
    # Chroma of one or two columns, or on three grids, is interpolated by one and repeated by the other.
    is_odd = name.startswith("1x65") or "," in name
    assert mean < (3.0 if is_odd else 0.6), (mean, most)
    # Inks are mixed from rounded shares there.
    assert most <= (30 if is_odd else 24), (mean, most)


@pytest.mark.parametrize("name", DECODED)
def test_every_kind_shrinks(name: str) -> None:
    data = FILES[name]
    whole = reference(data)
    if min(whole.size) < 16:
        assert engine(data, resize={"width": 3}).width == 3
        return
    found = engine(
        data, resize={"mode": "exact", "width": max(1, whole.width // 3), "height": max(1, whole.height // 3)}
    )
    expected = whole.resize(found.size, Image.Resampling.LANCZOS)
    assert difference(found.convert("RGB"), expected)[0] < 6


@pytest.mark.parametrize("name", sorted(UNSUPPORTED))
def test_samplings_that_no_decoder_here_knows_are_refused(name: str) -> None:
    for operations in ({"resize": {"width": 5}}, {"output": {"format": "png"}}):
        with pytest.raises(optidash.ImageError) as refusal:
            optidash.transform(FILES[name], operations)
        assert refusal.value.code == "unsupported_image"


def test_what_nobody_wrote_since_1992_is_refused() -> None:
    baseline = SMALL["baseline"]
    at = baseline.index(b"\xff\xc0")
    for marker in (0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF):
        data = baseline[:at] + bytes([0xFF, marker]) + baseline[at + 2 :]
        with pytest.raises(optidash.ImageError) as refusal:
            optidash.transform(data, {})
        assert refusal.value.code == "unsupported_image", hex(marker)
    twelve_bits = baseline[: at + 4] + b"\x0c" + baseline[at + 5 :]
    with pytest.raises(optidash.ImageError) as refusal:
        optidash.transform(twelve_bits, {})
    assert refusal.value.code == "unsupported_image"


def test_arithmetic_coding_is_refused() -> None:
    data = arithmetic_file()
    if data is None:
        pytest.skip("cjpeg is not installed")
    with pytest.raises(optidash.ImageError) as refusal:
        optidash.transform(data, {})
    assert refusal.value.code == "unsupported_image"


@pytest.mark.parametrize("kind", SMALL)
def test_every_truncation_is_refused(kind: str) -> None:
    data = SMALL[kind]
    for length in range(len(data) - 1):
        with pytest.raises(optidash.ImageError) as refusal:
            optidash.transform(data[:length], {"resize": {"width": 5}})
        assert refusal.value.code in CODES


@pytest.mark.parametrize("kind", SMALL)
def test_damage_at_each_marker_gives_a_picture_or_a_typed_error(kind: str) -> None:
    data = SMALL[kind]
    markers = [at for at in range(len(data) - 1) if data[at] == 0xFF and data[at + 1] not in (0, 0xFF)]
    assert len(markers) >= 7
    for at in markers:
        for offset in range(12):
            for value in (0x00, 0x01, 0x7F, 0xFF):
                damaged = bytearray(data)
                if at + offset >= len(damaged):
                    continue
                damaged[at + offset] = value
                for operations in ({"resize": {"width": 5}}, {"output": {"format": "png"}}):
                    try:
                        made = optidash.transform(bytes(damaged), operations)
                    except optidash.ImageError as error:
                        assert error.code in CODES
                    else:
                        assert made.output["width"] >= 1


@pytest.mark.parametrize("kind", SMALL)
def test_segments_left_out_or_twice_give_a_picture_or_a_typed_error(kind: str) -> None:
    data = SMALL[kind]
    segments, at = [data[:2]], 2
    while data[at + 1] != 0xDA:
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        segments.append(data[at:end])
        at = end
    rest = data[at:]
    for number in range(1, len(segments)):
        without = b"".join(segments[:number] + segments[number + 1 :]) + rest
        twice = b"".join([*segments[: number + 1], *segments[number:]]) + rest
        for damaged in (without, twice):
            try:
                engine(damaged)
            except optidash.ImageError as error:
                assert error.code in CODES
