"""First component: the normalised spelling of a message, with offsets to what was typed."""

from typing import Any, Dict, List, Optional

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.mapped_text import MappedText
from bot.nlu.normalization import TextNormalizer, text_normalizer
from bot.nlu.resources import digest

NORMALIZED = "normalized_text"


def normalized(message: Message) -> MappedText:
    """Return the normalised text of `message`, making it when no `Normalizer` has run."""
    found = message.get(NORMALIZED)
    typed = message.get(TEXT) or ""
    if isinstance(found, MappedText) and found.original == typed:
        return found
    fresh = text_normalizer()(typed)
    message.set(NORMALIZED, fresh)
    return fresh


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class Normalizer(GraphComponent):
    """Puts a `MappedText` under `normalized_text` into every message; the typed text itself stays as it is."""

    def __init__(self, engine: TextNormalizer) -> None:
        """Keep the process's normaliser."""
        self._engine = engine

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Returns default config (see parent class for full docstring)."""
        return {}

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "Normalizer":
        """Creates component (see parent class for full docstring)."""
        return cls(text_normalizer())

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> Optional[str]:
        """Retrain when code, lexicons or places change."""
        return digest()

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Normalise all training examples."""
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Normalise the incoming messages."""
        for message in messages:
            typed = message.get(TEXT)
            if isinstance(typed, str):
                message.set(NORMALIZED, self._engine(typed))
        return messages
