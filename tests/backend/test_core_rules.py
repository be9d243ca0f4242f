"""Bands, working days and doses: pure rules."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.clock import CHINA
from backend.orders.limits import after, is_working_day, load_time_limits
from backend.rules.freshness import band, hours_since_sampling
from backend.rules.vaccination import Given, load_vaccination_rules, next_dose, series_state

NOW = datetime(2022, 9, 5, 9, 0, tzinfo=CHINA)
YELLOW_SINCE = datetime(2022, 9, 3, 20, 0, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, "24"),
        (24 * 3600, "24"),
        (24 * 3600 + 1, "48"),
        (48 * 3600, "48"),
        (48 * 3600 + 1, "72"),
        (72 * 3600, "72"),
        (72 * 3600 + 1, "over"),
    ],
)
def test_a_band_includes_its_last_second(seconds, expected):
    assert band(NOW - timedelta(seconds=seconds), NOW) == expected


def test_hours_are_cut_and_not_rounded_up_into_the_next_band():
    assert hours_since_sampling(NOW - timedelta(hours=23, minutes=59), NOW) == 23.9
    assert hours_since_sampling(NOW + timedelta(hours=1), NOW) == 0


@pytest.mark.parametrize(
    ("kind", "created", "due"),
    [
        ("consult", "2022-09-05", "2022-09-08"),
        (
            "help",
            "2022-09-05",
            "2022-09-15",
        ),  # over the weekend of the Mid-Autumn holiday, Monday 12th included
        ("complaint", "2022-09-05", "2022-09-27"),
        ("consult", "2022-09-30", "2022-10-10"),  # the weekend of 8 and 9 October is worked
        ("consult", "2022-09-09", "2022-09-15"),
        ("consult", "2022-09-10", "2022-09-15"),  # accepted on a holiday
    ],
)
def test_due_dates_follow_the_official_calendar(kind, created, due):
    created_at = datetime.fromisoformat(f"{created}T09:00:00+08:00")
    assert load_time_limits().due_at(kind, created_at).isoformat() == f"{due}T23:59:59+08:00"


@given(st.dates(date(2021, 1, 1), date(2028, 12, 31)), st.integers(0, 30))
def test_a_due_day_has_exactly_that_many_working_days_behind_it(day, count):
    due = after(day, count)
    between = [day + timedelta(days=n + 1) for n in range((due - day).days)]
    assert sum(map(is_working_day, between)) == count
    assert not between or is_working_day(due)


RULES = load_vaccination_rules()
GROWN_UP, CHILD, OLD = date(1990, 3, 7), date(2010, 3, 7), date(1950, 3, 7)


def doses(technology, *days):
    return [Given(n + 1, technology, date.fromisoformat(day)) for n, day in enumerate(days)]


@pytest.mark.parametrize(
    ("given_doses", "state"),
    [
        ([], "none"),
        (doses("inactivated", "2021-05-01"), "partial"),
        (doses("inactivated", "2021-05-01", "2021-06-01"), "basic"),
        (doses("inactivated", "2021-05-01", "2021-06-01", "2021-12-05"), "boosted"),
        (doses("adenovirus", "2021-05-01"), "basic"),
        (doses("protein", "2021-05-01", "2021-06-01"), "partial"),
        (doses("unheard-of", "2021-05-01"), "partial"),
    ],
)
def test_the_series_depends_on_the_vaccine(given_doses, state):
    assert series_state(given_doses, RULES) == state


@pytest.mark.parametrize(
    ("given_doses", "birth", "today", "expected"),
    [
        (doses("inactivated", "2022-08-20"), GROWN_UP, "2022-09-05", (2, "2022-09-10")),
        (doses("inactivated", "2021-05-01", "2021-08-31"), GROWN_UP, "2022-09-05", (3, "2022-02-28")),
        (doses("inactivated", "2021-05-01", "2021-06-01"), CHILD, "2022-09-05", None),
        (doses("inactivated", "2021-05-01", "2021-06-01"), None, "2022-09-05", None),
        (doses("inactivated", "2022-08-01", "2022-09-01"), OLD, "2022-11-28", (3, "2023-03-01")),
        (doses("inactivated", "2022-08-01", "2022-09-01"), OLD, "2022-11-29", (3, "2022-12-01")),
        (doses("inactivated", "2021-05-01", "2021-06-01", "2021-12-05"), GROWN_UP, "2022-09-05", None),
        ([], GROWN_UP, "2022-09-05", None),
    ],
)
def test_the_next_dose_follows_the_rules_of_its_day(given_doses, birth, today, expected):
    found = next_dose(given_doses, birth, date.fromisoformat(today), RULES)
    assert (found and (found.dose, found.earliest.isoformat())) == expected
    assert found is None or found.source
