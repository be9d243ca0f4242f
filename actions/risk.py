"""Risk areas (R1): a building, an estate, a street, or everything of a district."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar

from actions import speech
from actions.base import Topic
from actions.places import Ambiguous, OutsideSichuan, Place, outside_sichuan, place_of
from actions.turn import Turn
from backend_client import RiskArea, RiskCheck, RiskLevel, RiskNeighbour

_SHOWN = 6
_NEIGHBOURS = 3
_LONGEST_AREA = 120
_LEVEL_OF: dict[str, RiskLevel] = {"高风险": "high", "中风险": "medium", "低风险": "low"}
#: Words that ask for the level of one address rather than for a list.
_BUILDING = re.compile(
    r"栋|幢|号楼|单元|小区|花园|苑|庭|路\d*|街|村|组|号院|底商|大厦|广场|公寓|building|block|estate",
    re.IGNORECASE,
)

#: An estate without a name is asked for.
_NO_NAME = re.compile(
    r"^(?:我们?|咱们?|这个?|那个?|你们)?(?:家|住)?(?:的)?(?:这里|楼下)?(?:小区|院子|楼栋|这栋楼?|村|街)?(?:的?地方)?$"
)
_POLITE = re.compile(
    r"^(?:(?:is|are|was)\s+|"
    r"请问一?下?|麻烦|你好|您好|那个?|查一?下|帮我?查一?下|看一?下|我想?问一?下?|我?住在?|我家在?|[，, ])+"
)
_LATIN = re.compile(r"[A-Za-z]{2}")
_ASKING = re.compile(
    r"是不是|是否|属于|算不算|算|在不在|是[高中低啥什]|是个|有没有|[高中低]风险|风险|什么|啥|吗|呢|嘛|不\b|[？?]"
    r"|\s+(?:an? |in an? )?(?:high|medium|low)[- ]risk"
)


class RiskAreas(Topic):
    """R1: by region and by address text; level, since when, time of the data."""

    intents: ClassVar[tuple[str, ...]] = ("query_risk_area",)

    def name(self) -> str:
        """Rasa's name of the action."""
        return "action_query_risk_area"

    async def handle(self, turn: Turn) -> None:
        """One address gets its level; a division gets its list."""
        abroad = outside_sichuan(turn)
        if abroad:
            turn.say("risk.outside", [turn.button("person", "request_human")], name=abroad)
            return
        asked = self._question(turn)
        if asked:
            await self._check(turn, asked, _county(turn))
            return
        try:
            place = await place_of(turn)
        except Ambiguous as several:
            turn.say("place.which", several.buttons("query_risk_area", turn.language), name=several.name)
            return
        except OutsideSichuan as outside:
            turn.say("risk.outside", [turn.button("person", "request_human")], name=str(outside))
            return
        if place is not None and place.code:
            await self._list(turn, place)
        else:
            turn.say("risk.ask_place")

    def _question(self, turn: Turn) -> str | None:
        """The question about one address: this message, or the one that waits for its district."""
        if turn.intent == "inform":
            waiting = turn.slots.get("place_text")
            if waiting:
                return str(waiting)
            return turn.text if turn.first("address") else None
        typed = not turn.text.startswith("/")
        if (
            typed
            and not _NO_NAME.match(place_words(turn.text))
            and (turn.first("address", "institution") or _BUILDING.search(turn.text))
        ):
            turn.set("place_text", turn.text)
            return turn.text
        turn.clear("place_text")
        return None

    async def _check(self, turn: Turn, asked: str, code: str | None) -> None:
        words = place_words(asked) if _LATIN.search(asked) else asked
        found = await turn.kit.platform.run(lambda p: p.check_risk(words, division=code))
        if found.verdict == "unknown":
            self._unknown(turn, found, asked)
            return
        turn.clear("place_text")
        lines = [_verdict(turn, found, asked)]
        lines += [_neighbour(turn, n) for n in found.same_place[:_NEIGHBOURS]]
        lines.append(_freshness(turn, found))
        turn.say_text("\n".join(lines), [turn.button("restrictions", "ask_restrictions")])

    def _unknown(self, turn: Turn, found: RiskCheck, asked: str) -> None:
        key = "risk.unknown" if found.division else "risk.which_district"
        lines = [turn.word(key, asked=place_words(asked))]
        if found.candidates:
            lines.append(
                turn.word("risk.candidates", names=speech.join(found.candidates[:_NEIGHBOURS], turn.language))
            )
        elif found.note and turn.language == "zh":
            lines = [found.note]
        lines += [_neighbour(turn, n) for n in found.same_place[:_NEIGHBOURS]]
        lines.append(_freshness(turn, found))
        turn.say_text("\n".join(lines), [turn.button("person", "request_human")])

    async def _list(self, turn: Turn, place: Place) -> None:
        level = turn.first("risk_level")
        wanted = _LEVEL_OF.get(level.value) if level else None
        page = await turn.kit.platform.run(
            lambda p: p.risk_areas(division=place.code, level=wanted, limit=_SHOWN)
        )
        counts = page.counts
        lines = []
        if counts is None or not (counts.high or counts.medium):
            lines.append(turn.word("risk.none_here", place=place.said(turn.language)))
        else:
            lines.append(
                turn.word(
                    "risk.counts", place=place.said(turn.language), high=counts.high, medium=counts.medium
                )
            )
            lines += _areas(turn, page.items)
            if len(page.items) < (getattr(counts, wanted) if wanted else counts.high + counts.medium):
                lines.append(turn.word("risk.more"))
        when = page.data_time
        lines.append(
            turn.word("risk.as_of", when=speech.moment(when, turn.language))
            if when
            else turn.word("risk.no_data")
        )
        turn.say_text("\n".join(lines))


