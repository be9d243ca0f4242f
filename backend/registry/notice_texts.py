"""A text message about an event, for a person whom a notice did not reach any other way: once for event and phone."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from backend.models import OutboxMessage, OutgoingEvent, Person
from backend.outbox.queue import show_event
from backend.problems import Conflict, ForbiddenPerson, NotFound
from backend.rules.text_messages import text_about
from backend.serving import Scope
from privacy.masking import mask_value

#: The assistant's side that tells people of events; nobody else may ask for a text message.
SENDER: Final = "bot"


def send_text(scope: Scope, event_id: str) -> dict[str, Any]:
    """Send the text to the registered phone of the person in the body, unless it was sent before.

    Raises:
        ForbiddenPerson: the caller is another client, or this person may not (any more) hear of the event.
        NotFound: no such event.
        Conflict: `reason` kind, the event is not told by text; no_phone, there is no phone to send it to.
    """
    session, person_id = scope.session, scope.body["person_id"]
    if scope.client_id != SENDER:
        raise ForbiddenPerson("only the sender of notices asks for text messages")
    event = session.execute(
        select(OutgoingEvent).where(OutgoingEvent.event_id == event_id)
    ).scalar_one_or_none()
    if event is None:
        raise NotFound("no such event")
    if person_id not in show_event(session, event)["audience"]:
        raise ForbiddenPerson("not one who may hear of this event")
    text = text_about(event.kind, scope.body["language"], own=person_id == event.person_id)
    if text is None:
        raise Conflict("this kind of event is not told by text", reason="kind")
    phone = session.get(Person, person_id).phone
    if not phone:
        raise Conflict("this person has no phone", reason="no_phone")
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    row = {"recipient": phone, "kind": "notice", "text": text, "created_at": scope.now, "event_id": event_id}
    session.execute(dialect.insert(OutboxMessage).values(row).on_conflict_do_nothing())
    return {"event_id": event_id, "phone_masked": mask_value("PHONE", phone)}
