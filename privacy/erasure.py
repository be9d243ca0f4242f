"""Deletions on their way: each is a row until every process has done its part, so that a kill loses none of them.

A person confirms once; the row is written before anything is deleted. Its parts are ``local`` (vault, pictures,
consents: done by the action server), ``platform`` (asked by the action server) and ``bot`` (conversation, page
messages, events). Each part may be repeated without harm. When all are done the sealed rest of the row (whose
conversation, which session) is emptied: what stays is the receipt.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any, Final, Literal

import sqlalchemy as sa

from privacy.database import open_engine
from privacy.sealing import Sealer

Scope = Literal["conversation", "all", "account"]
Part = Literal["local", "platform", "bot"]
PARTS: Final[tuple[Part, ...]] = ("local", "platform", "bot")
_ALPHABET: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_metadata = sa.MetaData()
_rows = sa.Table(
    "erasures",
    _metadata,
    sa.Column("receipt", sa.String(24), primary_key=True),
    sa.Column("key", sa.String(64), nullable=False, unique=True),
    sa.Column("conversation", sa.String(64), nullable=False, index=True),
    sa.Column("scope", sa.String(12), nullable=False),
    sa.Column("sealed", sa.LargeBinary),
    sa.Column("begun_at", sa.Float, nullable=False, index=True),
    sa.Column("local_at", sa.Float),
    sa.Column("platform_at", sa.Float),
    sa.Column("bot_at", sa.Float),
    sa.Column("outcome", sa.Text),
    sa.Column("told", sa.Boolean, nullable=False, default=False),
)


@dataclass(frozen=True)
class Erasure:
    """One deletion.

    Attributes:
        receipt: its number, as the person was told.
        scope: what it covers.
        key: idempotency key of the platform's part.
        begun_at: when it was confirmed, unix seconds.
        done: parts that are done.
        told: whether the person has had the report.
        conversation_id, channel, session, language: empty once everything is done.
        outcome: the platform's answer: counts by section, nothing personal.
        report: the report in words, while it waits to be said.
    """

    receipt: str
    scope: str
    key: str
    begun_at: float
    done: frozenset[str]
    told: bool
    conversation_id: str = ""
    channel: str = ""
    session: str | None = field(default=None, repr=False)
    language: str = "zh"
    elder: bool = False
    outcome: Mapping[str, Any] | None = None
    report: str = field(default="", repr=False)

    @property
    def day(self) -> datetime:
        """The day in the receipt's number."""
        return datetime.strptime(self.receipt[2:10], "%Y%m%d").replace(tzinfo=timezone.utc)


