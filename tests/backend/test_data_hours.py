"""Opening hours of notices, and the pure search of sites."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.clock import CHINA
from backend.places.distance import Point, metres_between, nearest
from backend.places.hours import parse_hours

MONDAY = datetime(2022, 9, 5, tzinfo=CHINA)


def opens(text: str, day: int, clock: str) -> bool:
    """Whether hours written as `text` are open on a day (0 = Monday) at `hh:mm`."""
    hours = parse_hours(text)
    assert hours is not None, text
    hour, minute = map(int, clock.split(":"))
    return hours.open_at(MONDAY + timedelta(days=day, hours=hour, minutes=minute))


@pytest.mark.parametrize(
    ("text", "day", "clock", "expected"),
    [
        ("8:00-12:00,14:00-17:30", 0, "08:00", True),
        ("8:00-12:00,14:00-17:30", 0, "12:00", False),
        ("8:00-12:00,14:00-17:30", 6, "17:29", True),
        ("08:30-11:30; 15:00-18:00", 0, "13:00", False),
        ("8：00—12：00，14：00—17：30", 0, "14:00", True),
        ("24小时", 6, "03:00", True),
        ("全天", 2, "23:59", True),
        ("00:00-24:00", 2, "23:59", True),
        ("周一至周五8:00-18:00", 5, "10:00", False),
        ("周一至周五8:00-18:00", 4, "10:00", True),
        ("周一至周五 8:00-18:00；周六 9:00-12:00", 5, "10:00", True),
        ("周一至周五 8:00-18:00；周六 9:00-12:00", 6, "10:00", False),
        ("20:00-次日2:00", 0, "01:59", True),
        ("20:00-次日2:00", 0, "02:00", False),
        ("上午8:30-12:00,下午2:00-5:30", 0, "17:00", True),
        ("每天8点-20点", 0, "19:59", True),
        ("上午8点半至11点", 0, "08:20", False),
    ],
)
def test_open_at(text: str, day: int, clock: str, expected: bool) -> None:
    assert opens(text, day, clock) is expected


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "  ",
        "请电话咨询",
        "工作时间",
        "25:00-26:00",
        "8:00-",
        "8:70-9:00",
        "12:00-8:00",
        "法定工作日8:00-17:00",
        "8:00-12:00，节假日除外",
    ],
)
def test_what_is_not_understood_is_unknown(text: str | None) -> None:
    assert parse_hours(text) is None


@given(st.text(max_size=40))
def test_any_text_is_hours_or_unknown(text: str) -> None:
    hours = parse_hours(text)
    assert hours is None or isinstance(hours.open_at(MONDAY), bool)


@given(st.integers(0, 22 * 60), st.integers(1, 120), st.integers(0, 7 * 24 * 60 - 1))
def test_a_span_is_open_from_its_first_minute_until_its_last(start: int, length: int, moment: int) -> None:
    end = min(start + length, 24 * 60)
    hours = parse_hours(f"{start // 60}:{start % 60:02d}-{end // 60}:{end % 60:02d}")
    assert hours is not None
    assert hours.open_at(MONDAY + timedelta(minutes=moment)) == (start <= moment % 1440 < end)


def test_distance_of_two_stations_of_chengdu() -> None:
    east, north = Point(30.6310, 104.1365), Point(30.6960, 104.0697)
    assert 9_400 < metres_between(east, north) < 9_800
    assert metres_between(east, east) == 0


@given(st.floats(-90, 90), st.floats(-180, 180), st.floats(-90, 90), st.floats(-180, 180))
def test_distance_is_the_same_both_ways(a: float, b: float, c: float, d: float) -> None:
    one, other = Point(a, b), Point(c, d)
    assert metres_between(one, other) == pytest.approx(metres_between(other, one), abs=1e-3)
    assert 0 <= metres_between(one, other) <= 20_020_000


@pytest.mark.parametrize("lat", [91, -90.5, float("nan"), float("inf")])
def test_a_point_off_the_earth_is_refused(lat: float) -> None:
    with pytest.raises(ValueError, match="not a position"):
        Point(lat, 104)


def test_nearest_leaves_out_what_has_no_position() -> None:
    places = {"far": Point(31, 104), "near": Point(30.1, 104), "nowhere": None}
    found = nearest(Point(30, 104), places, places.__getitem__, 5)
    assert [name for _, name in found] == ["near", "far"]


@pytest.mark.parametrize(
    ("text", "day", "clock", "expected"),
    [
        ("8:00-12:00,14:00-17:30", 0, "09:00", (0, "12:00")),
        ("8:00-12:00,14:00-17:30", 0, "12:00", (0, "14:00")),
        ("8:00-12:00,14:00-17:30", 0, "18:00", (1, "08:00")),
        ("8:00-12:00,12:00-17:30", 0, "09:00", (0, "17:30")),
        ("周一至周五8:00-18:00", 4, "19:00", (7, "08:00")),
        ("20:00-次日2:00", 0, "23:00", (1, "02:00")),
        ("24小时", 0, "03:00", None),
    ],
)
def test_when_it_next_opens_or_closes(
    text: str, day: int, clock: str, expected: tuple[int, str] | None
) -> None:
    def moment(number: int, said: str) -> datetime:
        hour, minute = map(int, said.split(":"))
        return MONDAY + timedelta(days=number, hours=hour, minutes=minute)

    hours = parse_hours(text)
    assert hours is not None
    change = hours.changes_after(moment(day, clock))
    assert change == (moment(*expected) if expected else None)


@given(
    st.integers(0, 7 * 24 * 60 - 1),
    st.sampled_from(["8:00-12:00,14:00-17:30", "周六 9:00-12:00", "22:00-次日6:00"]),
)
def test_nothing_changes_before_the_next_change(minute: int, text: str) -> None:
    hours = parse_hours(text)
    assert hours is not None
    now = MONDAY + timedelta(minutes=minute)
    change = hours.changes_after(now)
    assert change is not None
    assert change > now
    assert hours.open_at(change - timedelta(minutes=1)) is hours.open_at(now)
    assert hours.open_at(change) is not hours.open_at(now)
