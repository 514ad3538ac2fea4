"""The client: a key, an address, and connections that its requests share."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any

from ._call import call
from ._receiver import Notification
from ._request import Builder, Chain, Request
from ._transport import Metadata, Transport, Upload

if TYPE_CHECKING:
    import httpx
    from typing_extensions import Literal, Self


def settings_of(key: object, base_url: str | None, **more: object) -> dict[str, object]:
    """The settings of a client as the core reads them; what was not given is the core's to decide."""
    base_url = base_url or os.environ.get("OPTIDASH_BASE_URL") or None
    settings = {"key": key, "base_url": base_url, "agent": "python", **more}
    return {name: value for name, value in settings.items() if name == "key" or value is not None}


@dataclass(frozen=True)
class PastWebhook:
    """A webhook in the history that the API keeps.

    Attributes:
        id: the id of the request.
        status: its state.
        notification: what was sent or should have been, if the API still has it.
    """

    id: str
    status: str
    notification: Notification | None

    @classmethod
    def of(cls, record: dict[str, Any]) -> PastWebhook:
        """Build it from a record of the core."""
        notification = record["notification"]
        return cls(record["id"], record["status"], Notification(**notification) if notification else None)


class Optidash(Builder[Request]):
    """A client of the Optidash image API.

    It may be shared by threads, and no request carries anything over to another. Use it as a context manager, or call
    `close`, to give its connections back.

    Args:
        key: your API key.
        base_url: an API other than the public one, such as a local ``optidash serve``. The environment variable
            ``OPTIDASH_BASE_URL`` does the same.
        authentication: how the key is sent, ``basic`` or ``bearer``; ``basic`` unless told.
        client: your own ``httpx.Client``, with its timeouts, proxies and certificates. It stays yours to close.

    Raises:
        ValidationError: for a key or an address that cannot be one.
    """

    __slots__ = ("_settings", "_transport")

    def __init__(
        self,
        key: str,
        *,
        base_url: str | None = None,
        authentication: Literal["basic", "bearer"] | None = None,
        client: httpx.Client | None = None,
    ) -> None:
        self._settings = settings_of(key, base_url, authentication=authentication)
        # Describing the simplest request checks the settings now, not at the first use.
        call("account", self._settings)
        self._transport = Transport(client)

    def __repr__(self) -> str:
        return "<optidash.Optidash>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections. A client that you brought stays open."""
        self._transport.close()

    def account(self) -> Metadata:
        """Ask for the plan and the quota of the account.

        Raises:
            OptidashError: the class that fits what went wrong.
        """
        return self._query("account", {})

    def webhooks(
        self,
        id: str | None = None,  # noqa: A002 - the API's own word
        *,
        status: str | Sequence[str] | None = None,
        start: str | None = None,
        end: str | None = None,
        offset: int | None = None,
        limit: int | None = None,
    ) -> Metadata:
        """Ask for one webhook by its id, or for those of the last 60 days that match.

        Args:
            id: the id of a request that had a webhook; without it, all that match are listed.
            status: ``created``, ``scheduled``, ``dispatched``, ``delivered`` or ``failed``, or several of these.
            start: the begin of the range, an ISO 8601 date in UTC such as ``2026-01-31T12:00:00.000Z``.
            end: the end of the range, likewise.
            offset: how many to skip.
            limit: how many to return.

        Raises:
            OptidashError: the class that fits what went wrong.
        """
        filters = {"id": id, "status": status, "start": start, "end": end, "offset": offset, "limit": limit}
        given = {name: value for name, value in filters.items() if value is not None}
        return self._query("webhooks", {"filters": given})

    def catch_up(
        self, since: str, *, status: str | Sequence[str] | None = None, offset: int = 0
    ) -> Iterator[PastWebhook]:
        """Go through the webhooks that may not have arrived, for an endpoint that was down.

        Args:
            since: from when on, an ISO 8601 date in UTC such as ``2026-01-31T12:00:00.000Z``.
            status: the states to ask for, if not those in which a notification may not have arrived.
            offset: how many to skip.

        Raises:
            OptidashError: the class that fits what went wrong.
        """
        following: int | None = offset
        while following is not None:
            options = {"since": since, "status": status, "offset": following}
            answer = self._query("catch_up", {"catch_up": options})
            page, _ = call("history", {"answer": answer, "offset": following})
            yield from map(PastWebhook.of, page["webhooks"])
            following = page["next_offset"]

    def _query(self, operation: str, more: dict[str, object]) -> Metadata:
        description, _ = call(operation, {**self._settings, **more})
        return self._transport.metadata(description)

    def _step(self, name: str, arguments: tuple[object, ...], upload: Upload | None = None) -> Request:
        return Request(Chain(self._settings).then(name, arguments, upload), self._transport)
