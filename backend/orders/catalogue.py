"""What orders are about and who works on them: topics and departments, read from `data/`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import yaml
from sqlalchemy.orm import Session

from backend.models import Division

_DATA: Final = Path(__file__).with_name("data")
#: Where an order goes that fits nowhere.
OTHER: Final = "service.other"
DESK: Final = "desk"
#: Digits of a division code by level.
_PARENTS: Final = (("county", 6), ("prefecture", 4), ("province", 2))


@dataclass(frozen=True)
class TopicOfOrders:
    """One topic; `department` is proposed for it because of `because`."""

    code: str
    group: str
    name: str
    department: str
    because: str
    known_as: frozenset[str]
    words: tuple[str, ...]


@dataclass(frozen=True)
class Department:
    """Who works on orders; `office` names it by level of the division."""

    code: str
    name: str
    office: Mapping[str, str]


@dataclass(frozen=True)
class Proposal:
    """Who might work on an order, and why. `department` is `code` or `code:division`."""

    department: str
    name: str
    reason: str


@lru_cache(maxsize=1)
def topics() -> Mapping[str, TopicOfOrders]:
    """Return all topics by code, in the order of their file."""
    found: dict[str, TopicOfOrders] = {}
    for group in _read("topics.yml"):
        for code, raw in group["topics"].items():
            found[code] = TopicOfOrders(
                code,
                group["group"],
                raw["name"],
                raw["department"],
                raw["because"],
                frozenset(raw["from"]),
                tuple(raw["words"]),
            )
    return found


@lru_cache(maxsize=1)
def departments() -> Mapping[str, Department]:
    """Return all departments by code."""
    return {
        code: Department(code, raw["name"], raw.get("office", {}))
        for code, raw in _read("departments.yml").items()
    }


def topic_of(category: str, text: str) -> str:
    """Return the code of the topic that a category and a citizen's words show.

    Words decide before the category, since a category is what the conversation was about last.
    """
    best = max(topics().values(), key=lambda topic: _weight(topic, text))
    if _weight(best, text):
        return best.code
    return next((topic.code for topic in topics().values() if category in topic.known_as), OTHER)


def _weight(topic: TopicOfOrders, text: str) -> int:
    return sum(len(word) for word in topic.words if word in text)


def propose(session: Session, topic: str, division_code: str | None) -> Proposal:
    """Return who should work on an order about `topic` in a division."""
    about = topics().get(topic) or topics()[OTHER]
    department = departments()[about.department]
    place, level = _seat(session, department, division_code)
    if place is None:
        return Proposal(department.code, department.name, f"{about.because}。")
    name = f"{place.name}{department.office[level]}"
    return Proposal(f"{department.code}:{place.code}", name, f"{about.because}；事发地在{place.name}。")


def name_of(session: Session, department: str) -> str | None:
    """Return the name of `code` or `code:division`; None when there is no such department."""
    code, _, division_code = department.partition(":")
    found = departments().get(code)
    if found is None:
        return None
    if not division_code:
        return found.name
    place, level = _seat(session, found, division_code)
    if place is None or place.code != division_code:
        return None
    return f"{place.name}{found.office[level]}"


def offices(session: Session, division_code: str | None) -> list[Proposal]:
    """Return every department that can work on something in a division, the desk itself first.

    Without a division each stands for all its offices.
    """
    found = []
    for department in departments().values():
        place, level = _seat(session, department, division_code)
        if place is None:
            found.append(Proposal(department.code, department.name, ""))
        else:
            code = f"{department.code}:{place.code}"
            found.append(Proposal(code, f"{place.name}{department.office[level]}", ""))
    return found


def _seat(session: Session, department: Department, division_code: str | None) -> tuple[Any, str]:
    """The division, and its level, at which a department has its nearest office; None when it has none by place."""
    if not department.office or division_code is None:
        return None, ""
    code = division_code
    for level, digits in _PARENTS:
        if level in department.office and len(code.rstrip("0")) > _shortest(level):
            place = session.get(Division, code[:digits].ljust(6, "0"))
            if place is not None:
                return place, level
    return None, ""


def _shortest(level: str) -> int:
    """Significant digits a code must have more than to lie in a division of this level."""
    return {"county": 4, "prefecture": 2, "province": 0}[level]


def _read(name: str) -> Any:
    return yaml.safe_load((_DATA / name).read_text(encoding="utf-8"))
