"""The access log: every reading of a person's data leaves a line, in the transaction that reads."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.models import AccessEntry, Person
from backend.registry.people import permitted, written
from backend.serving import Scope
from privacy.masking import mask_value

Reader = Literal["self", "relative", "desk", "venue", "operator"]
#: A list that is shown again within this time is one reading, not many.
SAME_READING = timedelta(hours=1)


def note(
    session: Session,
    person_id: str,
    now: datetime,
    *,
    reader: Reader,
    reader_id: str | None,
    kind: str,
    purpose: str,
    reference: str | None = None,
) -> None:
    """Write that somebody reads a person's data now.

    Args:
        session: the transaction that reads; it must be one that is kept (`read_noted`, `write`).
        person_id: whose data.
        now: the platform's time.
        reader: in which role.
        reader_id: a person's id or a work number, as far as it is known.
        kind: what is read: code, code_history, tests, vaccinations, profile, work_order, export, …
        purpose: why: own_request, family, work_order, door_check, …
        reference: the work order, link or check it is read for.
    """
    session.add(
        AccessEntry(
            person_id=person_id,
            at=now,
            reader=reader,
            reader_id=reader_id,
            kind=kind,
            purpose=purpose,
            reference=reference,
        )
    )


def look(scope: Scope, person_id: str, kind: str) -> str:
    """Let the verified person read, and write it down; return `person_id`.

    Raises:
        ForbiddenPerson: neither that person nor linked to them; nothing is written.
    """
    viewer = scope.person.person_id
    permitted(scope.session, viewer, person_id)
    own = viewer == person_id
    note(
        scope.session,
        person_id,
        scope.now,
        reader="self" if own else "relative",
        reader_id=viewer,
        kind=kind,
        purpose="own_request" if own else "family",
    )
    return person_id


def note_desk(scope: Scope, person_id: str | None, number: str) -> None:
    """Write that the desk reads a person's work order; a list that is shown again within the hour once."""
    if person_id is None:
        return
    lately = select(AccessEntry.id).where(
        AccessEntry.person_id == person_id,
        AccessEntry.reader == "desk",
        AccessEntry.reference == number,
        AccessEntry.at > scope.now - SAME_READING,
        AccessEntry.at <= scope.now,
    )
    if scope.session.execute(lately.limit(1)).first() is None:
        note(
            scope.session,
            person_id,
            scope.now,
            reader="desk",
            reader_id=None,
            kind="work_order",
            purpose="work_order",
            reference=number,
        )


def show_access(session: Session, entry: AccessEntry) -> dict[str, Any]:
    """Return the Access object of an entry; a relative is named, masked."""
    name = None
    if entry.reader == "relative" and entry.reader_id is not None:
        person = session.get(Person, entry.reader_id)
        name = mask_value("NAME", person.name) if person is not None else None
    elif entry.reader in ("desk", "venue", "operator"):
        name = entry.reader_id
    return {
        "at": written(entry.at),
        "reader": entry.reader,
        "reader_name": name,
        "kind": entry.kind,
        "purpose": entry.purpose,
        "reference": entry.reference,
    }
