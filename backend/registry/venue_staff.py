"""Who works at a venue: invited by the manager by phone, accepted by the person themselves, checking in shifts."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from backend.models import OutboxMessage, Person, Shift, Venue, VenueRole, new_id
from backend.problems import Conflict, ForbiddenPerson, NotFound
from backend.registry.folding import fold_phone
from backend.registry.people import written
from backend.registry.venues import find_venue, managed, role_of, show_venue
from backend.rules.shown_codes import load_shown_codes
from backend.serving import Scope
from privacy.masking import mask_value
from privacy.sealing import Sealer

_BEGINS = {
    "staff": "【四川天府健康通】您被邀请担任“{name}”的查验人员。",
    "manager": "【四川天府健康通】“{name}”想把场所码交给您管理。",
}
_GOES_ON = "愿意的话，请对健康码智能助手说“接受场所{code}的邀请”。不知情请忽略。"


def invite(scope: Scope, code: str) -> dict[str, Any]:
    """Ask the holder of a phone to check at the venue, or to take it over; a text message tells them.

    Raises:
        NotFound, ForbiddenPerson, Conflict: no such venue, not the manager, closed, or as many as may be.
    """
    session, now, body = scope.session, scope.now, scope.body
    venue = managed(session, code, scope.person.person_id)
    phone = fold_phone(body["phone"])
    digest = _digest(scope, phone)
    _end(session, venue, body["role"], now, VenueRole.phone_digest == digest, VenueRole.person_id.is_(None))
    count = select(func.count()).where(VenueRole.venue_id == venue.venue_id, VenueRole.ended_at.is_(None))
    if session.execute(count).scalar_one() >= load_shown_codes().limits["staff_of_a_venue"]:
        raise Conflict("one venue has no more staff")
    role = VenueRole(
        role_id=new_id("rol"),
        venue_id=venue.venue_id,
        role=body["role"],
        phone_digest=digest,
        phone_masked=mask_value("PHONE", phone),
        invited_at=now,
        expires_at=now + timedelta(days=load_shown_codes().limits["invitation_days"]),
    )
    session.add(role)
    text = (_BEGINS[body["role"]] + _GOES_ON).format(name=venue.name, code=venue.code)
    session.add(OutboxMessage(recipient=phone, kind="venue_invitation", text=text, created_at=now))
    session.flush()
    return _show_role(session, role)


def accept_invitation(scope: Scope, code: str) -> dict[str, Any]:
    """Take up the newest invitation of the verified person to a venue.

    Raises:
        NotFound: no such venue, or nobody invited this person's phone.
        Conflict: the venue is closed.
    """
    session, now, me = scope.session, scope.now, scope.person.person_id
    find_venue(session, code)
    venue = session.execute(select(Venue).where(Venue.code == code).with_for_update()).scalar_one()
    if venue.state != "open":
        raise Conflict("the venue is closed")
    person = session.get(Person, me)
    invitation = session.execute(
        select(VenueRole)
        .where(
            VenueRole.venue_id == venue.venue_id,
            VenueRole.phone_digest == _digest(scope, person.phone or ""),
            VenueRole.person_id.is_(None),
            VenueRole.ended_at.is_(None),
            VenueRole.expires_at > now,
        )
        .order_by(VenueRole.invited_at.desc())
        .limit(1)
    ).scalar_one_or_none()
    if invitation is None:
        raise NotFound("no invitation for this person")
    _end(session, venue, invitation.role, now, VenueRole.person_id == me)
    invitation.person_id, invitation.accepted_at = me, now
    if invitation.role == "manager":
        venue.manager_id, invitation.ended_at = me, now  # who manages is said by the venue alone
    session.flush()
    return show_venue(session, venue, me)


def list_staff(scope: Scope, code: str) -> dict[str, Any]:
    """Return the people asked or working at a venue, to its manager."""
    venue = managed(scope.session, code, scope.person.person_id)
    found = scope.session.execute(
        select(VenueRole)
        .where(VenueRole.venue_id == venue.venue_id, VenueRole.ended_at.is_(None))
        .where((VenueRole.person_id.is_not(None)) | (VenueRole.expires_at > scope.now))
        .order_by(VenueRole.invited_at, VenueRole.role_id)
    ).scalars()
    return {"items": [_show_role(scope.session, role) for role in found]}


def remove_staff(scope: Scope, code: str) -> dict[str, Any]:
    """End somebody's work at a venue, or an invitation; a running shift ends with it.

    Raises:
        NotFound: nobody of that id there.
    """
    venue = managed(scope.session, code, scope.person.person_id)
    role = scope.session.get(VenueRole, scope.body["role_id"])
    if role is None or role.venue_id != venue.venue_id or role.ended_at is not None:
        raise NotFound("nobody of that id works there")
    role.ended_at = scope.now
    scope.session.flush()
    return _show_role(scope.session, role)


def start_shift(scope: Scope, code: str) -> dict[str, Any]:
    """Begin to check at a venue; an earlier shift of this person ends.

    Raises:
        NotFound: no such venue.
        ForbiddenPerson: neither its manager nor accepted staff.
        Conflict: it is closed.
    """
    session, now, me = scope.session, scope.now, scope.person.person_id
    venue = find_venue(session, code)
    if role_of(session, venue, me) is None:
        raise ForbiddenPerson("not staff of this venue")
    if venue.state != "open":
        raise Conflict("the venue is closed")
    session.execute(update(Shift).where(Shift.person_id == me, Shift.ended_at.is_(None)).values(ended_at=now))
    token = secrets.token_urlsafe(32)
    shift = Shift(
        shift_id=new_id("shi"),
        token_hash=_hash(token),
        venue_id=venue.venue_id,
        person_id=me,
        started_at=now,
        ends_at=now + timedelta(hours=load_shown_codes().limits["shift_hours"]),
    )
    session.add(shift)
    return {
        "shift_token": token,
        "venue": show_venue(session, venue, me),
        "started_at": written(now),
        "ends_at": written(shift.ends_at),
    }


def end_shift(scope: Scope) -> dict[str, Any]:
    """End a shift; one that is over already stays over."""
    shift = scope.session.execute(
        select(Shift).where(Shift.token_hash == _hash(scope.body["shift_token"]))
    ).scalar_one_or_none()
    if shift is None:
        raise ForbiddenPerson("no such shift")
    if shift.ended_at is None:
        shift.ended_at = min(scope.now, shift.ends_at)
    return {"ended_at": written(shift.ended_at)}


def on_duty(scope: Scope) -> tuple[Shift, Venue]:
    """Return the running shift a request names, and its venue.

    Raises:
        ForbiddenPerson: no shift, an ended one, one of somebody who no longer works there, or of a closed venue.
    """
    session, now = scope.session, scope.now
    shift = session.execute(
        select(Shift).where(Shift.token_hash == _hash(scope.body["shift_token"])).with_for_update()
    ).scalar_one_or_none()
    if shift is None or shift.ended_at is not None or not shift.started_at <= now < shift.ends_at:
        raise ForbiddenPerson("not on duty")
    venue = session.get(Venue, shift.venue_id)
    if venue.state != "open" or role_of(session, venue, shift.person_id) is None:
        raise ForbiddenPerson("not on duty")
    return shift, venue


def _end(session: Session, venue: Venue, role: str, now: Any, *which: Any) -> None:
    session.execute(
        update(VenueRole)
        .where(VenueRole.venue_id == venue.venue_id, VenueRole.role == role, VenueRole.ended_at.is_(None))
        .where(*which)
        .values(ended_at=now)
    )


def _show_role(session: Session, role: VenueRole) -> dict[str, Any]:
    person = session.get(Person, role.person_id) if role.person_id else None
    return {
        "role_id": role.role_id,
        "role": role.role,
        "phone_masked": role.phone_masked,
        "name_masked": mask_value("NAME", person.name) if person else None,
        "state": "ended" if role.ended_at else "working" if role.person_id else "invited",
        "expires_at": written(role.expires_at),
    }


def _digest(scope: Scope, phone: str) -> str:
    return Sealer(scope.platform.settings.record_key).digest("venue-phone", phone)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
