"""Every adapter in the real framework, over a real socket."""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import Any

import flask
import pytest
from webhook_servers import ADAPTERS, PATH, Adapter, Endpoint

from optidash import Notification, Receiver
from optidash.testing import notification_request
from optidash.webhook import BodyAlreadyReadError, MemoryStore, WebhookHandler, asgi, wsgi

URL = f"https://www.website.com{PATH}"
ENDPOINT = f"https://user:pass@www.website.com{PATH}"
HERE = "127.0.0.1"
GENUINE = "212.224.84.130"


@contextmanager
def running(adapter: Adapter, handler: WebhookHandler, **more: Any) -> Generator[Endpoint, None, None]:
    with adapter.serve(adapter.application(handler, **more)) as port:
        yield Endpoint(adapter, port)


@pytest.fixture(params=ADAPTERS, ids=lambda adapter: adapter.name)
def adapter(request: pytest.FixtureRequest) -> Adapter:
    found: Adapter = request.param
    return found


class Function:
    """Notes what it got; fails, or waits, when it is told to."""

    def __init__(self) -> None:
        self.got: list[Notification] = []
        self.error: Exception | None = None
        self.go = threading.Event()
        self.go.set()

    def __call__(self, notification: Notification) -> None:
        self.go.wait()
        self.got.append(notification)
        if self.error:
            raise self.error


@pytest.fixture
def function() -> Iterator[Function]:
    function = Function()
    yield function
    # A thread that waits keeps the interpreter from ending.
    function.go.set()


def test_a_genuine_notification_is_handled_once(adapter: Adapter, function: Function) -> None:
    handler = WebhookHandler(Receiver(endpoint=ENDPOINT, networks=HERE), function)
    with running(adapter, handler) as endpoint:
        for _ in range(2):
            reply = endpoint.post(notification_request(ENDPOINT, id="a", output={"width": 17}))
            assert (reply.status, reply.body) == (200, b"")
        failed = endpoint.post(notification_request(ENDPOINT, success=False))
        assert failed.status == 200
    assert [each.success for each in function.got] == [True, False]
    assert function.got[0].output is not None
    assert function.got[0].output["width"] == 17


def test_forgeries_are_refused(adapter: Adapter, function: Function) -> None:
    handler = WebhookHandler(Receiver(endpoint=ENDPOINT, networks=HERE), function)
    with running(adapter, handler) as endpoint:
        for forged in (URL, ENDPOINT.replace("pass", "guess")):
            reply = endpoint.post(notification_request(forged))
            assert (reply.status, reply.body) == (401, b"unauthorized")
            assert reply.headers["www-authenticate"].startswith("Basic")
        genuine = notification_request(ENDPOINT)
        assert endpoint.post(genuine, **{"Content-Type": "text/plain"}).status == 415
        assert endpoint.send("POST", b"[1]", genuine.headers).status == 400
        assert endpoint.send("POST", b"", genuine.headers).status == 400
        assert endpoint.send("POST", b"[" * 100_000, genuine.headers).status == 400
        assert endpoint.send("GET", None, genuine.headers).status == 405
    assert function.got == []


def test_forged_proxy_headers_are_not_believed(adapter: Adapter, function: Function) -> None:
    forged = {
        "X-Forwarded-For": GENUINE,
        "Forwarded": f"for={GENUINE}",
        "CF-Connecting-IP": GENUINE,
        "X-Real-IP": GENUINE,
    }
    with running(adapter, WebhookHandler(Receiver(), function)) as endpoint:
        reply = endpoint.post(notification_request(), **forged)
        assert (reply.status, reply.body) == (403, b"untrusted_address")
    assert function.got == []


def test_a_trusted_proxy_is_believed_to_its_own_entry(adapter: Adapter, function: Function) -> None:
    handler = WebhookHandler(Receiver(trusted_proxies={"networks": [HERE]}), function)
    with running(adapter, handler) as endpoint:
        assert endpoint.post(notification_request(), **{"X-Forwarded-For": f"8.8.8.8, {GENUINE}"}).status == 200
        assert endpoint.post(notification_request(), **{"X-Forwarded-For": f"{GENUINE}, 8.8.8.8"}).status == 403
        assert endpoint.post(notification_request(), **{"X-Forwarded-For": f"{GENUINE}, nonsense"}).status == 403
        assert endpoint.post(notification_request()).status == 403


def test_an_oversize_body_is_refused_unread(adapter: Adapter, function: Function) -> None:
    receiver = Receiver(endpoint=ENDPOINT, networks=HERE, max_body=100_000)
    headers = notification_request(ENDPOINT).headers
    with running(adapter, WebhookHandler(receiver, function)) as endpoint:
        # Django's own ASGI handler reads the body before any view runs.
        if adapter.name != "django async":
            assert endpoint.head({**headers, "Content-Length": "100001"}).status == 413
            assert endpoint.head({"Content-Type": "application/json", "Content-Length": "99999999999"}).status == 413
        at_the_limit = notification_request(ENDPOINT).body.ljust(100_000)
        assert endpoint.send("POST", at_the_limit, headers).status == 200
        if adapter.chunked:
            assert endpoint.send("POST", [b" " * 40_000] * 3, headers).status == 413
            assert endpoint.send("POST", [notification_request().body], headers).status == 200


def test_a_handler_that_fails_shows_in_the_history(adapter: Adapter, function: Function) -> None:
    handler = WebhookHandler(Receiver(networks=HERE), function)
    request = notification_request(id="a")
    with running(adapter, handler) as endpoint:
        function.error = ValueError("no disk")
        assert endpoint.post(request).status == 500
        function.error = None
        assert endpoint.post(request).status == 200
    assert len(function.got) == 2


