"""Chats as counts: a day reckoned by hand, parts that add up, a night that goes on after midnight, an empty day."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hotline.figures.counts import Counts, added, prefecture_of
from hotline.figures.days import bounds, day_of
from hotline.figures.definitions import by_key, definitions, value_of
from hotline.figures.facts_chats import ChatFact, count
from hotline.figures.sources import chats_of
from tests.hotline.conftest import Running
from tests.hotline.figures.conftest import DAY

OUTCOMES = ("answered", "returned", "abandoned", "expired", "nobody_there", "off_hours", "citizen_idle")


@st.composite
def facts(draw: Any) -> ChatFact:
    opened = draw(st.floats(0, 86_399))
    taken = draw(st.none() | st.floats(0, 900))
    reply = None if taken is None else draw(st.none() | st.floats(taken, taken + 600))
    ended = draw(st.none() | st.floats(max(taken or 0, reply or 0), 3600))
    return ChatFact(
        channel=draw(st.sampled_from(["web", "wechat"])),
        reason=draw(st.sampled_from(["asked", "failures", "taken_over"])),
        topic=draw(st.sampled_from(["", "submit_appeal", "query_vaccine"])),
        district=draw(st.sampled_from(["", "510107", "513401", "110101", "51"])),
        opened_at=opened,
        taken_at=None if taken is None else opened + taken,
        first_reply_at=None if reply is None else opened + reply,
        ended_at=None if ended is None else opened + ended,
        outcome=None if ended is None else draw(st.sampled_from(OUTCOMES)),
        rating=draw(st.none() | st.integers(1, 5)),
    )


def test_every_figure_of_the_day_as_reckoned_by_hand(worked: Running, after_midnight: float) -> None:
    counts = chats_of(worked.desk.engine, DAY, after_midnight)
    assert (counts.whole("asked"), counts.whole("connected"), counts.whole("missed")) == (8, 4, 3)
    assert (counts.whole("undecided"), counts.whole("taken_over")) == (1, 1)
    assert counts.parts("missed", "outcome") == {"abandoned": 1, "expired": 1, "nobody_there": 1}
    assert counts.parts("asked", "hour") == {"09": 2, "10": 3, "23": 3}
    assert counts.parts("asked", "district") == {"510100": 6, "510700": 1, "": 1}
    assert counts.parts("connected", "wait") == {"30": 1, "60": 2, "180": 1}
    expected = {
        "asked": 8,
        "connection": 4 / 7,
        "wait": (20 + 100 + 60 + 60) / 4,
        "reply_in_time": 2 / 5,
        "reply": (50 + 200 + 120) / 3,
        "talk": (600 + 300 + 260) / 3,
        "satisfaction": 2 / 3,
        "rating": 3 / 4,
    }
    assert {key: value_of(by_key()[key], counts).number for key in expected} == expected


def test_a_night_belongs_to_the_day_it_began(worked: Running, after_midnight: float) -> None:
    following = chats_of(worked.desk.engine, DAY + dt.timedelta(days=1), after_midnight)
    assert following == Counts()


@given(st.lists(facts(), max_size=30), st.floats(0, 200_000))
def test_parts_add_up_to_the_whole(chats: list[ChatFact], now: float) -> None:
    counts = count(chats, now)
    for name, by in (
        ("asked", "channel"), ("asked", "topic"), ("asked", "district"), ("asked", "hour"), ("asked", "reason"),
        ("connected", "wait"), ("connected", "district"), ("missed", "outcome"), ("ended", "outcome"),
        ("rated", "score"),
    ):  # fmt: skip
        assert sum(counts.parts(name, by).values()) == counts.whole(name), (name, by)  # type: ignore[arg-type]
    assert counts.whole("asked") == sum(counts.whole(name) for name in ("connected", "missed", "undecided"))
    assert counts.whole("asked") + counts.whole("taken_over") == len(chats)


@given(st.lists(facts(), max_size=30), st.floats(0, 200_000))
def test_no_share_is_beyond_the_whole(chats: list[ChatFact], now: float) -> None:
    counts = count(chats, now)
    for one in definitions():
        number = value_of(one, counts).number
        if one.kind == "share" and number is not None and one.key != "rating":
            assert 0 <= number <= 1, one.key


@given(st.lists(facts(), max_size=20), st.integers(0, 20))
def test_days_can_be_added_up(chats: list[ChatFact], cut: int) -> None:
    whole = count(chats, 100_000.0)
    assert added([count(chats[:cut], 100_000.0), count(chats[cut:], 100_000.0)]) == whole


def test_a_day_without_chats_has_no_rates_at_all() -> None:
    numbers = {one.key: value_of(one, count([], 0.0)).number for one in definitions() if one.kind != "count"}
    assert set(numbers.values()) == {None}


@given(st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1)))
def test_days_are_chinas_and_follow_one_another(day: dt.date) -> None:
    begin, end = bounds(day)
    assert (day_of(begin), day_of(end - 1), day_of(end)) == (day, day, day + dt.timedelta(days=1))


def test_a_place_counts_for_its_prefecture() -> None:
    codes = ("510107", "510100", "513401", "510107001000", "510000", "51", "110101", "")
    assert [prefecture_of(code) for code in codes] == ["510100", "510100", "513400", "510100", "", "", "", ""]
