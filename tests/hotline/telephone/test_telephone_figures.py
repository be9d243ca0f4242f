"""Telephone figures reckoned by hand, from which day on they count, staffing with lost calls, the demonstration."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hotline.chats.service import Snapshot
from hotline.demo.day import day_file
from hotline.demo.filling import Filling
from hotline.demo.phones import plan_phones
from hotline.desk import Desk, build
from hotline.figures.board import Phones, board_of
from hotline.figures.counts import Counts
from hotline.figures.days import Period
from hotline.figures.door import Figures
from hotline.figures.facts_phone import BACK_WITHIN_S, BackFact, PhoneFact, count
from hotline.figures.report import HOUR_HEAD, hour_rows
from hotline.figures.summary import Summary
from hotline.shifts.book import shift_book
from hotline.shifts.demand import calls_of, offered_since
from hotline.telephone.events import Event
from hotline.web.figures_words import missing_words
from hotline.words import CHINA
from tests.hotline.conftest import settings_for
from tests.hotline.telephone.conftest import NINE, lost, taken

DAY = dt.date(2026, 9, 7)
HOW = shift_book().staffing


@pytest.fixture
def clock() -> list[float]:
    return [NINE]


@pytest.fixture
def desk(tmp_path: Path, clock: list[float]) -> Iterator[Desk]:
    """A desk without its process."""
    built = build(settings_for("http://127.0.0.1:9", tmp_path), lambda: clock[0])
    yield built
    built.close()


def summary(desk: Desk, period: Period) -> Summary:
    """Read a period after everything that is due has been counted."""

    async def read() -> Summary:
        door = Figures(desk)
        await door.counting.catch_up()
        try:
            return await door.summary(period)
        finally:
            await door.close()

    return asyncio.run(read())


def words_of(found: Summary) -> dict[str, str]:
    return {tile.definition.label: tile.words for tile in found.tiles if tile.definition.group == "telephone"}


def test_a_day_of_calls_reckoned_by_hand() -> None:
    calls = [
        PhoneFact(NINE, NINE + 10, NINE + 200, "answered"),  # in time
        PhoneFact(NINE, NINE + 15, NINE + 300, "answered"),  # just in time
        PhoneFact(NINE, NINE + 35, None, "answered"),  # too late, still talking
        PhoneFact(NINE, None, NINE + 60, "abandoned"),  # waited too long and hung up
        PhoneFact(NINE, None, NINE + 5, "abandoned"),  # proves nothing about the 15 seconds
        PhoneFact(NINE + 3600, None, NINE + 3630, "unanswered"),
        PhoneFact(NINE, None, None, ""),  # rings
    ]
    counts = count(calls, [], NINE + 7200)
    told = {name: counts.whole(f"phone_{name}") for name in (
        "calls", "answered", "missed", "undecided", "due", "in_time", "wait_s", "abandoned"
    )}  # fmt: skip
    assert told == {
        "calls": 7, "answered": 3, "missed": 3, "undecided": 1, "due": 5, "in_time": 2, "wait_s": 60, "abandoned": 2
    }  # fmt: skip
    assert counts.parts("phone_missed", "hour") == {"09": 2, "10": 1}


def test_calling_back_is_decided_after_two_hours_and_who_came_owes_none() -> None:
    late = NINE + BACK_WITHIN_S + 1
    cases = [
        BackFact("reached", NINE, NINE + 600, NINE + 600),
        BackFact("open", NINE, NINE + 600, None),  # called in time, in vain
        BackFact("reached", NINE, late, late),
        BackFact("unneeded", NINE, None, NINE + 60),
        BackFact("came", NINE, None, NINE + 60),
        BackFact("open", NINE, None, None),
    ]
    for now, due in ((NINE + 60, 4), (late, 5)):
        counts = count([], cases, now)
        assert (counts.whole("phone_back_due"), counts.whole("phone_back_in_time")) == (due, 3)
        assert counts.whole("phone_came") == 1


def test_days_before_the_exchange_was_connected_are_not_counted(desk: Desk, clock: list[float]) -> None:
    labels = {"telephone": "电话"}
    week = Period("week", DAY - dt.timedelta(days=6), DAY)
    before = summary(desk, week)
    assert set(words_of(before).values()) == {"无数据"}
    assert "telephone" not in before.missing
    assert hour_rows(before)[9][4:] == ("无数据",) * 3
    desk.telephone.take(
        [*taken("c1", NINE - 600), Event("ended", "c1", NINE - 60), *lost("c2", NINE - 300)], NINE
    )
    clock[0] += 60
    after = summary(desk, week)
    words = words_of(after)
    assert (words["来电"], words["电话接通率"], words["15秒内接听"], words["漏接来电"]) == (
        "2",
        "50.0%",
        "50.0%",
        "1",
    )
    assert words["平均等待接听"] == "10秒"
    assert missing_words(replace(after, missing={"telephone": after.missing["telephone"]}), labels) == (
        "本期有数据没有取到：电话缺6天。这些天不在下面的数字里。"
    )
    assert dict(zip(HOUR_HEAD, hour_rows(after)[8], strict=True))["来电"] == "2"
    assert words_of(summary(desk, Period("free", week.first, DAY - dt.timedelta(days=1))))["来电"] == "无数据"


def test_the_board_shows_the_telephone_once_an_exchange_is_connected(desk: Desk) -> None:
    async def phones() -> Phones | None:
        door = Figures(desk)
        try:
            return await door.phone_today()
        finally:
            await door.close()

    assert asyncio.run(phones()) is None
    desk.telephone.take(
        [*taken("c1", NINE - 600), *lost("c2", NINE - 300), Event("ringing", "c3", NINE - 9)], NINE
    )
    found = asyncio.run(phones())
    assert found is not None and (found.ringing, found.to_call_back) == (1, 1)
    assert found.today.whole("phone_calls") == 3
    nothing = Snapshot(0, (), (), ())
    board = board_of(nothing, Counts(), found, NINE).wire()
    assert (board["phone_calls"], board["phone_connection"], board["phone_wait"]) == ("3", "50.0%", "10秒")
    assert board_of(nothing, Counts(), None, NINE).phone_calls == ""


def test_staffing_counts_lost_calls_from_the_first_whole_day_on(desk: Desk, clock: list[float]) -> None:
    now = dt.datetime.fromtimestamp(NINE, CHINA)
    week = 7 * 86_400
    assert offered_since(desk.engine, now, HOW) is None
    for ago in (1, 2, 3):
        desk.assist.calls.begin("A001", now - dt.timedelta(seconds=ago * week - 60))
    assert calls_of(desk.engine, now, HOW).arrivals[0][9] == 3 / 4
    first = NINE - 2 * week - 86_400  # on the Sunday before: no whole day
    desk.telephone.take(lost("c0", first), first)
    for number, at in enumerate((NINE - 2 * week + 60, NINE - week + 60, NINE - week + 120), 1):
        desk.telephone.take(lost(f"c{number}", at, f"1390000000{number}"), at)
    assert offered_since(desk.engine, now, HOW) == now.replace(hour=0) - dt.timedelta(weeks=2)
    stream = calls_of(desk.engine, now, HOW)
    assert stream.arrivals[0][9] == (1 + 3) / 4  # one that was written down before, three that rang since
    assert stream.arrivals[6][9] == 0


def test_the_demonstrations_telephone_is_the_same_every_time_and_opens_nothing(
    desk: Desk, clock: list[float]
) -> None:
    file = {
        **day_file(),
        "phones": {**day_file()["phones"], "calls": 40, "outcomes": {"answered": 50, "abandoned": 50}},
    }
    clock[0] = NINE + 6 * 3600
    assert list(plan_phones(DAY, file)) == list(plan_phones(DAY, file))
    filling = Filling(desk, file)
    written = filling.phones(clock[0])
    assert written > file["phones"]["calls"]
    assert filling.phones(clock[0]) == 0
    assert all(desk.assist.calls.listed(agent, 9) == [] for agent in file["agents"])
    states = {one.case.state for one in desk.telephone.callbacks.listed(0)}
    assert {"open", "reached", "came"} <= states
    assert 0 < filling.phones(clock[0] + 3 * 3600) < written
