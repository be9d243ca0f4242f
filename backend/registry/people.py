"""People: found by name and document, shown masked, and seen only by those who may."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.models import Document, FamilyLink, Person
from backend.problems import ForbiddenPerson
from backend.registry.folding import fold_document, same_name
from privacy.kinds import Kind
from privacy.masking import mask_value

_PERMITS = ("hk_macao_permit", "taiwan_permit", "permanent_residence", "residence_permit")
#: Which registered types a stated type may mean. Cards of foreigners and of residents from Hong Kong, Macao and Taiwan
#: look like identity cards.
_MEANS = {"permit": _PERMITS, "id_card": ("id_card", "permanent_residence", "residence_permit")}
_MASK_AS: dict[str, Kind] = {"id_card": "ID", "passport": "PASSPORT"}


def mask_document(document_type: str, number: str) -> str:
    """Return a document's number as a person may see it."""
    return mask_value(_MASK_AS.get(document_type, "PERMIT"), number)


def find_person(session: Session, name: str, document_type: str, document_number: str) -> Person | None:
    """Return the person with this document and this name, None when the two do not belong together."""
    holders = session.execute(
        select(Person)
        .join(Document, Document.person_id == Person.person_id)
        .where(
            Document.number == fold_document(document_number),
            Document.type.in_(_MEANS.get(document_type, (document_type,))),
        )
    ).scalars()
    return next((person for person in holders if same_name(person.name_key, name)), None)


def holder_of(session: Session, document_type: str, document_number: str) -> Person | None:
    """Return whoever has this document, whatever their name."""
    return session.execute(
        select(Person)
        .join(Document, Document.person_id == Person.person_id)
        .where(Document.number == fold_document(document_number), Document.type == document_type)
    ).scalar_one_or_none()


def active_link(session: Session, owner_id: str, member_id: str) -> FamilyLink | None:
    """Return the link by which `owner_id` may act for `member_id` now."""
    return session.execute(
        select(FamilyLink).where(
            FamilyLink.owner_id == owner_id,
            FamilyLink.member_id == member_id,
            FamilyLink.ended_at.is_(None),
        )
    ).scalar_one_or_none()


def permitted(session: Session, viewer_id: str, person_id: str) -> str:
    """Return `person_id` when the viewer is that person or linked to them.

    Raises:
        ForbiddenPerson: otherwise; also for people who do not exist, so that nobody can find out who does.
    """
    if viewer_id != person_id and active_link(session, viewer_id, person_id) is None:
        raise ForbiddenPerson("not this person, and not linked to them")
    return person_id


def show_person(person: Person) -> dict[str, Any]:
    """Return the Person object, masked."""
    return {
        "person_id": person.person_id,
        "name_masked": mask_value("NAME", person.name),
        "phone_masked": mask_value("PHONE", person.phone) if person.phone else None,
        "birth_year": person.birth_date.year if person.birth_date else None,
        "documents": [
            {
                "type": document.type,
                "number_masked": mask_document(document.type, document.number),
            }
            for document in person.documents
        ],
        "demo": person.demo,
    }


def written(moment: datetime | None) -> str | None:
    """Return a moment as RFC 3339 text in whole seconds."""
    return None if moment is None else moment.isoformat(timespec="seconds")
