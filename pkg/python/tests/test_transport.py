"""Streams, progress, hooks, downloads, proxies and clients of the caller's, blocking and in event loops alike."""

from __future__ import annotations

import asyncio
import io
import json
import os
import pickle
import subprocess
import sys
import threading
import traceback
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from conftest import ACCEPTED, KEY, Answer, Api, Handler, Mode, cut, hang

import optidash
from optidash import (
    AsyncOptidash,
    Hooks,
    Optidash,
    OptidashError,
    PastWebhook,
    Progress,
    RequestEvent,
    ResponseEvent,
    RetryEvent,
)

URL = "https://www.website.com/image.jpg"
METADATA = {"success": True, "code": 200, "id": "f26656d4"}
IMAGE = os.urandom(200_000)
PASSWORD = "pa55word"  # noqa: S105


def image() -> Answer:
    return Answer(body=IMAGE, headers={"X-Optidash-Metadata": json.dumps(METADATA)})


def json_answer(**document: Any) -> Answer:
    return Answer(body=json.dumps({"success": True, "code": 200, **document}).encode())


# --- every request of the API


def test_everything_that_can_be_asked_for(api: Api, mode: Mode, tmp_path: Path) -> None:
    uses: list[Callable[[Any], Any]] = [
        lambda client: client.fetch(URL).resize(width=1).to_json(),
        lambda client: client.resize(width=1).upload(b"image", name="a.jpg").to_json(),
        lambda client: client.account(),
        lambda client: client.webhooks("a"),
        lambda client: client.webhooks(status="failed", limit=5),
        lambda client: client.keys.create("shop"),
        lambda client: client.keys.rename("abcDEF0123456789", "shop"),
    ]
    assert [mode.call(use, base_url=api.url) for use in uses] == [json.loads(ACCEPTED)] * len(uses)
    assert [(request.method, request.path) for request in api.requests] == [
        ("POST", "/1.0/fetch"),
        ("POST", "/1.0/upload"),
        ("GET", "/1.0/account"),
        ("GET", "/1.0/webhooks/a"),
        ("GET", "/1.0/webhooks/?status=failed&limit=5"),
        ("POST", "/1.0/keys"),
        ("PUT", "/1.0/keys/abcDEF0123456789"),
    ]
    assert api.requests[-1].body == b'{"name": "shop"}'
    api.answer = image()
    assert mode.call(lambda client: client.fetch(URL).to_buffer(), base_url=api.url).data == IMAGE
    target = tmp_path / "out.jpg"
    assert mode.call(lambda client: client.fetch(URL).to_file(target), base_url=api.url) == METADATA
    assert target.read_bytes() == IMAGE


def collected(iterator: Any) -> Any:
    """All of an iterator, or an awaitable of it."""

    async def collect() -> list[Any]:
        return [each async for each in iterator]

    return collect() if hasattr(iterator, "__aiter__") else list(iterator)


def test_the_whole_history(api: Api, mode: Mode) -> None:
    pages = [["a", "b"], ["c", "d"], ["e"]]
    api.answers.extend(json_answer(webhooks=[{"id": id, "status": "failed", "n": 1} for id in page]) for page in pages)  # noqa: A001
    found: list[PastWebhook] = mode.call(
        lambda client: collected(client.all_webhooks(status=["failed"], limit=2)), base_url=api.url
    )
    assert [webhook.id for webhook in found] == ["a", "b", "c", "d", "e"]
    assert found[0].record == {"id": "a", "status": "failed", "n": 1}
    assert [request.path.partition("?")[2] for request in api.requests] == [
        f"status=failed&limit=2&offset={offset}" for offset in (0, 2, 4)
    ]


def test_what_may_not_have_arrived(api: Api, mode: Mode) -> None:
    api.answers.append(json_answer(webhooks=[{"id": "a", "status": "failed"}]))
    found = mode.call(lambda client: collected(client.catch_up("2026-01-01T00:00:00Z")), base_url=api.url)
    assert [webhook.id for webhook in found] == ["a"]


# --- downloads


