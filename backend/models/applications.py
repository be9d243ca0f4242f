"""Applications: phones proved, codes applied for, changes of an account, and what public security would answer."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, String

from backend.models.base import Base, Moment

_PERSON = "people.person_id"


class PhoneCheck(Base):
    """A one-time password to a phone nobody is registered with yet. Only keyed hashes of code and proof are kept.

    `document_number` is the document the phone is proved for: locks and limits count for it as for the phone.
    """

    __tablename__ = "phone_checks"

    check_id = Column(String(40), primary_key=True)
    phone = Column(String(20), nullable=False)
    document_number = Column(String(40), nullable=False)
    code_hash = Column(String(64), nullable=False)
    conversation_id = Column(String(128), nullable=False)
    channel = Column(String(24), nullable=False)
    state = Column(String(12), nullable=False)
    created_at = Column(Moment, nullable=False)
    expires_at = Column(Moment, nullable=False)
    proof_hash = Column(String(64), nullable=True, index=True)
    proof_until = Column(Moment, nullable=True)

    __table_args__ = (Index("ix_phone_checks_phone_state", "phone", "state"),)


class Application(Base):
    """A code applied for. `details` is sealed: everything that was stated, for the review and for the record.

    `document_key` is a keyed hash of type and number; `owner_id` the relative who applied; `request_number` the work
    order of a review. `state` is approved, reviewing or rejected.
    """

    __tablename__ = "applications"

    application_id = Column(String(40), primary_key=True)
    document_key = Column(String(64), nullable=False)
    person_id = Column(String(40), ForeignKey(_PERSON, ondelete="CASCADE"), nullable=True, index=True)
    owner_id = Column(String(40), ForeignKey(_PERSON, ondelete="CASCADE"), nullable=True)
    request_number = Column(
        String(24), ForeignKey("service_requests.number", ondelete="CASCADE"), nullable=True, index=True
    )
    state = Column(String(12), nullable=False)
    details = Column(LargeBinary, nullable=False)
    created_at = Column(Moment, nullable=False)
    decided_at = Column(Moment, nullable=True)

    __table_args__ = (Index("ix_applications_document_state", "document_key", "state"),)


class AccountChange(Base):
    """A change of phone, name or document that a person of 12345 decides about. `details` is sealed."""

    __tablename__ = "account_changes"

    request_number = Column(
        String(24), ForeignKey("service_requests.number", ondelete="CASCADE"), primary_key=True
    )
    kind = Column(String(12), nullable=False)
    person_id = Column(String(40), ForeignKey(_PERSON, ondelete="CASCADE"), nullable=True, index=True)
    state = Column(String(12), nullable=False)
    details = Column(LargeBinary, nullable=False)
    created_at = Column(Moment, nullable=False)
    decided_at = Column(Moment, nullable=True)


class RealName(Base):
    """Which name belongs to a document: the demonstration's stand-in for the answer of public security."""

    __tablename__ = "real_names"

    document_type = Column(String(24), primary_key=True)
    document_number = Column(String(40), primary_key=True)
    name_key = Column(String(80), nullable=False)
