"""Both clients against the local API, ``optidash serve``, which fails on request."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from conftest import IMAGE, KEY, ROOT, Mode

import optidash
from optidash import AsyncOptidash


def fail(local_api: str, *failures: dict[str, Any]) -> None:
    """Let the next calls fail."""
    httpx.post(f"{local_api.removesuffix('/1.0')}/failures", json=list(failures)).raise_for_status()


def calls(local_api: str) -> list[Any]:
    """The method, path and status of each call so far."""
    listed = httpx.get(f"{local_api.removesuffix('/1.0')}/calls").raise_for_status().json()
    return [(call["method"], call["path"], call["status"]) for call in listed]


def resized(client: Any) -> Any:
    return client.fetch(IMAGE).resize(width=16).to_json()


def test_a_whole_session(local_api: str, mode: Mode, photograph: bytes, tmp_path: Path) -> None:
    metadata = mode.call(resized, base_url=local_api)
    assert metadata["output"]["width"] == 16
    downloaded = mode.call(lambda client: client.download(metadata), base_url=local_api)
    assert optidash.read_metadata(downloaded)["width"] == 16
    target = tmp_path / "small.png"
    mode.call(
        lambda client: client.upload(photograph).resize(width=16).output(format="png").to_file(target),
        base_url=local_api,
    )
    assert optidash.read_metadata(target.read_bytes())["format"] == "PNG"
    assert mode.call(lambda client: client.account(), base_url=local_api)["success"] is True
    assert (
        mode.call(lambda client: client.fetch(IMAGE).resize(width=8).to_buffer(), base_url=local_api).metadata[
            "output"
        ]["width"]
        == 8
    )


def test_keys(local_api: str, mode: Mode) -> None:
    created = mode.call(lambda client: client.keys.create("shop"), base_url=local_api)
    assert created["name"] == "shop"
    mode.call(lambda client: client.keys.rename(created["key"], "store"), base_url=local_api)
    assert mode.call(resized, base_url=local_api, key=created["key"])["success"] is True
    with pytest.raises(optidash.ApiError) as caught:
        mode.call(lambda client: client.keys.create("store"), base_url=local_api)
    assert created["key"] not in repr(caught.value)


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        ({"kind": "status", "status": 503, "headers": {"Retry-After": "0"}, "times": 2}, 503),
        ({"kind": "status", "status": 429, "times": 2}, 429),
        ({"kind": "status", "status": 500, "times": 2}, 500),
        ({"kind": "cut", "times": 2}, None),
        ({"kind": "truncated", "times": 2}, 200),
    ],
    ids=lambda value: value["kind"] if isinstance(value, dict) else None,
)
def test_what_is_repeated(local_api: str, mode: Mode, failure: dict[str, Any], status: int | None) -> None:
    fail(local_api, failure)
    assert mode.call(resized, base_url=local_api)["output"]["width"] == 16
    assert [call[2] for call in calls(local_api)] == [status, status, 200]


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        ({"kind": "malformed"}, optidash.UnexpectedResponseError),
        ({"kind": "status", "status": 302, "headers": {"Location": "/1.0/account"}}, optidash.ApiError),
        ({"kind": "status", "status": 422}, optidash.ApiError),
    ],
)
def test_what_is_not(local_api: str, mode: Mode, failure: dict[str, Any], kind: type[Exception]) -> None:
    fail(local_api, failure)
    with pytest.raises(kind):
        mode.call(lambda client: client.fetch(IMAGE).resize(width=16).to_buffer(), base_url=local_api)
    assert len(calls(local_api)) == 1


def test_what_has_an_effect_of_its_own_happens_once(local_api: str, mode: Mode) -> None:
    ends: list[Callable[[Any], Any]] = [
        lambda client: client.fetch(IMAGE).webhook(url="http://127.0.0.1:9/hook").to_json(),
        lambda client: client.keys.create("shop"),
    ]
    for number, use in enumerate(ends, 1):
        fail(local_api, {"kind": "cut"})
        with pytest.raises(optidash.ConnectionError):
            mode.call(use, base_url=local_api)
        assert len(calls(local_api)) == number


def test_a_slow_api(local_api: str, mode: Mode) -> None:
    fail(local_api, {"kind": "slow", "seconds": 60, "times": 3})
    started = time.monotonic()
    with pytest.raises(optidash.TimeoutError):
        mode.call(resized, base_url=local_api, timeout={"idle": 0.2})
    assert time.monotonic() - started < 30
    assert len(calls(local_api)) == 3


def test_the_local_api_sees_a_cancelled_call_go(local_api: str) -> None:
    fail(local_api, {"kind": "slow", "seconds": 60})

    async def use(client: AsyncOptidash) -> bool:
        with anyio.move_on_after(0.2) as scope:
            await client.fetch(IMAGE).resize(width=16).to_json()
        await resized(client)
        return scope.cancelled_caught

    assert Mode("asyncio").call(use, base_url=local_api)
    assert [call[2] for call in calls(local_api)] == [None, 200]


@pytest.mark.parametrize("mode", [Mode(None), Mode("asyncio")], ids=["blocking", "asyncio"])
def test_a_batch_with_failures(local_api: str, mode: Mode) -> None:
    fail(
        local_api,
        {"kind": "status", "status": 422},
        {"kind": "status", "status": 503, "times": 3},
        {"kind": "truncated", "times": 2},
    )

    def work(width: int, client: Any) -> Any:
        return client.fetch(IMAGE).resize(width=width).to_json()

    results = mode.call(lambda client: client.batch(range(1, 21), work), base_url=local_api, retries=10)
    assert sum(not result.ok for result in results) == 1
    for width, result in enumerate(results, 1):
        assert result.error is not None or result.value["output"]["width"] == width
    assert len(calls(local_api)) == 20 + 5


@pytest.mark.skipif(sys.platform != "linux", reason="the resident set is asked of Linux")
def test_load(command: Path) -> None:
    program = ROOT / "tests/benchmarks/load.py"
    words = [sys.executable, str(program), "--command", str(command), "--requests", "600", "--failures", "60"]
    finished = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603
    assert finished.returncode == 0, finished.stderr
    for line in finished.stdout.splitlines():
        resident = json.loads(line)["resident_mib"]
        assert len(resident) == 10
        assert resident[-1] - resident[1] < 8


def test_the_key_of_the_settings_is_sent(local_api: str, mode: Mode) -> None:
    for authentication in ("basic", "bearer"):
        assert mode.call(resized, base_url=local_api, key=KEY, authentication=authentication)["success"] is True
