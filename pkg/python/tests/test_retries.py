"""What is repeated, how often, after which wait, and what the caller sees of it; blocking and in event loops alike."""

from __future__ import annotations

import io
import json
import os
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from conftest import KEY, Answer, Api, Handler, Mode, cut, hang

import optidash
from optidash import Hooks, Optidash, RetryEvent

URL = "https://www.website.com/image.jpg"
METADATA = {"success": True, "code": 200, "id": "f26656d4"}
IMAGE = os.urandom(200_000)


def failure(status: int, **headers: str) -> Answer:
    body = json.dumps({"success": False, "code": status, "id": "some-id", "message": "no"}).encode()
    return Answer(status, body, {name.replace("_", "-"): value for name, value in headers.items()})


def image(cut: int = 0) -> Answer:
    return Answer(body=IMAGE, headers={"X-Optidash-Metadata": json.dumps(METADATA)}, cut=cut)


def webhook(client: Any) -> Any:
    return client.fetch(URL).webhook(url="https://www.website.com/hook").to_json()


def plain(client: Any) -> Any:
    return client.fetch(URL).to_json()


@pytest.mark.parametrize("use", [plain, webhook], ids=["plain", "webhook"])
@pytest.mark.parametrize("status", [408, 429, 503])
def test_what_was_not_accepted_is_repeated(api: Api, mode: Mode, status: int, use: Callable[[Any], Any]) -> None:
    api.answers.extend([failure(status), failure(status)])
    assert mode.call(use, base_url=api.url)["code"] == 202
    assert len(api.requests) == 3
    assert len({request.body for request in api.requests}) == 1


@pytest.mark.parametrize("answer", [failure(500), cut], ids=["500", "cut"])
def test_what_may_have_been_accepted_is_repeated_only_if_nothing_happens_twice(
    api: Api, mode: Mode, answer: Answer | Callable[[Handler], None]
) -> None:
    api.answers.append(answer)
    assert mode.call(plain, base_url=api.url)["code"] == 202
    assert len(api.requests) == 2
    api.answers.append(answer)
    with pytest.raises(optidash.OptidashError):
        mode.call(webhook, base_url=api.url)
    assert len(api.requests) == 3


@pytest.mark.parametrize("status", [400, 401, 404, 422])
def test_what_would_end_alike_is_not_repeated(api: Api, mode: Mode, status: int) -> None:
    api.answers.append(failure(status))
    with pytest.raises(optidash.ApiError):
        mode.call(plain, base_url=api.url)
    assert len(api.requests) == 1


def test_the_last_failure_is_raised(api: Api, mode: Mode) -> None:
    api.answers.extend([cut, failure(500), failure(503, Retry_After="1")])
    with pytest.raises(optidash.ApiError) as caught:
        mode.call(lambda client: client.account(), base_url=api.url)
    assert (caught.value.status, caught.value.retry_after) == (503, 1.0)
    assert ("retry-after", "1") in caught.value.headers
    assert caught.value.__cause__ is None
    assert len(api.requests) == 3


@pytest.mark.parametrize(("of_client", "of_call", "attempts"), [(None, None, 3), (0, None, 1), (4, None, 5), (4, 1, 2)])
def test_how_often(api: Api, mode: Mode, of_client: int | None, of_call: int | None, attempts: int) -> None:
    api.answer = failure(503)
    options = {} if of_call is None else {"retries": of_call}
    with pytest.raises(optidash.ApiError):
        mode.call(lambda client: client.account(**options), base_url=api.url, retries=of_client)
    assert len(api.requests) == attempts


def test_a_connection_that_never_stood_is_tried_again(mode: Mode, closed_port: int) -> None:
    seen: list[RetryEvent] = []
    with pytest.raises(optidash.ConnectionError) as caught:
        mode.call(webhook, base_url=f"http://127.0.0.1:{closed_port}", hooks=Hooks(retry=seen.append))
    assert isinstance(caught.value.__cause__, httpx.ConnectError)
    assert [(event.attempt, type(event.error)) for event in seen] == [
        (1, optidash.ConnectionError),
        (2, optidash.ConnectionError),
    ]


def test_the_wait_that_the_api_asks_for(api: Api, mode: Mode, waits: list[float]) -> None:
    api.answers.extend([failure(429, Retry_After="7"), failure(503, Retry_After="2")])
    mode.call(plain, base_url=api.url)
    assert waits == [7.0, 2.0]


