"""Where ids are claimed, so that each notification is handled once and none is lost."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Protocol

from .._receiver import Notification, Receiver

Clock = Callable[[], float]


@dataclass(frozen=True)
class Claim:
    """The answer to a claim.

    Attributes:
        claimed: whether the id was free, and is now yours to handle.
        context: what `Store.expect` was given with the id.
        expected: whether `Store.expect` was given the id.
    """

    claimed: bool
    context: str | None = None
    expected: bool = False


class Store(Protocol):
    """What a `WebhookHandler` keeps ids in. Every method is atomic and may be called from any thread.

    An id is free, claimed, or completed, and forgotten after the retention, when it cannot come again.
    """

    def expect(self, id: str, context: str | None = None) -> None:
        """Note that a notification will come, and what to give to the handler along with it."""

    def claim(self, id: str, notification: Notification, *, only_expected: bool = False) -> Claim:
        """Claim an id for handling, and keep the notification until it is completed or released.

        Args:
            id: the id of the notification.
            notification: what `pending` gives back if this process dies.
            only_expected: claim nothing that `expect` was not told of.
        """
        ...

    def complete(self, id: str) -> None:
        """Note that a claimed notification was handled; it is never handled again."""

    def release(self, id: str) -> None:
        """Free a claimed id, for a notification that was not handled and whose sender was told so."""

    def bind(self, nonce: str, id: str) -> str:
        """Tie the nonce of a signed endpoint to the first id that comes with it, and give that id."""
        ...

    def pending(self, older_than: float) -> Iterator[Notification]:
        """Take over claims that were not completed, one at a time, each by one taker alone.

        Args:
            older_than: how many seconds ago they were claimed, or taken over, at least.
        """
        ...


@dataclass
class _Entry:
    touched: float
    expected: bool = False
    context: str | None = None
    claimed: bool = False
    notification: Notification | None = None

    @property
    def is_pending(self) -> bool:
        return self.notification is not None


class MemoryStore(Store):
    """A store for one process: nothing is handled twice, and what is claimed is lost with the process.

    Args:
        retention: for how many seconds ids are kept, if not for as long as the API keeps its history.
        clock: the time, in seconds since 1970.
    """

    def __init__(self, *, retention: float | None = None, clock: Clock = time.time) -> None:
        self._retention = retention_of(retention)
        self._clock = clock
        # Oldest first: whatever touches an entry moves it to the end.
        self._entries: dict[str, _Entry] = {}
        self._bound: dict[str, tuple[float, str]] = {}
        self._lock = threading.Lock()

    def expect(self, id: str, context: str | None = None) -> None:
        with self._lock:
            entry = self._touch(id)
            entry.expected, entry.context = True, context

    def claim(self, id: str, notification: Notification, *, only_expected: bool = False) -> Claim:
        with self._lock:
            self._forget()
            entry = self._entries.get(id)
            expected = entry is not None and entry.expected
            if only_expected and not expected:
                return Claim(claimed=False)
            if entry is not None and entry.claimed:
                return Claim(claimed=False, context=entry.context, expected=expected)
            entry = self._touch(id)
            entry.claimed, entry.notification = True, notification
            return Claim(claimed=True, context=entry.context, expected=expected)

    def complete(self, id: str) -> None:
        with self._lock:
            entry = self._touch(id)
            entry.claimed, entry.notification = True, None

    def release(self, id: str) -> None:
        with self._lock:
            entry = self._entries.get(id)
            if entry is not None and entry.is_pending:
                entry.claimed, entry.notification = False, None

    def bind(self, nonce: str, id: str) -> str:
        with self._lock:
            self._forget()
            return self._bound.setdefault(nonce, (self._clock(), id))[1]

    def pending(self, older_than: float) -> Iterator[Notification]:
        latest = self._clock() - older_than
        with self._lock:
            ids = [id for id, entry in self._entries.items() if entry.is_pending and entry.touched <= latest]
        for id in ids:
            with self._lock:
                entry = self._entries.get(id)
                if entry is None or entry.notification is None or entry.touched > latest:
                    continue
                notification, context = entry.notification, entry.context
                self._touch(id)
            yield with_context(notification, context)

    def _touch(self, id: str) -> _Entry:
        entry = self._entries.pop(id, None) or _Entry(0)
        entry.touched = self._clock()
        self._entries[id] = entry
        return entry

    def _forget(self) -> None:
        oldest = self._clock() - self._retention
        while self._entries and next(iter(self._entries.values())).touched < oldest:
            del self._entries[next(iter(self._entries))]
        while self._bound and next(iter(self._bound.values()))[0] < oldest:
            del self._bound[next(iter(self._bound))]


def retention_of(seconds: float | None) -> float:
    """For how long ids are kept: as long as the API keeps its history, unless told."""
    return Receiver().retention if seconds is None else seconds


def with_context(notification: Notification, context: str | None) -> Notification:
    """The notification with the context that its id is expected with, rather than that of a signed endpoint."""
    return notification if context is None else replace(notification, context=context)


def encode(notification: Notification) -> str:
    """The notification as text, for a store outside this process."""
    return json.dumps({name: value for name, value in vars(notification).items() if name != "accepted"})


def decode(text: str | bytes) -> Notification:
    """The notification that `encode` wrote."""
    fields: dict[str, Any] = json.loads(text)
    return Notification(**fields)
