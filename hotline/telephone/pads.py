"""An answered call opens for its agent: a call of the desk, with notes, for each agent's part of it.

Taking a call by hand and hearing of it from the exchange never make two of one, whichever comes first.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, Final

import sqlalchemy as sa

from ..assist.calls import Calls
from ..assist.tables import calls as desk_calls
from ..words import CHINA
from .folding import Leg, PhoneCall
from .numbers import Numbers, starred
from .tables import missed_calls, telephone_calls, telephone_pads
from .turns import in_turn, take_turn

#: Somebody may press 接一个来电 while it still rings: so long before it is answered, seconds.
_EARLY_S: Final = 120
#: Time for notes after the caller has hung up; then the call ends by itself.
NOTES_S: Final = 900
_DAY_S: Final = 86_400


@dataclass(frozen=True)
class Opened:
    """A call of the desk that has just opened for an agent."""

    number: str
    agent: str


@dataclass(frozen=True)
class Behind:
    """What the exchange knows of a call of the desk.

    Attributes:
        shown: the caller's number with stars.
        caller: the number; "" when it is withheld.
        hung_up: when this agent's part was over, unix seconds.
        earlier: the desk's numbers of the same caller's calls today.
        orders: numbers of the work orders that came of them.
    """

    shown: str
    caller: str = field(repr=False)
    hung_up: float | None
    earlier: tuple[str, ...]
    orders: tuple[str, ...]


@dataclass(frozen=True)
class OfCase:
    """The call of the desk in which a caller was called back, whose it is, and the order that came of it."""

    number: str
    agent: str
    order: str


class Pads:
    """The rows that tie calls of the desk to calls of the exchange."""

    def __init__(self, engine: Any, numbers: Numbers, calls: Calls) -> None:
        """Use the desk's store and its calls."""
        self._engine = engine
        self._numbers = numbers
        self._calls = calls

    def open_for(self, connection: Any, call: PhoneCall, now: float) -> list[Opened]:
        """Give every agent of a call their call of the desk; return those that are new.

        A part that was over long ago opens nothing any more.
        """
        opened = []
        for leg in sorted(call.legs, key=lambda one: one.agent):
            take_turn(connection, leg.agent, now)
            mine = (telephone_pads.c.of == call.call_id) & (telephone_pads.c.agent == leg.agent)
            times = {"began": leg.began, "ended": leg.ended}
            if connection.execute(sa.update(telephone_pads).where(mine).values(times)).rowcount:
                continue
            number = _by_hand(connection, leg, now)
            if number is None and leg.ended is not None and now - leg.ended > NOTES_S:
                continue
            if number is None:
                number = self._calls.begin_on(connection, leg.agent, _moment(leg.began))
                opened.append(Opened(number, leg.agent))
            row = {"of": call.call_id, "agent": leg.agent, "number": number, **times}
            connection.execute(sa.insert(telephone_pads).values(row))
        return opened

    def begin(self, agent: str, now: float, case: str = "") -> tuple[str, bool]:
        """Begin a call by hand; return its number, and False when the exchange had opened it already.

        Args:
            agent: work number.
            now: unix seconds.
            case: of a caller who is called back; the same case gives the same call.
        """

        def work(connection: Any) -> tuple[str, bool]:
            take_turn(connection, agent, now)
            known = _under_way(connection, agent, case)
            if known is not None:
                return known, False
            number = self._calls.begin_on(connection, agent, _moment(now))
            if case:
                row = {"of": case, "agent": agent, "number": number, "began": now, "ended": None}
                connection.execute(sa.insert(telephone_pads).values(row))
            return number, True

        return in_turn(self._engine, work)

    def opened(self, agent: str, since: float) -> list[tuple[str, str]]:
        """Return number and caller, with stars, of an agent's calls from the exchange that are open, newest first."""
        p, d = telephone_pads.c, desk_calls.c
        query = (
            sa.select(p.of, p.number)
            .join(desk_calls, d.number == p.number)
            .where(p.agent == agent, p.began >= since, d.ended_at.is_(None))
            .where(p.of.in_(sa.select(telephone_calls.c.call_id)))
            .order_by(p.began.desc())
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
            return [(row.number, starred(self._caller(connection, row.of))) for row in rows]

    def behind(self, number: str, now: float) -> Behind | None:
        """Return what the exchange knows of a call of the desk; `None` when it knows nothing."""
        p = telephone_pads.c
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(telephone_pads).where(p.number == number)).one_or_none()
            if row is None:
                return None
            caller = self._caller(connection, row.of)
            earlier = self._earlier(connection, caller, number, now)
        return Behind(
            starred(caller),
            caller,
            row.ended,
            tuple(one for one, _ in earlier),
            tuple(order for _, order in earlier if order),
        )

    def of_case(self, case: str) -> OfCase | None:
        """Return the call in which a case was called back; `None` when there is none."""
        p, d = telephone_pads.c, desk_calls.c
        query = (
            sa.select(p.number, p.agent, d.order_number)
            .join(desk_calls, d.number == p.number)
            .where(p.of == case)
        )
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return None if row is None else OfCase(*row)

    def caller_of(self, number: str) -> str:
        """Return the caller's number of a call of the desk; "" when it is not known or the call has ended."""
        p, d = telephone_pads.c, desk_calls.c
        query = (
            sa.select(p.of)
            .join(desk_calls, d.number == p.number)
            .where(p.number == number, d.ended_at.is_(None))
        )
        with self._engine.connect() as connection:
            of = connection.execute(query).scalar()
            return "" if of is None else self._caller(connection, of)

    def shown_of(self, number: str) -> str:
        """Return the same with stars."""
        caller = self.caller_of(number)
        return starred(caller) if caller else ""

    def end_left(self, now: float) -> int:
        """End calls of the desk whose caller has hung up long enough ago; return how many."""
        p, d = telephone_pads.c, desk_calls.c
        query = (
            sa.select(p.number, p.agent, p.ended)
            .join(desk_calls, d.number == p.number)
            .where(p.ended < now - NOTES_S, d.ended_at.is_(None))
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        for row in rows:
            self._calls.end(self._calls.get(row.number, row.agent), _moment(row.ended))
        return len(rows)

    def _caller(self, connection: Any, of: str) -> str:
        """Return the number behind a call of the exchange, or behind a case."""
        for table, key in ((telephone_calls, "call_id"), (missed_calls, "number")):
            row = connection.execute(sa.select(table.c.caller).where(table.c[key] == of)).one_or_none()
            if row is not None:
                return self._numbers.open(row.caller, of)
        return ""

    def _earlier(self, connection: Any, caller: str, number: str, now: float) -> list[tuple[str, str]]:
        """Return the desk's calls of a caller today, with their orders, but for one."""
        if not caller:
            return []
        midnight = now - (now + CHINA.utcoffset(None).total_seconds()) % _DAY_S
        c, p, d = telephone_calls.c, telephone_pads.c, desk_calls.c
        query = (
            sa.select(d.number, d.order_number)
            .join(telephone_pads, p.number == d.number)
            .join(telephone_calls, c.call_id == p.of)
            .where(c.caller_hash == self._numbers.known_by(caller), c.rang_at >= midnight, d.number != number)
            .order_by(d.number)
        )
        return [(row.number, row.order_number) for row in connection.execute(query)]


def _by_hand(connection: Any, leg: Leg, now: float) -> str | None:
    """Return the call the agent has begun by hand for this part of a call; `None` when there is none."""
    d = desk_calls.c
    first, last = _moment(leg.began - _EARLY_S), _moment(now if leg.ended is None else leg.ended)
    query = (
        sa.select(d.number)
        .where(d.agent == leg.agent, d.begun_at.between(first.isoformat(), last.isoformat()))
        .where(d.ended_at.is_(None) | (d.ended_at > _moment(leg.began).isoformat()))
        .where(d.number.not_in(sa.select(telephone_pads.c.number)))
        .order_by(d.begun_at.desc())
        .limit(1)
    )
    found: str | None = connection.execute(query).scalar()
    return found


def _under_way(connection: Any, agent: str, case: str) -> str | None:
    """Return the open call of an agent that belongs to a case, or to a telephone call that goes on."""
    p, d = telephone_pads.c, desk_calls.c
    query = (
        sa.select(p.number)
        .join(desk_calls, d.number == p.number)
        .where(p.agent == agent, d.ended_at.is_(None))
        .order_by(p.began.desc())
        .limit(1)
    )
    if case:
        query = query.where(p.of == case)
    else:
        query = query.where(p.ended.is_(None), p.of.in_(sa.select(telephone_calls.c.call_id)))
    found: str | None = connection.execute(query).scalar()
    return found


def _moment(unix: float) -> dt.datetime:
    return dt.datetime.fromtimestamp(unix, dt.timezone.utc)
