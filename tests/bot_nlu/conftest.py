"""Messages and extractors without a trained model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.extraction import SpanExtractor

# The embedded platform's demonstration day, a Monday.
DEMO_TIME = "2022-09-05T09:00:00+08:00"


@pytest.fixture(scope="session")
def extract() -> Callable[[type[SpanExtractor], str], list[dict[str, Any]]]:
    """Run one extractor on one typed text and return its entities."""
    ready: dict[type[SpanExtractor], SpanExtractor] = {}

    def run(kind: type[SpanExtractor], typed: str) -> list[dict[str, Any]]:
        extractor = ready.setdefault(kind, kind())
        message = Message(data={TEXT: typed, "metadata": {"reference_time": DEMO_TIME}})
        found: list[dict[str, Any]] = extractor.process([message])[0].get(ENTITIES)
        return found

    return run
