"""A program that dies while it handles a notification, and one that starts after it."""

from __future__ import annotations

import os
import signal
import sys

from optidash import Notification, Receiver
from optidash.testing import notification_request
from optidash.webhook import Head, SQLiteStore, WebhookHandler


def die(_: Notification) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def tell(notification: Notification) -> None:
    print("handled", notification.id, notification.context, notification.output, flush=True)


def main(role: str, path: str) -> None:
    store = SQLiteStore(path)
    handler = WebhookHandler(Receiver(), die if role == "dies" else tell, store=store)
    request = notification_request(id="a", output={"width": 17})
    if role == "dies":
        handler.expect("a", "order 17")
    else:
        handler.resume(older_than=0)
    # The API delivers it (again).
    answer = handler.handle(Head(request.method, request.address, request.headers, request.url), request.body)
    print("answered", answer.status)


if __name__ == "__main__":
    main(*sys.argv[1:])
