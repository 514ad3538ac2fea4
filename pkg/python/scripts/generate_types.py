"""Generate ``src/optidash/_operations.py`` and ``_answers.py`` from the core's tables.

They are what the core answers to ``operations`` and ``answers``, in one document, read from a file or from standard
input.
"""

from __future__ import annotations

import argparse
import json
import keyword
import sys
import textwrap
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent.parent / "src" / "optidash"

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

ANSWERS_HEADER = '''"""What the API answers with, and the names in it.

Generated from the core by ``scripts/generate_types.py``: do not edit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Optional, TypedDict, Union

if TYPE_CHECKING:
    from typing_extensions import NotRequired
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
    """Write the modules, or tell whether they are up to date."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tables", nargs="?", type=Path, help="the file; standard input without it")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a module is stale")
    arguments = parser.parse_args()
    tables = json.loads(arguments.tables.read_text(encoding="utf-8") if arguments.tables else sys.stdin.read())
    modules = {"_operations.py": module(tables["operations"]), "_answers.py": answers_module(tables["answers"])}
    stale = [TARGET / name for name, source in modules.items() if read(TARGET / name) != source]
    if not arguments.check:
        for path in stale:
            path.write_text(modules[path.name], encoding="utf-8")
        return 0
    for path in stale:
        print(f"{path} is stale: run scripts/generate_types.py", file=sys.stderr)
    return 1 if stale else 0


def read(path: Path) -> str:
    """The text of a file, or nothing when there is none."""
    return path.read_text(encoding="utf-8") if path.exists() else ""


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


def answers_module(answers: Table) -> str:
    """The source of the module with what the API answers."""
    exported = sorted(each["name"] for kind in ("documents", "unions", "names") for each in answers[kind])
    listed = "".join(f'    "{name}",\n' for name in exported)
    names = "".join(names_type(each) for each in answers["names"])
    documents = "".join(document_type(each) for each in answers["documents"])
    unions = "".join(
        f"\n\n{each['name']} = Union[{', '.join(each['documents'])}]\n{paragraph(each['doc'], 0)}"
        for each in answers["unions"]
    )
    return f"{ANSWERS_HEADER}\n__all__ = [\n{listed}]\n{names}{documents}{unions}"


def names_type(names: Table) -> str:
    """The ``Literal`` of a list of names; an open list takes any text beside them."""
    literals = "".join(f'    "{each["name"]}",\n' for each in names["values"])
    meanings = "\n".join(
        textwrap.fill(f"- `{each['name']}`: {each['doc']}", 118, subsequent_indent="  ") for each in names["values"]
    )
    literal = f"Literal[\n{literals}]"
    kind = f"Union[{literal}, str]" if names["open"] else literal
    return f'\n{names["name"]} = {kind}\n"""{names["doc"]}\n\n{meanings}\n"""\n'


def document_type(document: Table) -> str:
    """The ``TypedDict`` of a document."""
    title = f'    """{document["doc"]}\n\n    Source: {document["source"]}.\n    """\n'
    fields = "".join(
        f"\n    {each['name']}: {field_type(each)}\n{paragraph(each['doc'], 4)}"
        for each in document["fields"]
        if each["type"] != "absent"
    )
    return f"\n\nclass {document['name']}({document['extends'] or 'TypedDict'}):\n{title}{fields}"


def field_type(field: Table) -> str:
    """The type of a field of a document."""
    kinds = {"boolean": "bool", "integer": "int", "text": "str"}
    kind = kinds.get(field["type"]) or field.get("list") or field.get("document")
    if field["type"] == "choice":
        kind = f"Union[Literal[{', '.join(map(json.dumps, field['values']))}], str]"
    if kind is None:
        raise ValueError(f"the table has a type that the generator does not know: {field['type']}")
    if field["nullable"]:
        kind = f"Optional[{kind}]"
    return f"NotRequired[{kind}]" if field["optional"] else kind


if __name__ == "__main__":
    sys.exit(main())
