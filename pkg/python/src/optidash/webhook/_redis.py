"""A store in Redis: for many machines."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from .._receiver import Notification
from ._store import Claim, Clock, Store, decode, encode, retention_of, with_context

# KEYS: the id's hash, the sorted set of pending claims. Every script is one atomic step on the server.
_EXPECT = """
redis.call('HSET', KEYS[1], 'expected', '1')
if ARGV[2] == '1' then redis.call('HSET', KEYS[1], 'context', ARGV[3]) else redis.call('HDEL', KEYS[1], 'context') end
redis.call('EXPIRE', KEYS[1], ARGV[1])
"""
_CLAIM = """
local found = redis.call('HMGET', KEYS[1], 'claimed', 'context', 'expected')
if found[1] or (ARGV[5] == '1' and not found[3]) then return {0, found[2], found[3]} end
redis.call('HSET', KEYS[1], 'claimed', '1', 'notification', ARGV[4])
redis.call('EXPIRE', KEYS[1], ARGV[1])
redis.call('ZADD', KEYS[2], ARGV[2], ARGV[3])
return {1, found[2], found[3]}
"""
_COMPLETE = """
redis.call('HSET', KEYS[1], 'claimed', '1')
redis.call('HDEL', KEYS[1], 'notification')
redis.call('EXPIRE', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[2])
"""
_RELEASE = """
if redis.call('HEXISTS', KEYS[1], 'notification') == 0 then return end
redis.call('HDEL', KEYS[1], 'claimed', 'notification')
redis.call('ZREM', KEYS[2], ARGV[1])
"""
_BIND = """
redis.call('SET', KEYS[1], ARGV[2], 'NX', 'EX', ARGV[1])
return redis.call('GET', KEYS[1])
"""
_TAKE_OVER = """
local touched = redis.call('ZSCORE', KEYS[2], ARGV[4])
if not touched or tonumber(touched) > tonumber(ARGV[3]) then return {false, false} end
local found = redis.call('HMGET', KEYS[1], 'notification', 'context')
if not found[1] then redis.call('ZREM', KEYS[2], ARGV[4]) return {false, false} end
redis.call('ZADD', KEYS[2], ARGV[2], ARGV[4])
redis.call('EXPIRE', KEYS[1], ARGV[1])
return found
"""


class RedisStore(Store):
    """A store in Redis. How much outlives a crash of its server is set there: ``appendfsync always`` loses nothing.

    Args:
        client: a ``redis.Redis``, which stays yours to close.
        prefix: what the names of all keys begin with; its braces keep them together in a cluster.
        retention: for how many seconds ids are kept, if not for as long as the API keeps its history.
        clock: the time, in seconds since 1970. The clocks of all machines should agree.
    """

    def __init__(
        self,
        client: Any,
        *,
        prefix: str = "{optidash:webhooks}:",
        retention: float | None = None,
        clock: Clock = time.time,
    ) -> None:
        self._client = client
        self._prefix = prefix
        self._pending = f"{prefix}pending"
        self._retention = int(retention_of(retention))
        self._clock = clock
        scripts = (_EXPECT, _CLAIM, _COMPLETE, _RELEASE, _BIND, _TAKE_OVER)
        self._scripts = {text: client.register_script(text) for text in scripts}

    def expect(self, id: str, context: str | None = None) -> None:
        self._run(_EXPECT, id, self._retention, *(("0", "") if context is None else ("1", context)))

    def claim(self, id: str, notification: Notification, *, only_expected: bool = False) -> Claim:
        only = "1" if only_expected else "0"
        found = self._run(_CLAIM, id, self._retention, self._clock(), id, encode(notification), only)
        claimed, context, expected = found
        return Claim(claimed=bool(claimed), context=_text(context), expected=expected is not None)

    def complete(self, id: str) -> None:
        self._run(_COMPLETE, id, self._retention, id)

    def release(self, id: str) -> None:
        self._run(_RELEASE, id, id)

    def bind(self, nonce: str, id: str) -> str:
        return _text(self._scripts[_BIND](keys=[f"{self._prefix}nonce:{nonce}"], args=[self._retention, id])) or id

    def pending(self, older_than: float) -> Iterator[Notification]:
        latest = self._clock() - older_than
        for member in self._client.zrangebyscore(self._pending, "-inf", latest):
            id = _text(member) or ""
            notification, context = self._run(_TAKE_OVER, id, self._retention, self._clock(), latest, id)
            if notification is not None:
                yield with_context(decode(notification), _text(context))

    def _run(self, script: str, id: str, *arguments: object) -> Any:
        return self._scripts[script](keys=[f"{self._prefix}id:{id}", self._pending], args=list(arguments))


def _text(value: str | bytes | None) -> str | None:
    """Clients answer with text or with bytes, as they are set."""
    return value.decode() if isinstance(value, bytes) else value
