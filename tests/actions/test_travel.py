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
from backend_client import RiskAreaPage, TravelAnswer
from wording.words import Words

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
            "stays": [],
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

    def travel(
        self,
        origin: Any,
        destination: Any,
        *,
        day: Any,
        stay: Any = None,
        left: Any = None,
        stays: Any = (),
    ) -> TravelAnswer:
        self.asked.append((origin, destination, day, [s.wire() for s in stays] if stays else stay, left))
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


HANGZHOU = {"entity": "city", "value": "杭州市", "adcode": "330100", "role": "from"}
LEVELS = {"高风险": "high", "中风险": "medium", "低风险": "low"}


def named(text: str) -> list[dict[str, Any]]:
    """Levels, places and days of September of `text`, as the understanding finds them."""
    found: list[dict[str, Any]] = []
    for word in LEVELS:
        found += [{"entity": "risk_level", "value": word, "start": at} for at in _at(text, word)]
    for word, entity in (("上海", SHANGHAI), ("杭州", HANGZHOU), ("成都", CHENGDU)):
        found += [{**entity, "start": at} for at in _at(text, word)]
    for day in range(1, 10):
        words = f"9月{day}号"
        found += [
            {"entity": "date", "value": f"2022-09-0{day}", "start": at, "grain": "day"}
            for at in _at(text, words)
        ]
    return found


def _at(text: str, word: str) -> list[int]:
    return [at for at in range(len(text)) if text.startswith(word, at)]


def verdict(stay: str, *rules: str, origin: str | None = None, **more: Any) -> dict[str, Any]:
    return {
        "stay": stay,
        "origin": origin,
        "left": None,
        "rule_ids": list(rules),
        "too_old": False,
        "silent": False,
        "decides": False,
        **more,
    }


def after(text: str, platform: Platform, journey: dict[str, Any] | None = None) -> tuple[str, Any]:
    """What is said to `text` in a journey, and the journey then."""
    turn = said(text, *named(text), platform=platform, journey=journey)
    return told(turn)[0], turn.slots["journey"]


HIGH = rule(["high"], CENTRAL, rule_id="high")
MEDIUM = rule(["medium"], {**CENTRAL, "kind": "home"}, rule_id="medium", source="疾控中心")
BOTH = {
    "origin": "310000",
    "origin_name": "上海市",
    "destination": "510100",
    "destination_name": "成都市",
    "stay": "high",
    "left": "2022-09-01",
    "others": [{"kind": "medium", "place": "330100", "name": "杭州市", "left": "2022-09-03"}],
}


def test_several_stays_in_one_message_go_to_the_platform_each_with_its_place_and_day() -> None:
    platform = Platform(
        answer(HIGH, MEDIUM, stays=[verdict("high", "high", decides=True), verdict("medium", "medium")])
    )
    text, journey = after("9月1号离开上海高风险区，9月3号离开杭州中风险区，现在回成都", platform)
    assert platform.asked == [
        ("310000", "510100", None, ["high@310000~2022-09-01", "medium@330100~2022-09-03"], None)
    ]
    assert journey == BOTH
    assert "以最严的为准：上海市高风险区（9月1日离开）" in text
    decides, other = (line for line in text.splitlines() if line[:1] in "▶·")
    assert decides.startswith("▶ 上海市高风险区") and "集中隔离7天" in decides and "央广网" in decides
    assert other.startswith("· 杭州市中风险区") and "算到9月10日" in other and "疾控中心" in other


def test_one_more_stay_is_judged_with_the_one_told_before() -> None:
    one = {name: value for name, value in BOTH.items() if name != "others"}
    platform = Platform(
        answer(HIGH, MEDIUM, stays=[verdict("high", "high", decides=True), verdict("medium", "medium")])
    )
    _, journey = after("9月3号我还去过杭州中风险区", platform, one)
    assert journey == BOTH


