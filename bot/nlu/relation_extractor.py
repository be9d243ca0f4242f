"""Whose code: 我妈, 老汉儿, 嘎嘎, my mother → one canonical word a relation."""

from typing import Iterable

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.extraction import SpanExtractor
from bot.nlu.mapped_text import MappedText
from bot.nlu.resources import read_lexicon
from bot.nlu.vocabulary import Found, Vocabulary


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class RelationExtractor(SpanExtractor):
    """Entity `person_relation` from `data/lexicon/relations.yml`."""

    entity = "person_relation"

    def __init__(self) -> None:
        """Read the lexicon."""
        self._vocabulary = Vocabulary(read_lexicon("relations"))

    def find(self, text: MappedText, message: Message) -> Iterable[Found]:
        """Yield the words of the lexicon."""
        return self._vocabulary.find(text.text)
