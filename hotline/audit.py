"""Who did what to which order, in an append-only chain: each entry's hash covers the one before it.

An entry names the work order or session, never what is in it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from .store import audit, audit_head

_FIRST = "0" * 64


@dataclass(frozen=True)
class Entry:
    """One line of the audit. `detail` holds states, keys and outcomes as a JSON object."""

    seq: int
    at: dt.datetime
    agent: str
    action: str
    subject: str
    detail: dict[str, Any]
    request_id: str


class Audit:
    """The desk's audit."""

    def __init__(self, engine: Any) -> None:
        """Use the tables of `store`; the chain's head is made when missing."""
        self._engine = engine
        try:
            with engine.begin() as connection:
                connection.execute(sa.insert(audit_head).values(id=1, seq=0, hash=_FIRST))
        except IntegrityError:
            return  # another process or start has made it

    def record(
        self,
        agent: str,
        action: str,
        subject: str,
        *,
        at: dt.datetime,
        request_id: str,
        detail: dict[str, Any] | None = None,
    ) -> None:
        """Append one entry.

        Args:
            agent: work number of who acts, `-` for nobody.
            action: e.g. `order.viewed`, `order.moving`, `order.moved`, `login.failed`.
            subject: order number, conversation id or network address.
            at: aware time.
            request_id: correlation id.
            detail: further facts without personal data.
        """
        with self._engine.begin() as connection:
            # Writing first takes the lock: the chain cannot fork between reading its head and adding to it.
            connection.execute(sa.update(audit_head).values(seq=audit_head.c.seq + 1))
            seq, previous = connection.execute(sa.select(audit_head.c.seq, audit_head.c.hash)).one()
            row = {
                "seq": seq,
                "at": at.astimezone(dt.timezone.utc).isoformat(),
                "agent": agent,
                "action": action,
                "subject": subject,
                "detail": json.dumps(detail or {}, ensure_ascii=False, sort_keys=True),
                "request_id": request_id,
            }
            row["hash"] = _hash(previous, row)
            connection.execute(sa.insert(audit).values(**row))
            connection.execute(sa.update(audit_head).values(hash=row["hash"]))

    def recent(self, limit: int = 100, subject: str | None = None) -> list[Entry]:
        """Return the newest entries first, of one subject when given."""
        query = sa.select(audit).order_by(audit.c.seq.desc()).limit(limit)
        if subject is not None:
            query = query.where(audit.c.subject == subject)
        with self._engine.connect() as connection:
            return [_entry(row) for row in connection.execute(query)]

    def first_break(self) -> int | None:
        """Return the number of the first entry that does not follow from the one before; `None` when all do."""
        previous, expected = _FIRST, 1
        with self._engine.connect() as connection:
            for row in connection.execute(sa.select(audit).order_by(audit.c.seq)):
                values = dict(row._mapping)
                found = values.pop("hash")
                if values["seq"] != expected or _hash(previous, values) != found:
                    return expected
                previous, expected = found, expected + 1
            head = connection.execute(sa.select(audit_head.c.hash)).scalar_one()
        return None if head == previous else expected


def _hash(previous: str, row: dict[str, Any]) -> str:
    line = json.dumps([previous, row], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(line.encode("utf-8", "replace")).hexdigest()


def _entry(row: Any) -> Entry:
    return Entry(
        seq=row.seq,
        at=dt.datetime.fromisoformat(row.at),
        agent=row.agent,
        action=row.action,
        subject=row.subject,
        detail=json.loads(row.detail),
        request_id=row.request_id,
    )
