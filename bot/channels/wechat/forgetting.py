"""What deletions and the rules of retention take from this channel's tables."""

from __future__ import annotations

from typing import Any

from bot.channels.wechat.cards import forget_cards
from bot.channels.wechat.choices import forget_choices, purge_choices
from bot.channels.wechat.consents import forget_consents, purge_consents
from bot.channels.wechat.inbox import forget_pushes, purge_pushes
from bot.channels.wechat.outbox import forget_outbox, purge_outbox

__all__ = ["forget_wechat", "purge_choices", "purge_consents", "purge_messages"]


def forget_wechat(engine: Any, conversation_id: str) -> None:
    """Delete what this channel keeps of a conversation; whom it is with goes last (``People.forget``)."""
    forget_pushes(engine, conversation_id)
    forget_outbox(engine, conversation_id)
    forget_choices(engine, conversation_id)
    forget_consents(engine, conversation_id)
    forget_cards(engine, conversation_id)


def purge_messages(engine: Any, before: float) -> int:
    """Delete what came and what was to be said before ``before`` (unix seconds); return how many messages."""
    return purge_pushes(engine, before) + purge_outbox(engine, before)
