"""A local API that answers what a test tells it to, and a client for it."""

from __future__ import annotations

import os
import socket
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import anyio
import pytest

import optidash
from optidash import _exchange, _transport

ROOT = Path(__file__).parent.parent.parent.parent
KEY = "k3y-which-nobody-may-see"
#: What the local API answers for without fetching it.
IMAGE = "https://www.website.com/image.jpg"
ACCEPTED = b'{"success": true, "code": 202, "id": "f26656d4-3322-4279-acf4-0e1b3ef9d4bd"}'


@dataclass
class Received:
    """A request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    def parts(self) -> list[tuple[Message, bytes]]:
        """The parts of a multipart body, in order."""
        head = f"Content-Type: {self.headers['content-type']}\r\n\r\n".encode()
        parts: list[tuple[Message, bytes]] = []
        for part in message_from_bytes(head + self.body).walk():
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                parts.append((part, payload))
        return parts


@dataclass
class Answer:
    """What the API answers with; ``cut`` bytes are announced and never sent."""

    status: int = 200
    body: bytes = ACCEPTED
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})
    cut: int = 0


class Api(ThreadingHTTPServer):
    """The local API."""

    # Connections that wait while the machine is busy are not to be refused.
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer = Answer()
        #: Answers that come before that one, or what is done in their place.
        self.answers: deque[Answer | Callable[[Handler], None]] = deque()
        self.requests: list[Received] = []
        #: Set when the test is over, for those that do nothing until then.
        self.over = threading.Event()
        #: Set when a client has left one of these.
        self.gone = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/1.0"

    @property
    def request(self) -> Received:
        """The one request that arrived."""
        (request,) = self.requests
        return request


class Handler(BaseHTTPRequestHandler):
    server: Api  # pyright: ignore[reportIncompatibleVariableOverride]

    def do_POST(self) -> None:
        # Announced bytes that are not sent end with the connection.
        self.close_connection = True
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.requests.append(Received(self.command, self.path, headers, self._body()))
        answer = self.server.answers.popleft() if self.server.answers else self.server.answer
        if not isinstance(answer, Answer):
            answer(self)
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body) + answer.cut))
        self.end_headers()
        self.wfile.write(answer.body)

    do_GET = do_PUT = do_POST  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b""
        while size := int(self.rfile.readline() or b"0", 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPTIDASH_BASE_URL", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture(autouse=True)
def _no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The random part of a wait before a repetition is as short as it can be: none at all."""
    monkeypatch.setattr(_exchange, "random", SimpleNamespace(random=lambda: 0.0))


@pytest.fixture
def api() -> Iterator[Api]:
    with Api() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.over.set()
        server.shutdown()
        thread.join()


def cut(handler: Handler) -> None:
    """Close the connection before any answer."""
    handler.connection.shutdown(socket.SHUT_RDWR)


def hang(handler: Handler) -> None:
    """Answer nothing until the client goes or the test ends."""
    handler.connection.settimeout(0.01)
    while not handler.server.over.is_set():
        try:
            if not handler.connection.recv(1):
                break
        except socket.timeout:
            continue
        except OSError:
            break
    handler.server.gone.set()


@dataclass(frozen=True)
class Mode:
    """A way to use a client: blocking, or in an event loop."""

    backend: str | None

    def call(self, use: Callable[[Any], Any], **settings: Any) -> Any:
        """What ``use`` makes of a client; with an event loop it answers with an awaitable."""
        settings = {"key": KEY, **settings}
        if self.backend is None:
            with optidash.Optidash(**settings) as client:
                return use(client)

        async def main() -> Any:
            async with optidash.AsyncOptidash(**settings) as client:
                return await use(client)

        return anyio.run(main, backend=self.backend)


@pytest.fixture(params=[None, "asyncio", "trio"], ids=["blocking", "asyncio", "trio"])
def mode(request: pytest.FixtureRequest) -> Mode:
    """Each kind of client, since all of them carry out the same steps."""
    return Mode(request.param)


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits between attempts, which pass at once."""
    waited: list[float] = []

    async def sleep(_: object, seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(_transport.SyncHost, "sleep", lambda _, seconds: waited.append(seconds))
    monkeypatch.setattr(_transport.AsyncHost, "sleep", sleep)
    return waited


@pytest.fixture
def client(api: Api) -> Iterator[optidash.Optidash]:
    with optidash.Optidash(KEY, base_url=api.url) as client:
        yield client


@pytest.fixture
def closed_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture(scope="session")
def photograph() -> bytes:
    return (ROOT / "tests/images/coffee.jpg").read_bytes()


@pytest.fixture(scope="session")
def command() -> Path:
    """The local API: built, or named in ``OPTIDASH_COMMAND``."""
    candidates = [os.environ.get("OPTIDASH_COMMAND"), ROOT / "dist/optidash", ROOT / "target/debug/optidash"]
    found = next((Path(each) for each in candidates if each and Path(each).exists()), None)
    if found is None:
        message = "no optidash command: cargo build -p optidash-cli, or set OPTIDASH_COMMAND"
        (pytest.fail if "CI" in os.environ else pytest.skip)(message)
    assert found is not None
    return found


@pytest.fixture
def local_api(command: Path, tmp_path: Path) -> Iterator[str]:
    settings = ["--listen", "127.0.0.1:0", "--data", str(tmp_path / "data")]
    fixture = ["--fixture", f"{IMAGE}={ROOT / 'tests/images/coffee.jpg'}"]
    with subprocess.Popen([command, "serve", *settings, *fixture], stdout=subprocess.PIPE, text=True) as server:  # noqa: S603
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.terminate()
