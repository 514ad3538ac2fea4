"""The clients: a key, an address, and connections that their requests share."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar, Union, overload

from ._answers import Account, ApiKey, RenamedKey, WebhookQueryAnswer
from ._api import Api, Pages, PastWebhook, concurrency_of, given, settings_of
from ._batch import BatchResult, batch, batch_async
from ._body import Upload
from ._call import Private
from ._operations import Built
from ._options import CallOptions, Hooks, Options, Timeout
from ._request import AsyncRequest, Builder, Chain, Request
from ._steps import run, run_async
from ._transport import AsyncHost, Host, SyncHost

if TYPE_CHECKING:
    import os

    import httpx
    from typing_extensions import Literal, Self, Unpack

    from ._body import Writable


#: The JSON of the API, or the address in it.
Output = Union[str, Mapping[str, object]]

Input = TypeVar("Input")
Result = TypeVar("Result")


class _Client(Builder[Built]):
    """What both clients have in common."""

    __slots__ = ("_api", "_concurrency")

    def __init__(
        self, settings: Private, concurrency: int | None, hooks: Hooks | None, host: Callable[[], Host]
    ) -> None:
        # Settings that cannot be are refused now, not at the first use.
        self._concurrency = concurrency_of(settings, concurrency)
        self._api = Api(settings, host(), _hooks_of(hooks))

    def __repr__(self) -> str:
        return f"<optidash.{type(self).__name__}>"

    def _bound(self, concurrency: int | None) -> int:
        return self._concurrency if concurrency is None else self._api.concurrency(concurrency)


class Optidash(_Client[Request]):
    """A client of the Optidash image API.

    It may be shared by threads, and no request carries anything over to another. Use it as a context manager, or call
    `close`, to give its connections back.

    Args:
        key: your API key.
        base_url: an API other than the public one, such as a local ``optidash serve``. The environment variable
            ``OPTIDASH_BASE_URL`` does the same.
        authentication: how the key is sent, ``basic`` or ``bearer``; ``basic`` unless told.
        timeout: seconds for a whole call, or a dict of ``connect``, ``idle`` and ``total``.
        retries: how often a request is repeated at most.
        concurrency: how many requests of a batch are under way at once.
        hooks: whom to tell of requests, answers and repetitions.
        proxy: the URL of a proxy, in place of those in the environment.
        client: your own ``httpx.Client``, with its proxies, certificates and timeouts. It stays yours to close.

    Attributes:
        keys: the API keys of the account.

    Raises:
        ValidationError: for settings that cannot be.
    """

    __slots__ = ("keys",)

    def __init__(
        self,
        key: str,
        *,
        base_url: str | None = None,
        authentication: Literal["basic", "bearer"] | None = None,
        timeout: Timeout | None = None,
        retries: int | None = None,
        concurrency: int | None = None,
        hooks: Hooks | None = None,
        proxy: str | None = None,
        client: httpx.Client | None = None,
    ) -> None:
        settings = settings_of(key, base_url, authentication=authentication, timeout=timeout, retries=retries)
        super().__init__(settings, concurrency, hooks, lambda: SyncHost.of(client, proxy))
        self.keys = Keys(self._api)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections. A client that you brought stays open."""
        if self._api.host.owned:
            self._api.host.client.close()

    def account(self, **options: Unpack[CallOptions]) -> Account:
        """Ask for the plan and the quota of the account.

        Args:
            options: ``timeout``, ``retries``, ``on_upload_progress`` and ``on_download_progress`` for this call, as
                with every method that sends a request.

        Raises:
            OptidashError: the class that fits what went wrong.
        """
        answer: Account = run(self._api.query("account", {}, Options(**options)))
        return answer

    @overload
    def webhooks(self, id: str, **options: Unpack[CallOptions]) -> WebhookQueryAnswer: ...

    @overload
    def webhooks(
        self,
        id: None = None,
        *,
        status: str | Sequence[str] | None = None,
        start: str | None = None,
        end: str | None = None,
        offset: int | None = None,
        limit: int | None = None,
        **options: Unpack[CallOptions],
    ) -> dict[str, Any]: ...

    def webhooks(
        self,
        id: str | None = None,  # noqa: A002 - the API's own word
        *,
        status: str | Sequence[str] | None = None,
        start: str | None = None,
        end: str | None = None,
        offset: int | None = None,
        limit: int | None = None,
        **options: Unpack[CallOptions],
    ) -> WebhookQueryAnswer | dict[str, Any]:
        """Ask for one webhook by its id, or for those of the last 60 days that match.

        Args:
            id: the id of a request that had a webhook; without it, all that match are listed.
            status: ``created``, ``scheduled``, ``dispatched``, ``delivered`` or ``failed``, or several of these.
            start: the begin of the range, an ISO 8601 date in UTC such as ``2026-01-31T12:00:00.000Z``.
            end: the end of the range, likewise.
            offset: how many to skip.
            limit: how many to return.
            options: what holds for this call.

        Raises:
            OptidashError: the class that fits what went wrong.
        """
        filters = given(id=id, status=status, start=start, end=end, offset=offset, limit=limit)
        steps = self._api.query("webhooks", {"filters": filters}, Options(**options))
        answer: WebhookQueryAnswer | dict[str, Any] = run(steps)
        return answer

    def all_webhooks(
        self,
        *,
        status: str | Sequence[str] | None = None,
        start: str | None = None,
        end: str | None = None,
        offset: int = 0,
        limit: int | None = None,
        **options: Unpack[CallOptions],
    ) -> Iterator[PastWebhook]:
        """Go through all webhooks of the last 60 days that match, page by page.

        Args:
            status: ``created``, ``scheduled``, ``dispatched``, ``delivered`` or ``failed``, or several of these.
            start: the begin of the range, an ISO 8601 date in UTC such as ``2026-01-31T12:00:00.000Z``.
            end: the end of the range, likewise.
            offset: how many to skip.
            limit: how many to ask for at once, if not as many as the API gives.
            options: what holds for each call.

        Raises:
            OptidashError: the class that fits what went wrong.
        """
        filters = given(status=status, start=start, end=end, limit=limit)
        return _iterate(self._api.all_webhooks(filters, offset, Options(**options)))

    def catch_up(
        self,
        since: str,
        *,
        status: str | Sequence[str] | None = None,
        offset: int = 0,
        **options: Unpack[CallOptions],
    ) -> Iterator[PastWebhook]:
        """Go through the webhooks that may not have arrived, for an endpoint that was down.

        Args:
            since: from when on, an ISO 8601 date in UTC such as ``2026-01-31T12:00:00.000Z``.
            status: the states to ask for, if not those in which a notification may not have arrived.
            offset: how many to skip.
            options: what holds for each call.

        Raises:
            OptidashError: the class that fits what went wrong.
        """
        return _iterate(self._api.catch_up(since, status, offset, Options(**options)))

    @overload
    def download(self, source: Output, **options: Unpack[CallOptions]) -> bytes: ...

    @overload
    def download(
        self, source: Output, target: str | os.PathLike[str] | Writable, **options: Unpack[CallOptions]
    ) -> None: ...

    def download(
        self,
        source: Output,
        target: str | os.PathLike[str] | Writable | None = None,
        **options: Unpack[CallOptions],
    ) -> bytes | None:
        """Get an output from where the API has put it; the key is not sent there.

        Args:
            source: the JSON that the API answered with, or its ``output.url``.
            target: a path, where the file appears when it is complete, or a file object in binary mode. Without it
                the bytes are returned.
            options: what holds for this call.

        Raises:
            OptidashError: the class that fits what went wrong.
        """
        return run(self._api.download(source, target, Options(**options)))

    def batch(
        self,
        inputs: Iterable[Input],
        function: Callable[[Input, Optidash], Result],
        *,
        concurrency: int | None = None,
        on_result: Callable[[BatchResult[Result], int], object] | None = None,
    ) -> list[BatchResult[Result]]:
        """Call a function for each input, several at once in threads of their own; one failure does not end the others.

        Args:
            inputs: taken one by one, in this thread, whenever another can begin.
            function: called with an input and this client.
            concurrency: how many calls are under way at once, if not as many as the client's setting says.
            on_result: called in this thread with each result and the position of its input, as soon as it is there.

        Returns:
            A result for each input, in their order.

        Raises:
            ValidationError: for a ``concurrency`` out of range.
        """
        return batch(inputs, lambda each: function(each, self), self._bound(concurrency), on_result)

    def _step(self, name: str, arguments: tuple[object, ...], upload: Upload | None = None) -> Request:
        return Request(Chain().then(name, arguments, upload), self._api)


