"""The plan of shifts in the desk's store."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from ..words import CHINA
from .book import Template
from .errors import NoSuchShift
from .planning import Shift, Span, conflict, span_of
from .tables import head, leaves, shifts, swaps

T = TypeVar("T")


@dataclass(frozen=True)
class Planned:
    """What a change of the plan has done: shifts that were added, and those that would have met another one."""

    added: tuple[Shift, ...]
    refused: tuple[tuple[str, dt.date], ...]


class Roster:
    """All shifts."""

    def __init__(self, engine: Any, templates: Mapping[str, Template]) -> None:
        """Use the desk's store and the shifts there are by key."""
        self.engine = engine
        self._templates = templates
        try:
            with engine.begin() as connection:
                connection.execute(sa.insert(head).values(id=1, revision=0))
        except IntegrityError:
            return  # another process or start has made it

    def between(self, first: dt.date, last: dt.date, agent: str = "") -> list[Shift]:
        """Return the shifts that begin on these days, of one agent when given, by time and agent."""
        days = shifts.c.day.between(first.isoformat(), last.isoformat())
        query = sa.select(shifts).where(days).order_by(shifts.c.starts, shifts.c.agent)
        if agent:
            query = query.where(shifts.c.agent == agent)
        with self.engine.connect() as connection:
            return [_shift(row) for row in connection.execute(query)]

    def one(self, shift_id: str) -> Shift:
        """Return a shift.

        Raises:
            NoSuchShift: it is not on the plan.
        """
        with self.engine.connect() as connection:
            return self.within(connection, shift_id)

    def within(self, connection: Any, shift_id: str) -> Shift:
        """Return a shift, read in a transaction that changes the plan.

        Raises:
            NoSuchShift: it is not on the plan.
        """
        row = connection.execute(sa.select(shifts).where(shifts.c.shift_id == shift_id)).first()
        if row is None:
            raise NoSuchShift
        return _shift(row)

    def add(self, wanted: Iterable[tuple[str, dt.date, str]], planner: str) -> Planned:
        """Put shifts (agent, day, template) on the plan; one that would meet another of the agent is left out.

        Raises:
            KeyError: there is no such template.
        """

        def work(connection: Any) -> Planned:
            added, refused = [], []
            for agent, day, template in wanted:
                span = span_of(day, self._templates[template])
                if conflict(span, self.around(connection, agent, span)) is not None:
                    refused.append((agent, day))
                    continue
                shift = Shift(uuid.uuid4().hex, agent, day, template, span)
                connection.execute(sa.insert(shifts).values(**_row(shift), planned_by=planner))
                added.append(shift)
            return Planned(tuple(added), tuple(refused))

        return self.locked(work)

    def remove(self, shift_id: str) -> Shift:
        """Take a shift off the plan and return it.

        Raises:
            NoSuchShift: it is not there.
        """

        def work(connection: Any) -> Shift:
            shift = self.within(connection, shift_id)
            connection.execute(sa.delete(shifts).where(shifts.c.shift_id == shift_id))
            return shift

        return self.locked(work)

    def copy_week(self, monday: dt.date, to: dt.date, planner: str) -> Planned:
        """Plan the week from `to` on as the week from `monday` on; what is planned there already stays."""
        moved = to - monday
        week = self.between(monday, monday + dt.timedelta(days=6))
        return self.add([(shift.agent, shift.day + moved, shift.template) for shift in week], planner)

    def oldest(self) -> float | None:
        """Return when the first shift that is kept ended; `None` when there is none."""
        with self.engine.connect() as connection:
            found: float | None = connection.execute(sa.select(sa.func.min(shifts.c.ends))).scalar()
        return found

    def purge(self, before: float) -> int:
        """Delete shifts, leaves and exchanges that were over before `before`; return how many shifts."""
        day = dt.datetime.fromtimestamp(before, CHINA).date().isoformat()
        with self.engine.begin() as connection:
            connection.execute(sa.delete(leaves).where(leaves.c.last_day < day))
            connection.execute(sa.delete(swaps).where(swaps.c.asked_at < before))
            return int(connection.execute(sa.delete(shifts).where(shifts.c.ends < before)).rowcount)

    def locked(self, work: Callable[[Any], T]) -> T:
        """Run `work` in a transaction beside which nobody changes the plan."""
        with self.engine.begin() as connection:
            connection.execute(sa.update(head).values(revision=head.c.revision + 1))
            return work(connection)

    def around(self, connection: Any, agent: str, span: Span) -> Sequence[Shift]:
        """Return the shifts of an agent that meet a span."""
        query = sa.select(shifts).where(
            shifts.c.agent == agent,
            shifts.c.starts < span.ends.timestamp(),
            shifts.c.ends > span.starts.timestamp(),
        )
        return [_shift(row) for row in connection.execute(query)]


def _row(shift: Shift) -> dict[str, Any]:
    return {
        "shift_id": shift.shift_id,
        "agent": shift.agent,
        "day": shift.day.isoformat(),
        "template": shift.template,
        "starts": shift.span.starts.timestamp(),
        "ends": shift.span.ends.timestamp(),
    }


def _shift(row: Any) -> Shift:
    starts, ends = (dt.datetime.fromtimestamp(unix, CHINA) for unix in (row.starts, row.ends))
    return Shift(row.shift_id, row.agent, dt.date.fromisoformat(row.day), row.template, Span(starts, ends))
