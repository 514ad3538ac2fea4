"""A program as a user would write it, checked by the type checkers and never run."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, Union

import httpx
from typing_extensions import assert_type

import optidash
from optidash import (
    AsyncOptidash,
    AsyncRequest,
    BatchResult,
    Hooks,
    Image,
    Notification,
    Optidash,
    OptidashError,
    PastWebhook,
    Progress,
    Receiver,
    Rejection,
    Request,
    RequestEvent,
    ValidationError,
)
from optidash.testing import notification_request
from optidash.types import Account, ApiKey, ImageMetadata, Metadata, Operations, Resize, WebhookQueryAnswer
from optidash.webhook import Head, MemoryStore, SQLiteStore, Store, WebhookHandler, reconcile, reconcile_async

FRAME: Resize = {"mode": "fit", "width": 100, "height": 75, "gravity": "top-left"}


def requests(client: Optidash) -> None:
    request = client.fetch("https://www.website.com/image.jpg", headers={"host": "example.com"})
    assert_type(request, Request)
    assert_type(request.resize(FRAME).resize(width=100).resize({"width": 1}, height=2), Request)
    assert_type(client.resize(width=100).upload(Path("photo.jpg")), Request)
    assert_type(client.upload(b"image", name="photo.jpg").store({"provider": "aws", "class": "standard"}), Request)
    with Path("photo.jpg").open("rb") as file:
        client.upload(file).flip(horizontal=True).border().output(format="tomorrow").to_json()
    client.upload(io.BytesIO()).filter(blur={"mode": "gaussian", "value": 10}).stylize(blur=1)
    client.upload(memoryview(b"")).operation("tomorrow", {"a": 1}).resize({"tomorrow": 1})
    assert_type(request.to_json(), Metadata)
    assert_type(request.to_file("out.jpg"), Metadata)
    assert_type(request.to_buffer().data, bytes)
    assert_type(request.to_request("buffer")["url"], Any)
    assert_type(client.webhooks(status=["failed"], limit=10), dict[str, Any])
    assert_type(client.webhooks("id"), WebhookQueryAnswer)
    for webhook in client.all_webhooks(start="2026-01-31", limit=10, retries=5):
        assert_type(webhook, PastWebhook)
    assert_type(client.keys.create("shop", timeout=5), ApiKey)
    assert_type(client.download(request.to_json()), bytes)
    client.download("https://s3.optidash.ai/temp/a/image.jpg", Path("image.jpg"), on_download_progress=show)


def show(progress: Progress) -> None:
    transferred, total = progress
    assert_type(transferred, int)
    assert_type(total, Union[int, None])


def settings() -> None:
    with httpx.Client(timeout=5) as http, Optidash("key", client=http, authentication="bearer") as client:
        assert_type(client, Optidash)
        assert_type(client.account(timeout={"connect": 1, "total": None}), Account)
    Optidash("key", timeout=5, retries=0, concurrency=8, proxy="http://localhost:3128", hooks=Hooks(response=print))


def shrink(path: Path, client: Optidash) -> int:
    return client.upload(path).resize(width=1).to_json(on_upload_progress=show)["code"]


def batches(client: Optidash) -> None:
    for result in client.batch(Path().glob("*.jpg"), shrink, on_result=print):
        assert_type(result, BatchResult[int])
        assert_type(result.unwrap(), int)
        assert_type(result.error, Union[Exception, None])


async def shrink_later(path: Path, client: AsyncOptidash) -> Image:
    return await client.upload(path).resize(width=1).to_buffer(retries=1)


async def in_a_loop(handler: WebhookHandler) -> None:
    async with AsyncOptidash("key", hooks=Hooks(request=record)) as client:
        request = client.fetch("https://www.website.com/image.jpg").resize(width=1)
        assert_type(request, AsyncRequest)
        assert_type(await request.to_json(), Metadata)
        assert_type(await client.account(), Account)
        async for webhook in client.all_webhooks():
            assert_type(webhook, PastWebhook)
        for result in await client.batch([Path("photo.jpg")], shrink_later):
            assert_type(result, BatchResult[Image])
        assert_type(await client.download("https://s3.optidash.ai/temp/a/image.jpg"), bytes)
        await reconcile_async(client, handler, since="2026-01-01")


async def record(event: RequestEvent) -> None:
    assert_type(event.attempt, int)


def errors(client: Optidash) -> str:
    try:
        client.fetch("").to_json()
    except ValidationError as error:
        return error.path
    except OptidashError as error:
        assert_type(error.status, Union[int, None])
        assert_type(error.metadata, Union[dict[str, Any], None])
        return error.code
    return ""


def receive(receiver: Receiver, headers: list[tuple[bytes, bytes]]) -> str:
    decision = receiver.receive(method="POST", address="212.224.84.130", headers=headers, body=b"", expect=["id"])
    if decision.accepted is True:
        assert_type(decision, Notification)
        return decision.id
    assert_type(decision, Rejection)
    return decision.reason


def receive_by_class(decision: Notification | Rejection) -> str:
    return decision.id if isinstance(decision, Notification) else decision.reason


def handle(store: Store) -> None:
    async def later(notification: Notification) -> None:
        assert_type(notification.context, Union[str, None])

    handler = WebhookHandler(Receiver(), later, store=store, only_expected=True)
    WebhookHandler(Receiver(), print, store=SQLiteStore("webhooks.sqlite"))
    request = notification_request(success=False, input={"width": 1})
    assert_type(handler.handle(Head("POST", None, request.headers), request.body).status, int)
    assert_type(handler.resume().failed, tuple[str, ...])
    assert_type(reconcile(Optidash("key"), handler, since="2026-01-01").unresolved, list[str])
    handle(MemoryStore())


def image(data: bytes) -> tuple[int, int]:
    operations: Operations = {"resize": FRAME, "output": {"format": "webp"}}
    assert_type(optidash.transform(data, operations).data, bytes)
    assert_type(optidash.read_metadata(data, name="photo.jpg"), ImageMetadata)
    return optidash.output_size({"resize": {"width": 100}}, 4000, 3000)


def first_release() -> None:
    error, metadata = optidash.optidash("key").fetch("https://www.website.com/image.jpg").resize({"width": 1}).toJSON()
    if error is None:
        print(metadata["id"])
    error, metadata, data = optidash.optidash("key").upload("photo.jpg").setProxy({}).toBuffer()
    print(error, metadata, data)
