"""A journey as people speak of it: from where, where to, when, and what the place was where they stayed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import get_args

from actions.places import DIVISION_KINDS, SICHUAN
from actions.stays import LEVELS, UNSURE, Stay, code_of, corrects
from actions.turn import Entity, Turn
from backend_client import TravelStay

ABROAD = "abroad"
PROVINCE = "510000"
_SAID = ("origin", "origin_name", "destination", "destination_name", "stay", "day", "left")
STAYS: tuple[str, ...] = get_args(TravelStay)
_PLACES = (*DIVISION_KINDS, "landmark")
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


@dataclass(frozen=True)
class Trip:
    """A journey as far as the person has told it; codes of divisions, `abroad`, ISO days.

    `stay` and `left` are about the place it begins at, `others` are further places the person stayed in.
    """

    origin: str | None = None
    origin_name: str | None = None
    destination: str | None = None
    destination_name: str | None = None
    stay: str | None = None
    day: str | None = None
    left: str | None = None
    others: tuple[Stay, ...] = ()

    @classmethod
    def recalled(cls, turn: Turn) -> Trip:
        """The journey spoken of before in this conversation."""
        held = turn.slots.get("journey")
        if not isinstance(held, dict):
            return cls()
        return cls(**{**held, "others": tuple(Stay(**other) for other in held.get("others", ()))})

    def keep(self, turn: Turn) -> None:
        """Remember it for what is asked next."""
        told = {name: value for name, value in asdict(self).items() if value is not None and value != ()}
        turn.set("journey", {**told, "others": list(told["others"])} if self.others else told or None)

    @property
    def stays(self) -> list[Stay]:
        """Every place the person stayed in, that where the journey begins first."""
        return [Stay(self.stay, self.origin, self.origin_name, self.left), *self.others]

    def with_stays(self, stays: Sequence[Stay]) -> Trip:
        """The journey with other stays; the first is that of the place it begins at."""
        first = stays[0] if stays else Stay()
        return replace(
            self,
            origin=first.place or self.origin,
            origin_name=first.name or self.origin_name,
            stay=first.kind,
            left=first.left,
            others=tuple(stays[1:]),
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
        origin=code_of(origin),
        origin_name=origin.value if origin else None,
        destination=code_of(destination),
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
        before = replace(before, stay=None, left=None, others=())
    said = {name: getattr(now, name) for name in _SAID if getattr(now, name) is not None}
    return replace(before, **said)


def day_of(turn: Turn) -> str | None:
    """The day of the journey, where the message names several days: the first that is not over."""
    days = (e.value for e in turn.all("date"))
    return next((day for day in days if date.fromisoformat(day) >= turn.now.date()), None)


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
        inside = in_sichuan(code_of(place))
        ends_inside = destination is None or in_sichuan(code_of(destination))
        leaves = inside and (not ends_inside or _LEAVING.search(turn.text))
        if origin is None and (leaves or (not inside and ends_inside)):
            origin = place
        elif destination is None:
            destination = place
    return origin, destination


def _stay(turn: Turn) -> str | None:
    tapped = turn.first("choice")
    if tapped is not None:
        field, _, value = tapped.value.partition("=")
        return value if field == "stay" and value in (*STAYS, UNSURE) else None
    levels = turn.all("risk_level")
    if levels:  # “不是高风险，是中风险” means the second
        return LEVELS.get(levels[-1 if corrects(turn) else 0].value)
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