def test_a_download_is_streamed_without_the_key(api: Api, mode: Mode, tmp_path: Path) -> None:
    api.answer = Answer(body=IMAGE, headers={"Content-Type": "image/jpeg"})
    url = f"{api.url}/temp/a/image.jpg"
    assert mode.call(lambda client: client.download({"output": {"url": url}}), base_url=api.url) == IMAGE
    target = tmp_path / "out.jpg"
    assert mode.call(lambda client: client.download(url, target), base_url=api.url) is None
    assert target.read_bytes() == IMAGE
    output = io.BytesIO()
    mode.call(lambda client: client.download(url, output), base_url=api.url)
    assert output.getvalue() == IMAGE
    for request in api.requests:
        assert "authorization" not in request.headers
        assert request.headers["user-agent"].startswith("optidash/")


def test_a_stream_that_is_awaited(api: Api, tmp_path: Path) -> None:
    api.answer = Answer(body=IMAGE, headers={})
    target = tmp_path / "out.jpg"

    async def save(client: AsyncOptidash) -> None:
        async with await anyio.open_file(target, "wb") as output:
            await client.download(f"{api.url}/a", output)

    Mode("asyncio").call(save, base_url=api.url)
    assert target.read_bytes() == IMAGE


@pytest.mark.parametrize(("status", "kind"), [(404, optidash.ApiError), (410, optidash.ApiError)])
def test_an_output_that_is_gone(api: Api, mode: Mode, tmp_path: Path, status: int, kind: type[OptidashError]) -> None:
    api.answer = Answer(status, b"<Error>gone</Error>")
    with pytest.raises(kind) as caught:
        mode.call(lambda client: client.download(f"{api.url}/a", tmp_path / "out.jpg"), base_url=api.url)
    assert caught.value.status == status
    assert list(tmp_path.iterdir()) == []


def test_a_download_follows_redirects(api: Api, mode: Mode) -> None:
    api.answers.extend([Answer(302, b"", {"Location": "/elsewhere"}), Answer(307, b"", {"Location": api.url + "/b"})])
    api.answer = Answer(body=IMAGE, headers={})
    assert mode.call(lambda client: client.download(f"{api.url}/a"), base_url=api.url) == IMAGE
    assert [request.path for request in api.requests] == ["/1.0/a", "/elsewhere", "/1.0/b"]


def test_a_redirect_is_judged_as_any_address(api: Api, mode: Mode) -> None:
    api.answers.append(Answer(302, b"", {"Location": "http://www.website.com/image.jpg"}))
    with pytest.raises(optidash.ValidationError):
        mode.call(lambda client: client.download(f"{api.url}/a"), base_url=api.url)
    api.answer = Answer(302, b"", {"Location": "/1.0/a"})
    with pytest.raises(optidash.UnexpectedResponseError):
        mode.call(lambda client: client.download(f"{api.url}/a"), base_url=api.url)
    assert len(api.requests) < 50


# --- progress


def test_progress(api: Api, mode: Mode) -> None:
    api.answer = image()
    sent: list[Progress] = []
    received: list[Progress] = []
    mode.call(
        lambda client: client.upload(IMAGE).to_buffer(
            on_upload_progress=sent.append, on_download_progress=received.append
        ),
        base_url=api.url,
    )
    length = len(api.request.body)
    assert {each.total for each in sent} == {length}
    assert sent[-1] == Progress(length, length)
    assert received[-1] == Progress(len(IMAGE), len(IMAGE))
    for steps in (sent, received):
        assert [each.transferred for each in steps] == sorted({each.transferred for each in steps})
        assert len(steps) > 2


