"""Nothing is lost: not by a process that dies, nor by an endpoint that was down."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from conftest import IMAGE, KEY, Answer, Api, Mode
from webhook_servers import serve_wsgi

from optidash import AsyncOptidash, Notification, Optidash, Receiver, ValidationError
from optidash.testing import notification_request, sample_notification
from optidash.webhook import (
    MemoryStore,
    Reconciled,
    Resumed,
    SQLiteStore,
    WebhookHandler,
    reconcile,
    reconcile_async,
    wsgi,
)

CRASH = Path(__file__).parent / "webhook_crash.py"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_what_a_killed_process_had_accepted_is_handled_after_the_restart(tmp_path: Path) -> None:
    def run(role: str) -> subprocess.CompletedProcess[str]:
        program = [sys.executable, str(CRASH), role, str(tmp_path / "webhooks.sqlite")]
        return subprocess.run(program, capture_output=True, text=True, check=False)  # noqa: S603

    killed = run("dies")
    assert (killed.returncode, killed.stdout) == (-signal.SIGKILL, "")
    first, second = (run("restarts") for _ in range(2))
    handled, answered = first.stdout.splitlines()
    assert handled.startswith("handled a order 17 {")
    assert "'width': 17" in handled
    assert answered == second.stdout.strip() == "answered 200"


def history(*webhooks: Any) -> Answer:
    return Answer(body=json.dumps({"success": True, "code": 200, "webhooks": webhooks}).encode())


def failed(id: str) -> dict[str, Any]:  # noqa: A002
    return {"id": id, "status": "failed", "payload": json.loads(notification_request(id=id).body)}


def test_missing_notifications_come_to_the_same_handler(api: Api, client: Optidash) -> None:
    got: list[Notification] = []
    handler = WebhookHandler(Receiver(), got.append)
    handler.expect("b", "order 17")
    handler.accept(got_before := sample_notification(id="a"))
    api.answer = history(failed("a"), failed("b"))
    assert reconcile(client, handler, since="2026-01-01T00:00:00Z") == Reconciled(duplicate=["a"], handled=["b"])
    assert reconcile(client, handler, since="2026-01-01T00:00:00Z") == Reconciled(duplicate=["a", "b"])
    assert got[0] == got_before
    assert [each.context for each in got] == [None, "order 17"]


def test_what_fails_again_comes_again(api: Api, client: Optidash) -> None:
    errors: list[Exception] = [ValueError()]

    def function(_: Notification) -> None:
        if errors:
            raise errors.pop()

    handler = WebhookHandler(Receiver(), function)
    api.answer = history(failed("a"))
    since = datetime(2026, 1, 1, tzinfo=timezone.utc)
    assert reconcile(client, handler, since=since) == Reconciled(failed=["a"])
    assert reconcile(client, handler, since=since) == Reconciled(handled=["a"])
    assert "start=2026-01-01T00%3A00%3A00.000Z" in api.requests[0].path


def test_another_programs_webhooks_are_left_alone(api: Api, client: Optidash) -> None:
    api.answer = history(failed("a"))
    handler = WebhookHandler(Receiver(), print, only_expected=True)
    assert reconcile(client, handler, since="2026-01-01T00:00:00Z") == Reconciled(unexpected=["a"])


def test_a_payload_that_the_list_lacks_is_asked_for() -> None:
    answers = {
        None: [{"id": each, "status": "failed"} for each in "abc"],
        "a": failed("a"),
        "b": {"id": "b", "status": "failed"},
    }

    def answer(request: httpx.Request) -> httpx.Response:
        asked = request.url.path.rpartition("/webhooks/")[2]
        if not asked:
            return httpx.Response(200, json={"success": True, "webhooks": answers[None]})
        return httpx.Response(200, json={"success": True, "webhook": answers.get(asked, {**failed("z"), "id": "z"})})

    got: list[Notification] = []
    with httpx.Client(transport=httpx.MockTransport(answer)) as http:
        handler = WebhookHandler(Receiver(), got.append)
        done = reconcile(Optidash(KEY, client=http), handler, since="2026-01-01T00:00:00Z")
    assert done == Reconciled(handled=["a"], unresolved=["b", "c"])
    assert [each.id for each in got] == ["a"]


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_an_event_loop_does_the_same(api: Api, backend: str) -> None:
    got: list[str] = []
    errors: list[Exception] = [ValueError()]
    threads: set[int] = set()

    async def function(notification: Notification) -> None:
        await anyio.sleep(0)
        threads.add(threading.get_ident())
        if errors:
            raise errors.pop()
        got.append(notification.id)

    async def use(client: AsyncOptidash) -> None:
        store = MemoryStore()
        handler = WebhookHandler(Receiver(), function, store=store)
        since = "2026-01-01T00:00:00Z"
        assert await reconcile_async(client, handler, since=since) == Reconciled(failed=["a"], unresolved=["c"])
        assert await reconcile_async(client, handler, since=since) == Reconciled(handled=["a"], unresolved=["c"])
        assert await handler.accept_async(sample_notification(id="a")) == "duplicate"
        store.claim("b", sample_notification(id="b"))
        assert await handler.resume_async(older_than=0) == Resumed(handled=("b",), failed=())
        assert await handler.resume_async(older_than=0) == Resumed(handled=(), failed=())

    api.answer = history(failed("a"), {"id": "c", "status": "failed"})
    Mode(backend).call(use, base_url=api.url)
    assert got == ["a", "b"]
    # Where the loop of the program runs, and in no loop of its own.
    assert threads == {threading.get_ident()}


def test_since_has_to_be_a_time(client: Optidash) -> None:
    handler = WebhookHandler(Receiver(), print)
    with pytest.raises(ValueError, match="time zone"):
        reconcile(client, handler, since=datetime(2026, 1, 1))
    with pytest.raises(ValidationError):
        reconcile(client, handler, since="2026-01-01T00:00:00Z", status="lost")


def settle(client: Optidash, ids: set[str]) -> None:
    """Return when the API has tried all."""
    for _ in range(10_000):
        tried = client.webhooks(status=["delivered", "failed"])["webhooks"]
        if {each["id"] for each in tried} == ids:
            return
    pytest.fail("the local API has not tried all webhooks")


def test_an_endpoint_that_was_down_loses_nothing(local_api: str, closed_port: int, tmp_path: Path) -> None:
    got: list[Notification] = []
    store = SQLiteStore(tmp_path / "webhooks.sqlite")
    handler = WebhookHandler(Receiver(), got.append, store=store)
    with Optidash(KEY, base_url=local_api) as client:
        ids: set[str] = set()
        for width in range(10, 13):
            request = client.fetch(IMAGE).resize(width=width).webhook(url=f"http://127.0.0.1:{closed_port}/endpoint")
            id = request.to_json()["id"]  # noqa: A001
            handler.expect(id, f"order {width}")
            ids.add(id)
        settle(client, ids)
        done = reconcile(client, handler, since="2020-01-01T00:00:00Z")
        assert set(done.handled) == ids
        assert reconcile(client, handler, since="2020-01-01T00:00:00Z").handled == []
    assert {each.context: each.output["width"] for each in got if each.output} == {
        f"order {width}": width for width in range(10, 13)
    }
    store.close()


def test_the_local_api_delivers_to_a_signed_endpoint(local_api: str) -> None:
    got: list[Notification] = []
    receiver = Receiver(secret="correct horse battery staple", networks="127.0.0.1")
    application = wsgi.application(WebhookHandler(receiver, got.append, store=MemoryStore()))
    with serve_wsgi(application) as port, Optidash(KEY, base_url=local_api) as client:
        url = receiver.endpoint(f"http://127.0.0.1:{port}/endpoint", context="order 17")
        id = client.fetch(IMAGE).resize(width=10).webhook(url=url).to_json()["id"]  # noqa: A001
        settle(client, {id})
        assert client.webhooks(id)["webhook"]["status"] == "delivered"
    assert [(each.id, each.context) for each in got] == [(id, "order 17")]
