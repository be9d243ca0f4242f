"""Chats of a desk process, put together as its settings say."""

from __future__ import annotations

from ..desk import Desk
from .courier import HttpAssistant
from .presence import Presence
from .service import Chats
from .store import ChatStore


def build_chats(desk: Desk) -> Chats:
    """Return the door to chats."""
    settings = desk.settings.chats
    return Chats(
        store=ChatStore(desk.engine, settings.key, settings.timers),
        presence=Presence(desk.engine, settings.presence_s),
        assistant=HttpAssistant(settings.bot_url, settings.bot_secret),
        hours=settings.hours,
        clock=desk.unix,
        on_thread=desk.on_thread,
        note=desk.note,
    )
