"""Every file of Willem van Schaik's PngSuite, in the folder that the environment variable PNGSUITE names."""

from __future__ import annotations

import os
from pathlib import Path

import optidash
import pytest

from conftest import engine
from test_png_kinds import assert_same

FOLDER = os.environ.get("PNGSUITE", "")
FILES = sorted(Path(FOLDER).rglob("*.png")) if FOLDER else []
# A shade of 4 or 16 bits is transparent here, as the PNG specification says, and not in Pillow.
BETTER = {"tbbn0g04", "tbwn0g16"}


@pytest.mark.skipif(not FILES, reason="PNGSUITE names no folder with the suite")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_decodes_or_is_refused(path: Path) -> None:
    data = path.read_bytes()
    if path.stem.startswith("x"):
        with pytest.raises(optidash.ImageError):
            engine(data)
    elif path.stem in BETTER:
        assert engine(data).convert("RGBA").getchannel("A").getextrema() == (0, 255)
    else:
        assert_same(data, tolerance=1 if "16" in path.stem else 0)
