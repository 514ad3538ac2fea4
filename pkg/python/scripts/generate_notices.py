"""Generate ``THIRD-PARTY-NOTICES.txt``: the licences of the Rust crates that are compiled into the wheel.

With ``--check`` nothing is written: it fails when the file is not what ``Cargo.lock`` says.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).parent.parent
TARGET = PACKAGE / "THIRD-PARTY-NOTICES.txt"
MANIFEST = PACKAGE.parent.parent / "bindings/python/Cargo.toml"

HEAD = """\
The extension module optidash._core contains the standard library of Rust (MIT OR Apache-2.0, see rust-lang.org) and
the crates below, each under the licence that follows its name. This software is based in part on the work of the
Independent JPEG Group.
"""

Crate = dict[str, Any]


def main() -> int:
    """Write the file, or tell whether it is up to date."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; fail when the file is stale")
    text = notices(linked_crates(cargo_metadata()))
    if not parser.parse_args().check:
        TARGET.write_text(text, encoding="utf-8")
        return 0
    if TARGET.read_text(encoding="utf-8") == text:
        return 0
    print(f"{TARGET.name} is stale: run scripts/generate_notices.py", file=sys.stderr)
    return 1


def cargo_metadata() -> dict[str, Any]:
    """What cargo knows of the crates of the extension module."""
    command = ["cargo", "metadata", "--format-version", "1", "--locked", "--manifest-path", str(MANIFEST)]
    document: dict[str, Any] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)  # noqa: S603
    return document


def linked_crates(metadata: dict[str, Any]) -> list[Crate]:
    """What ends up in the module on any platform: normal dependencies, without the macros that run while compiling."""
    crates: dict[str, Crate] = {crate["id"]: crate for crate in metadata["packages"]}
    nodes: dict[str, dict[str, Any]] = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    pending = [crate["id"] for crate in crates.values() if crate["manifest_path"] == str(MANIFEST.resolve())]
    found: set[str] = set()
    while pending:
        identity = pending.pop()
        if identity in found or is_macro(crates[identity]):
            continue
        found.add(identity)
        dependencies = nodes[identity]["deps"]
        pending += [each["pkg"] for each in dependencies if any(kind["kind"] is None for kind in each["dep_kinds"])]
    external = [crates[identity] for identity in found if crates[identity]["source"] is not None]
    return sorted(external, key=lambda crate: (crate["name"], crate["version"]))


def is_macro(crate: Crate) -> bool:
    """Whether a crate only runs while compiling."""
    return any("proc-macro" in target["kind"] for target in crate["targets"])


def notices(crates: list[Crate]) -> str:
    """The text of the file; crates with the same licence text share it."""
    sharing: dict[str, list[str]] = {}
    for crate in crates:
        name = f"{crate['name']} {crate['version']} ({crate['license']})"
        sharing.setdefault(licence_text(crate), []).append(name)
    names_and_text = ["\n".join(names) + f"\n\n{text}\n" for text, names in sharing.items()]
    return f"\n{'-' * 80}\n\n".join([HEAD, *names_and_text])


def licence_text(crate: Crate) -> str:
    """Of several licences to choose from, MIT asks for the least."""
    folder = Path(crate["manifest_path"]).parent
    files = sorted(
        path for path in folder.iterdir() if re.match(r"licen[cs]e|copying|unlicense", path.name, re.IGNORECASE)
    )
    # `False` comes first: MIT before others, and Apache last.
    preferred = sorted(files, key=lambda path: ("mit" not in path.name.lower(), "apache" in path.name.lower()))
    if not preferred:
        return f"{crate['name']} ships no licence text; see {crate['repository']}"
    return preferred[0].read_text(encoding="utf-8").replace("\r\n", "\n").strip()


if __name__ == "__main__":
    sys.exit(main())
