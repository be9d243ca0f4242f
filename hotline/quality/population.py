"""All cases that ended in a period: chats from the desk's store, work orders from the platform."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final

import sqlalchemy as sa

from backend_client import PlatformClient, ServiceRequest

from ..chats.tables import chat_events, chats
from ..chats.topics import skill_of
from ..store import audit
from ..words import CHINA
from .sampling import Case
from .weeks import Period

#: An order that took longer than this from intake to its end is looked for no more.
LOOK_BACK_DAYS: Final = 60
_PAGE: Final = 100
#: Names in one question to the store: databases take some hundreds at a time.
_AT_ONCE: Final = 400


def chats_of(engine: Any, period: Period) -> list[Case]:
    """Return the chats that an agent had and that ended in a period."""
    query = sa.select(chats).where(
        chats.c.ended_at >= period.starts,
        chats.c.ended_at < period.ends,
        chats.c.taken_at.isnot(None),
        chats.c.agent.isnot(None),
    )
    with engine.connect() as connection:
        rows = connection.execute(query).all()
        names = [row.chat_id for row in rows]
        speaking = _speaking(connection, names)
        reopened = _reopened(connection, names)
    return [
        Case(
            source="chat",
            subject=row.chat_id,
            agent=row.agent,
            taking_part=frozenset({row.agent, *speaking[row.chat_id]}),
            stratum=skill_of(row.topic) if row.topic else "",
            ended_at=row.ended_at,
            rating=row.rating,
            emergency=row.priority == 0,
            reopened=row.chat_id in reopened,
        )
        for row in rows
    ]


def orders_of(platform: PlatformClient, period: Period, agents: Collection[str]) -> list[Case]:
    """Return the work orders of `agents` that were closed in a period.

    Raises:
        PlatformError: the platform did not answer.
    """
    since = dt.datetime.fromtimestamp(period.starts, CHINA) - dt.timedelta(days=LOOK_BACK_DAYS)
    until = dt.datetime.fromtimestamp(period.ends, CHINA)
    found = (case_of(order, agents) for order in _orders(platform, since.isoformat(), until.isoformat()))
    return [case for case in found if case is not None and period.starts <= case.ended_at < period.ends]


def case_of(order: ServiceRequest, agents: Collection[str]) -> Case | None:
    """Return a closed order as a case of whoever took it in, else of the last agent who did something with it.

    `None` for one that is not closed, or that no agent had a hand in.
    """
    handling = order.handling
    if handling is None or handling.closed_at is None:
        return None
    doers = [line.by for line in handling.log if line.by in agents]
    agent = handling.taken_by if handling.taken_by in agents else doers[-1] if doers else None
    if agent is None:
        return None
    return Case(
        source="order",
        subject=order.number,
        agent=agent,
        taking_part=frozenset({agent, *(line.by for line in handling.log if line.by)}),
        stratum=handling.topic.partition(".")[0],
        ended_at=handling.closed_at.timestamp(),
        rating=order.satisfaction,
        emergency=order.urgency == "critical",
        reopened=handling.reopened > 0,
    )


def _orders(platform: PlatformClient, since: str, until: str) -> Iterator[ServiceRequest]:
    cursor: str | None = None
    while True:
        page = platform.list_service_requests(since=since, until=until, limit=_PAGE, cursor=cursor)
        yield from page.items
        cursor = page.next_cursor
        if cursor is None:
            return


def _speaking(connection: Any, names: Sequence[str]) -> defaultdict[str, set[str]]:
    """Return who of the desk wrote in each chat, notes included."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for some in _portions(names):
        query = (
            sa.select(chat_events.c.chat_id, chat_events.c.author)
            .where(chat_events.c.chat_id.in_(some), chat_events.c.kind.in_(("agent", "note")))
            .distinct()
        )
        for chat_id, author in connection.execute(query):
            found[chat_id].add(author)
    return found


def _reopened(connection: Any, names: Sequence[str]) -> set[str]:
    """Return the chats that an agent opened again; the audit knows, what is in a chat lies sealed."""
    found: set[str] = set()
    for some in _portions(names):
        query = sa.select(audit.c.subject).where(audit.c.subject.in_(some), audit.c.action == "chat.reopened")
        found.update(connection.execute(query).scalars())
    return found


def _portions(names: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(names), _AT_ONCE):
        yield names[start : start + _AT_ONCE]
