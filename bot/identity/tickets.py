"""Tickets: secrets that stand for something for a few minutes and are taken once, by one process.

A ticket is random and kept as a keyed hash; what it stands for lies sealed. Who reads the database has no ticket, and
who has a ticket learns nothing from it.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable
from typing import Any, Final

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag

from privacy.sealing import Sealer

#: Seconds for which everything here lives that hands somebody over, as the platform's token does.
FIVE_MINUTES: Final = 300.0
_BYTES: Final = 24
_metadata = sa.MetaData()
_tickets = sa.Table(
    "identity_tickets",
    _metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("purpose", sa.String(16), nullable=False),
    sa.Column("conversation_id", sa.String(64), nullable=False, index=True),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("given_at", sa.Float, nullable=False, index=True),
    sa.Column("expires_at", sa.Float, nullable=False),
)


class Tickets:
    """The tickets of all conversations, in the bot's database."""

    def __init__(self, engine: Any, key: bytes, clock: Callable[[], float] = time.time) -> None:
        """Keep them under ``key`` (32 bytes); ``clock`` gives unix seconds."""
        self._engine = engine
        self._sealer = Sealer(key)
        self._clock = clock
        _metadata.create_all(engine)

    def give(
        self, purpose: str, body: dict[str, Any], conversation_id: str = "", life: float = FIVE_MINUTES
    ) -> str:
        """Return a new ticket that stands for ``body``.

        With a ``conversation_id`` it is good in this conversation alone, and takes the place of the one before of the
        same purpose there.
        """
        ticket = secrets.token_urlsafe(_BYTES)
        name, now = self._sealer.digest(purpose, ticket), self._clock()
        row = {
            "name": name,
            "purpose": purpose,
            "conversation_id": conversation_id,
            "sealed": self._sealer.seal(json.dumps(body).encode(), name),
            "given_at": now,
            "expires_at": now + life,
        }
        with self._engine.begin() as connection:
            if conversation_id:
                connection.execute(_tickets.delete().where(_of(purpose, conversation_id)))
            connection.execute(_tickets.insert().values(**row))
        return ticket

    def take(self, purpose: str, ticket: str, conversation_id: str = "") -> dict[str, Any] | None:
        """Return what a ticket stands for, once.

        None for one that was taken, is too old, was never given, or belongs to another conversation: that one stays.
        """
        name = self._sealer.digest(purpose, ticket)
        mine = sa.and_(_tickets.c.name == name, _tickets.c.conversation_id == conversation_id)
        with self._engine.begin() as connection:
            row = connection.execute(sa.select([_tickets]).where(mine)).first()
            if row is None or not connection.execute(_tickets.delete().where(mine)).rowcount:
                return None
        return self._opened(row)

    def held(self, purpose: str, conversation_id: str) -> dict[str, Any] | None:
        """Return what the ticket of a conversation stands for, without taking it; None when there is none."""
        with self._engine.connect() as connection:
            row = connection.execute(sa.select([_tickets]).where(_of(purpose, conversation_id))).first()
        return None if row is None else self._opened(row)

    def _opened(self, row: Any) -> dict[str, Any] | None:
        if row.expires_at <= self._clock():
            return None
        try:
            body: dict[str, Any] = json.loads(self._sealer.open(row.sealed, row.name))
        except InvalidTag:
            return None
        return body


def purge_tickets(engine: Any, before: float) -> int:
    """Delete the tickets given before ``before`` (unix seconds); return how many. None lives longer than 30 minutes."""
    _metadata.create_all(engine)
    with engine.begin() as connection:
        return int(connection.execute(_tickets.delete().where(_tickets.c.given_at <= before)).rowcount)


def forget_tickets(engine: Any, conversation_id: str) -> None:
    """Delete the tickets of a conversation."""
    _metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(_tickets.delete().where(_tickets.c.conversation_id == conversation_id))


def _of(purpose: str, conversation_id: str) -> Any:
    return sa.and_(_tickets.c.purpose == purpose, _tickets.c.conversation_id == conversation_id)
