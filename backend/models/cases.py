"""Cases: appeals against a code and requests to 12345, each with everything that happened to it."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import relationship

from backend.models.base import Base, Moment


class NumberSeries(Base):
    """The last number given out in a series (`JKT20220905`), counted inside the transaction that uses it."""

    __tablename__ = "number_series"

    series = Column(String(24), primary_key=True)
    last = Column(Integer, nullable=False)


class ServiceRequest(Base):
    """A work order of 12345. `content` and `contact_phone` are for the desk alone."""

    __tablename__ = "service_requests"

    number = Column(String(24), primary_key=True)
    fetch_code_hash = Column(String(64), nullable=False)
    kind = Column(String(12), nullable=False)
    category = Column(String(60), nullable=False)
    title = Column(String(120), nullable=False)
    content = Column(Text, nullable=False)
    division_code = Column(String(12), nullable=True)
    contact_phone = Column(String(40), nullable=True)
    person_id = Column(String(40), ForeignKey("people.person_id", ondelete="SET NULL"), nullable=True)
    conversation_id = Column(String(128), nullable=False)
    channel = Column(String(24), nullable=False)
    state = Column(String(16), nullable=False)
    reply = Column(Text, nullable=True)
    created_at = Column(Moment, nullable=False)
    due_at = Column(Moment, nullable=False)

    events = relationship(
        "ServiceRequestEvent",
        lazy="selectin",
        cascade="all, delete-orphan",
        order_by="ServiceRequestEvent.id",
    )

    __table_args__ = (Index("ix_service_requests_state_number", "state", "number"),)


class ServiceRequestEvent(Base):
    """One step of a work order; `text` is written for the citizen."""

    __tablename__ = "service_request_events"

    id = Column(Integer, primary_key=True)
    number = Column(
        String(24), ForeignKey("service_requests.number", ondelete="CASCADE"), nullable=False, index=True
    )
    at = Column(Moment, nullable=False)
    state = Column(String(16), nullable=False)
    text = Column(String(500), nullable=False)


class Appeal(Base):
    """A person's objection to the colour of a code, their own or a linked family member's.

    `rule_id` is the reason that is contested, `stay` where the person says to have been; `evidence` lists pictures.
    """

    __tablename__ = "appeals"

    number = Column(String(24), primary_key=True)
    person_id = Column(String(40), ForeignKey("people.person_id", ondelete="CASCADE"), nullable=False)
    filed_by = Column(String(40), ForeignKey("people.person_id", ondelete="CASCADE"), nullable=False)
    colour = Column(String(8), nullable=False)
    reason = Column(String(24), nullable=False)
    rule_id = Column(String(60), nullable=True)
    content = Column(Text, nullable=False)
    stay = Column(Text, nullable=True)
    contact_phone = Column(String(40), nullable=True)
    evidence = Column(JSON, nullable=False)
    state = Column(String(16), nullable=False)
    reply = Column(Text, nullable=True)
    created_at = Column(Moment, nullable=False)
    due_at = Column(Moment, nullable=False)

    events = relationship(
        "AppealEvent", lazy="selectin", cascade="all, delete-orphan", order_by="AppealEvent.id"
    )

    __table_args__ = (Index("ix_appeals_filed_by_created", "filed_by", "created_at"),)


class Evidence(Base):
    """A picture that goes with an appeal, sealed; without `number` it waits for the appeal that takes it."""

    __tablename__ = "evidence"

    evidence_id = Column(String(40), primary_key=True)
    person_id = Column(String(40), ForeignKey("people.person_id", ondelete="CASCADE"), nullable=False)
    number = Column(String(24), ForeignKey("appeals.number", ondelete="CASCADE"), nullable=True, index=True)
    media_type = Column(String(40), nullable=False)
    sha256 = Column(String(64), nullable=False)
    size = Column(Integer, nullable=False)
    sealed = Column(LargeBinary, nullable=False)
    created_at = Column(Moment, nullable=False)

    __table_args__ = (Index("ix_evidence_person_number", "person_id", "number"),)


class AppealEvent(Base):
    """One step of an appeal; `text` is written for the citizen."""

    __tablename__ = "appeal_events"

    id = Column(Integer, primary_key=True)
    number = Column(String(24), ForeignKey("appeals.number", ondelete="CASCADE"), nullable=False, index=True)
    at = Column(Moment, nullable=False)
    state = Column(String(16), nullable=False)
    text = Column(String(500), nullable=False)
