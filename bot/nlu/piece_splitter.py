"""First component: pieces of a message that may be wishes of their own travel the pipeline beside it."""

from typing import Any, Dict, List

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.wish_pieces import pieces

PIECE = "piece_of_message"
_COMMAND = "/"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class PieceSplitter(GraphComponent):
    """Appends two messages for a text that may hold two wishes; `TwoWishes` judges and removes them.

    So every component between them understands a piece as it understands a message, and a message that asks one thing
    costs nothing more.
    """

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
    ) -> "PieceSplitter":
        """Creates component (see parent class for full docstring)."""
        return cls()

    def process(self, messages: List[Message]) -> List[Message]:
        """Return the messages, each followed by its pieces."""
        return [part for message in messages for part in (message, *self._pieces(message))]

    def _pieces(self, message: Message) -> List[Message]:
        text = message.get(TEXT)
        if not isinstance(text, str) or text.startswith(_COMMAND):
            return []
        metadata = message.get(METADATA)
        return [
            Message(
                {TEXT: text[start:end], PIECE: (start, end), METADATA: metadata}, output_properties={TEXT}
            )
            for start, end in pieces().two(text)
        ]
