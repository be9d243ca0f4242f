"""Codes to be shown: given out live (minutes) or offline (7 days), listed, renewed, revoked.

One person has one offline code at a time, so that a lost one can be named and ended; the same one can be shown and
printed as often as one likes. It ends early when it is revoked, and by itself when the colour worsens.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, case, delete, literal, or_, select, update
from sqlalchemy.orm import Session

from backend.colour.rulebook import RANK
from backend.models import HealthCode, IssuedPass, Person
from backend.outbox import emit, emit_all
from backend.problems import Conflict, NotFound
from backend.registry.access import look
from backend.registry.people import permitted, written
from backend.serving import Scope
from passes.judging import state_of
from passes.keys import private_key
from passes.payload import LIVE_LIFE, OFFLINE_LIFE, Pass, new_serial, serial_text, sign
from passes.revocations import sign_list
from privacy.masking import mask_value

#: Live codes are kept this long after they ended, so that a late check still finds them.
_LIVE_KEPT = timedelta(hours=1)
_MASK_FROM = 4
_PASSES = IssuedPass.__table__
_LIVING_OF = (
    select(_PASSES.c.serial, _PASSES.c.person_id, _PASSES.c.colour)
    .where(
        _PASSES.c.person_id.in_(bindparam("people", expanding=True)),
        _PASSES.c.kind == "offline",
        _PASSES.c.revoked_at.is_(None),
        _PASSES.c.expires_at > bindparam("now"),
    )
    .with_for_update()
)


def make_pass(scope: Scope, person_id: str) -> dict[str, Any]:
    """Give out a code of the verified person or of somebody linked to them.

    Raises:
        ForbiddenPerson: somebody not linked.
        Conflict: no code, or its check-in has run out; offline besides: a red code, or one is out already and
            `replaces` does not name it.
    """
    session, now, body = scope.session, scope.now, scope.body
    look(scope, person_id, "code")
    person = session.execute(
        select(Person).where(Person.person_id == person_id).with_for_update()
    ).scalar_one()
    code = session.get(HealthCode, person_id)
    if code is None or (code.valid_until is not None and code.valid_until <= now):
        raise Conflict("there is no code that could be shown")
    if body["kind"] == "offline":
        _make_room(scope, person_id, code.colour)
        life = OFFLINE_LIFE
    else:
        session.execute(
            delete(IssuedPass).where(
                IssuedPass.person_id == person_id,
                IssuedPass.kind == "live",
                IssuedPass.expires_at < now - _LIVE_KEPT,
            )
        )
        life = LIVE_LIFE
    issued_at = now.replace(microsecond=0)
    made = IssuedPass(
        serial=new_serial().hex(),
        kind=body["kind"],
        person_id=person_id,
        issued_by=scope.person.person_id,
        colour=code.colour,
        name=mask_value("NAME", person.name),
        document=_masked_document(person),
        issued_at=issued_at,
        expires_at=issued_at + life,
    )
    session.add(made)
    session.flush()
    return show_pass(scope, made)


def _make_room(scope: Scope, person_id: str, colour: str) -> None:
    """End the code that is replaced; refuse a second one."""
    session, now = scope.session, scope.now
    if colour == "red":
        raise Conflict("a red code is not given out to be carried")
    revoke_worsened(session, now, {person_id: colour})
    replaced = scope.body.get("replaces")
    for other in session.execute(_living(person_id, now)).scalars():
        if serial_text(bytes.fromhex(other.serial)) != replaced:
            raise Conflict("an offline code of this person is out already")
        other.revoked_at, other.revoked_why = now, "renewed"
    session.flush()


def list_passes(scope: Scope, person_id: str) -> dict[str, Any]:
    """Return a person's offline codes of the last 14 days, the newest first."""
    look(scope, person_id, "code")
    found = scope.session.execute(
        select(IssuedPass)
        .where(
            IssuedPass.person_id == person_id,
            IssuedPass.kind == "offline",
            IssuedPass.issued_at > scope.now - 2 * OFFLINE_LIFE,
        )
        .order_by(IssuedPass.issued_at.desc(), IssuedPass.serial)
        .limit(100)
    ).scalars()
    return {"items": [show_pass(scope, row) for row in found]}


def revoke_pass(scope: Scope, person_id: str) -> dict[str, Any]:
    """End an offline code; ending it twice is ending it once.

    Raises:
        ForbiddenPerson: somebody not linked.
        NotFound: the person has no such code.
    """
    permitted(scope.session, scope.person.person_id, person_id)
    found = scope.session.execute(
        select(IssuedPass).where(IssuedPass.person_id == person_id, IssuedPass.kind == "offline")
    ).scalars()
    wanted = next(
        (row for row in found if serial_text(bytes.fromhex(row.serial)) == scope.body["serial"]), None
    )
    if wanted is None:
        raise NotFound("no such code of this person")
    if wanted.revoked_at is None:
        wanted.revoked_at, wanted.revoked_why = scope.now, "asked"
        emit(scope.session, "offline_code.revoked", person_id, {}, scope.now)
    return show_pass(scope, wanted)


