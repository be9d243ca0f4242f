"""Dates, distances and names in the form people say them."""

from __future__ import annotations

from collections.abc import Iterable

from actions import romanised
from wording.kin import kin, whose
from wording.moments import CHINA, clock, colour, day, full_day, moment

__all__ = (
    "CHINA",
    "clock",
    "colour",
    "day",
    "distance",
    "full_day",
    "join",
    "kin",
    "level",
    "minutes",
    "moment",
    "place",
    "span",
    "whose",
)

LEVELS = {
    "zh": {"high": "高风险", "medium": "中风险", "low": "低风险"},
    "en": {"high": "high-risk", "medium": "medium-risk", "low": "low-risk"},
}


def level(name: str, language: str = "zh") -> str:
    """The risk level as a word."""
    return LEVELS[language][name]


def span(hours: float, language: str = "zh") -> str:
    """A length of time in whole hours, or whole days from three days on."""
    whole = max(0, round(hours))
    long = whole >= 72  # noqa: PLR2004 - people say hours up to the last test band
    if language == "en":
        return f"{whole // 24} days" if long else f"{whole} hours"
    return f"{whole // 24}天" if long else f"{whole}小时"


def minutes(seconds: float, language: str = "zh") -> str:
    """A waiting time rounded up to minutes."""
    whole = max(1, -(-int(seconds) // 60))
    if language == "en":
        return f"{whole} minute" + ("s" if whole > 1 else "")
    return f"{whole}分钟"


def distance(metres: float, precision: str | None, language: str = "zh") -> str:
    """A distance; “约” unless the coordinates are those of the place itself."""
    near = f"{round(metres / 10) * 10}米" if metres < 1000 else f"{metres / 1000:.1f}公里"  # noqa: PLR2004
    if language == "en":
        near = f"{round(metres / 10) * 10} m" if metres < 1000 else f"{metres / 1000:.1f} km"  # noqa: PLR2004
        return near if precision == "site" else f"about {near}"
    return near if precision == "site" else f"约{near}"


def place(name: str, language: str = "zh", code: str = "") -> str:
    """A division's name; in English spelt out beside the Chinese. ``code`` tells a county-level city."""
    return romanised.english(name, code) if language == "en" else name


def join(items: Iterable[str], language: str = "zh") -> str:
    """A list in one clause."""
    return (", " if language == "en" else "、").join(items)
