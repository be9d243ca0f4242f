"""Callers whom nobody answered: listed once each, claimed by one agent, called back, closed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

import sqlalchemy as sa

from ..figures.days import day_of
from .errors import MissedChanged, NoSuchMissed, NotClaimed
from .folding import PhoneCall
from .missed import OPEN, Case, Move, came_through, step
from .numbers import Numbers, starred
from .tables import missed_calls, telephone_calls
from .turns import in_turn, take_turn

#: Begins the number of a case.
MARK: Final = "LJ"
_COLUMNS: Final = tuple(Case.__dataclass_fields__)


@dataclass(frozen=True)
class Listed:
    """A case as a list shows it: the caller with stars, how often they rang, when last, and the longest wait."""

    case: Case
    shown: str
    times: int
    last_at: float
    waited_s: float


class CallBacks:
    """The rows of callers to be called back."""

    def __init__(self, engine: Any, numbers: Numbers) -> None:
        """Use the desk's store."""
        self._engine = engine
        self._numbers = numbers

    def settle(self, connection: Any, call: PhoneCall, caller_hash: str, now: float) -> None:
        """Write down what a call means for calling back; in the transaction that writes the call."""
        if not caller_hash or (call.outcome == ""):
            return
        take_turn(connection, caller_hash, now)
        self._assign(connection, call, caller_hash)
        row = _open_case(connection, caller_hash)
        if row is None:
            return
        case = _began(connection, _case(row))
        came_at = _came_at(connection, case, caller_hash)
        if came_at is not None:
            _write(connection, case, came_through(case, came_at))

    def _assign(self, connection: Any, call: PhoneCall, caller_hash: str) -> None:
        """Give a lost call its case: the open one, one that was closed after it rang, or a new one."""
        c = telephone_calls.c
        mine = c.call_id == call.call_id
        if not call.is_lost:
            connection.execute(sa.update(telephone_calls).where(mine).values(missed=""))
            return
        if connection.execute(sa.select(c.missed).where(mine)).scalar():
            return
        m = missed_calls.c
        known = (
            sa.select(m.number)
            .where(m.caller_hash == caller_hash, m.open_for.is_not(None) | (m.closed_at >= call.rang_at))
            .order_by(m.closed_at.desc())
            .limit(1)
        )
        number = connection.execute(known).scalar() or self._new(connection, call, caller_hash)
        connection.execute(sa.update(telephone_calls).where(mine).values(missed=number))

    def _new(self, connection: Any, call: PhoneCall, caller_hash: str) -> str:
        m = missed_calls.c
        day = f"{MARK}{day_of(call.rang_at):%Y%m%d}-"
        last = connection.execute(sa.select(sa.func.max(m.number)).where(m.number.like(f"{day}%"))).scalar()
        number = f"{day}{int(last[-6:]) + 1 if last else 1:06d}"
        case = Case(number, "open", "", 1, 0, call.rang_at)
        sealed = self._numbers.seal(call.caller, number)
        row = {**asdict(case), "caller": sealed, "caller_hash": caller_hash, "open_for": caller_hash}
        connection.execute(sa.insert(missed_calls).values(row))
        return number

    def listed(self, closed_since: float) -> list[Listed]:
        """Return the open cases, who has waited longest first, then those closed since a moment."""
        m = missed_calls.c
        query = sa.select(missed_calls).where(m.open_for.is_not(None) | (m.closed_at >= closed_since))
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
            rung = _rung(connection, [row.number for row in rows])
        found = [self._listed(row, rung[row.number]) for row in rows if row.number in rung]
        return sorted(
            found, key=lambda one: (one.case.state not in OPEN, -(one.case.closed_at or 0), one.case.first_at)
        )

    def open_count(self) -> int:
        """Return how many callers are still to be called back."""
        query = sa.select(sa.func.count()).where(missed_calls.c.open_for.is_not(None))
        with self._engine.connect() as connection:
            return int(connection.execute(query).scalar_one())

    def get(self, number: str) -> Listed:
        """Return a case.

        Raises:
            NoSuchMissed: there is none.
        """
        with self._engine.connect() as connection:
            row = _row(connection, number)
            return self._listed(row, _rung(connection, [number]).get(number, (0, row.first_at, 0.0)))

    def move(
        self, number: str, version: int, move: Move, agent: str, *, now: float, reason: str = ""
    ) -> Case:
        """Do an agent's move on the version they have seen; return the case after it.

        Raises:
            NoSuchMissed: there is no such case.
            MissedChanged: it is not as it was, or does not allow the move.
        """

        def work(connection: Any) -> Case:
            row = _row(connection, number)
            take_turn(connection, row.caller_hash, now)
            case = _case(_row(connection, number))
            if case.version != version:
                raise MissedChanged(number)
            after = step(case, move, agent, now, reason)
            _write(connection, case, after)
            return after

        return in_turn(self._engine, work)

    def number_for(self, number: str, agent: str) -> str:
        """Return the caller's number for whoever has claimed the case.

        Raises:
            NoSuchMissed: there is no such case.
            NotClaimed: it is closed, free, or a colleague's.
        """
        with self._engine.connect() as connection:
            row = _row(connection, number)
        if row.state != "claimed" or row.agent != agent:
            raise NotClaimed(number)
        return self._numbers.open(row.caller, number)

    def purge(self, connection: Any, before: float) -> None:
        """Delete cases that began before `before`, open ones as well."""
        connection.execute(sa.delete(missed_calls).where(missed_calls.c.first_at < before))

    def _listed(self, row: Any, rung: tuple[int, float, float]) -> Listed:
        return Listed(_case(row), starred(self._numbers.open(row.caller, row.number)), *rung)


