"""Times, distances and people in the form people say them."""

from __future__ import annotations

from datetime import date, datetime, timezone

import pytest

from actions import speech


@pytest.mark.parametrize(
    ("hour", "minute", "said"),
    [
        (16, 20, "9月5日下午4点20分"),
        (9, 0, "9月5日上午9点"),
        (12, 5, "9月5日中午12点5分"),
        (0, 30, "9月5日凌晨0点30分"),
        (23, 59, "9月5日晚上11点59分"),
    ],
)
def test_a_moment_is_said_as_people_say_it(hour: int, minute: int, said: str) -> None:
    assert speech.moment(datetime(2022, 9, 5, hour, minute, tzinfo=speech.CHINA)) == said


def test_a_moment_of_another_zone_is_told_in_chinese_time() -> None:
    assert speech.moment(datetime(2022, 9, 5, 8, 20, tzinfo=timezone.utc)) == "9月5日下午4点20分"
    assert speech.moment(datetime(2022, 9, 5, 8, 20, tzinfo=timezone.utc), "en") == "4:20 pm on 5 September"


def test_spans_turn_to_days_after_the_last_band() -> None:
    assert speech.span(23.6) == "24小时"
    assert speech.span(71) == "71小时"
    assert speech.span(80) == "3天"
    assert speech.span(80, "en") == "3 days"


def test_waiting_is_rounded_up() -> None:
    assert speech.minutes(1) == "1分钟"
    assert speech.minutes(61) == "2分钟"
    assert speech.minutes(900, "en") == "15 minutes"


def test_a_distance_to_a_guessed_point_is_said_to_be_approximate() -> None:
    assert speech.distance(812, "site") == "810米"
    assert speech.distance(812, "county") == "约810米"
    assert speech.distance(3456, None, "en") == "about 3.5 km"


def test_whose_code_it_is() -> None:
    assert speech.whose(None) == "您"
    assert speech.whose("母亲") == "您母亲"
    assert speech.whose("母亲", "en") == "your mother's"
    assert speech.whose("舅舅", "en") == "your family member's"


def test_a_day_is_read_from_dates_too() -> None:
    assert speech.day(date(2022, 9, 1)) == "9月1日"
