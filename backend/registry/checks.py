"""Checks at a door: a word and what to do, never a reason; every look is written down for good.

Who is not on duty learns nothing. Staff of one venue look for that venue alone, at a limited pace.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.models import Document, HealthCode, LaneEntry, Shift, StaffCheck, new_id
from backend.problems import RateLimited
from backend.registry.access import note
from backend.registry.attempts import seconds
from backend.registry.folding import fold_document
from backend.registry.passes import counts, find_pass
from backend.registry.people import written
from backend.registry.venue_staff import on_duty
from backend.rules.shown_codes import load_shown_codes
from backend.serving import Scope
from passes.errors import PassError
from passes.judging import VERDICTS
from passes.payload import verify
from privacy.retention import load_rules
from privacy.sealing import Sealer

_MINUTE, _TEN_MINUTES = timedelta(minutes=1), timedelta(minutes=10)


def check_person(scope: Scope) -> dict[str, Any]:
    """Say whether somebody may pass, restricted or not at all, and write down who asked.

    Raises:
        ForbiddenPerson: not on duty.
        RateLimited: faster than people come through a door.
    """
    body = scope.body
    shift, venue = on_duty(scope)
    how = "code" if "payload" in body else "document"
    _refuse_haste(scope, shift, how)
    subject_id, verdict = _by_code(scope) if how == "code" else _by_document(scope)
    scope.session.add(
        StaffCheck(
            venue_id=venue.venue_id,
            venue_name=venue.name,
            staff_id=shift.person_id,
            shift_id=shift.shift_id,
            subject_id=subject_id,
            how=how,
            purpose=body["purpose"],
            verdict=verdict,
            at=scope.now,
        )
    )
    if subject_id is not None:
        note(
            scope.session,
            subject_id,
            scope.now,
            reader="venue",
            reader_id=venue.name,
            kind="code",
            purpose="door_check",
            reference=body["purpose"],
        )
    return {"verdict": verdict, "at": written(scope.now)}


def register_without_code(scope: Scope) -> dict[str, Any]:
    """Write down somebody who was let in by hand, sealed.

    Raises:
        ForbiddenPerson: not on duty.
    """
    body = scope.body
    shift, venue = on_duty(scope)
    entry_id = new_id("lan")
    personal = {name: body.get(name) for name in ("name", "document_number", "companion_phone")}
    scope.session.add(
        LaneEntry(
            entry_id=entry_id,
            venue_id=venue.venue_id,
            staff_id=shift.person_id,
            sealed=Sealer(scope.platform.settings.record_key).seal(
                json.dumps(personal, ensure_ascii=False).encode(), entry_id
            ),
            temperature=body["temperature"],
            purpose=body["purpose"],
            at=scope.now,
        )
    )
    return {
        "entry_id": entry_id,
        "at": written(scope.now),
        "kept_days": load_rules()["lane_entries"].keep.days,
    }


def _by_code(scope: Scope) -> tuple[str | None, str]:
    try:
        facts = verify(scope.body["payload"], scope.platform.settings.pass_keys.trusted())
    except PassError:
        return None, "not_valid"
    row = find_pass(scope.session, facts.serial)
    if row is None or row.person_id is None:
        return None, "not_valid"
    if not counts(scope.session, row, scope.now):
        return row.person_id, "not_valid"
    return row.person_id, _verdict(scope.session, row.person_id, scope.now)


def _by_document(scope: Scope) -> tuple[str | None, str]:
    number = fold_document(scope.body["document_number"])
    found = scope.session.execute(
        select(Document.person_id).where(Document.number == number).order_by(Document.document_id).limit(1)
    ).scalar_one_or_none()
    return (found, _verdict(scope.session, found, scope.now)) if found else (None, "no_code")


def _verdict(session: Session, person_id: str, now: datetime) -> str:
    code = session.get(HealthCode, person_id)
    if code is None or (code.valid_until is not None and code.valid_until <= now):
        return "no_code"
    return VERDICTS[code.colour]


def _refuse_haste(scope: Scope, shift: Shift, how: str) -> None:
    limits = load_shown_codes().limits
    _refuse(scope, shift, _MINUTE, limits["checks_a_minute"])
    if how == "document":
        _refuse(
            scope, shift, _TEN_MINUTES, limits["document_checks_in_ten_minutes"], StaffCheck.how == "document"
        )


def _refuse(scope: Scope, shift: Shift, span: timedelta, allowed: int, *which: Any) -> None:
    recent = select(func.count(), func.min(StaffCheck.at)).where(
        StaffCheck.staff_id == shift.person_id,
        StaffCheck.at > scope.now - span,
        StaffCheck.at <= scope.now,
        *which,
    )
    count, first = scope.session.execute(recent).one()
    if count >= allowed:
        raise RateLimited("too many checks", retry_after=seconds(first + span - scope.now))
