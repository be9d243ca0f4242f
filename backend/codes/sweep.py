"""Everybody who is due, in batches: read and derived outside the write, written in one transaction a batch.

A batch's people are locked and looked at again before it is written: whose code somebody else has derived meanwhile is
left out. So several processes may sweep at once, and requests go on between two batches.
"""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, cast, exists, func, literal, select, tuple_, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from backend.codes.announcing import keep_changes
from backend.codes.rules import rule_book
from backend.codes.setting_aside import set_aside
from backend.codes.steps import Step, Written, outcome
from backend.codes.stored import events_of, looks_at_negatives
from backend.colour import RuleBook, derive, load_rules
from backend.database import Database
from backend.models import ColourEvent, HealthCode, Moment, TestResult

BATCH = 5_000
_PARTS_A_CHECKPOINT = 4
#: A batch fills SQLite's usual log several times over; `catch_up` empties it now and then instead of every commit.
_LOG_PAGES = 25_000

#: A place in the queue: when somebody is due, and who.
Place = tuple[datetime, str]
#: From after one place to another; None: from the beginning, to the end.
Part = tuple[Place | None, Place | None]


@dataclass(frozen=True)
class Due:
    """A code that has to be derived anew, as it was last written."""

    person_id: str
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
        workers: processes that share the batches; without them this one does all.
        batch: people in one transaction.
    """
    rules = book or rule_book()
    total = 0
    while True:
        parts = _parts_of_queue(database, now, batch)
        done = (
            (sweep_part(database, part, rules, now) for part in parts)
            if workers is None
            else workers.sweep(parts, now)
        )
        written = 0
        for number, people in enumerate(done, 1):
            written += people
            if number % _PARTS_A_CHECKPOINT == 0:
                database.checkpoint()
        total += written
        if not written:  # nobody is left, or they are in other hands
            return total


def sweep_part(database: Database, part: Part, book: RuleBook, now: datetime) -> int:
    """Bring everybody up to date who is due between two places of the queue; return how many were written."""
    simple = write_uneventful(database, part, book, now)
    people = _due(database, part, now)
    return simple + (write_batch(database, derive_batch(database, people, book, now), now) if people else 0)


def write_uneventful(database: Database, part: Part, book: RuleBook, now: datetime) -> int:
    """Write the green codes of those to whom nothing happened that could colour them, in one statement.

    What follows for them is the same for all: the derivation of no events. Nothing is written when a rule looks at
    negative tests, or when it is not green that follows.
    """
    plain = derive((), book, now)
    if plain.colour != "green" or looks_at_negatives(book):
        return 0
    codes, held, tests = HealthCode.__table__, ColourEvent.__table__, TestResult.__table__
    happened = exists().where(held.c.person_id == codes.c.person_id)
    tested = exists().where(
        tests.c.person_id == codes.c.person_id, tests.c.kind == "nucleic", tests.c.result != "negative"
    )
    with database.write() as session:
        written: int = session.execute(
            update(codes)
            .where(*_between(part, now), codes.c.colour == "green", ~happened, ~tested)
            .values(updated_at=now, changes_at=plain.changes_at, version=codes.c.version + 1, unread=None)
        ).rowcount
    return written


def derive_batch(database: Database, people: Sequence[Due], book: RuleBook, now: datetime) -> list[Derived]:
    """Read and derive everybody whose story can be read; whose cannot is set aside, and nobody waits for them.

    A batch that fails is halved until those are alone whom it fails for.
    """
    try:
        return _derive(database, people, book, now)
    except SQLAlchemyError:  # the store, not a story
        raise
    except Exception as error:  # noqa: BLE001 - whatever a row makes the engine raise, it is about one person
        if len(people) == 1:
            set_aside(database, people[0].person_id, people[0].last.version, error, now)
            return []
    half = len(people) // 2
    return [one for part in (people[:half], people[half:]) for one in derive_batch(database, part, book, now)]


def _derive(database: Database, people: Sequence[Due], book: RuleBook, now: datetime) -> list[Derived]:
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
    if not derived:
        return 0
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
        changed = [(one.person_id, step) for one in current for step in one.steps]
        if changed:
            keep_changes(session, changed, now)
    return len(current)


def _write_codes(session: Session, current: Sequence[Derived], now: datetime) -> None:
    """Write the codes, whose rows are there and locked, in the way that is quickest on each database."""
    if session.get_bind().dialect.name == "postgresql":
        _write_codes_as_arrays(session, current, now)
    else:
        _write_codes_row_by_row(session, current, now)


def _write_codes_as_arrays(session: Session, current: Sequence[Derived], now: datetime) -> None:
    codes = HealthCode.__table__
    columns = {
        "person_id": ([one.person_id for one in current], codes.c.person_id.type),
        "colour": ([one.colour for one in current], codes.c.colour.type),
        "since": ([one.since for one in current], Moment()),
        "changes_at": ([one.changes_at for one in current], Moment()),
    }
    arrays = [cast(bindparam(name, rows, ARRAY(kind)), ARRAY(kind)) for name, (rows, kind) in columns.items()]
    found = func.unnest(*arrays).table_valued(*columns, name="found").render_derived()
    session.execute(
        update(codes)
        .where(codes.c.person_id == found.c.person_id)
        .values(
            colour=found.c.colour,
            since=found.c.since,
            changes_at=found.c.changes_at,
            updated_at=now,
            version=codes.c.version + 1,
            unread=None,
        )
    )


def _write_codes_row_by_row(session: Session, current: Sequence[Derived], now: datetime) -> None:
    # an insert that always meets a row is quicker here than an update row by row
    statement = sqlite.insert(HealthCode.__table__)
    changed = {
        name: statement.excluded[name]
        for name in ("colour", "since", "updated_at", "changes_at", "version", "unread")
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
                "unread": None,
            }
            for one in current
        ],
    )


def _parts_of_queue(database: Database, now: datetime, size: int) -> Iterator[Part]:
    """Yield the queue of those due at `now` cut into parts of `size` people, those who are due longest first."""
    codes = HealthCode.__table__
    after: Place | None = None
    while True:
        wanted = (
            select(codes.c.changes_at, codes.c.person_id)
            .where(codes.c.changes_at <= now)
            .order_by(codes.c.changes_at, codes.c.person_id)
            .offset(size - 1)
            .limit(1)
        )
        if after is not None:
            wanted = wanted.where(_queue() > _bound(after))
        with database.read() as session:
            last = session.execute(wanted).first()
        until = None if last is None else (last.changes_at, last.person_id)
        yield after, until
        if until is None:
            return
        after = until


def _due(database: Database, part: Part, now: datetime) -> list[Due]:
    codes = HealthCode.__table__
    with database.read() as session:
        rows = session.execute(select(codes).where(*_between(part, now))).all()
    return [Due(row.person_id, Written(row.colour, row.since, row.updated_at, row.version)) for row in rows]


def _between(part: Part, now: datetime) -> list[Any]:
    conditions = [HealthCode.__table__.c.changes_at <= now]
    after, until = part
    if after is not None:
        conditions.append(_queue() > _bound(after))
    if until is not None:
        conditions.append(_queue() <= _bound(until))
    return conditions


def _queue() -> Any:
    codes = HealthCode.__table__
    return tuple_(codes.c.changes_at, codes.c.person_id)


def _bound(place: Place) -> Any:
    return tuple_(literal(place[0], Moment), literal(place[1]))


class Workers:
    """Processes that share the batches of a sweep."""

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

    def sweep(self, parts: Iterable[Part], now: datetime) -> Iterator[int]:
        """Yield how many people of each part were written."""
        ahead: deque[Future[int]] = deque()
        for part in parts:
            ahead.append(self._pool.submit(_sweep_part, part, now))
            if len(ahead) > 3 * self._count:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


_tools: dict[str, Any] = {}


def _prepare(database_url: str, rules: Path | None) -> None:
    # a batch is some hundred thousand short-lived objects without cycles: looking for those is a tenth of the work
    gc.freeze()
    gc.set_threshold(200_000, 20, 100)
    _tools["database"] = Database(database_url, pool_size=1, log_pages=_LOG_PAGES)
    _tools["rules"] = rule_book() if rules is None else load_rules(rules)


def _sweep_part(part: Part, now: datetime) -> int:
    return sweep_part(_tools["database"], part, _tools["rules"], now)
