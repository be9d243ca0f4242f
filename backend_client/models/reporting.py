"""Events that a province's systems report, and text messages about events."""

from __future__ import annotations

from typing import Any, Literal

from .base import Answer, Moment, Question, Text
from .people import Colour


class ColourEventIn(Question):
    """What happened to the person with this document; `event` is an event of the contract as JSON."""

    document_type: str
    document_number: str
    event: dict[str, Any]


class TextNotice(Question):
    """Whom to tell of an event by text message, in which language (`zh`, `en`)."""

    person_id: str
    language: Literal["zh", "en"]


class TextNoticeSent(Answer):
    """The message is on its way, or was sent before."""

    event_id: Text
    phone_masked: Text


class ColourEventRecorded(Answer):
    """The event is recorded; the colour that follows, and when it changes by time alone."""

    event_id: Text
    person_id: Text
    colour: Colour
    changes_at: Moment | None = None
