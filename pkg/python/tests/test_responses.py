"""What becomes of answers: metadata, images, files and typed errors."""

from __future__ import annotations

import json
import os
import ssl
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from conftest import ACCEPTED, KEY, Answer, Api

import optidash
from optidash import Optidash, OptidashError

URL = "https://www.website.com/image.jpg"
METADATA = {"success": True, "code": 200, "id": "f26656d4", "output": {"name": "größe.jpg", "width": 100}, "new": [1]}
IMAGE = b"\xff\xd8" + os.urandom(100_000)


def image_answer(name: str = "X-Optidash-Metadata") -> Answer:
    return Answer(body=IMAGE, headers={"Content-Type": "image/jpeg", name: json.dumps(METADATA)})


def failure_answer(status: int, **more: object) -> Answer:
    return Answer(status, json.dumps({"success": False, "code": status, "id": "some-id", **more}).encode())


def test_json(client: Optidash) -> None:
    assert client.fetch(URL).to_json() == json.loads(ACCEPTED)


@pytest.mark.parametrize("name", ["X-Optidash-Metadata", "X-Optidash-Meta", "x-optidash-meta"])
def test_buffer(api: Api, client: Optidash, name: str) -> None:
    api.answer = image_answer(name)
    image = client.upload(b"image").to_buffer()
    assert image.data == IMAGE
    assert image.metadata == METADATA


def test_metadata_in_utf8(api: Api, client: Optidash) -> None:
    # `http.server` writes headers as Latin-1, so this is UTF-8 on the wire.
    text = json.dumps(METADATA, ensure_ascii=False).encode().decode("latin-1")
    api.answer = Answer(body=IMAGE, headers={"X-Optidash-Metadata": text})
    assert client.fetch(URL).to_buffer().metadata == METADATA


def test_file(api: Api, client: Optidash, tmp_path: Path) -> None:
    api.answer = image_answer()
    target = tmp_path / "out.jpg"
    assert client.fetch(URL).to_file(target) == METADATA
    assert target.read_bytes() == IMAGE
    assert list(tmp_path.iterdir()) == [target]


def test_file_keeps_permissions_and_links(api: Api, client: Optidash, tmp_path: Path) -> None:
    api.answer = image_answer()
    (tmp_path / "real").mkdir()
    target, link = tmp_path / "real" / "out.jpg", tmp_path / "link.jpg"
    target.write_bytes(b"before")
    target.chmod(0o640)
    link.symlink_to(target)
    client.fetch(URL).to_file(str(link))
    assert link.is_symlink()
    assert target.read_bytes() == IMAGE
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_a_new_file_has_the_usual_permissions(api: Api, client: Optidash, tmp_path: Path) -> None:
    api.answer = image_answer()
    client.fetch(URL).to_file(tmp_path / "out.jpg")
    (tmp_path / "usual").touch()
    assert (tmp_path / "out.jpg").stat().st_mode == (tmp_path / "usual").stat().st_mode


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (failure_answer(422, message="no"), optidash.ApiError, "unprocessable"),
        (
            Answer(422, b"", {"X-Optidash-Meta": '{"success": false, "code": 422, "message": "no"}'}),
            optidash.ApiError,
            "unprocessable",
        ),
        (Answer(body=IMAGE, headers=image_answer().headers, cut=10), optidash.ConnectionError, "incomplete_body"),
        (
            Answer(body=IMAGE, headers={"Content-Type": "image/jpeg"}),
            optidash.UnexpectedResponseError,
            "missing_metadata",
        ),
        (Answer(), optidash.UnexpectedResponseError, "missing_image"),
    ],
)
@pytest.mark.parametrize("before", [None, b"before"])
def test_a_failure_leaves_files_as_they_were(
    api: Api,
    client: Optidash,
    tmp_path: Path,
    answer: Answer,
    kind: type[OptidashError],
    code: str,
    before: bytes | None,
) -> None:
    api.answer = answer
    target = tmp_path / "out.jpg"
    if before is not None:
        target.write_bytes(before)
    with pytest.raises(kind) as caught:
        client.fetch(URL).to_file(target)
    assert caught.value.code == code
    assert [path.read_bytes() for path in tmp_path.iterdir()] == ([] if before is None else [before])


@pytest.mark.parametrize("path", ["missing/out.jpg", ""])
def test_where_no_file_can_be_nothing_is_sent(api: Api, client: Optidash, tmp_path: Path, path: str) -> None:
    with pytest.raises(optidash.ValidationError) as caught:
        client.fetch(URL).to_file(tmp_path / path)
    assert isinstance(caught.value.__cause__, OSError)
    assert api.requests == []


def test_an_interrupted_download_leaves_nothing(tmp_path: Path) -> None:
    class Interrupted(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            yield IMAGE
            raise KeyboardInterrupt

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers=image_answer().headers, stream=Interrupted())

    with httpx.Client(transport=httpx.MockTransport(answer)) as http, pytest.raises(KeyboardInterrupt):
        Optidash(KEY, client=http).fetch(URL).to_file(tmp_path / "out.jpg")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, optidash.ApiError),
        (401, optidash.AuthenticationError),
        (403, optidash.AuthenticationError),
        (404, optidash.ApiError),
        (422, optidash.ApiError),
        (429, optidash.RateLimitError),
        (500, optidash.ApiError),
        (503, optidash.ApiError),
    ],
)
def test_failures_of_the_api(api: Api, client: Optidash, status: int, kind: type[OptidashError]) -> None:
    api.answer = failure_answer(status, message="no image at that address")
    with pytest.raises(OptidashError) as caught:
        client.fetch(URL).to_json()
    error = caught.value
    assert type(error) is kind
    assert str(error) == error.message == "no image at that address"
    assert (error.status, error.request_id, error.path) == (status, "some-id", "")
    assert error.code
    assert error.metadata == json.loads(api.answer.body)
    assert error.__cause__ is None


