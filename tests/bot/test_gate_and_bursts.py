"""What may come in, and what is joined, decided by functions of the message alone."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.bursts import MOST_FRAGMENTS, join, next_batch
from bot.gate import Passed, Refused, clean, judge
from bot.message import InboundMessage


def text_message(text: str) -> InboundMessage:
    return InboundMessage("rest", "p", text=text)


@given(st.text(alphabet=st.characters(), max_size=60))
@example("/restart")
@example("\ud800/x")
def test_what_passes_can_be_stored_and_is_no_command(text: str) -> None:
    verdict = judge(text_message(text), longest=500)
    if isinstance(verdict, Passed) and not verdict.message.text.startswith("~"):
        passed = verdict.message.text
        passed.encode()
        assert passed.strip() == passed and passed
        assert not passed.startswith(("/", "／"))
        assert "\x00" not in passed and "\n" not in passed


@given(st.text(max_size=60))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "blank"),
        (" \n", "blank"),
        ("\x00", "unreadable"),
        ("\ud800", "unreadable"),
        ("核" * 501, "too_long"),
    ],
)
def test_refusals_name_their_reason(text: str, reason: str) -> None:
    assert judge(text_message(text), longest=500) == Refused(reason)  # type: ignore[arg-type]


def test_five_hundred_characters_pass() -> None:
    assert isinstance(judge(text_message("核" * 500), longest=500), Passed)


def test_a_slash_inside_a_sentence_stays() -> None:
    verdict = judge(text_message("9/5的核酸"), longest=500)
    assert isinstance(verdict, Passed) and verdict.message.text == "9/5的核酸"


def batch(*texts: str, asked: bool = False) -> int:
    return next_batch([text_message(text) for text in texts], asked)


@pytest.mark.parametrize(
    ("texts", "count"),
    [
        (("我的码", "昨天", "变黄了"), 3),
        (("我的码", "怎么变黄了"), 1),
        (("核酸哪里做？", "我在武侯区"), 1),
        (("我在武侯区", "转人工"), 1),
        (("好的", "谢谢"), 1),
        (("我的电话", "13812345678"), 1),
        (("<NAME#aaaaaaaa>", "我的码"), 1),
        (("一二三四五六七", "我的码"), 1),
        (("我昨天从外地回来然后就黄了", "今天"), 1),
        (tuple(["我的码"] * 9), MOST_FRAGMENTS),
    ],
)
def test_only_fragments_are_joined(texts: tuple[str, ...], count: int) -> None:
    assert batch(*texts) == count


def test_answers_to_a_question_of_the_assistant_are_not_joined() -> None:
    assert batch("王小明", "我的码", asked=True) == 1


def test_a_joined_message_keeps_the_ids_of_the_last() -> None:
    joined = join(
        [
            InboundMessage("rest", "p", text="我的码", client_id="a"),
            InboundMessage("rest", "p", text="黄了", client_id="b"),
        ]
    )
    assert (joined.text, joined.client_id) == ("我的码，黄了", "b")
