"""One way from a request to your function, whatever the framework: judged, claimed once, answered in time."""

from __future__ import annotations

import asyncio
import inspect
import logging
import time
from collections.abc import Awaitable, Callable, Generator, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import copy_context
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Union

from .._receiver import Headers, Notification, Receiver, Rejection
from .._steps import Calls, Inline, Steps, Threaded, run, run_async
from ._store import Claim, MemoryStore, Store, with_context

if TYPE_CHECKING:
    from typing_extensions import Literal

    Outcome = Literal["handled", "queued", "running", "duplicate", "failed"]
    Accepted = Literal["handled", "duplicate", "unexpected", "failed"]

OnNotification = Callable[[Notification], Union[Awaitable[object], object]]
Scope = Callable[[], AbstractContextManager[Any]]
#: Calls the user's function and tells whether it went well, or answers with an awaitable of that.
Attempt = Callable[[Notification], Any]

_logger = logging.getLogger("optidash.webhook")

#: Handlers that run at once unless you bring an executor; the others wait for their turn.
_THREADS = 32


@dataclass(frozen=True)
class Head:
    """What comes before the body of a request.

    Attributes:
        method: the HTTP method.
        address: the IP address of the peer, from the socket; none if the platform has none.
        headers: the headers, as a mapping or as pairs.
        url: the URL that was asked for.
    """

    method: str
    address: str | None
    headers: Headers
    url: str | None = None


@dataclass(frozen=True)
class Answer:
    """What to answer a request with.

    Attributes:
        status: the HTTP status.
        headers: the headers, as pairs.
        body: the body.
    """

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


@dataclass(frozen=True)
class Resumed:
    """What became of the notifications that `WebhookHandler.resume` found.

    Attributes:
        handled: the ids of those that were handled.
        failed: the ids of those that were not, and are still there to be resumed.
    """

    handled: tuple[str, ...]
    failed: tuple[str, ...]