class Erasures:
    """The list of deletions, in the database that bot and action server share."""

    def __init__(self, url: str, key: bytes, clock: Callable[[], datetime]) -> None:
        """Open the list.

        Args:
            url: SQLAlchemy address of the database; the table is made when missing.
            key: 32 bytes, the vault's key; a key of its own is derived from it.
            clock: now, with a time zone.
        """
        self._engine = open_engine(url)
        self._sealer = Sealer(hashlib.sha256(b"erasures " + key).digest())
        self._clock = clock
        _metadata.create_all(self._engine)

    def register(
        self, key: str, scope: Scope, whose: Mapping[str, Any], told_day: datetime | None = None
    ) -> Erasure:
        """Write a confirmed deletion down before anything is deleted; the same ``key`` is the same deletion.

        Args:
            key: made once for this deletion.
            scope: what it covers.
            whose: ``conversation_id``, ``channel``, ``session`` (or None), ``language`` and ``elder``.
            told_day: the day in the receipt's number; without it, this machine's.
        """
        day = (told_day or self._clock()).strftime("%Y%m%d")
        receipt = f"SC{day}-{''.join(secrets.choice(_ALPHABET) for _ in range(6))}"
        row = {
            "receipt": receipt,
            "key": key,
            "conversation": self._of(whose["conversation_id"]),
            "scope": scope,
            "sealed": self._seal(key, {**whose, "report": ""}),
            "begun_at": self._clock().timestamp(),
            "told": False,
        }
        try:
            with self._engine.begin() as connection:
                connection.execute(_rows.insert().values(**row))
        except sa.exc.IntegrityError:
            return self._one(_rows.c.key == key)
        return self._one(_rows.c.receipt == receipt)

    def get(self, receipt: str) -> Erasure:
        """Return a deletion by its number; LookupError when there is none."""
        return self._one(_rows.c.receipt == receipt)

    def latest(self, conversation_id: str) -> Erasure | None:
        """Return the newest deletion of a conversation; None when there is none."""
        query = sa.select([_rows]).where(_rows.c.conversation == self._of(conversation_id))
        with self._engine.connect() as connection:
            row = connection.execute(query.order_by(_rows.c.begun_at.desc()).limit(1)).first()
        return None if row is None else self._erasure(row)

    def waiting(self, part: Part, begun_before: float | None = None) -> list[Erasure]:
        """Return deletions whose ``part`` is to be done, oldest first; the bot's part comes after the local one."""
        query = sa.select([_rows]).where(_rows.c[f"{part}_at"].is_(None), _rows.c.sealed.isnot(None))
        if part == "bot":
            query = query.where(_rows.c.local_at.isnot(None))
        if begun_before is not None:
            query = query.where(_rows.c.begun_at < begun_before)
        with self._engine.connect() as connection:
            return [self._erasure(row) for row in connection.execute(query.order_by(_rows.c.begun_at))]

    def unsaid(self) -> list[Erasure]:
        """Return deletions that are over, with a report that nobody could say yet."""
        query = sa.select([_rows]).where(
            _rows.c.told.is_(False), _rows.c.platform_at.isnot(None), _rows.c.bot_at.isnot(None)
        )
        with self._engine.connect() as connection:
            found = [self._erasure(row) for row in connection.execute(query)]
        return [erasure for erasure in found if erasure.report]

    def waits_for_bot(self, conversation_id: str) -> list[Erasure]:
        """Return deletions of one conversation that wait for the bot's part."""
        query = sa.select([_rows]).where(
            _rows.c.conversation == self._of(conversation_id),
            _rows.c.bot_at.is_(None),
            _rows.c.local_at.isnot(None),
        )
        with self._engine.connect() as connection:
            return [self._erasure(row) for row in connection.execute(query)]

    def finish(self, receipt: str, part: Part, outcome: Mapping[str, Any] | None = None) -> Erasure:
        """Note that a part is done; after the last one nothing personal is left in the row but an unsaid report."""
        values: dict[str, Any] = {f"{part}_at": self._clock().timestamp()}
        if outcome is not None:
            values["outcome"] = json.dumps(dict(outcome), ensure_ascii=False)
        self._update(receipt, values)
        return self._empty_when_over(receipt)

    def leave_report(self, receipt: str, report: str) -> None:
        """Keep a report, sealed, until it can be said."""
        erasure = self.get(receipt)
        whose = {
            "conversation_id": erasure.conversation_id,
            "channel": erasure.channel,
            "session": None,
            "language": erasure.language,
            "elder": erasure.elder,
            "report": report,
        }
        self._update(receipt, {"sealed": self._seal(erasure.key, whose)})

    def tell(self, receipt: str) -> Erasure:
        """Note that the person has had the report."""
        self._update(receipt, {"told": True})
        return self._empty_when_over(receipt)

    def purge(self, before: datetime) -> int:
        """Delete receipts of deletions begun before ``before``; return how many that were."""
        old = _rows.delete().where(_rows.c.begun_at < before.timestamp(), _rows.c.sealed.is_(None))
        with self._engine.begin() as connection:
            return int(connection.execute(old).rowcount)

    def _empty_when_over(self, receipt: str) -> Erasure:
        erasure = self.get(receipt)
        if erasure.told and erasure.done >= set(PARTS):
            self._update(receipt, {"sealed": None})
            return self.get(receipt)
        return erasure

    def _update(self, receipt: str, values: Mapping[str, Any]) -> None:
        with self._engine.begin() as connection:
            connection.execute(_rows.update().where(_rows.c.receipt == receipt).values(**values))

    def _one(self, condition: Any) -> Erasure:
        with self._engine.connect() as connection:
            row = connection.execute(sa.select([_rows]).where(condition)).first()
        if row is None:
            raise LookupError("no such deletion")
        return self._erasure(row)

    def _erasure(self, row: Any) -> Erasure:
        whose = {} if row.sealed is None else json.loads(self._sealer.open(row.sealed, row.key))
        return Erasure(
            receipt=row.receipt,
            scope=row.scope,
            key=row.key,
            begun_at=row.begun_at,
            done=frozenset(part for part in PARTS if row[f"{part}_at"] is not None),
            told=bool(row.told),
            outcome=None if row.outcome is None else json.loads(row.outcome),
            **whose,
        )

    def _seal(self, key: str, whose: Mapping[str, Any]) -> bytes:
        return self._sealer.seal(json.dumps(dict(whose), ensure_ascii=False).encode(), key)

    def _of(self, conversation_id: str) -> str:
        return self._sealer.digest("conversation", conversation_id)
