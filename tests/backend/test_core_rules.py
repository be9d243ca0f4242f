"""Bands, steps to green, working days and doses: pure rules."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.clock import CHINA
from backend.rules.freshness import band, hours_since_sampling
from backend.rules.requirements import Sample, Step, progress
from backend.rules.time_limits import Calendar, load_time_limits
from backend.rules.vaccination import Given, load_vaccination_rules, next_dose, series_state

NOW = datetime(2022, 9, 5, 9, 0, tzinfo=CHINA)
YELLOW_SINCE = datetime(2022, 9, 3, 20, 0, tzinfo=CHINA)
TWO_TESTS = Step("nucleic_test", needed=2, starts_at=YELLOW_SINCE, interval_hours=24)


def negative(*, hours_ago: float, result: str = "negative", reported: bool = True) -> Sample:
    sampled = NOW - timedelta(hours=hours_ago)
    return Sample(sampled, result, sampled + timedelta(hours=1) if reported else None)


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


def test_one_of_two_tests_done_says_when_the_second_counts():
    done = progress(TWO_TESTS, [negative(hours_ago=23.5)], NOW)
    assert done.done == 1
    assert done.done_at == (NOW - timedelta(hours=23.5),)
    assert done.earliest_at == NOW + timedelta(hours=0.5)


def test_two_tests_a_day_apart_leave_nothing_to_do():
    done = progress(TWO_TESTS, [negative(hours_ago=34), negative(hours_ago=10)], NOW)
    assert (done.done, done.earliest_at) == (2, None)


def test_two_tests_too_close_together_count_once():
    assert progress(TWO_TESTS, [negative(hours_ago=33.9), negative(hours_ago=10)], NOW).done == 1


def test_a_test_before_the_colour_change_does_not_count():
    assert progress(TWO_TESTS, [negative(hours_ago=37.5)], NOW).done == 0


@pytest.mark.parametrize(
    "sample",
    [
        negative(hours_ago=5, reported=False),
        negative(hours_ago=5, result="positive"),
        negative(hours_ago=5, result="invalid"),
        negative(hours_ago=0.5),  # reported half an hour from now
    ],
)
def test_a_test_without_a_known_negative_result_does_not_count(sample):
    assert progress(TWO_TESTS, [sample], NOW).done == 0


def test_days_of_isolation_are_counted_whole():
    step = Step("isolation", needed=7, starts_at=NOW - timedelta(days=2, hours=23))
    done = progress(step, [], NOW)
    assert (done.done, done.earliest_at) == (2, step.starts_at + timedelta(days=7))


def test_a_declaration_is_done_when_it_was_recorded():
    assert progress(Step("declaration", 1, NOW, done=1), [], NOW).earliest_at is None


HOURS = st.floats(min_value=-10, max_value=120, allow_nan=False)
SAMPLES = st.lists(
    st.builds(
        lambda h, result: Sample(YELLOW_SINCE + timedelta(hours=h), result, YELLOW_SINCE),
        HOURS,
        st.sampled_from(["negative", "negative", "positive", "invalid"]),
    ),
    max_size=7,
)


@given(SAMPLES, st.integers(1, 4))
def test_no_other_choice_of_tests_would_count_more(samples, needed):
    step = Step("nucleic_test", needed=needed, starts_at=YELLOW_SINCE, interval_hours=24)
    moments = sorted(s.sampled_at for s in samples if s.result == "negative" and s.sampled_at > YELLOW_SINCE)
    day = timedelta(hours=24)
    best = max(
        (
            size
            for size in range(len(moments) + 1)
            for choice in combinations(moments, size)
            if all(b - a >= day for a, b in pairwise(choice))
        ),
        default=0,
    )
    assert progress(step, samples, NOW + timedelta(days=9)).done == min(needed, best)


@given(SAMPLES, HOURS)
def test_one_more_negative_test_never_takes_progress_away(samples, hours):
    later = NOW + timedelta(days=9)
    more = Sample(YELLOW_SINCE + timedelta(hours=hours), "negative", YELLOW_SINCE)
    assert progress(TWO_TESTS, [*samples, more], later).done >= progress(TWO_TESTS, samples, later).done


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


@given(st.dates(date(2021, 1, 1), date(2025, 12, 31)), st.integers(0, 30))
def test_a_due_day_has_exactly_that_many_working_days_behind_it(day, count):
    calendar: Calendar = load_time_limits().calendar
    due = calendar.after(day, count)
    between = [day + timedelta(days=n + 1) for n in range((due - day).days)]
    assert sum(map(calendar.is_working_day, between)) == count
    assert not between or calendar.is_working_day(due)


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
