"""The summary quotes: facts and the citizen's own words, nothing that the talk does not show."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hotline.chats.model import Chat
from hotline.chats.records import ChatEvent
from hotline.live.summary import facts_of, summary_of
from hotline.live.wire import context_wire, is_tap


def chat(**changes: Any) -> Chat:
    values: dict[str, Any] = {
        "chat_id": "c",
        "conversation_id": "web-1",
        "channel": "web",
        "reason": "failures",
        "language": "zh",
        "opened_at": 0.0,
        "state_since": 0.0,
        "queued_since": 0.0,
        **changes,
    }
    return Chat(**values)


def context(*said: str, **facts: str) -> dict[str, Any]:
    return {"transcript": [{"who": "person", "text": text, "at": None} for text in said], "facts": facts}


def event(text: str) -> ChatEvent:
    return ChatEvent(1, "c", 1, "citizen", "", 0.0, None, 1, {"text": text})


def test_why_about_what_and_the_last_three_wishes() -> None:
    lines = summary_of(
        chat(topic="find_test_site", large_type=True),
        context("一", "二", "/affirm", "我要转人工", place="武侯区", form="appeal_form"),
        [event("三"), event("四")],
    )
    assert lines == [
        "助手两次没听懂，转人工（网页，长辈版）。",
        "在问：找检测点，武侯区。",
        "表填到一半：申诉。",
        "最后说的：“二”；“三”；“四”。",
    ]


def test_nothing_known_is_nothing_said() -> None:
    assert summary_of(chat(reason="asked"), {}, []) == ["市民要找人工（网页）。"]
    assert facts_of({}) == []


def test_facts_are_in_words() -> None:
    found = facts_of(context(topic="query_vaccine", pending="ask_color_reason", failures="2", unknown="x"))
    assert found == [("最近在问", "疫苗"), ("还没办完的事", "变码原因"), ("助手没听懂的次数", "2")]


def test_a_tapped_choice_is_no_wish() -> None:
    assert is_tap("/affirm")
    assert is_tap('/inform{"place": "武侯区"}')
    assert not is_tap("/ 这是什么")
    lines = context_wire(context("/affirm", "我电话13900000001"))["transcript"]
    assert lines[0]["text"] == "（点了一个选项）"
    assert "13900000001" not in lines[1]["text"]


@given(st.lists(st.text(max_size=200)))
def test_a_long_story_is_cut_and_every_quotation_is_the_citizens(said: list[str]) -> None:
    lines = summary_of(chat(), context(*said), [])
    assert all(len(line) < 3 * 70 for line in lines)