def _county(turn: Turn) -> str | None:
    """The division to look in: tapped, or a district named on its own.

    Names of towns and landmarks are left to the list itself: estates are often called after them.
    """
    tapped = turn.first("place_code")
    if tapped is not None:
        return tapped.value
    district = turn.first("district")
    if district is None or len(district.extra.get("candidates") or []) > 1:
        return None
    return str(district.extra.get("adcode") or "") or None


def place_words(question: str) -> str:
    """The words of a question that name the place: “请问锦东庭园14栋是高风险吗” → “锦东庭园14栋”."""
    return _ASKING.split(_POLITE.sub("", question.strip()), maxsplit=1)[0].strip(" ，,。") or question


def _areas(turn: Turn, areas: Sequence[RiskArea]) -> list[str]:
    return [
        turn.word(
            "risk.line",
            level=speech.level(area.level, turn.language),
            area=f"{speech.place(area.division.name, turn.language)} {_short(area.text)}",
            since=speech.day(area.since, turn.language),
        )
        for area in areas
        if area.level != "low"
    ]


def _verdict(turn: Turn, found: RiskCheck, asked: str) -> str:
    match = found.matches[0] if found.matches else None
    where = found.division.path.removeprefix("四川省") if found.division else ""
    values = {
        "asked": place_words(asked),
        "level": speech.level(found.verdict, turn.language),
        "place": speech.place(where, turn.language),
        "area": _short(match.area_text) if match else "",
        "since": speech.day(match.since, turn.language) if match else "",
    }
    how = "low" if found.verdict == "low" else "listed"
    return turn.word(f"risk.verdict.{how}", **values)


def _neighbour(turn: Turn, area: RiskNeighbour) -> str:
    return turn.word(
        "risk.same_place", level=speech.level(area.level, turn.language), area=_short(area.area_text)
    )


def _freshness(turn: Turn, found: RiskCheck) -> str:
    if found.data_time is None:
        return turn.word("risk.no_data")
    return turn.word("risk.as_of", when=speech.moment(found.data_time, turn.language))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_AREA else text[: _LONGEST_AREA - 1] + "…"
