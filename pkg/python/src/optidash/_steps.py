"""One code path for blocking and asynchronous programs.

What a client does is written once, as a generator that yields whatever a host answers with: a blocking host has done
the work by then, an asynchronous one answers with an awaitable. `run` and `run_async` hand the result back in.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Generator
from functools import partial
from typing import Any, TypeVar, Union

import anyio.to_thread

T = TypeVar("T")

Steps = Generator[Any, Any, T]


def finished(result: T) -> T:
    """What a function returned that is not to be awaited.

    Raises:
        TypeError: when it is, which a blocking client cannot do.
    """
    if inspect.isawaitable(result):
        if inspect.iscoroutine(result):
            # It will not be awaited, and Python need not warn of that as well.
            result.close()
        raise TypeError("what has to be awaited, such as a coroutine function, is for AsyncOptidash")
    return result


class Inline:
    """Calls functions that may take their time in this thread."""

    def blocking(self, function: Callable[..., T], *arguments: Any) -> T:
        """What the function returns."""
        return finished(function(*arguments))


class Threaded:
    """Calls functions that may take their time in other threads, so that the event loop goes on."""

    async def blocking(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """What the function returns; a coroutine function is awaited."""
        result = await anyio.to_thread.run_sync(partial(function, *arguments))
        return await result if inspect.isawaitable(result) else result


Calls = Union[Inline, Threaded]


def run(steps: Steps[T]) -> T:
    """Carry out steps whose host is a blocking one."""
    result: Any = None
    try:
        while True:
            result = steps.send(result)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]


async def run_async(steps: Steps[T]) -> T:
    """Carry out steps whose host is an asynchronous one."""
    result: Any = None
    error: BaseException | None = None
    try:
        while True:
            pending = steps.send(result) if error is None else steps.throw(error)
            result, error = await _settled(pending)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]


async def _settled(pending: Any) -> tuple[Any, BaseException | None]:
    """What an awaitable comes to; a cancellation is for the steps too, which tidy up."""
    try:
        return await pending, None
    except GeneratorExit:
        # The coroutine itself is being thrown away, and nothing can be awaited any more.
        raise
    except BaseException as error:
        return None, error


def closing(close: Any, steps: Steps[T]) -> Steps[T]:
    """The steps, then ``close()``, whatever becomes of them."""
    try:
        result = yield from steps
    except GeneratorExit:
        raise
    except BaseException:
        yield close()
        raise
    yield close()
    return result
