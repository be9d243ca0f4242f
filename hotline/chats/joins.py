"""Which department was part of which chat, and when: what a department may see goes by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from .model import Chat
from .tables import chat_joins, chats


@dataclass(frozen=True)
class Stay:
    """A department was in a chat from `joined_at` to `parted_at` (unix seconds)."""

    chat_id: str
    department: str
    joined_at: float
    parted_at: float


def note(connection: Any, before: Chat, after: Chat, now: float) -> None:
    """Write down that a change of a chat has joined or parted a department."""
    if before.department == after.department:
        return
    if before.department is not None:
        there = sa.and_(chat_joins.c.chat_id == after.chat_id, chat_joins.c.parted_at.is_(None))
        connection.execute(sa.update(chat_joins).where(there).values(parted_at=now))
    if after.department is not None:
        connection.execute(
            sa.insert(chat_joins).values(
                chat_id=after.chat_id, version=after.version, department=after.department, joined_at=now
            )
        )


def covers(own: str, code: str | None) -> bool:
    """Tell whether what is addressed to a department's code is for people of `own`.

    `own` is an office (`cdc:510100`), or a department with all its offices (`cdc`).
    """
    return code is not None and bool(own) and own in (code, code.partition(":")[0])


def joined(own: str) -> Any:
    """Return the query of the chats to which people of `own` are joined now, the longest first."""
    query = sa.select(chats).where(chats.c.state == "active", _for(chats.c.department, own))
    return query.order_by(chats.c.taken_at, chats.c.chat_id)


def stays(own: str, since: float, limit: int) -> Any:
    """Return the query of the stays of `own` that ended after `since`, the newest first."""
    query = sa.select(chat_joins).where(_for(chat_joins.c.department, own), chat_joins.c.parted_at > since)
    return query.order_by(chat_joins.c.parted_at.desc()).limit(limit)


def was_there(chat_id: str, own: str) -> Any:
    """Return the query of whether people of `own` are or were in a chat."""
    mine = sa.and_(chat_joins.c.chat_id == chat_id, _for(chat_joins.c.department, own))
    return sa.select(chat_joins.c.chat_id).where(mine).limit(1)


def stay_of(row: Any) -> Stay:
    """Return the stay of a row."""
    return Stay(row.chat_id, row.department, row.joined_at, row.parted_at)


def _for(column: Any, own: str) -> Any:
    """Say `covers` to the database."""
    return sa.or_(column == own, column.startswith(f"{own}:", autoescape=True)) if own else sa.false()
