"""The one door to the core: a document in, a document out, its errors as exceptions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, cast

from . import _core
from ._errors import error_from

if TYPE_CHECKING:
    from typing_extensions import Buffer


def call(operation: str, document: Mapping[str, object], data: Buffer = b"") -> tuple[dict[str, Any], bytes]:
    """Call an operation of the core.

    Raises:
        OptidashError: the class that fits what the core found wrong.
    """
    text, cause = _encode(document)
    try:
        answer, output = _core.call(operation, text, data)
    except _core.CoreError as error:
        raise error_from(error.args[0]) from cause
    return json.loads(answer), output


def _encode(document: Mapping[str, object]) -> tuple[str, Exception | None]:
    """The document as JSON, or a text that the core refuses, and why JSON cannot hold the document."""
    try:
        return json.dumps(document, default=_plain, allow_nan=False), None
    except (TypeError, ValueError, RecursionError) as error:
        return "not JSON", error


def _plain(value: object) -> object:
    """Turn what other libraries use for numbers and dicts (NumPy's scalars, read-only mappings) into Python's own."""
    if isinstance(value, Mapping):
        return dict(cast("Mapping[object, object]", value))
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        return float(value)
    raise TypeError(f"JSON cannot hold an object of type {type(value).__name__}")
