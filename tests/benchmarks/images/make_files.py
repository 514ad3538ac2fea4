"""Makes the pictures that the benchmark measures, from the photographs of the tests: python make_files.py <folder>.

The same photographs and the same Pillow give the same bytes. A photograph of half a megapixel that is enlarged has too
little detail for its size, so noise stands for it: much in "dense", which takes 2.7 bits a pixel as photographs full of leaves
do, little in "ordinary".
"""

import sys
from pathlib import Path

import numpy
from PIL import Image

PHOTOGRAPHS = Path(__file__).parents[2] / "images"


def photograph(name: str, width: int, height: int) -> Image.Image:
    """A photograph of the tests, cut to the ratio of the sides and resized."""
    picture = Image.open(PHOTOGRAPHS / name).convert("RGB")
    part_width = min(picture.width, picture.height * width // height)
    part_height = min(picture.height, picture.width * height // width)
    left, top = (picture.width - part_width) // 2, (picture.height - part_height) // 2
    box = (left, top, left + part_width, top + part_height)
    return picture.resize((width, height), Image.Resampling.LANCZOS, box)


def with_noise(picture: Image.Image, luma: float, chroma: float) -> Image.Image:
    """Noise of these standard deviations, the same each time."""
    random = numpy.random.default_rng(1)
    pixels = numpy.asarray(picture).astype("f4")
    shape = pixels.shape[:2]
    pixels += random.standard_normal((*shape, 1), dtype="f4") * luma
    pixels += random.standard_normal((*shape, 3), dtype="f4") * chroma
    return Image.fromarray(pixels.round().clip(0, 255).astype("u1"))


def with_alpha(picture: Image.Image) -> Image.Image:
    """Opaque in the middle, transparent at the corners, with a soft edge and a grain that does not compress to nothing."""
    y, x = numpy.mgrid[-1 : 1 : picture.height * 1j, -1 : 1 : picture.width * 1j]
    alpha = (255 * (1.3 - numpy.hypot(x, y)) / 0.4).clip(0, 255).astype("u1")
    picture = picture.copy()
    picture.putalpha(Image.fromarray(alpha))
    return picture


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    large = photograph("coffee.jpg", 4000, 3000)
    dense, ordinary = with_noise(large, 9, 4.5), with_noise(large, 3, 1.5)
    dense.save(folder / "dense.jpg", quality=88, subsampling=2)
    ordinary.save(folder / "ordinary.jpg", quality=85, subsampling=2)
    ordinary.save(folder / "progressive.jpg", quality=85, subsampling=2, progressive=True)
    ordinary.resize((640, 480), Image.Resampling.LANCZOS).save(folder / "small.jpg", quality=85, subsampling=2)
    full_hd = with_noise(photograph("rocket.jpg", 1920, 1080), 1, 0.5)
    with_alpha(full_hd).save(folder / "alpha.png")
    full_hd.save(folder / "photo.webp", quality=85, method=4)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
