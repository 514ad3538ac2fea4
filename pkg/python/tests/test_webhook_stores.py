"""Stores, all held to the same contract: in memory, in SQLite, and in a real Redis."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import redis

from optidash import Notification
from optidash.testing import sample_notification
from optidash.webhook import Claim, MemoryStore, RedisStore, SQLiteStore, Store

DAY = 86_400.0


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def redis_port() -> Iterator[int]:
    """A server of its own on a free port; tests are told what is missing rather than skipped."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.fail("redis-server is missing; on Debian: sudo apt-get install --no-install-recommends redis-server")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    settings = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with subprocess.Popen([program, *settings], stdout=subprocess.PIPE, text=True) as server:  # noqa: S603
        assert server.stdout is not None
        assert any("Ready to accept connections" in line for line in server.stdout)
        try:
            yield port
        finally:
            server.terminate()


def connect(port: int, **more: Any) -> Any:
    return redis.Redis(host="127.0.0.1", port=port, **more)


@pytest.fixture(params=["memory", "sqlite", "redis bytes", "redis text"])
def store(request: pytest.FixtureRequest, clock: Clock, tmp_path: Path) -> Iterator[Store]:
    if request.param == "memory":
        yield MemoryStore(clock=clock)
    elif request.param == "sqlite":
        database = SQLiteStore(tmp_path / "webhooks.sqlite", clock=clock)
        yield database
        database.close()
    else:
        client = connect(request.getfixturevalue("redis_port"), decode_responses=request.param == "redis text")
        client.flushall()
        yield RedisStore(client, clock=clock)
        client.close()


def notification(id: str = "a", **more: Any) -> Notification:  # noqa: A002
    return replace(sample_notification(id=id), **more)


def test_an_id_is_claimed_once(store: Store) -> None:
    assert store.claim("a", notification()) == Claim(claimed=True)
    assert store.claim("a", notification()) == Claim(claimed=False)
    assert store.claim("b", notification("b")).claimed
    store.complete("a")
    assert not store.claim("a", notification()).claimed


def test_a_released_id_is_free_again(store: Store) -> None:
    store.expect("a", "order 17")
    store.claim("a", notification())
    store.release("a")
    assert list(store.pending(0)) == []
    assert store.claim("a", notification()) == Claim(claimed=True, context="order 17", expected=True)


def test_what_was_completed_cannot_be_released(store: Store) -> None:
    store.claim("a", notification())
    store.complete("a")
    store.release("a")
    assert not store.claim("a", notification()).claimed
    store.release("never heard of")


@pytest.mark.parametrize("context", ["order 17", "", "Ä😀\0", None])
def test_a_context_comes_back(store: Store, context: str | None) -> None:
    store.expect("a", "an older one")
    store.expect("a", context)
    assert store.claim("a", notification()) == Claim(claimed=True, context=context, expected=True)
    assert store.claim("a", notification()) == Claim(claimed=False, context=context, expected=True)


def test_only_expected_ids_can_be_asked_for(store: Store) -> None:
    assert store.claim("a", notification(), only_expected=True) == Claim(claimed=False)
    assert list(store.pending(0)) == []
    store.expect("a")
    assert store.claim("a", notification(), only_expected=True) == Claim(claimed=True, expected=True)


def test_what_was_claimed_is_pending_until_it_is_completed(store: Store, clock: Clock) -> None:
    first, second = notification(nonce="n", context="signed"), notification("b", success=False, code=None)
    store.claim("a", first)
    clock.now += 1
    store.claim("b", second)
    store.expect("b", "order 18")
    clock.now += 1
    assert list(store.pending(0)) == [first, replace(second, context="order 18")]
    store.complete("a")
    clock.now += 1
    assert [each.id for each in store.pending(0)] == ["b"]


