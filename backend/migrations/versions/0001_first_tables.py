"""The first tables: places, people, health, cases, access."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:  # noqa: PLR0915 - one statement a table
    """Go forward."""
    op.create_table(
        "divisions",
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("parent_code", sa.String(length=12), nullable=True),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("coord_source", sa.String(length=60), nullable=True),
        sa.ForeignKeyConstraint(
            ["parent_code"], ["divisions.code"], name=op.f("fk_divisions_parent_code_divisions")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_divisions")),
    )
    op.create_index(op.f("ix_divisions_level"), "divisions", ["level"], unique=False)
    op.create_index(op.f("ix_divisions_name"), "divisions", ["name"], unique=False)
    op.create_index(op.f("ix_divisions_parent_code"), "divisions", ["parent_code"], unique=False)
    op.create_table(
        "idempotency_records",
        sa.Column("client_id", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("response", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("client_id", "key", name=op.f("pk_idempotency_records")),
    )
    op.create_index(
        op.f("ix_idempotency_records_created_at"), "idempotency_records", ["created_at"], unique=False
    )
    op.create_table(
        "identity_attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_attempts")),
    )
    op.create_index("ix_identity_attempts_subject_at", "identity_attempts", ["subject", "at"], unique=False)
    op.create_table(
        "identity_locks",
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("last_wrong_at", sa.DateTime(), nullable=False),
        sa.Column("locked_until", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_identity_locks")),
    )
    op.create_table(
        "import_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("created", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_runs")),
    )
    op.create_table(
        "nonces",
        sa.Column("client_id", sa.String(length=40), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("seen_at", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("client_id", "nonce", name=op.f("pk_nonces")),
    )
    op.create_index(op.f("ix_nonces_seen_at"), "nonces", ["seen_at"], unique=False)
    op.create_table(
        "number_series",
        sa.Column("series", sa.String(length=24), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("series", name=op.f("pk_number_series")),
    )
    op.create_table(
        "outbox_messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_messages")),
    )
    op.create_index(op.f("ix_outbox_messages_recipient"), "outbox_messages", ["recipient"], unique=False)
    op.create_table(
        "people",
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("name_key", sa.String(length=80), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_people")),
    )
    op.create_index(op.f("ix_people_phone"), "people", ["phone"], unique=False)
    op.create_table(
        "risk_snapshots",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("data_time", sa.DateTime(), nullable=False),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("imported_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_snapshots")),
        sa.UniqueConstraint("data_time", name=op.f("uq_risk_snapshots_data_time")),
    )
    op.create_table(
        "appeals",
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("filed_by", sa.String(length=40), nullable=False),
        sa.Column("colour", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["filed_by"], ["people.person_id"], name=op.f("fk_appeals_filed_by_people"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.person_id"], name=op.f("fk_appeals_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_appeals")),
    )
    op.create_index("ix_appeals_filed_by_created", "appeals", ["filed_by", "created_at"], unique=False)
    op.create_table(
        "code_changes",
        sa.Column("change_id", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("previous_colour", sa.String(length=8), nullable=False),
        sa.Column("colour", sa.String(length=8), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.person_id"],
            name=op.f("fk_code_changes_person_id_people"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("change_id", name=op.f("pk_code_changes")),
    )
    op.create_index("ix_code_changes_person_since", "code_changes", ["person_id", "since"], unique=False)
    op.create_table(
        "division_aliases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("division_code", sa.String(length=12), nullable=False),
        sa.Column("alias", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["division_code"],
            ["divisions.code"],
            name=op.f("fk_division_aliases_division_code_divisions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_division_aliases")),
        sa.UniqueConstraint("division_code", "alias", name=op.f("uq_division_aliases_division_code_alias")),
    )
    op.create_index(op.f("ix_division_aliases_alias"), "division_aliases", ["alias"], unique=False)
    op.create_table(
        "documents",
        sa.Column("document_id", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("type", sa.String(length=24), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.person_id"],
            name=op.f("fk_documents_person_id_people"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_documents")),
        sa.UniqueConstraint("type", "number", name=op.f("uq_documents_type_number")),
    )
    op.create_index(op.f("ix_documents_number"), "documents", ["number"], unique=False)
    op.create_index(op.f("ix_documents_person_id"), "documents", ["person_id"], unique=False)
    op.create_table(
        "family_links",
        sa.Column("link_id", sa.String(length=40), nullable=False),
        sa.Column("owner_id", sa.String(length=40), nullable=False),
        sa.Column("member_id", sa.String(length=40), nullable=False),
        sa.Column("relation", sa.String(length=20), nullable=False),
        sa.Column("consent", sa.String(length=20), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["people.person_id"],
            name=op.f("fk_family_links_member_id_people"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["people.person_id"],
            name=op.f("fk_family_links_owner_id_people"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("link_id", name=op.f("pk_family_links")),
    )
    op.create_index("ix_family_links_owner_member", "family_links", ["owner_id", "member_id"], unique=False)
    op.create_table(
        "health_codes",
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("colour", sa.String(length=8), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=True),
        sa.Column("valid_until", sa.DateTime(), nullable=True),
        sa.Column("green_at", sa.DateTime(), nullable=True),
        sa.Column("popup_kind", sa.String(length=16), nullable=True),
        sa.Column("popup_since", sa.DateTime(), nullable=True),
        sa.Column("popup_until", sa.DateTime(), nullable=True),
        sa.Column("popup_test_deadline", sa.DateTime(), nullable=True),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.person_id"],
            name=op.f("fk_health_codes_person_id_people"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_health_codes")),
    )
    op.create_table(
        "notices",
        sa.Column("notice_id", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("read_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.person_id"], name=op.f("fk_notices_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("pk_notices")),
    )
    op.create_index("ix_notices_person_created", "notices", ["person_id", "created_at"], unique=False)
    op.create_table(
        "person_sessions",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("conversation_id", sa.String(length=128), nullable=False),
        sa.Column("channel", sa.String(length=24), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.person_id"],
            name=op.f("fk_person_sessions_person_id_people"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_person_sessions")),
    )
    op.create_index(op.f("ix_person_sessions_person_id"), "person_sessions", ["person_id"], unique=False)
    op.create_table(
        "risk_areas",
        sa.Column("area_id", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(length=8), nullable=False),
        sa.Column("division_code", sa.String(length=12), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_key", sa.String(length=64), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["division_code"], ["divisions.code"], name=op.f("fk_risk_areas_division_code_divisions")
        ),
        sa.PrimaryKeyConstraint("area_id", name=op.f("pk_risk_areas")),
        sa.UniqueConstraint(
            "level",
            "division_code",
            "text_key",
            "since",
            name=op.f("uq_risk_areas_level_division_code_text_key_since"),
        ),
    )
    op.create_index(op.f("ix_risk_areas_division_code"), "risk_areas", ["division_code"], unique=False)
    op.create_index("ix_risk_areas_since_until", "risk_areas", ["since", "until"], unique=False)
    op.create_table(
        "service_requests",
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("fetch_code_hash", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("category", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("division_code", sa.String(length=12), nullable=True),
        sa.Column("contact_phone", sa.String(length=40), nullable=True),
        sa.Column("person_id", sa.String(length=40), nullable=True),
        sa.Column("conversation_id", sa.String(length=128), nullable=False),
        sa.Column("channel", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.person_id"],
            name=op.f("fk_service_requests_person_id_people"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_service_requests")),
    )
    op.create_index("ix_service_requests_state_number", "service_requests", ["state", "number"], unique=False)
    op.create_table(
        "sites",
        sa.Column("site_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("natural_key", sa.String(length=300), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("division_code", sa.String(length=12), nullable=False),
        sa.Column("county_code", sa.String(length=12), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("phone", sa.String(length=120), nullable=True),
        sa.Column("hours", sa.String(length=300), nullable=True),
        sa.Column("open_24h", sa.Boolean(), nullable=True),
        sa.Column("yellow_code", sa.Boolean(), nullable=True),
        sa.Column("price_single", sa.Numeric(precision=8, scale=2), nullable=True),
        sa.Column("price_pooled", sa.Numeric(precision=8, scale=2), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("precision", sa.String(length=8), nullable=True),
        sa.Column("data_date", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["county_code"], ["divisions.code"], name=op.f("fk_sites_county_code_divisions")
        ),
        sa.ForeignKeyConstraint(
            ["division_code"], ["divisions.code"], name=op.f("fk_sites_division_code_divisions")
        ),
        sa.PrimaryKeyConstraint("site_id", name=op.f("pk_sites")),
        sa.UniqueConstraint("kind", "natural_key", name=op.f("uq_sites_kind_natural_key")),
    )
    op.create_index(op.f("ix_sites_county_code"), "sites", ["county_code"], unique=False)
    op.create_index(op.f("ix_sites_division_code"), "sites", ["division_code"], unique=False)
    op.create_index("ix_sites_kind_county", "sites", ["kind", "county_code"], unique=False)
    op.create_index("ix_sites_kind_lat_lon", "sites", ["kind", "lat", "lon"], unique=False)
    op.create_table(
        "test_results",
        sa.Column("test_id", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("result", sa.String(length=12), nullable=False),
        sa.Column("sampled_at", sa.DateTime(), nullable=False),
        sa.Column("reported_at", sa.DateTime(), nullable=True),
        sa.Column("institution", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.person_id"],
            name=op.f("fk_test_results_person_id_people"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("test_id", name=op.f("pk_test_results")),
    )
    op.create_index(
        "ix_test_results_person_sampled", "test_results", ["person_id", "sampled_at"], unique=False
    )
    op.create_table(
        "vaccinations",
        sa.Column("vaccination_id", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("dose", sa.Integer(), nullable=False),
        sa.Column("technology", sa.String(length=16), nullable=False),
        sa.Column("vaccine", sa.String(length=80), nullable=False),
        sa.Column("manufacturer", sa.String(length=80), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("site", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.person_id"],
            name=op.f("fk_vaccinations_person_id_people"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("vaccination_id", name=op.f("pk_vaccinations")),
        sa.UniqueConstraint("person_id", "dose", name=op.f("uq_vaccinations_person_id_dose")),
    )
    op.create_index(op.f("ix_vaccinations_person_id"), "vaccinations", ["person_id"], unique=False)
    op.create_table(
        "verifications",
        sa.Column("verification_id", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("document_number", sa.String(length=40), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.String(length=128), nullable=False),
        sa.Column("channel", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.person_id"],
            name=op.f("fk_verifications_person_id_people"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("verification_id", name=op.f("pk_verifications")),
    )
    op.create_index("ix_verifications_person_state", "verifications", ["person_id", "state"], unique=False)
    op.create_table(
        "zone_towns",
        sa.Column("zone_code", sa.String(length=12), nullable=False),
        sa.Column("town_code", sa.String(length=12), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["town_code"],
            ["divisions.code"],
            name=op.f("fk_zone_towns_town_code_divisions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["zone_code"],
            ["divisions.code"],
            name=op.f("fk_zone_towns_zone_code_divisions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("zone_code", "town_code", name=op.f("pk_zone_towns")),
    )
    op.create_table(
        "appeal_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["number"], ["appeals.number"], name=op.f("fk_appeal_events_number_appeals"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal_events")),
    )
    op.create_index(op.f("ix_appeal_events_number"), "appeal_events", ["number"], unique=False)
    op.create_table(
        "code_reasons",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("rule_id", sa.String(length=60), nullable=False),
        sa.Column("colour", sa.String(length=8), nullable=False),
        sa.Column("category", sa.String(length=24), nullable=False),
        sa.Column("event_at", sa.DateTime(), nullable=True),
        sa.Column("place", sa.String(length=200), nullable=True),
        sa.Column("summary", sa.String(length=300), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("source_date", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["health_codes.person_id"],
            name=op.f("fk_code_reasons_person_id_health_codes"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_reasons")),
    )
    op.create_index(op.f("ix_code_reasons_person_id"), "code_reasons", ["person_id"], unique=False)
    op.create_table(
        "code_requirements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("needed", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("interval_hours", sa.Integer(), nullable=True),
        sa.Column("starts_at", sa.DateTime(), nullable=False),
        sa.Column("deadline", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["health_codes.person_id"],
            name=op.f("fk_code_requirements_person_id_health_codes"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_requirements")),
    )
    op.create_index(op.f("ix_code_requirements_person_id"), "code_requirements", ["person_id"], unique=False)
    op.create_table(
        "risk_snapshot_areas",
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["area_id"],
            ["risk_areas.area_id"],
            name=op.f("fk_risk_snapshot_areas_area_id_risk_areas"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["snapshot_id"],
            ["risk_snapshots.id"],
            name=op.f("fk_risk_snapshot_areas_snapshot_id_risk_snapshots"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("snapshot_id", "area_id", name=op.f("pk_risk_snapshot_areas")),
    )
    op.create_index(op.f("ix_risk_snapshot_areas_area_id"), "risk_snapshot_areas", ["area_id"], unique=False)
    op.create_table(
        "service_request_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["number"],
            ["service_requests.number"],
            name=op.f("fk_service_request_events_number_service_requests"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_request_events")),
    )
    op.create_index(
        op.f("ix_service_request_events_number"), "service_request_events", ["number"], unique=False
    )
    op.create_table(
        "site_services",
        sa.Column("site_id", sa.String(length=40), nullable=False),
        sa.Column("service", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.site_id"], name=op.f("fk_site_services_site_id_sites"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("site_id", "service", name=op.f("pk_site_services")),
    )


def downgrade() -> None:  # noqa: PLR0915 - one statement a table
    """Go back."""
    op.drop_table("site_services")
    op.drop_index(op.f("ix_service_request_events_number"), table_name="service_request_events")
    op.drop_table("service_request_events")
    op.drop_index(op.f("ix_risk_snapshot_areas_area_id"), table_name="risk_snapshot_areas")
    op.drop_table("risk_snapshot_areas")
    op.drop_index(op.f("ix_code_requirements_person_id"), table_name="code_requirements")
    op.drop_table("code_requirements")
    op.drop_index(op.f("ix_code_reasons_person_id"), table_name="code_reasons")
    op.drop_table("code_reasons")
    op.drop_index(op.f("ix_appeal_events_number"), table_name="appeal_events")
    op.drop_table("appeal_events")
    op.drop_table("zone_towns")
    op.drop_index("ix_verifications_person_state", table_name="verifications")
    op.drop_table("verifications")
    op.drop_index(op.f("ix_vaccinations_person_id"), table_name="vaccinations")
    op.drop_table("vaccinations")
    op.drop_index("ix_test_results_person_sampled", table_name="test_results")
    op.drop_table("test_results")
    op.drop_index("ix_sites_kind_lat_lon", table_name="sites")
    op.drop_index("ix_sites_kind_county", table_name="sites")
    op.drop_index(op.f("ix_sites_division_code"), table_name="sites")
    op.drop_index(op.f("ix_sites_county_code"), table_name="sites")
    op.drop_table("sites")
    op.drop_index("ix_service_requests_state_number", table_name="service_requests")
    op.drop_table("service_requests")
    op.drop_index("ix_risk_areas_since_until", table_name="risk_areas")
    op.drop_index(op.f("ix_risk_areas_division_code"), table_name="risk_areas")
    op.drop_table("risk_areas")
    op.drop_index(op.f("ix_person_sessions_person_id"), table_name="person_sessions")
    op.drop_table("person_sessions")
    op.drop_index("ix_notices_person_created", table_name="notices")
    op.drop_table("notices")
    op.drop_table("health_codes")
    op.drop_index("ix_family_links_owner_member", table_name="family_links")
    op.drop_table("family_links")
    op.drop_index(op.f("ix_documents_person_id"), table_name="documents")
    op.drop_index(op.f("ix_documents_number"), table_name="documents")
    op.drop_table("documents")
    op.drop_index(op.f("ix_division_aliases_alias"), table_name="division_aliases")
    op.drop_table("division_aliases")
    op.drop_index("ix_code_changes_person_since", table_name="code_changes")
    op.drop_table("code_changes")
    op.drop_index("ix_appeals_filed_by_created", table_name="appeals")
    op.drop_table("appeals")
    op.drop_table("risk_snapshots")
    op.drop_index(op.f("ix_people_phone"), table_name="people")
    op.drop_table("people")
    op.drop_index(op.f("ix_outbox_messages_recipient"), table_name="outbox_messages")
    op.drop_table("outbox_messages")
    op.drop_table("number_series")
    op.drop_index(op.f("ix_nonces_seen_at"), table_name="nonces")
    op.drop_table("nonces")
    op.drop_table("import_runs")
    op.drop_table("identity_locks")
    op.drop_index("ix_identity_attempts_subject_at", table_name="identity_attempts")
    op.drop_table("identity_attempts")
    op.drop_index(op.f("ix_idempotency_records_created_at"), table_name="idempotency_records")
    op.drop_table("idempotency_records")
    op.drop_index(op.f("ix_divisions_parent_code"), table_name="divisions")
    op.drop_index(op.f("ix_divisions_name"), table_name="divisions")
    op.drop_index(op.f("ix_divisions_level"), table_name="divisions")
    op.drop_table("divisions")
