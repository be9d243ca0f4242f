"""Everybody who is due, in batches: read and derived outside the write, written in one transaction a batch.

A batch's people are locked and looked at again before it is written: whose code somebody else has derived meanwhile is
left out. So two processes may sweep at once, and requests go on between two batches.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from sqlalchemy import insert, literal, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from backend.codes.announcing import announce, announce_all
from backend.codes.rules import rule_book
from backend.codes.steps import Step, Written, outcome
from backend.codes.stored import events_of
from backend.colour import RuleBook, load_rules
from backend.database import Database
from backend.models import CodeChange, HealthCode, Moment, new_id

BATCH = 2_000


@dataclass(frozen=True)
class Due:
    """A code that has to be derived anew, as it was last written."""

    person_id: str
    due_at: datetime
    last: Written


@dataclass(frozen=True)
class Derived:
    """What a batch's write needs of one person."""

    person_id: str
    version: int
    colour: str
    since: datetime | None
    changes_at: datetime | None
    steps: tuple[Step, ...]


def catch_up(
    database: Database,
    now: datetime,
    *,
    book: RuleBook | None = None,
    workers: Workers | None = None,
    batch: int = BATCH,
) -> int:
    """Derive everybody anew who is due at `now`; return how many people were written.

    Args:
        database: the store.
        now: the platform's time.
        book: the rules; those of this process when not given.
        workers: processes that read and derive; without them this one does it all.
        batch: people in one transaction.
    """
    rules = book or rule_book()
    written = 0
    while True:
        written_before, found = written, 0
        batches = _batches(database, now, batch)
        derived: Iterable[list[Derived]] = (
            (derive_batch(database, people, rules, now) for people in batches)
            if workers is None
            else workers.derive(batches, now)
        )
        for part in derived:
            found += len(part)
            written += write_batch(database, part, now)
        if not found or written == written_before:  # nobody left, or all are in other hands
            return written


def derive_batch(database: Database, people: Sequence[Due], book: RuleBook, now: datetime) -> list[Derived]:
    """Read and derive; write nothing."""
    with database.read() as session:
        events = events_of(session, [due.person_id for due in people])
    found: list[Derived] = []
    for due in people:
        after = outcome(events[due.person_id], book, due.last, now)
        found.append(
            Derived(
                due.person_id,
                due.last.version,
                after.derivation.colour,
                after.steps[-1].at if after.steps else due.last.since,
                after.derivation.changes_at,
                after.steps,
            )
        )
    return found


def write_batch(database: Database, derived: Sequence[Derived], now: datetime) -> int:
    """Write codes, changes and outgoing events of those whose code is as it was read; return how many that were."""
    codes = HealthCode.__table__
    with database.write() as session:
        held = (
            select(codes.c.person_id, codes.c.version)
            .where(codes.c.person_id.in_([one.person_id for one in derived]))
            .order_by(codes.c.person_id)
            .with_for_update()
        )
        versions = dict(session.execute(held).all())
        current = [one for one in derived if versions.get(one.person_id) == one.version]
        if not current:
            return 0
        _write_codes(session, current, now)
        _write_changes(session, [one for one in current if one.steps], now)
    return len(current)


def _write_codes(session: Session, current: Sequence[Derived], now: datetime) -> None:
    # the rows are there and locked: an insert that always meets them is the quickest update both databases know
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(HealthCode.__table__)
    changed = {
        name: statement.excluded[name] for name in ("colour", "since", "updated_at", "changes_at", "version")
    }
    session.execute(
        statement.on_conflict_do_update(index_elements=["person_id"], set_=changed),
        [
            {
                "person_id": one.person_id,
                "colour": one.colour,
                "since": one.since,
                "updated_at": now,
                "changes_at": one.changes_at,
                "version": one.version + 1,
            }
            for one in current
        ],
    )


def _write_changes(session: Session, changed: Sequence[Derived], now: datetime) -> None:
    if not changed:
        return
    session.execute(
        insert(CodeChange.__table__),
        [
            {
                "change_id": new_id("cha"),
                "person_id": one.person_id,
                "previous_colour": step.previous,
                "colour": step.colour,
                "since": step.at,
                "reasons": step.reasons,
            }
            for one in changed
            for step in one.steps
        ],
    )
    codes = HealthCode.__table__
    people = [one.person_id for one in changed]
    announce_all(session, select(codes.c.person_id).where(codes.c.person_id.in_(people)), now)
    for one in changed:
        for _ in one.steps[1:]:
            announce(session, one.person_id, now)


def _batches(database: Database, now: datetime, size: int) -> Iterator[list[Due]]:
    """Yield everybody due at `now`, those who are due longest first."""
    codes = HealthCode.__table__
    wanted = (
        select(codes)
        .where(codes.c.changes_at <= now)
        .order_by(codes.c.changes_at, codes.c.person_id)
        .limit(size)
    )
    here = wanted
    while True:
        with database.read() as session:
            people = [
                Due(
                    row.person_id,
                    row.changes_at,
                    Written(row.colour, row.since, row.updated_at, row.version),
                )
                for row in session.execute(here)
            ]
        if people:
            yield people
        if len(people) < size:
            return
        last = tuple_(literal(people[-1].due_at, Moment), literal(people[-1].person_id))
        here = wanted.where(tuple_(codes.c.changes_at, codes.c.person_id) > last)


class Workers:
    """Processes that read and derive batches while this one writes."""

    def __init__(self, database_url: str, count: int, rules: Path | None = None) -> None:
        """Start `count` processes on a store; `rules` is another folder of rule files."""
        self._count = count
        self._pool: Executor = ProcessPoolExecutor(
            count, get_context("spawn"), initializer=_prepare, initargs=(database_url, rules)
        )

    def __enter__(self) -> Workers:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the processes."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def derive(self, batches: Iterable[list[Due]], now: datetime) -> Iterator[list[Derived]]:
        """Yield derived batches in order, a few ahead of the writing."""
        ahead: deque[Future[list[Derived]]] = deque()
        for people in batches:
            ahead.append(self._pool.submit(_derive, people, now))
            if len(ahead) > 2 * self._count:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


_parts: dict[str, Any] = {}


def _prepare(database_url: str, rules: Path | None) -> None:
    _parts["database"] = Database(database_url, pool_size=1)
    _parts["rules"] = rule_book() if rules is None else load_rules(rules)


def _derive(people: Sequence[Due], now: datetime) -> list[Derived]:
    return derive_batch(_parts["database"], people, _parts["rules"], now)
