"""Venues: registered by a verified manager, found by their code, visited, counted by day, handed on, closed."""

from __future__ import annotations

import secrets
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from backend.codes import record_event
from backend.colour.events import EntryScan
from backend.models import ColourEvent, Division, HealthCode, Person, Venue, VenueRole, Visit, new_id
from backend.problems import Conflict, ForbiddenPerson, InvalidInput, NotFound
from backend.registry.people import permitted, written
from backend.rules.shown_codes import load_shown_codes
from backend.serving import Scope
from privacy.retention import load_rules

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_CODE_LENGTH = 6
CHECKPOINT = "entry_checkpoint"
#: Scans within this time belong to one journey: the pop-up lasts 24 hours (入川码, 2022-04-21).
_ONE_ENTRY = timedelta(hours=24)


def show_venue(session: Session, venue: Venue, person_id: str | None) -> dict[str, Any]:
    """Return the Venue object as this person may see it; `role` says what they are there."""
    division = session.get(Division, venue.division_code)
    return {
        "code": venue.code,
        "name": venue.name,
        "type": venue.type,
        "division": {"code": division.code, "name": division.name, "path": division.path},
        "address": venue.address,
        "state": venue.state,
        "role": role_of(session, venue, person_id),
        "created_at": written(venue.created_at),
    }


def create_venue(scope: Scope) -> dict[str, Any]:
    """Register a venue of the verified person.

    Raises:
        InvalidInput: a kind that citizens may not register, or an unknown division.
        Conflict: as many venues as one manager may have.
    """
    session, body, manager_id = scope.session, scope.body, scope.person.person_id
    if body["type"] not in load_shown_codes().open_types:
        raise InvalidInput(("type", "is set up by the province"))
    if session.get(Division, body["division_code"]) is None:
        raise InvalidInput(("division_code", "is not known"))
    session.execute(select(Person.person_id).where(Person.person_id == manager_id).with_for_update())
    count = select(func.count()).where(Venue.manager_id == manager_id, Venue.state == "open")
    if session.execute(count).scalar_one() >= load_shown_codes().limits["venues_of_a_manager"]:
        raise Conflict("one manager has no more venues")
    venue = Venue(
        venue_id=new_id("ven"),
        code=_free_code(session),
        name=body["name"],
        type=body["type"],
        division_code=body["division_code"],
        address=body["address"],
        contact_phone=body["contact_phone"],
        manager_id=manager_id,
        state="open",
        created_at=scope.now,
    )
    session.add(venue)
    session.flush()
    return show_venue(session, venue, manager_id)


def my_venues(scope: Scope) -> dict[str, Any]:
    """Return the open venues the verified person manages or checks at, in the order they were made."""
    me = scope.person.person_id
    working = select(VenueRole.venue_id).where(
        VenueRole.person_id == me, VenueRole.role == "staff", VenueRole.ended_at.is_(None)
    )
    found = scope.session.execute(
        select(Venue)
        .where(Venue.state == "open", or_(Venue.manager_id == me, Venue.venue_id.in_(working)))
        .order_by(Venue.created_at, Venue.code)
        .limit(100)
    ).scalars()
    return {"items": [show_venue(scope.session, venue, me) for venue in found]}


def find_venue(session: Session, code: str) -> Venue:
    """Return the venue of a code.

    Raises:
        NotFound: there is none.
    """
    venue = session.execute(select(Venue).where(Venue.code == code)).scalar_one_or_none()
    if venue is None:
        raise NotFound("no such venue")
    return venue


def managed(session: Session, code: str, person_id: str) -> Venue:
    """Return the open venue of a code that this person manages, held until the transaction ends.

    Raises:
        NotFound: no such venue.
        ForbiddenPerson: somebody else manages it.
        Conflict: it is closed.
    """
    find_venue(session, code)
    venue = session.execute(select(Venue).where(Venue.code == code).with_for_update()).scalar_one()
    if venue.manager_id != person_id:
        raise ForbiddenPerson("only the manager may do this")
    if venue.state != "open":
        raise Conflict("the venue is closed")
    return venue