@pytest.mark.parametrize(
    "answer",
    [
        Answer(body=b"<html>"),
        Answer(body=b""),
        Answer(body=b"null"),
        Answer(body=b"[" * 100_000),
        Answer(body=b"\xff\xfe"),
        Answer(body=b'"' + b"x" * (2 << 20) + b'"'),
        Answer(302, b"", {"Location": "https://www.website.com/"}),
    ],
)
def test_answers_that_the_api_does_not_give(api: Api, client: Optidash, answer: Answer) -> None:
    api.answer = answer
    with pytest.raises(optidash.UnexpectedResponseError):
        client.fetch(URL).to_json()
    assert len(api.requests) == 1


def test_an_answer_that_breaks_off(api: Api, client: Optidash) -> None:
    api.answer = Answer(body=ACCEPTED, cut=1)
    with pytest.raises(optidash.ConnectionError) as caught:
        client.fetch(URL).to_json()
    assert caught.value.code == "incomplete_body"


def test_an_endless_answer_is_refused_early() -> None:
    sent: list[int] = []

    class Endless(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            while True:
                sent.append(1 << 16)
                yield bytes(1 << 16)

    with httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200, stream=Endless()))) as http:
        with pytest.raises(optidash.UnexpectedResponseError) as caught:
            Optidash(KEY, client=http).fetch(URL).to_json()
    assert caught.value.code == "response_too_large"
    assert sum(sent) < 2 << 20


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (httpx.ConnectError("refused"), optidash.ConnectionError),
        (httpx.ConnectTimeout("slow"), optidash.TimeoutError),
        (httpx.ReadTimeout("slow"), optidash.TimeoutError),
        (httpx.ReadError("reset"), optidash.ConnectionError),
        (httpx.RemoteProtocolError("disconnected"), optidash.ConnectionError),
        (httpx.ProxyError("no"), optidash.ConnectionError),
        (ssl.SSLError("certificate"), optidash.OptidashError),
    ],
)
def test_failures_of_the_transport(raised: Exception, kind: type[OptidashError]) -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        raise raised

    with httpx.Client(transport=httpx.MockTransport(fail)) as http:
        client = Optidash(KEY, client=http)
        ends: list[Callable[[], object]] = [client.fetch(URL).to_json, client.fetch(URL).to_buffer, client.account]
        for end in ends:
            with pytest.raises(kind) as caught:
                end()
            assert caught.value.__cause__ is raised


def test_an_api_that_is_not_there(closed_port: int) -> None:
    with (
        Optidash(KEY, base_url=f"http://127.0.0.1:{closed_port}") as client,
        pytest.raises(optidash.ConnectionError) as caught,
    ):
        client.fetch(URL).to_json()
    assert caught.value.code == "connection_failed"
    assert isinstance(caught.value.__cause__, httpx.ConnectError)


def test_a_file_that_is_not_there(api: Api, client: Optidash, tmp_path: Path) -> None:
    with pytest.raises(optidash.ValidationError) as caught:
        client.upload(tmp_path / "missing.jpg").to_json()
    assert isinstance(caught.value.__cause__, FileNotFoundError)
    assert api.requests == []


@pytest.mark.parametrize("file", [None, 5, object()])
def test_what_cannot_be_uploaded(api: Api, client: Optidash, file: object) -> None:
    with pytest.raises(optidash.ValidationError):
        client.upload(file).to_json()  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    assert api.requests == []


def test_a_text_file_cannot_be_uploaded(api: Api, client: Optidash) -> None:
    with Path(__file__).open(encoding="utf-8") as file, pytest.raises(optidash.ValidationError):
        client.upload(file).to_json()  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    assert api.requests == []


def test_a_source_that_fails_while_it_is_read(api: Api, client: Optidash) -> None:
    class Broken:
        def read(self, _: int = -1) -> bytes:
            raise OSError(5, "Input/output error")

    with pytest.raises(optidash.ValidationError) as caught:
        client.upload(Broken()).to_json()  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    assert isinstance(caught.value.__cause__, OSError)


def test_certificates_are_verified(api: Api, tmp_path: Path) -> None:
    # A TLS client that meets a server without TLS fails in the handshake: it never falls back.
    address = api.url.replace("http:", "https:")
    with Optidash(KEY, base_url=address) as client, pytest.raises(optidash.ConnectionError):
        client.fetch(URL).to_json()
    assert api.requests == []


def test_credentials_go_to_no_other_address(api: Api) -> None:
    api.answer = Answer(307, b"", {"Location": api.url + "/elsewhere"})
    with httpx.Client(follow_redirects=True, auth=("other", "user")) as http:
        with pytest.raises(OptidashError):
            Optidash(KEY, base_url=api.url, client=http).fetch(URL).to_json()
        assert not http.is_closed
    assert api.request.path == "/1.0/fetch"
    assert api.request.headers["authorization"].startswith("Basic azN5")
