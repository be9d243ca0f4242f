"""Erlang's formula against published examples, and what holds for every load."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.shifts.book import Aim, shift_book
from hotline.shifts.erlang import mean_wait, needed, waiting, within
from hotline.shifts.staffing import Stream, agents_for, gaps, hours_of, stream
from tests.hotline.shifts.conftest import at

loads = st.floats(0.01, 120)
handling = st.floats(10, 1800)


def test_the_worked_example_of_fifty_five_agents() -> None:
    """360 calls in half an hour of 4 minutes each (mitan.co.uk/erlang/elgcmath.htm): 48 erlang."""
    load = 360 / 1800 * 240
    assert load == 48
    assert waiting(55, load) == pytest.approx(0.239, abs=0.0005)
    assert mean_wait(55, load, 240) == pytest.approx(8.2, abs=0.05)
    assert within(55, load, 240, 15) == pytest.approx(0.846, abs=0.0005)


def test_the_worked_example_of_fourteen_agents() -> None:
    """100 calls in half an hour of 3 minutes each, 80 % within 20 s (callcentrehelper.com): 14 agents, 88.8 %."""
    load = 100 / 1800 * 180
    assert needed(load, 180, 0.8, 20) == 14
    assert within(14, load, 180, 20) == pytest.approx(0.888, abs=0.0005)
    assert waiting(14, load) == pytest.approx(0.174, abs=0.0005)


@pytest.mark.parametrize(
    ("agents", "load", "published"),
    [(1, 0.5, 0.5), (2, 1.0, 0.3333), (3, 2.0, 0.4444), (5, 4.0, 0.5541), (10, 8.0, 0.4092)],
)
def test_values_of_the_tables_of_erlangs_delay_formula(agents: int, load: float, published: float) -> None:
    assert waiting(agents, load) == pytest.approx(published, abs=0.0001)


@given(st.integers(1, 200), loads, handling)
def test_more_agents_never_wait_longer(agents: int, load: float, handle_s: float) -> None:
    assert waiting(agents + 1, load) <= waiting(agents, load)
    assert mean_wait(agents + 1, load, handle_s) <= mean_wait(agents, load, handle_s)
    assert within(agents + 1, load, handle_s, 20) >= within(agents, load, handle_s, 20)


@given(st.integers(1, 200), loads)
def test_waiting_is_a_probability_and_certain_when_agents_cannot_cope(agents: int, load: float) -> None:
    assert 0 <= waiting(agents, load) <= 1
    assert agents > load or waiting(agents, load) == 1
    assert agents < 1.001 * load or waiting(agents, load) < 1
    assert math.isinf(mean_wait(agents, load, 60)) == (agents <= load)


@given(loads, handling, st.floats(0.05, 0.99), st.floats(0, 600))
def test_what_is_needed_is_enough_and_one_less_is_not(
    load: float, handle_s: float, part: float, patience: float
) -> None:
    agents = needed(load, handle_s, part, patience)
    assert within(agents, load, handle_s, patience) >= part
    assert within(agents - 1, load, handle_s, patience) < part


@given(loads, loads, handling)
def test_a_greater_load_never_needs_fewer(one: float, other: float, handle_s: float) -> None:
    small, great = sorted((one, other))
    assert needed(small, handle_s, 0.8, 20) <= needed(great, handle_s, 0.8, 20)


def test_nothing_needs_nobody_and_the_absurd_is_said() -> None:
    assert needed(0, 180, 0.8, 20) == 0
    assert within(0, 0, 180, 20) == 1
    with pytest.raises(ValueError, match="erlang"):
        needed(1e6, 180, 0.8, 20)


HOW = shift_book().staffing
FLAT = tuple(tuple(20.0 for _ in range(24)) for _ in range(7))
NONE = tuple(tuple(0.0 for _ in range(24)) for _ in range(7))


def test_arrivals_are_the_mean_of_the_weeks_by_weekday_and_hour_in_china() -> None:
    arrived = [at(0, 9, 5), at(0, 9, 50), at(7, 9, 0), at(1, 0, 0)]
    found = stream((moment.timestamp() for moment in arrived), [60.0] * 4 + [110.0], 2, 5, 2.5)
    assert found.arrivals[0][9] == 1.5
    assert found.arrivals[1][0] == 0.5
    assert sum(map(sum, found.arrivals)) == 2.0
    assert (found.handle_s, found.at_once) == (70.0, 2.5)
    assert stream([], [60.0] * 4, 2, 5).handle_s is None


def test_who_handles_three_chats_at_once_fills_three_places() -> None:
    aim = Aim(0.8, 180)
    places = agents_for(30, Stream(FLAT, 600.0), aim)
    assert places == 7
    assert agents_for(30, Stream(FLAT, 600.0, 3.0), aim) == 3
    assert agents_for(30, Stream(FLAT, None), aim) is None
    assert agents_for(0, Stream(NONE, None), aim) == 0


def test_an_hour_adds_calls_and_chats_and_is_never_without_anybody() -> None:
    chats, calls = Stream(FLAT, 600.0, 3.0), Stream(FLAT, 300.0)
    hours = hours_of(0, chats, calls, [2] * 24, HOW)
    assert (hours[9].for_chats, hours[9].for_calls, hours[9].needed) == (2, 4, 6)
    assert (hours[9].missing, len(hours)) == (4, 24)
    quiet = hours_of(0, Stream(NONE, None), Stream(FLAT, None), [0] * 24, HOW)
    assert {(hour.needed, hour.missing, hour.for_calls) for hour in quiet} == {(1, 1, None)}


def test_gaps_are_told_as_runs_with_the_most_that_are_missing() -> None:
    planned = [2] * 8 + [1, 0, 1] + [3] * 12 + [1]
    night = Stream(NONE, None)
    hours = hours_of(0, night, night, planned, HOW)
    assert gaps(hours) == [(9, 10, 1)]
    assert gaps(hours_of(0, night, night, [0, 0, *[1] * 21, 0], HOW)) == [(0, 2, 1), (23, 24, 1)]
