"""A message that is nothing but a value asked for (a token, a place, a day, a relation) informs, and nothing else."""

import functools
import re
from typing import Any, Dict, List, Tuple, Type

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.emergency_guard import put_first
from bot.nlu.normalizer import normalized
from bot.nlu.resources import read_lexicon
from bot.nlu.skeleton import covered
from bot.nlu.venue_code_extractor import VENUE_CODE
from bot.nlu.vocabulary import Vocabulary

_INFORM = "inform"
_ALSO_A_DESCRIPTION = "老人"  # “我是老年人” asks to be treated as one
# Words that only present a value.
_PRESENTING = re.compile(
    r"(?:我|本人|他|她)?(?:的|们)?(?:身份证|证件|护照|通行证|手机|电话|联系|验证|家庭)?(?:号码|号|码|姓名|名字|地址|住址)?(?:就?是|叫做?|为|在|:|,|。|\.|!|、)?"
    r"(?:my|name|is|number|phone|id|passport|i'm|i am|\s)*(?:的|了|哈|嘛|哦|呢|吧|啊|附近|这边|那边|[,.。!])*"
)


def is_bare_value(text: str) -> bool:
    """Tell whether the normalised `text` only gives a value: it has one, and nothing is left but presenting words."""
    spoken = [
        (found.start, found.end)
        for words in _spoken_values()
        for found in words.find(text)
        if found.value != _ALSO_A_DESCRIPTION
    ]
    spoken += [code.span() for code in VENUE_CODE.finditer(text)]
    rest = covered(text, spoken)
    return rest != text and bool(_PRESENTING.fullmatch(rest))


@functools.lru_cache(maxsize=1)
def _spoken_values() -> Tuple[Vocabulary, ...]:
    return Vocabulary(read_lexicon("relations")), Vocabulary(read_lexicon("document_types"))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class BareValueRule(GraphComponent, IntentClassifier):
    """Puts `inform` first, with `confidence`, when a message is a bare value."""

    @classmethod
    def required_components(cls) -> List[Type[Any]]:
        """Components that should be included in the pipeline before this component."""
        return [IntentClassifier]

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Returns default config (see parent class for full docstring)."""
        return {"confidence": 0.98}

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
    ) -> "BareValueRule":
        """Creates component (see parent class for full docstring)."""
        return cls(config)

    def process(self, messages: List[Message]) -> List[Message]:
        """Recognise bare values among the incoming messages."""
        for message in messages:
            if isinstance(message.get(TEXT), str) and is_bare_value(normalized(message).text):
                put_first(message, _INFORM, self._confidence)
        return messages
