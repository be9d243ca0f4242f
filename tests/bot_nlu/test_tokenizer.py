"""Words stay whole, offsets stay true, numbers stay apart."""

from __future__ import annotations

import jieba
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.segmentation import segmenter
from bot.nlu.tokenizer import DomainTokenizer


@pytest.fixture(scope="module")
def tokenizer() -> DomainTokenizer:
    return DomainTokenizer(DomainTokenizer.get_default_config())


def _words(text: str) -> list[str]:
    return [word for word, _, _ in segmenter().cut(text)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("健康码变红码", ["健康码", "变", "红码"]),
        ("密接次密接", ["密接", "次密接"]),
        ("红码转绿码", ["红码", "转绿码"]),
        ("马边彝族自治县", ["马边彝族自治县"]),
        ("提高县城", ["提高", "县城"]),
    ],
)
def test_words_of_the_domain_are_not_cut_apart(text: str, words: list[str]) -> None:
    assert _words(text) == words


def test_a_private_token_is_one_word(tokenizer: DomainTokenizer) -> None:
    message = Message(data={TEXT: "查<ID#k7m2q3xa>的码"})
    assert [token.text for token in tokenizer.tokenize(message, TEXT)] == ["查", "<ID#k7m2q3xa>", "的", "码"]


def test_numbers_have_lemmas_of_their_own(tokenizer: DomainTokenizer) -> None:
    message = Message(data={TEXT: "１２３４５和120"})
    tokens = tokenizer.tokenize(message, TEXT)
    assert [token.lemma for token in tokens] == ["num_12345", "和", "num_120"]
    assert tokens[0].text == "１２３４５"


def test_the_global_dictionary_of_jieba_is_left_alone() -> None:
    segmenter()
    assert not jieba.dt.FREQ.get("天府健康通")


@given(st.text(max_size=40))
def test_token_offsets_fit_the_typed_text(typed: str) -> None:
    component = DomainTokenizer(DomainTokenizer.get_default_config())
    for token in component.tokenize(Message(data={TEXT: typed}), TEXT):
        assert typed[token.start : token.end] == token.text
        assert token.text
