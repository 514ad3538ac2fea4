"""Generate ``src/optidash/_operations.py`` from the core's table of operations.

The table is what the core answers to ``operations``; it is read from a file or from standard input:

    python -c "from optidash import _core; print(_core.call('operations', '{}', b'')[0])" |
        python scripts/generate_types.py
"""

from __future__ import annotations

import argparse
import json
import keyword
import sys
import textwrap
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent.parent / "src" / "optidash" / "_operations.py"

Table = dict[str, Any]

TYPES = {
    "boolean": "bool",
    "integer": "int",
    "number": "float",
    "text": "str",
    "url": "str",
    "color": "str",
    "ratio": "str",
    "path": "str",
    "hash": "Mapping[str, Any]",
}

HEADER = '''"""The operations and their attributes.

Generated from the core by ``scripts/generate_types.py``: do not edit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Generic, Literal, TypedDict, TypeVar, Union

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._transport import Upload

Built = TypeVar("Built")
'''

METHODS_HEADER = '''

def merged(name: str, attributes: Any, more: Mapping[str, object]) -> Any:
    """The attributes given as a dict and those given as keywords, in this order; what is no dict stays as it is."""
    if not more:
        return attributes
    twice = sorted(set(attributes).intersection(more))
    if twice:
        raise TypeError(f"{name}() got multiple values for attribute {twice[0]!r}")
    return {**attributes, **more}


class OperationMethods(Generic[Built]):
    """A method for each operation."""

    __slots__ = ()

    def _step(self, name: str, arguments: tuple[object, ...], upload: Upload | None = None) -> Built:
        raise NotImplementedError
'''


def main() -> int:
    """Write the module, or tell whether it is up to date."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("table", nargs="?", type=Path, help="the file; standard input without it")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when the module is stale")
    arguments = parser.parse_args()
    table = arguments.table.read_text(encoding="utf-8") if arguments.table else sys.stdin.read()
    source = module(json.loads(table))
    if not arguments.check:
        TARGET.write_text(source, encoding="utf-8")
        return 0
    if TARGET.read_text(encoding="utf-8") == source:
        return 0
    print(f"{TARGET} is stale: run scripts/generate_types.py", file=sys.stderr)
    return 1


def module(operations: list[Table]) -> str:
    """The source of the module."""
    known = [each for one in operations if one["attributes"] for each in (*inner_hashes(one), one)]
    hashes = "".join(map(attribute_hash, known))
    names = list(map(class_name, known))
    exported = "".join(f'    "{name}",\n' for name in sorted([*names, "Operations"]))
    methods = "".join(method(operation) for operation in operations)
    return f"{HEADER}\n__all__ = [\n{exported}]\n{hashes}{operation_hashes(operations)}{METHODS_HEADER}{methods}"


def class_name(operation: Table) -> str:
    """The name of the type that holds the attributes of an operation."""
    return str(operation.get("type") or operation["name"].capitalize())


def attribute_hash(operation: Table) -> str:
    """The ``TypedDict`` of an operation's attributes."""
    name = class_name(operation)
    # The class syntax cannot name an attribute after a keyword of Python.
    reserved = [each for each in operation["attributes"] if keyword.iskeyword(each["name"])]
    items = ", ".join(f'"{each["name"]}": {annotation(operation["name"], each)}' for each in reserved)
    base = f'_{name} = TypedDict("_{name}", {{{items}}}, total=False)\n\n\n' if reserved else ""
    fields = "".join(
        f"\n    {each['name']}: {annotation(operation['name'], each)}\n{paragraph(description(each), 4)}"
        for each in operation["attributes"]
        if each not in reserved
    )
    parent = f"_{name}" if reserved else "TypedDict"
    title = paragraph(f"The attributes of `{operation['name']}`.", 4)
    return f"\n\n{base}class {name}({parent}, total=False):\n{title}{fields}"


def shown_hash(attribute: Table) -> list[Table] | None:
    """What samples show in an attribute that is a hash, but whose type is not documented."""
    sample: Table = attribute.get("sample", {})
    return sample.get("attributes")


def inner_name(operation: str, attribute: Table) -> str:
    """The name of the type of a hash inside the attributes of an operation."""
    return f"{operation.capitalize()}{attribute['name'].capitalize()}"


def inner_hashes(operation: Table) -> list[Table]:
    """The hashes inside the attributes of an operation, as if they were operations."""
    return [
        {
            "name": f"{operation['name']}.{each['name']}",
            "type": inner_name(operation["name"], each),
            "attributes": shown,
        }
        for each in operation["attributes"]
        if (shown := shown_hash(each))
    ]


def operation_hashes(operations: list[Table]) -> str:
    """The ``TypedDict`` of several operations by name."""
    fields = "".join(f"\n    {each['name']}: {open_type(each)}\n{paragraph(each['doc'], 4)}" for each in operations)
    return f"\n\nclass Operations(TypedDict, total=False):\n{paragraph('Operations by name.', 4)}{fields}"


def method(operation: Table) -> str:
    """The method of an operation."""
    name = operation["name"]
    known = bool(operation["attributes"])
    keywords = f"Unpack[{class_name(operation)}]" if known else "Any"
    documentation = "\n".join(
        textwrap.indent(wrapped(f"{each['name']}: {description(each)}", 12, "    "), " " * 12)
        for each in operation["attributes"]
    )
    arguments = f"\n\n        Attributes, as a dict or as keyword arguments:\n{documentation}" if known else ""
    source = f"\n\n        Source: {operation['source']}."
    return f'''
    def {name}(self, attributes: {open_type(operation)} = {{}}, /, **more: {keywords}) -> Built:
        """{wrapped(operation["doc"], 8, "        ")}{arguments}{source}
        """
        return self._step("{name}", (merged("{name}", attributes, more),))
'''


def open_type(operation: Table) -> str:
    """What a dict of attributes may be: what is known of it, or anything that is newer than this package."""
    return f"Union[{class_name(operation)}, Mapping[str, Any]]" if operation["attributes"] else "Mapping[str, Any]"


def annotation(operation: str, attribute: Table) -> str:
    """The type of an attribute. A value beside the known ones is the API's to judge."""
    if attribute["type"] == "shown":
        shown = shown_hash(attribute)
        return f"Union[{inner_name(operation, attribute)}, Any]" if shown else "Any"
    if attribute["type"] == "choice":
        return f"Union[Literal[{', '.join(map(json.dumps, attribute['values']))}], str]"
    return TYPES[attribute["type"]]


def description(attribute: Table) -> str:
    """What an attribute means, with its range and its default."""
    notes = [attribute["doc"]]
    if attribute.get("minimum") is not None:
        maximum = attribute.get("maximum")
        notes.append(f"From {attribute['minimum']} {'up' if maximum is None else f'to {maximum}'}.")
    if attribute["default"] is not None:
        notes.append(f"Default: {attribute['default']}.")
    if attribute["required"]:
        notes.append("Required.")
    if attribute["source"] is not None:
        notes.append(f"Source: {attribute['source']}.")
    return " ".join(notes)


def paragraph(text: str, indentation: int) -> str:
    """A docstring of its own."""
    margin = " " * indentation
    body = wrapped(text, indentation + 3, margin)
    end = f"\n{margin}" if "\n" in body or body.endswith('"') else ""
    return f'{margin}"""{body}{end}"""\n'


def wrapped(text: str, indentation: int, margin: str) -> str:
    """Text broken into lines that fit beside an indentation; all but the first carry the margin."""
    return f"\n{margin}".join(textwrap.wrap(text, 117 - indentation, break_long_words=False))


if __name__ == "__main__":
    sys.exit(main())
