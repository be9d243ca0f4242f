"""Dates as ISO days, relative to when the person speaks."""

import datetime as dt
from typing import Any, Iterable

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.dates import find_dates
from bot.nlu.extraction import SpanExtractor
from bot.nlu.mapped_text import MappedText
from bot.nlu.vocabulary import Found

CHINA = dt.timezone(dt.timedelta(hours=8), "CST")
REFERENCE_KEY = "reference_time"


def reference_time(metadata: Any) -> dt.datetime:
    """Return the time in `metadata["reference_time"]` (RFC 3339), or now; always in China's time zone."""
    given = metadata.get(REFERENCE_KEY) if isinstance(metadata, dict) else None
    if isinstance(given, str):
        try:
            parsed = dt.datetime.fromisoformat(given.replace("Z", "+00:00"))
        except ValueError:
            parsed = dt.datetime.now(CHINA)
        return parsed.astimezone(CHINA) if parsed.tzinfo else parsed.replace(tzinfo=CHINA)
    return dt.datetime.now(CHINA)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class DateExtractor(SpanExtractor):
    """Entity `date`: an ISO day with the extra keys `grain` and, when said, `part` and `time`."""

    entity = "date"

    def find(self, text: MappedText, message: Message) -> Iterable[Found]:
        """Yield dates."""
        return find_dates(text.text, reference_time(message.get("metadata")))
