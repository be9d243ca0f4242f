"""Codes: the stored colour with its reasons, and the way to green as the tests have it now."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.models import CodeChange, CodeReason, CodeRequirement, HealthCode, TestResult
from backend.registry.people import written
from backend.rules.requirements import Progress, Sample, Step, progress


def read_code(session: Session, person_id: str, now: datetime) -> dict[str, Any]:
    """Return the Code object of a person at `now`; colour `none` when there is no code."""
    code = session.get(HealthCode, person_id)
    if code is None:
        return {**_none(person_id), "as_of": written(now)}
    return {
        "person_id": person_id,
        "colour": code.colour,
        "since": written(code.since),
        "valid_until": written(code.valid_until),
        "checkin_expired": code.valid_until is not None and code.valid_until <= now,
        "popup": _popup(code, now),
        "reasons": [show_reason(reason) for reason in code.reasons],
        "requirements": [_show_progress(p) for p in _progress(session, code, now)],
        "green_at": written(code.green_at),
        "as_of": written(now),
    }


def colour_of(session: Session, person_id: str) -> str:
    """Return the colour alone."""
    code = session.get(HealthCode, person_id)
    return "none" if code is None else str(code.colour)


def show_reason(reason: CodeReason) -> dict[str, Any]:
    """Return the Reason object; the same shape is kept in the history of a code."""
    return {
        "rule_id": reason.rule_id,
        "colour": reason.colour,
        "category": reason.category,
        "event_at": written(reason.event_at),
        "place": reason.place,
        "summary": reason.summary,
        "source": reason.source,
        "source_date": reason.source_date.isoformat(),
    }


def show_change(change: CodeChange) -> dict[str, Any]:
    """Return the CodeChange object."""
    return {
        "colour": change.colour,
        "previous_colour": change.previous_colour,
        "since": written(change.since),
        "reasons": change.reasons,
    }


def _none(person_id: str) -> dict[str, Any]:
    return {
        "person_id": person_id,
        "colour": "none",
        "since": None,
        "valid_until": None,
        "checkin_expired": False,
        "popup": None,
        "reasons": [],
        "requirements": [],
        "green_at": None,
    }


def _popup(code: HealthCode, now: datetime) -> dict[str, Any] | None:
    if code.popup_kind is None or not code.popup_since <= now < code.popup_until:
        return None
    return {
        "kind": code.popup_kind,
        "since": written(code.popup_since),
        "until": written(code.popup_until),
        "test_deadline": written(code.popup_test_deadline),
    }


def _progress(session: Session, code: HealthCode, now: datetime) -> list[Progress]:
    if not code.requirements:
        return []
    earliest = min(requirement.starts_at for requirement in code.requirements)
    rows = session.execute(
        select(TestResult).where(
            TestResult.person_id == code.person_id,
            TestResult.kind == "nucleic",
            TestResult.sampled_at > earliest,
        )
    ).scalars()
    samples = [Sample(row.sampled_at, row.result, row.reported_at) for row in rows]
    return [progress(_step(requirement), samples, now) for requirement in code.requirements]


def _step(requirement: CodeRequirement) -> Step:
    return Step(
        kind=requirement.kind,
        needed=requirement.needed,
        starts_at=requirement.starts_at,
        done=requirement.done,
        interval_hours=requirement.interval_hours,
        deadline=requirement.deadline,
    )


def _show_progress(progress: Progress) -> dict[str, Any]:
    return {
        "kind": progress.step.kind,
        "needed": progress.step.needed,
        "done": progress.done,
        "interval_hours": progress.step.interval_hours,
        "earliest_at": written(progress.earliest_at),
        "deadline": written(progress.step.deadline),
        "done_at": [written(moment) for moment in progress.done_at],
    }
