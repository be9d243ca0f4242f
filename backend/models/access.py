"""Access: verifications, sessions, locks, and what makes a request happen once and only once."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Text

from backend.models.base import Base, Moment


class Verification(Base):
    """A one-time password on its way. Only a keyed hash of the code is kept."""

    __tablename__ = "verifications"

    verification_id = Column(String(40), primary_key=True)
    person_id = Column(String(40), ForeignKey("people.person_id", ondelete="CASCADE"), nullable=False)
    phone = Column(String(20), nullable=False)
    document_number = Column(String(40), nullable=False)
    code_hash = Column(String(64), nullable=False)
    conversation_id = Column(String(128), nullable=False)
    channel = Column(String(24), nullable=False)
    state = Column(String(12), nullable=False)
    created_at = Column(Moment, nullable=False)
    expires_at = Column(Moment, nullable=False)

    __table_args__ = (Index("ix_verifications_person_state", "person_id", "state"),)


class IdentityLock(Base):
    """Wrong one-time passwords counted for one subject, `sha256("phone:…")` or `sha256("document:…")`."""

    __tablename__ = "identity_locks"

    subject = Column(String(64), primary_key=True)
    wrong = Column(Integer, nullable=False)
    last_wrong_at = Column(Moment, nullable=False)
    locked_until = Column(Moment, nullable=True)


class IdentityAttempt(Base):
    """One start of a verification for one subject; counted to limit messages and guessing."""

    __tablename__ = "identity_attempts"

    id = Column(Integer, primary_key=True)
    subject = Column(String(64), nullable=False)
    at = Column(Moment, nullable=False)
    sent = Column(Integer, nullable=False)

    __table_args__ = (Index("ix_identity_attempts_subject_at", "subject", "at"),)


class PersonSession(Base):
    """A verified person in one conversation and channel. The token itself is never stored."""

    __tablename__ = "person_sessions"

    token_hash = Column(String(64), primary_key=True)
    person_id = Column(
        String(40), ForeignKey("people.person_id", ondelete="CASCADE"), nullable=False, index=True
    )
    conversation_id = Column(String(128), nullable=False)
    channel = Column(String(24), nullable=False)
    created_at = Column(Moment, nullable=False)
    expires_at = Column(Moment, nullable=False)


class IdempotencyRecord(Base):
    """The answer once given to one key of a client. `response` is sealed: it may hold a session or a name."""

    __tablename__ = "idempotency_records"

    client_id = Column(String(40), primary_key=True)
    key = Column(String(128), primary_key=True)
    fingerprint = Column(String(64), nullable=False)
    status = Column(Integer, nullable=True)
    response = Column(LargeBinary, nullable=True)
    created_at = Column(Integer, nullable=False, index=True)


class Nonce(Base):
    """A nonce that was used, kept while its timestamp could be accepted. `seen_at` is unix seconds."""

    __tablename__ = "nonces"

    client_id = Column(String(40), primary_key=True)
    nonce = Column(String(64), primary_key=True)
    seen_at = Column(Integer, nullable=False, index=True)


class OutboxMessage(Base):
    """A text message to be sent, written in the transaction that causes it; about an event, once to a phone."""

    __tablename__ = "outbox_messages"

    id = Column(Integer, primary_key=True)
    recipient = Column(String(20), nullable=False, index=True)
    kind = Column(String(24), nullable=False)
    text = Column(Text, nullable=False)
    created_at = Column(Moment, nullable=False)
    sent_at = Column(Moment, nullable=True)
    event_id = Column(String(40), nullable=True)

    __table_args__ = (Index("ux_outbox_messages_event", "event_id", "recipient", unique=True),)
