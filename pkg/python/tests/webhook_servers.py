"""Each adapter in its framework, behind a real server on a free port."""

from __future__ import annotations

import http.client
import socket
import threading
import types
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import fastapi
import flask
import starlette.applications
import uvicorn

from optidash.testing import NotificationRequest
from optidash.webhook import WebhookHandler, asgi, wsgi
from optidash.webhook import flask as flask_adapter
from optidash.webhook import starlette as starlette_adapter

PATH = "/endpoint"
_flask_wtf: Any = import_module("flask_wtf")
_django: Any = import_module("django")
_settings: Any = import_module("django.conf").settings
_django_urls: Any = import_module("django.urls")


class ThreadingServer(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@contextmanager
def serve_wsgi(application: Any) -> Generator[int, None, None]:
    with make_server("127.0.0.1", 0, application, server_class=ThreadingServer, handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def serve_asgi(application: Any) -> Generator[int, None, None]:
    # As the documentation says: the receiver judges proxy headers itself.
    config = uvicorn.Config(application, proxy_headers=False, lifespan="off", log_level="critical")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield int(listener.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join()


def flask_application(handler: WebhookHandler, *, read: bool = False) -> flask.Flask:
    app = flask.Flask("tests")
    app.secret_key = "for CSRF protection alone"  # noqa: S105 - for tests
    _flask_wtf.CSRFProtect(app)
    app.register_blueprint(flask_adapter.blueprint(PATH, handler))
    if read:

        @app.before_request
        def read_first() -> None:
            flask.request.get_json(silent=True)

    return app


def read_first_in_django(get_response: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def middleware(request: Any) -> Any:
        assert isinstance(request.body, bytes)
        return get_response(request)

    return middleware


def django_application(handler: WebhookHandler, *, asynchronous: bool = False, read: bool = False) -> Any:
    middleware = ["django.middleware.csrf.CsrfViewMiddleware"]
    if read:
        middleware.append(f"{__name__}.read_first_in_django")
    urls = types.ModuleType("urls")
    if not _settings.configured:
        # The receiver decides by the sender; the host is not Django's to refuse.
        _settings.configure(
            ALLOWED_HOSTS=["www.website.com"], ROOT_URLCONF=urls, MIDDLEWARE=middleware, SECRET_KEY="for tests"
        )
        _django.setup()
    # After the set-up, since it loads what needs settings.
    adapter: Any = import_module("optidash.webhook.django")
    view = adapter.async_view(handler) if asynchronous else adapter.view(handler)
    vars(urls)["urlpatterns"] = [_django_urls.path(PATH[1:], view)]
    _settings.ROOT_URLCONF, _settings.MIDDLEWARE = urls, middleware
    _django_urls.clear_url_caches()
    core: Any = import_module("django.core.asgi" if asynchronous else "django.core.wsgi")
    return core.get_asgi_application() if asynchronous else core.get_wsgi_application()


def fastapi_application(handler: WebhookHandler, *, read: bool = False) -> fastapi.FastAPI:
    app = fastapi.FastAPI()
    app.router.routes.append(starlette_adapter.route(PATH, handler))
    if read:

        @app.middleware("http")
        async def read_first(request: fastapi.Request, call_next: Any) -> Any:
            await request.body()
            return await call_next(request)

    return app


def starlette_application(handler: WebhookHandler) -> starlette.applications.Starlette:
    return starlette.applications.Starlette(routes=[starlette_adapter.route(PATH, handler)])


@dataclass(frozen=True)
class Adapter:
    """A framework, how it is served, and what of HTTP its server can do."""

    name: str
    application: Callable[..., Any]
    serve: Callable[[Any], Any]
    chunked: bool = False
    reads_first: bool = False


ADAPTERS = [
    Adapter("wsgi", wsgi.application, serve_wsgi),
    Adapter("flask", flask_application, serve_wsgi, reads_first=True),
    Adapter("django", django_application, serve_wsgi, reads_first=True),
    Adapter("asgi", asgi.application, serve_asgi, chunked=True),
    Adapter("starlette", starlette_application, serve_asgi, chunked=True),
    Adapter("fastapi", fastapi_application, serve_asgi, chunked=True, reads_first=True),
    Adapter(
        "django async",
        lambda handler, **more: django_application(handler, asynchronous=True, **more),
        serve_asgi,
        chunked=True,
        reads_first=True,
    ),
]


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Endpoint:
    """An endpoint that runs."""

    adapter: Adapter
    port: int
    host: str = "www.website.com"
    path: str = PATH

    def post(self, request: NotificationRequest, **headers: str) -> Reply:
        return self.send("POST", request.body, {**request.headers, **headers}, request.url)

    def send(
        self, method: str, body: Any, headers: dict[str, str], url: str = f"http://www.website.com{PATH}"
    ) -> Reply:
        """Send a request; a body that is a list goes in chunks, without a length."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        target = "/" + url.split("//", 1)[1].split("/", 1)[1]
        chunked = isinstance(body, list)
        connection.request(method, target, body, {"Host": self.host, **headers}, encode_chunked=chunked)
        return self._reply(connection)

    def head(self, headers: dict[str, str]) -> Reply:
        """Send the head of a request, and nothing of its body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.putrequest("POST", self.path, skip_host=True)
        for name, value in {"Host": self.host, **headers}.items():
            connection.putheader(name, value)
        connection.endheaders()
        return self._reply(connection)

    @staticmethod
    def _reply(connection: http.client.HTTPConnection) -> Reply:
        response = connection.getresponse()
        reply = Reply(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        response.close()
        connection.close()
        return reply
