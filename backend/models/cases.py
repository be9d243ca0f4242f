"""Cases: appeals against a code and requests to 12345, each with everything that happened to it."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import relationship

from backend.models.base import Base, Moment


class NumberSeries(Base):
    """The last number given out in a series (`JKT20220905`), counted inside the transaction that uses it."""

    __tablename__ = "number_series"

    series = Column(String(24), primary_key=True)
    last = Column(Integer, nullable=False)


class ServiceRequest(Base):
    """A work order of 12345. What a citizen may not read of it: `content`, `contact_phone`, and all from `topic` on.

    Attributes:
        topic: code of `backend/orders/data/topics.yml`.
        department, partners: who works on it (`code` or `code:division`), and who helps.
        due_at: by when it is answered; moved by a suspension and a granted extension.
        left_days, left_s: what was left of its time when it was suspended.
        suspended_s: seconds it has stood still.
        extension: the last one asked for: until, reason, state.
        draft_reply: what a department has submitted and the desk has not let out yet.
        call_backs: every try to ask whether the answer helped.
        light_told, sign_late: how late it was when that was last said.
        look_at: when it becomes later next.
        contact_key: keyed hash of the phone, to find orders of the same caller.
        version: counts changes; whoever changes an order says which one they saw.
    """

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
    created_at = Column(Moment, nullable=False, index=True)
    due_at = Column(Moment, nullable=False)
    topic = Column(String(24), nullable=False, default="service.other")
    urgency = Column(String(10), nullable=False, default="normal")
    taken_by = Column(String(40), nullable=True)
    anonymous = Column(Boolean, nullable=False, default=False)
    confidential = Column(Boolean, nullable=False, default=False)
    special_group = Column(String(12), nullable=True)
    happened_at = Column(Moment, nullable=True)
    place = Column(String(200), nullable=True)
    evidence = Column(JSON, nullable=False, default=list)
    department = Column(String(24), nullable=True)
    partners = Column(JSON, nullable=False, default=list)
    dispatch_reason = Column(String(500), nullable=True)
    sign_by = Column(Moment, nullable=True, index=True)
    signed_at = Column(Moment, nullable=True, index=True)
    suspended_at = Column(Moment, nullable=True)
    suspended_s = Column(Integer, nullable=False, default=0)
    left_days = Column(Integer, nullable=True)
    left_s = Column(Integer, nullable=True)
    extension = Column(JSON, nullable=True)
    extensions = Column(Integer, nullable=False, default=0)
    draft_reply = Column(Text, nullable=True)
    answered_at = Column(Moment, nullable=True, index=True)
    closed_at = Column(Moment, nullable=True, index=True)
    call_backs = Column(JSON, nullable=False, default=list)
    solved = Column(Boolean, nullable=True)
    satisfaction = Column(Integer, nullable=True)
    reopened = Column(Integer, nullable=False, default=0)
    urged = Column(Integer, nullable=False, default=0)
    urged_at = Column(Moment, nullable=True)
    merged_into = Column(String(24), nullable=True, index=True)
    contact_key = Column(String(64), nullable=True, index=True)
    light_told = Column(String(8), nullable=False, default="normal")
    sign_late = Column(Boolean, nullable=False, default=False)
    look_at = Column(Moment, nullable=True, index=True)
    version = Column(Integer, nullable=False, default=1)

    events = relationship(
        "ServiceRequestEvent",
        lazy="selectin",
        cascade="all, delete-orphan",
        order_by="ServiceRequestEvent.id",
    )

    __table_args__ = (
        Index("ix_service_requests_state_number", "state", "number"),
        Index("ix_service_requests_due_at_number", "due_at", "number"),
    )


class ServiceRequestEvent(Base):
    """One step of a work order: what was done (`action`) and by whom, and `text`, written for the citizen.

    A step that is not `public` is for the desk alone; `remark` always is.
    """

    __tablename__ = "service_request_events"

    id = Column(Integer, primary_key=True)
    number = Column(
        String(24), ForeignKey("service_requests.number", ondelete="CASCADE"), nullable=False, index=True
    )
    at = Column(Moment, nullable=False, index=True)
    state = Column(String(16), nullable=False)
    text = Column(String(500), nullable=False)
    action = Column(String(20), nullable=False, default="accept")
    by = Column(String(40), nullable=True)
    public = Column(Boolean, nullable=False, default=True)
    remark = Column(String(1000), nullable=True)


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
