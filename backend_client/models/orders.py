"""Appeals and service requests (工单): what a person asks the authorities to do."""

from __future__ import annotations

from typing import Literal

from .base import Answer, Flag, Moment, Question, Text, Whole
from .people import Colour

RequestKind = Literal["consult", "help", "complaint", "report", "suggestion", "appeal"]
AppealReason = Literal[
    "not_there", "tests_done", "isolation_over", "misjudged", "wrong_declaration", "wrong_person", "other"
]
AppealState = Literal["accepted", "reviewing", "upheld", "rejected", "withdrawn"]
RequestState = Literal[
    "accepted",
    "dispatched",
    "in_progress",
    "suspended",
    "in_review",
    "answered",
    "closed",
    "archived",
    "withdrawn",
    "merged",
]
Urgency = Literal["normal", "urgent", "critical"]
OrderLight = Literal["normal", "yellow", "red", "overdue", "stopped", "done"]
SignLight = Literal["normal", "yellow", "red", "overdue", "done"]
StepName = Literal[
    "dispatch",
    "sign",
    "return",
    "redispatch",
    "handle",
    "suspend",
    "resume",
    "ask_extension",
    "grant_extension",
    "refuse_extension",
    "submit",
    "send_back",
    "answer",
    "call_back",
    "close",
    "reopen",
    "archive",
    "withdraw",
    "merge",
    "urge",
    "classify",
    "remark",
]
WishName = Literal["urge", "withdraw", "rate", "reopen"]


class EvidenceOfField(Question):
    """Which words of an agent's notes a field was filled in from."""

    field: str
    text: str


class Intake(Question):
    """What an agent has taken down besides; only the desk may send it. `happened_at` is an RFC 3339 time."""

    taken_by: str
    topic: str | None = None
    urgency: Urgency | None = None
    anonymous: bool | None = None
    confidential: bool | None = None
    special_group: Literal["elderly", "disabled", "foreign"] | None = None
    happened_at: str | None = None
    place: str | None = None
    evidence: tuple[EvidenceOfField, ...] | None = None


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
    intake: Intake | None = None


class RequestEvent(Answer):
    """One step of a service request; `text` is what the citizen reads about it."""

    at: Moment
    state: RequestState
    text: Text


class Extension(Answer):
    """More time that was asked for."""

    until: Moment
    reason: Text
    state: Literal["asked", "granted", "refused"]
    by: Text
    because: Text | None = None


class CallBack(Answer):
    """A try to ask whether an answer helped; `satisfaction` from 1 to 5."""

    at: Moment
    by: Text
    reached: Flag
    solved: Flag | None = None
    satisfaction: Whole | None = None
    comment: Text | None = None


class ProposedDepartment(Answer):
    """Who might work on an order, and why."""

    department: Text
    name: Text
    reason: Text


class SimilarOrder(Answer):
    """An open order that may be about the same matter."""

    number: Text
    title: Text
    state: RequestState


class NotedWords(Answer):
    """Which words of an agent's notes a field was filled in from."""

    field: Text
    text: Text


class LogLine(Answer):
    """One step as the desk reads it; `remark` is never told to the citizen, `text` only when the step is `public`."""

    at: Moment
    state: RequestState
    action: Text
    by: Text | None = None
    text: str
    remark: Text | None = None
    public: Flag


class Handling(Answer):
    """How an order is handled, told to the desk alone. `actions` are the steps possible now, `version` the one seen."""

    version: Whole
    topic: Text
    topic_name: Text
    light: OrderLight
    sign_light: SignLight
    taken_by: Text | None = None
    anonymous: Flag
    confidential: Flag
    special_group: Text | None = None
    happened_at: Moment | None = None
    place: Text | None = None
    evidence: tuple[NotedWords, ...]
    department: Text | None = None
    department_name: Text | None = None
    partners: tuple[Text, ...]
    dispatch_reason: Text | None = None
    sign_by: Moment | None = None
    signed_at: Moment | None = None
    suspended_at: Moment | None = None
    suspended_s: Whole
    extension: Extension | None = None
    extensions: Whole
    extend_until: Moment
    draft_reply: Text | None = None
    answered_at: Moment | None = None
    closed_at: Moment | None = None
    call_back_by: Moment | None = None
    call_backs: tuple[CallBack, ...]
    solved: Flag | None = None
    reopened: Whole
    urged: Whole
    proposed: ProposedDepartment
    similar: tuple[SimilarOrder, ...]
    actions: tuple[StepName, ...]
    log: tuple[LogLine, ...]


class ServiceRequest(Answer):
    """A service request.

    `fetch_code` is told once, at creation; `wishes` are what its citizen may ask for now. From `content` on, everything
    is told to the desk only.
    """

    number: Text
    fetch_code: Text | None = None
    kind: RequestKind
    category: Text
    title: Text
    state: RequestState
    urgency: Urgency
    created_at: Moment
    due_at: Moment
    reply: Text | None = None
    satisfaction: Whole | None = None
    merged_into: Text | None = None
    wishes: tuple[WishName, ...]
    reviews: Literal["application", "name", "document", "phone_lost", "face_check"] | None = None
    decision: Literal["approve", "reject"] | None = None
    events: tuple[RequestEvent, ...]
    content: Text | None = None
    contact_phone_masked: Text | None = None
    division_code: Text | None = None
    conversation_id: Text | None = None
    channel: Text | None = None
    person_id: Text | None = None
    awaits_decision: Flag | None = None
    handling: Handling | None = None


class OrderStep(Question):
    """A step of a service request by `agent`, who has seen `version` of it.

    Which fields a step takes, the contract says; `until` is an RFC 3339 time.
    """

    action: StepName
    agent: str
    version: int
    text: str | None = None
    remark: str | None = None
    reply: str | None = None
    decision: Literal["approve", "reject"] | None = None
    department: str | None = None
    partners: tuple[str, ...] | None = None
    reason: str | None = None
    until: str | None = None
    into: str | None = None
    kind: RequestKind | None = None
    topic: str | None = None
    urgency: Urgency | None = None
    division_code: str | None = None
    reached: bool | None = None
    solved: bool | None = None
    satisfaction: int | None = None
    comment: str | None = None


class OrderWish(Question):
    """What a citizen asks of their own request; a rating has its `satisfaction`, from 1 to 5."""

    wish: WishName
    fetch_code: str | None = None
    satisfaction: int | None = None
    text: str | None = None


class OrderTopic(Answer):
    """One topic of requests."""

    code: Text
    group: Text
    name: Text


class OrderDepartment(Answer):
    """A department, or its office in a division."""

    code: Text
    name: Text


class OrderCatalogue(Answer):
    """What requests are about, and who can work on one."""

    topics: tuple[OrderTopic, ...]
    departments: tuple[OrderDepartment, ...]


class OrderCount(Answer):
    """How many requests; of all where `by` is empty, else of the `part` of a breakdown (empty: unknown)."""

    figure: Text
    by: Text
    part: Text
    count: Whole


class OrderFigures(Answer):
    """Counts of requests from `since` to before `until`; what is not there is 0."""

    since: Moment
    until: Moment
    items: tuple[OrderCount, ...]


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
