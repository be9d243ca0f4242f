"""Shifts over midnight, what meets what, what is warned of, who is there when."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.shifts.book import read, shift_book
from hotline.shifts.planning import Absence, Shift, concerns, conflict, coverage, present
from tests.hotline.shifts.conftest import BOOK, MONDAY, at, day, shift

TEMPLATES = list(BOOK.templates)


def test_a_night_shift_ends_on_the_next_day() -> None:
    night = BOOK.templates["night"]
    assert night.says() == "23:30–次日08:00"
    assert BOOK.templates["day"].says() == "08:00–16:00"
    span = shift("A001", 0, "night").span
    assert (span.starts, span.ends) == (at(0, 23, 30), at(1, 8))


def test_too_little_rest_is_warned_of_and_eleven_hours_are_enough() -> None:
    tight = [shift("A001", 0, "late"), shift("A001", 1, "day")]  # 23:30 to 08:00
    (found,) = concerns(tight, [], BOOK.rules)
    assert (found.kind, found.rest, found.shift.day) == ("rest", dt.timedelta(hours=8, minutes=30), day(1))
    loose = [shift("A001", 0, "day"), shift("A001", 1, "day")]  # 16:00 to 08:00
    assert concerns(loose, [], BOOK.rules) == []


def test_more_than_six_days_in_a_row_are_warned_of_once() -> None:
    days = [shift("A001", n, "day") for n in range(8)]
    (found,) = concerns(days, [], BOOK.rules)
    assert (found.kind, found.days, found.shift.day) == ("row", 7, day(6))
    assert concerns([one for one in days if one.day != day(3)], [], BOOK.rules) == []


def test_a_row_that_goes_on_is_told_of_every_week() -> None:
    found = concerns([shift("A001", n, "day") for n in range(22)], [], BOOK.rules)
    assert [(one.days, one.shift.day) for one in found] == [(7, day(6)), (14, day(13)), (21, day(20))]


def test_a_shift_in_a_leave_is_warned_of_and_does_not_count() -> None:
    plan, leave = [shift("A001", 0, "day"), shift("A002", 0, "day")], Absence("A001", day(0), day(1))
    assert [(one.kind, one.shift.agent) for one in concerns(plan, [leave], BOOK.rules)] == [("leave", "A001")]
    assert coverage(plan, [], MONDAY)[8:17] == [2] * 8 + [0]
    assert coverage(plan, [leave], MONDAY)[8:17] == [1] * 8 + [0]


def test_last_nights_shift_covers_the_morning() -> None:
    assert coverage([shift("A001", -1, "night")], [], MONDAY)[:9] == [1] * 8 + [0]
    assert [one.agent for one in present([shift("A001", -1, "night")], [], at(0, 7, 59))] == ["A001"]
    assert present([shift("A001", -1, "night")], [], at(0, 8)) == []


plans = st.lists(
    st.tuples(st.sampled_from(["A001", "A002"]), st.integers(0, 13), st.sampled_from(TEMPLATES)), max_size=20
)


def planned(wanted: list[tuple[str, int, str]]) -> list[Shift]:
    """Plan one after the other, leaving out what meets something."""
    plan: list[Shift] = []
    for agent, offset, template in wanted:
        new = shift(agent, offset, template)
        if conflict(new.span, [one for one in plan if one.agent == agent]) is None:
            plan.append(new)
    return plan


@given(plans)
def test_two_shifts_of_an_agent_never_meet_and_every_short_rest_is_named(
    wanted: list[tuple[str, int, str]],
) -> None:
    plan = planned(wanted)
    named = {one.shift.shift_id for one in concerns(plan, [], BOOK.rules) if one.kind == "rest"}
    for agent in ("A001", "A002"):
        own = sorted((one for one in plan if one.agent == agent), key=lambda one: one.span.starts)
        for before, after in pairwise(own):
            assert before.span.ends <= after.span.starts
            assert (after.span.starts - before.span.ends < BOOK.rules.rest) == (after.shift_id in named)


@given(plans, st.randoms())
def test_what_is_warned_of_does_not_depend_on_the_order_of_planning(
    wanted: list[tuple[str, int, str]], random: Any
) -> None:
    plan = planned(wanted)
    other = plan[:]
    random.shuffle(other)
    assert concerns(plan, [], BOOK.rules) == concerns(other, [], BOOK.rules)


@given(plans, st.integers(0, 13))
def test_coverage_counts_people_and_leave_only_takes_away(
    wanted: list[tuple[str, int, str]], offset: int
) -> None:
    plan = planned(wanted)
    whole = coverage(plan, [], day(offset))
    less = coverage(plan, [Absence("A001", day(0), day(13))], day(offset))
    assert len(whole) == 24
    assert all(0 <= few <= many <= 2 for few, many in zip(less, whole, strict=True))
    assert less == coverage([one for one in plan if one.agent == "A002"], [], day(offset))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"templates": [{"key": "a", "label": "甲", "from": "08:00", "to": "16:00"}] * 2}, "key of another"),
        ({"staffing": {"weeks": 4, "least": 1, "least_measured": 5, "calls": {"part": 0.8, "within_s": 20},
                       "chats": {"part": 1.0, "within_s": 180}}}, "between 0 and 1"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_so_is_refused(change: dict[str, Any], said: str) -> None:
    whole: dict[str, Any] = {
        "templates": [],
        "rules": {"rest_hours": 11, "days_in_a_row": 6},
        "staffing": {
            "weeks": 4,
            "least": 1,
            "least_measured": 5,
            "chats": {"part": 0.8, "within_s": 180},
            "calls": {"part": 0.8, "within_s": 20},
        },
    }
    assert read(whole).templates == {}
    with pytest.raises(ValueError, match=said):
        read({**whole, **change})


def test_the_shifts_of_the_product_leave_no_hour_of_a_day_out() -> None:
    plan = [shift("A001", offset, template) for offset in (-1, 0) for template in shift_book().templates]
    assert min(coverage(plan, [], MONDAY)) >= 1
