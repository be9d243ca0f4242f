"""Plans a day of the demonstration: the same date gives the same day. Pure."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import yaml

from ..words import CHINA

_DAY: Final = Path(__file__).with_name("day.yml")
#: Seconds that a citizen waits for an agent, and that lie between two lines of a talk.
_WAITS: Final = (4.0, 140.0)
_BETWEEN: Final = (15.0, 70.0)
#: Outcomes of chats that no agent took, and of those that one brought to an end.
_NOBODY_CAME: Final = ("abandoned", "expired", "nobody_there")
_TO_THE_END: Final = ("answered", "returned")


@dataclass(frozen=True)
class PlannedChat:
    """One chat as it went.

    Attributes:
        number: within the day; names it together with the date.
        at: when it began, unix seconds.
        lines: who (citizen, agent) and words, in order.
        steps: seconds from one thing to the next: until it is taken, then between the lines.
        turn: what happens on the way: none, transferred, joined (a department), reopened.
        helper: to whom it is handed on, or the department's code; "" when nobody comes to help.
        rating: 1 to 5; None when nobody rated.
    """

    number: int
    at: float
    channel: str
    reason: str
    outcome: str
    agent: str
    language: str
    topic: str
    district: str
    large_type: bool
    lines: tuple[tuple[str, str], ...]
    steps: tuple[float, ...]
    rating: int | None
    turn: str = "none"
    helper: str = ""


@lru_cache(maxsize=1)
def day_file() -> Mapping[str, Any]:
    """Return `day.yml`."""
    read: Mapping[str, Any] = yaml.safe_load(_DAY.read_text("utf-8"))
    return read


def plan(day: dt.date, file: Mapping[str, Any]) -> list[PlannedChat]:
    """Return the chats of a day in China, in the order in which they began."""
    dice = random.Random(day.toordinal())
    midnight = dt.datetime.combine(day, dt.time(), CHINA).timestamp()
    hours = dice.choices(range(24), file["hours"], k=int(file["chats"]))
    began = sorted(midnight + hour * 3600 + dice.random() * 3600 for hour in hours)
    return [_chat(number, at, dice, file) for number, at in enumerate(began, 1)]


def _chat(number: int, at: float, dice: random.Random, file: Mapping[str, Any]) -> PlannedChat:
    talk = dice.choice(file["talks"])
    outcome, reason = _one(dice, file["outcomes"]), _one(dice, file["reasons"])
    if outcome in _NOBODY_CAME and reason == "taken_over":
        reason = "asked"  # who was taken over did not wait
    lines = tuple((who, words) for who, words in talk["lines"])
    if outcome in _NOBODY_CAME:
        lines = ()
    elif outcome in ("citizen_idle", "left_by_citizen"):
        lines = lines[:2]
    rating = _one(dice, file["ratings"]) if outcome in _TO_THE_END else "none"
    agent, language = _one(dice, file["agents"]), talk.get("language", "zh")
    turn = _one(dice, file["turns"]) if outcome in _TO_THE_END else "none"
    if (turn == "reopened" and outcome == "returned") or (turn == "joined" and language != "zh"):
        turn = "none"  # what was given back is over; departments speak Chinese
    return PlannedChat(
        number=number,
        at=at,
        channel=_one(dice, file["channels"]),
        reason=reason,
        outcome=outcome,
        agent=agent,
        language=language,
        topic=talk["topic"],
        district=dice.choice(file["districts"]),
        large_type=dice.random() * 100 < file["large_type"],
        lines=lines,
        steps=(dice.uniform(*_WAITS), *(dice.uniform(*_BETWEEN) for _ in lines)),
        rating=None if rating == "none" else int(rating),
        turn=turn,
        helper=_helper(turn, agent, dice, file),
    )


def _helper(turn: str, agent: str, dice: random.Random, file: Mapping[str, Any]) -> str:
    if turn == "transferred":
        return dice.choice([other for other in file["agents"] if other != agent])
    return str(dice.choice(list(file["departments"]))) if turn == "joined" else ""


def _one(dice: random.Random, weights: Mapping[Any, float]) -> str:
    return str(dice.choices(list(weights), list(weights.values()))[0])
