"""What a person of the hotline is given to read: the talk so far, masked, and what was understood. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

_SPOKEN: Final = {"user": "person", "bot": "assistant"}
#: Lines of the talk, and characters in all: what fits into one request.
MOST_LINES: Final = 80
MOST_CHARACTERS: Final = 12_000
_LONGEST_LINE: Final = 1_000
#: Slots an agent may see, by the name under which.
_FACTS: Final = {
    "last_topic": "topic",
    "last_person_topic": "person_topic",
    "place_name": "place",
    "place_code": "district",
    "whose": "whose",
    "pending_topic": "pending",
    "failures": "failures",
}


@dataclass(frozen=True)
class Context:
    """A conversation as it is handed over.

    Attributes:
        transcript: lines of ``who`` (person, assistant), ``text`` (masked), ``at``.
        facts: what was understood, by name.
        language: ``zh`` or ``en``.
        large_type: whether plain short words were asked for.
        channel: where the person last wrote.
        topic, district: the last topic (an intent) and adcode; ``""`` when unknown.
        code_reference: of the person who was verified: opens nothing by itself.
        relative_reference: of the relative the talk is about, where it was said which of several.
    """

    transcript: list[dict[str, Any]] = field(default_factory=list, repr=False)
    facts: dict[str, str] = field(default_factory=dict, repr=False)
    language: str = "zh"
    large_type: bool = False
    channel: str = ""
    topic: str = ""
    district: str = ""
    code_reference: str = ""
    relative_reference: str = ""


def context_of(events: Sequence[dict[str, Any]]) -> Context:
    """Read a conversation's history (Rasa's events as dictionaries, oldest first)."""
    slots: dict[str, Any] = {}
    channel, form = "", None
    for event in events:
        kind = event.get("event")
        if kind == "slot":
            slots[str(event.get("name"))] = event.get("value")
        elif kind == "active_loop":
            form = event.get("name")
        elif kind == "user":
            channel = str(event.get("input_channel") or channel)
    facts = {name: str(slots[slot])[:200] for slot, name in _FACTS.items() if slots.get(slot)}
    if form:
        facts["form"] = str(form)
    return Context(
        transcript=_transcript(events),
        facts=facts,
        language="en" if slots.get("language") == "en" else "zh",
        large_type=bool(slots.get("elder_mode")),
        channel=channel,
        topic=str(slots.get("last_topic") or ""),
        district=str(slots.get("place_code") or ""),
        code_reference=str(slots.get("person_id") or ""),
        relative_reference=str((slots.get("members") or {}).get(slots.get("whose")) or ""),
    )


def _transcript(events: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the newest lines that fit."""
    lines: list[dict[str, Any]] = []
    room = MOST_CHARACTERS
    for event in reversed(events):
        line = _line(event)
        if line is None:
            continue
        room -= len(line["text"])
        if room < 0 or len(lines) == MOST_LINES:
            break
        lines.append(line)
    return list(reversed(lines))


def _line(event: dict[str, Any]) -> dict[str, Any] | None:
    who, text = _SPOKEN.get(str(event.get("event"))), event.get("text")
    if who is None or not isinstance(text, str) or not text or _is_command(who, text):
        return None
    return {"who": who, "text": text[:_LONGEST_LINE], "at": event.get("timestamp")}


def _is_command(who: str, text: str) -> bool:
    return who == "person" and text.startswith("/session_start")
