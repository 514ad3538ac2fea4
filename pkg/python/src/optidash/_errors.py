"""The errors of this package: one hierarchy, built from the documents of the core."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._answers import ErrorCode


class OptidashError(Exception):
    """The base of every error that this package raises.

    Attributes:
        code: a stable name to program against, such as ``out_of_range``.
        path: the attribute at fault, such as ``resize.width``; empty when it is not in one attribute.
        message: what was wrong and how to mend it.
        status: the HTTP status that the API answered with, if it did.
        request_id: the id of the request, to be quoted to support.
        headers: the headers that the API answered with, as pairs, without secrets.
        metadata: the JSON that the API answered with, if it did.
        retry_after: seconds after which the API wants to be asked again, if it says so.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str = "",
        path: str = "",
        status: int | None = None,
        request_id: str | None = None,
        headers: Iterable[Sequence[str]] = (),
        metadata: dict[str, Any] | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code: ErrorCode = code
        self.path = path
        self.status = status
        self.request_id = request_id
        self.headers = tuple((name, value) for name, value in headers)
        self.metadata = metadata
        self.retry_after = retry_after

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class ValidationError(OptidashError):
    """What was asked for cannot be sent; nothing was."""


class ApiError(OptidashError):
    """The API refused the request."""


class AuthenticationError(ApiError):
    """The API does not accept the key."""


class RateLimitError(ApiError):
    """The API asks to slow down."""


class ConnectionError(OptidashError):  # noqa: A001 - the name this error has in every language
    """The API could not be reached, the connection broke, or a local file could not be read or written."""


class TimeoutError(OptidashError):  # noqa: A001 - the name this error has in every language
    """The API did not answer in time."""


class UnexpectedResponseError(OptidashError):
    """The answer is not one that the API gives."""


class ImageError(OptidashError):
    """The embedded engine cannot read or produce the image."""


_CLASSES = {
    each.__name__: each
    for each in (
        ValidationError,
        AuthenticationError,
        ApiError,
        RateLimitError,
        ConnectionError,
        TimeoutError,
        UnexpectedResponseError,
        ImageError,
    )
}


def error_from(document: str) -> OptidashError:
    """Build the exception that an error document of the core describes."""
    fields: dict[str, Any] = json.loads(document)
    # A class that a newer core adds is still an error of this package.
    return _CLASSES.get(fields.pop("type"), OptidashError)(fields.pop("message"), **fields)
