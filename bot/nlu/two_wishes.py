"""Whether a message asks two things, judged by what its pieces are understood as."""

from typing import Any, Dict, List, Optional, Tuple, Type

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.emergency_guard import put_first
from bot.nlu.piece_splitter import PIECE
from bot.nlu.resources import read_lexicon

ENTITY = "also_asks"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class TwoWishes(GraphComponent, IntentClassifier):
    """Entity `also_asks`: intent of the second wish, with `text` and `first_text`; the first is the message's intent.

    Both pieces must be understood with `confidence`, be service intents that are two things, and the message as a whole
    must have been taken for one of the two. Everything else stays one wish.
    """

    @classmethod
    def required_components(cls) -> List[Type[Any]]:
        """Components that should be included in the pipeline before this component."""
        return [IntentClassifier]

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Returns default config (see parent class for full docstring)."""
        return {"confidence": 0.75, "ranked": 3}

    def __init__(self, config: Dict[str, Any]) -> None:
        """Keep the settings and the list of services."""
        lexicon = read_lexicon("two_wishes")
        self._confidence = float(config["confidence"])
        self._ranked = int(config["ranked"])
        self._services = frozenset(lexicon["services"])
        self._one_thing = [frozenset(group) for group in lexicon["one_thing"]]

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "TwoWishes":
        """Creates component (see parent class for full docstring)."""
        return cls(config)

    def process(self, messages: List[Message]) -> List[Message]:
        """Judge the pieces and return the messages without them."""
        whole = [message for message in messages if message.get(PIECE) is None]
        for message in whole:
            at = messages.index(message)
            parts = messages[at + 1 : at + 3]
            if len(parts) == 2 and all(part.get(PIECE) for part in parts):  # noqa: PLR2004 - a pair
                self._judge(message, parts[0], parts[1])
        return whole

    def _judge(self, message: Message, first: Message, second: Message) -> None:
        one, other = self._understood(first), self._understood(second)
        if one is None or other is None or not self.are_two(one[0], other[0]):
            return
        ranking = [entry["name"] for entry in message.get("intent_ranking") or []][: self._ranked]
        if (message.get(INTENT) or {}).get("name") not in (one[0], other[0]) or one[0] not in ranking:
            return
        put_first(message, one[0], one[1])
        start, end = second.get(PIECE)
        entity = {
            "entity": ENTITY,
            "value": other[0],
            "start": start,
            "end": end,
            "confidence_entity": other[1],
            "text": second.get(TEXT),
            "first_text": first.get(TEXT),
            "extractor": type(self).__name__,
        }
        message.set(ENTITIES, [*(message.get(ENTITIES) or []), entity], add_to_output=True)

    def _understood(self, part: Message) -> Optional[Tuple[str, float]]:
        intent = part.get(INTENT) or {}
        name, sure = str(intent.get("name")), float(intent.get("confidence") or 0.0)
        return (name, sure) if name in self._services and sure >= self._confidence else None

    def are_two(self, one: str, other: str) -> bool:
        """Tell whether two intents are two things to ask."""
        return one != other and not any({one, other} <= group for group in self._one_thing)
