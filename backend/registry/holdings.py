"""What the platform holds of a person, from `backend/rules/data/holdings.yml`: for copies and deletions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from backend.models import Base

_FILE = Path(__file__).parents[1] / "rules" / "data" / "holdings.yml"


@dataclass(frozen=True)
class Holding:
    """One table that names people.

    Attributes:
        table: its name.
        person: columns that name the person.
        section: heading in a copy and in the report of a deletion.
        export: columns of the copy.
        erasure: delete, keep, case or account.
        reason: why rows stay, as `holdings.yml` explains the words; empty when none do.
    """

    table: str
    person: tuple[str, ...]
    section: str
    export: tuple[str, ...]
    erasure: str
    reason: str

    @property
    def rows(self) -> Any:
        """The SQLAlchemy table."""
        return Base.metadata.tables[self.table]

    def of(self, person_id: str) -> Any:
        """The condition for rows of this person."""
        return or_(*(self.rows.c[column] == person_id for column in self.person))

    def count(self, session: Session, person_id: str) -> int:
        """Return how many rows there are of a person."""
        query = select(func.count()).select_from(self.rows).where(self.of(person_id))
        number: int = session.execute(query).scalar_one()
        return number


@lru_cache(maxsize=1)
def load_holdings() -> Sequence[Holding]:
    """Return every table that names people, in the order of a copy."""
    raw = yaml.safe_load(_FILE.read_text("utf-8"))
    return tuple(
        Holding(
            table=table,
            person=tuple(entry["person"]),
            section=entry["section"],
            export=tuple(entry.get("export", ())),
            erasure=entry["erasure"],
            reason=entry.get("reason", ""),
        )
        for table, entry in raw.items()
    )


def copy_of(session: Session, person_id: str) -> list[dict[str, Any]]:
    """Return everything held of a person: sections of items of named values, as text; empty sections are left out."""
    sections = []
    for holding in load_holdings():
        if not holding.export:
            continue
        columns = [holding.rows.c[name] for name in holding.export]
        found = session.execute(
            select(*columns).where(holding.of(person_id)).order_by(*holding.rows.primary_key.columns)
        ).all()
        items = [
            {"fields": [{"name": n, "value": _text(v)} for n, v in zip(holding.export, row, strict=True)]}
            for row in found
        ]
        if items:
            sections.append({"section": holding.section, "source": holding.table, "items": items})
    return sections


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False)
