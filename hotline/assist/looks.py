"""How often agents have looked at codes in calls and chats, and what for: counted before the platform is asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa

from backend_client import LookPurpose

from ..words import CHINA
from .errors import TooManyLooks
from .tables import looks

#: Why an agent looks at a caller's code; the person reads it in their access log.
PURPOSES: Final[Mapping[LookPurpose, str]] = {
    "call_explain": "说明码色和怎么转绿",
    "call_order": "登记工单要核对码色",
    "call_appeal": "协助申诉",
    "call_emergency": "紧急救助",
}
#: The same in a chat.
CHAT_PURPOSES: Final[Mapping[LookPurpose, str]] = {
    "chat_explain": "说明码色和怎么转绿",
    "chat_order": "登记工单要核对码色",
    "chat_appeal": "协助申诉",
    "chat_emergency": "紧急救助",
}
LEAST_NOTE: Final = 4
MAX_NOTE: Final = 100


class Looks:
    """The rows of looks."""

    def __init__(self, engine: Any, most: int) -> None:
        """Allow each agent `most` looks a day."""
        self._engine = engine
        self._most = most

    def ask(self, number: str, agent: str, purpose: LookPurpose, now: dt.datetime) -> int:
        """Count a look before it happens; returns its row.

        Raises:
            TooManyLooks: as many as a day allows.
        """
        midnight = now.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
        since = midnight.astimezone(dt.timezone.utc).isoformat()
        mine = sa.select(sa.func.count()).where(looks.c.agent == agent, looks.c.at >= since)
        at = now.astimezone(dt.timezone.utc).isoformat()
        with self._engine.begin() as connection:
            if connection.execute(mine).scalar_one() >= self._most:
                raise TooManyLooks(agent)
            row = sa.insert(looks).values(number=number, agent=agent, at=at, purpose=purpose, outcome="asked")
            return int(connection.execute(row).inserted_primary_key[0])

    def end(self, row: int, outcome: str) -> None:
        """Keep what came of a look: `shown`, `missing` or `failed`."""
        with self._engine.begin() as connection:
            connection.execute(sa.update(looks).where(looks.c.id == row).values(outcome=outcome))

    def of(self, number: str) -> list[tuple[dt.datetime, str]]:
        """Return when a code was shown in a call, and what for, in words."""
        query = sa.select(looks.c.at, looks.c.purpose).where(
            looks.c.number == number, looks.c.outcome == "shown"
        )
        with self._engine.connect() as connection:
            return [
                (dt.datetime.fromisoformat(row.at), PURPOSES[row.purpose])
                for row in connection.execute(query)
            ]
