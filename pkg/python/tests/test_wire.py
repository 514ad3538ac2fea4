"""What goes over the wire, byte for byte."""

from __future__ import annotations

import base64
import gzip
import io
import json
import math
import os
import random
import struct
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import KEY, Api

import optidash
from optidash import Optidash, Request

URL = "https://www.website.com/image.jpg?a=%20b&ü=1".replace("ü", "%C3%BC")

#: Chains, and the dictionary that the official client builds of the same calls.
CHAINS: list[tuple[Callable[[Any], Any], dict[str, Any]]] = [
    (lambda chain: chain, {}),
    (
        lambda chain: chain.resize({"width": 100, "height": 75}).webhook({"url": "https://www.website.com/endpoint"}),
        {"resize": {"width": 100, "height": 75}, "webhook": {"url": "https://www.website.com/endpoint"}},
    ),
    (
        lambda chain: chain.output({"format": "jpg", "quality": 80}).resize({"height": 75, "width": 100}),
        {"output": {"format": "jpg", "quality": 80}, "resize": {"height": 75, "width": 100}},
    ),
    (
        lambda chain: chain.resize({"width": 1}).flip({}).resize({"width": 2, "upscale": False}),
        {"resize": {"width": 2, "upscale": False}, "flip": {}},
    ),
    (
        lambda chain: chain.scale({"size": 0.5, "ratio": 1.0}).adjust({"unsharp": 1e-05, "a": 1e16, "b": -1.5e-07}),
        {"scale": {"size": 0.5, "ratio": 1.0}, "adjust": {"unsharp": 1e-05, "a": 1e16, "b": -1.5e-07}},
    ),
    (
        lambda chain: chain.adjust({"a": 0.1 + 0.2, "b": 1 / 3, "c": 5e-324, "d": 1.7976931348623157e308, "e": -0.0}),
        {"adjust": {"a": 0.1 + 0.2, "b": 1 / 3, "c": 5e-324, "d": 1.7976931348623157e308, "e": -0.0}},
    ),
    (
        lambda chain: chain.store(
            {"id": "grün 😀 \u2028", "metadata": {"ключ": ['"\\/\b\f\n\r\t\x7f\x00', None, [True]]}}
        ),
        {"store": {"id": "grün 😀 \u2028", "metadata": {"ключ": ['"\\/\b\f\n\r\t\x7f\x00', None, [True]]}}},
    ),
    (
        lambda chain: chain.filter({"blur": {"mode": "gaussian", "value": 10}}).auto({"enhance": True}),
        {"filter": {"blur": {"mode": "gaussian", "value": 10}}, "auto": {"enhance": True}},
    ),
    (
        lambda chain: chain.border({2: "a", True: "b", None: "c", 1.5: ("d", -(2**63), 2**64 - 1)}),
        {"border": {2: "a", True: "b", None: "c", 1.5: ("d", -(2**63), 2**64 - 1)}},
    ),
]


@pytest.mark.parametrize(("chain", "operations"), CHAINS)
def test_fetch_sends_what_the_first_client_sent(
    api: Api, client: Optidash, chain: Callable[[Request], Request], operations: dict[str, Any]
) -> None:
    chain(client.fetch(URL)).to_json()
    assert api.request.body == json.dumps({"url": URL, **operations}).encode()
    assert (api.request.method, api.request.path) == ("POST", "/1.0/fetch")
    assert api.request.headers["content-type"] == "application/json"
    assert api.request.headers["authorization"] == f"Basic {base64.b64encode(f'{KEY}:'.encode()).decode()}"


@pytest.mark.parametrize(("chain", "operations"), CHAINS)
def test_upload_sends_what_the_first_client_sent(
    api: Api, client: Optidash, chain: Callable[[Request], Request], operations: dict[str, Any]
) -> None:
    chain(client.upload(b"\x00\xffimage", name='é "x".jpg')).to_json()
    (data, text), (file, image) = api.request.parts()
    assert text == json.dumps(operations).encode()
    assert image == b"\x00\xffimage"
    assert data.get_param("name", header="content-disposition") == "data"
    assert file.get_param("name", header="content-disposition") == "file"
    assert data.get_filename() is None
    assert data.get("content-type") is None
    assert file.get_content_type() == "application/octet-stream"
    assert api.request.path == "/1.0/upload"
    assert "content-length" in api.request.headers


