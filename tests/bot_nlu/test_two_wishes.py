"""Two wishes in one message: where it is cut, and when it stays one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.piece_splitter import PIECE, PieceSplitter
from bot.nlu.two_wishes import TwoWishes
from bot.nlu.wish_pieces import pieces


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("我妈黄码了咋办，哪里能做核酸", ["我妈黄码了咋办", "哪里能做核酸"]),
        ("我码咋黄了？附近哪儿能做核酸", ["我码咋黄了？", "附近哪儿能做核酸"]),
        ("上海回成都要隔离不，另外健康通怎么申领", ["上海回成都要隔离不", "健康通怎么申领"]),
        ("我昨天去了春熙路，码咋黄了，哪里做核酸", ["我昨天去了春熙路，码咋黄了", "哪里做核酸"]),
        ("how do i turn green and also where can i test", ["how do i turn green ", "where can i test"]),
    ],
)
def test_a_message_is_cut_where_one_wish_ends(text: str, parts: list[str]) -> None:
    assert [text[start:end] for start, end in pieces().two(text)] == parts


@pytest.mark.parametrize(
    "text", ["我妈黄码了，咋办", "你好，请问哪里能做核酸，谢谢", "武侯区，明天", "a，b，c", "，，？？", ""]
)
def test_one_wish_with_what_leads_up_to_it_is_not_cut(text: str) -> None:
    assert pieces().two(text) == []


@given(st.text(alphabet="我码黄咋办哪里核酸，。？?！ 还有另外and also吗", max_size=40))
def test_pieces_lie_in_the_text_one_after_the_other(text: str) -> None:
    found = pieces().two(text)
    assert len(found) in (0, 2)
    for start, end in found:
        assert 0 <= start < end <= len(text)
        assert text[start:end].strip()
    if found:
        assert found[0][1] <= found[1][0]


def judged(whole: str, first: tuple[str, float], second: tuple[str, float]) -> Message:
    """A message after judging, its whole and its pieces understood as given."""
    message = Message({TEXT: "我妈黄码了咋办，哪里能做核酸", ENTITIES: []})
    passed = PieceSplitter().process([message])
    assert [part.get(PIECE) for part in passed] == [None, (0, 7), (8, 14)]
    known: list[tuple[str, float]] = [(whole, 0.8), first, second]
    for part, (intent, sure) in zip(passed, known, strict=True):
        part.set(INTENT, {"name": intent, "confidence": sure})
        part.set(
            "intent_ranking", [{"name": intent, "confidence": sure}, {"name": first[0], "confidence": 0.1}]
        )
    left = TwoWishes({**TwoWishes.get_default_config()}).process(passed)
    assert left == [message]
    return message


def also(message: Message) -> list[Any]:
    return [(e["value"], e["text"], e["first_text"]) for e in message.get(ENTITIES)]


def test_two_services_understood_with_confidence_are_two_wishes_in_their_order() -> None:
    message = judged("find_test_site", ("ask_turn_green", 0.9), ("find_test_site", 0.95))
    assert message.get(INTENT)["name"] == "ask_turn_green"
    assert also(message) == [("find_test_site", "哪里能做核酸", "我妈黄码了咋办")]


@pytest.mark.parametrize(
    ("whole", "first", "second"),
    [
        ("ask_turn_green", ("ask_turn_green", 0.5), ("find_test_site", 0.95)),  # not sure of the first
        ("ask_turn_green", ("ask_turn_green", 0.9), ("chitchat", 0.95)),  # no service
        ("ask_turn_green", ("ask_turn_green", 0.9), ("ask_turn_green", 0.9)),  # the same
        ("ask_turn_green", ("ask_turn_green", 0.9), ("ask_color_reason", 0.9)),  # one thing in one breath
        ("query_ticket", ("ask_turn_green", 0.9), ("find_test_site", 0.95)),  # the whole is a third thing
        ("emergency", ("ask_turn_green", 0.9), ("find_test_site", 0.95)),  # danger comes first and alone
        (
            "request_human",
            ("request_human", 0.99),
            ("find_test_site", 0.95),
        ),  # a person is never made to wait
    ],
)
def test_what_is_one_wish_is_left_as_it_was(
    whole: str, first: tuple[str, float], second: tuple[str, float]
) -> None:
    message = judged(whole, first, second)
    assert message.get(INTENT)["name"] == whole
    assert also(message) == []


def test_a_tapped_choice_is_never_cut() -> None:
    message = Message({TEXT: '/inform{"choice": "咋办，哪里能做"}'})
    assert PieceSplitter().process([message]) == [message]
