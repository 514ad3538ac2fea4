"""The receiving end, as servers of all kinds would call it."""

from __future__ import annotations

import base64
import json
import time
from email.message import Message
from typing import Any

import pytest
from conftest import KEY, Answer, Api

from optidash import Notification, Optidash, Receiver, Rejection, ValidationError

ID = "f26656d4-3322-4279-acf4-0e1b3ef9d4bd"
BODY = json.dumps({"success": True, "code": 200, "id": ID, "output": {"width": 100}, "new": 1}).encode()
ADDRESS = "212.224.84.130"


def receive(receiver: Receiver, **more: Any) -> Notification | Rejection:
    request = {"method": "POST", "address": ADDRESS, "headers": {"Content-Type": "application/json"}, "body": BODY}
    return receiver.receive(**{**request, **more})


def test_a_notification() -> None:
    decision = receive(Receiver(), expect=ID)
    assert isinstance(decision, Notification)
    assert decision.accepted is True
    assert (decision.id, decision.success, decision.code, decision.message) == (ID, True, 200, None)
    assert decision.input is None
    assert decision.output is not None
    assert decision.output["width"] == 100
    assert decision.metadata == json.loads(BODY)
    with pytest.raises(AttributeError):
        decision.id = "other"  # type: ignore[misc] # pyright: ignore[reportAttributeAccessIssue]


def test_a_rejection() -> None:
    decision = receive(Receiver(), method="GET")
    assert isinstance(decision, Rejection)
    assert decision.accepted is False
    assert (decision.reason, decision.status) == ("method_not_allowed", 405)
    assert decision.headers == (("Allow", "POST"),)
    assert decision.message


def message() -> Message:
    headers = Message()
    headers["Content-Type"] = "application/json"
    headers["Authorization"] = "Basic dXNlcjpwYXNz"
    return headers


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "application/json", "authorization": "Basic dXNlcjpwYXNz"},
        {b"content-type": b"application/json", b"AUTHORIZATION": b"Basic dXNlcjpwYXNz"},
        [("Content-Type", "application/json"), ("Authorization", "Basic dXNlcjpwYXNz")],
        [(b"content-type", b"application/json"), (b"authorization", b"Basic dXNlcjpwYXNz"), (b"x", b"\xff")],
        iter([("Authorization", "Basic dXNlcjpwYXNz"), ("X-Broken", "\udcff")]),
        message(),
    ],
)
def test_headers_of_every_kind(headers: Any) -> None:
    receiver = Receiver(endpoint="https://user:pass@www.website.com/hook")
    assert receive(receiver, headers=headers).accepted
    assert not receive(receiver, headers={}).accepted


@pytest.mark.parametrize("body", [BODY, bytearray(BODY), memoryview(BODY)])
def test_bodies_of_every_kind(body: Any) -> None:
    assert receive(Receiver(), body=body).accepted


@pytest.mark.parametrize(
    "more",
    [
        {"method": "\udcff"},
        {"address": "\udcff"},
        {"address": None},
        {"address": ""},
        {"headers": {"Content-Type": "\udcff"}},
        {"headers": {"Content-Type": "text/plain"}},
        {"body": b""},
        {"body": b"\xff\xfe\x00"},
        {"body": b"[" * 100_000},
        {"body": b"x" * (2 << 20)},
        {"expect": "other"},
        {"expect": []},
        {"url": "\udcff", "address": "1.1.1.1"},
    ],
)
def test_whatever_a_request_holds_it_is_rejected(more: dict[str, Any]) -> None:
    decision = receive(Receiver(), **more)
    assert isinstance(decision, Rejection)
    assert 400 <= decision.status < 500


@pytest.mark.parametrize(
    ("settings", "path"),
    [
        ({"endpoint": "nonsense"}, "endpoint"),
        ({"networks": ["300.0.0.0/8"]}, "networks[0]"),
        ({"max_body": 0}, "max_body"),
        ({"max_body": "1 MiB"}, "max_body"),
        ({"deadline": 60}, "deadline"),
        ({"secret": "short"}, "secret"),
        ({"trusted_proxies": {"hops": 0}}, "trusted_proxies.hops"),
    ],
)
def test_a_bad_setting_is_refused_at_once(settings: dict[str, Any], path: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Receiver(**settings)
    assert caught.value.path == path


def test_settings_can_be_asked_for() -> None:
    receiver = Receiver()
    assert receiver.networks == ["212.224.84.128/26"]
    assert receiver.max_body == 1 << 20
    assert receiver.deadline < 10


def test_a_proxy_is_believed_only_when_it_is_named() -> None:
    headers = {"X-Forwarded-For": ADDRESS}
    assert not receive(Receiver(), address="10.0.0.1", headers=headers).accepted
    receiver = Receiver(trusted_proxies={"networks": ["10.0.0.0/8"]})
    assert receive(receiver, address="10.0.0.1", headers=headers).accepted


def test_passwords_can_be_rotated() -> None:
    receiver = Receiver(endpoint=["https://user:old@www.website.com/", "https://user:new@www.website.com/"])
    for password, accepted in (("old", True), ("new", True), ("other", False)):
        credentials = base64.b64encode(f"user:{password}".encode()).decode()
        assert receive(receiver, headers={"Authorization": f"Basic {credentials}"}).accepted is accepted


def test_a_signed_endpoint_proves_itself() -> None:
    receiver = Receiver(endpoint="https://www.website.com/hook", secret="0123456789abcdef")
    url = receiver.endpoint("https://www.website.com/hook", context="order 17", ttl=60)
    assert url != receiver.endpoint("https://www.website.com/hook", context="order 17", ttl=60)
    credentials = base64.b64encode(url.split("//")[1].split("@")[0].encode()).decode()
    headers = {"Authorization": f"Basic {credentials}"}
    decision = receive(receiver, headers=headers)
    assert isinstance(decision, Notification)
    assert decision.context == "order 17"
    assert decision.nonce
    later = receive(receiver, headers=headers, now=time.time() + 120)
    assert isinstance(later, Rejection)
    assert later.reason == "expired_endpoint"
    assert not receive(receiver).accepted


def test_a_signed_endpoint_in_the_query() -> None:
    receiver = Receiver(secret=["0123456789abcdef", "fedcba9876543210"])
    url = receiver.endpoint("https://www.website.com/hook?a=b", placement="query", now=0, nonce=bytes(16))
    assert receive(receiver, url=url, now=1).accepted
    assert not receive(receiver, url=url.replace("hook", "other"), now=1).accepted
    with pytest.raises(ValidationError):
        Receiver().endpoint("https://www.website.com/hook")


def test_an_endpoint_that_was_down_catches_up(api: Api, client: Optidash) -> None:
    lost = {"id": ID, "status": "failed", "payload": json.loads(BODY)}
    api.answer = Answer(
        body=json.dumps({"success": True, "code": 200, "webhooks": [lost, {**lost, "payload": 1}]}).encode()
    )
    first, second = client.catch_up("2026-01-01T00:00:00Z")
    assert (first.id, first.status) == (ID, "failed")
    assert first.notification == receive(Receiver())
    assert second.notification is None
    assert "start=2026-01-01" in api.request.path
    assert api.request.headers["authorization"].startswith("Basic")
    with pytest.raises(ValidationError) as caught:
        list(Optidash(KEY).catch_up("2026-01-01T00:00:00Z", status="nonsense"))
    assert caught.value.path == "status"
