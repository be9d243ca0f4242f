"""Lengths of time in hours."""

from typing import Iterable

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.durations import find_durations
from bot.nlu.extraction import SpanExtractor
from bot.nlu.mapped_text import MappedText
from bot.nlu.vocabulary import Found


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class DurationExtractor(SpanExtractor):
    """Entity `duration` with the extra key `hours`."""

    entity = "duration"

    def find(self, text: MappedText, message: Message) -> Iterable[Found]:
        """Yield durations."""
        return find_durations(text.text)
