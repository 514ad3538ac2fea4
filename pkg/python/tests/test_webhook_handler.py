"""The handler itself, without a server: what is called, how often, and what is answered when."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from unittest import mock

import pytest

from optidash import Notification, Receiver
from optidash.testing import NotificationRequest, notification_request, sample_notification
from optidash.webhook import Answer, Head, MemoryStore, Resumed, WebhookHandler

ENDPOINT = "https://user:pass@www.website.com/endpoint"
SECRET = "correct horse battery staple"  # noqa: S105 - for tests


def deliver(handler: WebhookHandler, request: NotificationRequest, how: str = "sync") -> Answer:
    head = Head(request.method, request.address, request.headers, request.url)
    if how == "sync":
        return handler.handle(head, request.body)
    return asyncio.run(handler.handle_async(head, request.body))


class Recorder:
    """A handler's function that notes what it got, and fails when it is told to."""

    def __init__(self) -> None:
        self.got: list[Notification] = []
        self.error: BaseException | None = None

    def __call__(self, notification: Notification) -> None:
        self.got.append(notification)
        if self.error is not None:
            raise self.error

    async def later(self, notification: Notification) -> None:
        await asyncio.sleep(0)
        self(notification)


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture(params=["sync/sync", "sync/async", "async/sync", "async/async"])
def way(request: pytest.FixtureRequest, recorder: Recorder) -> tuple[str, Any]:
    """How a request comes in, and a function that handles it."""
    how, kind = request.param.split("/")
    return how, recorder if kind == "sync" else recorder.later


def test_a_notification_is_handled_once(recorder: Recorder, way: tuple[str, Any]) -> None:
    how, function = way
    handler = WebhookHandler(Receiver(endpoint=ENDPOINT), function)
    request = notification_request(ENDPOINT, id="a")
    assert deliver(handler, request, how) == Answer(200)
    assert deliver(handler, request, how) == Answer(200)
    assert [each.id for each in recorder.got] == ["a"]
    assert recorder.got[0].output is not None
    assert handler.resume(older_than=-1) == Resumed((), ())


def test_a_failed_request_is_a_notification_too(recorder: Recorder) -> None:
    handler = WebhookHandler(Receiver(), recorder)
    assert deliver(handler, notification_request(success=False, message="no image")).status == 200
    (got,) = recorder.got
    assert (got.success, got.code, got.message) == (False, 422, "no image")


def test_a_refusal_says_why_and_calls_nobody(recorder: Recorder) -> None:
    handler = WebhookHandler(Receiver(endpoint=ENDPOINT), recorder)
    answer = deliver(handler, notification_request())
    assert (answer.status, answer.body) == (401, b"unauthorized")
    assert answer.headers[0][0] == "WWW-Authenticate"
    assert recorder.got == []


def test_the_head_alone_can_refuse(recorder: Recorder) -> None:
    handler = WebhookHandler(Receiver(max_body=10), recorder)
    request = notification_request()
    assert handler.admit(Head("POST", request.address, request.headers)) is None
    refusal = handler.admit(Head("POST", request.address, {**request.headers, "Content-Length": "11"}))
    assert refusal is not None
    assert refusal.status == 413
    # WSGI and HTTP/2 forbid what the core says about the connection.
    assert [name for name, _ in refusal.headers] == ["Content-Type"]


