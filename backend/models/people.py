"""People: who they are, with what documents, and whom they act for."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import relationship

from backend.models.base import Base, Moment


class Person(Base):
    """One person, one code. `name_key` is the name folded for comparison (`backend.registry.folding`)."""

    __tablename__ = "people"

    person_id = Column(String(40), primary_key=True)
    name = Column(String(80), nullable=False)
    name_key = Column(String(80), nullable=False)
    phone = Column(String(20), nullable=True, index=True)
    birth_date = Column(Date, nullable=True)
    demo = Column(Boolean, nullable=False, default=False)
    created_at = Column(Moment, nullable=False)

    documents = relationship(
        "Document", lazy="selectin", cascade="all, delete-orphan", order_by="Document.document_id"
    )


class Document(Base):
    """An identity document. `number` is canonical: half-width, upper case, no blanks.

    `type` is one of id_card, passport, hk_macao_permit, taiwan_permit, permanent_residence, residence_permit.
    """

    __tablename__ = "documents"

    document_id = Column(String(40), primary_key=True)
    person_id = Column(
        String(40), ForeignKey("people.person_id", ondelete="CASCADE"), nullable=False, index=True
    )
    type = Column(String(24), nullable=False)
    number = Column(String(40), nullable=False, index=True)
    valid_until = Column(Date, nullable=True)

    __table_args__ = (UniqueConstraint("type", "number"),)


class FamilyLink(Base):
    """`owner` may act for `member`, with the member's consent. Ended links stay for the record.

    `relation` says in Chinese what the member is to the owner (母亲, 儿子, …). `statement` is who gave the consent and
    how (`guardian:in_person`), where no password of the member's own phone shows it.
    """

    __tablename__ = "family_links"

    link_id = Column(String(40), primary_key=True)
    owner_id = Column(String(40), ForeignKey("people.person_id", ondelete="CASCADE"), nullable=False)
    member_id = Column(String(40), ForeignKey("people.person_id", ondelete="CASCADE"), nullable=False)
    relation = Column(String(20), nullable=False)
    consent = Column(String(20), nullable=False)
    statement = Column(String(40), nullable=True)
    since = Column(Moment, nullable=False)
    ended_at = Column(Moment, nullable=True)

    __table_args__ = (Index("ix_family_links_owner_member", "owner_id", "member_id"),)


class Notice(Base):
    """Something the platform tells one person. Its text holds no health data."""

    __tablename__ = "notices"

    notice_id = Column(String(40), primary_key=True)
    person_id = Column(String(40), ForeignKey("people.person_id", ondelete="CASCADE"), nullable=False)
    kind = Column(String(24), nullable=False)
    title = Column(String(80), nullable=False)
    text = Column(String(500), nullable=False)
    created_at = Column(Moment, nullable=False)
    read_at = Column(Moment, nullable=True)

    __table_args__ = (Index("ix_notices_person_created", "person_id", "created_at"),)
