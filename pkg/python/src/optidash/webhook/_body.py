"""Reading a body, and no more of it than the receiver takes."""

from __future__ import annotations

from collections.abc import Callable

#: Bytes of a refused request that are read and thrown away, so that the answer is not lost to a reset connection.
DISCARDED = 1 << 16

#: More digits than any length has; Python's own conversion has a limit that it raises at.
_DIGITS = 19


class BodyAlreadyReadError(RuntimeError):
    """Something read the body before the webhook's handler, which judges it as it came."""

    def __init__(self) -> None:
        super().__init__(
            "the body was read before the webhook handler got it; mount the handler before whatever reads bodies "
            "(middleware that parses forms or JSON, or logs requests), or exempt the webhook's path from it"
        )


def read_up_to(read: Callable[[int], bytes], limit: int) -> bytes:
    """Read to the end or to the limit, whichever comes first.

    Args:
        read: reads so many bytes or fewer, and none at the end.
        limit: how many bytes to read at most.
    """
    body = bytearray()
    while len(body) < limit:
        chunk = read(limit - len(body))
        if not chunk:
            break
        body += chunk
    return bytes(body)


def require_whole(body: bytes, declared: str | None) -> bytes:
    """The body, unless it is empty against its declared length, since something else has read it."""
    if not body and length_of(declared):
        raise BodyAlreadyReadError
    return body


def length_of(text: str | None) -> int | None:
    """The declared length of a body; none if there is none, or it is no number."""
    is_number = text is not None and text.isascii() and text.isdigit() and len(text) <= _DIGITS
    return int(text) if is_number and text else None
