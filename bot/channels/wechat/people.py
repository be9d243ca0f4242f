"""Who is who: a conversation is named by a keyed hash of the person's openid; the openid itself lies sealed.

It is kept for one thing, reaching the person later (notices, an agent's words), in the database of the vault, and goes
with the conversation.
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag

from privacy.database import open_engine
from privacy.sealing import Sealer

_metadata = sa.MetaData()
_people = sa.Table(
    "wechat_people",
    _metadata,
    sa.Column("conversation", sa.String(64), primary_key=True),
    sa.Column("account", sa.String(24), nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("seen_at", sa.Float, nullable=False, index=True),
)
#: Seconds for which a process does not write again what it has written.
_KNOWN_FOR: Final = 600.0
_MOST_KNOWN: Final = 10_000


@dataclass(frozen=True)
class Person:
    """Where a conversation can be reached: the account, and the person as this account knows them."""

    account: str
    openid: str = field(repr=False)


class People:
    """Names conversations and remembers whom they are with."""

    def __init__(self, url: str, key: bytes, clock: Callable[[], float] = time.time) -> None:
        """Open the table.

        Args:
            url: SQLAlchemy address of the vault's database.
            key: 32 bytes, the vault's key; a key of its own is derived from it.
            clock: unix seconds.
        """
        self._engine = open_engine(url)
        self._sealer = Sealer(hashlib.sha256(b"wechat people " + key).digest())
        self._clock = clock
        self._noted: OrderedDict[str, float] = OrderedDict()
        _metadata.create_all(self._engine)

    def conversation(self, person: Person) -> str:
        """Return the id of a person's conversation: the same for ever, and no way back from it."""
        return f"wx_{self._sealer.digest(person.account, person.openid)[:40]}"

    def note(self, person: Person) -> None:
        """Remember where the person's conversation is reached, and when they were seen."""
        conversation, now = self.conversation(person), self._clock()
        if now - self._noted.get(conversation, 0.0) < _KNOWN_FOR:
            return
        row = {
            "account": person.account,
            "sealed": self._sealer.seal(person.openid.encode(), conversation),
            "seen_at": now,
        }
        mine = _people.c.conversation == self._of(conversation)
        try:
            with self._engine.begin() as connection:
                connection.execute(_people.delete().where(mine))
                connection.execute(_people.insert().values(conversation=self._of(conversation), **row))
        except sa.exc.IntegrityError:
            return  # another process has just noted the same
        self._noted[conversation] = now
        if len(self._noted) > _MOST_KNOWN:
            self._noted.popitem(last=False)

    def find(self, conversation_id: str) -> Person | None:
        """Return whom a conversation is with; None when it is not known (any more)."""
        query = sa.select([_people]).where(_people.c.conversation == self._of(conversation_id))
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        try:
            return Person(row.account, self._sealer.open(row.sealed, conversation_id).decode())
        except InvalidTag:
            return None

    def forget(self, conversation_id: str) -> None:
        """Delete the way to a person."""
        self._noted.pop(conversation_id, None)
        with self._engine.begin() as connection:
            mine = _people.c.conversation == self._of(conversation_id)
            connection.execute(_people.delete().where(mine))

    def oldest(self) -> float | None:
        """Return when the person seen longest ago was seen, unix seconds."""
        with self._engine.connect() as connection:
            found: float | None = connection.execute(sa.select([sa.func.min(_people.c.seen_at)])).scalar()
        return found

    def purge(self, before: float) -> int:
        """Delete the ways to people who were not seen since ``before``; return how many."""
        with self._engine.begin() as connection:
            return int(connection.execute(_people.delete().where(_people.c.seen_at < before)).rowcount)

    def _of(self, conversation_id: str) -> str:
        return self._sealer.digest("conversation", conversation_id)
