"""Where the figures come from: the desk's own chats and questions, the platform's work orders, the assistant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa

from backend_client import OrderFigures, PlatformClient, PlatformError

from ..assist.tables import suggestions
from ..chats.courier import HttpAssistant
from ..chats.tables import chats
from ..desk import Desk
from ..knowledge.tables import questions
from ..telephone.tables import missed_calls, telephone_calls
from . import facts_chats, facts_phone
from .counting import Source
from .counts import Counts, Key, prefecture_of
from .days import bounds

#: Chats are deleted 180 days after their end; a day near that would be counted with some of them gone.
_REACH_CHATS: Final = 170
#: Questions are forgotten after 90 days.
_REACH_QUESTIONS: Final = 80
#: Calls of the exchange are deleted after 30 days.
_REACH_PHONE: Final = 27
_REACH: Final = 60
#: A citizen rates within so many days; an order is rated, or taken up again, within so many.
_SETTLE_CHATS: Final = 3
_SETTLE_ORDERS: Final = 31
_SETTLE: Final = 1
_STATES: Final = ("queued", "offered", "active", "wrap_up", "closed")
_PART: Final = 64


def sources_of(desk: Desk, assistant: HttpAssistant) -> list[Source]:
    """Return all sources of a desk process."""

    async def of_chats(days: Sequence[dt.date]) -> Mapping[dt.date, Counts]:
        return await desk.on_thread(lambda: {day: chats_of(desk.engine, day, desk.unix()) for day in days})

    async def of_knowledge(days: Sequence[dt.date]) -> Mapping[dt.date, Counts]:
        return await desk.on_thread(lambda: {day: knowledge_of(desk.engine, day) for day in days})

    async def of_telephone(days: Sequence[dt.date]) -> Mapping[dt.date, Counts]:
        return await desk.on_thread(lambda: {day: phone_of(desk.engine, day, desk.unix()) for day in days})

    return [
        Source("chats", "会话", of_chats, _REACH_CHATS, _SETTLE_CHATS, 30.0),
        Source(
            "telephone", "电话", of_telephone, _REACH_PHONE, _SETTLE_CHATS, 30.0, desk.telephone.book.first_at
        ),
        Source("knowledge", "知识", of_knowledge, _REACH_QUESTIONS, _SETTLE, 300.0),
        Source("orders", "工单", _of_orders(desk), _REACH, _SETTLE_ORDERS, 300.0),
        Source("assistant", "智能助手", _of_assistant(assistant), _REACH, _SETTLE, 120.0),
    ]


def facts_of(engine: Any, first: float, until: float) -> list[facts_chats.ChatFact]:
    """Return the chats opened from `first` to before `until`, unix seconds; no words, no conversation."""
    c = chats.c
    names = tuple(facts_chats.ChatFact.__dataclass_fields__)
    mine = (c.state.in_(_STATES), c.opened_at >= first, c.opened_at < until)
    with engine.connect() as connection:
        rows = connection.execute(sa.select(*(c[name] for name in names)).where(*mine))
        return [facts_chats.ChatFact(*row) for row in rows]


def chats_of(engine: Any, day: dt.date, now: float) -> Counts:
    """Return the counts of a day's chats."""
    return facts_chats.count(facts_of(engine, *bounds(day)), now)


def phone_of(engine: Any, day: dt.date, now: float) -> Counts:
    """Return the counts of a day's telephone calls; no number, no agent."""
    first, until = bounds(day)
    c, m = telephone_calls.c, missed_calls.c
    calls = sa.select(*(c[name] for name in facts_phone.PhoneFact.__dataclass_fields__))
    cases = sa.select(*(m[name] for name in facts_phone.BackFact.__dataclass_fields__))
    with engine.connect() as connection:
        rang = connection.execute(calls.where(c.rang_at >= first, c.rang_at < until)).all()
        lost = connection.execute(cases.where(m.first_at >= first, m.first_at < until)).all()
    return facts_phone.count(
        (facts_phone.PhoneFact(*row) for row in rang), (facts_phone.BackFact(*row) for row in lost), now
    )


def knowledge_of(engine: Any, day: dt.date) -> Counts:
    """Return what was not answered for the first time on a day, by reason; and what became of suggestions in calls."""
    begin, end = (dt.datetime.fromtimestamp(at, dt.timezone.utc).isoformat() for at in bounds(day))
    c, s = questions.c, suggestions.c
    asked = sa.select(c.reason, sa.func.count().label("amount")).where(c.first_at >= begin, c.first_at < end)
    shown = sa.select(s.used, sa.func.count().label("amount")).where(s.at >= begin, s.at < end)
    counts = Counts()
    with engine.connect() as connection:
        for row in connection.execute(asked.group_by(c.reason)):
            counts.note("unanswered", row.amount, reason=row.reason)
        for row in connection.execute(shown.group_by(s.used)):
            counts.note("suggested", row.amount)
            counts.note("adopted", row.amount if row.used else 0)
    return counts


def _of_orders(desk: Desk) -> Callable[[Sequence[dt.date]], Awaitable[Mapping[dt.date, Counts]]]:
    """Ask the platform day by day; its days are the desk's, shifted as its clock is (the demonstration's is)."""

    async def count(days: Sequence[dt.date]) -> Mapping[dt.date, Counts]:
        clock = desk.knowledge.clock
        await clock.refresh()
        shift = clock.now() - desk.now()

        def ask(p: PlatformClient) -> dict[dt.date, Counts]:
            found: dict[dt.date, Counts] = {}
            for day in days:
                since, until = (dt.datetime.fromtimestamp(at, dt.timezone.utc) + shift for at in bounds(day))
                try:
                    found[day] = order_counts(p.service_request_figures(since, until))
                except PlatformError:
                    break  # the others wait for it too
            return found

        return await desk.platform.run(ask)

    return count


def order_counts(figures: OrderFigures) -> Counts:
    """Return the platform's counts in the book's words: `order_made` by `district` and so on."""
    counts = Counts()
    for item in figures.items:
        by: Any = {"prefecture": "district", "kind": "reason"}.get(item.by, item.by)
        counts[Key(f"order_{item.figure}", by, item.part[:_PART])] += item.count
    return counts


def _of_assistant(
    assistant: HttpAssistant,
) -> Callable[[Sequence[dt.date]], Awaitable[Mapping[dt.date, Counts]]]:
    async def count(days: Sequence[dt.date]) -> Mapping[dt.date, Counts]:
        answer = await assistant.figures(days[0], days[-1])
        if answer is None:
            return {}
        told = {line["day"]: assistant_counts(line["counts"]) for line in answer["days"]}
        return {day: told.get(day.isoformat(), Counts()) for day in days}

    return count


def assistant_counts(lines: Sequence[Mapping[str, Any]]) -> Counts:
    """Return the assistant's counts in the book's words; places become their prefectures."""
    counts = Counts()
    for line in lines:
        by, part = str(line["by"]), str(line["part"])[:_PART]
        part = prefecture_of(part) if by == "district" else part
        counts[Key(f"bot_{line['name']}", by, part)] += int(line["count"])  # type: ignore[arg-type]
    return counts
