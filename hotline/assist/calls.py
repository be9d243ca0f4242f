"""Calls as they are kept: whose, since when, what was noted, which suggestions were shown and what became of them.

Notes are masked before they come here; the whole numbers that were heard lie beside them, sealed, until the call ends.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from privacy.sealing import Sealer

from ..words import CHINA
from . import tables
from .errors import CallOver, NoSuchCall, StaleNotes
from .notes import Masked

Mark = Literal["clicked", "used"]
#: Why an agent calls a suggestion wrong.
WRONG: Final[Mapping[str, str]] = {
    "other_question": "问的不是这个",
    "outdated": "已经过期",
    "other_place": "不是这个地方的",
    "incorrect": "内容有误",
}
_TRIES: Final = 5


@dataclass(frozen=True)
class Value:
    """A number or name that was heard: whole, and as the notes show it."""

    kind: str
    value: str = field(repr=False)
    shown: str


@dataclass(frozen=True)
class Pad:
    """What an agent has before them in a call.

    Attributes:
        notes: masked.
        values: what the stars in the notes stand for.
        changed: fields of the draft by name, as the agent wrote them.
        skipped: questions that were set aside.
        matter: the matter the agent has chosen; "" to go by the notes.
    """

    notes: str = ""
    values: tuple[Value, ...] = ()
    changed: Mapping[str, str] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()
    matter: str = ""

    def written(self, notes: Masked, changed: Mapping[str, str], skipped: Sequence[str], matter: str) -> Pad:
        """Return the pad after a save; values whose stars are gone from the notes go, too."""
        new = [Value(one.kind, one.value, notes.text[one.start : one.end]) for one in notes.found]
        known = {value.shown: value for value in (*self.values, *new)}
        kept = tuple(value for shown, value in known.items() if shown in notes.text)
        return Pad(notes.text, kept, dict(changed), tuple(skipped), matter)

    def whole(self, shown: str) -> str:
        """Return what stars stand for; the text itself when it is no starred value of this call."""
        return next((value.value for value in self.values if value.shown == shown), shown)


@dataclass(frozen=True)
class About:
    """What the notes of a call are about, for lists and figures."""

    matter: str = ""
    topic: str = ""
    district: str = ""
    language: str = "zh"


@dataclass(frozen=True)
class Call:
    """A call. `seq` is the number of the notes that are kept, `order_key` sends its order once."""

    number: str
    agent: str
    begun_at: dt.datetime
    ended_at: dt.datetime | None
    about: About
    seq: int
    pad: Pad
    order_key: str
    order_number: str


class Calls:
    """The rows of calls."""

    def __init__(self, engine: Any, key: bytes) -> None:
        """Use the tables of `tables`; `key` seals what was said."""
        self._engine = engine
        self._sealer = Sealer(key)

    def begin(self, agent: str, now: dt.datetime) -> Call:
        """Begin a call under a number of its own."""
        for attempt in range(_TRIES):
            try:
                with self._engine.begin() as connection:
                    number = self.begin_on(connection, agent, now)
                return self.get(number, agent)
            except IntegrityError:  # another agent took the number
                if attempt == _TRIES - 1:
                    raise
        raise AssertionError("the loop returns or raises")

    def begin_on(self, connection: Any, agent: str, now: dt.datetime) -> str:
        """Begin a call in somebody's transaction; return its number.

        Raises:
            sqlalchemy.exc.IntegrityError: another agent took the number; the transaction is begun again.
        """
        c, day = tables.calls.c, f"LD{now.astimezone(CHINA):%Y%m%d}-"
        last = connection.execute(sa.select(sa.func.max(c.number)).where(c.number.like(f"{day}%"))).scalar()
        number = f"{day}{int(last[-6:]) + 1 if last else 1:06d}"
        connection.execute(
            sa.insert(tables.calls).values(
                number=number,
                agent=agent,
                begun_at=_written(now),
                ended_at=None,
                **vars(About()),
                seq=0,
                sealed=self._sealed(number, Pad()),
                order_key=uuid.uuid4().hex,
                order_number="",
            )
        )
        return number

    def get(self, number: str, agent: str) -> Call:
        """Return a call of an agent.

        Raises:
            NoSuchCall: there is none, or it is a colleague's.
        """
        query = sa.select(tables.calls).where(tables.calls.c.number == number, tables.calls.c.agent == agent)
        with self._engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise NoSuchCall(number)
        return self._call(row)

    def listed(self, agent: str, limit: int) -> list[Call]:
        """Return an agent's calls, those under way first, then the latest."""
        c = tables.calls.c
        query = (
            sa.select(tables.calls)
            .where(c.agent == agent)
            .order_by(sa.case((c.ended_at.is_(None), 0), else_=1), c.begun_at.desc())
            .limit(limit)
        )
        with self._engine.connect() as connection:
            return [self._call(row) for row in connection.execute(query)]

    def save(
        self, call: Call, seq: int, *, pad: Pad, about: About, shown: Collection[str], now: dt.datetime
    ) -> None:
        """Keep a pad, unless a newer one is kept, and what stood beside it as suggestions.

        Args:
            call: whose pad it is.
            seq: its number; only a higher one than what is kept is written.
            pad: notes and what the agent has done with the draft.
            about: what the notes are about.
            shown: the entries on the screen.
            now: real time.

        Raises:
            StaleNotes: a newer one is kept.
            CallOver: the call has ended.
        """
        c = tables.calls.c
        write = (
            sa.update(tables.calls)
            .where(c.number == call.number, c.seq < seq, c.ended_at.is_(None))
            .values(seq=seq, sealed=self._sealed(call.number, pad), **vars(about))
        )

        def keep() -> None:
            with self._engine.begin() as connection:
                if not connection.execute(write).rowcount:
                    row = connection.execute(
                        sa.select(c.seq, c.ended_at).where(c.number == call.number)
                    ).one()
                    raise CallOver(call.number) if row.ended_at else StaleNotes(row.seq)
                self._show(connection, call.number, shown, now)

        _again_if_crossed(keep)

    def mark(self, call: Call, entry_id: str, mark: Mark, now: dt.datetime) -> None:
        """Note that a suggestion was opened, or told to the caller."""
        self._marked(call, entry_id, now, **{mark: True})

    def wrong(self, call: Call, entry_id: str, reason: str, now: dt.datetime) -> None:
        """Note that a suggestion does not fit, and why."""
        self._marked(call, entry_id, now, wrong=reason)

    def _marked(self, call: Call, entry_id: str, now: dt.datetime, **values: Any) -> None:
        s = tables.suggestions.c
        write = (
            sa.update(tables.suggestions)
            .where(s.number == call.number, s.entry_id == entry_id)
            .values(**values)
        )

        def keep() -> None:
            with self._engine.begin() as connection:
                self._show(connection, call.number, [entry_id], now)
                connection.execute(write)

        _again_if_crossed(keep)

    def refused(self, number: str) -> list[str]:
        """Return the entries that were called wrong in a call."""
        s = tables.suggestions.c
        query = sa.select(s.entry_id).where(s.number == number, s.wrong != "")
        with self._engine.connect() as connection:
            return list(connection.execute(query).scalars())

    def ordered(self, call: Call, order_number: str) -> None:
        """Keep which order came of a call; another one of the same call has a key of its own."""
        write = (
            sa.update(tables.calls)
            .where(tables.calls.c.number == call.number)
            .values(order_number=order_number, order_key=uuid.uuid4().hex)
        )
        with self._engine.begin() as connection:
            connection.execute(write)

    def end(self, call: Call, now: dt.datetime) -> None:
        """End a call; the whole values that were heard are forgotten."""
        pad = replace(call.pad, values=())
        write = (
            sa.update(tables.calls)
            .where(tables.calls.c.number == call.number, tables.calls.c.ended_at.is_(None))
            .values(ended_at=_written(now), sealed=self._sealed(call.number, pad))
        )
        with self._engine.begin() as connection:
            connection.execute(write)

    def oldest(self) -> dt.datetime | None:
        """When the oldest call began, or a code was first looked at, of what is kept."""
        firsts = (sa.func.min(column) for column in (tables.calls.c.begun_at, tables.looks.c.at))
        with self._engine.connect() as connection:
            found = [connection.execute(sa.select(first)).scalar() for first in firsts]
        return min((dt.datetime.fromisoformat(at) for at in found if at is not None), default=None)

    def purge(self, before: dt.datetime) -> int:
        """Delete calls that began before, with everything that belongs to them, and looks in chats that old."""
        old = sa.select(tables.calls.c.number).where(tables.calls.c.begun_at < _written(before))
        shown, looked = tables.suggestions, tables.looks
        with self._engine.begin() as connection:
            connection.execute(sa.delete(shown).where(shown.c.number.in_(old)))
            connection.execute(
                sa.delete(looked).where(looked.c.number.in_(old) | (looked.c.at < _written(before)))
            )
            gone = sa.delete(tables.calls).where(tables.calls.c.begun_at < _written(before))
            return int(connection.execute(gone).rowcount)

    def _show(self, connection: Any, number: str, entries: Collection[str], now: dt.datetime) -> None:
        s = tables.suggestions.c
        known = set(connection.execute(sa.select(s.entry_id).where(s.number == number)).scalars())
        new = [entry_id for entry_id in dict.fromkeys(entries) if entry_id not in known]
        if new:
            rows = [
                {
                    "number": number,
                    "entry_id": one,
                    "at": _written(now),
                    "clicked": False,
                    "used": False,
                    "wrong": "",
                }
                for one in new
            ]
            connection.execute(sa.insert(tables.suggestions), rows)

    def _sealed(self, number: str, pad: Pad) -> bytes:
        values = [[value.kind, value.value, value.shown] for value in pad.values]
        body = json.dumps({**vars(pad), "values": values}, ensure_ascii=False)
        return self._sealer.seal(body.encode(), number)

    def _call(self, row: Any) -> Call:
        raw = json.loads(self._sealer.open(row.sealed, row.number))
        values = tuple(Value(*one) for one in raw.pop("values"))
        skipped = tuple(raw.pop("skipped"))
        return Call(
            row.number,
            row.agent,
            dt.datetime.fromisoformat(row.begun_at),
            dt.datetime.fromisoformat(row.ended_at) if row.ended_at else None,
            About(row.matter, row.topic, row.district, row.language),
            row.seq,
            Pad(values=values, skipped=skipped, **raw),
            row.order_key,
            row.order_number,
        )


def _again_if_crossed(keep: Callable[[], None]) -> None:
    """Do it again when a save and a mark of one page have shown the same suggestion at the same moment."""
    try:
        keep()
    except IntegrityError:
        keep()


def _written(moment: dt.datetime) -> str:
    return moment.astimezone(dt.timezone.utc).isoformat()
