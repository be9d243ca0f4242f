"""A person gets on the books with a code of their own: person, document, declaration and colour in one transaction."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from backend.codes import colour_of
from backend.models import Document, Person, new_id
from backend.problems import Conflict
from backend.registry.applicants import Applicant
from backend.registry.declarations import declare_first
from backend.registry.folding import fold_name
from backend.registry.people import holder_of
from backend.serving import Scope


def enrol(
    scope: Scope,
    applicant: Applicant,
    phone: str | None,
    declaration: dict[str, Any],
    owner_id: str | None = None,
) -> Person:
    """Put an applicant on the books with a code; `owner_id` is the relative who declared for them.

    Raises:
        Conflict: there is a code already.
    """
    session = scope.session
    person = holder_of(session, applicant.document_type, applicant.number)
    if person is not None and colour_of(session, person.person_id) != "none":
        raise Conflict("there is a code already", reason="has_code")
    if person is None:
        person = _new_person(scope, applicant)
    person.phone = person.phone or phone
    session.flush()
    declare_first(scope, person.person_id, owner_id or person.person_id, declaration)
    return person


def _new_person(scope: Scope, applicant: Applicant) -> Person:
    person = Person(
        person_id=new_id("per"),
        name=applicant.name,
        name_key=fold_name(applicant.name),
        phone=None,
        birth_date=applicant.born,
        demo=False,
        created_at=scope.now,
        documents=[document_of(applicant)],
    )
    scope.session.add(person)
    return person


def document_of(applicant: Applicant) -> Document:
    """Return the row of an applicant's document."""
    return Document(
        document_id=new_id("doc"),
        type=applicant.document_type,
        number=applicant.number,
        valid_until=applicant.valid_until,
    )


def add_document(session: Session, person: Person, applicant: Applicant) -> None:
    """Put the document of an applicant in the place of the person's document of that type, or beside the others.

    Raises:
        Conflict: the document is somebody else's.
    """
    holder = holder_of(session, applicant.document_type, applicant.number)
    if holder is not None and holder.person_id != person.person_id:
        raise Conflict("this document is registered for somebody else", reason="document_taken")
    if holder is None:
        kept = [d for d in person.documents if d.type != applicant.document_type]
        person.documents = [*kept, document_of(applicant)]
    session.flush()


def applicant_of(details: dict[str, Any]) -> Applicant:
    """Return the applicant kept in the details of an application (`Applicant.written`)."""
    end = details["valid_until"]
    return Applicant(
        details["name"],
        details["document_type"],
        details["document_number"],
        date.fromisoformat(details["birth_date"]),
        date.fromisoformat(end) if end else None,
    )
