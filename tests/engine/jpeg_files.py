"""Makes JPEG files of every kind: with Pillow, and with libjpeg-turbo's ``cjpeg`` where it is installed.

python jpeg_files.py FOLDER     writes them to a folder, to look at
"""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

SIZES = [(1, 1), (7, 9), (8, 8), (16, 16), (17, 33), (64, 48), (65, 1), (1, 65), (100, 75)]
# Luma's factors with chroma at 1x1, and some that only a general decoder knows.
CJPEG_SAMPLINGS = ["1x1", "2x1", "1x2", "2x2", "4x1", "1x4", "4x2", "2x2,1x2,1x1", "1x1,2x2,1x1", "3x1"]

SPECTRAL = "0 1 2: 0-0, 0, 0; 0: 1-5, 0, 0; 1: 1-63, 0, 0; 2: 1-63, 0, 0; 0: 6-63, 0, 0;"
SUCCESSIVE = (
    "0 1 2: 0-0, 0, 1; 0: 1-63, 0, 2; 1: 1-63, 0, 1; 2: 1-63, 0, 1;"
    " 0: 1-63, 2, 1; 0 1 2: 0-0, 1, 0; 0: 1-63, 1, 0; 1: 1-63, 1, 0; 2: 1-63, 1, 0;"
)
SEPARATE = "0; 1; 2;"


def picture(width: int, height: int) -> Image.Image:
    """Smooth, with an edge, and never the same along any line."""
    image = Image.new("RGB", (width, height))
    for y in range(height):
        for x in range(width):
            edge = 90 if (x - width / 3) ** 2 + (y - height / 2) ** 2 < (height / 3) ** 2 else 0
            image.putpixel((x, y), (x * 200 // width + edge // 2, y * 200 // height, 40 + edge))
    return image


def pillow_files() -> Iterator[tuple[str, bytes]]:
    """Files that Pillow writes."""
    for width, height in SIZES:
        image = picture(width, height)
        name = f"{width}x{height}"
        for subsampling in ("4:4:4", "4:2:2", "4:2:0"):
            for progressive in (False, True):
                settings = {"subsampling": subsampling, "progressive": progressive, "quality": 85}
                kind = "progressive" if progressive else "baseline"
                yield f"{name} {subsampling} {kind}", saved(image, **settings)
        yield f"{name} gray", saved(image.convert("L"), quality=85)
        yield f"{name} gray progressive", saved(image.convert("L"), quality=85, progressive=True)
        yield f"{name} RGB", saved(image, quality=90, keep_rgb=True)
    image = picture(100, 75)
    for blocks in (1, 2, 7, 100):
        yield f"restart every {blocks} blocks", saved(image, quality=80, restart_marker_blocks=blocks)
    yield "restart every row", saved(image, quality=80, restart_marker_rows=1)
    for quality in (1, 5, 50, 100):
        yield f"quality {quality}", saved(image, quality=quality)
    yield "optimized", saved(image, optimize=True)


def ink_files() -> Iterator[tuple[str, bytes]]:
    """CMYK, and YCCK by its marker."""
    for width, height in ((64, 48), (17, 33)):
        for progressive in (False, True):
            data = saved(picture(width, height).convert("CMYK"), quality=90, progressive=progressive)
            yield f"CMYK {width}x{height} {progressive}", data
            yield (
                f"CMYK {width}x{height} {progressive} coarse",
                saved(picture(width, height).convert("CMYK"), quality=90, progressive=progressive, subsampling="4:2:0"),
            )
            at = data.index(b"Adobe") + 11
            yield f"YCCK {width}x{height} {progressive}", data[:at] + b"\2" + data[at + 1 :]


def cjpeg_files() -> Iterator[tuple[str, bytes]]:
    """Files that need a program with more settings than Pillow has."""
    if shutil.which("cjpeg") is None:
        return
    for width, height in ((64, 48), (17, 33), (100, 75)):
        portable = saved(picture(width, height), "PPM")
        for sampling in CJPEG_SAMPLINGS:
            yield f"{width}x{height} {sampling}", cjpeg(portable, "-sample", sampling)
            yield f"{width}x{height} {sampling} progressive", cjpeg(portable, "-sample", sampling, "-progressive")
    for name, script in (("spectral", SPECTRAL), ("successive", SUCCESSIVE), ("separate", SEPARATE)):
        yield f"scans: {name}", cjpeg(portable, scans=script)
        yield f"scans: {name}, restarts", cjpeg(portable, "-restart", "1", scans=script)


def arithmetic_file() -> bytes | None:
    """Arithmetic coding, which the engine leaves to nobody."""
    return cjpeg(saved(picture(64, 48), "PPM"), "-arithmetic") if shutil.which("cjpeg") else None


def cjpeg(portable: bytes, *options: str, scans: str = "") -> bytes:
    """What ``cjpeg`` makes of a portable pixel map."""
    command = ["cjpeg", "-quality", "85", *options]
    if not scans:
        return subprocess.run(command, input=portable, capture_output=True, check=True).stdout
    with tempfile.NamedTemporaryFile("w", suffix=".scans") as script:
        script.write(scans)
        script.flush()
        command += ["-scans", script.name]
        return subprocess.run(command, input=portable, capture_output=True, check=True).stdout


def saved(image: Image.Image, kind: str = "JPEG", **settings: object) -> bytes:
    """The bytes of an image in a file."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **settings)
    return buffer.getvalue()


def every_file() -> dict[str, bytes]:
    """All that decode, by name."""
    return {**dict(pillow_files()), **dict(ink_files()), **dict(cjpeg_files())}


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in every_file().items():
        (folder / f"{name.replace('/', '-')}.jpg").write_bytes(data)
