"""Health: what happened, the code that follows from it and its history; tests; vaccinations."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
    false,
    text,
)

from backend.models.base import Base, Moment

_PERSON = "people.person_id"


class HealthCode(Base):
    """A person's code as it was last derived. No row means that the person has no code (colour `none`).

    `since` is when this colour began, `updated_at` the moment of the derivation, `changes_at` when anything of it
    changes next by time alone (or the moment from which it has to be derived anew), `version` counts derivations.
    `valid_until` is the end of the 14 days of the last check-in, `reminded` whether the person was told that it comes.
    `unread` names the failure in the log when the story could not be read (`backend.codes.setting_aside`). Everything
    else follows from the events.
    """

    __tablename__ = "health_codes"

    person_id = Column(String(40), ForeignKey(_PERSON, ondelete="CASCADE"), primary_key=True)
    colour = Column(String(8), nullable=False)
    since = Column(Moment, nullable=True)
    valid_until = Column(Moment, nullable=True)
    updated_at = Column(Moment, nullable=False)
    changes_at = Column(Moment, nullable=True)
    version = Column(Integer, nullable=False, default=1)
    reminded = Column(Boolean, nullable=False, default=False, server_default=false())
    unread = Column(String(32), nullable=True)

    __table_args__ = (
        Index("ix_health_codes_changes_at", "changes_at", "person_id"),
        Index(
            "ix_health_codes_not_reminded",
            "valid_until",
            sqlite_where=text("reminded = 0"),
            postgresql_where=text("NOT reminded"),
        ),
    )


class CodeChange(Base):
    """A change of colour with the reasons that held then (`reasons` is a list of Reason objects)."""

    __tablename__ = "code_changes"

    change_id = Column(String(40), primary_key=True)
    person_id = Column(String(40), ForeignKey(_PERSON, ondelete="CASCADE"), nullable=False)
    previous_colour = Column(String(8), nullable=False)
    colour = Column(String(8), nullable=False)
    since = Column(Moment, nullable=False)
    reasons = Column(JSON, nullable=False)

    __table_args__ = (Index("ix_code_changes_person_since", "person_id", "since"),)


class ColourEvent(Base):
    """Something that happened to a person and bears on the colour; rows are added, never changed.

    Kinds and words are those of `backend.colour.events`; tests are not here but in `test_results`, levels of areas in
    `risk_areas`. Rows with one `event_id` are versions of one thing. `area_key` is the area of a stay, so that a
    changed list finds whom it concerns. Clustered by person: one read of neighbours gives a person's whole story.
    """

    __tablename__ = "colour_events"

    person_id = Column(String(40), ForeignKey(_PERSON, ondelete="CASCADE"), primary_key=True)
    event_id = Column(String(64), primary_key=True)
    known_at = Column(Moment, primary_key=True)
    kind = Column(String(24), nullable=False)
    at = Column(Moment, nullable=False)
    region = Column(String(12), nullable=False)
    place = Column(String(200), nullable=True)
    area_key = Column(String(80), nullable=True)
    payload = Column(JSON, nullable=False)

    __table_args__ = (
        Index("ix_colour_events_kind", "kind", "person_id"),
        Index("ix_colour_events_area_key", "area_key", "person_id"),
        {"sqlite_with_rowid": False},
    )


class ColourRuleSeen(Base):
    """A rule as the stored codes know it: its fingerprint, and the kind of event it looks at."""

    __tablename__ = "colour_rules_seen"

    rule_id = Column(String(80), primary_key=True)
    fingerprint = Column(String(64), nullable=False)
    event = Column(String(24), nullable=False)


class TestResult(Base):
    """A nucleic acid or antibody test. Before `reported_at` (or without it) it is pending to everybody.

    `known_at` is when the platform learned of the sample; NULL: as it was taken. `told`: the person was told that there
    is a result.
    """

    __test__ = False  # not a test case, whatever pytest thinks of the name
    __tablename__ = "test_results"

    test_id = Column(String(40), primary_key=True)
    person_id = Column(String(40), ForeignKey(_PERSON, ondelete="CASCADE"), nullable=False)
    kind = Column(String(12), nullable=False)
    result = Column(String(12), nullable=False)
    sampled_at = Column(Moment, nullable=False)
    reported_at = Column(Moment, nullable=True)
    known_at = Column(Moment, nullable=True)
    institution = Column(String(120), nullable=False)
    told = Column(Boolean, nullable=False, default=False, server_default=false())

    __table_args__ = (
        Index(
            "ix_test_results_not_told",
            "reported_at",
            sqlite_where=text("told = 0"),
            postgresql_where=text("NOT told"),
        ),
        Index("ix_test_results_person_sampled", "person_id", "sampled_at"),
        # few tests are not negative, and those are what a sweep looks for
        Index(
            "ix_test_results_not_negative",
            "person_id",
            sqlite_where=text("result != 'negative'"),
            postgresql_where=text("result != 'negative'"),
        ),
    )


class Vaccination(Base):
    """One dose given. `technology` (inactivated, adenovirus, protein) decides the rule of its series."""

    __tablename__ = "vaccinations"

    vaccination_id = Column(String(40), primary_key=True)
    person_id = Column(String(40), ForeignKey(_PERSON, ondelete="CASCADE"), nullable=False, index=True)
    dose = Column(Integer, nullable=False)
    technology = Column(String(16), nullable=False)
    vaccine = Column(String(80), nullable=False)
    manufacturer = Column(String(80), nullable=False)
    date = Column(Date, nullable=False)
    site = Column(String(120), nullable=False)

    __table_args__ = (UniqueConstraint("person_id", "dose"),)


class HealthDeclaration(Base):
    """A check-in (打卡): what the person declared of themselves or of a relative; rows are added, never changed.

    `temperature` is in °C, None when it was not measured; `corrects` is the declaration this one takes back.
    """

    __tablename__ = "health_declarations"

    declaration_id = Column(String(40), primary_key=True)
    person_id = Column(String(40), ForeignKey(_PERSON, ondelete="CASCADE"), nullable=False)
    declared_by = Column(String(40), ForeignKey(_PERSON, ondelete="CASCADE"), nullable=False)
    at = Column(Moment, nullable=False)
    temperature = Column(Float, nullable=True)
    symptoms = Column(JSON, nullable=False)
    risk_stay = Column(Boolean, nullable=False)
    contact = Column(Boolean, nullable=False)
    health = Column(String(12), nullable=False)
    corrects = Column(String(40), nullable=True)
    valid_until = Column(Moment, nullable=False)

    __table_args__ = (Index("ix_health_declarations_person_at", "person_id", "at"),)
