"""Tables of the accounts, in the desk's store."""

from __future__ import annotations

import sqlalchemy as sa

from ..store import metadata

accounts = sa.Table(
    "accounts",
    metadata,
    sa.Column("number", sa.String(20), primary_key=True),
    sa.Column("name", sa.String(40), nullable=False),
    sa.Column("department", sa.String(60), nullable=False),
    sa.Column("capacity", sa.Integer, nullable=False),
    sa.Column("password", sa.String(255), nullable=False),
    sa.Column("must_change", sa.Boolean, nullable=False),
    sa.Column("disabled", sa.Boolean, nullable=False),
    sa.Column("demo", sa.Boolean, nullable=False),
    # Both sealed for their account (`privacy.sealing`); the second waits for its first right code.
    sa.Column("totp_secret", sa.LargeBinary),
    sa.Column("totp_waiting", sa.LargeBinary),
    sa.Column("totp_step", sa.Integer, nullable=False),
    sa.Column("seen_at", sa.Integer, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)

account_roles = sa.Table(
    "account_roles",
    metadata,
    sa.Column("number", sa.String(20), primary_key=True),
    sa.Column("role", sa.String(20), primary_key=True),
)

account_skills = sa.Table(
    "account_skills",
    metadata,
    sa.Column("number", sa.String(20), primary_key=True),
    sa.Column("kind", sa.String(10), primary_key=True),
    sa.Column("value", sa.String(32), primary_key=True),
)

recovery_codes = sa.Table(
    "recovery_codes",
    metadata,
    sa.Column("number", sa.String(20), primary_key=True),
    sa.Column("digest", sa.String(64), primary_key=True),
)

login_pauses = sa.Table(
    "login_pauses",
    metadata,
    sa.Column("subject", sa.String(80), primary_key=True),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("until", sa.Integer, nullable=False),
    sa.Column("last", sa.Integer, nullable=False, index=True),
)

desk_sessions = sa.Table(
    "desk_sessions",
    metadata,
    sa.Column("handle", sa.String(64), primary_key=True),
    sa.Column("number", sa.String(20), nullable=False, index=True),
    sa.Column("stage", sa.String(8), nullable=False),
    sa.Column("began", sa.Integer, nullable=False),
    sa.Column("seen", sa.Integer, nullable=False),
    sa.Column("expires", sa.Integer, nullable=False, index=True),
    sa.Column("proved", sa.Integer, nullable=False),
    sa.Column("address", sa.String(64), nullable=False),
    sa.Column("browser", sa.String(80), nullable=False),
)
