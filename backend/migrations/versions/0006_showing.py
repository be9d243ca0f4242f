"""Codes that are shown: passes, venues, who works there, visits, shifts, checks, entries without a code."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006_showing"
down_revision = "0005_evidence_and_declarations"
branch_labels = None
depends_on = None

#: Checks are for good: nothing is changed, and nothing younger than three years (by the newest check) is deleted.
_SQLITE = (
    "CREATE TRIGGER staff_checks_unchanged BEFORE UPDATE ON staff_checks "
    "BEGIN SELECT RAISE(ABORT, 'checks are append-only'); END",
    "CREATE TRIGGER staff_checks_kept BEFORE DELETE ON staff_checks "
    "WHEN OLD.at > (SELECT datetime(at, '-3 years') FROM staff_checks ORDER BY seq DESC LIMIT 1) "
    "BEGIN SELECT RAISE(ABORT, 'checks are append-only'); END",
)
_POSTGRES = (
    """CREATE FUNCTION staff_checks_guard() RETURNS trigger AS $$
    BEGIN
        IF TG_OP = 'UPDATE' OR OLD.at > (
            SELECT at - interval '3 years' FROM staff_checks ORDER BY seq DESC LIMIT 1
        ) THEN
            RAISE EXCEPTION 'checks are append-only';
        END IF;
        RETURN OLD;
    END $$ LANGUAGE plpgsql""",
    "CREATE TRIGGER staff_checks_kept BEFORE UPDATE OR DELETE ON staff_checks "
    "FOR EACH ROW EXECUTE FUNCTION staff_checks_guard()",
)


def upgrade() -> None:
    """Go forward."""
    _create_passes()
    _create_venues()
    _create_venue_roles()
    _create_visits()
    _create_shifts()
    _create_lane_entries()
    _create_staff_checks()
    for statement in _POSTGRES if op.get_bind().dialect.name == "postgresql" else _SQLITE:
        op.execute(statement)


def _create_passes() -> None:
    op.create_table(
        "passes",
        sa.Column("serial", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=True),
        sa.Column("issued_by", sa.String(length=40), nullable=True),
        sa.Column("colour", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("document", sa.String(length=40), nullable=False),
        sa.Column("issued_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.Column("revoked_why", sa.String(length=12), nullable=True),
        sa.ForeignKeyConstraint(
            ["issued_by"], ["people.person_id"], name=op.f("fk_passes_issued_by_people"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.person_id"], name=op.f("fk_passes_person_id_people"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("serial", name=op.f("pk_passes")),
    )
    op.create_index("ix_passes_issued_by", "passes", ["issued_by"], unique=False)
    op.create_index("ix_passes_kind_expires", "passes", ["kind", "expires_at"], unique=False)
    op.create_index(
        "ix_passes_person_kind_issued", "passes", ["person_id", "kind", "issued_at"], unique=False
    )


def _create_venues() -> None:
    op.create_table(
        "venues",
        sa.Column("venue_id", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=6), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("division_code", sa.String(length=12), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("contact_phone", sa.String(length=40), nullable=False),
        sa.Column("manager_id", sa.String(length=40), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["manager_id"],
            ["people.person_id"],
            name=op.f("fk_venues_manager_id_people"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("venue_id", name=op.f("pk_venues")),
        sa.UniqueConstraint("code", name=op.f("uq_venues_code")),
    )
    op.create_index("ix_venues_manager_id", "venues", ["manager_id"], unique=False)


def _create_venue_roles() -> None:
    op.create_table(
        "venue_roles",
        sa.Column("role_id", sa.String(length=40), nullable=False),
        sa.Column("venue_id", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(length=8), nullable=False),
        sa.Column("phone_digest", sa.String(length=64), nullable=False),
        sa.Column("phone_masked", sa.String(length=40), nullable=False),
        sa.Column("invited_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=True),
        sa.Column("accepted_at", sa.DateTime(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.person_id"],
            name=op.f("fk_venue_roles_person_id_people"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["venue_id"], ["venues.venue_id"], name=op.f("fk_venue_roles_venue_id_venues"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("role_id", name=op.f("pk_venue_roles")),
    )
    op.create_index("ix_venue_roles_person_id", "venue_roles", ["person_id"], unique=False)
    op.create_index("ix_venue_roles_phone_digest", "venue_roles", ["phone_digest"], unique=False)
    op.create_index("ix_venue_roles_venue_role", "venue_roles", ["venue_id", "role"], unique=False)


def _create_visits() -> None:
    op.create_table(
        "visits",
        sa.Column("visit_id", sa.String(length=40), nullable=False),
        sa.Column("venue_id", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.person_id"], name=op.f("fk_visits_person_id_people"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["venue_id"], ["venues.venue_id"], name=op.f("fk_visits_venue_id_venues"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("visit_id", name=op.f("pk_visits")),
    )
    op.create_index("ix_visits_person_at", "visits", ["person_id", "at"], unique=False)
    op.create_index("ix_visits_venue_at", "visits", ["venue_id", "at"], unique=False)


def _create_shifts() -> None:
    op.create_table(
        "shifts",
        sa.Column("shift_id", sa.String(length=40), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("venue_id", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("ends_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.person_id"], name=op.f("fk_shifts_person_id_people"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["venue_id"], ["venues.venue_id"], name=op.f("fk_shifts_venue_id_venues"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("shift_id", name=op.f("pk_shifts")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_shifts_token_hash")),
    )
    op.create_index("ix_shifts_person_id", "shifts", ["person_id"], unique=False)


def _create_lane_entries() -> None:
    op.create_table(
        "lane_entries",
        sa.Column("entry_id", sa.String(length=40), nullable=False),
        sa.Column("venue_id", sa.String(length=40), nullable=False),
        sa.Column("staff_id", sa.String(length=40), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("temperature", sa.Float(), nullable=False),
        sa.Column("purpose", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["venue_id"],
            ["venues.venue_id"],
            name=op.f("fk_lane_entries_venue_id_venues"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_lane_entries")),
    )
    op.create_index("ix_lane_entries_venue_at", "lane_entries", ["venue_id", "at"], unique=False)


def _create_staff_checks() -> None:
    op.create_table(
        "staff_checks",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("venue_id", sa.String(length=40), nullable=False),
        sa.Column("venue_name", sa.String(length=80), nullable=False),
        sa.Column("staff_id", sa.String(length=40), nullable=False),
        sa.Column("shift_id", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=True),
        sa.Column("how", sa.String(length=8), nullable=False),
        sa.Column("purpose", sa.String(length=12), nullable=False),
        sa.Column("verdict", sa.String(length=12), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_staff_checks")),
    )
    op.create_index("ix_staff_checks_staff_at", "staff_checks", ["staff_id", "at"], unique=False)
    op.create_index("ix_staff_checks_subject_at", "staff_checks", ["subject_id", "at"], unique=False)
