"""Who asked for which notices: found by the person a notice is about, readable with the installation's key alone.

The table holds neither a conversation id nor a person's: both are keyed hashes, and what is needed to reach the
conversation is sealed. A line is there exactly as long as the person's consent; taking it back deletes the line.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

import sqlalchemy as sa

from privacy.database import open_engine
from privacy.sealing import Sealer

#: What notices are about; each is a purpose ``notice_<kind>`` of its own.
KINDS: Final = ("code", "result", "case", "reminder", "order", "family")
#: Whom a notice is about when it is about a request made in the conversation itself.
THIS_CONVERSATION: Final = "conversation"

_metadata = sa.MetaData()
_lines = sa.Table(
    "notice_subscriptions",
    _metadata,
    sa.Column("conversation", sa.String(64), primary_key=True),
    sa.Column("about", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(24), primary_key=True),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Index("notice_subscriptions_about", "about", "kind"),
)


@dataclass(frozen=True)
class Subscription:
    """One kind of notice for one conversation.

    Attributes:
        conversation_id, channel: where notices go.
        kind: what they are about, one of ``KINDS``.
        about: the person they are about, or ``THIS_CONVERSATION``.
        owner: the person who asked for them, verified.
        relation: what ``about`` is to the owner (“母亲”); None for the owner's own.
        language, elder: how to speak.
        text: whether a text message may be sent when nothing else reaches the person.
    """

    conversation_id: str = field(repr=False)
    channel: str
    kind: str
    about: str = field(repr=False)
    owner: str = field(repr=False)
    relation: str | None = None
    language: str = "zh"
    elder: bool = False
    text: bool = False


class Subscriptions:
    """The lines, shared by the action server (which writes them) and the bot (which reads them)."""

    def __init__(self, url: str, key: bytes) -> None:
        """Open the table at the SQLAlchemy address ``url``; ``key`` is the secret ``notices``."""
        self._engine = open_engine(url)
        self._sealer = Sealer(key)
        _metadata.create_all(self._engine)

    def add(self, subscription: Subscription) -> None:
        """Keep a line; an equal one is replaced."""
        key = self._key(subscription)
        row = {**key, "sealed": self._sealer.seal(json.dumps(asdict(subscription)).encode(), _owner(key))}
        with self._engine.begin() as connection:
            connection.execute(_lines.delete().where(*_same(key)))
            connection.execute(_lines.insert().values(**row))

    def of_conversation(self, conversation_id: str) -> list[Subscription]:
        """Return what a conversation asked for."""
        mine = _lines.c.conversation == self._hash("conversation", conversation_id)
        return self._read(sa.select([_lines]).where(mine).order_by(_lines.c.kind, _lines.c.about))

    def allow_text(self, conversation_id: str, *, allowed: bool) -> int:
        """Allow or forbid text messages for all that a conversation asked for; return how many lines."""
        lines = self.of_conversation(conversation_id)
        for line in lines:
            self.add(replace(line, text=allowed))
        return len(lines)

    def wanting(self, kind: str, about: str, audience: Collection[str]) -> list[Subscription]:
        """Return who wants to hear of ``about`` and is one of ``audience``."""
        query = sa.select([_lines]).where(
            _lines.c.about == self._hash("person", about), _lines.c.kind == kind
        )
        return [line for line in self._read(query) if line.owner in audience]

    def line(self, conversation_id: str, kind: str, about: str) -> Subscription | None:
        """Return a line as it is now; None when it is not wanted any more."""
        found = self._read(sa.select([_lines]).where(*_same(self._key_of(conversation_id, about, kind))))
        return found[0] if found else None

    def holds(self, conversation_id: str, kind: str, about: str) -> bool:
        """Tell whether a conversation still wants to hear of ``about``."""
        key = self._key_of(conversation_id, about, kind)
        with self._engine.connect() as connection:
            return connection.execute(sa.select([_lines.c.kind]).where(*_same(key))).first() is not None

    def remove(self, conversation_id: str, kinds: Collection[str] | None = None) -> int:
        """Delete a conversation's lines of these kinds, or all of them; return how many that were."""
        which = _lines.c.conversation == self._hash("conversation", conversation_id)
        if kinds is not None:
            which = sa.and_(which, _lines.c.kind.in_(list(kinds)))
        with self._engine.begin() as connection:
            return int(connection.execute(_lines.delete().where(which)).rowcount)

    def unlink(self, owner: str, about: str) -> int:
        """Delete what ``owner`` asked for about somebody they are no longer linked to; return how many lines."""
        query = sa.select([_lines]).where(_lines.c.about == self._hash("person", about))
        gone = [line for line in self._read(query) if line.owner == owner and line.owner != about]
        with self._engine.begin() as connection:
            for line in gone:
                connection.execute(_lines.delete().where(*_same(self._key(line))))
        return len(gone)

    def forget(self, conversation_id: str) -> int:
        """Delete everything of a conversation; return how many lines that were."""
        return self.remove(conversation_id)

    def _read(self, query: Any) -> list[Subscription]:
        with self._engine.connect() as connection:
            rows = connection.execute(query).fetchall()
        return [
            Subscription(**json.loads(self._sealer.open(row.sealed, _owner(dict(row._mapping)))))
            for row in rows
        ]

    def _key(self, line: Subscription) -> dict[str, str]:
        return self._key_of(line.conversation_id, line.about, line.kind)

    def _key_of(self, conversation_id: str, about: str, kind: str) -> dict[str, str]:
        return {
            "conversation": self._hash("conversation", conversation_id),
            "about": self._hash("person", about),
            "kind": kind,
        }

    def _hash(self, what: str, value: str) -> str:
        return self._sealer.digest(f"notice {what}", value)


def _same(key: dict[str, str]) -> list[Any]:
    return [_lines.c[name] == value for name, value in key.items()]


def _owner(key: dict[str, Any]) -> str:
    return f"{key['conversation']}/{key['about']}/{key['kind']}"
