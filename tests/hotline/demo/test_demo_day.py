"""A day of the demonstration: always the same, of every kind, written once, and only into a demonstration."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hotline.chats.store import ChatStore
from hotline.demo.day import day_file, plan
from hotline.demo.filling import MARK, Filling, NotADemonstration
from hotline.desk import build
from hotline.words import CHINA
from tests.hotline.conftest import Running, settings_for

DAY = dt.date(2022, 9, 4)
#: The shipped day with fewer chats.
SMALL = {**day_file(), "chats": 60}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Running]:
    """A desk without its process, late in the morning: nothing ticks while the day is written."""
    clock = [dt.datetime(2022, 9, 5, 11, tzinfo=CHINA).timestamp()]
    built = build(settings_for("http://127.0.0.1:9", tmp_path), lambda: clock[0])
    yield Running("", built, clock)
    built.close()


def test_a_date_has_one_day_of_its_own() -> None:
    assert plan(DAY, day_file()) == plan(DAY, day_file())
    assert plan(DAY, day_file()) != plan(DAY + dt.timedelta(days=1), day_file())


def test_a_day_has_everything_that_its_file_names_and_is_busiest_in_the_morning() -> None:
    planned, file = plan(DAY, day_file()), day_file()
    assert len(planned) == file["chats"]
    assert {chat.outcome for chat in planned} == set(file["outcomes"])
    assert {chat.reason for chat in planned} == set(file["reasons"])
    assert {chat.agent for chat in planned} == set(file["agents"])
    assert {chat.turn for chat in planned} == set(file["turns"])
    assert {chat.channel for chat in planned} == set(file["channels"])
    assert {chat.rating for chat in planned} == {1, 2, 3, 4, 5, None}
    hours = [dt.datetime.fromtimestamp(chat.at, CHINA).hour for chat in planned]
    assert sum(9 <= hour < 12 for hour in hours) > 5 * sum(hour < 6 for hour in hours)


def test_a_second_run_adds_nothing_and_no_letter_is_owed(desk: Running) -> None:
    filling = Filling(desk.desk, SMALL)
    now = desk.clock[0]
    written = filling.chats(now)
    assert written > SMALL["chats"]
    assert filling.questions(now) == len(SMALL["questions"])
    assert (filling.chats(now), filling.questions(now)) == (0, 0)
    store = ChatStore(desk.desk.engine, desk.desk.settings.chats.key, desk.desk.settings.chats.timers)
    closed = store.in_state("closed")
    assert len(closed) == written
    assert all(chat.conversation_id.startswith(MARK) and chat.opened_at < now for chat in closed)
    assert {chat.outcome for chat in closed} == set(SMALL["outcomes"])
    happened = {event.body.get("what") for chat in closed for event in store.events(chat.chat_id)}
    assert {"transferred", "joined", "reopened", "rated"} <= happened
    assert store.due(now) == []


def test_later_on_the_day_what_came_since_is_added(desk: Running) -> None:
    filling = Filling(desk.desk, SMALL)
    filling.chats(desk.clock[0])
    assert 0 < filling.chats(desk.clock[0] + 3 * 3600) < SMALL["chats"]


def test_into_a_real_desk_nothing_is_written(desk: Running) -> None:
    real = replace(desk.desk, settings=replace(desk.desk.settings, demo=False))
    with pytest.raises(NotADemonstration):
        Filling(real)
