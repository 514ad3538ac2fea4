"""Clients and requests as values, and what they never show."""

from __future__ import annotations

import copy
import json
import pickle
import threading
from collections import UserDict
from collections.abc import Callable
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import httpx
import pytest
from conftest import KEY, Answer, Api

import optidash
from optidash import Optidash, OptidashError, Request, ValidationError

URL = "https://www.website.com/image.jpg"


def body_of(request: Request) -> Any:
    return json.loads(request.to_request()["body"]["json"])


@pytest.mark.parametrize("key", [None, "", 5, "a b", b"key", "käse", "a:b"])
def test_a_bad_key_is_refused_at_once(key: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        Optidash(key)
    assert (caught.value.code, caught.value.path) == (
        "invalid_key" if key != b"key" else "malformed_json",
        caught.value.path,
    )


@pytest.mark.parametrize("base_url", ["http://api.optidash.ai/1.0", "ftp://x", "nonsense", "https://u:secret@x/1.0"])
def test_a_bad_base_url_is_refused_at_once(base_url: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Optidash(KEY, base_url=base_url)
    assert caught.value.path == "base_url"
    assert "secret" not in str(caught.value)


def test_the_environment_names_the_api(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPTIDASH_BASE_URL", "http://127.0.0.1:1/1.0")
    assert Optidash(KEY).fetch(URL).to_request()["url"] == "http://127.0.0.1:1/1.0/fetch"
    assert Optidash(KEY, base_url="https://b.example").fetch(URL).to_request()["url"] == "https://b.example/fetch"
    monkeypatch.setenv("OPTIDASH_BASE_URL", "")
    assert Optidash(KEY).fetch(URL).to_request()["url"] == "https://api.optidash.ai/1.0/fetch"


def test_nothing_carries_over() -> None:
    client = Optidash(KEY)
    first = client.fetch(URL).resize(width=1)
    assert body_of(client.fetch("https://b.example")) == {"url": "https://b.example"}
    wider = first.resize(width=2)
    assert body_of(first)["resize"] == {"width": 1}
    assert body_of(wider)["resize"] == {"width": 2}
    assert "webhook" in body_of(first.webhook(url=URL))
    assert "webhook" not in body_of(first)


def test_what_a_caller_changes_later_does_not_matter() -> None:
    attributes: dict[str, Any] = {"id": "x", "metadata": {"a": [1]}}
    request = Optidash(KEY).fetch(URL).store(attributes)
    attributes["metadata"]["a"].append(2)
    attributes["id"] = "y"
    assert body_of(request)["store"] == {"id": "x", "metadata": {"a": [1]}}


def test_numbers_and_mappings_of_other_libraries() -> None:
    request = Optidash(KEY).fetch(URL).border(MappingProxyType({"a": Fraction(1, 2), "b": UserDict({"c": True})}))
    assert body_of(request)["border"] == {"a": 0.5, "b": {"c": True}}


def nested(depth: int) -> Any:
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value


def cycle() -> Any:
    value: list[Any] = []
    value.append(value)
    return value


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        float("inf"),
        {1, 2},
        b"bytes",
        object(),
        "\ud800",
        {"a": {("tuple",): 1}},
        nested(200),
        nested(100_000),
        cycle(),
        1j,
    ],
    ids=lambda value: type(value).__name__,
)
@pytest.mark.parametrize("operation", ["resize", "flip"])
def test_what_json_cannot_hold_is_a_validation_error(value: Any, operation: str) -> None:
    chain = Optidash(KEY).fetch(URL).operation(operation, {"width": value})
    ends: list[Callable[[], object]] = [chain.to_json, chain.to_buffer, chain.to_request]
    for end in ends:
        with pytest.raises(ValidationError) as caught:
            end()
        assert caught.value.code == "malformed_json"


@pytest.mark.parametrize(
    ("chain", "code", "path"),
    [
        (lambda client: client.resize(width=1), "missing_source", ""),
        (lambda client: client.fetch(URL).fetch(URL), "two_sources", "fetch"),
        (lambda client: client.fetch(URL).upload(b""), "two_sources", "upload"),
        (lambda client: client.fetch(URL).resize(widht=1), "misspelt_attribute", "resize.widht"),
        (lambda client: client.fetch(URL).resize(mode="fit", width=1), "required", "resize.height"),
        (lambda client: client.fetch(URL).resize(None), "wrong_type", "resize"),
        (lambda client: client.fetch(URL).resize(width="1"), "wrong_type", "resize.width"),
        (lambda client: client.fetch(URL).webhook(), "required", "webhook.url"),
        (lambda client: client.fetch(URL).webhook(url=URL, delay=604801), "out_of_range", "webhook.delay"),
        (lambda client: client.fetch(URL).operation("resise", {}), "unknown_operation", "resise"),
        (lambda client: client.fetch(None), "required", "url"),
        (lambda client: client.fetch(b"https://x"), "malformed_json", ""),
        (lambda client: client.fetch("https://x/ y"), "invalid_url", "url"),
        (lambda client: client.upload(b"", name=5), "wrong_type", "name"),
    ],
)
def test_what_cannot_be_sent_is_not(api: Api, client: Optidash, chain: Any, code: str, path: str) -> None:
    with pytest.raises(ValidationError) as caught:
        chain(client).to_json()
    assert (caught.value.code, caught.value.path) == (code, path)
    assert api.requests == []


@pytest.mark.parametrize("name", ["webhook", "store"])
@pytest.mark.parametrize("end", ["to_buffer", "to_file"])
def test_binary_answers_exclude_webhooks_and_stores(client: Optidash, name: str, end: str, tmp_path: Any) -> None:
    attributes = {"url": URL} if name == "webhook" else {"id": "x"}
    chain = client.fetch(URL).operation(name, attributes)
    with pytest.raises(ValidationError) as caught:
        chain.to_buffer() if end == "to_buffer" else chain.to_file(tmp_path / "x")
    assert (caught.value.code, caught.value.path) == ("conflict", name)
    assert list(tmp_path.iterdir()) == []


def test_nothing_shows_the_key_or_a_password(api: Api, client: Optidash) -> None:
    receiver = optidash.Receiver(endpoint="https://user:pa55word@www.website.com/hook")
    request = client.fetch("https://user:pa55word@x/").webhook(url="https://user:pa55word@x/").store(secret="pa55word")
    legacy = optidash.optidash(KEY)
    api.answer = Answer(401, b"")
    shown = [repr(each) for each in (client, request, receiver, legacy, legacy.fetch(URL), request._chain)]
    with pytest.raises(OptidashError) as caught:
        client.fetch("https://user:pa55word@x/").to_json()
    shown += [repr(caught.value), str(caught.value), repr(vars(caught.value))]
    for text in shown:
        assert KEY not in text
        assert "pa55word" not in text
        assert "Basic" not in text


def test_a_transport_error_shows_no_secret() -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("cannot reach https://user:pa55word@proxy.example:3128/")

    with httpx.Client(transport=httpx.MockTransport(fail)) as http, pytest.raises(OptidashError) as caught:
        Optidash(KEY, client=http).fetch(URL).to_json()
    assert "pa55word" not in str(caught.value)
    assert "proxy.example" in str(caught.value)


def test_errors_can_be_copied_and_pickled(api: Api, client: Optidash) -> None:
    api.answer = Answer(429, b'{"success": false, "code": 429, "id": "x", "message": "slow down"}')
    with pytest.raises(optidash.RateLimitError) as caught:
        client.fetch(URL).to_json()
    for again in (copy.copy(caught.value), pickle.loads(pickle.dumps(caught.value))):  # noqa: S301
        assert type(again) is optidash.RateLimitError
        assert vars(again) == vars(caught.value)
        assert str(again) == "slow down"


def test_a_client_of_the_caller_is_used_and_stays_open() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"success": True, "code": 200})

    with httpx.Client(transport=httpx.MockTransport(answer), headers={"X-Team": "images"}) as http:
        with Optidash(KEY, client=http) as client:
            client.fetch(URL).to_json()
        assert not http.is_closed
    assert seen[0].headers["X-Team"] == "images"
    assert seen[0].headers["User-Agent"].startswith("optidash/")


def test_a_closed_client_sends_nothing(api: Api) -> None:
    with Optidash(KEY, base_url=api.url) as client:
        request = client.fetch(URL)
    with pytest.raises(RuntimeError, match="closed"):
        request.to_json()


def test_threads_share_a_client(api: Api, client: Optidash) -> None:
    def send(number: int) -> None:
        client.fetch(f"https://www.website.com/{number}.jpg").resize(width=number).to_json()

    threads = [threading.Thread(target=send, args=(number,)) for number in range(1, 33)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    bodies = sorted((json.loads(request.body) for request in api.requests), key=lambda body: body["resize"]["width"])
    assert bodies == [
        {"url": f"https://www.website.com/{number}.jpg", "resize": {"width": number}} for number in range(1, 33)
    ]