def test_a_wait_that_does_not_fit_is_not_begun(api: Api, mode: Mode, waits: list[float]) -> None:
    api.answer = failure(429, Retry_After="20")
    with pytest.raises(optidash.RateLimitError) as caught:
        mode.call(lambda client: client.account(timeout=10), base_url=api.url)
    assert (caught.value.retry_after, waits, len(api.requests)) == (20.0, [], 1)


SOURCES: dict[str, Callable[[Path], Any]] = {
    "bytes": lambda _: IMAGE,
    "path": lambda path: path,
    "file": lambda path: path.open("rb"),
    "bytesio": lambda _: io.BytesIO(IMAGE),
}


@pytest.mark.parametrize("kind", SOURCES)
def test_an_upload_is_read_anew(api: Api, mode: Mode, kind: str, tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(IMAGE)
    source = SOURCES[kind](path)
    api.answers.extend([failure(503), cut])
    mode.call(lambda client: client.upload(source).to_json(), base_url=api.url)
    assert [request.parts()[1][1] for request in api.requests] == [IMAGE] * 3
    getattr(source, "close", lambda: None)()


class Pipe:
    """A stream that can be read once."""

    def __init__(self) -> None:
        self.read = io.BytesIO(IMAGE).read


def test_what_can_be_read_once_is_sent_once(api: Api, mode: Mode) -> None:
    api.answers.append(failure(503))
    pipe: Any = Pipe()
    with pytest.raises(optidash.ApiError):
        mode.call(lambda client: client.upload(pipe).to_json(), base_url=api.url)
    assert [request.parts()[1][1] for request in api.requests] == [IMAGE]


def test_a_request_whose_source_is_gone_is_not_sent(api: Api, client: Optidash) -> None:
    pipe: Any = Pipe()
    request = client.upload(pipe)
    request.to_json()
    with pytest.raises(optidash.ValidationError, match="was read before"):
        request.resize(width=1).to_json()
    assert api.request.parts()[1][1] == IMAGE


def test_what_can_be_read_once_is_there_until_it_is_read(mode: Mode, closed_port: int, api: Api) -> None:
    pipe: Any = Pipe()

    def use(client: Any) -> Any:
        return client.upload(pipe).to_json()

    with pytest.raises(optidash.ConnectionError):
        mode.call(use, base_url=f"http://127.0.0.1:{closed_port}")
    mode.call(use, base_url=api.url)
    assert api.request.parts()[1][1] == IMAGE


def test_an_image_that_broke_off_is_asked_for_again(api: Api, mode: Mode, tmp_path: Path) -> None:
    api.answers.extend([image(cut=10), image(cut=10)])
    api.answer = image()
    target = tmp_path / "out.jpg"
    assert mode.call(lambda client: client.fetch(URL).to_file(target), base_url=api.url) == METADATA
    assert target.read_bytes() == IMAGE
    api.answers.append(image(cut=10))
    assert mode.call(lambda client: client.fetch(URL).to_buffer(), base_url=api.url).data == IMAGE
    assert list(tmp_path.iterdir()) == [target]
    assert len(api.requests) == 5


def test_what_a_stream_was_given_is_not_given_twice(api: Api, mode: Mode) -> None:
    large = IMAGE * 5
    api.answers.append(failure(503))
    api.answer = Answer(body=large, headers={"X-Optidash-Metadata": json.dumps(METADATA)}, cut=10)
    output = io.BytesIO()
    with pytest.raises(optidash.ConnectionError) as caught:
        mode.call(lambda client: client.fetch(URL).to_file(output), base_url=api.url)
    assert caught.value.code == "incomplete_body"
    assert len(api.requests) == 2
    assert output.getvalue()
    assert large.startswith(output.getvalue())


def test_a_stream_that_was_given_nothing_yet_is_no_obstacle(api: Api, mode: Mode) -> None:
    api.answers.append(image(cut=10))
    api.answer = image()
    output = io.BytesIO()
    mode.call(lambda client: client.fetch(URL).to_file(output), base_url=api.url)
    assert output.getvalue() == IMAGE


@pytest.mark.parametrize("backend", [None, "asyncio"])
def test_an_api_that_takes_nothing(backend: str | None) -> None:
    # It listens, and the kernel takes what fits its buffers.
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        with pytest.raises(optidash.TimeoutError) as caught:
            Mode(backend).call(
                lambda client: client.upload(bytes(32 << 20)).to_json(timeout={"idle": 0.2}, retries=0), base_url=url
            )
    assert isinstance(caught.value.__cause__, httpx.WriteTimeout)


def test_a_silent_api(api: Api, mode: Mode) -> None:
    api.answers.extend([hang, hang])
    started = time.monotonic()
    with pytest.raises(optidash.TimeoutError) as caught:
        mode.call(lambda client: client.account(timeout={"idle": 0.1}, retries=1), base_url=api.url)
    assert caught.value.code == "timed_out"
    assert isinstance(caught.value.__cause__, httpx.ReadTimeout)
    assert 0.2 <= time.monotonic() - started < 10
    assert len(api.requests) == 2


def test_the_total_ends_a_silent_call(api: Api, mode: Mode) -> None:
    api.answer = Answer(500)
    api.answers.append(hang)
    started = time.monotonic()
    with pytest.raises(optidash.TimeoutError) as caught:
        mode.call(lambda client: client.account(), base_url=api.url, timeout=0.3)
    assert caught.value.code == "timed_out"
    assert 0.3 <= time.monotonic() - started < 10
    assert len(api.requests) == 1


@pytest.mark.parametrize("announced", [True, False])
def test_the_total_ends_an_answer_that_trickles(api: Api, mode: Mode, announced: bool) -> None:
    def trickle(handler: Handler) -> None:
        handler.send_response(200)
        if announced:
            handler.send_header("Content-Length", "100000")
        handler.end_headers()
        handler.wfile.write(b"{")
        hang(handler)

    api.answers.append(trickle)
    started = time.monotonic()
    with pytest.raises(optidash.TimeoutError):
        mode.call(lambda client: client.account(timeout={"idle": 100, "total": 0.3}), base_url=api.url)
    assert 0.3 <= time.monotonic() - started < 10
    assert len(api.requests) == 1


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_the_total_ends_an_upload_whose_source_says_nothing(api: Api, backend: str) -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as pipe, os.fdopen(writing, "wb") as other_end:
        with pytest.raises(optidash.TimeoutError):
            Mode(backend).call(lambda client: client.upload(pipe).to_json(timeout=0.2), base_url=api.url)
        # Lets the thread end that nobody waits for.
        other_end.write(bytes(1 << 17))
        other_end.flush()


@pytest.mark.parametrize(
    ("raised", "kind", "code"),
    [
        (httpx.ConnectTimeout("slow"), optidash.TimeoutError, "timed_out"),
        (httpx.PoolTimeout("busy"), optidash.TimeoutError, "timed_out"),
        (httpx.ConnectError("refused"), optidash.ConnectionError, "connection_failed"),
        (httpx.ProxyError("407"), optidash.ConnectionError, "connection_failed"),
    ],
)
def test_before_the_connection_stands_anything_is_repeated(raised: Exception, kind: Any, code: str) -> None:
    calls: list[httpx.Request] = []

    def fail(request: httpx.Request) -> httpx.Response:
        calls.append(request)
        raise raised

    with httpx.Client(transport=httpx.MockTransport(fail)) as http, pytest.raises(kind) as caught:
        webhook(Optidash(KEY, client=http))
    assert (caught.value.code, len(calls)) == (code, 3)


@pytest.mark.parametrize(
    ("settings", "path"),
    [
        ({"timeout": 0}, "timeout"),
        ({"timeout": "5"}, "timeout"),
        ({"timeout": {"conect": 5}}, "timeout.conect"),
        ({"timeout": {"connect": 1e9}}, "timeout.connect"),
        ({"retries": 11}, "retries"),
        ({"retries": -1}, "retries"),
        ({"concurrency": 0}, "concurrency"),
        ({"concurrency": 65}, "concurrency"),
    ],
)
def test_settings_that_cannot_be(settings: dict[str, Any], path: str, closed_port: int) -> None:
    for client in (optidash.Optidash, optidash.AsyncOptidash):
        with pytest.raises(optidash.ValidationError) as caught:
            client(KEY, **settings)
        assert caught.value.path == path
    if path != "concurrency":
        with pytest.raises(optidash.ValidationError) as caught:
            Optidash(KEY, base_url=f"http://127.0.0.1:{closed_port}").account(**settings)
        assert caught.value.path == path


def test_an_option_that_is_none(client: Optidash) -> None:
    with pytest.raises(TypeError, match="retry"):
        client.account(retry=1)  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]
