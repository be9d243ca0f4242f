"""Who was called by a note and has not looked yet: so that an agent who was away hears of it, too."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

import sqlalchemy as sa

from ..store import metadata

_MENTION: Final = re.compile(r"@([A-Za-z0-9]{1,20})")
#: A call that nobody has answered for so long is over (a chat's own notes stay), in seconds.
KEPT_S: Final = 7 * 86_400.0
#: Calls that are shown, the newest first.
MOST: Final = 20

live_mentions = sa.Table(
    "live_mentions",
    metadata,
    sa.Column("agent", sa.String(40), primary_key=True),
    sa.Column("chat_id", sa.String(32), primary_key=True),
    sa.Column("by", sa.String(40), nullable=False),
    sa.Column("at", sa.Float, nullable=False, index=True),
)


def mentioned_in(text: str) -> list[str]:
    """Return the work numbers a note calls, each once, in order: `@a002` calls A002."""
    return list(dict.fromkeys(number.upper() for number in _MENTION.findall(text)))


class MentionBook:
    """The table of calls. It holds who was called where, never the words."""

    def __init__(self, engine: Any) -> None:
        """Use the desk's store."""
        self._engine = engine

    def call(self, agents: Iterable[str], chat_id: str, by: str, now: float) -> None:
        """Note that a note of `by` calls these agents; nobody calls themselves."""
        with self._engine.begin() as connection:
            connection.execute(sa.delete(live_mentions).where(live_mentions.c.at <= now - KEPT_S))
            for agent in agents:
                if agent != by:
                    self._forget(connection, agent, chat_id)
                    row = {"agent": agent, "chat_id": chat_id, "by": by, "at": now}
                    connection.execute(sa.insert(live_mentions).values(**row))

    def seen(self, agent: str, chat_id: str) -> None:
        """Note that an agent has opened the chat."""
        with self._engine.begin() as connection:
            self._forget(connection, agent, chat_id)

    def of(self, agent: str) -> list[dict[str, Any]]:
        """Return the calls of an agent: `chat_id`, `by`, `at`."""
        mine = sa.select(live_mentions).where(live_mentions.c.agent == agent)
        with self._engine.connect() as connection:
            rows = connection.execute(mine.order_by(live_mentions.c.at.desc()).limit(MOST)).all()
        return [{"chat_id": row.chat_id, "by": row.by, "at": row.at} for row in rows]

    @staticmethod
    def _forget(connection: Any, agent: str, chat_id: str) -> None:
        mine = sa.and_(live_mentions.c.agent == agent, live_mentions.c.chat_id == chat_id)
        connection.execute(sa.delete(live_mentions).where(mine))
