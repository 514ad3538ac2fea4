"""Catching up: what failed or never arrived goes to the same handler."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from .._client import AsyncOptidash, Optidash, api_of
from .._options import Options
from .._steps import Steps, run, run_async
from ._handler import WebhookHandler

if TYPE_CHECKING:
    from .._api import Api, PastWebhook
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
    return run(_reconciling(api_of(client), handler.accept, _text(since), status))


async def reconcile_async(
    client: AsyncOptidash, handler: WebhookHandler, *, since: str | datetime, status: str | Sequence[str] | None = None
) -> Reconciled:
    """Do as `reconcile` does, in an event loop; a coroutine function runs in that loop."""

    async def accept(notification: Notification) -> str:
        return await handler.accept_async(notification)

    return await run_async(_reconciling(api_of(client), accept, _text(since), status))


def _reconciling(
    api: Api, accept: Callable[[Notification], Any], since: str, status: str | Sequence[str] | None
) -> Steps[Reconciled]:
    done = Reconciled()
    seen: set[str] = set()
    # What arrives meanwhile leaves the list and moves the pages, so it is read until it shows nothing new.
    known = -1
    while known < len(seen):
        known = len(seen)
        pages = api.catch_up(since, status, 0, Options())
        while pages.are_left:
            for webhook in (yield from pages.next()):
                if webhook.id not in seen:
                    seen.add(webhook.id)
                    outcome = yield from _resolving(api, accept, webhook)
                    getattr(done, outcome).append(webhook.id)
    return done


def _resolving(api: Api, accept: Callable[[Notification], Any], webhook: PastWebhook) -> Steps[str]:
    notification = webhook.notification
    if notification is None:
        # A list may lack what each webhook has.
        found = yield from api.webhook(webhook.id)
        notification = None if found is None else found.notification
    if notification is None:
        return "unresolved"
    outcome: str = yield accept(notification)
    return outcome


def _text(since: str | datetime) -> str:
    if isinstance(since, str):
        return since
    if since.tzinfo is None:
        raise ValueError(
            "since: a datetime without a time zone may mean any of them; give it one, such as timezone.utc"
        )
    return since.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
