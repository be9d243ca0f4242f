"""What the platform tells other systems: events, and where each of them still has to go."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, String, Text, text

from backend.models.base import Base, Moment


class OutgoingEvent(Base):
    """Something that happened, written in the transaction in which it happened.

    `data` is a JSON object; `stream` is what the events of one person (or one conversation, when nobody is known)
    are ordered by; `planned` says that the deliveries to all subscribers exist.
    """

    __tablename__ = "outgoing_events"

    seq = Column(Integer, primary_key=True)
    event_id = Column(String(40), nullable=False, unique=True)
    kind = Column(String(40), nullable=False)
    person_id = Column(
        String(40), ForeignKey("people.person_id", ondelete="CASCADE"), nullable=True, index=True
    )
    stream = Column(String(160), nullable=False)
    data = Column(Text, nullable=False)
    occurred_at = Column(Moment, nullable=False)
    planned = Column(Boolean, nullable=False, default=False)

    __table_args__ = (
        Index(
            "ix_outgoing_events_unplanned",
            "seq",
            sqlite_where=text("planned = 0"),
            postgresql_where=text("NOT planned"),
        ),
    )


class EventDelivery(Base):
    """One event on its way to one subscriber. Times are unix seconds of real time.

    `state` is waiting, delivered or dead; a waiting one is claimed until `claimed_until` by the process that sends it.
    """

    __tablename__ = "event_deliveries"

    subscriber = Column(String(40), primary_key=True)
    seq = Column(Integer, ForeignKey("outgoing_events.seq", ondelete="CASCADE"), primary_key=True, index=True)
    stream = Column(String(160), nullable=False)
    state = Column(String(12), nullable=False)
    attempts = Column(Integer, nullable=False, default=0)
    next_at = Column(Float, nullable=False)
    claimed_until = Column(Float, nullable=False, default=0.0)
    claim = Column(String(32), nullable=True)
    settled_at = Column(Float, nullable=True)
    last_error = Column(String(120), nullable=True)

    __table_args__ = (
        Index("ix_event_deliveries_state_settled", "state", "settled_at"),
        Index(
            "ix_event_deliveries_waiting",
            "subscriber",
            "stream",
            "seq",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index(
            "ix_event_deliveries_due",
            "subscriber",
            "next_at",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )
