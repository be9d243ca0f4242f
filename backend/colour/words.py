"""A reason in one plain Chinese clause, about the person alone."""

from __future__ import annotations

from backend.clock import CHINA
from backend.colour.derivation import Holding


def summary(held: Holding) -> str:
    """Return why a rule holds: the day, the place when it is known, and the clause of the rule."""
    if held.event is None:
        return held.rule.reason
    day = held.event.at.astimezone(CHINA)
    place = f"在{held.event.place}，" if held.event.place else ""
    return f"{day.month}月{day.day}日{place}{held.rule.reason}"
