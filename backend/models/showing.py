"""Codes that were shown: passes given out, venues and who works there, visits, checks and entries without a code."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, LargeBinary, String

from backend.models.base import Base, Moment

_PERSON, _VENUE = "people.person_id", "venues.venue_id"


class IssuedPass(Base):
    """A signed code that was given out. Its text is signed anew from these facts whenever it is shown again.

    `serial` is hexadecimal; `name` and `document` are masked. Without a person (deleted) it no longer counts.
    `revoked_why` is asked, renewed, worsened or lost_person.
    """

    __tablename__ = "passes"

    serial = Column(String(12), primary_key=True)
    kind = Column(String(8), nullable=False)
    person_id = Column(String(40), ForeignKey(_PERSON, ondelete="SET NULL"), nullable=True)
    issued_by = Column(String(40), ForeignKey(_PERSON, ondelete="SET NULL"), nullable=True, index=True)
    colour = Column(String(8), nullable=False)
    name = Column(String(80), nullable=False)
    document = Column(String(40), nullable=False)
    issued_at = Column(Moment, nullable=False)
    expires_at = Column(Moment, nullable=False)
    revoked_at = Column(Moment, nullable=True)
    revoked_why = Column(String(12), nullable=True)

    __table_args__ = (
        Index("ix_passes_person_kind_issued", "person_id", "kind", "issued_at"),
        Index("ix_passes_kind_expires", "kind", "expires_at"),
    )


class Venue(Base):
    """A place with a code at its door. `code` is what people scan or say; `state` is open or closed."""

    __tablename__ = "venues"

    venue_id = Column(String(40), primary_key=True)
    code = Column(String(6), nullable=False, unique=True)
    name = Column(String(80), nullable=False)
    type = Column(String(20), nullable=False)
    division_code = Column(String(12), nullable=False)
    address = Column(String(200), nullable=False)
    contact_phone = Column(String(40), nullable=False)
    manager_id = Column(String(40), ForeignKey(_PERSON, ondelete="SET NULL"), nullable=True, index=True)
    state = Column(String(8), nullable=False)
    created_at = Column(Moment, nullable=False)
    closed_at = Column(Moment, nullable=True)


class VenueRole(Base):
    """Somebody asked by the manager to check at the door, or to take the venue over.

    The phone is kept as a keyed digest: only who is registered with it can accept, and then `person_id` is set.
    """

    __tablename__ = "venue_roles"

    role_id = Column(String(40), primary_key=True)
    venue_id = Column(String(40), ForeignKey(_VENUE, ondelete="CASCADE"), nullable=False)
    role = Column(String(8), nullable=False)
    phone_digest = Column(String(64), nullable=False, index=True)
    phone_masked = Column(String(40), nullable=False)
    invited_at = Column(Moment, nullable=False)
    expires_at = Column(Moment, nullable=False)
    person_id = Column(String(40), ForeignKey(_PERSON, ondelete="CASCADE"), nullable=True, index=True)
    accepted_at = Column(Moment, nullable=True)
    ended_at = Column(Moment, nullable=True)

    __table_args__ = (Index("ix_venue_roles_venue_role", "venue_id", "role"),)


class Visit(Base):
    """Somebody scanned a venue's code. Kept for epidemic control alone, as long as `retention.yml` says."""

    __tablename__ = "visits"

    visit_id = Column(String(40), primary_key=True)
    venue_id = Column(String(40), ForeignKey(_VENUE, ondelete="CASCADE"), nullable=False)
    person_id = Column(String(40), ForeignKey(_PERSON, ondelete="CASCADE"), nullable=False)
    at = Column(Moment, nullable=False)

    __table_args__ = (
        Index("ix_visits_venue_at", "venue_id", "at"),
        Index("ix_visits_person_at", "person_id", "at"),
    )


class Shift(Base):
    """A stretch of checking at one venue by one person. Only a hash of the token is kept."""

    __tablename__ = "shifts"

    shift_id = Column(String(40), primary_key=True)
    token_hash = Column(String(64), nullable=False, unique=True)
    venue_id = Column(String(40), ForeignKey(_VENUE, ondelete="CASCADE"), nullable=False)
    person_id = Column(String(40), ForeignKey(_PERSON, ondelete="CASCADE"), nullable=False, index=True)
    started_at = Column(Moment, nullable=False)
    ends_at = Column(Moment, nullable=False)
    ended_at = Column(Moment, nullable=True)


class StaffCheck(Base):
    """One look at somebody's code at a door: who looked, where, how, what for, and the class of the answer.

    Append-only: the database refuses changes, and deletions before three years are over. No foreign keys, so that
    nothing that is deleted elsewhere reaches into it. `subject_id` is None when nobody was found.
    """

    __tablename__ = "staff_checks"

    seq = Column(Integer, primary_key=True)
    venue_id = Column(String(40), nullable=False)
    venue_name = Column(String(80), nullable=False)
    staff_id = Column(String(40), nullable=False)
    shift_id = Column(String(40), nullable=False)
    subject_id = Column(String(40), nullable=True)
    how = Column(String(8), nullable=False)
    purpose = Column(String(12), nullable=False)
    verdict = Column(String(12), nullable=False)
    at = Column(Moment, nullable=False)

    __table_args__ = (
        Index("ix_staff_checks_subject_at", "subject_id", "at"),
        Index("ix_staff_checks_staff_at", "staff_id", "at"),
    )


class LaneEntry(Base):
    """Somebody let in by hand at the lane for people without a code. `sealed` holds name, document and companion."""

    __tablename__ = "lane_entries"

    entry_id = Column(String(40), primary_key=True)
    venue_id = Column(String(40), ForeignKey(_VENUE, ondelete="CASCADE"), nullable=False)
    staff_id = Column(String(40), nullable=False)
    sealed = Column(LargeBinary, nullable=False)
    temperature = Column(Float, nullable=False)
    purpose = Column(String(60), nullable=False)
    at = Column(Moment, nullable=False)

    __table_args__ = (Index("ix_lane_entries_venue_at", "venue_id", "at"),)
