"""Receiving webhooks: one handler, a store that claims each id once, and an adapter for your framework.

The adapters are modules of their own, so that no framework is loaded that you do not use: `wsgi`, `asgi`, `flask`,
`django` and `starlette` (which is for FastAPI too).
"""

from ._body import BodyAlreadyReadError
from ._handler import Answer, Head, Resumed, WebhookHandler
from ._reconcile import Reconciled, reconcile, reconcile_async
from ._redis import RedisStore
from ._sqlite import SQLiteStore
from ._store import Claim, MemoryStore, Store

__all__ = [
    "Answer",
    "BodyAlreadyReadError",
    "Claim",
    "Head",
    "MemoryStore",
    "Reconciled",
    "RedisStore",
    "Resumed",
    "SQLiteStore",
    "Store",
    "WebhookHandler",
    "reconcile",
    "reconcile_async",
]
