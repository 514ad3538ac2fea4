"""Receiving webhooks with Django.

```python
from django.urls import path
from optidash import Receiver
from optidash.webhook import WebhookHandler
from optidash.webhook.django import view

handler = WebhookHandler(Receiver(endpoint="https://user:pass@www.website.com/endpoint"), print)
urlpatterns = [path("endpoint", view(handler))]
```
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, TypeVar

from ._body import DISCARDED, BodyAlreadyReadError, length_of, read_up_to, require_whole
from ._handler import Answer, Head, WebhookHandler

View = TypeVar("View", bound=Callable[[Any], Any])

# Django has no type annotations.
_db: Any = import_module("django.db")
_http: Any = import_module("django.http")


def view(handler: WebhookHandler) -> Callable[[Any], Any]:
    """Make a view, which is exempt from CSRF protection.

    Your own function runs in a thread beside the request's, with its own connections to the database. A body that was
    read by ``request.body`` before is got all the same.
    """

    def optidash_webhook(request: Any) -> Any:
        head = _head(request)
        answer = handler.admit(head)
        if answer is None:
            answer = handler.handle(head, _body(request, handler.receiver.max_body + 1), scope=_connections)
        else:
            _discard(request)
        return _response(answer)

    return _exempt(optidash_webhook)


def async_view(handler: WebhookHandler) -> Callable[[Any], Coroutine[Any, Any, Any]]:
    """Make an asynchronous view, for Django under ASGI; under WSGI its event loop ends with the answer.

    Otherwise as `view`. A coroutine function runs in the event loop of the server.
    """

    async def optidash_webhook(request: Any) -> Any:
        head = _head(request)
        answer = handler.admit(head)
        if answer is None:
            body = _body(request, handler.receiver.max_body + 1)
            answer = await handler.handle_async(head, body, scope=_connections)
        return _response(answer)

    return _exempt(optidash_webhook)


def _exempt(view: View) -> View:
    """What `csrf_exempt` does, which hides before Django 5 that a view is asynchronous."""
    vars(view)["csrf_exempt"] = True
    return view


def _head(request: Any) -> Head:
    # Not `get_host`, which refuses hosts that are not in ALLOWED_HOSTS: the receiver decides.
    host = request.META.get("HTTP_HOST") or request.META.get("SERVER_NAME", "")
    url = f"{request.scheme}://{host}{request.get_full_path()}"
    return Head(str(request.method), request.META.get("REMOTE_ADDR") or None, list(request.headers.items()), url)


def _body(request: Any, limit: int) -> bytes:
    try:
        # After `request.body`, this reads from what it kept.
        return require_whole(read_up_to(request.read, limit), request.META.get("CONTENT_LENGTH"))
    except _http.RawPostDataException as error:
        raise BodyAlreadyReadError from error


def _discard(request: Any) -> None:
    if (length_of(request.META.get("CONTENT_LENGTH")) or 0) <= DISCARDED:
        read_up_to(request.read, DISCARDED)


def _response(answer: Answer) -> Any:
    return _http.HttpResponse(answer.body, status=answer.status, headers=dict(answer.headers))


@contextmanager
def _connections() -> Generator[None, None, None]:
    """What Django does around a request for the connections of its thread."""
    _db.close_old_connections()
    try:
        yield
    finally:
        _db.close_old_connections()
