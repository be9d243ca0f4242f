"""What all tables share: the declarative base, moments in time and identifiers."""

from __future__ import annotations

import secrets
import time
from base64 import b32encode
from datetime import datetime, timezone

from sqlalchemy import DateTime, MetaData
from sqlalchemy.orm import declarative_base
from sqlalchemy.types import TypeDecorator

from backend.clock import CHINA

#: Constraint names are fixed so that migrations can name them on every database.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

Base = declarative_base(metadata=MetaData(naming_convention=NAMING))

_CHINA_OFFSET = CHINA.utcoffset(None)
#: The digits of an identifier: no letter or figure that is easily taken for another.
_DIGITS = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"abcdefghijkmnpqrstuvwxyz23456789")
#: The same in the order in which databases sort them.
_SORTED_DIGITS = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"23456789abcdefghijkmnpqrstuvwxyz")


class Moment(TypeDecorator):
    """An aware moment, stored as naive UTC so that all databases compare it alike, read back as +08:00.

    Raises:
        ValueError: when a naive datetime is bound; a platform time always says where it was read.
    """

    impl = DateTime
    cache_ok = True
    python_type = datetime

    def process_bind_param(self, value: datetime | None, dialect: object) -> datetime | None:
        """Return `value` as naive UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its UTC offset")
        return value.astimezone(timezone.utc).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: object) -> datetime | None:
        """Return the stored moment with the offset of China."""
        if value is None:
            return None
        return (value + _CHINA_OFFSET).replace(tzinfo=CHINA)


def new_id(prefix: str) -> str:
    """Return an unguessable identifier such as `per_k7m2q9xa…` (80 bits)."""
    return f"{prefix}_{b32encode(secrets.token_bytes(10)).translate(_DIGITS).decode()}"


def new_row_id(prefix: str) -> str:
    """Return an identifier that sorts by the millisecond it was made in, for tables that grow by many rows at once.

    Their index then grows at its end; with ids in no order each new row would touch another page of it. 80 of its bits
    are unguessable, as in `new_id`.
    """
    begins = (time.time_ns() // 1_000_000).to_bytes(8, "big")[3:]
    return f"{prefix}_{b32encode(begins + secrets.token_bytes(10)).translate(_SORTED_DIGITS).decode()}"
