"""What was said on the page, kept so that it can be read again and pushed later.

Each conversation is one append-only list numbered from 1 without gaps. A person's message and its answers are
appended together, when the turn is over: a message half answered by a process that died is simply sent again
by the page. Until then only a claim (who is working on which message) is kept: never the words themselves.
What a person said is stored masked, and every body is sealed: answers hold the person's own health data.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any, Final, Literal, TypeVar

import sqlalchemy as sa

from privacy.sealing import Sealer

Sender = Literal["person", "assistant", "agent", "notice"]
Claim = Literal["won", "held", "done"]
T = TypeVar("T")
#: Tells in a transaction whether answers may be appended.
Allowed = Callable[[Any], bool]

CLAIM_LIFE: Final = timedelta(seconds=60)
"""A claim this old belongs to a process that died."""
_ATTEMPTS: Final = 20

_metadata = sa.MetaData()
_messages = sa.Table(
    "web_messages",
    _metadata,
    sa.Column("conversation_id", sa.String(64), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("message_id", sa.String(32), nullable=False, unique=True),
    sa.Column("sender", sa.String(12), nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("client_id", sa.String(64)),
    sa.Column("at_ms", sa.BigInteger, nullable=False, index=True),
    sa.Column("delivered_ms", sa.BigInteger),
    sa.UniqueConstraint("conversation_id", "client_id"),
)
_claims = sa.Table(
    "web_claims",
    _metadata,
    sa.Column("conversation_id", sa.String(64), primary_key=True),
    sa.Column("client_id", sa.String(64), primary_key=True),
    sa.Column("owner", sa.String(32), nullable=False),
    sa.Column("claimed_ms", sa.BigInteger, nullable=False),
)
_forgotten = sa.Table(
    "web_forgotten",
    _metadata,
    sa.Column("conversation_id", sa.String(64), primary_key=True),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("at_ms", sa.BigInteger, nullable=False, index=True),
)
"""The last number of conversations that were deleted: a page that is open asks for what comes after it."""


@dataclass(frozen=True)
class Draft:
    """A message before it has a place in the conversation."""

    sender: Sender
    body: dict[str, Any] = field(repr=False)
    client_id: str | None = None


@dataclass(frozen=True)
class Stored:
    """A message of a conversation: number ``seq`` of the list, said at ``at``."""

    seq: int
    message_id: str
    sender: Sender
    body: dict[str, Any] = field(repr=False)
    client_id: str | None
    at: datetime

    def frame(self) -> dict[str, Any]:
        """Return the message as the page gets it."""
        frame = {
            "type": "message",
            "seq": self.seq,
            "id": self.message_id,
            "from": self.sender,
            "at": self.at.isoformat(timespec="milliseconds"),
            **self.body,
        }
        return frame if self.client_id is None else {**frame, "client_id": self.client_id}


class MessageStore:
    """The lists of all conversations, in the bot's database. SQL runs on threads, off the event loop."""

    def __init__(self, engine: Any, clock: Callable[[], datetime], sealer: Sealer) -> None:
        """Use ``engine`` (see ``privacy.database.open_engine``); missing tables are made; bodies are sealed."""
        self._sealer = sealer
        self._engine = engine
        self._clock = clock
        self._threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="web-store")
        _metadata.create_all(engine)

    async def claim(self, conversation_id: str, client_id: str, owner: str) -> Claim:
        """Say that ``owner`` works on a message: ``won``, ``held`` by somebody else, or already ``done``."""
        return await self._run(lambda: self._claim(conversation_id, client_id, owner))

    async def release(self, conversation_id: str, client_id: str) -> None:
        """Give a message back unanswered, so that it can be sent again."""
        await self._run(lambda: self._release(conversation_id, client_id))

    async def append(
        self, conversation_id: str, drafts: Sequence[Draft], allowed: Allowed | None = None
    ) -> list[Stored]:
        """Append all ``drafts`` or none, and end the claims on them.

        When ``allowed`` says no in the transaction, only the first is appended: what the person said stays, what was
        to be answered is not.

        Returns an empty list when the first has a client id that the conversation already holds.
        """
        return await self._run(lambda: self._append_retrying(conversation_id, drafts, allowed))

    async def after(self, conversation_id: str, seq: int, limit: int = 200) -> list[Stored]:
        """Return the messages that follow ``seq``, oldest first."""
        table = _messages.c
        query = (
            sa.select(_messages)
            .where(table.conversation_id == conversation_id, table.seq > seq)
            .order_by(table.seq)
            .limit(limit)
        )
        return await self._run(lambda: self._read(query))

    async def before(self, conversation_id: str, seq: int | None, limit: int = 50) -> list[Stored]:
        """Return the last messages, or the last ones before ``seq``; oldest first."""
        table = _messages.c
        query = sa.select(_messages).where(table.conversation_id == conversation_id)
        if seq is not None:
            query = query.where(table.seq < seq)
        query = query.order_by(table.seq.desc()).limit(limit)
        return list(reversed(await self._run(lambda: self._read(query))))

    async def delivered(self, conversation_id: str, seq: int) -> None:
        """Note that the page has shown everything up to ``seq``."""
        table = _messages.c
        statement = (
            sa.update(_messages)
            .where(
                table.conversation_id == conversation_id,
                table.seq <= seq,
                table.delivered_ms.is_(None),
            )
            .values(delivered_ms=_milliseconds(self._clock()))
        )
        await self._run(lambda: self._write(statement))

    async def undelivered(self, conversation_id: str) -> int:
        """Return how many messages of the conversation the page has not shown yet."""
        table = _messages.c
        query = (
            sa.select(sa.func.count())
            .select_from(_messages)
            .where(table.conversation_id == conversation_id, table.delivered_ms.is_(None))
        )
        return int(await self._run(lambda: self._scalar(query)))

    async def forget(self, conversation_id: str) -> None:
        """Delete everything that was said in a conversation."""
        await self._run(lambda: forget_messages(self._engine, conversation_id))

    async def purge(self, before: datetime) -> int:
        """Delete what was said before ``before``; return how many messages that were."""
        return await self._run(lambda: purge_messages(self._engine, before))

    async def drop_claims(self) -> None:
        """Forget who was working on what: for the start of the only process that uses this database."""
        await self._run(lambda: self._write(sa.delete(_claims)))

    @property
    def is_embedded(self) -> bool:
        """Whether the database is SQLite, which one bot process has to itself."""
        return bool(self._engine.dialect.name == "sqlite")

    def close(self) -> None:
        """Wait for what is being written and let go of the threads."""
        self._threads.shutdown(wait=True)

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def _read(self, query: Any) -> list[Stored]:
        with self._engine.connect() as connection:
            return [self._stored(row) for row in connection.execute(query)]

    def _scalar(self, query: Any) -> Any:
        with self._engine.connect() as connection:
            return connection.execute(query).scalar()

    def _write(self, statement: Any) -> int:
        with self._engine.begin() as connection:
            return int(connection.execute(statement).rowcount)

    def _claim(self, conversation_id: str, client_id: str, owner: str) -> Claim:
        now = _milliseconds(self._clock())
        key = {"conversation_id": conversation_id, "client_id": client_id}
        try:
            with self._engine.begin() as connection:
                if _holds(connection, conversation_id, client_id):
                    return "done"
                connection.execute(_claims.insert().values(**key, owner=owner, claimed_ms=now))
                return "won"
        except sa.exc.IntegrityError:
            stale = now - int(CLAIM_LIFE.total_seconds() * 1000)
            mine = _claims.c
            taken = self._write(
                sa.update(_claims)
                .where(mine.conversation_id == conversation_id, mine.client_id == client_id)
                .where(mine.claimed_ms < stale)
                .values(owner=owner, claimed_ms=now)
            )
            return "won" if taken else "held"

    def _release(self, conversation_id: str, client_id: str) -> None:
        with self._engine.begin() as connection:
            _end_claim(connection, conversation_id, client_id)

    def _append_retrying(
        self, conversation_id: str, drafts: Sequence[Draft], allowed: Allowed | None, attempt: int = 1
    ) -> list[Stored]:
        try:
            return self._append(conversation_id, drafts, allowed)
        except sa.exc.IntegrityError:  # another process took the same numbers
            if attempt == _ATTEMPTS:
                raise
            return self._append_retrying(conversation_id, drafts, allowed, attempt + 1)

    def _append(
        self, conversation_id: str, drafts: Sequence[Draft], allowed: Allowed | None = None
    ) -> list[Stored]:
        now = self._clock()
        with self._engine.begin() as connection:
            for draft in drafts:
                if draft.client_id is not None:
                    _end_claim(connection, conversation_id, draft.client_id)
            if drafts and drafts[0].client_id and _holds(connection, conversation_id, drafts[0].client_id):
                return []
            if allowed is not None and not allowed(connection):
                drafts = drafts[:1]
            last = _last_number(connection, conversation_id)
            stored = [
                Stored(seq, secrets.token_hex(16), draft.sender, draft.body, draft.client_id, now)
                for seq, draft in enumerate(drafts, start=last + 1)
            ]
            if stored:
                connection.execute(
                    _messages.insert(), [self._row(conversation_id, message) for message in stored]
                )
        return stored

    def _row(self, conversation_id: str, message: Stored) -> dict[str, Any]:
        body = json.dumps(message.body, ensure_ascii=False, separators=(",", ":")).encode()
        return {
            "conversation_id": conversation_id,
            "seq": message.seq,
            "message_id": message.message_id,
            "sender": message.sender,
            "body": self._sealer.seal(body, conversation_id),
            "client_id": message.client_id,
            "at_ms": _milliseconds(message.at),
            "delivered_ms": None,
        }

    def _stored(self, row: Any) -> Stored:
        at = datetime.fromtimestamp(row.at_ms / 1000, tz=timezone.utc)
        body = json.loads(self._sealer.open(row.body, row.conversation_id))
        return Stored(row.seq, row.message_id, row.sender, body, row.client_id, at)