def test_one_more_place_without_its_level_is_asked_about_and_the_answer_is_about_that_place() -> None:
    one = {name: value for name, value in BOTH.items() if name != "others"}
    platform = Platform(answer(asks=["high", "medium"]))
    turn = said("我还去过杭州", *named("我还去过杭州"), platform=platform, journey=one)
    text, buttons = told(turn)
    assert "杭州市那边" in text
    assert buttons == ["高风险区", "中风险区", "不清楚"]
    then = Platform(
        answer(HIGH, stays=[verdict("high", "high", decides=True), verdict("medium", silent=True)])
    )
    text, journey = after("中风险", then, turn.slots["journey"])
    assert journey["others"] == [{"kind": "medium", "place": "330100", "name": "杭州市", "left": None}]
    assert journey["stay"] == "high"
    assert "杭州市中风险区：9月5日怎么管，我这里没有准确的规定" in text
    assert "可能更严" in text and "12345" in text


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        ("不对，杭州那个是低风险", ["high", "low"]),
        ("杭州是低风险", ["high", "low"]),
        ("说错了，不是中风险，是高风险", ["high", "high"]),
        ("上海其实是低风险", ["low", "medium"]),
    ],
)
def test_one_stay_is_corrected_and_the_other_stays_as_it_was(words: str, kinds: list[str]) -> None:
    platform = Platform(answer(stays=[verdict(kinds[0], silent=True), verdict(kinds[1], silent=True)]))
    _, journey = after(words, platform, BOTH)
    assert [journey["stay"], journey["others"][0]["kind"]] == kinds
    assert platform.asked[0][3] == [f"{kinds[0]}@310000~2022-09-01", f"{kinds[1]}@330100~2022-09-03"]


def test_the_day_of_one_stay_is_corrected() -> None:
    platform = Platform(answer(stays=[verdict("high", silent=True), verdict("medium", silent=True)]))
    _, journey = after("杭州是9月2号离开的", platform, BOTH)
    assert journey["others"][0]["left"] == "2022-09-02"
    assert journey["left"] == "2022-09-01"


def test_a_stay_that_never_was_leaves_the_other_alone() -> None:
    platform = Platform(answer(HIGH))
    _, journey = after("不对，杭州我没去过", platform, BOTH)
    assert "others" not in journey
    assert platform.asked == [("310000", "510100", None, "high", date(2022, 9, 1))]


@pytest.mark.parametrize("words", ["说错了，是低风险", "不对"])
def test_a_correction_that_fits_several_stays_is_asked_back_and_changes_nothing(words: str) -> None:
    platform = Platform()
    turn = said(words, *named(words), platform=platform, journey=BOTH)
    text, _ = told(turn)
    assert "哪一处" in text and "上海市高风险区" in text and "杭州市中风险区" in text
    assert turn.slots["journey"] == BOTH
    assert platform.asked == []


def test_another_beginning_is_another_journey() -> None:
    platform = Platform(answer(asks=["high"]))
    shenzhen = {"entity": "city", "value": "深圳市", "adcode": "440300", "role": "from", "start": 4}
    turn = said("不对，从深圳", shenzhen, platform=platform, journey=BOTH)
    told(turn)
    assert turn.slots["journey"]["origin"] == "440300"
    assert "others" not in turn.slots["journey"]


def test_too_old_and_unknown_are_said_for_the_stay_they_are_true_of() -> None:
    platform = Platform(
        answer(MEDIUM, stays=[verdict("high", too_old=True), verdict("medium", "medium", decides=True)])
    )
    text, _ = after("那现在呢", platform, BOTH)
    assert "以最严的为准：杭州市中风险区" in text
    assert "上海市高风险区（9月1日离开）：离开得早，已不再算" in text


def test_a_level_nobody_knows_is_left_out_and_said_so() -> None:
    unsure = {**BOTH, "others": [{**BOTH["others"][0], "kind": "unsure"}]}
    platform = Platform(answer(HIGH, stays=[verdict("high", "high", decides=True)]))
    text, _ = after("那现在呢", platform, unsure)
    assert "杭州市：还不知道是哪种风险，没有算进去" in text
    assert "可能更严" in text


def test_several_stays_in_english() -> None:
    platform = Platform(
        answer(HIGH, MEDIUM, stays=[verdict("high", "high", decides=True), verdict("medium", "medium")])
    )
    turn = said("and now", platform=platform, journey=BOTH, language="en")
    text, _ = told(turn)
    assert "the strictest decides: High risk, 上海市 (left 1 September)" in text
    assert "- Medium risk, 杭州市" in text
    assert "you left on 3 September: until 10 September" in text
