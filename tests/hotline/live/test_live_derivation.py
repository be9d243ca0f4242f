"""How a code is told to an agent: what holds, what decides, what is done, waiting and open, and what comes when."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from backend_client import Code, CodeLook
from hotline.live.derivation import TOPICS, derivation
from tests.hotline.fake_platform import YELLOW
from wording.words import Words

WORDS = Words.load(Path(__file__).parents[3] / "data" / "responses", *TOPICS)


def told(relation: str | None = None, **changes: Any) -> dict[str, Any]:
    code = Code.parse_obj({**YELLOW, **changes})
    return derivation(CodeLook(name_masked="王*", documents=(), code=code), WORDS, relation)


def step(kind: str, needed: int, done: int, **more: Any) -> dict[str, Any]:
    at = [f"2022-09-0{day}T16:20:00+08:00" for day in range(3, 3 + done)]
    return {"kind": kind, "needed": needed, "done": done, "interval_hours": 24, "done_at": at, **more}


def test_steps_that_are_done_waiting_and_open_are_told_apart() -> None:
    steps = [
        step("nucleic_test", 2, 2),
        step("nucleic_test", 2, 1, pending_at=["2022-09-05T08:00:00+08:00"]),
        step("nucleic_test", 2, 1, earliest_at="2022-09-05T16:20:00+08:00"),
    ]
    assert [(one["state"], one["text"]) for one in told(requirements=steps)["steps"]] == [
        ("做完了", "核酸检测，2次，最近一次9月4日下午4点20分。"),
        ("等结果", "9月5日上午8点采的样还在等结果；结果是阴性，该做的就做完了。"),
        (
            "还要做",
            "已有1次阴性（最近一次9月3日下午4点20分采样），还差1次：最早9月5日下午4点20分以后采样，两次间隔满24小时，结果阴性后自动转绿码。",
        ),
    ]


def test_of_several_rules_the_one_that_decides_is_marked() -> None:
    (overlap,) = YELLOW["reasons"]
    contact = {**overlap, "rule_id": "contact", "colour": "red", "summary": "被判定为密接"}
    found = told(colour="red", deciding="contact", reasons=[contact, overlap])["rules"]
    assert [(one["decides"], one["asks"]) for one in found] == [(True, "红码"), (False, "黄码")]
    assert found[0]["text"] == "原因：被判定为密接。依据：规则（2021年11月9日）。"


def test_the_next_colours_come_with_their_days_and_a_release_without() -> None:
    coming = [
        {"colour": "yellow", "not_before": "2022-09-09T20:00:00+08:00", "by": "time"},
        {"colour": "green", "not_before": None, "by": "release"},
    ]
    assert told(colour="red", next_colours=coming)["coming"] == [
        "最早9月9日晚上8点可以转黄码。",
        "转绿码没有固定日期，要等解除。",
    ]


def test_a_green_code_says_why_and_a_missing_one_how_to_get_it() -> None:
    nothing = {"reasons": [], "requirements": []}
    assert told(colour="green", **nothing)["nothing"] == "没有任何规定要您变色，所以是绿码。"
    missing = told("母亲", colour="none", since=None, **nothing)
    assert (missing["lines"], missing["nothing"]) == (["系统里还没有您母亲的健康码，可以先申领。"], "")
