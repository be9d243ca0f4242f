"""What became of each notice by each way: written before a try and after it, and by receipts, in any order.

It names events, conversations (keyed hashes) and reasons; no words and no person. Times are unix seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import sqlalchemy as sa

from bot.notices.ways import LEASE, Attempt, Letter, Stage, Try, Way, after

_metadata = sa.MetaData()
_deliveries = sa.Table(
    "notice_deliveries",
    _metadata,
    sa.Column("event_id", sa.String(40), primary_key=True),
    sa.Column("conversation_id", sa.String(128), primary_key=True),
    sa.Column("way", sa.String(16), primary_key=True),
    sa.Column("event", sa.String(40), nullable=False),
    sa.Column("kind", sa.String(24), nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("due", sa.Float, nullable=False),
    sa.Column("reason", sa.String(64), nullable=False),
    sa.Column("message_id", sa.String(128), nullable=False),
    sa.Column("at", sa.Float, nullable=False, index=True),
    sa.Index("notice_deliveries_of_conversation", "conversation_id", "message_id"),
)
_receipts = sa.Table(
    "notice_receipts",
    _metadata,
    sa.Column("conversation_id", sa.String(128), primary_key=True),
    sa.Column("message_id", sa.String(128), primary_key=True),
    sa.Column("kind", sa.String(24), nullable=False),
    sa.Column("reason", sa.String(64), nullable=False),
    sa.Column("used", sa.Boolean, nullable=False),
    sa.Column("at", sa.Float, nullable=False, index=True),
)
_AWAITING: Final = ("accepted", "unknown")


@dataclass(frozen=True)
class Receipt:
    """What a channel says of something it had accepted.

    Attributes:
        conversation_id: whose.
        message_id: what the channel called it.
        kind: of notice; empty when the channel does not say.
        reason: empty when it was delivered, else why not.
    """

    conversation_id: str
    message_id: str
    kind: str
    reason: str


@dataclass(frozen=True)
class Settled:
    """A delivery that a receipt has settled."""

    event_id: str
    conversation_id: str
    delivered: bool


@dataclass(frozen=True)
class Line:
    """One delivery, as an operator sees it."""

    at: float
    event: str
    conversation_id: str
    way: str
    state: str
    tries: int
    reason: str
    event_id: str = field(default="")


class DeliveryLedger:
    """The deliveries, in the bot's database."""

    def __init__(self, engine: Any) -> None:
        """Use the bot's database."""
        self._engine = engine
        _metadata.create_all(engine)

    def stages(self, event_id: str, conversation_id: str) -> Mapping[Way, Stage]:
        """Return how far each way has come for a notice."""
        query = sa.select([_deliveries]).where(*_of(event_id, conversation_id))
        with self._engine.connect() as connection:
            rows = connection.execute(query).fetchall()
        return {Way(row.way): Stage(Way(row.way), row.state, row.tries, row.due) for row in rows}

    def begin(self, letter: Letter, step: Try, now: float) -> bool:
        """Write down that a try begins; False when another process has begun it."""
        notice = letter.notice
        values = {"state": "trying", "tries": step.number, "due": now + LEASE, "reason": "", "at": now}
        mine = _one(notice.event_id, notice.to.conversation_id, step.way)
        with self._engine.begin() as connection:
            if step.number > 1:
                waits = sa.and_(_deliveries.c.state == "later", _deliveries.c.tries == step.number - 1)
                changed = connection.execute(_deliveries.update().where(*mine, waits).values(**values))
                return bool(changed.rowcount)
        key = {
            "event_id": notice.event_id,
            "conversation_id": notice.to.conversation_id,
            "way": step.way.value,
        }
        facts = {"event": notice.event, "kind": letter.kind, "message_id": ""}
        try:
            with self._engine.begin() as connection:
                connection.execute(_deliveries.insert().values(**key, **facts, **values))
        except sa.exc.IntegrityError:
            return False
        return True

    def end(
        self, event_id: str, conversation_id: str, way: Way, *, tries: int, attempt: Attempt, now: float
    ) -> list[Settled]:
        """Write down how a try ended; return what its receipt, which may have come before, has settled."""
        state, due = after(way, attempt, tries, now)
        values = {
            "state": state,
            "due": due,
            "reason": attempt.reason[:64],
            "message_id": attempt.message_id[:128],
            "at": now,
        }
        still = sa.and_(_deliveries.c.state == "trying", _deliveries.c.tries == tries)
        with self._engine.begin() as connection:
            mine = _one(event_id, conversation_id, way)
            connection.execute(_deliveries.update().where(*mine, still).values(**values))
        return self._apply(conversation_id, now)

    def receive(self, receipt: Receipt, now: float) -> list[Settled]:
        """Take a receipt; a double changes nothing. Returns what it has settled."""
        row = {
            "conversation_id": receipt.conversation_id,
            "message_id": receipt.message_id[:128],
            "kind": receipt.kind,
            "reason": receipt.reason[:64],
            "used": False,
            "at": now,
        }
        try:
            with self._engine.begin() as connection:
                connection.execute(_receipts.insert().values(**row))
        except sa.exc.IntegrityError:
            return []
        return self._apply(receipt.conversation_id, now)

    def recent(self, limit: int, *, failed: bool = False) -> list[Line]:
        """Return the newest deliveries; ``failed``: only those that were refused, or whose end nobody knows."""
        query = (
            sa.select([_deliveries]).order_by(_deliveries.c.at.desc(), _deliveries.c.event_id).limit(limit)
        )
        if failed:
            query = query.where(_deliveries.c.state.in_(("refused", "unknown")))
        with self._engine.connect() as connection:
            rows = connection.execute(query).fetchall()
        names = ("at", "event", "conversation_id", "way", "state", "tries", "reason", "event_id")
        return [Line(**{name: getattr(row, name) for name in names}) for row in rows]

    def counts(self) -> dict[tuple[str, str], int]:
        """Return how many deliveries there are by way and state."""
        columns = (_deliveries.c.way, _deliveries.c.state)
        query = sa.select([*columns, sa.func.count()]).group_by(*columns).order_by(*columns)
        with self._engine.connect() as connection:
            return {(way, state): count for way, state, count in connection.execute(query)}

    def _apply(self, conversation_id: str, now: float) -> list[Settled]:
        """Let receipts that were not used yet settle what they are about."""
        unused = sa.select([_receipts]).where(
            _receipts.c.conversation_id == conversation_id, _receipts.c.used.is_(False)
        )
        settled = []
        with self._engine.begin() as connection:
            for receipt in connection.execute(unused.order_by(_receipts.c.at)).fetchall():
                row = _about(connection, receipt)
                if row is None:
                    continue
                state = "refused" if receipt.reason else "delivered"
                values = {
                    "state": state,
                    "reason": receipt.reason,
                    "message_id": receipt.message_id,
                    "at": now,
                }
                mine = _one(row.event_id, row.conversation_id, Way(row.way))
                still = _deliveries.c.state.in_(_AWAITING)
                if connection.execute(_deliveries.update().where(*mine, still).values(**values)).rowcount:
                    settled.append(Settled(row.event_id, row.conversation_id, not receipt.reason))
                same = sa.and_(
                    _receipts.c.conversation_id == conversation_id,
                    _receipts.c.message_id == receipt.message_id,
                )
                connection.execute(_receipts.update().where(same).values(used=True))
        return settled


