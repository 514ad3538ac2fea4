"""Many requests through one client against the local API: none lost, none doubled, memory flat.

    cargo build --release -p optidash-cli
    python tests/benchmarks/load.py --command target/release/optidash

Each kind of client uploads a tiny image under a name of its own, 10,000 times unless told, and the answer has to tell that
name. `optidash serve` counts what came in. Failures can be mixed in, which the client repeats. Memory is the resident set of
this process, in MiB, at each tenth of the way; the results that a batch returns are as small as they can be.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

import optidash

STEPS = 10
#: Failures at a time.
BURST = 5
ROOT = Path(__file__).parent.parent.parent


def tiny_image() -> bytes:
    """A PNG of 8 x 8 grey pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0)
    pixels = zlib.compress((b"\0" + bytes(8)) * 8)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


IMAGE = tiny_image()


def resident_mib() -> float:
    """The resident set of this process, as Linux tells it."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return round(pages * 4096 / (1 << 20), 1)


@contextmanager
def local_api(command: str) -> Iterator[str]:
    """The URL of a fresh local API."""
    with tempfile.TemporaryDirectory() as data:
        words = [command, "serve", "--listen", "127.0.0.1:0", "--data", data]
        with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
            assert server.stdout is not None
            try:
                yield server.stdout.readline().strip()
            finally:
                server.terminate()


class Run:
    """What one kind of client does, and what is seen of it."""

    def __init__(self, requests: int, failures: int, outside: str) -> None:
        self._requests = requests
        self._failures = failures
        self._outside = outside
        self._done = 0
        self.failed = 0
        self.resident: list[float] = []

    def note(self, result: optidash.BatchResult[bool], _: int) -> None:
        """Look at the memory now and then."""
        if result.error is not None:
            raise result.error
        assert result.value, "an answer belongs to another request"
        self._done += 1
        if self._done % (self._requests // STEPS) == 0:
            self.resident.append(resident_mib())
        # A few at a time, since the client gives up on a request that meets too many.
        if self.failed < self._failures and self._done % (self._requests * BURST // self._failures // 2) == 0:
            failure = {"kind": "status", "status": 503, "headers": {"Retry-After": "0"}, "times": BURST}
            httpx.post(f"{self._outside}/failures", json=[failure]).raise_for_status()
            self.failed += BURST

    def names(self) -> Iterator[str]:
        """A name for each request."""
        return (f"{number}.png" for number in range(self._requests))

    def blocking(self, settings: dict[str, Any]) -> list[optidash.BatchResult[bool]]:
        """In threads."""

        def work(name: str, client: optidash.Optidash) -> bool:
            metadata = client.upload(IMAGE, name=name).resize(width=4).to_json()
            return bool(metadata["input"]["name"] == name)

        with optidash.Optidash("key", **settings) as client:
            return client.batch(self.names(), work, on_result=self.note)

    async def asynchronous(self, settings: dict[str, Any]) -> list[optidash.BatchResult[bool]]:
        """In tasks."""

        async def work(name: str, client: optidash.AsyncOptidash) -> bool:
            metadata = await client.upload(IMAGE, name=name).resize(width=4).to_json()
            return bool(metadata["input"]["name"] == name)

        async with optidash.AsyncOptidash("key", **settings) as client:
            return await client.batch(self.names(), work, on_result=self.note)


def measure(kind: str, arguments: argparse.Namespace) -> dict[str, Any]:
    """Let one kind of client work against a local API of its own."""
    with local_api(arguments.command) as url:
        outside = url.removesuffix("/1.0")
        settings = {"base_url": url, "concurrency": arguments.concurrency, "retries": 10}
        run = Run(arguments.requests, arguments.failures, outside)
        started = time.monotonic()
        results = run.blocking(settings) if kind == "blocking" else asyncio.run(run.asynchronous(settings))
        seconds = time.monotonic() - started
        calls = httpx.get(f"{outside}/calls").json()
    statuses = Counter(str(call["status"]) for call in calls if call["path"].endswith("/upload"))
    return {
        "kind": kind,
        "requests": arguments.requests,
        "results": len(results),
        "failures": run.failed,
        "calls": dict(statuses),
        "per_second": round(arguments.requests / seconds),
        "resident_mib": run.resident,
    }


def main() -> int:
    """Measure each kind of client, and tell whether all came out."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--command", default=str(ROOT / "target/release/optidash"), help="the optidash command")
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--concurrency", type=int, default=32)
    parser.add_argument("--failures", type=int, default=0, help="how many calls are answered with 503, at least")
    arguments = parser.parse_args()
    faults = 0
    for kind in ("blocking", "asyncio"):
        figures = measure(kind, arguments)
        print(json.dumps(figures), flush=True)
        expected = {"200": arguments.requests, **({"503": figures["failures"]} if figures["failures"] else {})}
        if figures["calls"] != expected or figures["results"] != arguments.requests:
            print(f"{kind}: lost or doubled", file=sys.stderr)
            faults += 1
    return faults


if __name__ == "__main__":
    sys.exit(main())