def test_progress_without_a_known_length(api: Api, mode: Mode) -> None:
    class Pipe:
        read = staticmethod(io.BytesIO(IMAGE).read)

    def chunked(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("X-Optidash-Metadata", json.dumps(METADATA))
        handler.end_headers()
        handler.wfile.write(IMAGE)

    api.answers.append(chunked)
    sent: list[Progress] = []
    received: list[Progress] = []
    result = mode.call(
        lambda client: client.upload(Pipe()).to_buffer(
            on_upload_progress=sent.append, on_download_progress=received.append
        ),
        base_url=api.url,
    )
    assert result.data == IMAGE
    assert (sent[-1].transferred > len(IMAGE), sent[-1].total) == (True, None)
    assert received[-1] == Progress(len(IMAGE), None)


@pytest.mark.parametrize("option", ["on_upload_progress", "on_download_progress"])
@pytest.mark.parametrize("error", [ValueError("mine"), OSError("mine")])
def test_a_callback_that_raises_ends_the_call(api: Api, mode: Mode, option: str, error: Exception) -> None:
    def fail(_: Progress) -> None:
        raise error

    with pytest.raises(type(error), match="mine"):
        mode.call(lambda client: client.upload(IMAGE).to_json(**{option: fail}), base_url=api.url)
    assert len(api.requests) <= 1


def test_callbacks_that_are_awaited(api: Api) -> None:
    api.answer = image()
    seen: list[Progress] = []

    async def later(progress: Progress) -> None:
        await anyio.sleep(0)
        seen.append(progress)

    async def fail(_: Progress) -> None:
        await anyio.sleep(0)
        raise OSError("mine")

    Mode("asyncio").call(
        lambda client: client.upload(IMAGE).to_buffer(on_upload_progress=later, on_download_progress=later),
        base_url=api.url,
    )
    assert seen[-1] == Progress(len(IMAGE), len(IMAGE))
    assert Progress(len(api.request.body), len(api.request.body)) in seen
    with pytest.raises(OSError, match="mine"):
        Mode("asyncio").call(lambda client: client.upload(IMAGE).to_json(on_upload_progress=fail), base_url=api.url)


def test_what_has_to_be_awaited_is_not_for_a_blocking_client(api: Api, client: Optidash) -> None:
    api.answer = image()

    class Stream:
        async def write(self, _: bytes) -> None:
            pass

        async def read(self, _: int) -> bytes:
            return b""

    async def later(*_: Any) -> None:
        pass

    stream: Any = Stream()
    ends: list[Callable[[], Any]] = [
        lambda: client.fetch(URL).to_file(stream),
        lambda: client.fetch(URL).to_buffer(on_upload_progress=later),
        lambda: client.fetch(URL).to_buffer(on_download_progress=later),
        lambda: Optidash(KEY, base_url=api.url, hooks=Hooks(request=later)).account(),
        client.batch([1], later)[0].unwrap,
        lambda: client.batch([1], lambda *_: None, on_result=later),
    ]
    for end in ends:
        with pytest.raises(TypeError, match="AsyncOptidash"):
            end()
    with pytest.raises(optidash.ValidationError, match="binary mode"):
        client.upload(stream).to_json()


# --- hooks


def observed(api: Api, mode: Mode, asynchronous: bool) -> list[Any]:
    seen: list[Any] = []

    async def later(event: Any) -> None:
        await anyio.sleep(0)
        seen.append(event)

    hook: Any = later if asynchronous else seen.append
    api.answers.append(Answer(503, b"", {"Set-Cookie": f"a={PASSWORD}"}))
    mode.call(
        lambda client: client.keys.rename("abcDEF0123456789", "shop"),
        base_url=api.url,
        hooks=Hooks(request=hook, response=hook, retry=hook),
    )
    return seen


def test_hooks(api: Api, mode: Mode) -> None:
    first, refused, retry, second, response = seen = observed(api, mode, asynchronous=mode.backend is not None)
    for event in seen:
        assert (event.method, event.url) == ("PUT", f"{api.url}/keys/***")
        for secret in (KEY, "azN5", "abcDEF", PASSWORD):
            assert secret not in repr(event)
    assert isinstance(first, RequestEvent)
    assert isinstance(second, RequestEvent)
    assert ("Authorization", "Basic ***") in first.headers
    assert isinstance(refused, ResponseEvent)
    assert isinstance(response, ResponseEvent)
    assert (refused.status, refused.attempt, response.status, response.attempt) == (503, 1, 200, 2)
    assert 0 <= response.duration < 60
    assert ("set-cookie", "***") in refused.headers
    assert isinstance(retry, RetryEvent)
    assert (retry.attempt, retry.delay, type(retry.error)) == (1, 0.0, optidash.ApiError)


@pytest.mark.parametrize("name", ["request", "response", "retry"])
def test_a_hook_that_raises_fails_the_call(api: Api, mode: Mode, name: str) -> None:
    def fail(_: Any) -> None:
        raise LookupError("mine")

    api.answer = Answer(503, b"")
    with pytest.raises(LookupError, match="mine"):
        mode.call(lambda client: client.account(), base_url=api.url, hooks=Hooks(**{name: fail}))
    assert len(api.requests) <= 1


# --- cancellation


def unanswered(handler: Handler) -> None:
    """Give the head and a part of an image, and no more."""
    handler.send_response(200)
    handler.send_header("X-Optidash-Metadata", json.dumps(METADATA))
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    handler.wfile.write(IMAGE)
    hang(handler)


def test_a_cancelled_call_leaves_nothing(api: Api, tmp_path: Path) -> None:
    api.answers.append(unanswered)

    async def main() -> None:
        arrived = asyncio.Event()
        async with AsyncOptidash(KEY, base_url=api.url) as client:
            request = client.fetch(URL)
            call = request.to_file(tmp_path / "out.jpg", on_download_progress=lambda _: arrived.set())
            task = asyncio.create_task(call)
            await arrived.wait()
            assert len(list(tmp_path.iterdir())) == 1
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert list(tmp_path.iterdir()) == []
            # The server sees the connection end while the client is still open.
            assert await asyncio.to_thread(api.gone.wait, 10)
            assert (await client.fetch(URL).to_json())["code"] == 202

    asyncio.run(main())


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_timeout_of_the_callers_leaves_nothing(api: Api, backend: str, tmp_path: Path) -> None:
    api.answers.append(unanswered)

    async def use(client: AsyncOptidash) -> bool:
        with anyio.move_on_after(0.2) as scope:
            await client.fetch(URL).to_file(tmp_path / "out.jpg")
        assert list(tmp_path.iterdir()) == []
        return scope.cancelled_caught

    assert Mode(backend).call(use, base_url=api.url)


def test_a_cancelled_upload_does_not_wait_for_its_source(api: Api) -> None:
    reading, writing = os.pipe()

    async def use(client: AsyncOptidash) -> bool:
        with os.fdopen(reading, "rb") as pipe, os.fdopen(writing, "wb") as other_end:
            with anyio.move_on_after(0.1) as scope:
                await client.upload(pipe).to_json()
            other_end.write(bytes(1 << 17))
            other_end.flush()
        return scope.cancelled_caught

    assert Mode("asyncio").call(use, base_url=api.url)


def test_an_event_loop_goes_on_while_a_file_is_read(api: Api) -> None:
    threads: set[int] = set()

    class File(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            threads.add(threading.get_ident())
            return super().read(size)

    async def use(client: AsyncOptidash) -> int:
        await client.upload(File(IMAGE)).to_json()
        return threading.get_ident()

    loop = Mode("asyncio").call(use, base_url=api.url)
    assert threads
    assert loop not in threads


def test_an_abandoned_coroutine_is_no_trouble(api: Api, tmp_path: Path) -> None:
    api.answers.append(unanswered)

    async def main() -> None:
        async with AsyncOptidash(KEY, base_url=api.url) as client:
            coroutine = client.fetch(URL).to_file(tmp_path / "out.jpg")
            coroutine.close()
            assert list(tmp_path.iterdir()) == []

    asyncio.run(main())


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_any_number_may_be_begun_at_once(api: Api, backend: str) -> None:
    api.answers.extend([Answer(503), cut])
    ends: list[bool] = []

    async def one(client: AsyncOptidash) -> None:
        await client.fetch(URL).to_json()
        ends.append(True)

    async def use(client: AsyncOptidash) -> int:
        async with anyio.create_task_group() as tasks:
            for _ in range(300):
                tasks.start_soon(one, client)
        turns: Any = getattr(client._api.host, "_turns")  # noqa: B009
        return int(turns.value)

    # Each has given back its turn, whatever became of it.
    assert Mode(backend).call(use, base_url=api.url) == 100
    assert (len(ends), len(api.requests)) == (300, 302)


# --- clients and proxies of the caller's


def timeouts_seen(mode: Mode, http_settings: dict[str, Any], settings: dict[str, Any]) -> dict[str, Any]:
    seen: list[dict[str, Any]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        timeouts = request.extensions["timeout"]
        seen.append({name: timeouts.get(name) for name in ("connect", "read", "write", "pool")})
        return httpx.Response(200, content=ACCEPTED)

    kind: Any = httpx.Client if mode.backend is None else httpx.AsyncClient
    http = kind(transport=httpx.MockTransport(answer), **http_settings)
    mode.call(lambda client: client.account(), client=http, **settings)
    assert not http.is_closed
    return seen[0]


def test_timeouts_of_the_callers_client(mode: Mode) -> None:
    own = {"timeout": httpx.Timeout(3, connect=1)}
    ours = {"connect": 10.0, "read": 60.0, "write": 60.0, "pool": pytest.approx(600, abs=5)}
    assert timeouts_seen(mode, {}, {}) == ours
    assert timeouts_seen(mode, own, {}) == {"connect": 1, "read": 3, "write": 3, "pool": 3}
    assert timeouts_seen(mode, own, {"timeout": {"idle": 5}}) == {**ours, "read": 5.0, "write": 5.0}
    short = timeouts_seen(mode, {}, {"timeout": 2})
    assert all(0 < value <= 2 for value in short.values())
    without = {"connect": None, "idle": None, "total": None}
    assert set(timeouts_seen(mode, {}, {"timeout": without}).values()) == {None}


def test_clients_of_the_wrong_kind() -> None:
    with httpx.Client() as http:
        with pytest.raises(TypeError, match=r"httpx\.AsyncClient"):
            AsyncOptidash(KEY, client=http)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
        with pytest.raises(TypeError, match="proxy"):
            Optidash(KEY, client=http, proxy="http://127.0.0.1:1")
    with pytest.raises(TypeError, match=r"httpx\.Client"):
        Optidash(KEY, client=httpx.AsyncClient())  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]


def test_a_proxy(api: Api, mode: Mode) -> None:
    proxy = f"http://user:{PASSWORD}@127.0.0.1:{api.server_port}"
    mode.call(lambda client: client.account(), base_url="http://localhost:1/1.0", proxy=proxy)
    assert api.request.path == "http://localhost:1/1.0/account"
    assert api.request.headers["proxy-authorization"].startswith("Basic ")


def test_the_proxies_of_the_environment(api: Api, mode: Mode, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", api.url.removesuffix("/1.0"))
    mode.call(lambda client: client.account(), base_url="http://api.localhost:1/1.0")
    assert api.request.path == "http://api.localhost:1/1.0/account"
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,other.localhost")
    mode.call(lambda client: client.account(), base_url=api.url)
    assert api.requests[1].path == "/1.0/account"
    with pytest.raises(optidash.ConnectionError):
        mode.call(lambda client: client.account(retries=0), base_url="http://other.localhost:1/1.0")


@pytest.mark.parametrize("proxy", ["ftp://user:{}@x", "user:{}@x:1", "nonsense"])
def test_a_proxy_that_cannot_be_is_not_quoted(proxy: str) -> None:
    for client in (Optidash, AsyncOptidash):
        with pytest.raises(optidash.ValidationError, match="proxy") as caught:
            client(KEY, proxy=proxy.format(PASSWORD))
        assert PASSWORD not in str(caught.value)
        assert caught.value.__cause__ is None
        assert caught.value.__context__ is None


# --- batches


def test_a_batch_keeps_the_order(api: Api, mode: Mode) -> None:
    api.answers.extend([Answer(422, b""), *[Answer()] * 2])
    told: list[tuple[int, bool]] = []

    def work(width: int, client: Any) -> Any:
        return client.fetch(URL).resize(width=width).to_json()

    results = mode.call(
        lambda client: client.batch([1, 2, 3], work, concurrency=1, on_result=lambda r, i: told.append((i, r.ok))),
        base_url=api.url,
    )
    assert [result.ok for result in results] == [False, True, True]
    assert isinstance(results[0].error, optidash.ApiError)
    assert results[1].value["code"] == 202
    assert results[1].unwrap()["code"] == 202
    with pytest.raises(optidash.ApiError):
        results[0].unwrap()
    assert told == [(0, False), (1, True), (2, True)]
    assert [json.loads(request.body)["resize"]["width"] for request in api.requests] == [1, 2, 3]


def test_a_batch_takes_inputs_as_it_needs_them(mode: Mode) -> None:
    taken: list[int] = []
    running: list[int] = []
    most: list[int] = []

    def inputs() -> Iterator[int]:
        for number in range(20):
            taken.append(number)
            # Never more than are under way, and one that can begin.
            assert len(taken) - len(done) <= 3
            yield number

    done: list[int] = []

    def begin(number: int) -> None:
        running.append(number)
        most.append(len(running))

    def end(number: int) -> int:
        running.remove(number)
        done.append(number)
        return number * number

    def work(number: int, _: Any) -> int:
        begin(number)
        return end(number)

    async def work_later(number: int, _: Any) -> int:
        begin(number)
        await anyio.sleep(0)
        return end(number)

    function: Any = work if mode.backend is None else work_later
    results = mode.call(lambda client: client.batch(inputs(), function), concurrency=3)
    assert [result.value for result in results] == [number * number for number in range(20)]
    assert max(most) <= 3
    assert mode.call(lambda client: client.batch([], function)) == []


def test_a_batch_runs_several_at_once(mode: Mode) -> None:
    barrier = threading.Barrier(4)
    arrived: list[int] = []

    def work(_: int, __: Any) -> None:
        barrier.wait(10)

    async def work_later(number: int, _: Any) -> None:
        arrived.append(number)
        with anyio.fail_after(10):
            while len(arrived) < 4:
                await anyio.sleep(0)

    function: Any = work if mode.backend is None else work_later
    results = mode.call(lambda client: client.batch(range(4), function, concurrency=4))
    assert [result.ok for result in results] == [True] * 4


def test_a_batch_of_an_asynchronous_iterable() -> None:
    async def inputs() -> AsyncIterator[int]:
        for number in range(5):
            await asyncio.sleep(0)
            yield number

    async def work(number: int, _: AsyncOptidash) -> int:
        return number

    told: list[int] = []

    async def tell(result: Any, _: int) -> None:
        await asyncio.sleep(0)
        told.append(result.value)

    results = Mode("asyncio").call(lambda client: client.batch(inputs(), work, on_result=tell))
    assert [result.value for result in results] == list(range(5)) == sorted(told)


@pytest.mark.parametrize("culprit", ["inputs", "on_result"])
def test_what_is_wrong_with_a_batch_itself_ends_it(mode: Mode, culprit: str) -> None:
    def inputs() -> Iterator[int]:
        yield 1
        if culprit == "inputs":
            raise LookupError("mine")
        yield from range(1000)

    def fail(_: Any, __: int) -> None:
        if culprit == "on_result":
            raise LookupError("mine")

    calls: list[int] = []

    def work(number: int, _: Any) -> None:
        calls.append(number)

    async def work_later(number: int, _: Any) -> None:
        calls.append(number)

    function: Any = work if mode.backend is None else work_later
    with pytest.raises(LookupError, match="mine"):
        mode.call(lambda client: client.batch(inputs(), function, on_result=fail))
    assert len(calls) < 100


def test_a_batch_out_of_range(mode: Mode) -> None:
    with pytest.raises(optidash.ValidationError) as caught:
        mode.call(lambda client: client.batch([], print, concurrency=65))
    assert caught.value.path == "concurrency"


# --- errors


def test_one_hierarchy() -> None:
    assert issubclass(optidash.AuthenticationError, optidash.ApiError)
    assert issubclass(optidash.RateLimitError, optidash.ApiError)
    kinds: tuple[type[OptidashError], ...] = (
        optidash.ValidationError,
        optidash.ApiError,
        optidash.ConnectionError,
        optidash.TimeoutError,
        optidash.UnexpectedResponseError,
        optidash.ImageError,
    )
    for kind in kinds:
        assert kind.__bases__ == (OptidashError,)


def test_an_error_survives_pickling_with_all_it_says(api: Api, mode: Mode) -> None:
    api.answer = Answer(429, b'{"success": false, "code": 429, "id": "x", "message": "no"}', {"Retry-After": "9"})
    with pytest.raises(optidash.RateLimitError) as caught:
        mode.call(lambda client: client.account(retries=0), base_url=api.url)
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301
    assert vars(again) == vars(caught.value)
    assert (again.retry_after, again.request_id, dict(again.headers)["retry-after"]) == (9.0, "x", "9")
    assert type(again) is type(caught.value)
    assert str(again) == str(caught.value)


@pytest.mark.parametrize(
    "use",
    [
        lambda client: client.fetch(f"https://user:{PASSWORD}@x/").store(secret=PASSWORD, id="x").to_json(),
        lambda client: client.fetch(f"https://user:{PASSWORD}@x/").resize(widht=1).to_json(),
        lambda client: client.fetch(f"https://user:{PASSWORD}@x/").resize(width={1}).to_json(),
        lambda client: client.upload("missing.jpg").store(secret=PASSWORD, id="x").to_json(),
        lambda client: client.upload(5).store(secret=PASSWORD, id="x").to_json(),
        lambda client: client.fetch(URL).store(secret=PASSWORD, id="x").to_file("missing/x"),
        lambda client: client.account(timeout=0),
        lambda client: client.account(),
        lambda client: client.keys.rename(PASSWORD, "shop"),
    ],
)
@pytest.mark.parametrize("status", [401, 503])
def test_tracebacks_with_local_variables_show_no_secret(api: Api, mode: Mode, use: Any, status: int) -> None:
    api.answer = Answer(status, b"", {"Set-Cookie": f"a={PASSWORD}"})
    with pytest.raises(OptidashError) as caught:
        mode.call(use, base_url=api.url)
    package = str(Path(optidash.__file__).parent)
    error: BaseException | None = caught.value
    while error is not None:
        shown = traceback.TracebackException.from_exception(error, capture_locals=True)
        for frame in shown.stack:
            if frame.filename.startswith(package) or "/json/" in frame.filename:
                for name, value in (frame.locals or {}).items():
                    # What the caller wrote and holds itself is not the package's to hide.
                    for secret in (KEY, "azN5LXdo", PASSWORD):
                        assert secret not in value, f"{frame.filename}:{frame.lineno} {name}"
        error = error.__cause__


def test_what_a_client_of_the_callers_quotes_is_not_repeated() -> None:
    def quoting(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError(f"cannot get {request.url} with {request.headers['Authorization']} of {KEY}")

    with httpx.Client(transport=httpx.MockTransport(quoting)) as client:
        opti = Optidash(KEY, client=client, retries=0)
        with pytest.raises(optidash.ConnectionError, match="cannot get") as caught:
            opti.keys.rename("other-k3y-that-nobody-may-see", "shop")
    for secret in (KEY, "azN5LXdo", "other-k3y"):
        assert secret not in str(caught.value)
    assert caught.value.__cause__ is None


def test_hooks_that_nothing_would_call_are_refused() -> None:
    hooks: Any = {"request": print}
    with pytest.raises(TypeError, match=r"optidash\.Hooks"):
        Optidash(KEY, hooks=hooks)


# --- memory


@pytest.mark.parametrize("kind", ["blocking", "asyncio"])
def test_a_large_upload_and_a_large_answer_take_constant_memory(kind: str) -> None:
    program = Path(__file__).parent / "streaming.py"
    finished = subprocess.run(  # noqa: S603
        [sys.executable, str(program), kind, "256"], capture_output=True, text=True, check=False
    )
    assert finished.returncode == 0, finished.stderr
    figures = json.loads(finished.stdout)
    assert figures["sent"] > 256 << 20
    assert figures["received"] == 256 << 20
    assert figures["grown_mib"] < 32
