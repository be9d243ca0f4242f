"""Words of the normalised text, placed in the typed text."""

from typing import Any, Dict, List, Optional

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.mapped_text import MappedText
from bot.nlu.normalizer import normalized
from bot.nlu.resources import digest
from bot.nlu.segmentation import segmenter


def _lemma(word: str) -> str:
    """Keep numbers apart: Rasa's count vectors turn every all-digit word into one."""
    return f"num_{word}" if word.isdigit() else word


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class DomainTokenizer(Tokenizer):
    """Cuts with the private dictionary; `Token.text` is what was typed, `Token.lemma` its normalised form."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Returns default config (see parent class for full docstring)."""
        return {
            "intent_tokenization_flag": False,
            "intent_split_symbol": "_",
            "token_pattern": None,
            "prefix_separator_symbol": None,
        }

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> Optional[str]:
        """Retrain when code, lexicons or places change."""
        return digest()

    def tokenize(self, message: Message, attribute: str) -> List[Token]:
        """Tokenizes the text of the provided attribute of the incoming message."""
        raw = message.get(attribute)
        text = normalized(message) if attribute == TEXT else MappedText.of(raw)
        tokens: List[Token] = []
        for word, start, end in segmenter().cut(text.text):
            typed_start, typed_end = text.span(start, end)
            tokens.append(
                Token(raw[typed_start:typed_end], typed_start, typed_end, lemma=_lemma(word.lower())),
            )
        return tokens
