"""The programs in the README run as they stand there."""

from __future__ import annotations

import base64
import io
import json
import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Answer, Api

from optidash._call import call
from optidash.testing import notification_request

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
PROGRAMS = re.findall(r"^```python\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
METADATA = {
    "success": True,
    "code": 200,
    "id": "f26656d4-3322-4279-acf4-0e1b3ef9d4bd",
    "input": {"name": "photo.jpg"},
    "output": {"url": "https://s3.optidash.ai/temp/x/image.jpg"},
}


def program_with(text: str) -> str:
    (program,) = [program for program in PROGRAMS if text in program]
    return str(program)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ('["output"]["url"]', "https://s3.optidash.ai/temp/x/image.jpg"),
        ("len(image.data)", "photo.jpg 5"),
        ("asyncio.run", METADATA["id"]),
        ("opti.batch", "0 True\n['f26656d4-3322-4279-acf4-0e1b3ef9d4bd']"),
        ("Hooks", "GET http://127.0.0.1"),
        ("toJSON", METADATA["id"]),
        ("widht", "misspelt_attribute resize.widht"),
        ("order 17", METADATA["id"]),
        ("output_size", "JPEG PNG (100, 75)"),
        ("sample_notification", "True 100"),
    ],
)
def test_program(
    api: Api,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    text: str,
    printed: str,
) -> None:
    image = ".to_file(" in program_with(text)
    headers = {"X-Optidash-Metadata": json.dumps(METADATA)} if image else {"Content-Type": "application/json"}
    api.answer = Answer(body=b"image" if image else json.dumps(METADATA).encode(), headers=headers)
    monkeypatch.setenv("OPTIDASH_BASE_URL", api.url)
    monkeypatch.chdir(tmp_path)
    Path("photo.jpg").write_bytes((ROOT / "tests/images/coffee.jpg").read_bytes())
    exec(compile(program_with(text), text, "exec"), {})  # noqa: S102
    assert capsys.readouterr().out.startswith(printed)


@pytest.mark.parametrize(("password", "status"), [("pass", "200"), ("wrong", "401")])
def test_application(password: str, status: str) -> None:
    namespace: dict[str, Any] = {}
    exec(compile(program_with("def application"), "application", "exec"), namespace)  # noqa: S102
    body = json.dumps(METADATA).encode()
    environ = {
        "REQUEST_METHOD": "POST",
        "REMOTE_ADDR": "212.224.84.130",
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": "application/json",
        "HTTP_AUTHORIZATION": f"Basic {base64.b64encode(f'user:{password}'.encode()).decode()}",
        "wsgi.input": io.BytesIO(body),
    }
    answered: list[str] = []
    assert namespace["application"](environ, lambda status, headers: answered.append(status)) == []
    assert answered[0].startswith(status)


def test_blueprint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, Any] = {"__name__": "readme"}
    exec(compile(program_with("register_blueprint"), "blueprint", "exec"), namespace)  # noqa: S102
    request = notification_request("https://user:pass@www.website.com/endpoint", id="a")
    for _ in range(2):
        answer = (
            namespace["app"]
            .test_client()
            .post(
                "/endpoint", data=request.body, headers=request.headers, environ_base={"REMOTE_ADDR": request.address}
            )
        )
        assert answer.status_code == 200
    namespace["handler"].store.close()
    assert capsys.readouterr().out == "a True None\n"


def test_reconcile(
    api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    webhook = {"id": METADATA["id"], "status": "failed", "payload": METADATA}
    api.answer = Answer(body=json.dumps({"success": True, "code": 200, "webhooks": [webhook]}).encode())
    monkeypatch.setenv("OPTIDASH_BASE_URL", api.url)
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, Any] = {}
    exec(compile(program_with("reconcile(Optidash"), "reconcile", "exec"), namespace)  # noqa: S102
    namespace["handler"].store.close()
    assert capsys.readouterr().out.splitlines()[-1] == f"['{METADATA['id']}'] [] []"


@pytest.mark.parametrize("adapter", ["wsgi", "asgi", "flask", "django", "starlette"])
def test_programs_of_the_adapters(adapter: str) -> None:
    module = import_module(f"optidash.webhook.{adapter}")
    (program,) = re.findall(r"^```python\n(.*?)^```$", module.__doc__ or "", re.MULTILINE | re.DOTALL)
    exec(compile(program, adapter, "exec"), {"__name__": adapter})  # noqa: S102


def test_everything_else(
    api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers: list[Any] = [
        {"success": True, "quota": {}},
        {**METADATA, "output": {"url": f"{api.url}/temp/x/image.jpg"}},
        "image",
        {"success": True, "webhooks": [{"id": "a", "status": "failed", "payload": {**METADATA, "id": "a"}}]},
        {"success": True, "name": "shop", "key": "n3wk3y"},
    ]
    api.answers.extend(Answer(body=json.dumps(answer).encode()) for answer in answers)
    monkeypatch.setenv("OPTIDASH_BASE_URL", api.url)
    monkeypatch.chdir(tmp_path)
    exec(compile(program_with("opti.download"), "else", "exec"), {})  # noqa: S102
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("a Notification(id='a'")
    assert second == "n3wk3y"
    assert Path("small.jpg").read_text() == '"image"'


def test_the_progress_bar(
    api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    api.answer = Answer(body=b"image", headers={"X-Optidash-Metadata": json.dumps(METADATA)})
    monkeypatch.setenv("OPTIDASH_BASE_URL", api.url)
    monkeypatch.chdir(tmp_path)
    Path("photo.jpg").write_bytes(bytes(500_000))
    exec(compile(program_with("tqdm"), "tqdm", "exec"), {})  # noqa: S102
    shown = capsys.readouterr().err.rpartition("\r")[2]
    assert "100%" in shown
    assert "500k/500k" in shown


def test_the_defaults_are_those_of_the_core() -> None:
    defaults, _ = call("client", {"key": "k"})
    total, connect, idle = (int(defaults["timeout"][name]) for name in ("total", "connect", "idle"))
    told = f"{total} s for the whole call, {connect} s until the connection stands, {idle} s without a byte"
    assert f"| `timeout` | {told}" in README
    assert f"| `retries` | {defaults['retries']}, from 0 to 10 |" in README
    assert f"| `concurrency` | {defaults['concurrency']} requests of a batch at once" in README


def test_every_program_is_run() -> None:
    assert len(PROGRAMS) == 15


def test_the_sections_are_there() -> None:
    assert re.findall(r"^## (.*)$", README, re.MULTILINE) == ["Installation", "Usage", "Development", "Testing"]
