"""How near pictures are to the best one of their size: python compare.py < tasks > answers, a JSON document a line.

A task is {"file", "width", "height", "made"}. The best picture is every pixel of the file, resized with Lanczos of three lobes,
colours weighted by their alpha. PSNR counts red, green and blue (over mid-gray, where there is alpha), SSIM luma in windows of
7 x 7 pixels. 99 dB stand for no difference at all.
"""

import functools
import json
import sys

import numpy
from PIL import Image

IDENTICAL = 99.0


def flat(image):
    if "A" not in image.mode:
        return numpy.asarray(image.convert("RGB"), "f8")
    pixels = numpy.asarray(image.convert("RGBA"), "f8")
    alpha = pixels[..., 3:] / 255
    return pixels[..., :3] * alpha + 128 * (1 - alpha)


@functools.cache
def best(file, width, height):
    image = Image.open(file)
    if "A" not in image.mode:
        return flat(image.convert("RGB").resize((width, height), Image.Resampling.LANCZOS))
    # "RGBa" is RGB times alpha, which Pillow resizes channel by channel.
    return flat(image.convert("RGBa").resize((width, height), Image.Resampling.LANCZOS).convert("RGBA"))


def psnr(one, other):
    error = numpy.mean((one - other) ** 2)
    return IDENTICAL if error == 0 else 10 * numpy.log10(255**2 / error)


def means(plane, window=7):
    """The mean of every window."""
    sums = numpy.pad(plane, ((1, 0), (1, 0))).cumsum(0).cumsum(1)
    area = sums[window:, window:] - sums[:-window, window:] - sums[window:, :-window] + sums[:-window, :-window]
    return area / window**2


def ssim(one, other):
    luma = numpy.array([0.299, 0.587, 0.114])
    a, b = one @ luma, other @ luma
    mean_a, mean_b = means(a), means(b)
    variance_a, variance_b = means(a * a) - mean_a**2, means(b * b) - mean_b**2
    covariance = means(a * b) - mean_a * mean_b
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    similar = (2 * mean_a * mean_b + c1) * (2 * covariance + c2)
    return float(numpy.mean(similar / ((mean_a**2 + mean_b**2 + c1) * (variance_a + variance_b + c2))))


for line in sys.stdin:
    task = json.loads(line)
    made = Image.open(task["made"])
    if made.size != (task["width"], task["height"]):
        print(json.dumps({"error": f"{task['made']} has {made.size} pixels"}), flush=True)
        continue
    pixels, wanted = flat(made), best(task["file"], task["width"], task["height"])
    print(json.dumps({"psnr": psnr(pixels, wanted), "ssim": ssim(pixels, wanted)}), flush=True)
