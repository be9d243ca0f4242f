"""Which cases are looked at: examples, and what holds for every population, plan and seed."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from hotline.quality import plans
from hotline.quality.sampling import Case, Plan, assign, draw
from hotline.quality.weeks import Period, due_weeks, week_of
from hotline.quality.working_days import end_of
from hotline.words import CHINA
from tests.hotline.quality.conftest import case

PLAN = plans.plans()["chat"]
AGENTS = ["A001", "A002", "A003"]


@st.composite
def populations(draw_: Any) -> list[Case]:
    size = draw_(st.integers(0, 60))
    return [
        case(
            f"chat{number}",
            agent=(agent := draw_(st.sampled_from(AGENTS))),
            taking_part=frozenset({agent, *draw_(st.sets(st.sampled_from([*AGENTS, "Q001"]), max_size=2))}),
            stratum=draw_(st.sampled_from(["code", "test", "travel"])),
            rating=draw_(st.one_of(st.none(), st.integers(1, 5))),
            emergency=draw_(st.booleans() if draw_(st.integers(0, 9)) == 0 else st.just(False)),
            reopened=draw_(st.booleans() if draw_(st.integers(0, 9)) == 0 else st.just(False)),
        )
        for number in range(size)
    ]


seeds = st.text("abcdef0123456789", min_size=1, max_size=8)
sizes = st.integers(0, 6)


@given(populations(), seeds, sizes, st.randoms())
def test_same_cases_and_seed_give_the_same_sample_in_whatever_order_they_are_read(
    cases: list[Case], seed: str, size: int, random: Any
) -> None:
    plan, shuffled = replace(PLAN, per_agent=size), cases[:]
    random.shuffle(shuffled)
    assert draw(plan, cases, seed) == draw(plan, shuffled, seed)


@given(populations(), seeds, sizes)
def test_what_must_be_looked_at_always_is_and_nothing_is_drawn_twice(
    cases: list[Case], seed: str, size: int
) -> None:
    picks = draw(replace(PLAN, per_agent=size), cases, seed)
    names = [pick.case.subject for pick in picks]
    assert len(names) == len(set(names))
    musts = {c.subject for c in cases if c.emergency or c.reopened or (c.rating or 5) <= 2}
    assert {pick.case.subject for pick in picks if pick.why != "random"} == musts


@given(populations(), seeds, sizes)
def test_every_agent_has_as_many_random_cases_as_the_plan_says_or_all_there_are(
    cases: list[Case], seed: str, size: int
) -> None:
    picks = draw(replace(PLAN, per_agent=size), cases, seed)
    musts = {pick.case.subject for pick in picks if pick.why != "random"}
    by_chance = Counter(pick.case.agent for pick in picks if pick.why == "random")
    for agent in AGENTS:
        rest = [c for c in cases if c.agent == agent and c.subject not in musts]
        assert by_chance[agent] == min(size, len(rest))


@given(populations(), seeds, sizes)
def test_random_cases_are_spread_over_what_they_are_about(cases: list[Case], seed: str, size: int) -> None:
    plain = [replace(c, rating=None, emergency=False, reopened=False, agent="A001") for c in cases]
    picks = draw(replace(PLAN, per_agent=size), plain, seed)
    drawn = Counter(pick.case.stratum for pick in picks)
    there = Counter(c.stratum for c in plain)
    for stratum, count in there.items():
        exact = min(size, len(plain)) * count / len(plain)
        assert abs(drawn[stratum] - exact) < 1


@given(populations(), seeds, sizes, st.sampled_from(["A001", "Q001"]))
def test_nobody_samples_what_they_took_part_in(cases: list[Case], seed: str, size: int, drawer: str) -> None:
    picks = draw(replace(PLAN, per_agent=size), cases, seed, without=(drawer,))
    assert all(drawer not in pick.case.taking_part for pick in picks)


@given(populations(), seeds, st.sets(st.sampled_from(["A001", "A002", "Q001", "Q002"])))
def test_nobody_scores_what_they_took_part_in_and_work_is_shared_evenly(
    cases: list[Case], seed: str, scorers: set[str]
) -> None:
    picks = draw(PLAN, cases, seed)
    chosen = assign(picks, scorers, {}, seed)
    for pick in picks:
        scorer = chosen[pick.case.subject]
        able = scorers - pick.case.taking_part
        assert (scorer in able) if able else scorer is None
    if scorers and not any(pick.case.taking_part & scorers for pick in picks):
        counts = Counter(chosen.values())
        assert max(counts[one] for one in scorers) - min(counts[one] for one in scorers) <= 1


def test_who_has_more_waiting_already_is_given_less() -> None:
    picks = draw(replace(PLAN, per_agent=4), [case(f"chat{n}") for n in range(4)], "s")
    assert set(assign(picks, ["Q001", "Q002"], {"Q001": 10}, "s").values()) == {"Q002"}


def test_another_seed_draws_another_sample() -> None:
    cases = [case(f"chat{n}") for n in range(50)]
    samples = {tuple(pick.case.subject for pick in draw(PLAN, cases, seed)) for seed in "abcdefgh"}
    assert len(samples) > 1


def test_the_gravest_reason_is_named() -> None:
    one = case("x", rating=1, emergency=True, reopened=True)
    assert [pick.why for pick in draw(PLAN, [one], "s")] == ["emergency"]
    assert [pick.why for pick in draw(PLAN, [replace(one, emergency=False)], "s")] == ["low_rating"]
    assert [pick.why for pick in draw(PLAN, [replace(one, emergency=False, rating=3)], "s")] == ["reopened"]


def test_a_plan_with_a_reason_nobody_knows_is_refused() -> None:
    one = {"per_agent": 1, "always": ["angry"], "low_rating": 2, "wait_hours": 24, "weeks_back": 4}
    with pytest.raises(ValueError, match="angry"):
        plans.read({"chat": one, "order": one})
    fine = {**one, "always": []}
    with pytest.raises(ValueError, match="below 0"):
        plans.read({"chat": {**fine, "per_agent": -1}, "order": fine})
    with pytest.raises(ValueError, match="email"):
        plans.read({"chat": fine, "order": fine, "email": fine})
    assert plans.read({"chat": fine, "order": fine})["order"] == Plan("order", 1, frozenset(), 2, 24, 4)
    assert yaml.safe_load(plans._FILE.read_text("utf-8")).keys() == {"chat", "order"}


def at(day: str, hour: int) -> dt.datetime:
    return dt.datetime.fromisoformat(day).replace(hour=hour, tzinfo=CHINA)


def test_a_week_is_drawn_a_day_after_its_end() -> None:
    def due(now: dt.datetime) -> list[Period]:
        return due_weeks(now, dt.date(2022, 8, 22), wait_hours=24, weeks_back=4)

    assert due(at("2022-09-05", 23)) == []
    assert due(at("2022-09-06", 0)) == [Period(dt.date(2022, 8, 29), dt.date(2022, 9, 4))]


def test_a_desk_that_was_down_catches_up_but_not_forever_and_a_new_one_begins_with_the_last_week() -> None:
    now = at("2022-09-06", 8)
    found = due_weeks(now, dt.date(2022, 8, 8), wait_hours=24, weeks_back=4)
    assert [week.first.day for week in found] == [15, 22, 29]
    found = due_weeks(now, dt.date(2022, 1, 3), wait_hours=24, weeks_back=4)
    assert [week.first.day for week in found] == [8, 15, 22, 29]
    assert [week.first.day for week in due_weeks(now, None, wait_hours=24, weeks_back=4)] == [29]


@given(st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1)))
def test_every_day_lies_in_one_week_of_seven_days_from_a_monday(day: dt.date) -> None:
    week = week_of(day)
    assert week.first <= day <= week.last
    assert week.first.weekday() == 0
    assert week.ends - week.starts == 7 * 86_400


@pytest.mark.parametrize(
    ("given_on", "days", "until"),
    [
        ("2022-09-05", 5, "2022-09-14"),  # a Monday; 10th to 12th is the Mid-Autumn holiday: 6, 7, 8, 9, 13
        (
            "2022-09-30",
            5,
            "2022-10-13",
        ),  # the national holiday, with 8 and 9 October worked: 8, 9, 10, 11, 12
        ("2022-09-17", 1, "2022-09-20"),  # a Saturday
    ],
)
def test_days_for_an_appeal_are_working_days(given_on: str, days: int, until: str) -> None:
    assert end_of(at(given_on, 10), days) == at(until, 0)
