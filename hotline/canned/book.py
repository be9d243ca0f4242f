"""The replies in the desk's store: those of the team, and each agent's own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
import yaml

from ..store import metadata
from .errors import BadReply, NoSuchReply
from .variables import unknown_in

LIMITS: Final = {"category": 12, "title": 20, "text": 500}
LABELS: Final = {"category": "分类", "title": "名称", "text": "内容"}
MOST_OWN: Final = 200
TEAM: Final = ""
_FIRST = Path(__file__).with_name("first.yml")

canned_replies = sa.Table(
    "canned_replies",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("owner", sa.String(40), nullable=False, index=True),
    sa.Column("category", sa.String(24), nullable=False),
    sa.Column("title", sa.String(40), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
)


@dataclass(frozen=True)
class Reply:
    """A reply; `owner` is a work number, `""` for the whole team."""

    id: int
    owner: str
    category: str
    title: str
    text: str


class ReplyBook:
    """The table of replies."""

    def __init__(self, engine: Any) -> None:
        """Use the desk's store; a store that has none gets those of `first.yml`."""
        self._engine = engine
        with engine.begin() as connection:
            if connection.execute(sa.select(canned_replies.c.id).limit(1)).first() is None:
                first = yaml.safe_load(_FIRST.read_text("utf-8"))
                connection.execute(sa.insert(canned_replies), [{**one, "owner": TEAM} for one in first])

    def of(self, agent: str) -> list[Reply]:
        """Return the team's and the agent's own, by category."""
        seen = canned_replies.c.owner.in_((TEAM, agent))
        query = sa.select(canned_replies).where(seen).order_by(canned_replies.c.category, canned_replies.c.id)
        with self._engine.connect() as connection:
            return [Reply(**row._mapping) for row in connection.execute(query)]

    def get(self, number: int, owner: str) -> Reply:
        """Return a reply of an owner.

        Raises:
            NoSuchReply: there is none.
        """
        mine = sa.and_(canned_replies.c.id == number, canned_replies.c.owner == owner)
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(canned_replies).where(mine)).first()
        if row is None:
            raise NoSuchReply("这条常用语已经不在了，或者不是您的。")
        return Reply(**row._mapping)

    def add(self, owner: str, values: dict[str, str]) -> int:
        """Keep a new reply; return its number.

        Raises:
            BadReply: it cannot be so, or the owner has too many.
        """
        checked = _checked(values)
        with self._engine.begin() as connection:
            added = connection.execute(sa.insert(canned_replies).values(**checked, owner=owner))
            count = sa.select(sa.func.count()).where(canned_replies.c.owner == owner)
            if connection.execute(count).scalar_one() > MOST_OWN:
                raise BadReply(f"最多{MOST_OWN}条，请先删掉不用的。")
            (number,) = added.inserted_primary_key
        return int(number)

    def change(self, number: int, owner: str, values: dict[str, str]) -> None:
        """Change a reply of an owner.

        Raises:
            BadReply, NoSuchReply: see there.
        """
        checked = _checked(values)
        self.get(number, owner)
        with self._engine.begin() as connection:
            connection.execute(
                sa.update(canned_replies).where(canned_replies.c.id == number).values(**checked)
            )

    def delete(self, number: int, owner: str) -> None:
        """Delete a reply of an owner.

        Raises:
            NoSuchReply: there is none.
        """
        self.get(number, owner)
        with self._engine.begin() as connection:
            connection.execute(sa.delete(canned_replies).where(canned_replies.c.id == number))


def _checked(values: dict[str, str]) -> dict[str, str]:
    found = {name: values.get(name, "").replace("\r\n", "\n").strip() for name in LIMITS}
    for name, limit in LIMITS.items():
        if not 0 < len(found[name]) <= limit:
            raise BadReply(f"{LABELS[name]}要填，最多{limit}字。")
    unknown = unknown_in(found["text"])
    if unknown:
        raise BadReply(f"没有这样的变量：{'、'.join(unknown)}。")
    return found
