"""A journey as people speak of it: from where, where to, when, and what the place was where they stayed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import get_args

from actions.places import DIVISION_KINDS, SICHUAN
from actions.turn import Entity, Turn
from backend_client import TravelStay

ABROAD = "abroad"
PROVINCE = "510000"
STAYS: tuple[str, ...] = get_args(TravelStay)
_PLACES = (*DIVISION_KINDS, "landmark")
_LEVELS: Mapping[str, str] = {"高风险": "high", "中风险": "medium", "低风险": "low"}
_STAY_WORDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("class_a", re.compile(r"[Aa]类")),
    ("class_b_cases", re.compile(r"[Bb]类.{0,8}有(?:病例|疫情)")),
    ("class_b", re.compile(r"[Bb]类")),
    ("same_street", re.compile(r"(?:同一?个?|风险区所在的?)(?:街道|乡镇|镇)")),
    ("same_county", re.compile(r"(?:同一?个?|风险区所在的?)(?:区县|县|区)(?!域)")),
    (
        "clear",
        re.compile(
            r"[没无]有?(?:任何)?(?:疫情|病例|风险区)|常态化|no (?:outbreak|cases)|without (?:an )?outbreak",
            re.I,
        ),
    ),
)
_AWAY = re.compile(
    r"离开|走的|出来的|去过|待过|到过|住过|呆过|\bleft\b|\bwas in\b|\bbeen to\b", re.IGNORECASE
)
_LEAVING = re.compile(r"离开|出城|出省|\bleav(?:e|ing)\b", re.IGNORECASE)
_NOT_KNOWN = re.compile(
    r"不(?:清楚|知道|晓得|确定)|没查过|\b(?:not sure|don'?t know|no idea)\b", re.IGNORECASE
)
UNSURE = "unsure"


@dataclass(frozen=True)
class Trip:
    """A journey as far as the person has told it; codes of divisions, `abroad`, ISO days."""

    origin: str | None = None
    origin_name: str | None = None
    destination: str | None = None
    destination_name: str | None = None
    stay: str | None = None
    day: str | None = None
    left: str | None = None

    @classmethod
    def recalled(cls, turn: Turn) -> Trip:
        """The journey spoken of before in this conversation."""
        held = turn.slots.get("journey")
        return cls(**held) if isinstance(held, dict) else cls()

    def keep(self, turn: Turn) -> None:
        """Remember it for what is asked next."""
        turn.set(
            "journey", {name: value for name, value in asdict(self).items() if value is not None} or None
        )

    @property
    def told(self) -> bool:
        """Whether it says enough to look for rules."""
        return bool(self.origin or self.stay)

    @property
    def begins_in_sichuan(self) -> bool:
        """Whether it sets out from a place of Sichuan."""
        return in_sichuan(self.origin)


def in_sichuan(code: str | None) -> bool:
    """Whether a division code lies in Sichuan."""
    return code is not None and code.lstrip("F").startswith(SICHUAN)


def spoken(turn: Turn) -> Trip:
    """What this message says of a journey."""
    origin, destination = _ends(turn)
    day, left = _days(turn)
    return Trip(
        origin=_code(origin),
        origin_name=origin.value if origin else None,
        destination=_code(destination),
        destination_name=destination.value if destination else None,
        stay=_stay(turn),
        day=day,
        left=left,
    )


def continued(before: Trip, now: Trip) -> Trip:
    """The journey spoken of before, with what this message adds or corrects.

    Another place one comes from has its own risk level: what was said of the old one is forgotten.
    """
    if now.origin is not None and now.origin != before.origin:
        before = replace(before, stay=None, left=None)
    return replace(before, **{name: value for name, value in asdict(now).items() if value is not None})


def _ends(turn: Turn) -> tuple[Entity | None, Entity | None]:
    """The places a journey begins and ends at; one without a direction is put where it makes sense."""
    named = [
        e
        for e in turn.all(*_PLACES)
        if e.extra.get("adcode") or e.extra.get("abroad") or e.extra.get("candidates")
    ]
    origin = next((e for e in named if e.extra.get("role") == "from"), None)
    destination = next((e for e in named if e.extra.get("role") == "to" and e is not origin), None)
    loose = [e for e in named if not e.extra.get("role")]
    for place in loose:
        inside = in_sichuan(_code(place))
        ends_inside = destination is None or in_sichuan(_code(destination))
        leaves = inside and (not ends_inside or _LEAVING.search(turn.text))
        if origin is None and (leaves or (not inside and ends_inside)):
            origin = place
        elif destination is None:
            destination = place
    return origin, destination


def _code(place: Entity | None) -> str | None:
    if place is None:
        return None
    if place.extra.get("abroad"):
        return ABROAD
    candidates = place.extra.get("candidates") or []
    codes = [str(c["adcode"]) for c in candidates] or [str(place.extra.get("adcode") or "")]
    if len(set(codes)) == 1:
        return codes[0] or None
    provinces = {code.lstrip("F")[:2] for code in codes}
    return f"{provinces.pop()}0000" if len(provinces) == 1 else None


def _stay(turn: Turn) -> str | None:
    tapped = turn.first("choice")
    if tapped is not None:
        field, _, value = tapped.value.partition("=")
        return value if field == "stay" and value in (*STAYS, UNSURE) else None
    level = turn.first("risk_level")
    if level is not None:
        return _LEVELS.get(level.value)
    worded = next((stay for stay, words in _STAY_WORDS if words.search(turn.text)), None)
    return worded or (UNSURE if turn.intent != "ask_travel_policy" and _NOT_KNOWN.search(turn.text) else None)


def _days(turn: Turn) -> tuple[str | None, str | None]:
    """The day of the journey, and the day the place was left: a past day is both, unless only leaving is spoken of."""
    named = turn.first("date")
    if named is None:
        return None, None
    last = str(named.extra.get("until") or named.value)
    if date.fromisoformat(last) >= turn.now.date():
        return named.value, None
    return (None, last) if _AWAY.search(turn.text) else (last, last)