@pytest.mark.parametrize("legacy", [False, True])
def test_binary_responses_are_asked_for_as_the_first_client_did(
    api: Api, client: Optidash, legacy: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPTIDASH_BASE_URL", api.url)
    if legacy:
        optidash.optidash(KEY).fetch(URL).resize({"width": 1}).toBuffer()
    else:
        with pytest.raises(optidash.OptidashError):
            client.fetch(URL).resize({"width": 1}).to_buffer()
    assert api.request.body == json.dumps({"url": URL, "resize": {"width": 1}, "response": {"mode": "binary"}}).encode()
    assert api.request.headers["x-optidash-binary"] == "1"


def test_floats_are_written_as_python_writes_them(client: Optidash) -> None:
    numbers = random.Random(2026)  # noqa: S311
    values = [struct.unpack("<d", numbers.randbytes(8))[0] for _ in range(5000)]
    values = [value for value in values if math.isfinite(value)] + [numbers.uniform(0, 1e6) for _ in range(1000)]
    body = client.fetch(URL).operation("hologram", {"values": values}).to_request()["body"]["json"]
    assert body == json.dumps({"url": URL, "hologram": {"values": values}})


def test_operations_may_come_before_the_source(api: Api, client: Optidash) -> None:
    client.resize(width=1).fetch(URL).to_json()
    assert api.request.body == json.dumps({"resize": {"width": 1}, "url": URL}).encode()


def test_keywords_a_dict_and_both_are_the_same(client: Optidash) -> None:
    chains = [
        client.fetch(URL).resize({"width": 1, "height": 2}),
        client.fetch(URL).resize(width=1, height=2),
        client.fetch(URL).resize({"width": 1}, height=2),
        client.fetch(URL).operation("resize", {"width": 1, "height": 2}),
    ]
    assert len({chain.to_request()["body"]["json"] for chain in chains}) == 1


def test_one_attribute_given_twice_is_refused(client: Optidash) -> None:
    with pytest.raises(TypeError, match="multiple values for attribute 'width'"):
        client.resize({"width": 1}, width=1)


def test_bearer_and_fetch_headers(api: Api) -> None:
    with Optidash(KEY, base_url=api.url, authentication="bearer") as client:
        client.fetch(URL, headers={"host": "example.com"}).to_json()
    assert api.request.headers["authorization"] == f"Bearer {KEY}"
    assert json.loads(api.request.body) == {"url": URL, "headers": {"host": "example.com"}}


@pytest.mark.parametrize(
    "kind", ["str", "path", "bytes", "bytearray", "memoryview", "file", "bytesio", "gzip", "unsized"]
)
def test_everything_that_can_be_uploaded(api: Api, client: Optidash, tmp_path: Path, kind: str) -> None:
    image = os.urandom(200_000)
    path = tmp_path / "photo.jpg"
    path.write_bytes(image)
    packed = tmp_path / "photo.gz"
    packed.write_bytes(gzip.compress(image))

    class Unsized:
        read = staticmethod(io.BytesIO(image).read)

    sources: dict[str, Any] = {
        "str": str(path),
        "path": path,
        "bytes": image,
        "bytearray": bytearray(image),
        "memoryview": memoryview(image),
        "file": path.open("rb"),
        "bytesio": io.BytesIO(image),
        "gzip": gzip.open(packed),
        "unsized": Unsized(),
    }
    sources["bytesio"].read(10)
    client.upload(sources[kind]).to_json()
    (_, _), (part, data) = api.request.parts()
    assert data == image
    expected = {"str": "photo.jpg", "path": "photo.jpg", "file": "photo.jpg"}
    assert kind not in expected or part.get_filename() == expected[kind]
    sources["file"].close()
    sources["gzip"].close()


def test_a_pipe_is_uploaded(api: Api, client: Optidash) -> None:
    reading, writing = os.pipe()
    image = os.urandom(300_000)

    def write() -> None:
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(image)

    thread = threading.Thread(target=write)
    thread.start()
    with os.fdopen(reading, "rb") as pipe:
        client.upload(pipe, name="pipe.png").to_json()
    thread.join()
    (_, _), (part, data) = api.request.parts()
    assert (part.get_filename(), data) == ("pipe.png", image)


def test_an_upload_is_read_piece_by_piece(api: Api, client: Optidash) -> None:
    sizes: list[int] = []

    class Large(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            sizes.append(-1 if size is None else size)
            return super().read(size)

    client.upload(Large(bytes(1_000_000))).to_json()
    assert min(sizes) > 0
    assert max(sizes) <= 1 << 20
    assert len(api.request.parts()[1][1]) == 1_000_000


def test_a_request_can_be_sent_again(api: Api, client: Optidash, tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"image")
    for source in (path, b"image", io.BytesIO(b"image")):
        request = client.upload(source)
        request.to_json()
        request.to_json()
    assert [request.parts()[1][1] for request in api.requests] == [b"image"] * 6


def test_account_and_webhooks(api: Api, client: Optidash) -> None:
    assert client.account()["success"] is True
    client.webhooks()
    client.webhooks("a/b")
    client.webhooks(status=["delivered", "failed"], start="2026-01-01T00:00:00.000Z", offset=0, limit=10)
    assert [request.method for request in api.requests] == ["GET"] * 4
    assert [request.path for request in api.requests] == [
        "/1.0/account",
        "/1.0/webhooks/",
        "/1.0/webhooks/a%2Fb",
        "/1.0/webhooks/?status=delivered%2Cfailed&start=2026-01-01T00%3A00%3A00.000Z&offset=0&limit=10",
    ]
    with pytest.raises(optidash.ValidationError, match="limit") as caught:
        client.webhooks(limit=1000)
    assert (caught.value.code, caught.value.path) == ("out_of_range", "limit")
