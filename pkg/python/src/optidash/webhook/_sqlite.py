"""A store in a SQLite database: for the processes of one machine, and what they accepted outlives them."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager

from .._receiver import Notification
from ._store import Claim, Clock, Store, decode, encode, retention_of, with_context

_SCHEMA = """
CREATE TABLE IF NOT EXISTS optidash_webhooks (
    id TEXT PRIMARY KEY NOT NULL,
    touched REAL NOT NULL,
    expected INTEGER NOT NULL DEFAULT 0,
    context TEXT,
    claimed INTEGER NOT NULL DEFAULT 0,
    notification TEXT
) WITHOUT ROWID
"""
_BOUND = """
CREATE TABLE IF NOT EXISTS optidash_endpoints (
    nonce TEXT PRIMARY KEY NOT NULL,
    touched REAL NOT NULL,
    id TEXT NOT NULL
) WITHOUT ROWID
"""
_PENDING = "notification IS NOT NULL AND touched <= ?"
_INDEXES = (
    "CREATE INDEX IF NOT EXISTS optidash_webhooks_touched ON optidash_webhooks (touched)",
    "CREATE INDEX IF NOT EXISTS optidash_webhooks_pending ON optidash_webhooks (touched)"
    " WHERE notification IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS optidash_endpoints_touched ON optidash_endpoints (touched)",
)
_TOUCH = (
    "INSERT INTO optidash_webhooks (id, touched) VALUES (?, ?)"
    " ON CONFLICT (id) DO UPDATE SET touched = excluded.touched"
)


class SQLiteStore(Store):
    """A store in a file. A claim is on the disk before it is answered, so that `pending` has it after a power cut.

    It may be shared by threads and, as a file on a local disk, by processes.

    Args:
        path: the file, made when it is not there. Its two tables, named `optidash_...`, may stand beside others.
        retention: for how many seconds ids are kept, if not for as long as the API keeps its history.
        timeout: for how many seconds to wait while another process writes.
        clock: the time, in seconds since 1970.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        retention: float | None = None,
        timeout: float = 5.0,
        clock: Clock = time.time,
    ) -> None:
        self._path = os.fspath(path)
        self._retention = retention_of(retention)
        self._timeout = timeout
        self._clock = clock
        self._inherited: list[sqlite3.Connection] = []
        self._open()

    def __repr__(self) -> str:
        return f"<optidash.webhook.SQLiteStore {self._path!r}>"

    def expect(self, id: str, context: str | None = None) -> None:
        with self._transaction() as database:
            database.execute(_TOUCH, (id, self._clock()))
            database.execute("UPDATE optidash_webhooks SET expected = 1, context = ? WHERE id = ?", (context, id))

    def claim(self, id: str, notification: Notification, *, only_expected: bool = False) -> Claim:
        with self._transaction() as database:
            oldest = self._clock() - self._retention
            database.execute("DELETE FROM optidash_webhooks WHERE touched < ?", (oldest,))
            found = database.execute("SELECT claimed, context, expected FROM optidash_webhooks WHERE id = ?", (id,))
            claimed, context, expected = found.fetchone() or (0, None, 0)
            if claimed or (only_expected and not expected):
                return Claim(claimed=False, context=context, expected=bool(expected))
            database.execute(_TOUCH, (id, self._clock()))
            change = "UPDATE optidash_webhooks SET claimed = 1, notification = ? WHERE id = ?"
            database.execute(change, (encode(notification), id))
            return Claim(claimed=True, context=context, expected=bool(expected))

    def complete(self, id: str) -> None:
        with self._transaction() as database:
            database.execute(_TOUCH, (id, self._clock()))
            database.execute("UPDATE optidash_webhooks SET claimed = 1, notification = NULL WHERE id = ?", (id,))

    def release(self, id: str) -> None:
        with self._transaction() as database:
            change = "UPDATE optidash_webhooks SET claimed = 0, notification = NULL"
            database.execute(f"{change} WHERE id = ? AND notification IS NOT NULL", (id,))

    def bind(self, nonce: str, id: str) -> str:
        with self._transaction() as database:
            oldest = self._clock() - self._retention
            database.execute("DELETE FROM optidash_endpoints WHERE touched < ?", (oldest,))
            database.execute("INSERT OR IGNORE INTO optidash_endpoints VALUES (?, ?, ?)", (nonce, self._clock(), id))
            (bound,) = database.execute("SELECT id FROM optidash_endpoints WHERE nonce = ?", (nonce,)).fetchone()
            return str(bound)

    def pending(self, older_than: float) -> Iterator[Notification]:
        latest = self._clock() - older_than
        with self._transaction() as database:
            question = f"SELECT id FROM optidash_webhooks WHERE {_PENDING} ORDER BY touched"  # noqa: S608 - a constant
            found = database.execute(question, (latest,))
            ids = [id for (id,) in found]
        for id in ids:
            notification = self._take_over(id, latest)
            if notification is not None:
                yield notification

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def _take_over(self, id: str, latest: float) -> Notification | None:
        with self._transaction() as database:
            question = f"SELECT notification, context FROM optidash_webhooks WHERE id = ? AND {_PENDING}"  # noqa: S608
            row = database.execute(question, (id, latest)).fetchone()
            if row is None:
                return None
            database.execute(_TOUCH, (id, self._clock()))
            return with_context(decode(row[0]), row[1])

    @contextmanager
    def _transaction(self) -> Generator[sqlite3.Connection, None, None]:
        if self._process != os.getpid():
            self._reopen_after_fork()
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def _open(self) -> None:
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(
            self._path, timeout=self._timeout, isolation_level=None, check_same_thread=False
        )
        self._write_ahead()
        # With WAL, only FULL has a transaction on the disk when it is committed.
        self._connection.execute("PRAGMA synchronous = FULL")
        with self._transaction() as database:
            for statement in (_SCHEMA, _BOUND, *_INDEXES):
                database.execute(statement)

    def _write_ahead(self) -> None:
        """Switch to write-ahead logging, which does not wait by itself for others who do the same."""
        end = time.monotonic() + self._timeout
        while True:
            try:
                self._connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError:
                if time.monotonic() > end:
                    raise
                # This does wait.
                with self._transaction():
                    continue
            return

    def _reopen_after_fork(self) -> None:
        # SQLite forbids a child even to close what its parent opened.
        self._inherited.append(self._connection)
        self._open()
