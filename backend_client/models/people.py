"""Verification and what the platform knows of a verified person."""

from __future__ import annotations

from typing import Literal

from .base import Answer, Day, Flag, Moment, Number, Page, Question, Text, Whole

Colour = Literal["green", "yellow", "red", "none"]
DocumentType = Literal[
    "id_card",
    "passport",
    "permit",
    "hk_macao_permit",
    "taiwan_permit",
    "permanent_residence",
    "residence_permit",
]
ReasonCategory = Literal[
    "time_space_overlap",
    "close_contact",
    "secondary_contact",
    "risk_area_stay",
    "near_risk_area",
    "self_declared",
    "emergency",
    "entry",
    "entry_overdue",
    "test_positive",
    "from_abroad",
    "confirmed_case",
]


class StartVerification(Question):
    """Who wants to be verified, from where. The platform sends a one-time password to the phone."""

    name: str
    document_type: str
    document_number: str
    phone: str
    channel: str
    conversation_id: str


class HandOver(Question):
    """To which conversation a front end hands the verified person over."""

    channel: str
    conversation_id: str


class HandoverIssued(Answer):
    """A token for that conversation: five minutes, once."""

    token: Text
    expires_at: Moment


class RedeemHandover(Question):
    """A token a front end has handed over, and where it has arrived."""

    token: str
    channel: str
    conversation_id: str


class VerificationStarted(Answer):
    """A one-time password is on its way; not before `resend_after` another may be asked for."""

    verification_id: Text
    phone_masked: Text
    expires_at: Moment
    resend_after: Moment


class PersonSession(Answer):
    """A verified person's session: hand `session_token` to every personal call until `expires_at`."""

    person_id: Text
    session_token: Text
    expires_at: Moment
    name_masked: Text


class DocumentMasked(Answer):
    """A document of a person, its number masked."""

    type: DocumentType
    number_masked: Text


class Person(Answer):
    """The verified person, masked. `demo` marks an invented person."""

    person_id: Text
    name_masked: Text
    phone_masked: Text | None = None
    birth_year: Whole | None = None
    documents: tuple[DocumentMasked, ...]
    demo: Flag


class Reason(Answer):
    """Why a colour: the rule, the event and its date; `summary` is a plain Chinese clause.

    `colour` is what the rule asks for now; `unknown` when no source names the colour.
    """

    rule_id: Text
    colour: Literal["green", "yellow", "red", "none", "unknown"]
    category: ReasonCategory
    event_at: Moment | None = None
    place: Text | None = None
    region: Text | None = None
    summary: Text
    source: Text
    source_date: Day
    until: Moment | None = None


class Requirement(Answer):
    """A step to a green code: `needed` in all, `done` so far, the next one not before `earliest_at`.

    `pending_at` are samples without a result that will count when negative; `awaits` the release a wait is for.
    """

    kind: Literal["nucleic_test", "isolation", "declaration", "entry_test", "wait"]
    needed: Whole
    done: Whole
    interval_hours: Whole | None = None
    earliest_at: Moment | None = None
    deadline: Moment | None = None
    done_at: tuple[Moment, ...]
    pending_at: tuple[Moment, ...] = ()
    awaits: Text | None = None


class NextColour(Answer):
    """A colour the code can have next: `not_before` in the past is as soon as it is done, None is not known."""

    colour: Colour
    not_before: Moment | None = None
    by: Literal["time", "steps", "release"]


class Popup(Answer):
    """A pop-up over the code (入川码) and the deadline of the test that ends it."""

    kind: Literal["entry_code"]
    since: Moment
    until: Moment | None = None
    test_deadline: Moment | None = None


class Code(Answer):
    """A person's health code as of `as_of`. `none` means no code has been applied for.

    `reasons` are the rules that hold, the strictest first; those in `unknown` hold too, but no source says with which
    colour. `changes_at` is when anything of this changes by time alone.
    """

    person_id: Text
    colour: Colour
    since: Moment | None = None
    valid_until: Moment | None = None
    checkin_expired: Flag
    popup: Popup | None = None
    deciding: Text | None = None
    reasons: tuple[Reason, ...]
    unknown: tuple[Reason, ...] = ()
    requirements: tuple[Requirement, ...]
    next_colours: tuple[NextColour, ...] = ()
    green_at: Moment | None = None
    changes_at: Moment | None = None
    as_of: Moment


class CodeChange(Answer):
    """One change of a person's colour, and why."""

    colour: Colour
    previous_colour: Colour
    since: Moment
    reasons: tuple[Reason, ...]


class Test(Answer):
    """A test. `band` is the hour band since sampling, only for reported negatives."""

    __test__ = False  # a model, not a test case

    test_id: Text
    kind: Literal["nucleic", "antibody"]
    result: Literal["negative", "positive", "pending", "invalid"]
    sampled_at: Moment
    reported_at: Moment | None = None
    institution: Text
    hours_since_sampling: Number
    band: Literal["24", "48", "72", "over"] | None = None


class TestPage(Page[Test]):
    """Tests, newest first, as of `as_of`."""

    __test__ = False

    as_of: Moment


class Dose(Answer):
    """One vaccination."""

    dose: Whole
    vaccine: Text
    manufacturer: Text
    date: Day
    site: Text


class NextDose(Answer):
    """The dose that is next, not before `earliest`, and the rule that says so."""

    dose: Whole
    earliest: Day
    rule: Text
    source: Text
    source_date: Day


class VaccinationRecord(Answer):
    """A person's vaccinations as of `as_of`."""

    doses: tuple[Dose, ...]
    state: Literal["none", "partial", "basic", "boosted"]
    next_dose: NextDose | None = None
    as_of: Moment


class FamilyMember(Answer):
    """A person linked to the verified one; `relation` as people say it (母亲)."""

    link_id: Text
    person_id: Text
    relation: Text
    name_masked: Text
    colour: Colour
    since: Moment


class ConsentStatement(Question):
    """Who consents (`member`, `guardian`) and how (`in_person`, `by_phone`, `in_writing`)."""

    by: str
    how: str


class AddFamily(Question):
    """Whom to link as what.

    A member with a phone of their own consents by verifying: `consent_session` is then their session token. For
    children and members without a phone `statement` says who consents and how.
    """

    relation: str
    name: str
    document_type: str
    document_number: str
    consent_session: str | None = None
    statement: ConsentStatement | None = None


class Notice(Answer):
    """A message of the platform to a person; it holds no health data."""

    notice_id: Text
    kind: Text
    title: Text
    text: Text
    at: Moment
    read_at: Moment | None = None
