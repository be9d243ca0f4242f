"""Which day is counted when: today again and again, a day that is over until it has settled, then once for good.

Counting is from the beginning each time and replaces what was there, so a process that dies in between, or two that do
the same, change nothing. After a downtime every day that was missed is counted.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from .book import Counted, FigureBook
from .counts import Counts
from .days import bounds, day_of

log = structlog.get_logger(__name__)

PAUSE_S: Final = 60.0
_DAY_S: Final = 86_400.0
OnThread = Callable[[Callable[[], object]], Awaitable[object]]
#: Counts days; a day that is missing in the answer could not be counted now.
CountDays = Callable[[Sequence[dt.date]], Awaitable[Mapping[dt.date, Counts]]]


@dataclass(frozen=True)
class Source:
    """Where counts come from.

    Attributes:
        name: of the source, in the book.
        label: in the words of its readers.
        count: counts days.
        reach: how many days back it can still be counted.
        settle: days after which nothing changes any more that happened on a day.
        fresh_s: how old the count of today may be, seconds.
        begins: asks when the source first knew something, unix seconds, `None` for not yet; days before are not
            counted, not even as 0. Without it the source has always been there.
    """

    name: str
    label: str
    count: CountDays
    reach: int
    settle: int
    fresh_s: float
    begins: Callable[[], float | None] | None = None


def due(source: Source, known: Mapping[dt.date, Counted], now: float) -> list[dt.date]:
    """Return the days that are to be counted at `now`, the earliest first."""
    today = day_of(now)
    days = (today - dt.timedelta(days=back) for back in range(source.reach, -1, -1))
    return [day for day in days if _is_due(source, day, known.get(day), now)]


def is_final(source: Source, day: dt.date, now: float) -> bool:
    """Tell whether a count of `day` made at `now` is for good."""
    return now >= bounds(day)[1] + source.settle * _DAY_S


def _is_due(source: Source, day: dt.date, counted: Counted | None, now: float) -> bool:
    if counted is None:
        return True
    if counted.final:
        return False
    end = bounds(day)[1]
    if now < end:
        return now - counted.at >= source.fresh_s
    return counted.at < end or now - counted.at >= _DAY_S or is_final(source, day, now)


class Counting:
    """Counts what is due."""

    def __init__(
        self,
        book: FigureBook,
        sources: Sequence[Source],
        clock: Callable[[], float],
        on_thread: OnThread,
    ) -> None:
        """Count `sources` into `book`; `clock` is unix seconds."""
        self.sources = tuple(sources)
        self._book = book
        self._clock = clock
        self._on_thread = on_thread
        self._one = asyncio.Lock()

    async def catch_up(self) -> None:
        """Count every day that is due, of every source; one that cannot be reached does not hold up the others."""
        async with self._one:
            for source in self.sources:
                await self._catch_up(source)

    async def _catch_up(self, source: Source) -> None:
        now = self._clock()
        today = day_of(now)
        first = today - dt.timedelta(days=source.reach)
        known: dict[dt.date, Counted] = {}
        await self._on_thread(lambda: known.update(self._book.counted(source.name, first, today)))
        begin = await self.begin_of(source)
        days = [] if begin is None else [day for day in due(source, known, now) if day >= begin]
        found = await source.count(days) if days else {}
        if len(found) < len(days):
            log.info("figures_wait", source=source.name, days=len(days) - len(found))

        counted = {day: (counts, is_final(source, day, now)) for day, counts in found.items()}
        await self._on_thread(lambda: self._book.put(source.name, counted, now))

    async def begin_of(self, source: Source) -> dt.date | None:
        """Return the first day a source can be asked for; `None` while it knows nothing at all."""
        if source.begins is None:
            return dt.date.min
        begins: list[float | None] = []
        asks = source.begins
        await self._on_thread(lambda: begins.append(asks()))
        return None if begins[0] is None else day_of(begins[0])

    async def run(self) -> None:
        """Count for as long as the process lives; whoever opens the page sooner has it counted then."""
        while True:
            await asyncio.sleep(PAUSE_S)
            try:
                await self.catch_up()
            except SQLAlchemyError as error:
                log.warning("figures_wait", error=type(error).__name__)
