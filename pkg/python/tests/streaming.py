"""Uploads and downloads a generated stream, and tells how much memory that took: ``streaming.py KIND MEBIBYTES``."""

from __future__ import annotations

import asyncio
import json
import resource
import socket
import subprocess
import sys
import threading
import time
from typing import Any

import optidash

PIECE = bytes(1 << 20)
HEAD = 'HTTP/1.1 200 OK\r\nX-Optidash-Metadata: {"success": true, "code": 200, "id": "a"}\r\nContent-Length: %d\r\n\r\n'


class Generated:
    """A stream that nobody holds in memory."""

    def __init__(self, size: int) -> None:
        self._left = size

    def read(self, size: int) -> bytes:
        size = min(size, self._left, len(PIECE))
        self._left -= size
        return PIECE[:size]


class Discarded:
    """A stream that nobody holds in memory, either."""

    def __init__(self) -> None:
        self.length = 0

    def write(self, data: bytes) -> None:
        self.length += len(data)


def serve(size: int) -> None:
    """Take one chunked upload and answer with as many bytes; in a process of its own, whose memory does not count."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        print(listening.getsockname()[1], flush=True)
        connection, _ = listening.accept()
        with connection:
            tail = b""
            while not tail.endswith(b"\r\n0\r\n\r\n"):
                tail = (tail + connection.recv(1 << 20))[-16:]
            connection.sendall((HEAD % size).encode())
            for _ in range(size // len(PIECE)):
                connection.sendall(PIECE)


def peak_mib() -> float:
    """The most memory that this process has had, which Linux tells in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(kind: str, mebibytes: int) -> None:
    size = mebibytes << 20
    output = Discarded()
    sent: list[int] = [0]

    def tell(progress: optidash.Progress) -> None:
        sent[0] = progress.transferred

    server = subprocess.Popen([sys.executable, __file__, "serve", str(size)], stdout=subprocess.PIPE, text=True)  # noqa: S603
    assert server.stdout is not None
    settings: dict[str, Any] = {"base_url": f"http://127.0.0.1:{server.stdout.readline().strip()}"}
    source: Any = Generated(size)

    def blocking() -> None:
        with optidash.Optidash("key", **settings) as client:
            client.upload(source).to_file(output, on_upload_progress=tell)

    async def asynchronous() -> None:
        async with optidash.AsyncOptidash("key", **settings) as client:
            await client.upload(source).to_file(output, on_upload_progress=tell)

    before, started = peak_mib(), time.monotonic()
    blocking() if kind == "blocking" else asyncio.run(asynchronous())
    figures = {
        "sent": sent[0],
        "received": output.length,
        "grown_mib": round(peak_mib() - before, 1),
        "peak_mib": round(peak_mib(), 1),
        "seconds": round(time.monotonic() - started, 1),
        "threads": threading.active_count(),
    }
    server.wait()
    server.stdout.close()
    print(json.dumps(figures))


if __name__ == "__main__":
    serve(int(sys.argv[2])) if sys.argv[1] == "serve" else main(sys.argv[1], int(sys.argv[2]))
