"""The tracker's tables: one live row a conversation, an append-only history, an outbox."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, Final

import sqlalchemy as sa

from bot.errors import ConversationChanged, StoreFailed
from bot.figures.ledger import count_turn, end_sitting, make_tables
from bot.held_answers import running_turn
from privacy.database import open_engine

ERASED: Final = "conversation_erased"
"""The event that asks everybody who was handed a conversation's events to delete them."""
_metadata = sa.MetaData()
_id = sa.BigInteger().with_variant(sa.Integer, "sqlite")

live = sa.Table(
    "live_conversations",
    _metadata,
    sa.Column("sender_id", sa.String(255), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("requested_slot", sa.String(100)),
    sa.Column("events", sa.Text, nullable=False),
    sa.Column("updated_at", sa.Float, nullable=False),
)
history = sa.Table(
    "conversation_events",
    _metadata,
    sa.Column("id", _id, primary_key=True, autoincrement=True),
    sa.Column("sender_id", sa.String(255), nullable=False),
    sa.Column("type_name", sa.String(60), nullable=False),
    sa.Column("timestamp", sa.Float, nullable=False),
    sa.Column("intent_name", sa.String(100)),
    sa.Column("action_name", sa.String(150)),
    sa.Column("data", sa.Text, nullable=False),
    sa.Index("conversation_events_by_sender", "sender_id", "id"),
)
outbox = sa.Table(
    "event_outbox",
    _metadata,
    sa.Column("id", _id, primary_key=True, autoincrement=True),
    sa.Column("body", sa.Text, nullable=False),
    sqlite_autoincrement=True,
)

figures = sa.Table(
    "conversation_figures",
    _metadata,
    sa.Column("day", sa.String(10), primary_key=True),
    sa.Column("kind", sa.String(10), primary_key=True),
    sa.Column("name", sa.String(150), primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
)
_CHINA: Final = timezone(timedelta(hours=8))


@dataclass(frozen=True)
class LiveRow:
    """The live part of one conversation: Rasa's events as dictionaries, and the version a write must name."""

    version: int
    events: list[dict[str, Any]]


class TrackerTables:
    """Reads and writes conversations; every failure of the database is a :class:`StoreFailed`."""

    def __init__(self, url: str) -> None:
        """Open the database at the SQLAlchemy address ``url``; the tables are made when missing."""
        self.engine = open_engine(url)
        with _failing():
            _metadata.create_all(self.engine)
            make_tables(self.engine)

    def read(self, sender_id: str) -> LiveRow | None:
        """Return the live part of a conversation; None when there is none."""
        query = sa.select([live.c.version, live.c.events]).where(live.c.sender_id == sender_id)
        with _failing(), self.engine.connect() as connection:
            row = connection.execute(query).first()
        return None if row is None else LiveRow(row.version, json.loads(row.events))

    def requested_slot(self, sender_id: str) -> str | None:
        """Return which slot the assistant has just asked this person for."""
        query = sa.select([live.c.requested_slot]).where(live.c.sender_id == sender_id)
        with _failing(), self.engine.connect() as connection:
            return connection.execute(query).scalar()

    def write(
        self,
        sender_id: str,
        read_version: int | None,
        live_events: Sequence[dict[str, Any]],
        new_events: Sequence[dict[str, Any]],
        requested_slot: str | None,
    ) -> int:
        """Store the live part, add to history and outbox, keep the turn's answers, all or nothing.

        Returns the new version.

        Raises:
            ConversationChanged: the stored version is not ``read_version`` (None: there was no row).
        """
        version = (read_version or 0) + 1
        row = {
            "version": version,
            "requested_slot": requested_slot,
            "events": _dumped(list(live_events)),
            "updated_at": new_events[-1]["timestamp"] if new_events else 0.0,
        }
        past = [_history_row(sender_id, event) for event in new_events]
        sent = [{"body": _dumped({"sender_id": sender_id, **event})} for event in new_events]
        with _failing(), self.engine.begin() as connection:
            self._write_live(connection, sender_id, read_version, row)
            count_turn(connection, sender_id, new_events)
            turn = running_turn.get()
            if turn is not None:
                turn.keep(connection, sender_id)
            if past:
                connection.execute(history.insert(), past)
                connection.execute(outbox.insert(), sent)
        return version

    def read_history(self, sender_id: str) -> list[dict[str, Any]]:
        """Return every event of a conversation, oldest first."""
        query = sa.select([history.c.data]).where(history.c.sender_id == sender_id).order_by(history.c.id)
        with _failing(), self.engine.connect() as connection:
            return [json.loads(data) for data in connection.execute(query).scalars()]

    def fresh(self, since: float, most: int) -> list[tuple[str, float, str | None]]:
        """Return id, time of the last turn and asked slot of conversations that went on since, the newest first."""
        columns = [live.c.sender_id, live.c.updated_at, live.c.requested_slot]
        query = (
            sa.select(columns)
            .where(live.c.updated_at >= since)
            .order_by(live.c.updated_at.desc())
            .limit(most)
        )
        with _failing(), self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(query)]

    def senders(self) -> list[str]:
        """Return the ids of all live conversations."""
        with _failing(), self.engine.connect() as connection:
            return list(connection.execute(sa.select([live.c.sender_id])).scalars())

    def forget(self, sender_id: str) -> None:
        """Delete a conversation, live, past, and what waits in the outbox.

        What was handed on already is called back by one more event, ``conversation_erased``.
        """
        begins = _dumped({"sender_id": sender_id})[:-1] + ","
        erased = _dumped({"sender_id": sender_id, "event": ERASED, "timestamp": time.time()})
        with _failing(), self.engine.begin() as connection:
            end_sitting(connection, sender_id)
            connection.execute(live.delete().where(live.c.sender_id == sender_id))
            connection.execute(history.delete().where(history.c.sender_id == sender_id))
            mine = sa.func.substr(outbox.c.body, 1, len(begins)) == begins
            connection.execute(outbox.delete().where(mine))
            connection.execute(outbox.insert().values(body=erased))

    def purge(self, before: float) -> int:
        """Turn what was said before ``before`` (Unix seconds) into figures and delete it; return how many events went.

        The figures count intents and actions by day: no words, no conversation, no person.
        """
        with _failing(), self.engine.begin() as connection:
            connection.execute(live.delete().where(live.c.updated_at < before))
            _count(connection, before)
            gone = connection.execute(history.delete().where(history.c.timestamp < before))
        return int(gone.rowcount)

    def waiting_events(self, most: int) -> list[tuple[int, str]]:
        """Return id and JSON of the oldest events that wait in the outbox."""
        query = sa.select([outbox.c.id, outbox.c.body]).order_by(outbox.c.id).limit(most)
        with _failing(), self.engine.connect() as connection:
            return [(row.id, row.body) for row in connection.execute(query)]

    def handed_on(self, ids: Sequence[int]) -> None:
        """Take events out of the outbox that the broker has confirmed."""
        with _failing(), self.engine.begin() as connection:
            connection.execute(outbox.delete().where(outbox.c.id.in_(list(ids))))

    @staticmethod
    def _write_live(connection: Any, sender_id: str, read_version: int | None, row: dict[str, Any]) -> None:
        if read_version is None:
            try:
                connection.execute(live.insert().values(sender_id=sender_id, **row))
            except sa.exc.IntegrityError as error:
                raise ConversationChanged("the conversation was begun by another process") from error
            return
        mine = sa.and_(live.c.sender_id == sender_id, live.c.version == read_version)
        if connection.execute(live.update().where(mine).values(**row)).rowcount != 1:
            raise ConversationChanged(f"version {read_version} of the conversation is no longer the latest")


class _failing:  # noqa: N801 - used like a function
    """Turns a failure of the database into :class:`StoreFailed`, without the statement and its values."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, sa.exc.SQLAlchemyError | OSError):
            raise StoreFailed(f"the tracker database failed: {type(error).__name__}") from None


def _count(connection: Any, before: float) -> None:
    """Add what is about to be deleted to the figures of its days."""
    columns = [history.c.timestamp, history.c.intent_name, history.c.action_name]
    counts: Counter[tuple[str, str, str]] = Counter()
    for row in connection.execute(sa.select(columns).where(history.c.timestamp < before)):
        day = datetime.fromtimestamp(row.timestamp, _CHINA).date().isoformat()
        if row.intent_name:
            counts[day, "intent", row.intent_name] += 1
        if row.action_name:
            counts[day, "action", row.action_name] += 1
    for (day, kind, name), number in counts.items():
        same = sa.and_(figures.c.day == day, figures.c.kind == kind, figures.c.name == name)
        more = figures.update().where(same).values(count=figures.c.count + number)
        if not connection.execute(more).rowcount:
            connection.execute(figures.insert().values(day=day, kind=kind, name=name, count=number))


def _history_row(sender_id: str, event: dict[str, Any]) -> dict[str, Any]:
    return {
        "sender_id": sender_id,
        "type_name": event["event"],
        "timestamp": event["timestamp"] or 0.0,
        "intent_name": ((event.get("parse_data") or {}).get("intent") or {}).get("name"),
        "action_name": event.get("name"),
        "data": _dumped(event),
    }


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
