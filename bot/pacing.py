"""Turns step aside for the door: between two steps of turns, the event loop looks at everything else.

A step of a turn (understanding, predicting, storing) keeps the loop for milliseconds. asyncio runs every step that is
ready before it looks at sockets and clocks again; when hundreds of people write at once that is seconds, in which no
message is taken in and no channel is told that its message has arrived. Here one step runs at a time, of the turn that
began first, and the loop goes round between two. See ``docs/decisions/pacing.md``.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Callable, Coroutine, Generator
from functools import partial
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Pace:
    """Whose step is next, in one event loop."""

    def __init__(self) -> None:
        """Nobody waits yet."""
        self._numbers = itertools.count()
        self._order = itertools.count()
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._goes_round = False

    async def begin(self) -> int:
        """Wait until a turn may begin; returns its number, by which it goes before all that begin later."""
        number = next(self._numbers)
        await self.step(number)
        return number

    async def run(self, number: int, turn: Coroutine[Any, Any, T]) -> T:
        """Return what ``turn`` returns; each of its steps waits until it is this number's."""
        return await _Paced(self, number, turn)

    def step(self, number: int) -> asyncio.Future[None]:
        """Return what is done when the next step is this number's."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        heapq.heappush(self._waiting, (number, next(self._order), future))
        if not self._goes_round:
            self._goes_round = True
            loop.call_soon(self._next)
        return future

    def _next(self) -> None:
        """Let one step go, and look again when it has run and the loop has gone round once."""
        while self._waiting:
            *_, future = heapq.heappop(self._waiting)
            if not future.done():  # whoever was cancelled waits no more
                future.set_result(None)
                asyncio.get_running_loop().call_soon(self._next)
                return
        self._goes_round = False


class _Paced(Generic[T]):
    """A coroutine driven step by step, as ``await`` does it, with a wait before each."""

    def __init__(self, pace: Pace, number: int, work: Coroutine[Any, Any, T]) -> None:
        self._pace = pace
        self._number = number
        self._work = work

    def __await__(self) -> Generator[Any, Any, T]:
        step: Callable[[], Any] = partial(self._work.send, None)
        try:
            while True:
                waits_for = step()
                step = yield from self._waited(waits_for)
        except StopIteration as ended:
            result: T = ended.value
            return result
        finally:
            self._work.close()

    def _waited(self, waits_for: Any) -> Generator[Any, Any, Callable[[], Any]]:
        """Wait as the coroutine wants to, then for its turn; a cancellation reaches it without a wait."""
        try:
            yield waits_for
            yield from self._pace.step(self._number)
        except GeneratorExit:
            raise
        except BaseException as error:  # noqa: BLE001 - it is the coroutine's to handle
            return partial(self._work.throw, error)
        return partial(self._work.send, None)
