"""What the exchange says, as events and as calls: order and duplicates do not matter; pure parts of calling back."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.errors import BadRequest
from hotline.telephone.errors import MissedChanged
from hotline.telephone.events import AHEAD_S, KINDS, OLDEST_DAYS, Event, plain_number, read_events
from hotline.telephone.folding import Leg, fold
from hotline.telephone.missed import LEFT_LYING_S, Case, came_through, can_claim, step

NOW = 1_788_742_800.0
EVENTS = st.lists(
    st.builds(
        Event,
        st.sampled_from(KINDS),
        st.just("c1"),
        st.integers(0, 30).map(float),
        st.sampled_from(["", "13900001234", "02886110000"]),
        st.sampled_from(["", "12345"]),
        st.sampled_from(["", "A001", "A002"]),
    ),
    min_size=1,
    max_size=12,
)


@given(EVENTS, st.randoms(use_true_random=False))
def test_order_and_duplicates_do_not_matter(events: list[Event], dice: random.Random) -> None:
    again = [*events, *dice.choices(events, k=len(events))]
    dice.shuffle(again)
    assert fold(again) == fold(events)


@given(EVENTS, EVENTS)
def test_what_is_known_only_grows(first: list[Event], later: list[Event]) -> None:
    before, after = fold(first), fold([*first, *later])
    assert before.outcome != "answered" or after.outcome == "answered"
    assert not before.is_lost or after.outcome != ""
    assert {leg.agent for leg in before.legs} <= {leg.agent for leg in after.legs}
    assert after.rang_at <= before.rang_at


@given(EVENTS)
def test_a_call_is_never_over_before_it_rang_or_was_answered(events: list[Event]) -> None:
    call = fold(events)
    if call.over_at is not None:
        assert call.over_at >= max(call.rang_at, call.answered_at or 0)
    assert call.is_lost == (call.over_at is not None and call.answered_at is None)


def test_a_call_that_is_handed_on_has_a_part_for_each_agent() -> None:
    call = fold(
        [
            Event("ringing", "c1", 0, "13900001234", "12345"),
            Event("offered", "c1", 5, agent="A009"),
            Event("answered", "c1", 12, agent="A001"),
            Event("transferred", "c1", 60, agent="A002"),
            Event("answered", "c1", 64, agent="A002"),
            Event("ended", "c1", 300),
        ]
    )
    assert (call.rang_at, call.answered_at, call.over_at, call.outcome) == (0, 12, 300, "answered")
    assert call.legs == (Leg("A001", 12, 60), Leg("A002", 60, 300))


@pytest.mark.parametrize(
    ("kinds", "outcome"),
    [
        (["ringing"], ""),
        (["ringing", "offered"], ""),
        (["ringing", "abandoned"], "abandoned"),
        (["ringing", "ended"], "unanswered"),
        (["ringing", "ended", "abandoned"], "abandoned"),
        (["ringing", "ended", "answered"], "answered"),
    ],
)
def test_how_a_call_came_out(kinds: list[Any], outcome: str) -> None:
    assert fold(Event(kind, "c1", at) for at, kind in enumerate(kinds)).outcome == outcome


def test_a_call_without_an_event_is_none() -> None:
    with pytest.raises(ValueError, match="without an event"):
        fold([])


@pytest.mark.parametrize(
    ("told", "number"),
    [
        ("+86 139-0000-1234", "13900001234"),
        ("013900001234", "13900001234"),
        ("8613900001234", "13900001234"),
        ("028-86110000", "02886110000"),
        ("110", "110"),
        ("anonymous", ""),
        ("", ""),
    ],
)
def test_one_number_has_one_form(told: str, number: str) -> None:
    assert plain_number(told) == number


@given(st.text(max_size=64))
def test_any_caller_is_a_number_or_withheld(told: str) -> None:
    number = plain_number(told)
    assert number == "" or (number.isdecimal() and plain_number(number) in (number, plain_number(number)))


def event(**changes: Any) -> dict[str, Any]:
    return {
        "event": "answered",
        "call_id": "c-1",
        "at": "2026-09-07T09:00:00+08:00",
        "agent": "a001",
        **changes,
    }


def test_an_event_is_read_with_its_work_number_or_its_telephone() -> None:
    first, second = read_events({"events": [event(), event(agent="", extension="8001")]}, NOW)
    assert (first.agent, first.extension, first.at) == ("A001", "", NOW)
    assert (second.agent, second.extension) == ("", "8001")


@pytest.mark.parametrize(
    "changes",
    [
        {"event": "exploded"},
        {"call_id": ""},
        {"call_id": "a b"},
        {"call_id": 5},
        {"at": "2026-09-07T09:00:00"},
        {"at": "yesterday"},
        {"at": "2026-09-07T09:10:00+08:00"},
        {"at": "2026-07-07T09:00:00+08:00"},
        {"agent": "A 1"},
        {"agent": "", "extension": ""},
        {"agent": "", "extension": "x1"},
        {"caller": 5},
        {"caller": "1" * 65},
        {"line": "<b>"},
    ],
)
def test_what_is_no_event_is_refused_by_its_field(changes: dict[str, Any]) -> None:
    with pytest.raises(BadRequest) as refused:
        read_events({"events": [event(), event(**changes)]}, NOW)
    assert refused.value.more["errors"][0]["field"].startswith("events[1].")


@pytest.mark.parametrize("events", [None, [], {}, ["x"], [event()] * 101])
def test_a_request_holds_a_list_of_events(events: Any) -> None:
    with pytest.raises(BadRequest):
        read_events({"events": events}, NOW)


def test_the_edges_of_time_are_within() -> None:
    for offset in (AHEAD_S, -OLDEST_DAYS * 86_400):
        assert read_events({"events": [event()]}, NOW - offset)


CASE = Case("LJ20260907-000001", "open", "", 1, 0, 0.0)


def test_three_calls_in_vain_close_a_case_and_each_attempt_frees_it() -> None:
    case = CASE
    for tries in (1, 2):
        case = step(step(case, "claim", "A001", 10 * tries), "no_answer", "A001", 10 * tries + 5)
        assert (case.state, case.agent, case.tries, case.tried_at) == ("open", "", tries, 15)
    case = step(step(case, "claim", "A002", 40), "no_answer", "A002", 45)
    assert (case.state, case.agent, case.tries, case.closed_at) == ("unreached", "A002", 3, 45)
    with pytest.raises(MissedChanged):
        step(case, "claim", "A001", 50)


def test_only_whoever_claimed_a_case_moves_it_on() -> None:
    mine = step(CASE, "claim", "A001", 5)
    for move in ("reached", "no_answer", "unneeded", "release", "claim"):
        with pytest.raises(MissedChanged):
            step(mine, move, "A002", 6)  # type: ignore[arg-type]
    assert step(mine, "release", "A001", 6) == replace(CASE, version=3)
    assert step(mine, "unneeded", "A001", 6, "nuisance").reason == "nuisance"
    assert step(mine, "reached", "A001", 6).state == "reached"


def test_a_case_that_was_left_lying_goes_to_somebody_else() -> None:
    mine = step(CASE, "claim", "A001", 5)
    assert not can_claim(mine, "A002", 4 + LEFT_LYING_S)
    assert step(mine, "claim", "A002", 5 + LEFT_LYING_S).agent == "A002"


def test_who_comes_through_needs_no_call_and_a_closed_case_stays_closed() -> None:
    assert came_through(CASE, 9).state == "came"
    closed = step(step(CASE, "claim", "A001", 5), "reached", "A001", 6)
    assert came_through(closed, 9) is closed
