"""Test results and vaccinations as the person may read them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.models import Person, TestResult, Vaccination
from backend.registry.people import written
from backend.rules.freshness import band, hours_since_sampling, is_reported
from backend.rules.vaccination import Given, load_vaccination_rules, next_dose, series_state


def show_test(test: TestResult, now: datetime) -> dict[str, Any]:
    """Return the Test object at `now`. What is reported later is still pending."""
    reported = is_reported(test.reported_at, now)
    result = test.result if reported else "pending"
    has_band = test.kind == "nucleic" and result == "negative"
    return {
        "test_id": test.test_id,
        "kind": test.kind,
        "result": result,
        "sampled_at": written(test.sampled_at),
        "reported_at": written(test.reported_at) if reported else None,
        "institution": test.institution,
        "hours_since_sampling": hours_since_sampling(test.sampled_at, now),
        "band": band(test.sampled_at, now) if has_band else None,
    }


def read_vaccinations(session: Session, person_id: str, now: datetime) -> dict[str, Any]:
    """Return the VaccinationRecord object of a person."""
    person = session.get(Person, person_id)
    rows = (
        session.execute(
            select(Vaccination).where(Vaccination.person_id == person_id).order_by(Vaccination.dose)
        )
        .scalars()
        .all()
    )
    given = [Given(row.dose, row.technology, row.date) for row in rows]
    rules = load_vaccination_rules()
    following = next_dose(given, person.birth_date, now.date(), rules)
    return {
        "doses": [
            {
                "dose": row.dose,
                "vaccine": row.vaccine,
                "manufacturer": row.manufacturer,
                "date": row.date.isoformat(),
                "site": row.site,
            }
            for row in rows
        ],
        "state": series_state(given, rules),
        "next_dose": following
        and {
            "dose": following.dose,
            "earliest": following.earliest.isoformat(),
            "rule": following.rule,
            "source": following.source,
            "source_date": following.source_date.isoformat(),
        },
        "as_of": written(now),
    }
