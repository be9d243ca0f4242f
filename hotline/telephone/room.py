"""What the pages and the API of the telephone work with, built once in a process."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from ..assist.calls import Calls
from .book import Taken, TelephoneBook
from .callbacks import CallBacks
from .events import Event
from .numbers import Numbers
from .pads import Pads
from .seats import Seats

log = structlog.get_logger(__name__)

#: How soon a page hears of what another process has taken, seconds.
_LOOK_EVERY_S: Final = 1.0
_KEEP_EVERY_S: Final = 60.0
#: Calls that opened longer ago are no news.
_NEWS_S: Final = 43_200
OnThread = Callable[[Callable[[], Any]], Awaitable[Any]]


@dataclass(frozen=True)
class Standing:
    """What an agent's page should know: their open calls from the exchange, and callers to be called back."""

    calls: tuple[tuple[str, str], ...]
    missed: int


class TelephoneRoom:
    """Calls of the exchange, their agents, and calling back."""

    def __init__(self, engine: Any, key: bytes, calls: Calls) -> None:
        """Work on the desk's store and its calls; `key` seals callers' numbers."""
        numbers = Numbers(key)
        self.seats = Seats(engine)
        self.pads = Pads(engine, numbers, calls)
        self.callbacks = CallBacks(engine, numbers)
        self.book = TelephoneBook(engine, numbers, self.pads, self.callbacks)
        self._rung = asyncio.Event()

    def take(self, events: Sequence[Event], now: float) -> Taken:
        """Take what the exchange says; blocking."""
        return self.book.take(events, now)

    def ring(self) -> None:
        """Wake the pages that wait; on the event loop."""
        rung, self._rung = self._rung, asyncio.Event()
        rung.set()

    async def changed(self) -> None:
        """Wait until something may have happened: at once for this process, within a second for others."""
        try:
            await asyncio.wait_for(self._rung.wait(), _LOOK_EVERY_S)
        except asyncio.TimeoutError:
            return

    def standing(self, agent: str, now: float) -> Standing:
        """Return what an agent's page should know; blocking."""
        return Standing(tuple(self.pads.opened(agent, now - _NEWS_S)), self.callbacks.open_count())

    async def run(self, on_thread: OnThread, clock: Callable[[], float]) -> None:
        """End calls whose caller has hung up long ago, for as long as the process lives."""
        while True:
            try:
                await on_thread(lambda: self.pads.end_left(clock()))
            except SQLAlchemyError as error:
                log.warning("calls end later", kind=type(error).__name__)
            await asyncio.sleep(_KEEP_EVERY_S)
