"""An ASGI application that receives webhooks.

```python
from optidash import Receiver
from optidash.webhook import WebhookHandler
from optidash.webhook.asgi import application as webhook

application = webhook(WebhookHandler(Receiver(endpoint="https://user:pass@www.website.com/endpoint"), print))
```
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, MutableMapping
from typing import Any
from urllib.parse import quote

from ._body import require_whole
from ._handler import Answer, Head, WebhookHandler

Message = MutableMapping[str, Any]
ScopeMapping = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[ScopeMapping, Receive, Send], Coroutine[Any, Any, None]]


def application(handler: WebhookHandler) -> Application:
    """Make an application that answers every path that it is mounted at.

    Start uvicorn with ``--no-proxy-headers``, so that the receiver sees the peer of the socket and judges proxy headers
    itself. Mount it before middleware that reads bodies: ASGI has no way to read one twice.
    """

    async def webhook(scope: ScopeMapping, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise ValueError(f"webhooks come by http, not by {scope['type']}")
        head = head_of(scope)
        answer = handler.admit(head)
        if answer is None:
            body = await _body(receive, handler.receiver.max_body + 1)
            if body is None:
                return
            answer = await handler.handle_async(head, require_whole(body, header(scope, b"content-length")))
        await _send(send, answer)

    return webhook


def head_of(scope: ScopeMapping) -> Head:
    """What ASGI says of a request."""
    client = scope.get("client")
    return Head(scope["method"], client[0] if client else None, list(scope["headers"]), _url(scope))


def header(scope: ScopeMapping, name: bytes) -> str | None:
    """The first header of that name."""
    return next((value.decode("latin-1") for each, value in scope["headers"] if each == name), None)


def _url(scope: ScopeMapping) -> str:
    host = header(scope, b"host")
    if host is None:
        name, port = scope.get("server") or ("", None)
        host = f"{name}:{port}" if port else name
    path = (scope.get("raw_path") or quote(scope["path"]).encode()).decode("latin-1")
    query = scope.get("query_string", b"").decode("latin-1")
    return f"{scope.get('scheme', 'http')}://{host}{path}" + (f"?{query}" if query else "")


async def _body(receive: Receive, limit: int) -> bytes | None:
    """The body up to the limit; nothing if the client has gone."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if len(body) >= limit or not message.get("more_body", False):
            return bytes(body[:limit])


async def _send(send: Send, answer: Answer) -> None:
    headers = [*answer.headers, ("Content-Length", str(len(answer.body)))]
    encoded = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    await send({"type": "http.response.start", "status": answer.status, "headers": encoded})
    await send({"type": "http.response.body", "body": answer.body})