def role_of(session: Session, venue: Venue, person_id: str | None) -> str | None:
    """Return manager, staff or None."""
    if person_id is None:
        return None
    if venue.manager_id == person_id:
        return "manager"
    working = select(VenueRole.role_id).where(
        VenueRole.venue_id == venue.venue_id,
        VenueRole.person_id == person_id,
        VenueRole.role == "staff",
        VenueRole.ended_at.is_(None),
    )
    return "staff" if session.execute(working.limit(1)).first() else None


def close_venue(scope: Scope, code: str) -> dict[str, Any]:
    """Close a venue: its code no longer counts; visits stay as long as they must."""
    venue = managed(scope.session, code, scope.person.person_id)
    venue.state, venue.closed_at = "closed", scope.now
    scope.session.flush()
    return show_venue(scope.session, venue, scope.person.person_id)


def record_visit(scope: Scope, code: str) -> dict[str, Any]:
    """Record that the verified person, or somebody linked to them, scanned a venue's code.

    Raises:
        ForbiddenPerson: somebody not linked.
        NotFound: no such venue.
        Conflict: the venue is closed, or there is no code that could be shown.
    """
    session, now = scope.session, scope.now
    person_id = permitted(
        session, scope.person.person_id, scope.body.get("person_id", scope.person.person_id)
    )
    venue = find_venue(session, code)
    if venue.state != "open":
        raise Conflict("the venue is closed")
    health = session.get(HealthCode, person_id)
    if health is None or (health.valid_until is not None and health.valid_until <= now):
        raise Conflict("there is no code that could be shown")
    visit = Visit(visit_id=new_id("vis"), venue_id=venue.venue_id, person_id=person_id, at=now)
    session.add(visit)
    if venue.type == CHECKPOINT:
        _enter(session, person_id, venue, now)
    session.flush()
    return {
        "visit_id": visit.visit_id,
        "person_id": person_id,
        "venue": show_venue(session, venue, scope.person.person_id),
        "colour": health.colour,
        "at": written(now),
        "kept_days": load_rules()["visits"].keep.days,
    }


def _enter(session: Session, person_id: str, venue: Venue, now: datetime) -> None:
    """Scanning at a checkpoint is entering Sichuan (入川码), once however many checkpoints scan it."""
    lately = select(ColourEvent.event_id).where(
        ColourEvent.person_id == person_id,
        ColourEvent.kind == EntryScan.kind,
        ColourEvent.at > now - _ONE_ENTRY,
    )
    if session.execute(lately.limit(1)).first() is None:
        scan = EntryScan(id=new_id("evt"), at=now, known_at=now, place=venue.name)
        record_event(session, person_id, scan, now)


def venue_counts(scope: Scope, code: str) -> dict[str, Any]:
    """Return visits a day to the manager, the newest day first: totals alone, never who and never which colour."""
    venue = find_venue(scope.session, code)
    if venue.manager_id != scope.person.person_id:
        raise ForbiddenPerson("only the manager may do this")
    midnight = datetime.combine(scope.now.date(), time.min, scope.now.tzinfo)
    items = []
    for back in range(scope.query["days"]):
        start = midnight - timedelta(days=back)
        count = select(func.count()).where(
            Visit.venue_id == venue.venue_id, Visit.at >= start, Visit.at < start + timedelta(days=1)
        )
        visits = scope.session.execute(count).scalar_one()
        items.append({"day": start.date().isoformat(), "visits": visits})
    return {"items": items, "as_of": written(scope.now)}


def _free_code(session: Session) -> str:
    while True:
        code = "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH))
        if session.execute(select(Venue.venue_id).where(Venue.code == code)).first() is None:
            return code
