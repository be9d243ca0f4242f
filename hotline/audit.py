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

from .store import audit, audit_anchor, audit_head

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


@dataclass(frozen=True)
class Filter:
    """Which entries are looked for; `None` asks nothing. `since` belongs to them, `before` does not."""

    agent: str | None = None
    action: str | None = None
    subject: str | None = None
    since: dt.datetime | None = None
    before: dt.datetime | None = None


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

    def search(self, wanted: Filter, limit: int, before_seq: int | None = None) -> list[Entry]:
        """Return the newest entries that fit first, `limit` at most, older than the number `before_seq`."""
        query = sa.select(audit).order_by(audit.c.seq.desc()).limit(limit)
        for column, value in (
            (audit.c.agent, wanted.agent),
            (audit.c.action, wanted.action),
            (audit.c.subject, wanted.subject),
        ):
            if value is not None:
                query = query.where(column == value)
        if wanted.since is not None:
            query = query.where(audit.c.at >= wanted.since.astimezone(dt.timezone.utc).isoformat())
        if wanted.before is not None:
            query = query.where(audit.c.at < wanted.before.astimezone(dt.timezone.utc).isoformat())
        if before_seq is not None:
            query = query.where(audit.c.seq < before_seq)
        with self._engine.connect() as connection:
            return [_entry(row) for row in connection.execute(query)]

    def head(self) -> tuple[int, str]:
        """Return number and hash of the newest entry; 0 when there is none."""
        with self._engine.connect() as connection:
            seq, found = connection.execute(sa.select(audit_head.c.seq, audit_head.c.hash)).one()
        return int(seq), str(found)

    def hash_at(self, seq: int) -> str | None:
        """Return the hash of an entry; `None` when it is not there (any more)."""
        with self._engine.connect() as connection:
            found: str | None = connection.execute(sa.select(audit.c.hash).where(audit.c.seq == seq)).scalar()
        return found

    def shortened_to(self) -> int:
        """Return the number of the last entry that was deleted for its age; 0 when none was."""
        with self._engine.connect() as connection:
            return int(connection.execute(sa.select(audit_anchor.c.seq)).scalar() or 0)

    def oldest(self) -> dt.datetime | None:
        """Return when the first entry that is kept was made; `None` when there is none."""
        with self._engine.connect() as connection:
            at = connection.execute(sa.select(sa.func.min(audit.c.at))).scalar()
        return None if at is None else dt.datetime.fromisoformat(at)

    def shorten(self, before: dt.datetime) -> int:
        """Delete entries made before `before`, in the order of the chain; return how many that were.

        The hash of the last one that went stays as the anchor from which the rest is checked. The guard of the table
        lets go only what lies at or before the anchor.
        """
        cut = before.astimezone(dt.timezone.utc).isoformat()
        with self._engine.begin() as connection:
            connection.execute(sa.update(audit_head).values(seq=audit_head.c.seq))  # takes the write lock
            first_kept = sa.select(sa.func.min(audit.c.seq)).where(audit.c.at >= cut)
            end = connection.execute(first_kept).scalar()
            old = sa.select(audit.c.seq, audit.c.hash).order_by(audit.c.seq.desc()).limit(1)
            last = connection.execute(old if end is None else old.where(audit.c.seq < end)).first()
            if last is None:
                return 0
            connection.execute(sa.delete(audit_anchor))
            connection.execute(sa.insert(audit_anchor).values(id=1, seq=last.seq, hash=last.hash))
            return int(connection.execute(sa.delete(audit).where(audit.c.seq <= last.seq)).rowcount)

    def first_break(self) -> int | None:
        """Return the number of the first entry that does not follow from the one before; `None` when all do."""
        with self._engine.connect() as connection:
            anchor = connection.execute(sa.select(audit_anchor.c.seq, audit_anchor.c.hash)).first()
            previous, expected = (_FIRST, 1) if anchor is None else (anchor.hash, anchor.seq + 1)
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
