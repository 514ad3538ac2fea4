"""The types: fresh, accepted by the type checkers, and useful to a user."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from optidash import _core

PACKAGE = Path(__file__).parent.parent
TESTS = Path(__file__).parent


def run(*command: str, text: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603
        [sys.executable, *command], input=text, capture_output=True, text=True, check=False, cwd=PACKAGE
    )


@pytest.mark.parametrize(
    ("text", "changed", "module"),
    [
        ("Resizes the image", "Resizes a picture", "_operations.py"),
        ("Notifications come by", "Notifications came by", "_answers.py"),
    ],
)
def test_the_types_are_those_of_the_core(text: str, changed: str, module: str, tmp_path: Path) -> None:
    tables = json.dumps({name: json.loads(_core.call(name, "{}", b"")[0]) for name in ("operations", "answers")})
    checked = run("scripts/generate_types.py", "--check", text=tables)
    assert checked.returncode == 0, checked.stderr
    (tmp_path / "tables.json").write_text(tables.replace(text, changed), encoding="utf-8")
    stale = run("scripts/generate_types.py", str(tmp_path / "tables.json"), "--check")
    assert stale.returncode == 1
    assert f"{module} is stale" in stale.stderr


def test_the_package_is_marked_as_typed() -> None:
    assert (Path(_core.__file__ or "").parent / "py.typed").is_file()


@pytest.mark.parametrize("checker", [["mypy", "--strict"], ["pyright", "--pythonpath", sys.executable]])
def test_a_program_of_a_user(checker: list[str]) -> None:
    checked = run("-m", *checker, "tests/consumer.py")
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("checker", [["mypy", "--strict"], ["pyright", "--pythonpath", sys.executable]])
def test_mistakes_of_a_user(checker: list[str], tmp_path: Path) -> None:
    # Beside the project its settings, which leave this file out, do not count.
    program = tmp_path / "program.py"
    program.write_text((TESTS / "misuse.py").read_text(encoding="utf-8"), encoding="utf-8")
    checked = subprocess.run(  # noqa: S603
        [sys.executable, "-m", *checker, str(program)], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    lines = program.read_text(encoding="utf-8").splitlines()
    expected = {number for number, line in enumerate(lines, 1) if line.endswith("# mistake")}
    found = {int(number) for number in re.findall(r"program\.py:(\d+)(?::\d+)?(?: -|:) error", checked.stdout)}
    assert found == expected
