"""Events that a province's systems report."""

from __future__ import annotations

from typing import Any

from .base import Answer, Moment, Question, Text
from .people import Colour


class ColourEventIn(Question):
    """What happened to the person with this document; `event` is an event of the contract as JSON."""

    document_type: str
    document_number: str
    event: dict[str, Any]


class ColourEventRecorded(Answer):
    """The event is recorded; the colour that follows, and when it changes by time alone."""

    event_id: Text
    person_id: Text
    colour: Colour
    changes_at: Moment | None = None
