"""Catching up: what failed or never arrived goes to the same handler."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from .._call import call
from .._client import Optidash, PastWebhook
from ._handler import WebhookHandler

if TYPE_CHECKING:
    from .._receiver import Notification


@dataclass(frozen=True)
class Reconciled:
    """The ids of the webhooks in the history.

    Attributes:
        handled: they were missing, and your function has handled them now.
        duplicate: they had been handled, or are being handled.
        unexpected: nobody expects them, and the handler takes expected ids only.
        failed: your function failed; they come again with the next call.
        unresolved: the API does not say what they were to report.
    """

    handled: list[str] = field(default_factory=list[str])
    duplicate: list[str] = field(default_factory=list[str])
    unexpected: list[str] = field(default_factory=list[str])
    failed: list[str] = field(default_factory=list[str])
    unresolved: list[str] = field(default_factory=list[str])


def reconcile(
    client: Optidash, handler: WebhookHandler, *, since: str | datetime, status: str | Sequence[str] | None = None
) -> Reconciled:
    """Go through the history that the API keeps, and call your function for what it did not get.

    It runs here and now, one notification after the other, and may be repeated: what the handler's store knows as
    handled is not handled again. The history does not hold the context of signed endpoints; if you need it here, give
    it to the store's `expect` as well.

    Args:
        client: asks the API.
        handler: gets what is missing.
        since: from when on, an ISO 8601 date in UTC or an aware datetime.
        status: the states to ask for, if not those in which a notification may not have arrived.

    Raises:
        OptidashError: when the API cannot be asked; what was handled before that stays handled.
        ValueError: for a datetime without a time zone.
    """
    done = Reconciled()
    seen: set[str] = set()
    # What arrives meanwhile leaves the list and moves the pages, so it is read until it shows nothing new.
    known = -1
    while known < len(seen):
        known = len(seen)
        for webhook in client.catch_up(_text(since), status=status):
            if webhook.id not in seen:
                seen.add(webhook.id)
                getattr(done, _resolve(client, handler, webhook)).append(webhook.id)
    return done


def _resolve(client: Optidash, handler: WebhookHandler, webhook: PastWebhook) -> str:
    notification = webhook.notification or _fetch(client, webhook.id)
    return "unresolved" if notification is None else handler.accept(notification)


def _fetch(client: Optidash, id: str) -> Notification | None:
    """The notification of one webhook, which a list may lack."""
    page, _ = call("history", {"answer": client.webhooks(id), "offset": 0})
    found = (PastWebhook.of(record).notification for record in page["webhooks"] if record["id"] == id)
    return next(found, None)


def _text(since: str | datetime) -> str:
    if isinstance(since, str):
        return since
    if since.tzinfo is None:
        raise ValueError(
            "since: a datetime without a time zone may mean any of them; give it one, such as timezone.utc"
        )
    return since.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
