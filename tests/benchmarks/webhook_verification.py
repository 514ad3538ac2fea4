"""How long verifying a notification takes, beside two libraries that verify webhooks which are signed.

    pip install svix standardwebhooks
    python tests/benchmarks/webhook_verification.py

All verify the same body. `svix` and `standardwebhooks` check an HMAC over id, time and body, and parse the JSON. The
receiver checks method, sender, size, credentials (or an HMAC in the endpoint), media type and shape, and parses the JSON.
Rounds are interleaved, so that a busy machine slows all alike; the median of the rounds is given, in microseconds.
"""

from __future__ import annotations

import argparse
import base64
import json
import statistics
import time
from collections.abc import Callable
from datetime import datetime, timezone

import standardwebhooks
import svix

from optidash import Receiver
from optidash.testing import NotificationRequest, notification_request

URL = "https://www.website.com/endpoint"
KEY = base64.b64encode(bytes(range(24))).decode()


def contenders(body_bytes: int) -> dict[str, Callable[[], object]]:
    """What is measured: each verifies and parses the body once."""
    padding = {"padding": "x" * max(0, body_bytes - len(notification_request(id="a").body) - 15)}

    def receiver(receiver: Receiver, request: NotificationRequest) -> Callable[[], object]:
        request_fields = vars(request)

        def verify() -> object:
            notification = receiver.receive(**request_fields)
            assert notification.accepted
            return notification

        return verify

    with_password = URL.replace("//", "//user:pass@")
    signing = Receiver(endpoint=URL, secret="correct horse battery staple")
    body = notification_request(id="a", more=padding).body
    return {
        "optidash, Basic": receiver(
            Receiver(endpoint=with_password), notification_request(with_password, id="a", more=padding)
        ),
        "optidash, signed": receiver(signing, notification_request(signing.endpoint(URL), id="a", more=padding)),
        "svix": verifier(svix.Webhook(KEY), body, "svix"),
        "standardwebhooks": verifier(standardwebhooks.Webhook(KEY), body, "webhook"),
    }


def verifier(
    webhook: svix.Webhook | standardwebhooks.Webhook, body: bytes, prefix: str
) -> Callable[[], object]:
    """A library's own signature on the body, and what verifies it."""
    now = datetime.now(timezone.utc)
    headers = {
        f"{prefix}-id": "a",
        f"{prefix}-timestamp": str(int(now.timestamp())),
        f"{prefix}-signature": webhook.sign("a", now, body.decode()),
    }

    def verify() -> object:
        parsed = webhook.verify(body, headers)
        # Some releases leave the parsing to the caller.
        return json.loads(body) if parsed is None else parsed

    return verify


def measure(functions: dict[str, Callable[[], object]], rounds: int, calls: int) -> dict[str, float]:
    """The median of the rounds, in microseconds for a call."""
    times: dict[str, list[float]] = {name: [] for name in functions}
    for _ in range(rounds):
        for name, function in functions.items():
            started = time.perf_counter()
            for _ in range(calls):
                function()
            times[name].append((time.perf_counter() - started) / calls * 1e6)
    return {name: statistics.median(values) for name, values in times.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=31)
    parser.add_argument("--calls", type=int, default=200)
    options = parser.parse_args()
    for size in (700, 16_384):
        functions = contenders(size)
        for function in functions.values():
            function()
        medians = measure(functions, options.rounds, options.calls)
        print(f"a body of {size} bytes")
        for name, microseconds in medians.items():
            print(f"  {name:<18} {microseconds:8.1f} us   {microseconds / medians['svix']:5.2f} x svix")


if __name__ == "__main__":
    main()
