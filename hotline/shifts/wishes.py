"""What agents ask for: leave, and the exchange of a shift, which the other agent agrees to and a leader decides."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final, Literal

import sqlalchemy as sa

from .errors import NoSuchWish, NotPossible, Overlaps, Settled
from .planning import Absence, Shift, conflict
from .roster import Roster
from .tables import leaves, shifts, swaps

LeaveKind = Literal["annual", "sick", "personal", "make_up"]
LeaveState = Literal["asked", "granted", "refused", "withdrawn"]
SwapState = Literal["asked", "agreed", "declined", "granted", "refused", "withdrawn"]
#: Days of one leave at most; longer ones are another matter than a plan's.
MAX_DAYS: Final = 60
#: States of an exchange in which it still waits for somebody.
OPEN: Final[tuple[SwapState, ...]] = ("asked", "agreed")
_AGREED: Final[tuple[SwapState, ...]] = ("agreed",)
_ASKED: Final[tuple[SwapState, ...]] = ("asked",)
_GRANTED: Final[tuple[LeaveState, ...]] = ("granted",)


@dataclass(frozen=True)
class Leave:
    """A leave that was asked for; `reply` is the leader's."""

    leave_id: str
    absence: Absence
    kind: LeaveKind
    state: LeaveState
    asked_at: float
    decided_by: str
    reply: str


@dataclass(frozen=True)
class Swap:
    """An exchange: `asker` gives `shift_id` and gets `other_shift_id` of `other`, `""`: gets nothing for it."""

    swap_id: str
    asker: str
    other: str
    shift_id: str
    other_shift_id: str
    state: SwapState
    asked_at: float
    decided_by: str
    reply: str


