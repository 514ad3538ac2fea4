"""The rules of the Optidash API, compiled."""

from typing_extensions import Buffer

class CoreError(Exception):
    """An error of the core; the argument is its JSON document."""

    args: tuple[str]

def call(operation: str, document: str, data: Buffer, /) -> tuple[str, bytes]:
    """Call an operation by name: a JSON document and bytes in, a JSON document and bytes out."""
