"""Many calls, some of them at once: one result each, in the order of the inputs."""

from __future__ import annotations

import inspect
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar, cast

import anyio

from ._steps import finished

Input = TypeVar("Input")
Result = TypeVar("Result")


@dataclass(frozen=True)
class BatchResult(Generic[Result]):
    """What became of one input.

    Attributes:
        ok: whether the function went well.
        value: what it returned, if it did.
        error: what it raised, if it did.
    """

    ok: bool
    value: Result | None = None
    error: Exception | None = None

    def unwrap(self) -> Result:
        """What the function returned.

        Raises:
            Exception: what it raised.
        """
        if self.error is not None:
            raise self.error
        return cast("Result", self.value)


def batch(
    inputs: Iterable[Input],
    function: Callable[[Input], Result],
    concurrency: int,
    on_result: Callable[[BatchResult[Result], int], object] | None,
) -> list[BatchResult[Result]]:
    """Call a function for each input in up to ``concurrency`` threads."""

    def attempt(each: Input) -> BatchResult[Result]:
        try:
            return BatchResult(True, finished(function(each)))
        except Exception as error:
            return BatchResult(False, error=error)

    results: dict[int, BatchResult[Result]] = {}
    running: dict[Future[BatchResult[Result]], int] = {}
    numbered = enumerate(inputs)
    with ThreadPoolExecutor(concurrency, thread_name_prefix="optidash-batch") as threads:
        while True:
            for index, each in islice(numbered, concurrency - len(running)):
                running[threads.submit(copy_context().run, attempt, each)] = index
            if not running:
                break
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                index = running.pop(future)
                results[index] = future.result()
                if on_result is not None:
                    finished(on_result(results[index], index))
    return [results[index] for index in range(len(results))]


async def batch_async(
    inputs: Iterable[Input] | AsyncIterable[Input],
    function: Callable[[Input], Awaitable[Result]],
    concurrency: int,
    on_result: Callable[[BatchResult[Result], int], object] | None,
) -> list[BatchResult[Result]]:
    """Await a function for each input in up to ``concurrency`` tasks."""
    results: dict[int, BatchResult[Result]] = {}
    numbered = _numbered(inputs)
    # An asynchronous iterator may not be asked again before it has answered.
    turn = anyio.Lock()
    raised: list[Exception] = []

    async def work() -> None:
        while True:
            async with turn:
                taken = await _next(numbered)
            if taken is None:
                return
            index, each = taken
            results[index] = await attempt(each)
            if on_result is not None:
                told = on_result(results[index], index)
                if inspect.isawaitable(told):
                    await told

    async def attempt(each: Input) -> BatchResult[Result]:
        try:
            return BatchResult(True, await function(each))
        except Exception as error:
            return BatchResult(False, error=error)

    async def watched() -> None:
        try:
            await work()
        except Exception as error:
            # As itself, not in the group of errors that a group of tasks would make of it.
            raised.append(error)
            tasks.cancel_scope.cancel()

    try:
        async with anyio.create_task_group() as tasks:
            for _ in range(concurrency):
                tasks.start_soon(watched)
    finally:
        await numbered.aclose()
    if raised:
        raise raised[0]
    return [results[index] for index in range(len(results))]


async def _numbered(inputs: Iterable[Input] | AsyncIterable[Input]) -> AsyncGenerator[tuple[int, Input], None]:
    index = 0
    if isinstance(inputs, AsyncIterable):
        async for each in inputs:
            yield index, each
            index += 1
        return
    for each in inputs:
        yield index, each
        index += 1


async def _next(numbered: AsyncGenerator[tuple[int, Input], None]) -> tuple[int, Input] | None:
    try:
        return await numbered.__anext__()
    except StopAsyncIteration:
        return None