class AsyncOptidash(_Client[AsyncRequest]):
    """An `Optidash` whose methods are awaited, for asyncio and trio.

    Settings, methods and errors are those of `Optidash`. A call that is cancelled closes its connection and leaves no
    file. Files are read and written in threads, so that the event loop goes on. Use it as an asynchronous context
    manager, or await `aclose`, to give its connections back; they belong to the event loop they were made in.

    Args:
        key: your API key.
        base_url: an API other than the public one.
        authentication: how the key is sent, ``basic`` or ``bearer``.
        timeout: seconds for a whole call, or a dict of ``connect``, ``idle`` and ``total``.
        retries: how often a request is repeated at most.
        concurrency: how many requests of a batch are under way at once.
        hooks: whom to tell of requests, answers and repetitions; coroutine functions are awaited.
        proxy: the URL of a proxy, in place of those in the environment.
        client: your own ``httpx.AsyncClient``. It stays yours to close.

    Attributes:
        keys: the API keys of the account.

    Raises:
        ValidationError: for settings that cannot be.
    """

    __slots__ = ("keys",)

    def __init__(
        self,
        key: str,
        *,
        base_url: str | None = None,
        authentication: Literal["basic", "bearer"] | None = None,
        timeout: Timeout | None = None,
        retries: int | None = None,
        concurrency: int | None = None,
        hooks: Hooks | None = None,
        proxy: str | None = None,
        client: httpx.AsyncClient | None = None,
    ) -> None:
        settings = settings_of(key, base_url, authentication=authentication, timeout=timeout, retries=retries)
        super().__init__(settings, concurrency, hooks, lambda: AsyncHost.of(client, proxy))
        self.keys = AsyncKeys(self._api)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections. A client that you brought stays open."""
        if self._api.host.owned:
            await self._api.host.client.aclose()

    async def account(self, **options: Unpack[CallOptions]) -> Account:
        """Ask for the plan and the quota of the account, as `Optidash.account` does."""
        answer: Account = await run_async(self._api.query("account", {}, Options(**options)))
        return answer

    @overload
    async def webhooks(self, id: str, **options: Unpack[CallOptions]) -> WebhookQueryAnswer: ...

    @overload
    async def webhooks(
        self,
        id: None = None,
        *,
        status: str | Sequence[str] | None = None,
        start: str | None = None,
        end: str | None = None,
        offset: int | None = None,
        limit: int | None = None,
        **options: Unpack[CallOptions],
    ) -> dict[str, Any]: ...

    async def webhooks(
        self,
        id: str | None = None,  # noqa: A002 - the API's own word
        *,
        status: str | Sequence[str] | None = None,
        start: str | None = None,
        end: str | None = None,
        offset: int | None = None,
        limit: int | None = None,
        **options: Unpack[CallOptions],
    ) -> WebhookQueryAnswer | dict[str, Any]:
        """Ask for one webhook by its id, or for those that match, as `Optidash.webhooks` does."""
        filters = given(id=id, status=status, start=start, end=end, offset=offset, limit=limit)
        steps = self._api.query("webhooks", {"filters": filters}, Options(**options))
        answer: WebhookQueryAnswer | dict[str, Any] = await run_async(steps)
        return answer

    def all_webhooks(
        self,
        *,
        status: str | Sequence[str] | None = None,
        start: str | None = None,
        end: str | None = None,
        offset: int = 0,
        limit: int | None = None,
        **options: Unpack[CallOptions],
    ) -> AsyncIterator[PastWebhook]:
        """Go through all webhooks that match, page by page, as `Optidash.all_webhooks` does."""
        filters = given(status=status, start=start, end=end, limit=limit)
        return _iterate_async(self._api.all_webhooks(filters, offset, Options(**options)))

    def catch_up(
        self,
        since: str,
        *,
        status: str | Sequence[str] | None = None,
        offset: int = 0,
        **options: Unpack[CallOptions],
    ) -> AsyncIterator[PastWebhook]:
        """Go through the webhooks that may not have arrived, as `Optidash.catch_up` does."""
        return _iterate_async(self._api.catch_up(since, status, offset, Options(**options)))

    @overload
    async def download(self, source: Output, **options: Unpack[CallOptions]) -> bytes: ...

    @overload
    async def download(
        self, source: Output, target: str | os.PathLike[str] | Writable, **options: Unpack[CallOptions]
    ) -> None: ...

    async def download(
        self,
        source: Output,
        target: str | os.PathLike[str] | Writable | None = None,
        **options: Unpack[CallOptions],
    ) -> bytes | None:
        """Get an output from where the API has put it, as `Optidash.download` does.

        The ``write`` of a file object may be a coroutine function.
        """
        return await run_async(self._api.download(source, target, Options(**options)))

    async def batch(
        self,
        inputs: Iterable[Input] | AsyncIterable[Input],
        function: Callable[[Input, AsyncOptidash], Awaitable[Result]],
        *,
        concurrency: int | None = None,
        on_result: Callable[[BatchResult[Result], int], object] | None = None,
    ) -> list[BatchResult[Result]]:
        """Call a coroutine function for each input, several at once, as `Optidash.batch` does.

        Args:
            inputs: taken one by one, whenever another can begin; an asynchronous iterable is awaited.
            function: called with an input and this client.
            concurrency: how many calls are under way at once, if not as many as the client's setting says.
            on_result: called with each result and the position of its input, as soon as it is there; a coroutine
                function is awaited.

        Returns:
            A result for each input, in their order.

        Raises:
            ValidationError: for a ``concurrency`` out of range.
        """
        return await batch_async(inputs, lambda each: function(each, self), self._bound(concurrency), on_result)

    def _step(self, name: str, arguments: tuple[object, ...], upload: Upload | None = None) -> AsyncRequest:
        return AsyncRequest(Chain().then(name, arguments, upload), self._api)


class Keys:
    """The API keys of the account; only its master key may ask for them."""

    __slots__ = ("_api",)

    def __init__(self, api: Api) -> None:
        self._api = api

    def create(self, name: str, **options: Unpack[CallOptions]) -> ApiKey:
        """Make an API key; the answer has it under ``key``.

        Args:
            name: a name that no other key has.
            options: what holds for this call.

        Raises:
            OptidashError: the class that fits what went wrong.
        """
        answer: ApiKey = run(self._api.query("create_key", {"name": name}, Options(**options)))
        return answer

    def rename(self, api_key: str, name: str, **options: Unpack[CallOptions]) -> RenamedKey:
        """Give an API key another name.

        Args:
            api_key: the key itself.
            name: a name that no other key has.
            options: what holds for this call.

        Raises:
            OptidashError: the class that fits what went wrong.
        """
        steps = self._api.query("rename_key", Private(api_key=api_key, name=name), Options(**options))
        # No traceback that shows local variables shows it.
        del api_key
        answer: RenamedKey = run(steps)
        return answer


class AsyncKeys:
    """The API keys of the account, with methods to await."""

    __slots__ = ("_api",)

    def __init__(self, api: Api) -> None:
        self._api = api

    async def create(self, name: str, **options: Unpack[CallOptions]) -> ApiKey:
        """Make an API key, as `Keys.create` does."""
        answer: ApiKey = await run_async(self._api.query("create_key", {"name": name}, Options(**options)))
        return answer

    async def rename(self, api_key: str, name: str, **options: Unpack[CallOptions]) -> RenamedKey:
        """Give an API key another name, as `Keys.rename` does."""
        steps = self._api.query("rename_key", Private(api_key=api_key, name=name), Options(**options))
        # No traceback that shows local variables shows it.
        del api_key
        answer: RenamedKey = await run_async(steps)
        return answer


def api_of(client: Optidash | AsyncOptidash) -> Api:
    """What a client sends its requests through, for the other modules of this package."""
    return client._api  # pyright: ignore[reportPrivateUsage]


def _hooks_of(hooks: object) -> Hooks:
    """Refuse what has hooks that nothing would call."""
    if hooks is None or isinstance(hooks, Hooks):
        return hooks or Hooks()
    raise TypeError(f"hooks: an optidash.Hooks is wanted here, not {type(hooks).__name__}")


def _iterate(pages: Pages) -> Iterator[PastWebhook]:
    while pages.are_left:
        yield from run(pages.next())


async def _iterate_async(pages: Pages) -> AsyncIterator[PastWebhook]:
    while pages.are_left:
        for webhook in await run_async(pages.next()):
            yield webhook
