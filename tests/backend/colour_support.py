"""Events in few words, for the tests of the colour rules."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from backend.colour import Derivation, derive, load_rules
from backend.colour.events import Event, Release, RiskAreaChange, RiskStay, Test
from backend.colour.reading import RULES as RULES_FOLDER

BOOK = load_rules()
RULE_FILES: Path = RULES_FOLDER


def t(text: str) -> datetime:
    """`2022-09-05 16:20` in China."""
    return datetime.fromisoformat(f"{text}:00+08:00")


def known(text: str) -> dict[str, datetime]:
    """An event that is known as it happens."""
    return {"at": t(text), "known_at": t(text)}


def sample(text: str, result: str = "negative", hours: float = 8, **more: str) -> Test:
    """A test sampled at `text` and reported `hours` later."""
    at = t(text)
    return Test(
        id=f"test {text} {result}",
        at=at,
        known_at=at,
        result=result,
        reported_at=at + timedelta(hours=hours) if result != "pending" else None,
        **more,
    )


def released(text: str, release: str, event_id: str | None = None) -> Release:
    return Release(id=f"{release} {text}", release=release, event_id=event_id, **known(text))


def stay(begin: str, left: str | None = None, arrived: str | None = None, **more: str) -> RiskStay:
    return RiskStay(
        id=f"stay {begin}",
        area_id="area",
        left_at=None if left is None else t(left),
        arrived_at=None if arrived is None else t(arrived),
        **known(begin),
        **more,
    )


def listed(text: str, level: str) -> RiskAreaChange:
    return RiskAreaChange(id=f"list {text}", area_id="area", level=level, **known(text))


def code(events: list[Event], at: str | datetime) -> Derivation:
    return derive(events, BOOK, t(at) if isinstance(at, str) else at)


def rules_of(derivation: Derivation) -> set[str]:
    return {held.rule.id for held in derivation.holding}
