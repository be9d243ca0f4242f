"""Which place a person means: a division, a landmark, a shared location, or one of several."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from actions import speech
from actions.turn import Button, Turn

DIVISION_KINDS = ("town", "district", "city", "province")
SICHUAN = "51"
_FINEST = {kind: rank for rank, kind in enumerate(DIVISION_KINDS)}
_MOST_CHOICES = 6


@dataclass(frozen=True)
class Place:
    """Where: a division, a point, or both.

    Attributes:
        code: division code, None for a shared location.
        name: as it is said back.
        point: latitude and longitude, WGS-84 degrees, when known.
    """

    code: str | None
    name: str
    point: tuple[float, float] | None = None

    def said(self, language: str) -> str:
        """The name in a sentence of ``language``: in English spelt out beside the Chinese."""
        is_division = self.code is not None and self.point is None
        return speech.place(self.name, language, self.code or "") if is_division else self.name


class Ambiguous(Exception):  # noqa: N818 - answered with a question
    """Several divisions have the name the person used."""

    def __init__(self, name: str, candidates: list[dict[str, Any]]) -> None:
        super().__init__(name)
        self.name = name
        self.candidates = candidates

    def buttons(self, intent: str, language: str = "zh") -> list[Button]:
        """One choice for each division."""
        found = {str(c["adcode"]): c["path"].removeprefix("四川省") for c in self.candidates[:_MOST_CHOICES]}
        return [
            Button(speech.place(path, language, code), intent, {"place_code": code})
            for code, path in found.items()
        ]


class OutsideSichuan(Exception):  # noqa: N818 - answered in words
    """The place lies outside Sichuan."""


async def place_of(turn: Turn) -> Place | None:
    """The place of this message, else the one spoken of before; None when none was named.

    Raises:
        Ambiguous: a name of several divisions.
        OutsideSichuan: a place of another province.
        PlatformError: a tapped code could not be looked up.
    """
    here = await _of_message(turn)
    if here is not None:
        remember(turn, here)
        return here
    return recalled(turn)


def named_division(turn: Turn) -> str | None:
    """The code of the one division of Sichuan that this message names; None when it names none or leaves several."""
    try:
        place = _division(turn)
    except (Ambiguous, OutsideSichuan):
        return None
    return place.code if place is not None else None


def outside_sichuan(turn: Turn) -> str | None:
    """The first province, city or district of the message that lies outside Sichuan, when none lies inside."""
    named = [e for e in turn.all(*DIVISION_KINDS) if e.extra.get("adcode") and not e.extra.get("candidates")]
    beyond = [e.value for e in named if not _in_sichuan(str(e.extra["adcode"]))]
    return beyond[0] if beyond and len(beyond) == len(named) else None


def _in_sichuan(code: str) -> bool:
    return code.lstrip("F").startswith(SICHUAN)


def recalled(turn: Turn) -> Place | None:
    """The place spoken of earlier in this conversation."""
    point = _point(turn, turn.slots.get("location"))
    code, name = turn.slots.get("place_code"), turn.slots.get("place_name")
    if point is not None:
        return Place(None, turn.word("place.here"), point)
    return Place(code, name) if code and name else None


def remember(turn: Turn, place: Place) -> None:
    """Keep the place for what is asked next; a point is kept as its token only."""
    if place.code is None:
        turn.clear("place_code", "place_name")
        return
    turn.clear("location")
    turn.set("place_code", place.code)
    turn.set("place_name", place.name)


async def _of_message(turn: Turn) -> Place | None:
    tapped = turn.first("place_code")
    if tapped is not None:
        division = await turn.kit.platform.run(lambda p: p.division(tapped.value))
        return Place(division.code, division.name)
    shared = turn.first("location")
    if shared is not None:
        point = _point(turn, shared.value)
        if point is not None:
            turn.set("location", shared.value)
            return Place(None, turn.word("place.here"), point)
    landmark = turn.first("landmark")
    if landmark is not None:
        mark = turn.kit.landmarks.find(landmark.value)
        if mark is not None:
            return Place(mark.adcode, mark.name, (mark.lat, mark.lon))
    return _division(turn)


def _division(turn: Turn) -> Place | None:
    named = sorted(turn.all(*DIVISION_KINDS), key=lambda e: _FINEST[e.kind])
    if not named:
        return None
    finest = named[0]
    candidates = finest.extra.get("candidates") or []
    if len(candidates) > 1:
        raise Ambiguous(finest.value, candidates)
    code = str(finest.extra.get("adcode") or "")
    if not code:
        return None
    if not _in_sichuan(code):
        raise OutsideSichuan(finest.value)
    return Place(code, finest.value)


def _point(turn: Turn, token: str | None) -> tuple[float, float] | None:
    secret = turn.reveal(token)
    if secret is None:
        return None
    lat, _, lon = secret.value.partition(",")
    return float(lat), float(lon)
