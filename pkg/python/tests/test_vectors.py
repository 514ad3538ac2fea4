"""The conformance cases that every language runs, through the public interface wherever there is one."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from conftest import ROOT

import optidash
from optidash._call import call

FOLDER = ROOT / "tests/vectors"
Case = dict[str, Any]


def load() -> list[Any]:
    cases: list[Any] = []
    for file in json.loads((FOLDER / "index.json").read_text(encoding="utf-8"))["files"]:
        document = json.loads((FOLDER / file).read_text(encoding="utf-8"))
        cases += [pytest.param(document["operation"], case, id=f"{file}: {case['name']}") for case in document["cases"]]
    return cases


def test_every_file_is_in_the_index() -> None:
    listed = json.loads((FOLDER / "index.json").read_text(encoding="utf-8"))["files"]
    assert sorted([*listed, "index.json"]) == sorted(path.name for path in FOLDER.glob("*.json"))


@pytest.mark.parametrize(("operation", "case"), load())
def test_case(operation: str, case: Case) -> None:
    assert set(case) <= {"name", "input", "bytes", "bytes_base64", "answer", "error"}
    data = case["bytes"].encode() if "bytes" in case else base64.b64decode(case.get("bytes_base64", ""))
    try:
        answer = RUNNERS[operation](case["input"], data)
    except optidash.OptidashError as error:
        expected = case.get("error") or {"type": None}
        found = {name: getattr(error, name) for name in expected if name != "type"}
        assert {"type": type(error).__name__, **found} == expected
    else:
        assert comparable(answer) == comparable(case.get("answer"))


def comparable(value: Any) -> Any:
    """Without the header that names the package and the wording of rejections, which are left open."""
    if not isinstance(value, dict):
        return value
    document: dict[str, Any] = json.loads(json.dumps(value))
    for described in (document, document.get("observed")):
        if described and "method" in described:
            described["headers"] = [pair for pair in described["headers"] if pair[0] != "User-Agent"]
    if document.get("rejection"):
        document["rejection"].pop("message", None)
    return document


def client_of(document: Any, **more: Any) -> optidash.Optidash:
    names = ("base_url", "authentication", "timeout", "retries", "concurrency")
    settings = {name: document[name] for name in names if name in document}
    return optidash.Optidash(document["key"], **settings, **more)


def request(document: Any, _: bytes) -> Any:
    if not document["calls"] or any(len(step) > 2 and set(step[2]) != {"headers"} for step in document["calls"]):
        # No chain at all, and options of `fetch` that its signature does not have.
        return call("request", document)[0]
    chain: Any = client_of(document)
    for name, *arguments in document["calls"]:
        if name == "fetch":
            chain = chain.fetch(arguments[0], *(options["headers"] for options in arguments[1:]))
        elif name == "upload":
            chain = chain.upload(b"", **arguments[0])
        elif hasattr(chain, name):
            chain = getattr(chain, name)(*arguments)
        else:
            chain = chain.operation(name, *arguments)
    return chain.to_request(document["response"])


class DescribedError(Exception):
    """Holds what would be sent."""


def described(use: Callable[[Any, Any], Any]) -> Callable[[Any, bytes], Any]:
    """The description that a method of the client sends."""

    def run(document: Any, _: bytes) -> Any:
        client = client_of(document)
        monkey: Any = client._api
        describe = monkey.describe

        def stop(*arguments: Any) -> None:
            raise DescribedError(describe(*arguments))

        monkey.describe = stop
        with pytest.raises(DescribedError) as caught:
            use(client, document)
        return caught.value.args[0]

    return run


def webhooks(document: Any, _: bytes) -> Any:
    if not set(document["filters"]) <= {"id", "status", "start", "end", "offset", "limit"}:
        # Filters that the signature does not have.
        return call("webhooks", document)[0]
    return described(lambda client, document: client.webhooks(**document["filters"]))(document, b"")


def options_of(document: Any) -> Any:
    return document.get("options", {})


def response(document: Any, body: bytes) -> Any:
    headers = [(name.encode(), value.encode()) for name, value in document["headers"]]

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(document["status"], headers=headers, content=body)

    with httpx.Client(transport=httpx.MockTransport(answer)) as http:
        chain = optidash.Optidash("key", client=http, retries=0).fetch("https://www.website.com/image.jpg")
        if not document.get("binary"):
            return {"metadata": chain.to_json()}
        return {"metadata": chain.to_buffer().metadata}


def receive(document: Any, body: bytes) -> Any:
    if not set(document["settings"]) <= SETTINGS:
        # Settings that the signature does not have.
        return call("receive", document, body)[0]
    receiver = optidash.Receiver(**document["settings"])
    request: dict[str, Any] = {"address": None, "headers": [], **document["request"]}
    decision = receiver.receive(**request, body=body, expect=document.get("expect"), now=document.get("now"))
    fields = {name: value for name, value in vars(decision).items() if name != "accepted"}
    if not decision.accepted:
        return {"rejection": fields}
    optional = ("context", "nonce")
    return {
        "notification": {name: value for name, value in fields.items() if value is not None or name not in optional}
    }


SETTINGS = {"endpoint", "secret", "networks", "trusted_proxies", "max_body", "deadline"}


def receiver(settings: Any, _: bytes) -> Any:
    if not set(settings) <= SETTINGS:
        # Settings that the signature does not have.
        return call("receiver", settings)[0]
    receiver = optidash.Receiver(**settings)
    return {name: getattr(receiver, name) for name in ("networks", "max_body", "deadline", "retention")}


def outcome(document: Any, _: bytes) -> Any:
    return {"status": optidash.Receiver().status_for(**document)}


def receive_head(document: Any, _: bytes) -> Any:
    if not set(document["settings"]) <= SETTINGS:
        # Settings that the signature does not have.
        return call("receive_head", document)[0]
    rejection = optidash.Receiver(**document["settings"]).receive_head(**document["request"], now=document.get("now"))
    if rejection is None:
        return {"rejection": None}
    return {"rejection": {name: value for name, value in vars(rejection).items() if name != "accepted"}}


def endpoint(document: Any, nonce: bytes) -> Any:
    receiver = optidash.Receiver(**document["settings"])
    return {"url": receiver.endpoint(**document["options"], now=document["now"], nonce=nonce)}


def output_size(document: Any, _: bytes) -> Any:
    width, height = optidash.output_size(**document)
    return {"width": width, "height": height}


def transform(document: Any, image: bytes) -> Any:
    transformed = optidash.transform(image, **document)
    return {"input": transformed.input, "output": transformed.output}


def metadata(document: Any, image: bytes) -> Any:
    return optidash.read_metadata(image, **document)


def internal(operation: str) -> Callable[[Any, bytes], Any]:
    """What the package has no public interface for."""
    return lambda document, data: call(operation, document, data)[0]


RUNNERS: dict[str, Callable[[Any, bytes], Any]] = {
    "client": internal("client"),
    "webhook_page": internal("webhook_page"),
    "create_key": described(lambda client, document: client.keys.create(document.get("name"), **options_of(document))),
    "rename_key": described(
        lambda client, document: client.keys.rename(
            document.get("api_key"), document.get("name"), **options_of(document)
        )
    ),
    "download": described(lambda client, document: client.download(document.get("source"), **options_of(document))),
    "observed_response": internal("observed_response"),
    "retry": internal("retry"),
    "transport_error": internal("transport_error"),
    "request": request,
    "account": described(lambda client, _: client.account()),
    "webhooks": webhooks,
    "response": response,
    "response_body": internal("response_body"),
    "notification": internal("notification"),
    "history": internal("history"),
    "catch_up": described(lambda client, document: next(client.catch_up(**document["catch_up"]))),
    "receive": receive,
    "receive_head": receive_head,
    "receiver": receiver,
    "outcome": outcome,
    "endpoint": endpoint,
    "sender": internal("sender"),
    "contains": internal("contains"),
    "output_size": output_size,
    "transform": transform,
    "metadata": metadata,
}
