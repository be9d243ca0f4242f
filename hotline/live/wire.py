"""Chats, events and people as an agent's page gets them, over HTTP and over the stream alike."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Any, Final

from ..chats.model import Chat
from ..chats.presence import Present
from ..chats.records import ChatEvent
from ..chats.service import Snapshot
from ..display import shown

#: Words that are starred for the screen; what an agent or department says is shown as the citizen has read it.
_SHOWN: Final = ("citizen", "note")
#: How the assistant's history writes a tapped choice: `/affirm`, `/inform{"place": "武侯区"}`.
_TAP: Final = re.compile(r"/[a-z_]+(?:\{.*\})?", re.DOTALL)


def chat_wire(chat: Chat) -> dict[str, Any]:
    """Return a chat."""
    return {**asdict(chat), "owner": chat.owner}


def event_wire(event: ChatEvent) -> dict[str, Any]:
    """Return an event; numbers in a citizen's words and in notes are starred here too, not only where they entered."""
    wire = asdict(event)
    if event.kind in _SHOWN and "text" in event.body:
        wire["body"] = {**event.body, "text": shown(event.body["text"])}
    return wire


def context_wire(context: dict[str, Any]) -> dict[str, Any]:
    """Return what was handed over with a chat, for the screen; whom it is about is referred to by the desk alone."""
    lines = [{**line, "text": _said(line["text"])} for line in context.get("transcript") or []]
    rest = {name: value for name, value in context.items() if not name.endswith("_reference")}
    return {**rest, "transcript": lines}


def present_wire(present: Present) -> dict[str, Any]:
    """Return somebody who is there."""
    return {**asdict(present), "skills": sorted(present.skills)}


def snapshot_wire(found: Snapshot) -> dict[str, Any]:
    """Return everything that is under way."""
    return {
        "feed": found.feed,
        "queue": [chat_wire(chat) for chat in found.queue],
        "under_way": [chat_wire(chat) for chat in found.under_way],
        "there": [present_wire(present) for present in found.there],
    }


def is_tap(text: str) -> bool:
    """Tell whether a line of the talk with the assistant is a tapped choice and no words."""
    return _TAP.fullmatch(text) is not None


def _said(text: str) -> str:
    return "（点了一个选项）" if is_tap(text) else shown(text)
