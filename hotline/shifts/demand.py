"""What came in during the last weeks: chats and calls of the desk's store."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from ..assist.tables import calls
from ..chats.tables import chats
from ..telephone.tables import telephone_calls
from ..words import CHINA
from .book import Staffing
from .staffing import Stream, stream


def weeks_before(now: dt.datetime, weeks: int) -> tuple[dt.datetime, dt.datetime]:
    """Return the whole days before today that make so many weeks: from, and until before."""
    until = dt.datetime.combine(now.astimezone(CHINA).date(), dt.time(), CHINA)
    return until - dt.timedelta(weeks=weeks), until


def chats_of(engine: Any, now: dt.datetime, how: Staffing, at_once: float) -> Stream:
    """Return the stream of chats; those an agent took from the assistant unasked are no arrivals.

    A chat takes its agent from taking it to the end of the notes.
    """
    since, until = weeks_before(now, how.weeks)
    query = sa.select(chats.c.opened_at, chats.c.taken_at, chats.c.state_since, chats.c.state).where(
        chats.c.opened_at >= since.timestamp(),
        chats.c.opened_at < until.timestamp(),
        chats.c.reason != "taken_over",
    )
    with engine.connect() as connection:
        rows = connection.execute(query).all()
    handled = [
        row.state_since - row.taken_at for row in rows if row.state == "closed" and row.taken_at is not None
    ]
    return stream((row.opened_at for row in rows), handled, how.weeks, how.least_measured, at_once)


def offered_since(engine: Any, now: dt.datetime, how: Staffing) -> dt.datetime | None:
    """Return from which day on the exchange has told of every call, answered or not; `None` when it has not.

    The day on which it was connected is not a whole one.
    """
    since, until = weeks_before(now, how.weeks)
    with engine.connect() as connection:
        first = connection.execute(sa.select(sa.func.min(telephone_calls.c.rang_at))).scalar()
    if first is None:
        return None
    day = dt.datetime.fromtimestamp(first, CHINA).date() + dt.timedelta(days=1)
    begins = max(since, dt.datetime.combine(day, dt.time(), CHINA))
    return begins if begins < until else None


def calls_of(engine: Any, now: dt.datetime, how: Staffing) -> Stream:
    """Return the stream of calls: all that rang since the exchange tells of them, before that those written down.

    A call takes its agent from picking up to the end of the notes, as agents have written it down.
    """
    since, until = weeks_before(now, how.weeks)
    offered = offered_since(engine, now, how) or until
    first, last = (moment.astimezone(dt.timezone.utc).isoformat() for moment in (since, until))
    rang_at = telephone_calls.c.rang_at
    written = sa.select(calls.c.begun_at, calls.c.ended_at).where(
        calls.c.begun_at >= first, calls.c.begun_at < last
    )
    rang = sa.select(rang_at).where(rang_at >= offered.timestamp(), rang_at < until.timestamp())
    with engine.connect() as connection:
        rows = connection.execute(written).all()
        arrived = list(connection.execute(rang).scalars())
    spans = [(_unix(row.begun_at), _unix(row.ended_at) if row.ended_at else None) for row in rows]
    arrived += [begun for begun, _ in spans if begun < offered.timestamp()]
    handled = [ended - begun for begun, ended in spans if ended is not None]
    return stream(arrived, handled, how.weeks, how.least_measured)


def _unix(written: str) -> float:
    return dt.datetime.fromisoformat(written).timestamp()
