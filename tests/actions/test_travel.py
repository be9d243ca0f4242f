"""A journey in words: what is read, what is asked, what is told and what is not."""

from __future__ import annotations

import asyncio
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.journeys import Trip, continued, spoken
from actions.speech import CHINA
from actions.travel import Travel
from actions.turn import Turn
from actions.words import Words
from backend_client import RiskAreaPage, TravelAnswer

NOW = datetime(2022, 9, 5, 9, tzinfo=CHINA)
WORDS = Words.load(Path(__file__).resolve().parents[2] / "data" / "responses")
SHANGHAI = {"entity": "city", "value": "上海市", "adcode": "310000", "role": "from", "start": 0}
CHENGDU = {"entity": "city", "value": "成都市", "adcode": "510100", "role": "to", "start": 3}
MEASURE = {
    **dict.fromkeys(
        ["hours", "count", "days", "interval_hours", "kind", "count_from", "places", "until_test"]
    ),
    **dict.fromkeys(["untested_days", "swab"]),
    **dict.fromkeys(["advised", "double", "first_frees", "otherwise"], False),
    "stretches": [],
    "on_days": [],
    "papers": [],
}


def rule(stay: list[str], *measures: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "rule_id": "r",
        "stay": stay,
        "origin": [],
        "origin_partly": False,
        "destination": [],
        "look_back_days": 7,
        "requires": [{**MEASURE, **measure} for measure in measures],
        "colour": [],
        "valid_from": "2022-06-29",
        "valid_to": "2022-11-10",
        "source": "央广网",
        "url": "https://example.org",
        "source_date": None,
        "trust": "O",
        "assumed": [],
        **more,
    }


def answer(*items: dict[str, Any], **more: Any) -> TravelAnswer:
    return TravelAnswer.parse_obj(
        {
            "day": "2022-09-05",
            "direction": "in",
            "items": list(items),
            "asks": [],
            "silent": False,
            "too_old": False,
            "look_back_days": 7,
            "as_of": "2022-09-05T09:00:00+08:00",
            **more,
        }
    )


class Platform:
    """Answers `travel` in turn and keeps what it was asked."""

    def __init__(self, *answers: TravelAnswer, risks: tuple[int, int, int] = (0, 0, 0)) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[Any, ...]] = []
        self._risks = risks

    async def run(self, call: Any) -> Any:
        return call(self)

    def travel(self, origin: Any, destination: Any, *, day: Any, stay: Any, left: Any) -> TravelAnswer:
        self.asked.append((origin, destination, day, stay, left))
        return self.answers.pop(0)

    def risk_areas(self, division: str, limit: int) -> RiskAreaPage:
        counts = dict(zip(("high", "medium", "low"), self._risks, strict=True))
        time = "2022-09-05T00:00:00+08:00"
        return RiskAreaPage.parse_obj({"items": [], "next_cursor": None, "data_time": time, "counts": counts})


def said(
    text: str, *entities: dict[str, Any], platform: Platform, intent: str = "ask_travel_policy", **slots: Any
) -> Turn:
    message = {"text": text, "intent": {"name": intent, "confidence": 0.9}, "entities": list(entities)}
    kit: Any = SimpleNamespace(words=WORDS, platform=platform)
    return Turn(
        kit, CollectingDispatcher(), Tracker("c", slots, message, [], False, None, {}, "action_listen"), NOW
    )


def told(turn: Turn) -> tuple[str, list[str]]:
    asyncio.run(Travel().handle(turn))
    messages = turn.dispatcher.messages
    return "\n".join(m["text"] for m in messages), [b["title"] for m in messages for b in m["buttons"] or []]


CENTRAL = {"what": "isolation", "kind": "central", "days": 7, "count_from": "departure"}


def test_only_the_level_is_asked_and_only_when_it_changes_the_answer() -> None:
    turn = said("上海回成都要隔离不", SHANGHAI, CHENGDU, platform=Platform(answer(asks=["high", "low"])))
    text, buttons = told(turn)
    assert "7天内" in text
    assert buttons == ["高风险区", "低风险区", "不清楚"]
    assert turn.slots["journey"]["origin"] == "310000"


