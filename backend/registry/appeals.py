"""Appeals (我要申诉): one open appeal for a code, filed by its person or somebody linked, decided at the desk."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from backend.codes import colour_of, events_of, one_story, record_event, rule_book
from backend.colour import derive
from backend.colour.events import Event, Withdrawal
from backend.models import Appeal, AppealEvent, Notice, Person, new_id
from backend.orders.limits import load_time_limits
from backend.orders.opening import DESK, require_desk
from backend.outbox import emit
from backend.problems import Conflict, InvalidInput, NotFound
from backend.registry.access import note_desk
from backend.registry.evidence import attach
from backend.registry.numbers import next_number
from backend.registry.people import permitted, written
from backend.rules.appeal_states import DECIDED, OPEN, STATE_WORDS, may_move
from backend.serving import Scope
from privacy.masking import mask_value

CONTESTED = ("yellow", "red")


def show_appeal(appeal: Appeal) -> dict[str, Any]:
    """Return the Appeal object."""
    return {
        "number": appeal.number,
        "person_id": appeal.person_id,
        "colour": appeal.colour,
        "reason": appeal.reason,
        "rule_id": appeal.rule_id,
        "content": appeal.content,
        "stay": appeal.stay,
        "evidence": appeal.evidence,
        "state": appeal.state,
        "reply": appeal.reply,
        "created_at": written(appeal.created_at),
        "due_at": written(appeal.due_at),
        "events": [
            {"at": written(event.at), "state": event.state, "text": event.text} for event in appeal.events
        ],
    }


def seen_by_desk(scope: Scope, appeal: Appeal) -> dict[str, Any]:
    """Return an appeal as the desk sees it; that it did is written down for the person."""
    note_desk(scope, appeal.person_id, appeal.number)
    person = scope.session.get(Person, appeal.person_id)
    phone = appeal.contact_phone
    return show_appeal(appeal) | {
        "name_masked": mask_value("NAME", person.name),
        "contact_phone_masked": mask_value("PHONE", phone) if phone else None,
        "present_colour": colour_of(scope.session, appeal.person_id),
    }


def file_appeal(scope: Scope) -> dict[str, Any]:
    """Accept an appeal of the verified person.

    Raises:
        ForbiddenPerson: the code of somebody not linked.
        Conflict: the code is neither yellow nor red, or an appeal against it is open.
        InvalidInput: a picture that is not there.
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
    evidence = list(dict.fromkeys(body.get("evidence", [])))
    appeal = Appeal(
        number=next_number(session, "SS", scope.now),
        person_id=person_id,
        filed_by=filed_by,
        colour=colour,
        reason=body["reason"],
        rule_id=body.get("rule_id"),
        content=body["content"],
        stay=body.get("stay"),
        contact_phone=body.get("contact_phone"),
        evidence=evidence,
        state="accepted",
        created_at=scope.now,
        due_at=load_time_limits().due_at("appeal", scope.now),
        events=[AppealEvent(at=scope.now, state="accepted", text=STATE_WORDS["accepted"])],
    )
    session.add(appeal)
    session.flush()
    attach(session, filed_by, appeal.number, evidence)
    emit(session, "appeal.received", filed_by, {"number": appeal.number}, scope.now)
    return show_appeal(appeal)


def find_appeal(scope: Scope, number: str) -> dict[str, Any]:
    """Return an appeal to the desk, or to the verified person who filed it or is the subject of it.

    Raises:
        SessionRequired: neither the desk nor anybody verified asks.
        NotFound: no such appeal, or somebody else's.
    """
    appeal = scope.session.get(Appeal, number)
    if scope.client_id == DESK and scope.person is None:
        if appeal is None:
            raise NotFound("no such appeal")
        return seen_by_desk(scope, appeal)
    return show_appeal(_own(scope, appeal))


def withdraw_appeal(scope: Scope, number: str) -> dict[str, Any]:
    """End an open appeal at the wish of the person who filed it.

    Raises:
        NotFound: no such appeal, or somebody else's.
        Conflict: it is decided or withdrawn already.
    """
    appeal = _own(scope, _locked(scope, number))
    _enter(scope, appeal, "withdrawn", STATE_WORDS["withdrawn"])
    scope.session.flush()
    return show_appeal(appeal)


def decide_appeal(scope: Scope, number: str) -> dict[str, Any]:
    """Move an appeal on at the desk: to review, or to a decision that the person is told.

    An appeal that is upheld takes the contested event back, so that the code follows at once.

    Raises:
        ForbiddenPerson: not the desk.
        NotFound: no such appeal.
        Conflict: the move is not allowed from its state.
        InvalidInput: a rejection without its reason.
    """
    require_desk(scope)
    body = scope.body
    appeal = _locked(scope, number)
    if appeal is None:
        raise NotFound("no such appeal")
    state = body["state"]
    if state == "rejected" and not body.get("reply"):
        raise InvalidInput(("reply", "is needed to reject"))
    _enter(scope, appeal, state, body.get("text") or STATE_WORDS[state])
    if state in DECIDED:
        appeal.reply = body.get("reply")
        if state == "upheld":
            _take_back(scope, appeal)
        scope.session.add(_notice(appeal, scope))
        emit(scope.session, "appeal.decided", appeal.filed_by, {"number": number}, scope.now)
    scope.session.flush()
    return seen_by_desk(scope, appeal)


def _locked(scope: Scope, number: str) -> Appeal | None:
    query = select(Appeal).where(Appeal.number == number).with_for_update()
    found: Appeal | None = scope.session.execute(query).scalar_one_or_none()
    return found


def _own(scope: Scope, appeal: Appeal | None) -> Appeal:
    if appeal is None or scope.person.person_id not in (appeal.filed_by, appeal.person_id):
        raise NotFound("no such appeal")
    return appeal


def _enter(scope: Scope, appeal: Appeal, state: str, text: str) -> None:
    if not may_move(appeal.state, state):
        raise Conflict(f"an appeal cannot go from {appeal.state} to {state}")
    appeal.state = state
    appeal.events.append(AppealEvent(at=scope.now, state=state, text=text))


def _take_back(scope: Scope, appeal: Appeal) -> None:
    """Record that the contested events were wrong, each under an id of its own: deciding twice changes nothing."""
    for event in _contested(scope, appeal):
        withdrawal = Withdrawal(
            id=f"{appeal.number}-{event.id}"[:64], at=scope.now, known_at=scope.now, event_id=event.id
        )
        record_event(scope.session, appeal.person_id, withdrawal, scope.now)


def _contested(scope: Scope, appeal: Appeal) -> list[Event]:
    """The events behind the rule that is contested; when none is named any more, those behind the colour."""
    with one_story():
        events = events_of(scope.session, [appeal.person_id])[appeal.person_id]
        derivation = derive(events, rule_book(), scope.now)
    holding = [h for h in derivation.holding if h.event is not None]
    named = [h for h in holding if h.rule.id == appeal.rule_id]
    coloured = [h for h in holding if h.colour == appeal.colour]
    return list({h.event.id: h.event for h in named or coloured if h.event is not None}.values())


def _notice(appeal: Appeal, scope: Scope) -> Notice:
    return Notice(
        notice_id=new_id("not"),
        person_id=appeal.filed_by,
        kind="appeal_progress",
        title="申诉有结果了",
        text=f"您的申诉{appeal.number}有结果了，请打开查看。",
        created_at=scope.now,
    )
