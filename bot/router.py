"""Who answers: the assistant, or a person of the hotline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from bot.message import InboundMessage

Owner = Literal["bot", "queued", "agent", "closed"]


@dataclass(frozen=True)
class Ownership:
    """Who owns a conversation, and the version that a change of owner must name (compare and set)."""

    owner: Owner
    version: int = 0


class Router(Protocol):
    """Knows the owner of each conversation and carries messages to a person who owns one."""

    async def ownership(self, conversation_id: str) -> Ownership:
        """Return who owns the conversation now."""

    async def to_person(self, message: InboundMessage, ownership: Ownership) -> None:
        """Hand a masked message to the desk; only called when the owner is not the bot."""


class BotOwnsAll:
    """Every conversation is the assistant's."""

    async def ownership(self, conversation_id: str) -> Ownership:
        """Return the bot, always."""
        del conversation_id
        return Ownership("bot")

    async def to_person(self, message: InboundMessage, ownership: Ownership) -> None:
        """Nobody to hand to: a mistake of the caller."""
        raise RuntimeError(f"no desk is connected, but the owner of {message.channel} is {ownership.owner}")
