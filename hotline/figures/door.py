"""The one door to figures, for pages and for the process's clock."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Final

from ..chats.courier import HttpAssistant
from ..desk import Desk
from .board import Phones
from .book import FigureBook
from .counting import Counting
from .counts import Counts
from .days import Period, day_of, moments
from .people import AgentFigures, by_agent
from .sources import chats_of, facts_of, phone_of, sources_of
from .summary import Summary, summary_of

#: Who opens a page waits for fresh counts so long at most, seconds; then it shows the last ones and says from when.
_PATIENCE_S: Final = 2.0
#: A call that rings longer has lost its end at the exchange, seconds.
_RINGS_S: Final = 3600.0


class Figures:
    """Figures of a desk process."""

    def __init__(self, desk: Desk) -> None:
        """Keep them in the desk's store."""
        chats = desk.settings.chats
        self._desk = desk
        self._assistant = HttpAssistant(chats.bot_url, chats.bot_secret)
        self.book = FigureBook(desk.engine)
        self.counting = Counting(self.book, sources_of(desk, self._assistant), desk.unix, desk.on_thread)

    @property
    def labels(self) -> dict[str, str]:
        """What the sources are called."""
        return {source.name: source.label for source in self.counting.sources}

    def today(self) -> dt.date:
        """Return the day it is in China."""
        return day_of(self._desk.unix())

    async def summary(self, period: Period) -> Summary:
        """Read a period, after what is due has been counted, if that does not take long."""
        counting = asyncio.ensure_future(self.counting.catch_up())
        await asyncio.wait([counting], timeout=_PATIENCE_S)
        if counting.done():
            counting.result()
        begun = [one.name for one in self.counting.sources if await self.counting.begin_of(one) is not None]
        return await self._desk.on_thread(lambda: summary_of(self.book, begun, period))

    async def chats_today(self) -> Counts:
        """Return today's chats, counted now."""
        desk, today = self._desk, self.today()
        return await desk.on_thread(lambda: chats_of(desk.engine, today, desk.unix()))

    async def phone_today(self) -> Phones | None:
        """Return the telephone at this moment and today's counts; `None` when no exchange is connected."""
        desk, today = self._desk, self.today()
        telephone = desk.telephone

        def read() -> Phones | None:
            if telephone.book.first_at() is None:
                return None
            ringing = telephone.book.ringing(desk.unix() - _RINGS_S)
            counts = phone_of(desk.engine, today, desk.unix())
            return Phones(ringing, telephone.callbacks.open_count(), counts)

        return await desk.on_thread(read)

    async def people(self, period: Period) -> list[AgentFigures]:
        """Return every agent's figures of a period, from the chats that are still kept."""
        first, until = (moment.timestamp() for moment in moments(period))
        return await self._desk.on_thread(lambda: by_agent(facts_of(self._desk.engine, first, until)))

    async def run(self) -> None:
        """Count for as long as the process lives."""
        await self.counting.run()

    async def close(self) -> None:
        """Let go of the connections."""
        await self._assistant.close()
