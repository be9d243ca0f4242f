"""Several places somebody stayed in, as people tell them: at once, one after another, corrected one by one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Final

from actions.places import DIVISION_KINDS
from actions.turn import Entity, Turn

LEVELS: Final = {"高风险": "high", "中风险": "medium", "低风险": "low"}
#: A stay whose kind the person does not know and does not want to be asked again.
UNSURE: Final = "unsure"
#: As many as the platform judges together.
MOST: Final = 8
_PLACES = (*DIVISION_KINDS, "landmark")
_ADDS = re.compile(
    r"还(?:在|去过?|到过?|待过?|住过?|有)|又(?:去|到|在)|也(?:去过|到过|待过|住过|在)|另外|除了"
    r"|\balso\b|\bas well\b|\btoo\b|\bbesides\b",
    re.IGNORECASE,
)
_CORRECTS = re.compile(
    r"不对|不是|错了|搞错|弄错|说错|记错|更正|改成|应该是|其实是|才是|\bnot\b|\bwrong\b|\bactually\b|\bmeant\b|\bsorry\b",
    re.IGNORECASE,
)
_NEVER_THERE = re.compile(
    r"没(?:有)?(?:去|到|待|住)过?|不算|去掉|删掉|\b(?:never|didn'?t|wasn'?t|remove)\b", re.IGNORECASE
)
#: Where the words about one stay end and those about the next begin.
_BREAK = re.compile(r"[，,。.;；、]|然后|后来|接着|\band\b|\bthen\b", re.IGNORECASE)


@dataclass(frozen=True)
class Stay:
    """One place: its kind (None: not said yet), division code or ``abroad``, name, the ISO day it was left."""

    kind: str | None = None
    place: str | None = None
    name: str | None = None
    left: str | None = None


def adds(turn: Turn) -> bool:
    """Whether the message tells of one more place rather than of another journey."""
    return bool(_ADDS.search(turn.text)) and not _CORRECTS.search(turn.text)


def corrects(turn: Turn) -> bool:
    """Whether the message takes something back that was said of a stay."""
    return bool(_CORRECTS.search(turn.text) or _NEVER_THERE.search(turn.text))


def told(turn: Turn) -> list[Stay]:
    """The stays a message tells of, each with the place and the past day said beside its level."""
    levels = [e for e in turn.all("risk_level") if e.value in LEVELS]
    if not levels:
        return []
    bounds = [0, *(_break(turn.text, a.start, b.start) for a, b in pairwise(levels))]
    return [
        _stay(turn, level, start, end)
        for level, start, end in zip(levels, bounds, [*bounds[1:], len(turn.text) + 1], strict=True)
    ]


def _break(text: str, after: int, before: int) -> int:
    """Where the words of one level end: at the first break between it and the next, else at its own end."""
    found = _BREAK.search(text, after + 1, before)
    return found.start() if found else after + 1


def _stay(turn: Turn, level: Entity, start: int, end: int) -> Stay:
    near = [e for e in turn.all(*_PLACES) if start <= e.start < end and e.extra.get("role") != "to"]
    place = near[-1] if near else None
    return Stay(LEVELS[level.value], code_of(place), place.value if place else None, _left(turn, start, end))


def _left(turn: Turn, start: int, end: int) -> str | None:
    """The last day before today that is named between two places of the text."""
    days = [str(e.extra.get("until") or e.value) for e in turn.all("date") if start <= e.start < end]
    past = [day for day in days if date.fromisoformat(day) < turn.now.date()]
    return past[-1] if past else None


def place_told(turn: Turn) -> Stay | None:
    """A place the message says somebody was in, without its level."""
    named = [e for e in turn.all(*_PLACES) if e.extra.get("role") != "to" and code_of(e)]
    return Stay(None, code_of(named[-1]), named[-1].value, _left(turn, 0, len(turn.text))) if named else None


def code_of(place: Entity | None) -> str | None:
    """Division code of a named place, ``abroad``, the province when it may be one of several there; None else."""
    if place is None:
        return None
    if place.extra.get("abroad"):
        return "abroad"
    candidates = place.extra.get("candidates") or []
    codes = {str(c["adcode"]) for c in candidates} or {str(place.extra.get("adcode") or "")}
    if len(codes) == 1:
        return codes.pop() or None
    provinces = {code.lstrip("F")[:2] for code in codes}
    return f"{provinces.pop()}0000" if len(provinces) == 1 else None


def corrected(turn: Turn, stays: Sequence[Stay]) -> list[Stay] | None:
    """The stays after the message has taken something back of one of them; None when it is not clear of which.

    “杭州那个是低风险” means the stay in Hangzhou, “不是高风险，是中风险” the only one of that level.
    """
    levels = [LEVELS[e.value] for e in turn.all("risk_level") if e.value in LEVELS]
    index = _meant(turn, stays, levels)
    if index is None:
        return None
    if _NEVER_THERE.search(turn.text) and not levels:
        return [stay for number, stay in enumerate(stays) if number != index]
    left = _left(turn, 0, len(turn.text)) or stays[index].left
    changed = replace(stays[index], kind=levels[-1] if levels else stays[index].kind, left=left)
    return [changed if number == index else stay for number, stay in enumerate(stays)]


def _meant(turn: Turn, stays: Sequence[Stay], levels: Sequence[str]) -> int | None:
    if any(code_of(e) for e in turn.all(*_PLACES)):
        named = _named(turn, stays)
        return named[0] if len(named) == 1 else None
    by_level = [n for n, stay in enumerate(stays) if len(levels) > 1 and stay.kind == levels[0]]
    if len(by_level) == 1:
        return by_level[0]
    return 0 if len(stays) == 1 else None


def names_one(turn: Turn, stays: Sequence[Stay]) -> bool:
    """Whether the message names the place of one of the stays."""
    return len(_named(turn, stays)) == 1


def _named(turn: Turn, stays: Sequence[Stay]) -> list[int]:
    codes = [code_of(e) for e in turn.all(*_PLACES)]
    return [n for n, stay in enumerate(stays) if any(_same(stay.place, code) for code in codes)]


def _same(one: str | None, other: str | None) -> bool:
    """Whether two codes name one place: 330000 and 330100 may."""
    if one is None or other is None:
        return False
    shorter, longer = sorted((one.rstrip("0"), other.rstrip("0")), key=len)
    return longer.startswith(shorter)
