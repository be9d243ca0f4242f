"""Phones, tickets, days and lengths of time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.date_extractor import CHINA, DateExtractor, reference_time
from bot.nlu.dates import find_dates
from bot.nlu.duration_extractor import DurationExtractor
from bot.nlu.durations import find_durations
from bot.nlu.numerals import number
from bot.nlu.phone_extractor import PhoneExtractor
from bot.nlu.ticket_extractor import TicketExtractor

Extract = Callable[..., list[dict[str, Any]]]
MONDAY = dt.datetime(2022, 9, 5, 9, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("昨天做的核酸", "2022-09-04"),
        ("大前天", "2022-09-02"),
        ("3天前", "2022-09-02"),
        ("两天以前", "2022-09-03"),
        ("上周五", "2022-09-02"),
        ("周五做的核酸", "2022-09-02"),
        ("周五去", "2022-09-09"),
        ("下周一", "2022-09-12"),
        ("礼拜天回来", "2022-09-11"),
        ("9月3号", "2022-09-03"),
        ("九月三日", "2022-09-03"),
        ("９月３日", "2022-09-03"),
        ("2022-08-31", "2022-08-31"),
        ("2022年8月31日", "2022-08-31"),
        ("22年8月31日", "2022-08-31"),
        ("9.3做的", "2022-09-03"),
        ("28号做的核酸", "2022-08-28"),
        ("上个月28号", "2022-08-28"),
        ("1月1日", "2023-01-01"),
        ("12月30号", "2022-12-30"),
        ("yesterday", "2022-09-04"),
        ("last friday", "2022-09-02"),
        ("3 days ago", "2022-09-02"),
        ("Sep 3rd", "2022-09-03"),
        ("3 September", "2022-09-03"),
    ],
)
def test_days_are_read_relative_to_the_time_of_speaking(extract: Extract, typed: str, day: str) -> None:
    (found,) = extract(DateExtractor, typed)
    assert (found["value"], found["grain"]) == (day, "day")


@pytest.mark.parametrize(
    "typed",
    [
        "14号楼",
        "3号线",
        "2月30号",
        "第三天",
        "5月",
        "几天转绿",
        "72小时",
        "三天后能转绿吗",
        "16号公告",
        "1.5米",
    ],
)
def test_what_is_no_day_is_not_read_as_one(extract: Extract, typed: str) -> None:
    assert extract(DateExtractor, typed) == []


@pytest.mark.parametrize(
    ("typed", "first", "last", "moves"),
    [
        ("前几天去过上海", "2022-08-31", "2022-09-03", "day"),
        ("这两天能做不", "2022-09-04", "2022-09-05", "day"),
        ("上周去的", "2022-08-29", "2022-09-04", "week"),
        ("9月初回来的", "2022-09-01", "2022-09-10", "nearest_year"),
        ("上个月底", "2022-08-21", "2022-08-31", "month"),
        ("刚才做的", "2022-09-05", None, "day"),
        ("昨晚做的", "2022-09-04", None, "day"),
        ("周五做的核酸", "2022-09-02", None, "past_weekday"),
        ("3.15去的", "2022-03-15", None, "nearest_year"),
        ("2021年11月3日", "2021-11-03", None, "never"),
    ],
)
def test_a_day_says_how_it_moves_with_today(
    extract: Extract, typed: str, first: str, last: str | None, moves: str
) -> None:
    (found,) = extract(DateExtractor, typed)
    assert (found["value"], found.get("until"), found["moves"]) == (first, last, moves)
    assert found["as_of"] == "2022-09-05"


def test_time_of_day_is_kept(extract: Extract) -> None:
    (found,) = extract(DateExtractor, "昨天下午三点半做的")
    assert (found["value"], found["part"], found["time"]) == ("2022-09-04", "下午", "15:30")
    (found,) = extract(DateExtractor, "9月4日16:20采样")
    assert found["time"] == "16:20"


def test_the_reference_comes_from_the_message_or_the_clock() -> None:
    assert reference_time({"reference_time": "2022-09-04T17:00:00Z"}).date() == dt.date(2022, 9, 5)
    assert reference_time({"reference_time": "2022-09-05T08:00:00"}).utcoffset() == dt.timedelta(hours=8)
    assert reference_time({"reference_time": "soon"}).tzinfo is CHINA
    assert reference_time(None).tzinfo is CHINA


@pytest.mark.parametrize(
    ("typed", "hours"),
    [
        ("24小时内", 24),
        ("二十四小时", 24),
        ("48h核酸", 48),
        ("72 hours", 72),
        ("隔离7天", 168),
        ("三天两检", 72),
        ("半个月", 360),
        ("一个月", 720),
        ("两周", 336),
        ("two weeks", 336),
        ("一天半", 36),
        ("７天", 168),
    ],
)
def test_lengths_of_time_are_hours(extract: Extract, typed: str, hours: int) -> None:
    found = extract(DurationExtractor, typed)
    assert [item["hours"] for item in found] == [hours]


@pytest.mark.parametrize("typed", ["第三天", "3天前", "几天", "8月", "周五", "3 days ago", "三月"])
def test_what_is_no_length_is_not_read_as_one(extract: Extract, typed: str) -> None:
    assert extract(DurationExtractor, typed) == []


@given(
    st.text(
        alphabet="昨今明天上下周五日号月年点半小时前后个两三十0123456789.-/ :做的核酸ago day", max_size=20
    )
)
def test_any_text_gives_real_days_and_positive_lengths(text: str) -> None:
    for found in find_dates(text, MONDAY):
        dt.date.fromisoformat(found.value)
        assert 0 <= found.start < found.end <= len(text)
    for found in find_durations(text):
        assert found.extra["hours"] > 0
        assert 0 <= found.start < found.end <= len(text)


@given(st.dates(dt.date(2022, 3, 10), dt.date(2023, 3, 1)))
def test_a_day_and_month_mean_the_nearest_year(day: dt.date) -> None:
    (found,) = find_dates(f"{day.month}月{day.day}日", MONDAY)
    assert found.value == day.isoformat()


@given(st.integers(1, 99))
def test_small_numbers_in_characters_have_their_value(value: int) -> None:
    digits = "零一二三四五六七八九"
    tens, units = divmod(value, 10)
    written = ("" if tens == 0 else "十" if tens == 1 else digits[tens] + "十") + (
        digits[units] if units else ""
    )
    assert number(written) == value


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("12345几点上班", ["12345"]),
        ("収到12320短信", ["12320"]),
        ("打１２０", ["120"]),
        ("120元", []),
        ("<PHONE#k7m2q3xa>", ["<PHONE#k7m2q3xa>"]),
        ("51010720220905", []),
    ],
)
def test_public_numbers_and_phone_tokens_are_found(extract: Extract, typed: str, numbers: list[str]) -> None:
    assert [item["value"] for item in extract(PhoneExtractor, typed)] == numbers


@pytest.mark.parametrize(
    "typed", ["JKT20220905-000123", "jkt20220905-000123", "ＪＫＴ20220905－000123", "jkt 20220905 000123"]
)
def test_ticket_numbers_have_one_spelling(extract: Extract, typed: str) -> None:
    (found,) = extract(TicketExtractor, f"我的工单{typed}办得咋样了")
    assert found["value"] == "JKT20220905-000123"


def test_other_numbers_are_no_tickets(extract: Extract) -> None:
    assert extract(TicketExtractor, "20220905 000123 <ID#k7m2q3xa>") == []
