"""Receiving webhooks with Flask.

```python
from flask import Flask
from optidash import Receiver
from optidash.webhook import WebhookHandler
from optidash.webhook.flask import blueprint

app = Flask(__name__)
handler = WebhookHandler(Receiver(endpoint="https://user:pass@www.website.com/endpoint"), print)
app.register_blueprint(blueprint("/endpoint", handler))
```
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from flask import Blueprint, Request, Response, current_app, request
from werkzeug.exceptions import ClientDisconnected

from ._body import DISCARDED, BodyAlreadyReadError, read_up_to, require_whole
from ._handler import Answer, WebhookHandler
from .wsgi import head_of


def blueprint(path: str, handler: WebhookHandler, *, name: str = "optidash_webhook") -> Blueprint:
    """Make a blueprint with one route. Flask-WTF's CSRF protection, if the application has it by then, lets it pass."""
    blueprint = Blueprint(name, __name__)
    blueprint.add_url_rule(path, view_func=view(handler), methods=["POST"])
    blueprint.record(lambda state: _exempt(state.app, blueprint))
    return blueprint


def view(handler: WebhookHandler) -> Callable[[], Response]:
    """Make a view function. Your own function runs in the application's context, in a thread beside the request's.

    With CSRF protection, exempt it: ``csrf.exempt(view)`` for Flask-WTF. A body that was read by
    ``request.get_data()`` or ``request.get_json()`` before is got all the same.
    """

    def optidash_webhook() -> Response:
        answer = _answer(handler)
        return Response(answer.body, answer.status, list(answer.headers))

    return optidash_webhook


def _answer(handler: WebhookHandler) -> Answer:
    head = head_of(request.environ)
    refusal = handler.admit(head)
    if refusal is None:
        app = cast("Any", current_app)._get_current_object()
        return handler.handle(head, _body(request, handler.receiver.max_body + 1), scope=app.app_context)
    if (request.content_length or 0) <= DISCARDED:
        _discard(request)
    return refusal


def _body(request: Request, limit: int) -> bytes:
    try:
        body = request.stream.read(limit)
    except ClientDisconnected as error:
        # Nothing is left although a length was declared.
        raise BodyAlreadyReadError from error
    body += read_up_to(request.stream.read, limit - len(body))
    # What others have read by `get_data` is kept there.
    return require_whole(body or request.get_data(), request.headers.get("Content-Length"))


def _discard(request: Request) -> None:
    try:
        read_up_to(request.stream.read, DISCARDED)
    except ClientDisconnected:
        return


def _exempt(app: Any, blueprint: Blueprint) -> None:
    protection: Any = app.extensions.get("csrf")
    if protection is not None:
        protection.exempt(blueprint)