class WebhookHandler:
    """Calls your function once for each genuine notification, and knows what to answer the API.

    Your function may be an ordinary one or a coroutine function. If it raises in time, the answer is a failure, which
    the history of the API shows, and the id is free again. If it is not done by the receiver's deadline, the answer is
    a success and it runs on; should it fail then, or the process die, `resume` calls it again.

    Args:
        receiver: decides which requests are genuine.
        on_notification: your function. Notifications of failed requests, with a false ``success``, come to it too.
        store: where ids are claimed; in the memory of this process unless told.
        only_expected: refuse ids that `expect` was not told of. A notification that outruns your call of `expect` is
            refused too, and left to `reconcile`.
        reusable_endpoints: let several requests share one signed endpoint, whose token is good for the first id that
            comes with it otherwise.
        executor: runs your function if it is an ordinary one; 32 threads unless told.
        scope: makes a context manager that an ordinary function runs within, such as Flask's ``app.app_context``.
    """

    def __init__(
        self,
        receiver: Receiver,
        on_notification: OnNotification,
        *,
        store: Store | None = None,
        only_expected: bool = False,
        reusable_endpoints: bool = False,
        executor: Executor | None = None,
        scope: Scope = nullcontext,
    ) -> None:
        self.receiver = receiver
        self.store = MemoryStore() if store is None else store
        self._on_notification = on_notification
        self._only_expected = only_expected
        self._reusable_endpoints = reusable_endpoints
        self._executor = executor or ThreadPoolExecutor(_THREADS, thread_name_prefix="optidash-webhook")
        self._scope = scope
        self._is_async = _is_coroutine_function(on_notification)
        # What this process is working on, which `resume` leaves alone.
        self._running: set[str] = set()
        self._runs: set[Future[None]] = set()
        # The event loop itself keeps only weak references to its tasks.
        self._tasks: set[asyncio.Task[None]] = set()

    def expect(self, id: str, context: str | None = None) -> None:
        """Note that a notification will come, and the context that your function is to get with it.

        Args:
            id: the id that the API answered the request with.
            context: something of your own, such as the id of an order.
        """
        self.store.expect(id, context)

    def admit(self, head: Head) -> Answer | None:
        """Judge what comes before the body; an answer means that the body need not be read."""
        rejection = self.receiver.receive_head(
            method=head.method, address=head.address, headers=head.headers, url=head.url
        )
        return None if rejection is None else _refusal(rejection)

    def handle(self, head: Head, body: bytes, *, scope: Scope | None = None) -> Answer:
        """Judge a request, call your function, and tell what to answer.

        Args:
            head: what came before the body.
            body: the raw body, up to one byte more than the receiver's ``max_body``.
            scope: the context for this call, if not the handler's own.
        """
        started = time.monotonic()
        arrived = self._arrive(head, body)
        if isinstance(arrived, Answer):
            return arrived
        run = self._start(arrived, scope)
        wait([run], self._time_left(started))
        if not run.done():
            return self._answer("running")
        return self._answer("handled") if run.exception() is None else self._fail(arrived)

    async def handle_async(self, head: Head, body: bytes, *, scope: Scope | None = None) -> Answer:
        """Do as `handle` does, in an event loop; a coroutine function runs in that loop."""
        started = time.monotonic()
        arrived = await asyncio.to_thread(self._arrive, head, body)
        if isinstance(arrived, Answer):
            return arrived
        task = asyncio.create_task(self._run_async(arrived, scope))
        self._tasks.add(task)
        task.add_done_callback(self._forget)
        await asyncio.wait({task}, timeout=self._time_left(started))
        if not task.done():
            return self._answer("running")
        if not task.cancelled() and task.exception() is None:
            return self._answer("handled")
        return await asyncio.to_thread(self._fail, arrived)

    def accept(self, notification: Notification) -> Accepted:
        """Claim a notification that you have from elsewhere, such as the history, and call your function here and now.

        Raises:
            Exception: what the store raises when it cannot be reached.
        """
        return run(self._accepting(Inline(), self._try, notification))

    async def accept_async(self, notification: Notification) -> Accepted:
        """Do as `accept` does, in an event loop; a coroutine function runs in that loop."""
        return await run_async(self._accepting(Threaded(), self._try_async, notification))

    def resume(self, *, older_than: float = 60.0) -> Resumed:
        """Call your function for what was claimed and never completed: by a process that died, or a late failure.

        Args:
            older_than: how many seconds ago it was claimed, at least; more than your function ever takes, for it would
                be called twice otherwise. Where no other process handles notifications, 0 does at the start.

        Raises:
            Exception: what the store raises when it cannot be reached.
        """
        return run(self._resuming(Inline(), self._try, older_than))

    async def resume_async(self, *, older_than: float = 60.0) -> Resumed:
        """Do as `resume` does, in an event loop; a coroutine function runs in that loop."""
        return await run_async(self._resuming(Threaded(), self._try_async, older_than))

    def idle(self) -> None:
        """Wait for what runs on after the answer, before the process ends."""
        wait(self._runs.copy())

    async def idle_async(self) -> None:
        """Do as `idle` does, for coroutine functions too."""
        if self._tasks:
            await asyncio.wait(self._tasks.copy())
        await asyncio.to_thread(self.idle)

    def _arrive(self, head: Head, body: bytes) -> Notification | Answer:
        decision = self._judge(head, body)
        if isinstance(decision, Rejection):
            return _refusal(decision)
        try:
            return self._claim(head, body, decision)
        except Exception:
            _logger.exception("cannot claim notification %r", decision.id)
            return self._answer("failed")

    def _judge(self, head: Head, body: bytes, expect: Sequence[str] | None = None) -> Notification | Rejection:
        return self.receiver.receive(
            method=head.method, address=head.address, headers=head.headers, url=head.url, body=body, expect=expect
        )

    def _claim(self, head: Head, body: bytes, notification: Notification) -> Notification | Answer:
        bound = notification.id
        if notification.nonce is not None and not self._reusable_endpoints:
            bound = self.store.bind(notification.nonce, notification.id)
        if bound != notification.id:
            return self._unexpected(head, body, [bound])
        claim = self.store.claim(notification.id, notification, only_expected=self._only_expected)
        if claim.claimed:
            return with_context(notification, claim.context)
        if self._only_expected and not claim.expected:
            return self._unexpected(head, body, [])
        return self._answer("duplicate")

    def _unexpected(self, head: Head, body: bytes, expect: Sequence[str]) -> Answer:
        """The core's answer to an id that is not among those that are waited for."""
        decision = self._judge(head, body, expect)
        return _refusal(decision) if isinstance(decision, Rejection) else self._answer("failed")

    def _accepting(self, calls: Calls, attempt: Attempt, notification: Notification) -> Steps[Accepted]:
        claim: Claim = yield calls.blocking(
            partial(self.store.claim, notification.id, notification, only_expected=self._only_expected)
        )
        if not claim.claimed:
            return "unexpected" if self._only_expected and not claim.expected else "duplicate"
        if (yield attempt(with_context(notification, claim.context))):
            return "handled"
        yield calls.blocking(self.store.release, notification.id)
        return "failed"

    def _resuming(self, calls: Calls, attempt: Attempt, older_than: float) -> Steps[Resumed]:
        handled: list[str] = []
        failed: list[str] = []
        pending: Iterator[Notification] = iter((yield calls.blocking(self.store.pending, older_than)))
        while (notification := (yield calls.blocking(next, pending, None))) is not None:
            if notification.id not in self._running:
                (handled if (yield attempt(notification)) else failed).append(notification.id)
        return Resumed(tuple(handled), tuple(failed))

    def _try(self, notification: Notification) -> bool:
        """Whether your function went well; what it raises has been logged."""
        try:
            self._run(notification)
        except Exception:
            return False
        return True

    async def _try_async(self, notification: Notification) -> bool:
        try:
            if self._is_async:
                await self._run_coroutine(notification)
            else:
                await Threaded().blocking(self._run, notification)
        except Exception:
            return False
        return True

    def _start(self, notification: Notification, scope: Scope | None) -> Future[None]:
        run = self._executor.submit(copy_context().run, self._run, notification, scope)
        self._runs.add(run)
        run.add_done_callback(self._runs.discard)
        return run

    def _run(self, notification: Notification, scope: Scope | None = None) -> None:
        with self._watch(notification), (scope or self._scope)():
            result = self._on_notification(notification)
            if inspect.isawaitable(result):
                asyncio.run(_finish(result))
        self._complete(notification)

    async def _run_async(self, notification: Notification, scope: Scope | None) -> None:
        if not self._is_async:
            await asyncio.wrap_future(self._start(notification, scope))
            return
        await self._run_coroutine(notification)

    async def _run_coroutine(self, notification: Notification) -> None:
        with self._watch(notification):
            await _finish(self._on_notification(notification))
        await Threaded().blocking(self._complete, notification)

    @contextmanager
    def _watch(self, notification: Notification) -> Generator[None, None, None]:
        self._running.add(notification.id)
        try:
            yield
        except BaseException:
            _logger.exception("the handler failed on notification %r", notification.id)
            raise
        finally:
            self._running.discard(notification.id)

    def _complete(self, notification: Notification) -> None:
        try:
            self.store.complete(notification.id)
        except Exception:
            # It was handled all the same, which is what the answer says.
            _logger.exception("cannot note that notification %r was handled", notification.id)

    def _fail(self, notification: Notification) -> Answer:
        try:
            self.store.release(notification.id)
        except Exception:
            _logger.exception("cannot release notification %r", notification.id)
        return self._answer("failed")

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            # Asked for here too, since after the deadline nobody else does.
            task.exception()

    def _time_left(self, started: float) -> float:
        return max(0.0, self.receiver.deadline - (time.monotonic() - started))

    def _answer(self, outcome: Outcome) -> Answer:
        return Answer(self.receiver.status_for(outcome))


async def _finish(result: Any) -> None:
    await result


def _is_coroutine_function(function: object) -> bool:
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(getattr(function, "__call__", None))  # noqa: B004


def _refusal(rejection: Rejection) -> Answer:
    _logger.info("refused: %s, %s", rejection.reason, rejection.message)
    # Whether a connection stays open is the server's affair; WSGI and HTTP/2 forbid to say so.
    headers = tuple((name, value) for name, value in rejection.headers if name.lower() != "connection")
    return Answer(
        rejection.status, (*headers, ("Content-Type", "text/plain; charset=utf-8")), rejection.reason.encode()
    )
