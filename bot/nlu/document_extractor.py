"""Private tokens (`<ID#…>` and the rest) and words for kinds of documents."""

from typing import Iterable

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.extraction import SpanExtractor
from bot.nlu.mapped_text import MappedText
from bot.nlu.private_tokens import ENTITY_OF_KIND, PRIVATE_TOKEN
from bot.nlu.resources import read_lexicon
from bot.nlu.vocabulary import Found, Vocabulary


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class DocumentExtractor(SpanExtractor):
    """Entities of the private tokens (all but phones) with the token as value, and `document_type`."""

    entity = "document_type"

    def __init__(self) -> None:
        """Read the lexicon."""
        self._types = Vocabulary(read_lexicon("document_types"))

    def find(self, text: MappedText, message: Message) -> Iterable[Found]:
        """Yield tokens and document words."""
        for token in PRIVATE_TOKEN.finditer(text.text):
            entity = ENTITY_OF_KIND.get(token.group(1))
            if entity and entity != "phone":
                yield Found(token.start(), token.end(), token.group(), entity=entity)
        yield from self._types.find(text.text)
