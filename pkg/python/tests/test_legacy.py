"""The call style of the first release."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from conftest import ACCEPTED, KEY, Answer, Api

from optidash import OptidashError, ValidationError, optidash

URL = "https://www.website.com/image.jpg"
METADATA = {"success": True, "code": 200, "id": "some-id"}


@pytest.fixture
def opti(api: Api, monkeypatch: pytest.MonkeyPatch) -> optidash:
    monkeypatch.setenv("OPTIDASH_BASE_URL", api.url)
    return optidash(KEY)


def test_json(api: Api, opti: optidash) -> None:
    err, meta = opti.fetch(URL).resize({"width": 100}).toJSON()
    assert err is None
    assert meta == json.loads(ACCEPTED)
    assert json.loads(api.request.body) == {"url": URL, "resize": {"width": 100}}


def test_buffer_and_file(api: Api, opti: optidash, tmp_path: Path) -> None:
    api.answer = Answer(body=b"image", headers={"X-Optidash-Meta": json.dumps(METADATA)})
    assert opti.upload(io.BytesIO(b"in")).toBuffer() == (None, METADATA, b"image")
    assert opti.fetch(URL).toFile(str(tmp_path / "out.jpg")) == (None, METADATA)
    assert (tmp_path / "out.jpg").read_bytes() == b"image"


def test_a_failure_of_the_api_is_its_message(api: Api, opti: optidash) -> None:
    failure = {"success": False, "code": 422, "id": "some-id", "message": "no image at that address"}
    api.answer = Answer(422, json.dumps(failure).encode())
    err, meta = opti.fetch(URL).toJSON()
    assert isinstance(err, OptidashError)
    assert str(err) == "no image at that address"
    assert meta == failure
    api.answer = Answer(422, b"", {"X-Optidash-Meta": json.dumps(failure)})
    err, meta, data = opti.fetch(URL).toBuffer()
    assert (str(err), meta, data) == ("no image at that address", failure, None)


@pytest.mark.parametrize("key", [None, "", 5])
def test_nothing_raises(api: Api, key: Any, tmp_path: Path) -> None:
    err, meta = optidash(key).fetch(URL).toJSON()
    assert isinstance(err, ValidationError)
    assert meta is None
    assert api.requests == []


@pytest.mark.parametrize(
    "chain",
    [
        lambda opti: opti,
        lambda opti: opti.fetch(None),
        lambda opti: opti.fetch(URL).upload("x"),
        lambda opti: opti.upload(None),
        lambda opti: opti.upload("missing.jpg"),
        lambda opti: opti.upload("bad\0path"),
        lambda opti: opti.fetch(URL).resize(None),
        lambda opti: opti.fetch(URL).resize({"width": {1}}),
        lambda opti: opti.fetch(URL).webhook({"url": URL, "delay": 0}),
    ],
)
def test_every_error_is_returned(api: Api, opti: optidash, chain: Any) -> None:
    err, meta = chain(opti).toJSON()
    assert isinstance(err, Exception)
    assert meta is None
    err, meta, data = chain(opti).toBuffer()
    assert isinstance(err, Exception)
    assert (meta, data) == (None, None)
    assert api.requests == []


@pytest.mark.parametrize("path", [None, "", "missing/out.jpg", "bad\0path", 5])
def test_a_bad_path_is_returned(opti: optidash, path: Any) -> None:
    err, meta = opti.fetch(URL).toFile(path)
    assert isinstance(err, Exception)
    assert meta is None


def test_an_api_that_is_not_there(closed_port: int) -> None:
    err, meta = optidash(KEY, endpoint=f"http://127.0.0.1:{closed_port}").fetch(URL).toJSON()
    assert isinstance(err, OptidashError)
    assert meta is None


def test_one_client_serves_several_requests(api: Api, opti: optidash) -> None:
    opti.fetch(URL).resize({"width": 1}).toJSON()
    opti.fetch(URL).toJSON()
    assert json.loads(api.requests[1].body) == {"url": URL}


def test_the_endpoint_replaces_the_address(api: Api) -> None:
    err, _ = optidash(KEY, endpoint=api.url.replace("/1.0", "/elsewhere")).fetch(URL).toJSON()
    assert err is None
    assert api.request.path == "/elsewhere"


def test_a_proxy(api: Api, opti: optidash) -> None:
    err, _ = optidash(KEY, endpoint="http://api.invalid/1.0/fetch").setProxy({"http": api.url[:-4]}).fetch(URL).toJSON()
    assert err is None
    assert api.request.path == "http://api.invalid/1.0/fetch"
    err, _ = opti.setProxy({"http": "nonsense"}).fetch(URL).toJSON()
    assert isinstance(err, Exception)
