"""A WSGI application that receives webhooks.

```python
from optidash import Receiver
from optidash.webhook import WebhookHandler
from optidash.webhook.wsgi import application as webhook

application = webhook(WebhookHandler(Receiver(endpoint="https://user:pass@www.website.com/endpoint"), print))
```
"""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from wsgiref.util import request_uri

from ._body import DISCARDED, length_of, read_up_to, require_whole
from ._handler import Answer, Head, WebhookHandler

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def application(handler: WebhookHandler) -> WSGIApplication:
    """Make an application that answers every path that it is mounted at.

    The server has to drop headers whose names contain underscores, as gunicorn, uWSGI behind nginx, mod_wsgi and
    waitress do: WSGI cannot tell them from those with hyphens, so that anybody could write ``X_Forwarded_For``.
    """

    def webhook(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        answer = _answer(handler, environ)
        headers = [*answer.headers, ("Content-Length", str(len(answer.body)))]
        start_response(f"{answer.status} {HTTPStatus(answer.status).phrase}", headers)
        return [answer.body]

    return webhook


def _answer(handler: WebhookHandler, environ: WSGIEnvironment) -> Answer:
    head = head_of(environ)
    refusal = handler.admit(head)
    if refusal is None:
        body = _body(environ, handler.receiver.max_body + 1)
        return handler.handle(head, require_whole(body, environ.get("CONTENT_LENGTH")))
    if (length_of(environ.get("CONTENT_LENGTH")) or 0) <= DISCARDED:
        _body(environ, DISCARDED)
    return refusal


def head_of(environ: WSGIEnvironment) -> Head:
    """What WSGI says of a request."""
    headers = [(name[5:].replace("_", "-"), value) for name, value in environ.items() if name.startswith("HTTP_")]
    headers += [
        (name.replace("_", "-"), environ[name]) for name in ("CONTENT_TYPE", "CONTENT_LENGTH") if environ.get(name)
    ]
    address = environ.get("REMOTE_ADDR") or None
    return Head(environ["REQUEST_METHOD"], address, headers, request_uri(environ))


def _body(environ: WSGIEnvironment, limit: int) -> bytes:
    length = length_of(environ.get("CONTENT_LENGTH"))
    stream: Any = environ["wsgi.input"]
    if length is None:
        # A body without a length ends only where the server says that it does.
        return read_up_to(stream.read, limit) if environ.get("wsgi.input_terminated") else b""
    return read_up_to(stream.read, min(length, limit))
