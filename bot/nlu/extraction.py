"""What all extractors share: findings in the normalised text become entities at the place where they were typed."""

import abc
from typing import Any, Dict, Iterable, List

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.mapped_text import MappedText
from bot.nlu.normalizer import normalized
from bot.nlu.vocabulary import Found


def as_entity(found: Found, text: MappedText, entity: str) -> Dict[str, Any]:
    """Return Rasa's entity dictionary for `found` in `text`."""
    start, end = text.span(found.start, found.end)
    return {
        "entity": found.entity or entity,
        "start": start,
        "end": end,
        "value": found.value,
        "confidence_entity": 1.0,
        **found.extra,
    }


class SpanExtractor(GraphComponent, EntityExtractorMixin, abc.ABC):
    """Base of the extractors: subclasses say what they find in a normalised text."""

    entity: str = ""

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
    ) -> GraphComponent:
        """Creates component (see parent class for full docstring)."""
        return cls()

    @abc.abstractmethod
    def find(self, text: MappedText, message: Message) -> Iterable[Found]:
        """Yield what is recognised in `text`, the normalised text of `message`."""

    def process(self, messages: List[Message]) -> List[Message]:
        """Add entities to the incoming messages."""
        for message in messages:
            if not isinstance(message.get(TEXT), str):
                continue
            text = normalized(message)
            entities = [as_entity(found, text, self.entity) for found in self.find(text, message)]
            message.set(
                ENTITIES, message.get(ENTITIES, []) + self.add_extractor_name(entities), add_to_output=True
            )
        return messages
