"""What was heard is shown in the characters it is written with; what is right stays."""

from __future__ import annotations

import pytest

from bot.settings import ROOT
from bot.voice.spelling import Spelling
from tests.voice.test_judging import SAID

SPELLING = Spelling(ROOT / "data" / "voice" / "vocabulary.yml")


@pytest.mark.parametrize(
    ("heard", "written"),
    [
        ("清洋区草堂街道属于什么风险等级。", "青羊区草堂街道属于什么风险等级。"),
        ("城华区建设路有没有高风险区？", "成华区建设路有没有高风险区？"),
        ("雷线码可以用几天", "离线码可以用几天"),
        ("我要转人工克服", "我要转人工客服"),
        ("建康码打卡过期了", "健康码打卡过期了"),
    ],
)
def test_words_and_places_are_written_right(heard: str, written: str) -> None:
    assert SPELLING(heard) == written


@pytest.mark.parametrize("said", [*SAID, "克服困难", "国王码头", "Where can I get tested?", "", "，。"])
def test_what_is_right_stays(said: str) -> None:
    assert SPELLING(said) == said
