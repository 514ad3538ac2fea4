"""The wheel, installed in a fresh virtual environment as a user would."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tarfile
import venv
from importlib.metadata import distribution, distributions
from pathlib import Path
from zipfile import ZipFile

import pytest
from conftest import ROOT, Api

PACKAGE = Path(__file__).parent.parent


@pytest.fixture(scope="module", params=["dist", "sources"])
def wheel(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel in ``dist/``, or one built here if there is none; and the one built from the packed sources."""
    if request.param == "sources":
        if "OPTIDASH_WHEEL_OF_SOURCES" not in os.environ:
            pytest.skip("cargo xtask test builds it")
        return Path(os.environ["OPTIDASH_WHEEL_OF_SOURCES"])
    if "OPTIDASH_WHEEL" in os.environ:
        return Path(os.environ["OPTIDASH_WHEEL"])
    built = sorted((ROOT / "dist").glob("optidash-*.whl"))
    if built:
        return built[-1]
    folder = tmp_path_factory.mktemp("wheel")
    maturin = [sys.executable, "-m", "maturin", "build", "--quiet", "--out", str(folder)]
    subprocess.run(maturin, cwd=PACKAGE, check=True)  # noqa: S603
    return next(folder.glob("*.whl"))


def requirements_of(name: str) -> set[str]:
    """A distribution and all that it requires, itself included."""
    lines = [line for line in distribution(name).requires or [] if "extra ==" not in line]
    required = {re.split(r"[\s;<>=!~\[(]", line)[0] for line in lines}
    # Some are required on other versions of Python only.
    present = {each for each in required if any(distributions(name=each))}
    return {name}.union(*map(requirements_of, present))


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment with the wheel and nothing but what it declares to need."""
    folder = tmp_path_factory.mktemp("fresh")
    venv.create(folder, with_pip=True)
    interpreter = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    offline = ["--disable-pip-version-check", "--quiet", "--no-index", "--no-deps"]
    run(interpreter, "-m", "pip", "install", *offline, str(wheel))
    packages = Path(run(interpreter, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
    # The dependencies come from the environment of the tests, so that no registry is needed.
    for name in requirements_of("httpx"):
        tops = {file.parts[0] for file in distribution(name).files or []}
        for top in tops - {"..", "__pycache__"}:
            if not (packages / top).exists():
                (packages / top).symlink_to(Path(str(distribution(name).locate_file(top))))
    return interpreter


def run(python: Path, *arguments: str, **environment: str) -> str:
    clean = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    finished = subprocess.run(  # noqa: S603
        [python, *arguments],
        env={**clean, **environment},
        capture_output=True,
        text=True,
        check=False,
        cwd=python.parent,
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


def test_the_wheel_fits_every_python_from_3_9_on(wheel: Path) -> None:
    assert "-cp39-abi3-" in wheel.name
    with ZipFile(wheel) as archive:
        names = archive.namelist()
        (metadata,) = [archive.read(name).decode() for name in names if name.endswith(".dist-info/METADATA")]
    assert "Requires-Python: >=3.9" in metadata
    assert re.findall(r"^Requires-Dist: (?!.*extra ==)(\w+)", metadata, re.MULTILINE) == ["httpx", "anyio"]
    assert {"optidash/__init__.py", "optidash/_core.pyi", "optidash/py.typed", "optidash/types.py"} <= set(names)
    assert sum(name.startswith("optidash/_core.") for name in names) == 2
    assert [name for name in names if "test" in name] == ["optidash/testing.py"]
    assert {f"optidash/webhook/{name}.py" for name in ("wsgi", "asgi", "flask", "django", "starlette")} <= set(names)
    assert {name.rsplit("/", 1)[1] for name in names if "/licenses/" in name} == {"LICENSE", "THIRD-PARTY-NOTICES.txt"}


def test_the_wheel_keeps_to_the_stable_abi(wheel: Path) -> None:
    # On its own: it looks at nothing but the file.
    audited = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "abi3audit", "--strict", "--report", str(wheel)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert audited.returncode == 0, audited.stderr
    (audit,) = json.loads(audited.stdout)["specs"].values()
    assert [each["result"]["is_abi3"] for each in audit["wheel"]] == [True]


def test_a_registry_would_take_it(wheel: Path) -> None:
    files = [wheel, *sorted((ROOT / "dist").glob("optidash-*.tar.gz"))]
    checked = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "twine", "check", "--strict", *map(str, files)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout


def test_the_sources_are_whole() -> None:
    packed = sorted((ROOT / "dist").glob("optidash-*.tar.gz"))
    if not packed:
        pytest.skip("cargo xtask test packs them")
    with tarfile.open(packed[-1]) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    wanted = {
        "PKG-INFO",
        "pyproject.toml",
        "Cargo.toml",
        "Cargo.lock",
        "LICENSE",
        "THIRD-PARTY-NOTICES.txt",
        "README.md",
    }
    wanted |= {"core/Cargo.toml", "bindings/python/Cargo.toml", "src/optidash/__init__.py", "src/optidash/py.typed"}
    assert wanted <= names
    assert not [name for name in names if name.endswith((".so", ".pyd")) or "/target/" in name]


def test_the_sample_of_the_documentation_runs_unchanged(python: Path, api: Api) -> None:
    sample = ROOT / "tests/e2e/samples/webhook.py"
    printed = run(python, str(sample), OPTIDASH_BASE_URL=api.url)
    assert printed == "f26656d4-3322-4279-acf4-0e1b3ef9d4bd\n"
    assert api.request.body == (
        b'{"url": "https://www.website.com/image.jpg", "resize": {"width": 100, "height": 75}, '
        b'"webhook": {"url": "https://www.website.com/endpoint"}}'
    )


def test_everything_public_can_be_imported(python: Path) -> None:
    program = "import optidash.types as types; from optidash import *; print(types.__file__, Receiver().networks)"
    program += "; import optidash.testing, optidash.webhook.wsgi, optidash.webhook.asgi; from optidash.webhook import *"
    printed = run(python, "-W", "error", "-c", program)
    assert str(python.parent.parent) in printed
    assert "212.224.84.128/26" in printed
