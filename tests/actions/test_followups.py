"""Short messages that lean on what was said before, read against the conversation."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.followups import follow_up, note_relatives
from actions.speech import CHINA
from actions.turn import Turn

NOW = datetime(2022, 9, 5, 9, tzinfo=CHINA)
LIST = {"first": 1, "texts": ["甲", "乙", "丙"]}
IN_WUHOU = {"place_code": "510107", "place_name": "武侯区"}


def district(name: str, start: int) -> dict[str, Any]:
    code = {"武侯区": "510107", "青羊区": "510105"}[name]
    return {"entity": "district", "value": name, "start": start, "adcode": code}


def relative(value: str, start: int = 0) -> dict[str, Any]:
    return {"entity": "person_relation", "value": value, "start": start}


def said(text: str, intent: str = "inform", *entities: dict[str, Any], **slots: Any) -> Turn:
    message = {"text": text, "intent": {"name": intent, "confidence": 0.9}, "entities": list(entities)}
    tracker = Tracker("c", slots, message, [], False, None, {}, "action_listen")
    kit: Any = SimpleNamespace(
        vault=SimpleNamespace(get=lambda *_: None), words=SimpleNamespace(say=lambda *_, **__: "")
    )
    return Turn(kit, CollectingDispatcher(), tracker, NOW)


@pytest.mark.parametrize("text", ["那附近呢", "附近有没有", "那里呢", "那边呢？", "nearby?"])
def test_there_continues_the_last_question_about_a_place(text: str) -> None:
    turn = said(
        text, "nlu_fallback", last_topic="ask_offline_code", last_place_topic="find_test_site", **IN_WUHOU
    )
    assert follow_up(turn) == "find_test_site"
    assert turn.intent == "inform"


def test_there_means_nothing_before_a_place_was_named() -> None:
    assert follow_up(said("那里呢", last_topic="find_test_site")) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("第二个怎么走", "2"),
        ("第2家电话多少", "2"),
        ("最后一个几点开门", "3"),
        ("the second one, how do I get there", "2"),
    ],
)
def test_an_ordinal_is_a_line_of_the_list_shown_last(text: str, number: str) -> None:
    turn = said(text, "help", last_topic="find_test_site", shown_sites=LIST)
    assert follow_up(turn) == "find_test_site"
    chosen = turn.first("shown_number")
    assert chosen is not None
    assert chosen.value == number


@pytest.mark.parametrize("text", ["第二次核酸要隔好久做", "第三针好久打", "第二个"])
def test_other_ordinals_are_no_lines_of_a_list(text: str) -> None:
    assert follow_up(said(text, "ask_turn_green", last_topic="find_test_site", shown_sites=LIST)) is None


def test_an_ordinal_without_a_list_is_left_alone() -> None:
    assert follow_up(said("第二个怎么走")) is None


@pytest.mark.parametrize(
    ("text", "spoken_of", "meant"),
    [
        ("她的呢", ["父亲", "母亲"], "母亲"),
        ("他的呢", ["父亲", "母亲"], "父亲"),
        ("那她的核酸呢", ["母亲", "女儿", "儿子"], "女儿"),
        ("她呢", ["儿子"], "儿子"),  # typed without care; there is nobody else it could be
        ("and hers?", ["母亲"], "母亲"),
    ],
)
def test_a_pronoun_is_the_relative_last_spoken_of(text: str, spoken_of: list[str], meant: str) -> None:
    turn = said(
        text,
        "chitchat",
        relatives=spoken_of,
        last_topic="find_test_site",
        last_person_topic="query_test_result",
    )
    assert follow_up(turn) == "query_test_result"
    assert turn.first("person_relation").value == meant  # type: ignore[union-attr]


def test_a_pronoun_in_a_full_question_is_resolved_and_the_question_stays() -> None:
    turn = said("她的码为什么变黄了", "ask_color_reason", relatives=["母亲"])
    note_relatives(turn)
    assert turn.first("person_relation").value == "母亲"  # type: ignore[union-attr]
    assert follow_up(turn) is None


def test_a_pronoun_with_nobody_spoken_of_is_left_alone() -> None:
    assert follow_up(said("她的呢")) is None


def test_mine_again_takes_the_relative_back() -> None:
    turn = said("那我的呢", whose="母亲", last_topic="query_code_status")
    assert follow_up(turn) == "query_code_status"
    assert turn.slots["whose"] is None


@pytest.mark.parametrize("text", ["不对，是青羊区", "我说的是青羊区", "错了，青羊区"])
def test_a_corrected_place_is_asked_about_again(text: str) -> None:
    turn = said(
        text, "deny", district("青羊区", text.index("青羊")), last_topic="query_risk_area", **IN_WUHOU
    )
    assert follow_up(turn) == "query_risk_area"


def test_of_two_places_the_corrected_one_counts() -> None:
    turn = said(
        "不是武侯区，是青羊区",
        "deny",
        district("武侯区", 2),
        district("青羊区", 7),
        last_topic="find_test_site",
    )
    assert follow_up(turn) == "find_test_site"
    assert [e.value for e in turn.all("district")] == ["青羊区"]


def test_of_two_relatives_the_corrected_one_counts() -> None:
    turn = said(
        "不是我妈，是我爸", "deny", relative("母亲", 3), relative("父亲", 7), last_topic="query_code_status"
    )
    assert follow_up(turn) == "query_code_status"
    assert [e.value for e in turn.all("person_relation")] == ["父亲"]


def test_inside_a_form_a_correction_belongs_to_the_form_and_a_question_does_not() -> None:
    corrected = said("不对，是青羊区", "deny", district("青羊区", 4), last_topic="find_test_site")
    assert follow_up(corrected, in_form=True) is None
    asked = said("她的呢", relatives=["母亲"], last_person_topic="query_code_status")
    assert follow_up(asked, in_form=True) == "query_code_status"


def test_a_level_completes_a_journey_and_only_a_journey() -> None:
    level = {"entity": "risk_level", "value": "高风险", "start": 0}
    assert follow_up(
        said("高风险", "inform", level, last_topic="ask_travel_policy", journey={"origin": "310000"})
    ) == ("ask_travel_policy")
    assert follow_up(said("高风险", "inform", level, last_topic="query_code_status")) is None


@pytest.mark.parametrize(
    "text", ["武侯区哪里能做核酸", "帮我查一下我的健康码是什么颜色", "离线码管几天", "谢谢", "/inform"]
)
def test_a_message_that_stands_alone_is_left_as_it_was(text: str) -> None:
    turn = said(
        text, "ask_policy", last_topic="find_test_site", shown_sites=LIST, relatives=["母亲"], **IN_WUHOU
    )
    assert follow_up(turn) is None
    assert turn.intent == "ask_policy"