def show_pass(scope: Scope, row: IssuedPass) -> dict[str, Any]:
    """Return the Pass object; its payload only while it counts."""
    state = _state(scope.session, row, scope.now)
    payload = None
    if state == "valid":
        payload = sign(_facts(row), private_key(scope.platform.settings.pass_keys.signing))
    return {
        "serial": serial_text(bytes.fromhex(row.serial)),
        "kind": row.kind,
        "person_id": row.person_id,
        "colour": row.colour,
        "name_masked": row.name,
        "document_masked": row.document,
        "issued_at": written(row.issued_at),
        "expires_at": written(row.expires_at),
        "state": state,
        "payload": payload,
        "as_of": written(scope.now),
    }


def is_worse(session: Session, row: IssuedPass) -> bool:
    """Tell whether the person's colour is worse now than the one on an offline code."""
    code = session.get(HealthCode, row.person_id) if row.person_id else None
    return code is None or RANK[code.colour] > RANK[row.colour]


def revoke_worsened(session: Session, now: datetime, colours: Mapping[str, str]) -> int:
    """End the offline codes that say a better colour than their person has now; return how many.

    Safe to repeat. Whoever makes a colour worse calls it in the same transaction.

    Args:
        session: the transaction that has written the codes.
        now: the platform's time.
        colours: person ids and the colours they have now.
    """
    living = session.execute(_LIVING_OF, {"people": list(colours), "now": now}).all()
    found = [row for row in living if RANK[colours[row.person_id]] > RANK[row.colour]]
    if not found:
        return 0
    session.execute(
        update(_PASSES)
        .where(_PASSES.c.serial == bindparam("ended"))
        .values(revoked_at=now, revoked_why="worsened"),
        [{"ended": row.serial} for row in found],
    )
    emit_all(session, "offline_code.revoked", sorted({row.person_id for row in found}), now)
    session.expire_all()
    return len(found)


def revocation_list(session: Session, now: datetime, key: bytes) -> bytes:
    """Return the signed list of offline codes that would still count and do not: revoked, worsened, or nobody's."""
    rows = session.execute(
        select(IssuedPass.serial)
        .outerjoin(HealthCode, HealthCode.person_id == IssuedPass.person_id)
        .where(
            IssuedPass.kind == "offline",
            IssuedPass.expires_at > now,
            or_(
                IssuedPass.revoked_at.is_not(None),
                HealthCode.person_id.is_(None),
                _rank(HealthCode.colour) > _rank(IssuedPass.colour),
            ),
        )
    ).scalars()
    return sign_list((bytes.fromhex(serial) for serial in rows), now, private_key(key))


def find_pass(session: Session, serial: bytes) -> IssuedPass | None:
    """Return the code of a serial."""
    return session.get(IssuedPass, serial.hex())


def counts(session: Session, row: IssuedPass, now: datetime) -> bool:
    """Tell whether a code that was given out still counts at `now`."""
    return row.person_id is not None and _state(session, row, now) == "valid"


def _state(session: Session, row: IssuedPass, now: datetime) -> str:
    if row.revoked_at is not None:
        return "revoked"
    state = state_of(_facts(row), now)
    if state == "valid" and row.kind == "offline" and is_worse(session, row):
        return "revoked"
    return (
        state if state != "not_yet" else "expired"
    )  # the clock was set back: as if it had never been given out


def _facts(row: IssuedPass) -> Pass:
    return Pass(
        row.kind,
        bytes.fromhex(row.serial),
        row.issued_at,
        row.expires_at,
        row.colour,
        row.name,
        row.document,
    )


def _living(person_id: str, now: datetime) -> Any:
    return select(IssuedPass).where(
        IssuedPass.person_id == person_id,
        IssuedPass.kind == "offline",
        IssuedPass.revoked_at.is_(None),
        IssuedPass.expires_at > now,
    )


def _rank(colour: Any) -> Any:
    return case((colour == "red", literal(2)), (colour == "yellow", literal(1)), else_=literal(0))


def _masked_document(person: Person) -> str:
    """Return what a card must begin and end with, and no more: `51**98`."""
    number = person.documents[0].number if person.documents else ""
    return f"{number[:2]}**{number[-2:]}" if len(number) > _MASK_FROM else "**"
