"""Receiving webhooks with Starlette, FastAPI and what else is built on them.

```python
from fastapi import FastAPI
from optidash import Receiver
from optidash.webhook import WebhookHandler
from optidash.webhook.starlette import route

app = FastAPI()
handler = WebhookHandler(Receiver(endpoint="https://user:pass@www.website.com/endpoint"), print)
app.router.routes.append(route("/endpoint", handler))
```
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ._body import BodyAlreadyReadError, require_whole
from ._handler import Answer, WebhookHandler
from .asgi import head_of


def route(path: str, handler: WebhookHandler) -> Route:
    """Make a route, for the routes of an application or a router."""
    return Route(path, endpoint(handler), methods=["POST"], include_in_schema=False)


def endpoint(handler: WebhookHandler) -> Callable[[Request], Awaitable[Response]]:
    """Make the function of a route. A body that middleware has read by ``request.body()`` is got all the same.

    Start uvicorn with ``--no-proxy-headers``, so that the receiver sees the peer of the socket and judges proxy headers
    itself.
    """

    async def webhook(request: Request) -> Response:
        answer = await _answer(handler, request)
        return Response(answer.body, answer.status, dict(answer.headers))

    return webhook


async def _answer(handler: WebhookHandler, request: Request) -> Answer:
    head = head_of(request.scope)
    refusal = handler.admit(head)
    if refusal is not None:
        return refusal
    return await handler.handle_async(head, await _body(request, handler.receiver.max_body + 1))


async def _body(request: Request, limit: int) -> bytes:
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) >= limit:
                break
    except RuntimeError as error:
        raise BodyAlreadyReadError from error
    return require_whole(bytes(body[:limit]), request.headers.get("content-length"))
