"""What people are told when its time has come: a result that is reported, a check-in that ends in a day.

Each row says itself whether it was told, in the transaction that tells it, so that a run that is killed anywhere goes
on where it stopped and nothing is told twice. What came due long ago, while nobody was here to tell it, is let go.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, false, select, update
from sqlalchemy.orm import Session

from backend.database import Database
from backend.models import HealthCode, Person, TestResult
from backend.outbox import emit
from backend.registry.people import written

REPORTED, EXPIRING = "test.reported", "checkin.expiring"
BATCH = 500
#: A check-in is told of this long before its end.
AHEAD = timedelta(days=1)
#: It is told of late, after a downtime, until it has been over for this long.
_OVER_FOR = timedelta(days=1)
#: A result is told of late until it is this old, as long as its notice is worth telling (`data/notices.yml`).
_RESULT_WAITS = timedelta(hours=72)


def tell_due(database: Database, now: datetime, *, batch: int = BATCH) -> int:
    """Write the outgoing events of all that has come due at `now`; return how many that were.

    Args:
        database: the store.
        now: the platform's time.
        batch: events in one transaction.
    """
    return _all(database, _results(now), _tell_results, batch) + _all(
        database, _checkins(now), _tell_checkins, batch
    )


def tell_result(session: Session, test_id: str, now: datetime) -> None:
    """Tell of a test that is reported and was not told of yet; one that is reported later waits for its time."""
    tests = TestResult.__table__
    told = session.execute(
        update(tests)
        .where(tests.c.test_id == test_id, tests.c.told == false(), tests.c.reported_at <= now)
        .values(told=True)
    ).rowcount
    if told:
        whose = select(tests.c.person_id).where(tests.c.test_id == test_id)
        emit(session, REPORTED, session.execute(whose).scalar_one(), {}, now)


def renew(code: HealthCode, valid_until: datetime) -> None:
    """Begin a new validity of a code, the end of which is told of once."""
    if code.valid_until != valid_until:
        code.valid_until, code.reminded = valid_until, False


def _all(
    database: Database, due: tuple[Any, ...], tell: Callable[[Session, list[Any]], None], batch: int
) -> int:
    table = due[0].table
    key = next(iter(table.primary_key))
    wanted = (
        select(table)
        .join(Person, Person.person_id == table.c.person_id)
        .where(*due[1:])
        .order_by(due[0], key)
        .limit(batch)
        # whoever is in other hands now has their turn in the next run
        .with_for_update(skip_locked=True)
    )
    total = 0
    while True:
        with database.read() as session:  # no write lock while there is nothing to tell
            if not session.execute(select(exists().where(*due[1:]))).scalar_one():
                return total
        with database.write() as session:
            rows = session.execute(wanted).all()
            if rows:
                tell(session, rows)
        total += len(rows)
        if len(rows) < batch:
            return total


def _results(now: datetime) -> tuple[Any, ...]:
    tests = TestResult.__table__.c
    moment = tests.reported_at
    return moment, tests.told == false(), moment > now - _RESULT_WAITS, moment <= now


def _checkins(now: datetime) -> tuple[Any, ...]:
    codes = HealthCode.__table__.c
    moment = codes.valid_until
    return moment, codes.reminded == false(), moment > now - _OVER_FOR, moment <= now + AHEAD


def _tell_results(session: Session, rows: list[Any]) -> None:
    tests = TestResult.__table__
    for row in rows:
        emit(session, REPORTED, row.person_id, {}, row.reported_at)
    told = [row.test_id for row in rows]
    session.execute(update(tests).where(tests.c.test_id.in_(told)).values(told=True))


def _tell_checkins(session: Session, rows: list[Any]) -> None:
    codes = HealthCode.__table__
    for row in rows:
        end = str(written(row.valid_until))
        emit(session, EXPIRING, row.person_id, {"valid_until": end}, row.valid_until - AHEAD)
    told = [row.person_id for row in rows]
    session.execute(update(codes).where(codes.c.person_id.in_(told)).values(reminded=True))