def _about(connection: Any, receipt: Any) -> Any:
    """What a receipt is about: by the message's id, else the oldest of its kind whose id nobody could tell us.

    While a call of that kind has no answer yet, its receipt may be this one: then it waits for the answer.
    """
    mine = sa.and_(
        _deliveries.c.conversation_id == receipt.conversation_id,
        _deliveries.c.way == Way.SUBSCRIPTION.value,
    )
    query = sa.select([_deliveries]).where(mine).order_by(_deliveries.c.at)
    awaiting = query.where(_deliveries.c.state.in_(_AWAITING))
    known = connection.execute(awaiting.where(_deliveries.c.message_id == receipt.message_id)).first()
    if known is not None or not receipt.kind:
        return known
    same_kind = _deliveries.c.kind == receipt.kind
    if connection.execute(query.where(same_kind, _deliveries.c.state == "trying")).first() is not None:
        return None
    return connection.execute(awaiting.where(same_kind, _deliveries.c.message_id == "")).first()


def purge_deliveries(engine: Any, before: float) -> int:
    """Delete deliveries and receipts older than ``before``; return how many deliveries."""
    _metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(_receipts.delete().where(_receipts.c.at <= before))
        return int(connection.execute(_deliveries.delete().where(_deliveries.c.at <= before)).rowcount)


def forget_deliveries(engine: Any, conversation_id: str) -> None:
    """Delete what is known of a conversation's notices."""
    _metadata.create_all(engine)
    with engine.begin() as connection:
        for table in (_deliveries, _receipts):
            connection.execute(table.delete().where(table.c.conversation_id == conversation_id))


def _of(event_id: str, conversation_id: str) -> tuple[Any, ...]:
    return (_deliveries.c.event_id == event_id, _deliveries.c.conversation_id == conversation_id)


def _one(event_id: str, conversation_id: str, way: Way) -> tuple[Any, ...]:
    return (*_of(event_id, conversation_id), _deliveries.c.way == way.value)
