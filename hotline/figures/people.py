"""What each agent did in a period, from chats while they are kept; never written down. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .facts_chats import REPLY_WITHIN_S, SATISFIED, ChatFact
from .wording import NO_DATA, seconds_words


@dataclass(frozen=True)
class AgentFigures:
    """One agent; figures in words. `taken`: chats he had last, those he took over himself included."""

    number: str
    taken: int
    reply: str
    in_time: str
    talk: str
    satisfied: str
    rated: int


def by_agent(chats: Iterable[ChatFact]) -> list[AgentFigures]:
    """Return every agent's figures, by work number. A chat is the agent's who had it last."""
    mine: dict[str, list[ChatFact]] = {}
    for chat in chats:
        if chat.agent is not None and chat.taken_at is not None:
            mine.setdefault(chat.agent, []).append(chat)
    return [_figures(number, mine[number]) for number in sorted(mine)]


def _figures(number: str, chats: list[ChatFact]) -> AgentFigures:
    asked = [chat for chat in chats if chat.reason != "taken_over" and chat.first_reply_at is not None]
    replies = [(chat.first_reply_at or 0.0) - chat.opened_at for chat in asked]
    talks = [chat.ended_at - (chat.taken_at or 0.0) for chat in chats if chat.ended_at is not None]
    ratings = [chat.rating for chat in chats if chat.rating is not None]
    return AgentFigures(
        number=number,
        taken=len(chats),
        reply=_mean(replies),
        in_time=_share([reply <= REPLY_WITHIN_S for reply in replies]),
        talk=_mean(talks),
        satisfied=_share([rating >= SATISFIED for rating in ratings]),
        rated=len(ratings),
    )


def _mean(seconds: list[float]) -> str:
    return seconds_words(sum(seconds) / len(seconds)) if seconds else NO_DATA


def _share(held: list[bool]) -> str:
    return f"{sum(held) / len(held) * 100:.1f}%" if held else NO_DATA
