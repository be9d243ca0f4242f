"""Who owns each conversation, as the desk said last, in the bot's own database.

A letter of the desk changes it when its version is not smaller than the one that is known: letters that come late or
twice change nothing. A conversation nobody has handed over belongs to the assistant at version 0.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa

Owner = Literal["bot", "queued", "agent"]
_metadata = sa.MetaData()
_owners = sa.Table(
    "desk_owners",
    _metadata,
    sa.Column("conversation_id", sa.String(128), primary_key=True),
    sa.Column("owner", sa.String(8), nullable=False),
    sa.Column("agent", sa.String(40)),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("chat_id", sa.String(32), nullable=False),
    sa.Column("outcome", sa.String(20)),
    sa.Column("back", sa.Boolean, nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("large_type", sa.Boolean, nullable=False),
    sa.Column("at", sa.Float, nullable=False, index=True),
)


@dataclass(frozen=True)
class Ownership:
    """Who owns a conversation.

    Attributes:
        owner: the assistant, the queue, or an agent.
        version: of the desk's record; a change of owner has a greater one.
        chat_id: of its newest chat; `""` when it never had one.
        agent: work number while an agent owns it.
        outcome: how the newest chat ended.
        back: it has come back from a chat, and the assistant has not answered since.
        language, large_type: how its citizen reads.
    """

    owner: Owner = "bot"
    version: int = 0
    chat_id: str = ""
    agent: str | None = None
    outcome: str | None = None
    back: bool = False
    language: str = "zh"
    large_type: bool = False


class Owners:
    """The table of owners."""

    def __init__(self, engine: Any, clock: Callable[[], float] = time.time) -> None:
        """Use the bot's database; ``clock`` gives unix seconds."""
        self._engine = engine
        self._clock = clock
        _metadata.create_all(engine)

    def get(self, conversation_id: str) -> Ownership:
        """Return who owns a conversation now."""
        with self._engine.connect() as connection:
            return _read(connection, conversation_id)

    def learn(self, told: dict[str, Any]) -> Ownership:
        """Take what the desk says of a conversation (an answer of its API, or a letter); return what holds now."""
        conversation_id, version = str(told["conversation_id"]), int(told["version"])
        row = {
            "owner": told["owner"],
            "agent": told["agent"],
            "version": version,
            "chat_id": told["chat_id"],
            "outcome": told["outcome"],
            "language": told["language"],
            "large_type": bool(told["large_type"]),
            "at": self._clock(),
        }
        mine = _owners.c.conversation_id == conversation_id
        older = sa.and_(mine, _owners.c.version < version)
        back = sa.or_(_owners.c.back, _owners.c.owner != "bot") if told["owner"] == "bot" else sa.false()
        with self._engine.begin() as connection:
            if not connection.execute(_owners.update().where(older).values(**row, back=back)).rowcount:
                try:
                    with connection.begin_nested():
                        connection.execute(
                            _owners.insert().values(conversation_id=conversation_id, back=False, **row)
                        )
                except sa.exc.IntegrityError:
                    pass  # what is known is not older
            return _read(connection, conversation_id)

    def answered(self, conversation_id: str) -> None:
        """Note that the assistant has answered since the conversation came back."""
        mine = sa.and_(_owners.c.conversation_id == conversation_id, _owners.c.back.is_(sa.true()))
        with self._engine.begin() as connection:
            connection.execute(_owners.update().where(mine).values(back=False))

    def may_speak(self, conversation_id: str, version: int, connection: Any = None) -> bool:
        """Tell whether a conversation still is as the assistant found it; in a transaction when one is given."""
        if connection is not None:
            return _read(connection, conversation_id).version == version
        return self.get(conversation_id).version == version

    def forget(self, conversation_id: str) -> None:
        """Delete what is known of a conversation."""
        with self._engine.begin() as connection:
            connection.execute(_owners.delete().where(_owners.c.conversation_id == conversation_id))


def _read(connection: Any, conversation_id: str) -> Ownership:
    row = connection.execute(sa.select([_owners]).where(_owners.c.conversation_id == conversation_id)).first()
    if row is None:
        return Ownership()
    return Ownership(
        row.owner,
        row.version,
        row.chat_id,
        row.agent,
        row.outcome,
        bool(row.back),
        row.language,
        bool(row.large_type),
    )