def test_what_applies_is_told_with_source_and_date() -> None:
    platform = Platform(
        answer(rule(["high"], CENTRAL, colour=[{"colour": "red", "when": "always", "hours": None}]))
    )
    high = {"entity": "risk_level", "value": "高风险", "start": 6}
    text, _ = told(said("上海高风险区回成都要隔离不", SHANGHAI, CHENGDU, high, platform=platform))
    assert platform.asked == [("310000", "510100", None, "high", None)]
    for words in ("集中隔离7天", "红码", "央广网", "2022年6月29日"):
        assert words in text


def test_a_colour_no_source_states_is_said_to_be_unknown() -> None:
    medium = {"entity": "risk_level", "value": "中风险", "start": 6}
    platform = Platform(answer(rule(["medium"], {**CENTRAL, "kind": "home"})))
    text, _ = told(said("上海中风险区回成都要隔离不", SHANGHAI, CHENGDU, medium, platform=platform))
    assert "码会不会变，规定里没有写" in text


def test_what_no_rule_says_is_said_to_be_unknown_with_the_hotline() -> None:
    high = {"entity": "risk_level", "value": "高风险", "start": 6}
    text, buttons = told(
        said("上海高风险区回成都", SHANGHAI, CHENGDU, high, platform=Platform(answer(silent=True)))
    )
    assert "没有准确的规定" in text
    assert "12345" in text
    assert "记工单" in buttons


def test_the_days_of_isolation_are_counted_from_the_day_the_place_was_left() -> None:
    left = {"entity": "date", "value": "2022-09-03", "start": 0, "grain": "day"}
    high = {"entity": "risk_level", "value": "高风险", "start": 9}
    platform = Platform(answer(rule(["high"], CENTRAL)))
    text, _ = told(
        said("9月3号离开上海高风险区，现在回成都", left, SHANGHAI, CHENGDU, high, platform=platform)
    )
    assert platform.asked[0][4] == date(2022, 9, 3)
    assert "算到9月10日" in text


def test_inside_sichuan_the_level_comes_from_the_risk_list() -> None:
    mianyang = {"entity": "city", "value": "绵阳市", "adcode": "510700", "role": "from", "start": 0}
    platform = Platform(
        answer(rule(["low"], {"what": "test_before", "hours": 48}), direction="within"), risks=(0, 1, 1)
    )
    text, _ = told(said("从绵阳到成都要核酸吗", mianyang, CHENGDU, platform=platform))
    assert platform.asked[0][3] == "low"
    assert "48小时内核酸阴性" in text
    assert "名单更新至" in text


def test_another_origin_forgets_the_level_of_the_old_one() -> None:
    before = Trip(origin="310000", origin_name="上海市", destination="510100", stay="high", left="2022-09-01")
    after = continued(before, Trip(origin="440300", origin_name="深圳市"))
    assert (after.origin, after.destination, after.stay, after.left) == ("440300", "510100", None, None)


@pytest.mark.parametrize(
    ("text", "stay"),
    [
        ("A类城市回来", "class_a"),
        ("B类城市有病例的县", "class_b_cases"),
        ("我们那里没有疫情", "clear"),
        ("同一个街道", "same_street"),
    ],
)
def test_where_somebody_stayed_is_read_from_the_words(text: str, stay: str) -> None:
    assert spoken(said(text, platform=Platform())).stay == stay


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("成都人去上海要隔离吗", ("510100", "310000")),
        ("离开成都要核酸吗", ("510100", None)),
        ("上海的人来要隔离吗", ("310000", None)),
    ],
)
def test_a_place_without_a_direction_is_put_where_it_makes_sense(
    text: str, shown: tuple[str, str | None]
) -> None:
    entities = []
    for name, code, value in (("成都", "510100", "成都市"), ("上海", "310000", "上海市")):
        if name in text:
            role = {"role": "to"} if f"去{name}" in text else {}
            entities.append(
                {"entity": "city", "value": value, "adcode": code, "start": text.index(name), **role}
            )
    trip = spoken(said(text, *entities, platform=Platform()))
    assert (trip.origin, trip.destination) == shown


def test_english_is_answered_in_english() -> None:
    platform = Platform(answer(rule(["high"], CENTRAL, {"what": "test_on_days", "on_days": [1, 7]})))
    high = {"entity": "risk_level", "value": "高风险", "start": 6}
    text, _ = told(said("from a high risk area", SHANGHAI, CHENGDU, high, platform=platform, language="en"))
    assert "7 days of central isolation counted from leaving the place; tests on days 1, 7." in text
