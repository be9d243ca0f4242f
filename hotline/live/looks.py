"""Who looks at which chat, and who is typing there. In the store, so that all desk processes show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ..store import metadata

#: A look that is not renewed is over: the page says so again with each sign of life.
FRESH_S = 45.0
#: Typing that is not renewed is over.
TYPING_S = 6.0

live_looks = sa.Table(
    "live_looks",
    metadata,
    sa.Column("page", sa.String(64), primary_key=True),
    sa.Column("agent", sa.String(40), nullable=False),
    sa.Column("department", sa.String(60)),
    sa.Column("chat_id", sa.String(64), nullable=False),
    sa.Column("typing_at", sa.Float, nullable=False),
    sa.Column("seen_at", sa.Float, nullable=False, index=True),
)


@dataclass(frozen=True, order=True)
class Looking:
    """An agent who looks at a chat."""

    chat_id: str
    agent: str
    typing: bool


@dataclass(frozen=True, order=True)
class Visiting:
    """Somebody of a department (its code) who is at its page; `chat_id` is `""` when they look at no chat."""

    department: str
    chat_id: str
    agent: str
    typing: bool


class LookBook:
    """The table of looks."""

    def __init__(self, engine: Any) -> None:
        """Use the desk's store."""
        self._engine = engine

    def look(
        self, page: str, agent: str, chat_id: str, *, typing: bool, now: float, department: str | None = None
    ) -> None:
        """Note what a page shows; `chat_id` is `""` when it shows no chat, `department` whose page it is."""
        mine = sa.and_(live_looks.c.page == page, live_looks.c.agent == agent)
        values = {
            "chat_id": chat_id,
            "typing_at": now if typing else 0.0,
            "seen_at": now,
            "department": department,
        }
        with self._engine.begin() as connection:
            if connection.execute(sa.update(live_looks).where(mine).values(**values)).rowcount:
                return
            connection.execute(sa.delete(live_looks).where(live_looks.c.page == page))
            connection.execute(sa.insert(live_looks).values(**values, page=page, agent=agent))

    def renew(self, page: str, agent: str, now: float) -> None:
        """Note that a page still shows what it showed."""
        mine = sa.and_(live_looks.c.page == page, live_looks.c.agent == agent)
        with self._engine.begin() as connection:
            connection.execute(sa.update(live_looks).where(mine).values(seen_at=now))
            connection.execute(sa.delete(live_looks).where(live_looks.c.seen_at <= now - FRESH_S))

    def gone(self, page: str, agent: str) -> None:
        """Note that a page was closed."""
        mine = sa.and_(live_looks.c.page == page, live_looks.c.agent == agent)
        with self._engine.begin() as connection:
            connection.execute(sa.delete(live_looks).where(mine))

    def now(self, now: float) -> list[Looking]:
        """Return which agents look where, sorted; one with several pages on a chat counts once."""
        found = self._typing(now, live_looks.c.department.is_(None), live_looks.c.chat_id != "")
        return sorted(Looking(chat_id, agent, typing) for (_, chat_id, agent), typing in found.items())

    def visiting(self, now: float) -> list[Visiting]:
        """Return who is at a department's page, sorted; one with several pages on a chat counts once."""
        found = self._typing(now, live_looks.c.department.isnot(None))
        return sorted(Visiting(*who, typing) for who, typing in found.items())

    def _typing(self, now: float, *which: Any) -> dict[tuple[str, str, str], bool]:
        """Return whether there is typing, by department, chat and agent."""
        fresh = sa.and_(live_looks.c.seen_at > now - FRESH_S, *which)
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(live_looks).where(fresh)).all()
        typing: dict[tuple[str, str, str], bool] = {}
        for row in rows:
            key = (row.department or "", row.chat_id, row.agent)
            typing[key] = typing.get(key, False) or row.typing_at > now - TYPING_S
        return typing
