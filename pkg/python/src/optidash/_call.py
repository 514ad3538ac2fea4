"""The one door to the core: a document in, a document out, its errors as exceptions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, cast

from . import _core
from ._errors import OptidashError, error_from

if TYPE_CHECKING:
    from typing_extensions import Buffer


class Private(dict[str, Any]):
    """A document that holds secrets: a traceback that shows local variables does not show what is in it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<private>"


def call(operation: str, document: Mapping[str, object], data: Buffer = b"") -> tuple[dict[str, Any], bytes]:
    """Call an operation of the core.

    Raises:
        OptidashError: the class that fits what the core found wrong.
    """
    outcome = _attempt(operation, document, data)
    # Raised here, where no local variable holds the text that the core was given.
    if isinstance(outcome, OptidashError):
        raise outcome
    return outcome


def failure(kind: str, detail: object, **more: object) -> OptidashError:
    """The core's error for a failed transport."""
    try:
        call("transport_error", {"kind": kind, "detail": str(detail), **more})
    except OptidashError as error:
        return error
    raise AssertionError("transport_error always answers with an error")


def _attempt(
    operation: str, document: Mapping[str, object], data: Buffer
) -> tuple[dict[str, Any], bytes] | OptidashError:
    text, cause = _encode(document)
    try:
        answer, output = _core.call(operation, text, data)
    except _core.CoreError as refused:
        error = error_from(refused.args[0])
        error.__cause__ = cause
        return error
    return json.loads(answer), output


def _encode(document: Mapping[str, object]) -> tuple[str, Exception | None]:
    """The document as JSON, or a text that the core refuses, and why JSON cannot hold the document."""
    try:
        return json.dumps(document, default=_plain, allow_nan=False), None
    except (TypeError, ValueError, RecursionError) as error:
        # Without the frames of `json`, whose local variables hold parts of the document.
        return "not JSON", error.with_traceback(None)


def _plain(value: object) -> object:
    """Turn what other libraries use for numbers and dicts (NumPy's scalars, read-only mappings) into Python's own."""
    if isinstance(value, Mapping):
        return dict(cast("Mapping[object, object]", value))
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        return float(value)
    raise TypeError(f"JSON cannot hold an object of type {type(value).__name__}")
