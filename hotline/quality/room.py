"""What the quality pages work with, built once in a process; and drawing, which needs all of it."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from dataclasses import dataclass
from functools import partial
from typing import Final

from backend_client import PlatformError

from ..accounts.people import agent_of
from ..desk import Desk
from . import population, sampling
from .cards import Cards, cards
from .casebook import CaseBook
from .plans import plans
from .samples import Draw, SampleBook
from .sampling import Case, Source
from .sheetbook import SheetBook
from .weeks import Period, due_weeks
from .working_days import end_of

#: Working days within which an agent may appeal.
APPEAL_DAYS: Final = 5


@dataclass(frozen=True)
class Drawn:
    """What a draw has brought: how many cases there were, are in the sample, and are new."""

    population: int
    size: int
    new: int


class QualityRoom:
    """Samples, cases and sheets of a desk."""

    def __init__(self, desk: Desk) -> None:
        """Work on the desk's store; what people write is sealed under the chats' key."""
        self._desk = desk
        self.cards: Cards = cards()
        self.samples = SampleBook(desk.engine)
        self.cases = CaseBook(desk.engine, desk.settings.chats.key)
        self.sheets = SheetBook(self.cases)

    def appeal_until(self, now: dt.datetime) -> float:
        """Return until when (unix seconds) a result given at `now` can be appealed against."""
        return end_of(now, APPEAL_DAYS).timestamp()

    async def source_now(self, source: Source) -> dt.datetime:
        """Return the time by which cases of a kind are dated: orders go by the platform's clock."""
        if source == "chat":
            return self._desk.now()
        await self._desk.knowledge.clock.refresh()
        return self._desk.knowledge.clock.now()

    async def draw_by_hand(self, source: Source, period: Period, seed: str, drawer: str) -> Drawn:
        """Draw a sample of some days; the drawer's own cases are left out.

        Raises:
            PlatformError: orders were asked for, and the platform is away.
        """
        found = await self._cases(source, period)
        draw = Draw(
            name=f"hand/{uuid.uuid4().hex}",
            source=source,
            automatic=False,
            period=period,
            seed=seed,
            drawn_by=drawer,
            drawn_at=self._desk.unix(),
            population=len(found),
        )
        drawn = await self._keep(draw, found, without=(drawer,))
        return drawn or Drawn(len(found), 0, 0)

    async def draw_due(self) -> int:
        """Draw the weeks that are due and not drawn; return how many that were. What cannot be read waits."""
        count = 0
        for source, plan in plans().items():
            now = await self.source_now(source)
            last = await self._desk.on_thread(partial(self.samples.last_automatic, source))
            for week in due_weeks(now, last, wait_hours=plan.wait_hours, weeks_back=plan.weeks_back):
                try:
                    count += await self._draw_week(source, week)
                except PlatformError:
                    break  # the weeks after it wait too: they are drawn in their order
        return count

    async def _draw_week(self, source: Source, week: Period) -> int:
        found = await self._cases(source, week)
        draw = Draw(
            name=f"auto/{source}/{week.first.isoformat()}",
            source=source,
            automatic=True,
            period=week,
            seed=secrets.token_hex(8),
            drawn_by="-",
            drawn_at=self._desk.unix(),
            population=len(found),
        )
        return 0 if await self._keep(draw, found) is None else 1

    async def _keep(self, draw: Draw, found: list[Case], without: tuple[str, ...] = ()) -> Drawn | None:
        """Keep a sample; `None` when another process has drawn this week."""
        picks = sampling.draw(plans()[draw.source], found, draw.seed, without=without)
        new = await self._desk.on_thread(lambda: self.samples.keep_draw(draw, picks, self._scorers()))
        if new is None:
            return None
        if not found:
            return Drawn(0, 0, 0)  # a week without cases is done, and nothing to write down
        detail = {"seed": draw.seed, "population": draw.population, "size": len(picks), "new": new}
        days = f"{draw.period.first}/{draw.period.last}"
        await self._desk.note(draw.drawn_by, "quality.drawn", draw.name, days=days, **detail)
        return Drawn(draw.population, len(picks), new)

    async def _cases(self, source: Source, period: Period) -> list[Case]:
        if source == "chat":
            return await self._desk.on_thread(lambda: population.chats_of(self._desk.engine, period))
        agents = await self._desk.on_thread(self._agents)
        return await self._desk.platform.run(lambda p: population.orders_of(p, period, agents))

    def _agents(self) -> frozenset[str]:
        """Return who takes orders in, closed accounts included: their work is looked at all the same."""
        return frozenset(
            account.number
            for account in self._desk.accounts.everybody()
            if agent_of(account.number, account.profile).may("order.create")
        )

    def _scorers(self) -> list[str]:
        """Return who may score now."""
        return [
            account.number
            for account in self._desk.accounts.everybody()
            if self._desk.accounts.usable(account)
            and agent_of(account.number, account.profile).may("quality.score")
        ]
