"""Appeals and service requests (工单): what a person asks the authorities to do."""

from __future__ import annotations

from typing import Literal

from .base import Answer, Flag, Moment, Question, Text
from .people import Colour

RequestKind = Literal["consult", "help", "complaint", "report", "suggestion", "appeal"]
AppealReason = Literal[
    "not_there", "tests_done", "isolation_over", "misjudged", "wrong_declaration", "wrong_person", "other"
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
    awaits_decision: Flag | None = None


class Transition(Question):
    """A move of a service request to `state`.

    `text` is what the citizen reads about the step; `answered` needs a `reply`, and the answer to a review (an
    application, a correction) a `decision`, approve or reject.
    """

    state: RequestState
    text: str | None = None
    reply: str | None = None
    decision: str | None = None


class AppealIn(Question):
    """An appeal against the colour of the verified person or of the linked `person_id`.

    `rule_id` is the reason of the code that is contested, `evidence` are ids of pictures kept before.
    """

    person_id: str | None = None
    reason: AppealReason
    rule_id: str | None = None
    content: str
    stay: str | None = None
    contact_phone: str | None = None
    evidence: tuple[str, ...] | None = None


class AppealEvent(Answer):
    """One step of an appeal; `text` is what the citizen reads about it."""

    at: Moment
    state: AppealState
    text: Text


class Appeal(Answer):
    """An appeal and how far it is. `colour` is the one appealed against; masked values are told to the desk only."""

    number: Text
    person_id: Text
    colour: Colour
    reason: AppealReason
    rule_id: Text | None = None
    content: Text
    stay: Text | None = None
    name_masked: Text | None = None
    contact_phone_masked: Text | None = None
    present_colour: Colour | None = None
    evidence: tuple[Text, ...]
    state: AppealState
    reply: Text | None = None
    created_at: Moment
    due_at: Moment
    events: tuple[AppealEvent, ...]


class AppealDecision(Question):
    """A move of an appeal at the desk; `rejected` needs a `reply` that says why and what can be done."""

    state: Literal["reviewing", "upheld", "rejected"]
    text: str | None = None
    reply: str | None = None


class EvidenceIn(Question):
    """A picture for an appeal; `content` is base64 of at most 1 MiB."""

    media_type: Literal["image/jpeg", "image/png"]
    content: str


class Evidence(Answer):
    """A picture that is kept for an appeal."""

    evidence_id: Text
    media_type: Text
    sha256: Text
    size: int
    created_at: Moment


class OpenedEvidence(Evidence):
    """A picture of an appeal as the desk opens it; `content` is base64."""

    content: Text