class Wishes:
    """Leaves and exchanges in the desk's store."""

    def __init__(self, roster: Roster) -> None:
        """Work on the plan that `roster` keeps."""
        self._roster = roster
        self._engine = roster.engine

    # --- leave ---

    def ask_leave(self, absence: Absence, kind: LeaveKind, now: float) -> Leave:
        """Ask for days off.

        Raises:
            NotPossible: the days are in the wrong order, or too many.
        """
        if not 0 <= (absence.last - absence.first).days < MAX_DAYS:
            raise NotPossible(f"请假的结束日不早于开始日，一次最多{MAX_DAYS}天。")
        leave = Leave(uuid.uuid4().hex, absence, kind, "asked", now, "", "")
        row = {
            "leave_id": leave.leave_id,
            "agent": absence.agent,
            "first_day": absence.first.isoformat(),
            "last_day": absence.last.isoformat(),
            "kind": kind,
            "state": "asked",
            "asked_at": now,
            "decided_by": "",
            "reply": "",
        }
        with self._engine.begin() as connection:
            connection.execute(sa.insert(leaves).values(**row))
        return leave

    def settle_leave(self, leave_id: str, state: LeaveState, by: str, reply: str = "") -> Leave:
        """Grant or refuse a leave (a leader, never the own one), or withdraw it (`by` is whose it is).

        Raises:
            NoSuchWish: there is none, or it is not this person's to settle.
            Settled: it is settled.
        """
        owner = leaves.c.agent == by if state == "withdrawn" else leaves.c.agent != by
        mine = sa.and_(leaves.c.leave_id == leave_id, owner)
        values = {"state": state, "decided_by": "" if state == "withdrawn" else by, "reply": reply}
        with self._engine.begin() as connection:
            row = connection.execute(sa.select(leaves).where(mine)).first()
            if row is None:
                raise NoSuchWish
            waiting = sa.and_(mine, leaves.c.state == "asked")
            if connection.execute(sa.update(leaves).where(waiting).values(**values)).rowcount != 1:
                raise Settled
            return _leave(connection.execute(sa.select(leaves).where(mine)).one())

    def leaves(self, *, states: Collection[LeaveState], since: dt.date, agent: str = "") -> list[Leave]:
        """Return leaves in these states that end on `since` or later, of one agent when given, the first ones first."""
        query = sa.select(leaves).where(
            leaves.c.state.in_(tuple(states)), leaves.c.last_day >= since.isoformat()
        )
        if agent:
            query = query.where(leaves.c.agent == agent)
        with self._engine.connect() as connection:
            return [_leave(row) for row in connection.execute(query.order_by(leaves.c.first_day))]

    def granted(self, since: dt.date) -> list[Absence]:
        """Return who is away when, as far as it ends on `since` or later."""
        return [leave.absence for leave in self.leaves(states=_GRANTED, since=since)]

    # --- exchange ---

    def ask_swap(self, asker: str, shift_id: str, other: str, other_shift_id: str, now: dt.datetime) -> Swap:
        """Ask another agent to take a shift, for one of theirs or for nothing.

        Raises:
            NoSuchShift: one of the shifts is not on the plan.
            NotPossible: a shift is not whose it should be, has begun, or waits in another exchange already.
        """
        if asker == other:
            raise NotPossible("请选一位同事。")

        def work(connection: Any) -> Swap:
            for owner, one in ((asker, shift_id), (other, other_shift_id)):
                if one:
                    self._tradable(connection, owner, one, now)
            swap = Swap(
                uuid.uuid4().hex, asker, other, shift_id, other_shift_id, "asked", now.timestamp(), "", ""
            )
            connection.execute(sa.insert(swaps).values(**vars(swap)))
            return swap

        return self._roster.locked(work)

    def answer_swap(self, swap_id: str, who: str, state: SwapState) -> Swap:
        """Agree or decline as the other agent, or withdraw as the one who asked.

        Raises:
            NoSuchWish: it is not this person's.
            Settled: it no longer waits for that.
        """

        def work(connection: Any) -> Swap:
            swap = self._swap(connection, swap_id)
            if who != (swap.asker if state == "withdrawn" else swap.other):
                raise NoSuchWish
            allowed = OPEN if state == "withdrawn" else _ASKED
            return self._settled(connection, swap, allowed, state=state)

        return self._roster.locked(work)

    def decide_swap(
        self, swap_id: str, leader: str, state: SwapState, reply: str, now: dt.datetime
    ) -> tuple[Swap, list[Shift]]:
        """Grant or refuse an exchange the other agent has agreed to; return the shifts as they are now.

        Raises:
            NoSuchWish: there is none, or the leader is one of the two.
            Settled: it is decided, or the other one has not agreed.
            NoSuchShift, NotPossible: the plan has changed since.
            Overlaps: somebody would have two shifts at the same time.
        """

        def work(connection: Any) -> tuple[Swap, list[Shift]]:
            swap = self._swap(connection, swap_id)
            if leader in (swap.asker, swap.other):
                raise NoSuchWish
            decided = self._settled(connection, swap, _AGREED, state=state, decided_by=leader, reply=reply)
            return decided, self._exchange(connection, swap, now) if state == "granted" else []

        return self._roster.locked(work)

    def swaps(self, *, states: Collection[SwapState], agent: str = "", limit: int = 100) -> list[Swap]:
        """Return exchanges in these states, of one agent when given, the newest first."""
        query = sa.select(swaps).where(swaps.c.state.in_(tuple(states))).limit(limit)
        if agent:
            query = query.where(sa.or_(swaps.c.asker == agent, swaps.c.other == agent))
        with self._engine.connect() as connection:
            return [
                Swap(**row._mapping) for row in connection.execute(query.order_by(swaps.c.asked_at.desc()))
            ]

    # --- inside ---

    def _swap(self, connection: Any, swap_id: str) -> Swap:
        row = connection.execute(sa.select(swaps).where(swaps.c.swap_id == swap_id)).first()
        if row is None:
            raise NoSuchWish
        return Swap(**row._mapping)

    def _settled(self, connection: Any, swap: Swap, allowed: Collection[SwapState], **values: Any) -> Swap:
        if swap.state not in allowed:
            raise Settled
        mine = swaps.c.swap_id == swap.swap_id
        connection.execute(sa.update(swaps).where(mine).values(**values))
        return self._swap(connection, swap.swap_id)

    def _tradable(self, connection: Any, owner: str, shift_id: str, now: dt.datetime) -> Shift:
        shift = self._roster.within(connection, shift_id)
        if shift.agent != owner or shift.span.starts <= now:
            raise NotPossible("只能换自己的、还没有开始的班。")
        held = sa.or_(swaps.c.shift_id == shift_id, swaps.c.other_shift_id == shift_id)
        if connection.execute(sa.select(swaps.c.swap_id).where(held, swaps.c.state.in_(OPEN))).first():
            raise NotPossible("这个班已经在另一条换班申请里。")
        return shift

    def _exchange(self, connection: Any, swap: Swap, now: dt.datetime) -> list[Shift]:
        """Give the shifts to the other one each, when nobody has two at a time then."""
        given = self._tradable(connection, swap.asker, swap.shift_id, now)
        taken = (
            self._tradable(connection, swap.other, swap.other_shift_id, now) if swap.other_shift_id else None
        )
        moving = {swap.shift_id, swap.other_shift_id}
        for shift, new in ((given, swap.other), (taken, swap.asker)):
            if shift is None:
                continue
            beside = self._roster.around(connection, new, shift.span)
            if conflict(shift.span, (one for one in beside if one.shift_id not in moving)) is not None:
                raise Overlaps
            mine = shifts.c.shift_id == shift.shift_id
            connection.execute(sa.update(shifts).where(mine).values(agent=new))
        return [self._roster.within(connection, one) for one in sorted(moving - {""})]


def _leave(row: Any) -> Leave:
    absence = Absence(row.agent, dt.date.fromisoformat(row.first_day), dt.date.fromisoformat(row.last_day))
    return Leave(row.leave_id, absence, row.kind, row.state, row.asked_at, row.decided_by, row.reply)
