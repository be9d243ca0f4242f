"""Levels of risk: 高风险, 中风险, 低风险."""

from typing import Iterable

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.extraction import SpanExtractor
from bot.nlu.mapped_text import MappedText
from bot.nlu.resources import read_lexicon
from bot.nlu.vocabulary import Found, Vocabulary


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class RiskLevelExtractor(SpanExtractor):
    """Entity `risk_level` from `data/lexicon/risk_levels.yml`."""

    entity = "risk_level"

    def __init__(self) -> None:
        """Read the lexicon."""
        self._vocabulary = Vocabulary(read_lexicon("risk_levels"))

    def find(self, text: MappedText, message: Message) -> Iterable[Found]:
        """Yield the words of the lexicon."""
        return self._vocabulary.find(text.text)
