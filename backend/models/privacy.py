"""Who read what about whom, and how far back deletion may reach."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String

from backend.models.base import Base, Moment


class AccessEntry(Base):
    """One reading of one person's data, written in the transaction that read it. Never changed.

    `reader` is self, relative (through a family link), desk, venue or operator; `reader_id` a person's id or a work
    number; `kind` what was read; `purpose` why; `reference` the work order or link it was read for.

    There is no foreign key to the person: the log outlives an account, as the law wants it to.
    """

    __tablename__ = "access_log"

    id = Column(Integer, primary_key=True)
    person_id = Column(String(40), nullable=False)
    at = Column(Moment, nullable=False, index=True)
    reader = Column(String(12), nullable=False)
    reader_id = Column(String(40), nullable=True)
    kind = Column(String(24), nullable=False)
    purpose = Column(String(60), nullable=False)
    reference = Column(String(60), nullable=True)

    __table_args__ = (Index("ix_access_log_person_id", "person_id", "id"),)


class RetentionLimit(Base):
    """The moment before which an append-only log may be shortened; only the retention job writes it."""

    __tablename__ = "retention_limits"

    log = Column(String(40), primary_key=True)
    before = Column(Moment, nullable=False)