def test_a_slow_handler_is_answered_for_and_runs_on(adapter: Adapter, function: Function) -> None:
    store = MemoryStore()
    handler = WebhookHandler(Receiver(networks=HERE, deadline=0.01), function, store=store)
    function.go.clear()
    with running(adapter, handler) as endpoint:
        assert endpoint.post(notification_request(id="a")).status == 200
        assert function.got == []
        function.go.set()
        handler.idle()
        assert [each.id for each in function.got] == ["a"]
        assert endpoint.post(notification_request(id="a")).status == 200
    assert len(function.got) == 1


@pytest.mark.parametrize("placement", ["password", "query"])
def test_a_signed_endpoint(adapter: Adapter, function: Function, placement: Any) -> None:
    # No endpoint in the settings: the URL that the framework tells has to be the one that was signed.
    receiver = Receiver(secret="correct horse battery staple", networks=HERE)
    signed = receiver.endpoint(f"{URL}?a=%20b", context="order 17", placement=placement)
    other = receiver.endpoint(URL.replace("endpoint", "other"), placement=placement)
    with running(adapter, WebhookHandler(receiver, function)) as endpoint:
        assert endpoint.post(notification_request(signed)).status == 200
        assert endpoint.post(notification_request(other.replace("/other", "/endpoint"))).status == 401
        assert endpoint.post(notification_request(URL)).status == 401
    (got,) = function.got
    assert got.context == "order 17"


def test_a_coroutine_function_works_everywhere(adapter: Adapter) -> None:
    got: list[str] = []

    async def later(notification: Notification) -> None:
        await asyncio.sleep(0)
        got.append(notification.id)

    with running(adapter, WebhookHandler(Receiver(networks=HERE), later)) as endpoint:
        assert endpoint.post(notification_request(id="a")).status == 200
    assert got == ["a"]


@pytest.mark.parametrize("adapter", [each for each in ADAPTERS if each.reads_first], ids=lambda adapter: adapter.name)
def test_a_body_that_was_read_before_is_got_all_the_same(adapter: Adapter, function: Function) -> None:
    with running(adapter, WebhookHandler(Receiver(networks=HERE), function), read=True) as endpoint:
        assert endpoint.post(notification_request()).status == 200
    assert len(function.got) == 1


def environ_of(body: bytes) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": PATH,
        "SERVER_NAME": "www.website.com",
        "SERVER_PORT": "80",
        "REMOTE_ADDR": HERE,
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
    }


def test_wsgi_says_how_to_mount_what_others_have_read() -> None:
    application = wsgi.application(WebhookHandler(Receiver(networks=HERE), print))
    environ = environ_of(notification_request().body)
    environ["wsgi.input"].read()
    with pytest.raises(BodyAlreadyReadError, match="mount the handler before"):
        application(environ, lambda *_: lambda _: None)


def test_flask_says_how_to_mount_what_others_have_read() -> None:
    app = next(each for each in ADAPTERS if each.name == "flask").application(
        WebhookHandler(Receiver(networks=HERE), print)
    )
    app.testing = True
    environ = environ_of(notification_request().body)
    environ["wsgi.input"].read()
    with pytest.raises(BodyAlreadyReadError):
        app(environ, lambda *_: lambda _: None)


@pytest.mark.parametrize("name", ["django", "fastapi"])
def test_other_frameworks_say_how_to_mount_what_others_have_read(name: str, caplog: pytest.LogCaptureFixture) -> None:
    adapter = next(each for each in ADAPTERS if each.name == name)
    handler = WebhookHandler(Receiver(networks=HERE), print)
    body = notification_request().body
    application: Any = adapter.application(handler)
    if name == "django":
        environ = environ_of(body)
        environ["HTTP_HOST"] = "www.website.com"
        environ["wsgi.input"].read()
        application(environ, lambda *_: lambda _: None)
        assert "BodyAlreadyReadError" in caplog.text
        return

    async def consume(request: Any, call_next: Any) -> Any:
        async for _ in request.stream():
            pass
        return await call_next(request)

    application.middleware("http")(consume)
    with adapter.serve(application) as port:
        reply = Endpoint(adapter, port).post(notification_request())
    assert reply.status == 500


def test_flask_functions_run_in_the_application_context() -> None:
    names: list[str] = []
    handler = WebhookHandler(Receiver(networks=HERE), lambda _: names.append(flask.current_app.name))
    adapter = next(each for each in ADAPTERS if each.name == "flask")
    with running(adapter, handler) as endpoint:
        assert endpoint.post(notification_request()).status == 200
    assert names == ["tests"]


def test_wsgi_takes_a_body_without_a_length_where_the_server_ends_it() -> None:
    got: list[Notification] = []
    application = wsgi.application(WebhookHandler(Receiver(networks=HERE), got.append))
    answered: list[str] = []

    def start_response(status: str, *_: object) -> Callable[[bytes], object]:
        answered.append(status)
        return print

    for ends in (False, True):
        environ = environ_of(notification_request().body)
        del environ["CONTENT_LENGTH"]
        environ["wsgi.input_terminated"] = ends
        application(environ, start_response)
    assert answered == ["400 Bad Request", "200 OK"]


def test_asgi_is_for_http_and_ends_with_the_client() -> None:
    sent: list[Any] = []

    async def gone() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    application = asgi.application(WebhookHandler(Receiver(networks=HERE), print))
    with pytest.raises(ValueError, match="websocket"):
        asyncio.run(application({"type": "websocket"}, gone, send))
    scope = {"type": "http", "method": "POST", "path": PATH, "client": (HERE, 1), "headers": [], "server": (HERE, 80)}
    asyncio.run(application(scope, gone, send))
    assert sent == []
