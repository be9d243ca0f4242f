"""What a recogniser makes of noise is never taken for words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings import ROOT
from bot.voice import NotUnderstood
from bot.voice.containers import container
from bot.voice.judging import Known, Piece, bare, is_loop, judge
from bot.voice.vocabulary import load_known
from tests.voice.recordings import silence

KNOWN = load_known(ROOT / "data" / "voice" / "vocabulary.yml")
SAID = [
    "我的健康码怎么变黄了？",
    "武侯区哪里可以做核酸",
    "喂喂喂，听得到吗",
    "不是不是，是青羊区",
    "我的号码是一三八零零零零零零零零",
    "谢谢",
    "健康码",
    "核酸检测",
    "hello where can I get tested near Wuhou please",
]


def piece(text: str, seconds: float = 4.0, log_probability: float = -0.3, no_speech: float = 0.1) -> Piece:
    return Piece(text, seconds, log_probability, no_speech)


@pytest.mark.parametrize("text", SAID)
def test_what_people_say_is_kept(text: str) -> None:
    assert judge([piece(text)], KNOWN).text == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "。。。！",
        "哈" * 30,
        "我们去看看" * 6,
        "核酸检测核酸检测核酸检测核酸检测核酸检测",
        "请不吝点赞 订阅 转发 打赏支持明镜与点点栏目",
        "字幕由志愿者提供",
        "Thanks for watching!",
        KNOWN.prompt,
        "成都市武侯区、锦江区、申诉、疫苗、转人工。",
        "一句话一句话说说一句话一句话说说一句话一句话说说一句话",
    ],
)
def test_loops_phantoms_and_echoes_are_refused(text: str) -> None:
    with pytest.raises(NotUnderstood):
        judge([piece(text, seconds=20)], KNOWN)


def test_more_words_than_anybody_says_are_refused() -> None:
    text = "今天我想问问成都市各个区县现在的防疫政策都有哪些变化需要注意"
    assert judge([piece(text, seconds=6)], KNOWN).text == text
    with pytest.raises(NotUnderstood):
        judge([piece(text, seconds=1)], KNOWN)


def test_silence_beside_speech_is_left_out_and_doubtful_words_are_not_shown() -> None:
    quiet = piece("谢谢大家", log_probability=-1.4, no_speech=0.9)
    assert judge([piece("转人工"), quiet], KNOWN).text == "转人工"
    with pytest.raises(NotUnderstood):
        judge([quiet], KNOWN)
    with pytest.raises(NotUnderstood):
        judge([piece("转人工", log_probability=-1.3)], KNOWN)


def test_confidence_is_the_mean_over_time() -> None:
    sure = judge([piece("转人工", log_probability=-0.1)], KNOWN).confidence
    mixed = judge([piece("转人工", 9, -0.1), piece("好吗", 1, -0.9)], KNOWN).confidence
    assert 0.35 < mixed < sure < 1


@given(st.text(min_size=1, max_size=20).filter(bare), st.integers(4, 12))
def test_whatever_is_said_again_and_again_is_a_loop(unit: str, times: int) -> None:
    said = bare(unit) * times
    assert is_loop(said) or len(said) < 12


@given(st.text(max_size=300), st.floats(0.01, 60), st.floats(-5, 0), st.floats(0, 1))
def test_nothing_a_recogniser_writes_breaks_the_judge(
    text: str, seconds: float, probability: float, no_speech: float
) -> None:
    try:
        heard = judge([piece(text, seconds, probability, no_speech)], Known())
    except NotUnderstood:
        return
    assert bare(heard.text) and 0 <= heard.confidence <= 1


@pytest.mark.parametrize(
    ("begins", "kind"),
    [
        (b"#!AMR\n\x3c", "amr"),
        (b"#!AMR-WB\n\x3c", "amr"),
        (b"OggS\0\x02", "ogg"),
        (silence(0.1), "wav"),
        (b"ID3\x04", "mp3"),
        (b"\xff\xfb\x90\x64", "mp3"),
        (b"\x1aE\xdf\xa3\x9f", "matroska"),
        (b"\0\0\0\x20ftypisom", "mp4"),
        (b"#EXTM3U\nhttp://127.0.0.1/secret", None),
        (b"ffconcat version 1.0\nfile '/etc/passwd'", None),
        (b"<?xml version='1.0'?>", None),
        (b"", None),
    ],
)
def test_only_recordings_are_handed_to_the_decoder(begins: bytes, kind: str | None) -> None:
    assert container(begins) == kind