def _row(connection: Any, number: str) -> Any:
    row = connection.execute(sa.select(missed_calls).where(missed_calls.c.number == number)).one_or_none()
    if row is None:
        raise NoSuchMissed(number)
    return row


def _open_case(connection: Any, caller_hash: str) -> Any:
    return connection.execute(
        sa.select(missed_calls).where(missed_calls.c.open_for == caller_hash)
    ).one_or_none()


def _case(row: Any) -> Case:
    return Case(**{name: getattr(row, name) for name in _COLUMNS})


def _began(connection: Any, case: Case) -> Case:
    """Return a case with the moment its caller rang first, also when that was told late."""
    c, m = telephone_calls.c, missed_calls.c
    first = connection.execute(sa.select(sa.func.min(c.rang_at)).where(c.missed == case.number)).scalar()
    if first is None or first == case.first_at:
        return case
    connection.execute(sa.update(missed_calls).where(m.number == case.number).values(first_at=first))
    return replace(case, first_at=first)


def _write(connection: Any, before: Case, after: Case) -> None:
    if after == before:
        return
    values: dict[str, Any] = asdict(after)
    if after.state not in OPEN:
        values["open_for"] = None
    mine = (missed_calls.c.number == before.number) & (missed_calls.c.version == before.version)
    if not connection.execute(sa.update(missed_calls).where(mine).values(values)).rowcount:
        raise MissedChanged(before.number)


def _came_at(connection: Any, case: Case, caller_hash: str) -> float | None:
    """Return when a caller came through after their last lost call, or was not lost at all; `None` when neither."""
    c = telephone_calls.c
    lost = sa.select(sa.func.max(c.rang_at)).where(c.missed == case.number)
    last: float | None = connection.execute(lost).scalar()
    answered = sa.select(sa.func.min(c.answered_at)).where(
        c.caller_hash == caller_hash, c.rang_at > (case.first_at - 1 if last is None else last)
    )
    found: float | None = connection.execute(answered).scalar()
    return found


def _rung(connection: Any, numbers: Iterable[str]) -> dict[str, tuple[int, float, float]]:
    """Return how often, when last and how long at most the callers of cases have rung."""
    c = telephone_calls.c
    query = (
        sa.select(
            c.missed,
            sa.func.count().label("times"),
            sa.func.max(c.rang_at).label("last_at"),
            sa.func.max(c.over_at - c.rang_at).label("waited_s"),
        )
        .where(c.missed.in_(list(numbers)))
        .group_by(c.missed)
    )
    rows = connection.execute(query).all()
    return {row.missed: (int(row.times), float(row.last_at), float(row.waited_s)) for row in rows}
