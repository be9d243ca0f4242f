"""What is to be said outside of a push: answers that took too long, notices, what was left when a quota was used up.

It waits here, sealed, until WeChat has taken it as a customer-service message, or until the person writes again and
gets it together with the next answer. A message with a name is said once.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import sqlalchemy as sa

from bot.channels.wechat.people import Person
from bot.message import Button, OutboundMessage
from privacy.sealing import Sealer

#: How long something waits to be said, seconds.
KEPT: Final = 3 * 86_400.0
_metadata = sa.MetaData()
_id = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_waiting = sa.Table(
    "wechat_outbox",
    _metadata,
    sa.Column("id", _id, primary_key=True, autoincrement=True),
    sa.Column("conversation_id", sa.String(64), nullable=False, index=True),
    sa.Column("name", sa.String(64)),
    sa.Column("sealed", sa.LargeBinary),
    sa.Column("not_before", sa.Float, nullable=False, index=True),
    sa.Column("lease_until", sa.Float, nullable=False),
    sa.Column("at", sa.Float, nullable=False, index=True),
    sa.UniqueConstraint("conversation_id", "name"),
)


@dataclass(frozen=True)
class Parcel:
    """Something to say to one person.

    Attributes:
        number: its place in the order of all parcels.
        conversation_id, person: to whom.
        message: the words, choices (signed) and picture.
    """

    number: int
    conversation_id: str
    person: Person
    message: OutboundMessage = field(repr=False)


class Outbox:
    """The parcels of all accounts, in the bot's database."""

    def __init__(self, engine: Any, key: bytes, clock: Callable[[], float] = time.time) -> None:
        """Keep them sealed under ``key`` (32 bytes); ``clock`` gives unix seconds."""
        self._engine = engine
        self._sealer = Sealer(key)
        self._clock = clock
        _metadata.create_all(engine)

    def put(
        self,
        conversation_id: str,
        person: Person,
        messages: Sequence[OutboundMessage],
        name: str | None = None,
    ) -> bool:
        """Add messages, all or none; False when ``name`` was given before in this conversation."""
        now = self._clock()
        rows = [
            {
                "conversation_id": conversation_id,
                "name": name if index == 0 else None,
                "sealed": self._seal(conversation_id, person, message),
                "not_before": now,
                "lease_until": 0.0,
                "at": now,
            }
            for index, message in enumerate(messages)
        ]
        try:
            with self._engine.begin() as connection:
                for row in rows:
                    connection.execute(_waiting.insert().values(**row))
        except sa.exc.IntegrityError:
            return False
        return True

    def due(self) -> list[str]:
        """Return the conversations that have something to be said now, the longest waiting first."""
        query = (
            sa.select([_waiting.c.conversation_id])
            .where(
                _waiting.c.not_before <= self._clock(),
                _waiting.c.lease_until <= self._clock(),
                _waiting.c.sealed.isnot(None),
            )
            .group_by(_waiting.c.conversation_id)
            .order_by(sa.func.min(_waiting.c.id))
            .limit(50)
        )
        with self._engine.connect() as connection:
            return [row.conversation_id for row in connection.execute(query)]

    def waiting(self, conversation_id: str) -> list[Parcel]:
        """Return all that is to be said in a conversation, in order."""
        query = (
            sa.select([_waiting])
            .where(_waiting.c.conversation_id == conversation_id, _waiting.c.sealed.isnot(None))
            .order_by(_waiting.c.id)
        )
        with self._engine.connect() as connection:
            return [self._parcel(row) for row in connection.execute(query)]

    def is_put_off(self, conversation_id: str, name: str) -> bool:
        """Return whether the message of this name is still to be said, and not soon: when the person writes."""
        query = sa.select([_waiting.c.id]).where(
            _waiting.c.conversation_id == conversation_id,
            _waiting.c.name == name,
            _waiting.c.sealed.isnot(None),
            _waiting.c.not_before > self._clock() + KEPT / 2,
        )
        with self._engine.connect() as connection:
            return connection.execute(query).first() is not None

    def take(self, conversation_id: str, lease: float) -> list[Parcel]:
        """Take all that is to be said, also what was put off, for ``lease`` seconds; but not what somebody else has."""
        now = self._clock()
        taken = []
        for parcel in self.waiting(conversation_id):
            free = sa.and_(_waiting.c.id == parcel.number, _waiting.c.lease_until <= now)
            with self._engine.begin() as connection:
                if connection.execute(_waiting.update().where(free).values(lease_until=now + lease)).rowcount:
                    taken.append(parcel)
        return taken

    def said(self, parcels: Sequence[Parcel]) -> None:
        """Note that parcels were said; their content goes, a name stays."""
        with self._engine.begin() as connection:
            for parcel in parcels:
                mine = _waiting.c.id == parcel.number
                connection.execute(_waiting.update().where(mine).values(sealed=None))

    def put_off(self, parcels: Sequence[Parcel], seconds: float) -> None:
        """Give parcels back, to be tried after so long; whoever writes before gets them with the answer."""
        with self._engine.begin() as connection:
            for parcel in parcels:
                later = _waiting.update().where(_waiting.c.id == parcel.number)
                connection.execute(later.values(not_before=self._clock() + seconds, lease_until=0.0))

    def hurry(self, conversation_id: str) -> None:
        """Let what was put off be said now: the person has written, and more may be sent."""
        now = self._clock()
        mine = sa.and_(_waiting.c.conversation_id == conversation_id, _waiting.c.sealed.isnot(None))
        with self._engine.begin() as connection:
            connection.execute(
                _waiting.update().where(mine, _waiting.c.not_before > now).values(not_before=now)
            )

    def _seal(self, conversation_id: str, person: Person, message: OutboundMessage) -> bytes:
        body = {"account": person.account, "openid": person.openid, "message": packed(message)}
        return self._sealer.seal(json.dumps(body).encode(), conversation_id)

    def _parcel(self, row: Any) -> Parcel:
        body = json.loads(self._sealer.open(row.sealed, row.conversation_id))
        person = Person(body["account"], body["openid"])
        return Parcel(row.id, row.conversation_id, person, unpacked(body["message"]))


def packed(message: OutboundMessage) -> dict[str, Any]:
    """Return a message as JSON."""
    return asdict(message)


def unpacked(said: dict[str, Any]) -> OutboundMessage:
    """Return the message that :func:`packed` has packed."""
    buttons = tuple(Button(**button) for button in said["buttons"])
    return OutboundMessage(said["text"], buttons, said["image"], said["custom"], said.get("about"))


def purge_outbox(engine: Any, before: float) -> int:
    """Delete what was to be said before ``before``, said or not; return how many parcels."""
    _metadata.create_all(engine)
    with engine.begin() as connection:
        return int(connection.execute(_waiting.delete().where(_waiting.c.at <= before)).rowcount)


def forget_outbox(engine: Any, conversation_id: str) -> None:
    """Delete what was to be said to a person."""
    _metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(_waiting.delete().where(_waiting.c.conversation_id == conversation_id))
