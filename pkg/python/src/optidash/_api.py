"""What both clients are made of: each request of the API in steps, for whichever host takes them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ._body import Memory, Source
from ._call import Private, call
from ._exchange import Description, Exchange, Metadata
from ._options import Hooks, Options
from ._receiver import Notification
from ._steps import Steps
from ._transport import Host

if TYPE_CHECKING:
    from ._answers import WebhookRecord, WebhookState


def settings_of(key: object, base_url: str | None, **more: object) -> Private:
    """The settings of a client as the core reads them; what was not given is the core's to decide."""
    base_url = base_url or os.environ.get("OPTIDASH_BASE_URL") or None
    return Private(key=key, agent="python", **given(base_url=base_url, **more))


def given(**arguments: object) -> dict[str, object]:
    """The arguments that were given."""
    return {name: value for name, value in arguments.items() if value is not None}


@dataclass(frozen=True)
class PastWebhook:
    """A webhook in the history that the API keeps.

    Attributes:
        id: the id of the request.
        status: its state.
        notification: what was sent or should have been, if the API still has it.
        record: all that the API says of it.
    """

    id: str
    status: WebhookState
    notification: Notification | None
    record: WebhookRecord

    @classmethod
    def of(cls, record: dict[str, Any]) -> PastWebhook:
        """Build it from a record of the core."""
        notification = record["notification"]
        return cls(
            record["id"], record["status"], Notification(**notification) if notification else None, record["record"]
        )


class Api:
    """The requests of one client.

    Args:
        settings: the key, the address, and what was set for every call.
        host: sends them.
        hooks: is told of them.
    """

    def __init__(self, settings: Private, host: Host, hooks: Hooks | None = None) -> None:
        self.host = host
        self._settings = settings
        self._hooks = hooks or Hooks()

    def concurrency(self, wanted: int) -> int:
        """How many requests of a batch are under way at once, where that many are wanted.

        Raises:
            ValidationError: for a number that cannot be.
        """
        return concurrency_of(self._settings, wanted)

    def describe(self, operation: str, more: Mapping[str, object], options: Options | None = None) -> Description:
        """Ask the core what to send."""
        set_here = options.document() if options else {}
        document = Private(self._settings, **more, **({"options": set_here} if set_here else {}))
        description, _ = call(operation, document)
        return description

    def query(self, operation: str, more: Mapping[str, object], options: Options) -> Steps[Metadata]:
        """Send what an operation of the core describes, for an answer in JSON."""
        return self._exchange(operation, more, options).metadata()

    def metadata(self, chain: Mapping[str, object], source: Source | None, options: Options) -> Steps[Metadata]:
        """Send a chain, for an answer in JSON."""
        return self._exchange("request", chain, options).metadata(source)

    def file(
        self, chain: Mapping[str, object], source: Source | None, target: object, options: Options
    ) -> Steps[Metadata]:
        """Send a chain, for an image at a path or in a stream."""
        return (yield from self._exchange("request", chain, options).file(source, target))

    def buffer(
        self, chain: Mapping[str, object], source: Source | None, options: Options
    ) -> Steps[tuple[Metadata, bytes]]:
        """Send a chain, for an image in memory."""
        sink = Memory()
        metadata = yield from self._exchange("request", chain, options).carry_out(source, sink)
        return metadata, sink.value()

    def download(self, source: object, target: object, options: Options) -> Steps[bytes | None]:
        """Get an output, into memory when there is no target."""
        exchange = self._exchange("download", {"source": source}, options)
        if target is not None:
            yield from exchange.file(None, target)
            return None
        sink = Memory()
        yield from exchange.carry_out(None, sink)
        return sink.value()

    def webhook(self, id: str) -> Steps[PastWebhook | None]:  # noqa: A002
        """One webhook of the history, if the answer holds it."""
        answer = yield from self.query("webhooks", {"filters": {"id": id}}, Options())
        page, _ = call("history", {"answer": answer, "offset": 0})
        return next((PastWebhook.of(record) for record in page["webhooks"] if record["id"] == id), None)

    def all_webhooks(self, filters: Mapping[str, object], offset: int, options: Options) -> Pages:
        """The pages of the whole history."""

        def ask(offset: int) -> Steps[Metadata]:
            return self.query("webhook_page", {"filters": filters, "offset": offset}, options)

        return Pages(ask, offset, given(limit=filters.get("limit")))

    def catch_up(self, since: object, status: object, offset: int, options: Options) -> Pages:
        """The pages of what may not have arrived."""

        def ask(offset: int) -> Steps[Metadata]:
            return self.query("catch_up", {"catch_up": {"since": since, "status": status, "offset": offset}}, options)

        return Pages(ask, offset)

    def _exchange(self, operation: str, more: Mapping[str, object], options: Options) -> Exchange:
        description = self.describe(operation, more, options)
        explicit = options.timeout is not None or "timeout" in self._settings

        def redirected(url: str) -> Description:
            return self.describe("download", {"source": url}, options)

        return Exchange(self.host, self._hooks, redirected, description, options, explicit=explicit)


class Pages:
    """The pages of the history, one after the other.

    Args:
        ask: asks for the page that begins at an offset.
        offset: how many webhooks to skip.
        more: what else the core has to know to read a page.
    """

    def __init__(
        self, ask: Callable[[int], Steps[Metadata]], offset: int, more: Mapping[str, object] = MappingProxyType({})
    ) -> None:
        self._ask = ask
        self._following: int | None = offset
        self._more = more

    @property
    def are_left(self) -> bool:
        """Whether there may be another."""
        return self._following is not None

    def next(self) -> Steps[Iterable[PastWebhook]]:
        """The next page, if one is left."""
        offset = self._following
        if offset is None:
            return ()
        answer = yield from self._ask(offset)
        page, _ = call("history", {"answer": answer, "offset": offset, **self._more})
        self._following = page["next_offset"]
        return map(PastWebhook.of, page["webhooks"])


def concurrency_of(settings: Private, wanted: int | None) -> int:
    """Check the settings, and tell how many requests of a batch are under way at once.

    Raises:
        ValidationError: for settings that cannot be.
    """
    answer, _ = call("client", Private(settings, **given(concurrency=wanted)))
    return int(answer["concurrency"])
