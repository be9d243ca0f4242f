"""A code as the API shows it: derived at the platform's time, never read from a row that may have grown old."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from backend.codes.rules import rule_book
from backend.codes.single import one_story
from backend.codes.steps import show_reason
from backend.codes.stored import events_of
from backend.colour import Derivation, Requirement, derive
from backend.colour.events import Event, Test
from backend.models import HealthCode
from backend.registry.people import written

_TEST_STEPS = ("nucleic_test", "entry_test")


def read_code(session: Session, person_id: str, now: datetime) -> dict[str, Any]:
    """Return the Code object of a person at `now`; colour `none` when there is no code.

    Raises:
        StoryUnreadable: what is recorded about the person cannot be read.
    """
    code = session.get(HealthCode, person_id)
    if code is None:
        return {
            **_nothing(person_id, now),
            "colour": "none",
            "since": None,
            "valid_until": None,
            "checkin_expired": False,
        }
    with one_story():
        events = events_of(session, [person_id])[person_id]
        derivation = derive(events, rule_book(), now)
    # what people saw is what was written when it happened; between two moments of the scheduler the derivation knows
    same = code.colour == derivation.colour
    return {
        **_nothing(person_id, now),
        "colour": derivation.colour,
        "since": written(code.since if same else derivation.since or now),
        "valid_until": written(code.valid_until),
        "checkin_expired": code.valid_until is not None and code.valid_until <= now,
        **_derived(derivation, events, now),
    }


def colour_of(session: Session, person_id: str) -> str:
    """Return the colour alone, as it was last written."""
    code = session.get(HealthCode, person_id)
    return "none" if code is None else str(code.colour)


def _nothing(person_id: str, now: datetime) -> dict[str, Any]:
    return {
        "person_id": person_id,
        "popup": None,
        "deciding": None,
        "reasons": [],
        "unknown": [],
        "requirements": [],
        "next_colours": [],
        "green_at": None,
        "changes_at": None,
        "as_of": written(now),
    }


def _derived(derivation: Derivation, events: Iterable[Event], now: datetime) -> dict[str, Any]:
    held = [one for one in derivation.holding if one.phase == "colour"]
    green = derivation.next_colour("green")
    waiting = [test for test in events if isinstance(test, Test) and _is_waiting(test, now)]
    return {
        "popup": _popup(derivation),
        "deciding": derivation.deciding.rule.id if derivation.deciding else None,
        "reasons": [show_reason(one) for one in held if one.colour != "unknown"],
        "unknown": [show_reason(one) for one in held if one.colour == "unknown"],
        "requirements": [_requirement(one, waiting) for one in derivation.requirements],
        "next_colours": [
            {"colour": coming.colour, "not_before": written(coming.not_before), "by": coming.by}
            for coming in derivation.next_colours
        ],
        "green_at": written(green.not_before) if green is not None and green.by == "time" else None,
        "changes_at": written(derivation.changes_at),
    }


def _is_waiting(test: Test, now: datetime) -> bool:
    unreported = test.result == "pending" or test.reported_at is None or test.reported_at > now
    return unreported and test.known_at <= now


def _requirement(asked: Requirement, waiting: Iterable[Test]) -> dict[str, Any]:
    """Return the Requirement object; `pending_at` are samples that will count when they turn out negative."""
    earliest = asked.earliest_at
    pending = [
        test.at
        for test in waiting
        if asked.kind in _TEST_STEPS and earliest is not None and test.at >= earliest
    ]
    return {
        "kind": asked.kind,
        "needed": asked.needed,
        "done": asked.done,
        "interval_hours": asked.interval_hours,
        "earliest_at": written(earliest),
        "deadline": written(asked.deadline),
        "done_at": [written(moment) for moment in asked.done_at],
        "pending_at": [written(moment) for moment in sorted(pending)],
        "awaits": asked.awaits,
    }


def _popup(derivation: Derivation) -> dict[str, Any] | None:
    shown = derivation.popup
    if shown is None:
        return None
    return {
        "kind": shown.kind,
        "since": written(shown.since),
        "until": written(shown.until),
        "test_deadline": written(shown.test_deadline),
    }
