"""Applications for a code, phones proved for them, and changes of an account."""

from __future__ import annotations

from typing import Literal

from .base import Answer, Moment, Question, Text
from .declarations import DeclarationIn
from .people import Colour, ConsentStatement, FamilyMember, PersonSession

Standing = Literal["new", "has_code", "other_phone", "reviewing", "linked", "oneself"]
ConsentBasis = Literal["guardian", "no_own_phone", "session"]


class StartPhoneCheck(Question):
    """A phone to be proved, and the document it is proved for."""

    phone: str
    document_number: str
    channel: str
    conversation_id: str


class PhoneCheckStarted(Answer):
    """A one-time password is on its way; not before `resend_after` another may be asked for."""

    check_id: Text
    phone_masked: Text
    expires_at: Moment
    resend_after: Moment


class PhoneProof(Answer):
    """Hand `phone_proof` to what needs the phone, until `expires_at`."""

    phone_proof: Text
    phone_masked: Text
    expires_at: Moment


class Address(Question):
    """Where somebody lives."""

    division_code: str
    street: str


class ApplicantIn(Question):
    """Who applies, and from which proved phone. Dates are ISO texts."""

    name: str
    document_type: str
    document_number: str
    birth_date: str | None = None
    valid_until: str | None = None
    phone: str
    phone_proof: str


class ApplicationIn(ApplicantIn):
    """A whole application."""

    address: Address
    declaration: DeclarationIn
    channel: str
    conversation_id: str


class MemberIn(Question):
    """A relative, before anything is filled in."""

    name: str
    document_type: str
    document_number: str


class FamilyApplicationIn(Question):
    """An application for a relative; with a phone of their own it is proved, otherwise `statement` is needed."""

    relation: str
    name: str
    document_type: str
    document_number: str
    birth_date: str | None = None
    valid_until: str | None = None
    phone: str | None = None
    phone_proof: str | None = None
    statement: ConsentStatement | None = None
    address: Address
    declaration: DeclarationIn
    channel: str
    conversation_id: str


class ApplicantCheck(Answer):
    """Where somebody stands; for relatives also on what a link would rest."""

    real_name: Literal["match", "not_found"]
    standing: Standing
    consent: ConsentBasis | None = None


class Receipt(Answer):
    """The number of a review and the fetch code, told only once."""

    number: Text
    fetch_code: Text
    due_at: Moment


class ApplicationResult(Answer):
    """What came of an application; `member` is the link made with it."""

    state: Literal["approved", "exists", "reviewing"]
    person_id: Text | None = None
    colour: Colour | None = None
    session: PersonSession | None = None
    receipt: Receipt | None = None
    member: FamilyMember | None = None


class FamilyHolder(Answer):
    """Somebody who acts for the verified person; `relation` is what the verified person is to them."""

    link_id: Text
    relation: Text
    name_masked: Text
    since: Moment


class PhoneChange(Question):
    """A proved phone to take the place of the registered one."""

    phone: str
    phone_proof: str


class CorrectionIn(Question):
    """`what` is name (then `name`) or document (then type, number, and `valid_until` but for identity cards)."""

    what: str
    name: str | None = None
    document_type: str | None = None
    document_number: str | None = None
    valid_until: str | None = None
    channel: str
    conversation_id: str


class AccountReviewIn(Question):
    """Help for somebody who cannot be verified: `kind` is phone_lost or face_check."""

    kind: str
    name: str
    document_type: str
    document_number: str
    phone: str
    phone_proof: str
    evidence: str
    channel: str
    conversation_id: str


class ReviewReceipt(Receipt):
    """The receipt of a correction, with what changes, masked."""

    before: Text
    after: Text
