"""Appeals and service requests (工单): what a person asks the authorities to do."""

from __future__ import annotations

from typing import Literal

from .base import Answer, Moment, Question, Text
from .people import Colour

RequestKind = Literal["consult", "help", "complaint", "report", "suggestion", "appeal"]
AppealReason = Literal[
    "not_there", "tests_done", "isolation_over", "wrong_declaration", "wrong_person", "other"
]
AppealState = Literal["accepted", "reviewing", "upheld", "rejected", "withdrawn"]
RequestState = Literal["accepted", "dispatched", "in_progress", "answered", "closed", "withdrawn"]


class ServiceRequestIn(Question):
    """A service request to record."""

    kind: RequestKind
    category: str
    title: str
    content: str
    division_code: str | None = None
    contact_phone: str | None = None
    conversation_id: str
    channel: str


class RequestEvent(Answer):
    """One step of a service request; `text` is what the citizen reads about it."""

    at: Moment
    state: RequestState
    text: Text


class ServiceRequest(Answer):
    """A service request.

    `fetch_code` is told once, at creation. From `content` on, everything is told to the desk only.
    """

    number: Text
    fetch_code: Text | None = None
    kind: RequestKind
    category: Text
    title: Text
    state: RequestState
    created_at: Moment
    due_at: Moment
    reply: Text | None = None
    events: tuple[RequestEvent, ...]
    content: Text | None = None
    contact_phone_masked: Text | None = None
    division_code: Text | None = None
    conversation_id: Text | None = None
    channel: Text | None = None
    person_id: Text | None = None


class Transition(Question):
    """A move of a service request to `state`.

    `text` is what the citizen reads about the step; `answered` needs a `reply`.
    """

    state: RequestState
    text: str | None = None
    reply: str | None = None


class AppealIn(Question):
    """An appeal against the colour of the verified person or of the linked `person_id`.

    `evidence` are references of files that the channel keeps.
    """

    person_id: str | None = None
    reason: AppealReason
    content: str
    evidence: tuple[str, ...] | None = None


class AppealEvent(Answer):
    """One step of an appeal; `text` is what the citizen reads about it."""

    at: Moment
    state: AppealState
    text: Text


class Appeal(Answer):
    """An appeal and how far it is. `colour` is the one appealed against."""

    number: Text
    person_id: Text
    colour: Colour
    reason: AppealReason
    content: Text
    evidence: tuple[Text, ...]
    state: AppealState
    reply: Text | None = None
    created_at: Moment
    due_at: Moment
    events: tuple[AppealEvent, ...]
