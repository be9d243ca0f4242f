"""Numbers of work orders and appeals, e.g. `JKT20220905-000123`, typed with any width, case and dashes."""

import re
from typing import Iterable

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.extraction import SpanExtractor
from bot.nlu.mapped_text import MappedText
from bot.nlu.vocabulary import Found

_NUMBER = re.compile(r"(?<![a-z0-9#])([a-z]{2,4})\s?-?\s?(20\d{6})\s?[-–—_ ]?\s?(\d{4,8})(?![a-z0-9])")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class TicketExtractor(SpanExtractor):
    """Entity `ticket_number` in its canonical spelling: prefix, date, dash, serial, upper case."""

    entity = "ticket_number"

    def find(self, text: MappedText, message: Message) -> Iterable[Found]:
        """Yield ticket numbers."""
        for match in _NUMBER.finditer(text.text):
            prefix, day, serial = match.groups()
            yield Found(match.start(), match.end(), f"{prefix.upper()}{day}-{serial}")
