"""What people type becomes one plain spelling, and nothing is lost on the way back."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.normalization import text_normalizer
from bot.nlu.normalizer import NORMALIZED, Normalizer, normalized


def _plain(typed: str) -> str:
    return text_normalizer()(typed).text


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("１２３４５几点上班", "12345几点上班"),
        ("ＡＢＣ　ｄｅｆ", "abc def"),
        ("請問健康碼變紅碼怎麼辦", "请问健康码变红码怎么办"),
        ("裡面後面臺灣", "里面后面台湾"),
        ("核\u200b酸\ufeff", "核酸"),
        ("武 侯 区 核酸", "武侯区核酸"),
        ("my   code  is   red", "my code is red"),
        ("快点！！！！", "快点!"),
        ("啊啊啊啊啊", "啊"),
        ("快点快点快点快点", "快点"),
        ("hellooooo", "helloo"),
        ("138000000", "138000000"),
        ("我是🟡码", "我是黄码"),
        ("我的码😭😭", "我的码"),
        ("👌", "好的"),
        ("", ""),
        ("   ", ""),
        ("\ud83d", ""),
        ("a\x00b", "a b"),
    ],
)
def test_width_script_blanks_repeats_and_emoji_are_folded(typed: str, plain: str) -> None:
    assert _plain(typed) == plain


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("码黄了啷个办", "码黄了怎么办"),
        ("咋个突然黄了嘛", "怎么突然黄了嘛"),
        ("核酸好久出结果", "核酸什么时候出结果"),
        ("要好久才转绿", "要多久才转绿"),
        ("等了好久", "等了好久"),
        ("好久没打疫苗了", "好久没打疫苗了"),
        ("做核酸好多钱", "做核酸多少钱"),
        ("排队的人好多", "排队的人好多"),
        ("娃儿没得手机", "孩子没有手机"),
        ("帮我查哈", "帮我查一下"),
        ("哈密瓜", "哈密瓜"),
        ("晓不得咋整", "不知道怎么办"),
        ("码遭黄了", "码被黄了"),
        ("我遇到一遭事", "我遇到一遭事"),
        ("明天去要得不", "明天去可以吗"),
        ("我要得知结果", "我要得知结果"),
        ("切成都要隔离不", "去成都要隔离不"),
        ("密切接触者", "密切接触者"),
        ("在哪儿做", "在哪里做"),
    ],
)
def test_dialect_becomes_mandarin_and_ordinary_words_stay(typed: str, plain: str) -> None:
    assert _plain(typed) == plain


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("建康码打不开", "健康码打不开"),
        ("武候区哪里可以做核算", "武侯区哪里可以做核酸"),
        ("青杨区", "青羊区"),
        ("蜜接要隔离吗", "密接要隔离吗"),
        ("申述进度", "申诉进度"),
        ("我现在健康吗", "我现在健康吗"),
        ("我现在是绿吗", "我现在是绿吗"),
        ("成本核算怎么做", "成本核算怎么做"),
        ("合肥市", "合肥市"),
    ],
)
def test_homophones_are_corrected_only_where_no_other_word_stands(typed: str, plain: str) -> None:
    assert _plain(typed) == plain


def test_private_tokens_pass_untouched_and_look_alikes_never_become_one() -> None:
    assert _plain("查哈<ID#k7m2q3xa>的码") == "查一下<ID#k7m2q3xa>的码"
    assert "<ID#" not in _plain("＜ID#k7m2q3xa＞")
    assert "<ID#" not in _plain("<ＩＤ#k7m2q3xa>")


@given(st.text(max_size=60))
@example("㎡½…İ")
@example("啷个啷个啷个啷个")
@example("<ID#aaaaaaaa><ID#aaaaaaaa><ID#aaaaaaaa>")
def test_every_span_of_the_normalised_text_maps_into_the_typed_text(typed: str) -> None:
    text = text_normalizer()(typed)
    assert len(text.starts) == len(text.ends) == len(text.text)
    for start in range(len(text.text)):
        first, last = text.span(start, start + 1)
        assert 0 <= first < last <= len(typed)
    assert list(text.starts) == sorted(text.starts)
    assert list(text.ends) == sorted(text.ends)


@given(st.text(alphabet="啷个好久没得哈码黄了 123abc健康吗建马？！", max_size=25))
def test_normalising_twice_changes_no_more_than_once(typed: str) -> None:
    once = _plain(typed)
    assert len(_plain(once)) <= len(once) + typed.count("好") + typed.count("哈")


def test_the_component_serves_training_and_conversation_alike() -> None:
    component = Normalizer(text_normalizer())
    spoken = Message(data={TEXT: "码黄了啷个办"})
    component.process([spoken])
    taught = Message(data={TEXT: "码黄了啷个办"})
    component.process_training_data(TrainingData([taught]))
    assert spoken.get(NORMALIZED).text == taught.get(NORMALIZED).text == "码黄了怎么办"
    assert spoken.get(TEXT) == "码黄了啷个办"


def test_a_message_changed_after_normalising_is_normalised_again() -> None:
    message = Message(data={TEXT: "啥子"})
    assert normalized(message).text == "什么"
    message.set(TEXT, "晓得")
    assert normalized(message).text == "知道"
