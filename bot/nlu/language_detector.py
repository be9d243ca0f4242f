"""Chinese or English? One entity `language` a message that has letters at all."""

import re
from typing import Iterable

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.extraction import SpanExtractor
from bot.nlu.mapped_text import MappedText
from bot.nlu.private_tokens import PRIVATE_TOKEN
from bot.nlu.vocabulary import Found

_CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_ENGLISH_WORD = re.compile(r"[a-z]{2,}|\bi\b")
# A lone Latin word inside a Chinese conversation (“ok”, “app”, “pcr”) does not make it English.
_LOAN_WORDS = frozenset(
    {"ok", "app", "pcr", "qr", "id", "gps", "wifi", "ktv", "jkt", "sms", "vip", "bug", "no", "yes"}
)


def language_of(text: str) -> str:
    """Return `zh`, `en`, or an empty string when the normalised `text` tells neither."""
    spoken = PRIVATE_TOKEN.sub(" ", text)
    chinese = len(_CHINESE.findall(spoken))
    words = [word for word in _ENGLISH_WORD.findall(spoken) if word not in _LOAN_WORDS]
    if chinese and chinese >= len(words):
        return "zh"
    return "en" if words else ""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class LanguageDetector(SpanExtractor):
    """Entity `language` over the whole message."""

    entity = "language"

    def find(self, text: MappedText, message: Message) -> Iterable[Found]:
        """Yield the language of the message."""
        language = language_of(text.text)
        if language:
            yield Found(0, len(text.text), language)
