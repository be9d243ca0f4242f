"""Which agent is asked next: by skill, then by who is least busy. Pure.

Skills are words: `lang:en`, `district:510107` (or its prefecture, `district:510100`), `topic:travel`, and the names of
groups (`group:leader`), to which a chat can be handed on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .model import Chat
from .topics import skill_of

#: Nobody without English is asked for a talk in English while somebody with it is there, for this many seconds.
LANGUAGE_PATIENCE_S = 60.0
_PREFECTURE_DIGITS = 4


@dataclass(frozen=True)
class Candidate:
    """An agent who is there and takes chats.

    Attributes:
        number: work number.
        skills: words as above.
        capacity: chats at once.
        load: chats he has now, offered ones and those in wrap-up included.
        idle_since: when he last got one; the longest idle is asked first.
    """

    number: str
    skills: frozenset[str]
    capacity: int
    load: int
    idle_since: float

    @property
    def has_room(self) -> bool:
        """Tell whether one more fits."""
        return self.load < self.capacity


def may_take(chat: Chat, candidate: Candidate) -> bool:
    """Tell whether a chat of a group is for this agent."""
    return not chat.group or chat.group in candidate.skills


def choose(chat: Chat, there: Sequence[Candidate], now: float) -> str | None:
    """Return the work number of who is asked; `None` while nobody can be.

    Args:
        chat: in the queue.
        there: everybody who is there and takes chats.
        now: unix seconds.
    """
    able = [agent for agent in there if may_take(chat, agent)]
    if chat.language == "en" and now - chat.queued_since < LANGUAGE_PATIENCE_S:
        speaking = [agent for agent in able if "lang:en" in agent.skills]
        able = speaking or able
    fresh = [agent for agent in able if agent.number not in chat.passed]
    free = [agent for agent in fresh or able if agent.has_room]
    if not free:
        return None
    return min(free, key=lambda agent: _rank(chat, agent)).number


def order(waiting: Sequence[Chat]) -> list[Chat]:
    """Return chats as they are served: by priority, then by who came first."""
    return sorted(waiting, key=lambda chat: (chat.priority, chat.opened_at, chat.chat_id))


def _rank(chat: Chat, agent: Candidate) -> tuple[int, float, float, str]:
    return (-_match(chat, agent.skills), agent.load / max(agent.capacity, 1), agent.idle_since, agent.number)


def _match(chat: Chat, skills: frozenset[str]) -> int:
    """Return how well skills fit: language counts most, then topic, then district."""
    speaks = f"lang:{chat.language}" in skills and chat.language != "zh"
    knows = bool(chat.topic) and f"topic:{skill_of(chat.topic)}" in skills
    prefecture = f"{chat.district[:_PREFECTURE_DIGITS]}00"
    near = bool(chat.district) and bool({f"district:{chat.district}", f"district:{prefecture}"} & skills)
    return 4 * speaks + 2 * knows + near
