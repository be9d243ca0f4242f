"""Who is asked, and how long it takes: skill first, then the least busy; honest when nothing is known."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.chats import routing
from hotline.chats.hours import Hours
from hotline.chats.model import Chat
from hotline.chats.routing import Candidate
from hotline.chats.waiting import LEAST_MEASURED, expected_wait
from hotline.words import CHINA


def chat(**changes: Any) -> Chat:
    base = Chat("c", "web-1", "web", "asked", "zh", opened_at=0.0, state_since=0.0, queued_since=0.0)
    return replace(base, **changes)


def agent(number: str, *skills: str, load: int = 0, capacity: int = 3, idle_since: float = 0.0) -> Candidate:
    return Candidate(number, frozenset(skills), capacity, load, idle_since)


def test_the_least_busy_is_asked_then_who_waits_longest() -> None:
    there = [agent("A1", load=2), agent("A2", load=1, idle_since=9), agent("A3", load=1, idle_since=5)]
    assert routing.choose(chat(), there, 0.0) == "A3"


def test_nobody_is_asked_beyond_capacity() -> None:
    assert routing.choose(chat(), [agent("A1", load=3), agent("A2", load=1, capacity=1)], 0.0) is None


def test_english_waits_a_while_for_english_and_then_takes_anybody() -> None:
    there = [agent("A1"), agent("A2", "lang:en", load=3)]
    english = chat(language="en")
    assert routing.choose(english, there, 59.0) is None
    assert routing.choose(english, there, 60.0) == "A1"
    assert routing.choose(english, [agent("A1"), agent("A2", "lang:en", load=2)], 0.0) == "A2"
    assert routing.choose(english, [agent("A1")], 0.0) == "A1"


def test_topic_counts_more_than_district_and_a_prefecture_covers_its_districts() -> None:
    wish = chat(topic="submit_appeal", district="510107")
    near, knows = agent("A1", "district:510100"), agent("A2", "topic:appeal", load=2)
    assert routing.choose(wish, [near, knows], 0.0) == "A2"
    assert routing.choose(wish, [near, agent("A3")], 0.0) == "A1"


def test_a_group_is_a_must() -> None:
    wish = chat(group="group:medical")
    assert routing.choose(wish, [agent("A1")], 1e6) is None
    assert routing.choose(wish, [agent("A1"), agent("A2", "group:medical", load=2)], 0.0) == "A2"


def test_who_did_not_come_is_asked_again_only_when_nobody_else_is_there() -> None:
    wish = chat(passed=("A1",))
    assert routing.choose(wish, [agent("A1"), agent("A2", load=2)], 0.0) == "A2"
    assert routing.choose(wish, [agent("A1"), agent("A2", load=3)], 0.0) is None
    assert routing.choose(wish, [agent("A1")], 0.0) == "A1"


def test_danger_is_served_before_everybody_and_then_who_came_first() -> None:
    waiting = [
        chat(chat_id="late", opened_at=9.0),
        chat(chat_id="first", opened_at=1.0),
        chat(chat_id="danger", opened_at=10.0, priority=0),
    ]
    assert [c.chat_id for c in routing.order(waiting)] == ["danger", "first", "late"]


def test_the_wait_is_not_told_before_enough_was_measured() -> None:
    assert expected_wait(2, [240.0] * (LEAST_MEASURED - 1), capacity=3, load=3) is None
    assert expected_wait(2, [240.0] * LEAST_MEASURED, capacity=3, load=3) == pytest.approx(240.0)


def test_no_wait_while_somebody_is_free_and_no_promise_while_nobody_is_there() -> None:
    assert expected_wait(0, [], capacity=3, load=2) == 0.0
    assert expected_wait(0, [100.0] * 9, capacity=0, load=0) is None


@given(
    st.integers(0, 50),
    st.lists(st.floats(1, 3600), min_size=5, max_size=50),
    st.integers(1, 60),
    st.integers(0, 60),
)
def test_who_is_further_back_waits_longer(ahead: int, handled: list[float], capacity: int, load: int) -> None:
    here = expected_wait(ahead, handled, capacity, load)
    behind = expected_wait(ahead + 1, handled, capacity, load)
    assert here is not None
    assert behind is not None
    assert 0 <= here <= behind


@pytest.mark.parametrize(
    ("text", "hour", "is_open"),
    [
        ("00:00-24:00", 3, True),
        ("08:00-22:00", 7, False),
        ("08:00-22:00", 8, True),
        ("08:00-22:00", 22, False),
        ("20:00-06:00", 23, True),
        ("20:00-06:00", 5, True),
        ("20:00-06:00", 12, False),
    ],
)
def test_hours_go_by_the_clock_of_china(text: str, hour: int, is_open: bool) -> None:
    moment = dt.datetime(2022, 9, 5, hour, 0, tzinfo=CHINA).timestamp()
    assert Hours.parse(text).are_open(moment) is is_open


@pytest.mark.parametrize("text", ["", "8-22", "08:00", "08:00-25:00", "08:00-24:30", "08:60-09:00"])
def test_hours_written_otherwise_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"08:00-22:00|24:00"):
        Hours.parse(text)
