"""Whether words speak of danger, for messages that the assistant's understanding does not see."""

from __future__ import annotations

from bot.nlu.emergency_guard import danger_words
from bot.nlu.normalization import text_normalizer


def speaks_of_danger(typed: str) -> bool:
    """Tell whether words speak of danger, as they were typed."""
    return danger_words().found(text_normalizer()(typed).text)
