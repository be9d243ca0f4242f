"""The platform's part of retention: each table by its own clock, in one transaction a rule."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from backend.clock import Clock
from backend.database import Database
from backend.models import (
    AccessEntry,
    IdempotencyRecord,
    IdentityAttempt,
    IssuedPass,
    LaneEntry,
    Nonce,
    OutboxMessage,
    PersonSession,
    RetentionLimit,
    StaffCheck,
    Verification,
    Visit,
)
from privacy.retention import Store, load_rules, run

log = logging.getLogger(__name__)

PAUSE_S = 3_600.0


def stores(database: Database, clock: Clock, real_time: Callable[[], float] = time.time) -> list[Store]:
    """Return what the platform deletes: rows it dates by its own clock, and two tables of real time."""

    def real() -> datetime:
        return datetime.fromtimestamp(real_time(), timezone.utc)

    def table(rule: str, column: Any, *, real_seconds: bool = False) -> Store:
        return Store(
            rule,
            real if real_seconds else clock.now,
            lambda: _oldest(database, column, real_seconds),
            lambda before: _purge(database, column, int(before.timestamp()) if real_seconds else before),
        )

    return [
        Store(
            "access_log",
            clock.now,
            lambda: _oldest(database, AccessEntry.at, real_seconds=False),
            lambda before: _shorten(database, before),
        ),
        table("verifications", Verification.expires_at),
        table("sessions", PersonSession.expires_at),
        table("identity_attempts", IdentityAttempt.at),
        table("text_messages", OutboxMessage.created_at),
        table("idempotency_keys", IdempotencyRecord.created_at, real_seconds=True),
        table("nonces", Nonce.seen_at, real_seconds=True),
        table("visits", Visit.at),
        table("lane_entries", LaneEntry.at),
        Store(
            "staff_checks",
            clock.now,
            lambda: _oldest(database, StaffCheck.at, real_seconds=False),
            lambda before: _shorten_checks(database, before),
        ),
        table("passes", IssuedPass.expires_at),
    ]


class Keeper:
    """A thread that deletes what is over, at the start and every hour."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Work on `database` by `clock`."""
        self._stores = stores(database, clock)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="retention", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after what is being deleted."""
        self._stop.set()
        self._thread.join(10)

    def _run(self) -> None:
        while True:
            try:
                run(self._stores)
            except SQLAlchemyError as error:
                log.warning("retention_waits", extra={"error": type(error).__name__})
            if self._stop.wait(PAUSE_S):
                return


def _oldest(database: Database, column: Any, real_seconds: bool) -> datetime | None:
    with database.read() as session:
        found = session.execute(select(func.min(column))).scalar_one()
    return datetime.fromtimestamp(found, timezone.utc) if real_seconds and found is not None else found


def _purge(database: Database, column: Any, before: Any) -> int:
    with database.write() as session:
        gone: int = session.execute(delete(column.class_).where(column < before)).rowcount
    return gone


def _shorten(database: Database, before: datetime) -> int:
    """Shorten the access log: the limit is moved first, and the log's own guard lets what lies before it go."""
    with database.write() as session:
        dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        limit = dialect.insert(RetentionLimit).values(log="access_log", before=before)
        session.execute(
            limit.on_conflict_do_update(index_elements=["log"], set_={"before": limit.excluded.before})
        )
        gone: int = session.execute(delete(AccessEntry).where(AccessEntry.at < before)).rowcount
    return gone


def _shorten_checks(database: Database, before: datetime) -> int:
    """Delete old checks. Their own guard counts three years back from the newest: the last ones stay until another."""
    with database.write() as session:
        newest = session.execute(select(func.max(StaffCheck.at))).scalar_one()
        if newest is None:
            return 0
        limit = min(before, newest - load_rules()["staff_checks"].keep)
        gone: int = session.execute(delete(StaffCheck).where(StaffCheck.at < limit)).rowcount
    return gone
