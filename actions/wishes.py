"""What a person wanted of a topic, kept while identity or consent comes in between, and a key to do it under once."""

from __future__ import annotations

import hashlib

from actions.turn import Turn

#: A longer message speaks for itself: the wish of an earlier one no longer holds.
_SHORT = 8


def remember_wish(turn: Turn, intent: str, value: str) -> None:
    """Keep what is wanted, until it is done or something else is."""
    turn.set("wish", {"intent": intent, "value": value})


def note_done(turn: Turn, intent: str, value: str) -> None:
    """Keep what “再试一次” means once a wish is done; no other message is read as the same wish again."""
    turn.set("wish", {"intent": intent, "value": value, "done": True})


def recalled_wish(turn: Turn, intent: str, *, at_once: bool = False) -> str | None:
    """What was wanted of this topic before the person was asked who they are, or to consent.

    Args:
        turn: the message: a password, a tap, or a short word.
        intent: of the topic.
        at_once: the wish is of this very turn.
    """
    held = turn.slots.get("wish")
    if not isinstance(held, dict) or held.get("intent") != intent:
        return None
    if held.get("done"):
        return str(held["value"]) if turn.intent == "repeat" else None
    bare = turn.text.startswith("/") or bool(turn.tokens("OTP")) or len(turn.text.strip()) <= _SHORT
    return str(held["value"]) if bare or at_once else None


def once_key(turn: Turn, what: str) -> str:
    """An idempotency key for what this message asks: delivered twice, it is done once."""
    return hashlib.sha256(f"{what} {turn.conversation_id} {turn.seed}".encode()).hexdigest()[:40]
