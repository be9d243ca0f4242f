"""The platform's store: SQLite (WAL) for one machine, PostgreSQL for many processes, with the same code.

On SQLite a writing transaction takes the write lock at its beginning (`BEGIN IMMEDIATE`), so it never fails
half-way because somebody else wrote in between. Writers of one process queue on a lock instead of polling the file.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.orm import Session
from sqlalchemy.pool import QueuePool

#: How long a writer waits for another process before the request is answered with `unavailable`.
BUSY_TIMEOUT_MS = 5_000
#: Pages a SQLite connection keeps at most.
CACHE_KIB = 32_768
#: As much of a SQLite file is read in place: the pages a connection has copied are void after each write of another.
MAPPED_BYTES = 2**31
#: SQLite's own measure of when the write-ahead log is long.
LOG_PAGES = 1_000
#: Set in `Session.info` by whoever wrote an event for other systems.
WROTE_EVENTS = "wrote_events"


class Database:
    """Gives out sessions: `read()` for looking, `write()` for one transaction, kept or lost as a whole."""

    def __init__(self, url: str, *, pool_size: int = 16, log_pages: int = LOG_PAGES) -> None:
        """Open a pool on `url`; a SQLite file's folder is created.

        Args:
            url: SQLAlchemy URL, `sqlite:///…` or `postgresql://…`.
            pool_size: connections kept open; as many as threads that use them.
            log_pages: pages in SQLite's write-ahead log at which a commit moves them into the file.
        """
        parsed = make_url(url)
        self.url = url
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        if self.is_sqlite:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
            self.engine: Engine = create_engine(
                url,
                future=True,
                hide_parameters=True,
                poolclass=QueuePool,
                pool_size=pool_size,
                connect_args={"check_same_thread": False},
            )
            event.listen(self.engine, "connect", partial(_prepare_sqlite, log_pages))
            event.listen(self.engine, "begin", _begin_sqlite)
        else:
            self.engine = create_engine(
                url, future=True, hide_parameters=True, pool_size=pool_size, pool_pre_ping=True
            )
        self._writers: AbstractContextManager[Any] = threading.Lock() if self.is_sqlite else nullcontext()
        #: Set when events for other systems were committed in this process; their delivery waits for it.
        self.woken = threading.Event()
        self.writer = self.engine.execution_options(writes=True)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Yield a session on one consistent view; whatever it changes is thrown away."""
        with Session(self.engine, future=True, autoflush=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Yield a session whose transaction commits at the end, or rolls back when the block raises."""
        session = Session(self.writer, future=True, expire_on_commit=False)
        with self._writers, session, session.begin():
            yield session
        if session.info.pop(WROTE_EVENTS, False):
            self.woken.set()

    def checkpoint(self) -> None:
        """Move SQLite's write-ahead log into the file and begin it anew; waits for readers, does nothing elsewhere.

        The log begins anew by itself only when nobody reads; under readers who never pause it grows without bound,
        and every look-up in it takes longer.
        """
        if self.is_sqlite:
            connection = self.engine.raw_connection()
            try:
                connection.cursor().execute("PRAGMA wal_checkpoint(RESTART)")
            finally:
                connection.close()

    def dispose(self) -> None:
        """Close all pooled connections."""
        self.engine.dispose()


def _prepare_sqlite(log_pages: int, connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun by `_begin_sqlite`
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
    cursor.execute(f"PRAGMA mmap_size={MAPPED_BYTES}")
    cursor.execute(f"PRAGMA wal_autocheckpoint={log_pages}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
