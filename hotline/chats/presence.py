"""Who is there: what agents say of themselves, for as long as their pages keep saying it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa

from .routing import Candidate
from .tables import chat_presence

PresenceState = Literal["online", "busy", "away"]


@dataclass(frozen=True)
class Agent:
    """A person of the desk as chats know them; the accounts say who that is.

    Attributes:
        number: work number; the only thing citizens hear.
        skills: see `routing`.
        capacity: chats at once.
    """

    number: str
    skills: frozenset[str] = frozenset()
    capacity: int = 3


@dataclass(frozen=True)
class Present:
    """An agent who is there, in which state since when, and how many chats he has."""

    number: str
    state: PresenceState
    since: float
    skills: frozenset[str]
    capacity: int
    load: int
    idle_since: float


class Presence:
    """The table of who is there."""

    def __init__(self, engine: Any, timeout_s: float) -> None:
        """Count somebody as gone `timeout_s` seconds after the last sign."""
        self._engine = engine
        self._timeout_s = timeout_s

    def say(self, agent: Agent, state: PresenceState, now: float) -> bool:
        """Note a sign of an agent; return whether he was not there, or in another state, before."""
        mine = chat_presence.c.agent == agent.number
        values = {
            "state": state,
            "skills": json.dumps(sorted(agent.skills)),
            "capacity": agent.capacity,
            "seen_at": now,
        }
        with self._engine.begin() as connection:
            same = sa.update(chat_presence).where(
                mine, chat_presence.c.state == state, chat_presence.c.seen_at > now - self._timeout_s
            )
            if connection.execute(same.values(**values)).rowcount:
                return False
            if not connection.execute(
                sa.update(chat_presence).where(mine).values(**values, since=now)
            ).rowcount:
                row = {**values, "agent": agent.number, "since": now, "last_given": 0.0}
                connection.execute(sa.insert(chat_presence).values(**row))
        return True

    def reskill(self, agent: Agent) -> bool:
        """Note an agent's changed skills and cap, if he is there; no sign of him is made of it."""
        mine = chat_presence.c.agent == agent.number
        values = {"skills": json.dumps(sorted(agent.skills)), "capacity": agent.capacity}
        with self._engine.begin() as connection:
            return bool(connection.execute(sa.update(chat_presence).where(mine).values(**values)).rowcount)

    def gone(self, number: str) -> None:
        """Note that an agent has left."""
        with self._engine.begin() as connection:
            connection.execute(sa.delete(chat_presence).where(chat_presence.c.agent == number))

    def given(self, connection: Any, number: str, now: float) -> None:
        """Note that an agent was asked to take a chat."""
        mine = chat_presence.c.agent == number
        connection.execute(sa.update(chat_presence).where(mine).values(last_given=now))

    def state_of(self, number: str, now: float) -> PresenceState | None:
        """Return an agent's state; `None` when he is not there."""
        mine = sa.and_(chat_presence.c.agent == number, chat_presence.c.seen_at > now - self._timeout_s)
        with self._engine.connect() as connection:
            found: PresenceState | None = connection.execute(
                sa.select(chat_presence.c.state).where(mine)
            ).scalar()
        return found

    def lost(self, now: float) -> list[str]:
        """Return the agents whose last sign is too old."""
        old = chat_presence.c.seen_at <= now - self._timeout_s
        with self._engine.connect() as connection:
            return list(connection.execute(sa.select(chat_presence.c.agent).where(old)).scalars())

    def drop(self, number: str, now: float) -> None:
        """Forget an agent whose last sign is too old; one who has come back meanwhile stays."""
        old = sa.and_(chat_presence.c.agent == number, chat_presence.c.seen_at <= now - self._timeout_s)
        with self._engine.begin() as connection:
            connection.execute(sa.delete(chat_presence).where(old))

    def there(self, connection: Any, load: dict[str, int], now: float) -> list[Present]:
        """Return everybody who is there, by work number."""
        fresh = chat_presence.c.seen_at > now - self._timeout_s
        query = sa.select(chat_presence).where(fresh).order_by(chat_presence.c.agent)
        return [
            Present(
                number=row.agent,
                state=row.state,
                since=row.since,
                skills=frozenset(json.loads(row.skills)),
                capacity=row.capacity,
                load=load.get(row.agent, 0),
                idle_since=row.last_given,
            )
            for row in connection.execute(query)
        ]


def candidates(there: list[Present]) -> list[Candidate]:
    """Return those who take chats now."""
    return [
        Candidate(p.number, p.skills, p.capacity, p.load, p.idle_since) for p in there if p.state == "online"
    ]