def test_a_failure_in_time_frees_the_id(
    recorder: Recorder, way: tuple[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    how, function = way
    handler = WebhookHandler(Receiver(), function)
    recorder.error = TimeoutError("no database")
    request = notification_request(id="a")
    assert deliver(handler, request, how) == Answer(500)
    assert "failed on notification 'a'" in caplog.text
    assert "no database" in caplog.text
    recorder.error = None
    assert deliver(handler, request, how) == Answer(200)
    assert len(recorder.got) == 2


def test_an_exit_in_the_function_is_a_failure(recorder: Recorder) -> None:
    recorder.error = SystemExit()
    assert deliver(WebhookHandler(Receiver(), recorder), notification_request()) == Answer(500)


class Slow:
    """A function that goes on when it is told to, and says when it is done."""

    def __init__(self) -> None:
        self.go, self.done = threading.Event(), threading.Event()
        self.error: Exception | None = None
        self.calls = 0

    def __call__(self, _: Notification) -> None:
        self.calls += 1
        self.go.wait()
        self.done.set()
        if self.error:
            raise self.error


@pytest.fixture
def slow() -> Iterator[Slow]:
    slow = Slow()
    yield slow
    # A thread that waits keeps the interpreter from ending.
    slow.go.set()


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


@pytest.mark.parametrize("how", ["sync", "async"])
def test_what_takes_longer_than_the_deadline_runs_on(pool: ThreadPoolExecutor, slow: Slow, how: str) -> None:
    store = MemoryStore()
    handler = WebhookHandler(Receiver(deadline=0.01), slow, store=store, executor=pool)
    request = notification_request(id="a")
    assert deliver(handler, request, "sync") == Answer(200)
    assert not slow.done.is_set()
    # It is claimed meanwhile, and this process knows that it is at it.
    assert deliver(handler, request, how) == Answer(200)
    assert handler.resume(older_than=-1) == Resumed((), ())
    slow.go.set()
    pool.shutdown()
    assert slow.done.is_set()
    assert slow.calls == 1
    assert list(store.pending(-1)) == []


def test_a_coroutine_runs_on_too() -> None:
    async def main() -> None:
        go, done, store = asyncio.Event(), asyncio.Event(), MemoryStore()

        async def slow(_: Notification) -> None:
            await go.wait()
            done.set()

        handler = WebhookHandler(Receiver(deadline=0.01), slow, store=store)
        request = notification_request(id="a")
        head = Head(request.method, request.address, request.headers, request.url)
        assert await handler.handle_async(head, request.body) == Answer(200)
        assert not done.is_set()
        go.set()
        await handler.idle_async()
        assert done.is_set()
        assert list(store.pending(-1)) == []

    asyncio.run(main())


def test_a_late_failure_stays_to_be_resumed(pool: ThreadPoolExecutor, slow: Slow) -> None:
    slow.error = RuntimeError("late")
    handler = WebhookHandler(Receiver(deadline=0.01), slow, executor=pool)
    assert deliver(handler, notification_request(id="a")) == Answer(200)
    slow.go.set()
    handler.idle()
    assert handler.resume(older_than=-1) == Resumed((), ("a",))
    slow.error = None
    assert handler.resume() == Resumed((), ())
    assert handler.resume(older_than=-1) == Resumed(("a",), ())
    assert slow.calls == 3


def test_a_request_that_is_given_up_leaves_the_handler_running() -> None:
    async def main() -> None:
        started, go, got = asyncio.Event(), asyncio.Event(), []

        async def slow(notification: Notification) -> None:
            started.set()
            await go.wait()
            got.append(notification)

        handler = WebhookHandler(Receiver(), slow)
        request = notification_request()
        head = Head(request.method, request.address, request.headers, request.url)
        serving = asyncio.create_task(handler.handle_async(head, request.body))
        await started.wait()
        serving.cancel()
        go.set()
        await handler.idle_async()
        assert len(got) == 1
        assert handler.resume(older_than=-1) == Resumed((), ())

    asyncio.run(main())


@pytest.mark.parametrize("how", ["sync", "async"])
def test_a_store_that_cannot_be_reached_is_a_failure(
    recorder: Recorder, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    store = mock.create_autospec(MemoryStore, instance=True)
    store.claim.side_effect = OSError("gone")
    handler = WebhookHandler(Receiver(), recorder, store=store)
    assert deliver(handler, notification_request(), how) == Answer(500)
    assert recorder.got == []
    assert "gone" in caplog.text


def test_a_store_that_is_lost_afterwards_changes_no_answer(recorder: Recorder) -> None:
    store = mock.create_autospec(MemoryStore, instance=True)
    store.claim.return_value = MemoryStore().claim("a", sample_notification())
    store.complete.side_effect = store.release.side_effect = OSError("gone")
    handler = WebhookHandler(Receiver(), recorder, store=store)
    assert deliver(handler, notification_request()) == Answer(200)
    recorder.error = ValueError()
    assert deliver(handler, notification_request()) == Answer(500)


def test_only_expected_ids(recorder: Recorder) -> None:
    handler = WebhookHandler(Receiver(), recorder, only_expected=True)
    request = notification_request(id="a")
    answer = deliver(handler, request)
    assert (answer.status, answer.body) == (404, b"unexpected_id")
    handler.expect("a", "order 17")
    assert deliver(handler, request) == Answer(200)
    assert deliver(handler, request) == Answer(200)
    assert [each.context for each in recorder.got] == ["order 17"]


def test_a_signed_endpoint_brings_its_context_and_serves_one_id(recorder: Recorder) -> None:
    receiver = Receiver(endpoint="https://www.website.com/endpoint", secret=SECRET)
    handler = WebhookHandler(receiver, recorder)
    url = receiver.endpoint("https://www.website.com/endpoint", context="order 17")
    assert deliver(handler, notification_request(url, id="a")) == Answer(200)
    assert recorder.got[0].context == "order 17"
    assert deliver(handler, notification_request(url, id="a")) == Answer(200)
    answer = deliver(handler, notification_request(url, id="b"))
    assert (answer.status, answer.body) == (404, b"unexpected_id")
    reusable = WebhookHandler(receiver, recorder, reusable_endpoints=True)
    assert [deliver(reusable, notification_request(url, id=each)).status for each in "ab"] == [200, 200]
    assert deliver(handler, notification_request(id="a")).status == 401


def test_what_comes_from_elsewhere_is_accepted_once(recorder: Recorder) -> None:
    handler = WebhookHandler(Receiver(), recorder)
    handler.expect("a", "order 17")
    recorder.error = ValueError()
    assert handler.accept(sample_notification(id="a")) == "failed"
    recorder.error = None
    assert handler.accept(sample_notification(id="a")) == "handled"
    assert handler.accept(sample_notification(id="a")) == "duplicate"
    assert recorder.got[-1].context == "order 17"
    assert WebhookHandler(Receiver(), recorder, only_expected=True).accept(sample_notification()) == "unexpected"


def test_a_function_runs_in_its_scope(recorder: Recorder) -> None:
    inside: list[str] = []

    @contextmanager
    def scope() -> Generator[None, None, None]:
        inside.append("begin")
        yield
        inside.append("end")

    handler = WebhookHandler(Receiver(), lambda _: inside.append("run"), scope=scope)
    assert deliver(handler, notification_request()).status == 200
    assert inside == ["begin", "run", "end"]


def test_nothing_secret_is_logged(recorder: Recorder, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    handler = WebhookHandler(Receiver(endpoint=ENDPOINT), recorder)
    wrong = notification_request("https://user:gu3ss@www.website.com/endpoint?optidash_token=t0ken")
    assert deliver(handler, wrong).status == 401
    recorder.error = ValueError("plain")
    assert deliver(handler, notification_request(ENDPOINT)).status == 500
    logged = " ".join(record.getMessage() for record in caplog.records if record.name.startswith("optidash"))
    assert "unauthorized" in logged
    for secret in ("pass", "gu3ss", "t0ken"):
        assert secret not in logged
