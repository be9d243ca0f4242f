"""Phone numbers: as private tokens, and public service numbers, which are nobody's secret."""

import re
from typing import Iterable

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.extraction import SpanExtractor
from bot.nlu.mapped_text import MappedText
from bot.nlu.private_tokens import PRIVATE_TOKEN
from bot.nlu.vocabulary import Found

# 110 police, 119 fire, 120 ambulance, 122 traffic; 12320 health, 12345 government, 12356 mental health; 95/400 lines.
_SERVICE = re.compile(
    r"(?<![\d.-])(?:1(?:10|19|20|22)|12(?:3(?:20|45|48|55|56|15|33|28|80)|110)|400-?\d{3}-?\d{4}|95\d{3})(?![\d.-])"
)
_COUNTED = re.compile(r"\s*(?:元|块|人|个|天|小时|次|米|平|岁|分|秒|斤|号楼|栋|度|多)")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class PhoneExtractor(SpanExtractor):
    """Entity `phone`: the token of a private number, or the digits of a public service line (`public: true`)."""

    entity = "phone"

    def find(self, text: MappedText, message: Message) -> Iterable[Found]:
        """Yield tokens and service numbers."""
        for token in PRIVATE_TOKEN.finditer(text.text):
            if token.group(1) == "PHONE":
                yield Found(token.start(), token.end(), token.group())
        for number in _SERVICE.finditer(text.text):
            if not _COUNTED.match(text.text, number.end()):
                digits = number.group().replace("-", "")
                yield Found(number.start(), number.end(), digits, extra={"public": True})
