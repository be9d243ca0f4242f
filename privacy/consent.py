"""Who agreed to what, when, to which wording (PIPL art. 14–17, 29: separate, informed, revocable)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

import sqlalchemy as sa

from privacy.database import open_engine

_metadata = sa.MetaData()
_records = sa.Table(
    "consents",
    _metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("subject", sa.String(64), nullable=False),
    sa.Column("purpose", sa.String(64), nullable=False),
    sa.Column("version", sa.String(32), nullable=False),
    sa.Column("granted", sa.Boolean, nullable=False),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Index("consents_by_subject", "subject", "purpose", "id"),
)


@dataclass(frozen=True)
class Consent:
    """The latest word of a person on one purpose: which wording they saw, yes or no, and when."""

    purpose: str
    version: str
    granted: bool
    at: datetime


class ConsentLedger:
    """A list that only grows: taking consent back is one more line, not a change of an old one."""

    def __init__(self, url: str, clock: Callable[[], datetime]) -> None:
        """Open the ledger at the SQLAlchemy address ``url``; the table is made when missing."""
        self._engine = open_engine(url)
        self._clock = clock
        _metadata.create_all(self._engine)

    def record(self, subject: str, purpose: str, version: str, granted: bool) -> Consent:
        """Add what ``subject`` said about ``purpose`` in the wording ``version``."""
        consent = Consent(purpose, version, granted, self._clock().astimezone(timezone.utc))
        row = {
            "subject": subject,
            "purpose": purpose,
            "version": version,
            "granted": granted,
            "at": consent.at.isoformat(),
        }
        with self._engine.begin() as connection:
            connection.execute(_records.insert().values(**row))
        return consent

    def current(self, subject: str, purpose: str) -> Consent | None:
        """Return the latest word on ``purpose``; None when the person was never asked."""
        query = (
            sa.select([_records.c.purpose, _records.c.version, _records.c.granted, _records.c.at])
            .where(_records.c.subject == subject, _records.c.purpose == purpose)
            .order_by(_records.c.id.desc())
            .limit(1)
        )
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        return _consent(row)

    def history(self, subject: str, most: int = 12) -> list[Consent]:
        """Return what ``subject`` said, the newest first."""
        query = (
            sa.select([_records.c.purpose, _records.c.version, _records.c.granted, _records.c.at])
            .where(_records.c.subject == subject)
            .order_by(_records.c.id.desc())
            .limit(most)
        )
        with self._engine.connect() as connection:
            return [_consent(row) for row in connection.execute(query)]

    def forget(self, subject: str) -> int:
        """Delete all but the last word of ``subject`` on each purpose; return how many lines that were.

        The last word stays: after a deletion it is the receipt that consent was taken back.
        """
        last = sa.select([sa.func.max(_records.c.id)]).where(_records.c.subject == subject)
        mine = _records.delete().where(
            _records.c.subject == subject, _records.c.id.notin_(last.group_by(_records.c.purpose))
        )
        with self._engine.begin() as connection:
            return int(connection.execute(mine).rowcount)

    def oldest(self) -> datetime | None:
        """Return when the oldest word was said that is not anybody's last; None when there is none."""
        last = sa.select([sa.func.max(_records.c.id)]).group_by(_records.c.subject, _records.c.purpose)
        query = sa.select([sa.func.min(_records.c.at)]).where(_records.c.id.notin_(last))
        with self._engine.connect() as connection:
            at = connection.execute(query).scalar()
        return None if at is None else datetime.fromisoformat(at)

    def purge(self, before: datetime) -> int:
        """Delete what was said before ``before`` and is not anybody's last word; return how many lines that were."""
        last = sa.select([sa.func.max(_records.c.id)]).group_by(_records.c.subject, _records.c.purpose)
        old = _records.delete().where(
            _records.c.at < before.astimezone(timezone.utc).isoformat(), _records.c.id.notin_(last)
        )
        with self._engine.begin() as connection:
            return int(connection.execute(old).rowcount)


def _consent(row: Any) -> Consent:
    return Consent(row.purpose, row.version, bool(row.granted), datetime.fromisoformat(row.at))


def subject_of(conversation_id: str, channel: str) -> str:
    """Return how the ledger names a person: a hash of conversation and channel."""
    packed = f"{len(channel)}:{channel}:{conversation_id}".encode("utf-8", "surrogatepass")
    return hashlib.sha256(packed).hexdigest()
