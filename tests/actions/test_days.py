"""What a person calls yesterday is counted from the platform's clock, not from this machine's."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.days import moved

PLATFORM = dt.date(2022, 9, 5)  # a Monday
MACHINE = dt.date(2026, 11, 25)  # a Wednesday


@pytest.mark.parametrize(
    ("day", "moves", "expected"),
    [
        (dt.date(2026, 11, 24), "day", dt.date(2022, 9, 4)),  # 昨天
        (dt.date(2026, 11, 20), "week", dt.date(2022, 9, 2)),  # 上周五
        (dt.date(2026, 11, 20), "past_weekday", dt.date(2022, 9, 2)),  # 周五做的
        (dt.date(2026, 11, 25), "past_weekday", dt.date(2022, 8, 31)),  # 周三做的
        (dt.date(2026, 9, 3), "nearest_year", dt.date(2022, 9, 3)),  # 9月3号
        (dt.date(2026, 12, 30), "nearest_year", dt.date(2022, 12, 30)),
        (dt.date(2026, 11, 3), "nearest_month", dt.date(2022, 9, 3)),  # 3号
        (dt.date(2026, 10, 31), "month", dt.date(2022, 8, 31)),  # 上个月31号
        (dt.date(2021, 9, 3), "never", dt.date(2021, 9, 3)),
    ],
)
def test_a_day_moves_to_the_platform_s_calendar(day: dt.date, moves: str, expected: dt.date) -> None:
    assert moved(day, MACHINE, moves, PLATFORM) == expected


@given(st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)), st.integers(-40, 40))
def test_yesterday_is_the_day_before_whatever_the_clocks_say(today: dt.date, away: int) -> None:
    named = MACHINE + dt.timedelta(days=away)
    assert moved(named, MACHINE, "day", today) == today + dt.timedelta(days=away)


@given(
    st.dates(dt.date(2020, 3, 1), dt.date(2030, 1, 1)),
    st.dates(dt.date(2020, 3, 1), dt.date(2030, 1, 1)),
    st.sampled_from(["day", "week", "past_weekday", "month", "nearest_month", "nearest_year", "never"]),
)
def test_nothing_moves_where_both_clocks_agree(day: dt.date, today: dt.date, moves: str) -> None:
    assert moved(day, today, moves, today) == day


@given(
    st.dates(dt.date(2020, 3, 1), dt.date(2030, 1, 1)),
    st.dates(dt.date(2020, 3, 1), dt.date(2030, 1, 1)),
)
def test_a_weekday_keeps_its_name(day: dt.date, today: dt.date) -> None:
    for moves in ("week", "past_weekday"):
        assert moved(day, MACHINE, moves, today).weekday() == day.weekday()
