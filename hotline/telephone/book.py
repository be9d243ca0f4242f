"""Keeps what the exchange says: each event once, each call as its events say together."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import sqlalchemy as sa

from .callbacks import CallBacks
from .events import Event
from .folding import PhoneCall, fold
from .numbers import Numbers
from .pads import Opened, Pads
from .seats import agent_at
from .tables import telephone_calls, telephone_events, telephone_pads, telephone_seats, telephone_turns
from .turns import in_turn


@dataclass(frozen=True)
class Taken:
    """What came of a request: events that were new, events that were known, calls that opened for their agents."""

    new: int
    known: int
    opened: tuple[Opened, ...]


class TelephoneBook:
    """The rows of events and calls."""

    def __init__(self, engine: Any, numbers: Numbers, pads: Pads, callbacks: CallBacks) -> None:
        """Use the desk's store; what a call means for its agents and for calling back is written with it."""
        self._engine = engine
        self._numbers = numbers
        self._pads = pads
        self._callbacks = callbacks

    def take(self, events: Sequence[Event], now: float) -> Taken:
        """Take events, call by call; `now` is unix seconds. Taking them again changes nothing."""
        new, opened = 0, []
        for call_id in dict.fromkeys(event.call_id for event in events):
            mine = [event for event in events if event.call_id == call_id]
            added, calls = in_turn(self._engine, partial(self._take, events=mine, now=now))
            new += added
            opened += calls
        return Taken(new, len(events) - new, tuple(opened))

    def _take(self, connection: Any, events: Sequence[Event], now: float) -> tuple[int, list[Opened]]:
        call_id = events[0].call_id
        self._hold(connection, call_id, min(event.at for event in events))
        added = self._add(connection, events)
        if not added:
            return 0, []
        call = fold(self._events(connection, call_id))
        caller_hash = self._numbers.known_by(call.caller)
        write = sa.update(telephone_calls).where(telephone_calls.c.call_id == call_id)
        connection.execute(
            write.values(
                line=call.line,
                rang_at=call.rang_at,
                answered_at=call.answered_at,
                over_at=call.over_at,
                outcome=call.outcome,
                caller=self._numbers.seal(call.caller, call_id),
                caller_hash=caller_hash,
            )
        )
        self._callbacks.settle(connection, call, caller_hash, now)
        return added, self._pads.open_for(connection, call, now)

    def _hold(self, connection: Any, call_id: str, at: float) -> None:
        """Lock the call's row until the transaction ends; make it when it is not there."""
        c = telephone_calls.c
        mine = sa.update(telephone_calls).where(c.call_id == call_id)
        if connection.execute(mine.values(call_id=call_id)).rowcount:
            return
        connection.execute(
            sa.insert(telephone_calls).values(
                call_id=call_id, line="", rang_at=at, outcome="", caller_hash="", missed=""
            )
        )

    def _add(self, connection: Any, events: Iterable[Event]) -> int:
        """Write the events that are not there; return how many those were."""
        c = telephone_events.c
        named = {self._numbers.name_of(_content(event)): event for event in events}
        known = sa.select(c.digest).where(c.call_id == next(iter(named.values())).call_id)
        for digest in connection.execute(known).scalars():
            named.pop(digest, None)
        rows = [
            {
                "call_id": event.call_id,
                "digest": digest,
                "kind": event.kind,
                "at": event.at,
                "agent": event.agent
                or (agent_at(connection, event.extension, event.at) if event.extension else ""),
                "line": event.line,
                "caller": self._numbers.seal(event.caller, event.call_id),
            }
            for digest, event in named.items()
        ]
        if rows:
            connection.execute(sa.insert(telephone_events), rows)
        return len(rows)

    def _events(self, connection: Any, call_id: str) -> list[Event]:
        rows = connection.execute(sa.select(telephone_events).where(telephone_events.c.call_id == call_id))
        return [
            Event(row.kind, call_id, row.at, self._numbers.open(row.caller, call_id), row.line, row.agent)
            for row in rows
        ]

    def call(self, call_id: str) -> PhoneCall:
        """Return a call that has an event."""
        with self._engine.connect() as connection:
            return fold(self._events(connection, call_id))

    def first_at(self) -> float | None:
        """Return when the first call rang that is kept; `None` when no exchange has said anything."""
        with self._engine.connect() as connection:
            first: float | None = connection.execute(
                sa.select(sa.func.min(telephone_calls.c.rang_at))
            ).scalar()
        return first

    def ringing(self, since: float) -> int:
        """Return how many calls that rang since a moment are neither answered nor over."""
        c = telephone_calls.c
        query = sa.select(sa.func.count()).where(c.outcome == "", c.rang_at >= since)
        with self._engine.connect() as connection:
            return int(connection.execute(query).scalar_one())

    def purge(self, before: float) -> int:
        """Delete calls that rang before `before` with everything of them; return how many calls that were."""
        calls, seats = telephone_calls.c, telephone_seats.c
        newest = sa.select(sa.func.max(seats.id)).group_by(seats.extension)
        with self._engine.begin() as connection:
            gone = connection.execute(sa.delete(telephone_calls).where(calls.rang_at < before)).rowcount
            left = telephone_events.c.call_id.not_in(sa.select(calls.call_id))
            for rows in (
                sa.delete(telephone_events).where(left),
                sa.delete(telephone_pads).where(telephone_pads.c.began < before),
                sa.delete(telephone_turns).where(telephone_turns.c.at < before),
                sa.delete(telephone_seats).where(seats.since < before, seats.id.not_in(newest)),
            ):
                connection.execute(rows)
            self._callbacks.purge(connection, before)
        return int(gone)


def _content(event: Event) -> str:
    return json.dumps([event.kind, event.at, event.caller, event.line, event.agent, event.extension])
