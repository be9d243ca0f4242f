"""Once and only once: the answer of a write is stored under its key, in the write's own transaction."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from backend.models import IdempotencyRecord
from backend.problems import IdempotencyMismatch
from privacy.sealing import Sealer

KEPT_S = 7 * 86_400
_PURGE_EVERY_S = 3_600


class Idempotency:
    """Claims keys and keeps answers for seven days of real time."""

    def __init__(self, sealer: Sealer, real_time: Callable[[], float] = time.time) -> None:
        """Seal answers with `sealer`; `real_time` gives unix seconds."""
        self._sealer = sealer
        self._real_time = real_time
        self._purged_at = 0.0

    def claim(self, session: Session, client_id: str, key: str, fingerprint: str) -> tuple[int, Any] | None:
        """Take the key for this request, or return the status and body it was answered with before.

        A second request that arrives during the first one's transaction waits for its end: on SQLite before it
        has the write lock, on PostgreSQL at this insert.

        Raises:
            IdempotencyMismatch: when the key was used for another request.
        """
        now = int(self._real_time())
        self._purge(session, now)
        dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        claimed = session.execute(
            dialect.insert(IdempotencyRecord)
            .values(client_id=client_id, key=key, fingerprint=fingerprint, created_at=now)
            .on_conflict_do_nothing()
        )
        if claimed.rowcount:
            return None
        record = session.execute(
            select(IdempotencyRecord).where(
                IdempotencyRecord.client_id == client_id, IdempotencyRecord.key == key
            )
        ).scalar_one()
        if record.fingerprint != fingerprint:
            raise IdempotencyMismatch("this Idempotency-Key belongs to another request")
        return record.status, json.loads(self._sealer.open(record.response, f"{client_id}/{key}"))

    def store(self, session: Session, client_id: str, key: str, status: int, body: Any) -> None:
        """Keep the answer of the claimed key."""
        plain = json.dumps(body, ensure_ascii=False).encode()
        session.execute(
            update(IdempotencyRecord)
            .where(IdempotencyRecord.client_id == client_id, IdempotencyRecord.key == key)
            .values(status=status, response=self._sealer.seal(plain, f"{client_id}/{key}"))
        )

    def _purge(self, session: Session, now: int) -> None:
        if now - self._purged_at >= _PURGE_EVERY_S:
            self._purged_at = now
            session.execute(delete(IdempotencyRecord).where(IdempotencyRecord.created_at < now - KEPT_S))
