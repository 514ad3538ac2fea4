"""Draws the contact sheets of docs/engine.md: what the engine makes of a photograph, operation by operation.

python contact_sheets.py
"""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

import optidash

ROOT = Path(__file__).parents[2]
CELL = 240, 186
FRAME = 150, 150
MODES = ["auto", "fit", "exact", "fill", "landscape", "portrait"]
SIZED = {"resize": {"width": 210}}
OPERATIONS = [
    ("crop: ratio 1:1, right", {**SIZED, "crop": {"ratio": "1:1", "gravity": "right"}, "resize": {"width": 140}}),
    ("flip: horizontal", {**SIZED, "flip": {"horizontal": True}}),
    ("filter: blur 4", {**SIZED, "filter": {"blur": 4}}),
    ("adjust: unsharp 60", {**SIZED, "adjust": {"unsharp": 60}}),
    ("auto: enhance", {**SIZED, "auto": {"enhance": True}}),
    (
        "border 6, padding 8",
        {"resize": {"width": 180}, "border": {"size": 6}, "padding": {"size": 8, "background": "#fc8"}},
    ),
    ("mask: ellipse", {**SIZED, "mask": {"shape": "ellipse"}}),
    ("optimize: high", {**SIZED, "optimize": {"compression": "high"}, "output": {"format": "jpg"}}),
]


def made(photograph: bytes, operations: dict[str, object]) -> Image.Image:
    """What the engine makes."""
    operations.setdefault("output", {"format": "png"})
    return Image.open(io.BytesIO(optidash.transform(photograph, operations).data)).convert("RGBA")


def sheet(name: str, columns: int, cells: list[tuple[str, Image.Image, tuple[int, int] | None]]) -> None:
    """Lays pictures out in a grid, each with its title and, where it has one, its frame."""
    font = ImageFont.load_default(13)
    rows = -(-len(cells) // columns)
    canvas = Image.new("RGB", (CELL[0] * columns, CELL[1] * rows), "white")
    draw = ImageDraw.Draw(canvas)
    for number, (title, picture, frame) in enumerate(cells):
        x, y = CELL[0] * (number % columns) + 8, CELL[1] * (number // columns) + 22
        draw.text((x, y - 19), title, "#333", font)
        canvas.paste(picture, (x, y), picture)
        if frame is not None:
            draw.rectangle((x, y, x + frame[0] - 1, y + frame[1] - 1), outline="#e0218a", width=2)
    canvas.save(ROOT / "docs" / name, quality=82, progressive=True)


def main() -> None:
    """Writes both sheets."""
    photograph = (ROOT / "tests/images/coffee.jpg").read_bytes()
    modes = []
    for mode in MODES:
        resize = {"mode": mode, "width": FRAME[0], "height": FRAME[1], "background": "#cfd8dc"}
        picture = made(photograph, {"resize": resize})
        modes.append((f"{mode}: {picture.width} x {picture.height}", picture, FRAME))
    sheet("resize-modes.jpg", 3, modes)
    sheet("operations.jpg", 4, [(title, made(photograph, operations), None) for title, operations in OPERATIONS])


if __name__ == "__main__":
    main()
