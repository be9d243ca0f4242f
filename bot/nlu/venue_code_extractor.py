"""Codes of venues as they stand below the QR at the door, e.g. `TFV-K7M2Q9`, typed in any case and spacing."""

import re
from typing import Iterable

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.extraction import SpanExtractor
from bot.nlu.mapped_text import MappedText
from bot.nlu.vocabulary import Found

#: Six letters and digits without 0, 1, i and o, as the platform makes them (`backend/registry/venues.py`).
VENUE_CODE = re.compile(r"(?<![a-z0-9#])tfv[-–— .]?([2-9a-hj-np-z]{6})(?![a-z0-9])", re.IGNORECASE)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class VenueCodeExtractor(SpanExtractor):
    """Entity `venue_code`: the six characters in upper case."""

    entity = "venue_code"

    def find(self, text: MappedText, message: Message) -> Iterable[Found]:
        """Yield codes of venues."""
        for match in VENUE_CODE.finditer(text.text):
            yield Found(match.start(), match.end(), match.group(1).upper())
