"""What holds for every history: strictness, order, duplicates, positives, and the moment of the next change."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from backend.colour import derive, history
from backend.colour.events import (
    RELEASES,
    ArrivalFromAbroad,
    CaseFinding,
    CloseContact,
    Declaration,
    DepartmentNotice,
    Emergency,
    EntryScan,
    Event,
    Overlap,
    Release,
    RiskAreaChange,
    RiskStay,
    SecondaryContact,
    SharedTransport,
    Test,
    Withdrawal,
)
from backend.colour.rulebook import RANK

from .colour_support import BOOK, t

# around the changes of the rules, where most can go wrong
BEGINNINGS = [
    t(day)
    for day in (
        "2021-01-09 00:00",
        "2021-10-28 00:00",
        "2022-04-18 00:00",
        "2022-06-25 00:00",
        "2022-09-01 00:00",
        "2022-11-08 00:00",
    )
]
HOURS = st.integers(0, 24 * 40)
REGIONS = st.sampled_from(["510000", "510104", "511702", "511900", "510603", "F510101"])
IDS = st.sampled_from([f"e{number}" for number in range(8)])


@st.composite
def an_event(draw: st.DrawFn, begin: datetime) -> Event:
    """One event within forty days of `begin`, some of them known later than they happened."""
    at = begin + timedelta(hours=draw(HOURS))
    known_at = at + timedelta(hours=draw(st.sampled_from([0, 0, 1, 30])))
    common: dict[str, Any] = {"id": draw(IDS), "at": at, "known_at": known_at, "region": draw(REGIONS)}
    kind = draw(st.sampled_from(list(MAKERS)))
    return MAKERS[kind](draw, common)


def _test(draw: st.DrawFn, common: dict[str, Any]) -> Event:
    result = draw(st.sampled_from(["negative", "negative", "negative", "positive", "pending", "invalid"]))
    wait = timedelta(hours=draw(st.sampled_from([1, 8, 30])))
    reported_at = None if result == "pending" else common["at"] + wait
    # ids of their own: a person has many tests
    return Test(**{**common, "id": f"t{common['at']}{result}"}, result=result, reported_at=reported_at)


def _stay(draw: st.DrawFn, common: dict[str, Any]) -> Event:
    left = draw(st.none() | st.integers(1, 24 * 20))
    outside = draw(st.booleans())
    left_at = None if left is None else common["at"] + timedelta(hours=left)
    return RiskStay(
        **common,
        area_id=draw(st.sampled_from("ab")),
        relation=draw(st.sampled_from(["inside", "inside", "near"])),
        location="outside" if outside else "sichuan",
        left_at=left_at,
        arrived_at=left_at if outside else None,
    )


def _overlap(draw: st.DrawFn, common: dict[str, Any]) -> Event:
    return Overlap(
        **common,
        basis=draw(st.sampled_from(["tracing", "grid", "venue"])),
        hours_apart=draw(st.none() | st.sampled_from([1.0, 2.0, 3.0])),
    )


def _one_of(make: Any, name: str, *values: str) -> Any:
    return lambda draw, common: make(**common, **{name: draw(st.sampled_from(values))})


MAKERS: dict[str, Any] = {
    "test": _test,
    "more tests": _test,
    "stay": _stay,
    "overlap": _overlap,
    "area": lambda draw, common: RiskAreaChange(
        **common,
        area_id=draw(st.sampled_from("ab")),
        level=draw(st.sampled_from(["high", "medium", "low", "none"])),
    ),
    "case": _one_of(CaseFinding, "status", "confirmed", "asymptomatic", "suspected"),
    "close": lambda _, common: CloseContact(**common),
    "secondary": lambda _, common: SecondaryContact(**common),
    "transport": _one_of(SharedTransport, "vehicle", "flight", "coach"),
    "abroad": _one_of(ArrivalFromAbroad, "destination", "sichuan", "other_province"),
    "emergency": _one_of(Emergency, "measure", "red", "yellow"),
    "notice": lambda _, common: DepartmentNotice(**common),
    "declaration": _one_of(Declaration, "health", "abnormal", "normal"),
    "scan": _one_of(EntryScan, "origin", "outbreak", "no_outbreak", "unknown"),
    "release": _one_of(Release, "release", *RELEASES),
    "withdrawal": lambda draw, common: Withdrawal(**{**common, "id": f"w{common['at']}"}, event_id=draw(IDS)),
}


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Event], datetime]:
    """Up to ten events, and a moment during or after them."""
    begin = draw(st.sampled_from(BEGINNINGS))
    events = draw(st.lists(an_event(begin), max_size=10))
    return events, begin + timedelta(hours=draw(st.integers(0, 24 * 60)))


@given(histories())
@settings(max_examples=200, deadline=None)
def test_the_code_is_exactly_as_strict_as_the_strictest_rule_that_holds(drawn):
    events, at = drawn
    derivation = derive(events, BOOK, at)
    strictest = max((RANK.get(held.colour, 0) for held in derivation.holding), default=0)
    assert RANK[derivation.colour] == strictest
    if derivation.deciding is not None:
        assert derivation.deciding.colour == derivation.colour


@given(histories(), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_the_order_of_arrival_does_not_matter(drawn, random):
    events, at = drawn
    shuffled = events[:]
    random.shuffle(shuffled)
    first, second = derive(events, BOOK, at), derive(shuffled, BOOK, at)
    assert first == second
    assert first.changes_at == second.changes_at


@given(histories(), st.data())
@settings(max_examples=100, deadline=None)
def test_an_event_that_arrives_twice_counts_once(drawn, data):
    events, at = drawn
    again = events + data.draw(st.lists(st.sampled_from(events), max_size=4) if events else st.just([]))
    assert derive(again, BOOK, at) == derive(events, BOOK, at)


@given(histories(), st.integers(0, 24 * 40), st.integers(1, 40))
@settings(max_examples=200, deadline=None)
def test_a_reported_positive_never_makes_the_code_greener(drawn, before, wait):
    events, at = drawn
    sampled = at - timedelta(hours=before + wait)
    positive = Test(
        id="positive",
        at=sampled,
        known_at=sampled,
        result="positive",
        reported_at=sampled + timedelta(hours=wait),
    )
    with_it, without = derive([*events, positive], BOOK, at), derive(events, BOOK, at)
    assert RANK[with_it.colour] >= RANK[without.colour]


@given(histories(), st.floats(0, 1, exclude_max=True))
@settings(max_examples=200, deadline=None)
def test_nothing_changes_before_changes_at(drawn, share):
    events, at = drawn
    now = derive(events, BOOK, at)
    if now.changes_at is None:
        later = at + timedelta(days=400) * share
    else:
        assert now.changes_at > at
        later = at + (now.changes_at - at) * share
        assume(later < now.changes_at)
    then = derive(events, BOOK, later)
    assert then == now
    assert then.changes_at == now.changes_at


@given(histories())
@settings(max_examples=200, deadline=None)
def test_something_changes_at_changes_at(drawn):
    events, at = drawn
    now = derive(events, BOOK, at)
    if now.changes_at is not None:
        assert derive(events, BOOK, now.changes_at) != now
        assert derive(events, BOOK, now.changes_at - timedelta(microseconds=1)) == now


@given(histories())
@settings(max_examples=100, deadline=None)
def test_a_next_colour_by_time_comes_at_its_moment_and_not_before(drawn):
    events, at = drawn
    known_now = [event for event in events if event.known_at <= at]
    now = derive(known_now, BOOK, at)
    assume(all(not isinstance(e, Test) or (e.reported_at or at) <= at for e in known_now))
    for coming in now.next_colours:
        if coming.not_before is None or coming.not_before <= at:
            continue
        before = derive(known_now, BOOK, coming.not_before - timedelta(microseconds=1))
        if RANK[coming.colour] < RANK[now.colour]:
            assert RANK[before.colour] > RANK[coming.colour]
        else:
            assert before.colour != coming.colour
            assert derive(known_now, BOOK, coming.not_before).colour == coming.colour


@given(histories())
@settings(max_examples=100, deadline=None)
def test_a_replay_moment_by_moment_gives_the_recorded_changes(drawn):
    """What was shown then and what is said about then agree, when no version or withdrawal corrected the past."""
    events, at = drawn
    assume(len({event.id for event in events}) == len(events))
    assume(not any(isinstance(event, Withdrawal) for event in events))
    changes = history(events, BOOK, at)
    # a change of level that is learned late rewrites which period a stay fell in
    assume(all(e.known_at == e.at for e in events if isinstance(e, RiskAreaChange)))
    for moment, colour in changes:
        assert derive(events, BOOK, moment).colour == colour
    assert derive(events, BOOK, at).since == (changes[-1][0] if changes else None)


@given(histories(), st.data())
@settings(max_examples=100, deadline=None)
def test_of_two_versions_the_one_learned_last_counts(drawn, data):
    events, at = drawn
    assume(events)
    old = data.draw(st.sampled_from(events))
    newer = replace(old, region="510700", known_at=old.known_at + timedelta(hours=2000))
    assert derive([*events, newer], BOOK, at).colour == derive(events, BOOK, at).colour
    after = newer.known_at + timedelta(hours=1)
    others = [event for event in events if event.id != old.id]
    once = derive([*others, newer, *(e for e in events if e.id == old.id)], BOOK, after)
    assert once == derive([*events, newer], BOOK, after)
