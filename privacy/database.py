"""Opening a database the same way in every process that shares it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa


def open_engine(url: str) -> Any:
    """Return an engine that keeps its connections.

    For SQLite the folder is made, several processes may write (WAL, 10 s wait), and deleted values are overwritten
    where that costs no further page.
    """
    parsed = sa.engine.make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return sa.create_engine(url, pool_pre_ping=True)
    in_memory = parsed.database in (None, "", ":memory:")
    if not in_memory:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(
        url,
        connect_args={"check_same_thread": False, "timeout": 10},
        # Without a pool each use would open and close the file, and each close would fold the log into it.
        poolclass=sa.pool.StaticPool if in_memory else sa.pool.QueuePool,
    )

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA secure_delete=FAST")

    return engine
