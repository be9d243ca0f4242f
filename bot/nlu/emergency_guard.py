"""Words of danger are never missed: they make a message an emergency whatever the classifier thought."""

import functools
import re
from typing import Any, Dict, List, Type

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.normalizer import normalized
from bot.nlu.resources import read_lexicon

_EMERGENCY = "emergency"
_RANKING = "intent_ranking"


class DangerWords:
    """Recognises danger in normalised text by the lists of `data/lexicon/emergency.yml`."""

    def __init__(self, lexicon: Dict[str, List[str]]) -> None:
        """Compile the lists."""
        self._danger = re.compile("|".join(lexicon["danger"]))
        self._idioms = re.compile("|".join(lexicon["idioms"]))
        self._unless = re.compile("|".join(lexicon["unless"]))

    def found(self, text: str) -> bool:
        """Tell whether `text` speaks of danger."""
        spoken = self._idioms.sub("。", text)
        return bool(self._danger.search(spoken)) and not self._unless.search(spoken)


@functools.lru_cache(maxsize=1)
def danger_words() -> DangerWords:
    """Return the recogniser of this process, built at first use."""
    return DangerWords(read_lexicon("emergency"))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class EmergencyGuard(GraphComponent, IntentClassifier):
    """Puts `emergency` first, with `confidence`, when a message holds words of danger."""

    @classmethod
    def required_components(cls) -> List[Type[Any]]:
        """Components that should be included in the pipeline before this component."""
        return [IntentClassifier]

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Returns default config (see parent class for full docstring)."""
        return {"confidence": 0.99}

    def __init__(self, config: Dict[str, Any]) -> None:
        """Keep the settings."""
        self._confidence = float(config["confidence"])

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "EmergencyGuard":
        """Creates component (see parent class for full docstring)."""
        return cls(config)

    def process(self, messages: List[Message]) -> List[Message]:
        """Raise emergencies among the incoming messages."""
        for message in messages:
            if isinstance(message.get(TEXT), str) and danger_words().found(normalized(message).text):
                put_first(message, _EMERGENCY, self._confidence)
        return messages


def put_first(message: Message, intent: str, confidence: float) -> None:
    """Make `intent` the message's intent with at least `confidence`; the other intents keep their order behind it."""
    ranking = message.get(_RANKING) or []
    own = next((entry["confidence"] for entry in ranking if entry["name"] == intent), 0.0)
    sure = max(float(own), confidence)
    first = {"name": intent, "confidence": sure}
    others = [entry for entry in ranking if entry["name"] != intent]
    total = sum(entry["confidence"] for entry in others) or 1.0
    scaled = [
        {"name": entry["name"], "confidence": entry["confidence"] * (1.0 - sure) / total} for entry in others
    ]
    message.set(INTENT, first, add_to_output=True)
    message.set(_RANKING, [first, *scaled], add_to_output=True)
