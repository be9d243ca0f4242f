"""A turn read from its events, a sitting as it grows, and what it counts for when it is over. Pure.

A sitting is a talk without half an hour of silence. It belongs to the day on which it began, also when it goes on after
midnight; its district is the last one spoken of.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from typing import Any, Final

#: Silence that ends a sitting, seconds.
GAP_S: Final = 1800.0
_CHINA: Final = timezone(timedelta(hours=8))
#: Slots that are counted up by whoever did not understand.
_FAILURES: Final = frozenset({"failures", "form_failures"})
#: Texts of the bot's own, which nobody said.
_OWN: Final = ("/session_start", '/inform{"choice": "handover=', '/inform{"choice": "carried=')
#: Name of a count, breakdown, part; `""` and `""`: in all.
Counted = Counter[tuple[str, str, str]]


@dataclass(frozen=True)
class Turn:
    """What is counted of a turn.

    Attributes:
        at: when the person wrote, unix seconds.
        topics: the intents of what they wrote.
        channel: where.
        district: adcode that was spoken of; `""` for none.
        misunderstood: whether the assistant did not understand.
        handed_over: whether a person was asked for.
    """

    at: float
    topics: tuple[str, ...]
    channel: str
    district: str
    misunderstood: bool
    handed_over: bool


@dataclass(frozen=True)
class Sitting:
    """A sitting so far; `day` is when it began."""

    day: str
    last: float
    channel: str
    district: str = ""
    turns: int = 0
    misunderstood: int = 0
    handed_over: bool = False
    topics: Mapping[str, int] = field(default_factory=dict)


def turn_of(events: Sequence[Mapping[str, Any]]) -> Turn | None:
    """Read a turn's events (Rasa's, as dictionaries); None when nobody said anything."""
    said = [event for event in events if event.get("event") == "user" and _is_said(event)]
    if not said:
        return None
    slots = {event.get("name"): event.get("value") for event in events if event.get("event") == "slot"}
    return Turn(
        at=float(said[0].get("timestamp") or 0.0),
        topics=tuple(_intent(event) for event in said),
        channel=str(said[-1].get("input_channel") or ""),
        district=str(slots.get("place_code") or ""),
        misunderstood=any(slots.get(name) for name in _FAILURES),
        handed_over=any("hand_over" in _custom(event) for event in events),
    )


def grown(sitting: Sitting | None, turn: Turn) -> Sitting:
    """Return a sitting with one more turn; without one, or after a long silence, the new one that begins."""
    if sitting is None or is_over(sitting, turn.at):
        day = datetime.fromtimestamp(turn.at, _CHINA).date().isoformat()
        sitting = Sitting(day, turn.at, turn.channel)
    return replace(
        sitting,
        last=max(sitting.last, turn.at),
        district=turn.district or sitting.district,
        turns=sitting.turns + len(turn.topics),
        misunderstood=sitting.misunderstood + turn.misunderstood,
        handed_over=sitting.handed_over or turn.handed_over,
        topics=Counter(sitting.topics) + Counter(turn.topics),
    )


def is_over(sitting: Sitting, now: float) -> bool:
    """Tell whether the silence has been too long."""
    return now - sitting.last > GAP_S


def counts_of(sittings: Iterable[Sitting]) -> Counted:
    """Return what sittings count for. `turns` by topic add up to `turns`, `sittings` by district to `sittings`."""
    counts: Counted = Counter()
    for one in sittings:
        resolved = not one.handed_over and not one.misunderstood
        for name, yes in (("sittings", True), ("handed_over", one.handed_over), ("resolved", resolved)):
            counts[name, "", ""] += yes
            counts[name, "district", one.district] += yes
        counts["sittings", "channel", one.channel] += 1
        counts["turns", "", ""] += one.turns
        for topic, amount in one.topics.items():
            counts["turns", "topic", topic] += amount
        counts["not_understood", "", ""] += one.misunderstood
    return +counts


def _is_said(event: Mapping[str, Any]) -> bool:
    return not str(event.get("text") or "").startswith(_OWN)


def _intent(event: Mapping[str, Any]) -> str:
    intent = (event.get("parse_data") or {}).get("intent") or {}
    return str(intent.get("name") or "")


def _custom(event: Mapping[str, Any]) -> Mapping[str, Any]:
    custom = (event.get("data") or {}).get("custom") if event.get("event") == "bot" else None
    return custom if isinstance(custom, Mapping) else {}
