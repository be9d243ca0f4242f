"""Appeals (我要申诉): one open appeal for a code, filed by its person or somebody linked to them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from backend.codes import colour_of
from backend.models import Appeal, AppealEvent, Person
from backend.problems import Conflict, NotFound
from backend.registry.numbers import next_number
from backend.registry.people import permitted, written
from backend.rules.time_limits import load_time_limits
from backend.serving import Scope

OPEN = ("accepted", "reviewing")
CONTESTED = ("yellow", "red")


def show_appeal(appeal: Appeal) -> dict[str, Any]:
    """Return the Appeal object."""
    return {
        "number": appeal.number,
        "person_id": appeal.person_id,
        "colour": appeal.colour,
        "reason": appeal.reason,
        "content": appeal.content,
        "evidence": appeal.evidence,
        "state": appeal.state,
        "reply": appeal.reply,
        "created_at": written(appeal.created_at),
        "due_at": written(appeal.due_at),
        "events": [
            {"at": written(event.at), "state": event.state, "text": event.text} for event in appeal.events
        ],
    }


def file_appeal(scope: Scope) -> dict[str, Any]:
    """Accept an appeal of the verified person.

    Raises:
        ForbiddenPerson: the code of somebody not linked.
        Conflict: the code is neither yellow nor red, or an appeal against it is open.
    """
    session, body, filed_by = scope.session, scope.body, scope.person.person_id
    person_id = permitted(session, filed_by, body.get("person_id", filed_by))
    session.execute(select(Person.person_id).where(Person.person_id == person_id).with_for_update())
    colour = colour_of(session, person_id)
    if colour not in CONTESTED:
        raise Conflict("there is no yellow or red code to object to")
    open_appeals = select(func.count()).where(Appeal.person_id == person_id, Appeal.state.in_(OPEN))
    if session.execute(open_appeals).scalar_one():
        raise Conflict("an appeal against this code is open")
    appeal = Appeal(
        number=next_number(session, "SS", scope.now),
        person_id=person_id,
        filed_by=filed_by,
        colour=colour,
        reason=body["reason"],
        content=body["content"],
        evidence=body.get("evidence", []),
        state="accepted",
        created_at=scope.now,
        due_at=load_time_limits().due_at("appeal", scope.now),
        events=[AppealEvent(at=scope.now, state="accepted", text="申诉已受理")],
    )
    session.add(appeal)
    session.flush()
    return show_appeal(appeal)


def find_appeal(scope: Scope, number: str) -> dict[str, Any]:
    """Return an appeal the verified person filed or is the subject of.

    Raises:
        NotFound: no such appeal, or somebody else's.
    """
    appeal = scope.session.get(Appeal, number)
    if appeal is None or scope.person.person_id not in (appeal.filed_by, appeal.person_id):
        raise NotFound("no such appeal")
    return show_appeal(appeal)
