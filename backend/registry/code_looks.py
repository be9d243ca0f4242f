"""The code of somebody an agent speaks with: masked, with a purpose, and the person can see who looked."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from backend.codes import read_code
from backend.models import Document, Person
from backend.orders.opening import require_desk
from backend.problems import Conflict, NotFound
from backend.registry.access import note
from backend.registry.conversations import relative_of, verified_in
from backend.registry.folding import fold_document
from backend.registry.people import show_person
from backend.serving import Scope


def look_at_code(scope: Scope) -> dict[str, Any]:
    """Return the code of a caller, or of the person of a chat; that the desk looked is in their access log.

    Raises:
        ForbiddenPerson: another client than the desk.
        NotFound: nobody has this document or phone, or was verified in this conversation lately.
        Conflict: `reason` `several` people have this phone or are such relatives, `not_linked` when none is.
    """
    require_desk(scope)
    body = scope.body
    chat = body.get("chat")
    person = _caller(scope) if chat is None else _of_chat(scope, chat)
    note(
        scope.session,
        person.person_id,
        scope.now,
        reader="desk",
        reader_id=body["agent"],
        kind="code",
        purpose=body["purpose"],
        reference=body["call"] if chat is None else chat["chat_id"],
    )
    shown = show_person(person)
    return {
        "name_masked": shown["name_masked"],
        "documents": shown["documents"],
        "code": read_code(scope.session, person.person_id, scope.now),
    }


def _caller(scope: Scope) -> Person:
    if "document_number" in scope.body:
        number = fold_document(scope.body["document_number"])
        having = Person.documents.any(Document.number == number)
    else:
        having = Person.phone == scope.body["phone"]
    found = scope.session.execute(select(Person).where(having).limit(2)).scalars().all()
    if not found:
        raise NotFound("nobody has this document or phone")
    if len(found) > 1:
        raise Conflict("several people have this phone", reason="several")
    return found[0]


def _of_chat(scope: Scope, chat: dict[str, Any]) -> Person:
    """The person who was verified in the conversation, or the linked relative it is about."""
    person = verified_in(scope.session, chat["conversation_id"], chat["person_id"], scope.now)
    if "relation" not in chat:
        return person
    return relative_of(scope.session, person, chat["relation"], chat.get("relative_id"))