def test_what_is_pending_is_taken_over_once(store: Store, clock: Clock) -> None:
    for each in ("a", "b"):
        store.claim(each, notification(each))
    clock.now += 60
    assert list(store.pending(61)) == []
    one, other = store.pending(60), store.pending(60)
    assert {next(one).id, next(other).id} == {"a", "b"}
    assert [*one, *other] == []
    clock.now += 59
    assert list(store.pending(60)) == []
    clock.now += 1
    assert len(list(store.pending(60))) == 2


def test_a_nonce_is_tied_to_its_first_id(store: Store) -> None:
    assert store.bind("n", "a") == "a"
    assert store.bind("n", "b") == "a"
    assert store.bind("m", "b") == "b"


def test_of_many_threads_one_claims(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        claims = list(pool.map(lambda number: store.claim(str(number % 10), notification()), range(200)))
    assert sum(claim.claimed for claim in claims) == 10


def test_ids_are_forgotten_when_they_cannot_come_again(clock: Clock, tmp_path: Path) -> None:
    for store in (MemoryStore(clock=clock), SQLiteStore(tmp_path / "webhooks.sqlite", clock=clock)):
        store.claim("a", notification())
        store.complete("a")
        store.bind("n", "a")
        clock.now += 59 * DAY
        assert not store.claim("a", notification()).claimed
        assert store.bind("n", "b") == "a"
        clock.now += 2 * DAY
        assert store.claim("a", notification()).claimed
        assert store.bind("n", "b") == "b"
        if isinstance(store, SQLiteStore):
            store.close()


def test_redis_forgets_by_itself(redis_port: int) -> None:
    client = connect(redis_port)
    client.flushall()
    store = RedisStore(client)
    store.expect("e")
    store.claim("a", notification())
    store.claim("b", notification("b"))
    store.complete("b")
    store.bind("n", "a")
    for key in ("id:e", "id:a", "id:b", "nonce:n"):
        assert 59 * DAY < client.ttl(f"{{optidash:webhooks}}:{key}") <= 60 * DAY
    client.delete("{optidash:webhooks}:id:a")
    assert list(store.pending(-1)) == []
    assert client.zcard("{optidash:webhooks}:pending") == 0
    client.close()


def claim_all(path: str) -> int:
    store = SQLiteStore(path)
    return sum(store.claim(str(number), notification(str(number))).claimed for number in range(50))


def test_of_many_processes_one_claims(tmp_path: Path) -> None:
    path = str(tmp_path / "webhooks.sqlite")
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        assert sum(pool.map(claim_all, [path] * 3)) == 50


def open_all(folder: str) -> int:
    for number in range(20):
        store = SQLiteStore(Path(folder) / str(number))
        store.claim("a", notification())
        store.close()
    return 20


def test_many_processes_begin_a_file_at_once(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        assert pool.map(open_all, [str(tmp_path)] * 4, chunksize=1) == [20] * 4


def test_redis_claims_once_for_all_clients(redis_port: int) -> None:
    clients = [connect(redis_port) for _ in range(3)]
    clients[0].flushall()
    claims = [RedisStore(client).claim("a", notification()) for client in clients]
    assert [claim.claimed for claim in claims] == [True, False, False]
    for client in clients:
        client.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_server_opens_the_file_anew(tmp_path: Path) -> None:
    store = SQLiteStore(tmp_path / "webhooks.sqlite")
    store.claim("a", notification())
    child = os.fork()
    if child == 0:
        ok = not store.claim("a", notification()).claimed and store.claim("b", notification("b")).claimed
        os._exit(0 if ok else 1)
    _, status = os.waitpid(child, 0)
    assert status == 0
    assert not store.claim("b", notification("b")).claimed
    store.close()


def test_a_transaction_that_fails_leaves_nothing(tmp_path: Path) -> None:
    store = SQLiteStore(tmp_path / "webhooks.sqlite")
    with pytest.raises(TypeError):
        store.claim("a", notification(metadata={"a": object()}))
    assert store.claim("a", notification()).claimed
    assert "webhooks.sqlite" in repr(store)
    store.close()