def forget_messages(engine: Any, conversation_id: str) -> None:
    """Delete everything that was said on the page in a conversation; only the number of the last message stays."""
    _metadata.create_all(engine)
    with engine.begin() as connection:
        last = _last_number(connection, conversation_id)
        for table in (_messages, _forgotten):
            connection.execute(sa.delete(table).where(table.c.conversation_id == conversation_id))
        if last:
            at_ms = _milliseconds(datetime.now(timezone.utc))
            row = {"conversation_id": conversation_id, "seq": last, "at_ms": at_ms}
            connection.execute(_forgotten.insert().values(**row))


def _last_number(connection: Any, conversation_id: str) -> int:
    said = sa.select(sa.func.max(_messages.c.seq)).where(_messages.c.conversation_id == conversation_id)
    forgotten = sa.select(_forgotten.c.seq).where(_forgotten.c.conversation_id == conversation_id)
    return max(connection.execute(query).scalar() or 0 for query in (said, forgotten))


def purge_messages(engine: Any, before: datetime) -> int:
    """Delete what was said on the page before ``before``, and old claims; return how many messages that were."""
    limit = _milliseconds(before)
    _metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(sa.delete(_claims).where(_claims.c.claimed_ms < limit))
        connection.execute(sa.delete(_forgotten).where(_forgotten.c.at_ms < limit))
        return int(connection.execute(sa.delete(_messages).where(_messages.c.at_ms < limit)).rowcount)


def owner_name() -> str:
    """Return a new name for a process that claims messages."""
    return secrets.token_hex(16)


def _holds(connection: Any, conversation_id: str, client_id: str) -> bool:
    query = sa.select(_messages.c.seq).where(
        _messages.c.conversation_id == conversation_id, _messages.c.client_id == client_id
    )
    return connection.execute(query).first() is not None


def _end_claim(connection: Any, conversation_id: str, client_id: str) -> None:
    connection.execute(
        sa.delete(_claims).where(
            _claims.c.conversation_id == conversation_id, _claims.c.client_id == client_id
        )
    )


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)
