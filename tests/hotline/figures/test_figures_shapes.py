"""Charts, tiles and words: nothing drawn that was not counted, breaks where nothing is known, few cases not told."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.errors import BadRequest
from hotline.figures import charts
from hotline.figures.cartogram import MEASURES, cartogram, measure_of, places
from hotline.figures.counts import Counts, Key
from hotline.figures.days import Period, period_of
from hotline.figures.definitions import Value, by_key, definitions, read
from hotline.figures.wording import change_words, guarded, number_words, target_words

ROOT = Path(__file__).parents[3]
TODAY = dt.date(2026, 9, 7)
periods = st.builds(
    lambda first, length: Period("free", first, first + dt.timedelta(days=length)),
    st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)),
    st.integers(0, 365),
)


@pytest.mark.parametrize(
    ("name", "first"), [("today", 7), ("week", 1), ("month", 1)], ids=["today", "week", "month"]
)
def test_periods_end_today(name: str, first: int) -> None:
    assert period_of(name, TODAY) == Period(name, TODAY.replace(day=first), TODAY)
    assert period_of("quarter", TODAY).first == dt.date(2026, 7, 1)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2026-09-08", "2026-09-08"),
        ("2026-09-02", "2026-09-01"),
        ("2025-09-01", "2026-09-07"),
        ("x", "2026-09-07"),
    ],
    ids=["to come", "wrong way", "too long", "no date"],
)
def test_a_period_that_makes_no_sense_is_refused(first: str, last: str) -> None:
    with pytest.raises(BadRequest):
        period_of("free", TODAY, first, last)


@given(periods)
def test_the_period_before_is_as_long_and_ends_right_before(period: Period) -> None:
    before = period.before()
    assert (before.length, before.last + dt.timedelta(days=1)) == (period.length, period.first)


@given(periods)
def test_a_chart_shows_every_day_of_its_period_once(period: Period) -> None:
    days = [day for _, piece in charts.stretches(period) for day in piece.days()]
    assert days == list(period.days())
    assert len(charts.stretches(period)) <= 31


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), min_size=1, max_size=31))
def test_bars_stay_in_the_chart_and_are_as_high_as_their_counts(values: list[tuple[int, int]]) -> None:
    below, above = [one for one, _ in values], [two for _, two in values]
    chart = charts.stacked("k", "t", [str(n) for n in range(len(values))], {"a": below, "b": above})
    assert len(chart.bars) == sum(amount > 0 for amount in below + above)
    for bar in chart.bars:
        assert 0 <= bar.x <= bar.x + bar.width <= charts.WIDTH
        assert 0 <= bar.y <= bar.y + bar.height <= charts.HEIGHT
    heights = {(bar.kind, bar.title.split()[0]): bar.height for bar in chart.bars}
    for place, (one, two) in enumerate(values):
        if one and two:
            ratio = heights[0, str(place)] / heights[1, str(place)]
            assert ratio == pytest.approx(one / two, rel=1e-6)
    assert [row[1:] for row in chart.rows] == [(str(one), str(two)) for one, two in values]


def test_a_line_breaks_on_a_day_without_a_case() -> None:
    period = Period("free", TODAY - dt.timedelta(days=4), TODAY)
    full = Counts({Key("connected"): 9, Key("missed"): 1})
    days = {day: full for day in period.days() if day != TODAY - dt.timedelta(days=2)}
    chart = charts.line(by_key()["connection"], period, days)
    assert (len(chart.lines), len(chart.dots)) == (2, 4)
    assert [row[1] for row in chart.rows] == ["90.0%", "90.0%", "无数据", "90.0%", "90.0%"]


def test_the_tiles_keep_who_lies_north_and_who_lies_west() -> None:
    with (ROOT / "data" / "gazetteer" / "divisions.csv").open(encoding="utf-8") as file:
        rows = {row["adcode"]: row for row in csv.DictReader(file) if row["level"] == "prefecture"}
    assert [place.code for place in places()] == sorted(code for code in rows if code.startswith("51"))
    assert len({(place.row, place.column) for place in places()}) == len(places()) == 21
    for one in places():
        assert rows[one.code]["name"].startswith(
            one.name.removesuffix("州") if "州" in one.name[2:] else one.name
        )
        for other in places():
            south = float(rows[one.code]["lat"]) - float(rows[other.code]["lat"])
            east = float(rows[other.code]["lon"]) - float(rows[one.code]["lon"])
            assert south <= 0.9 or one.row < other.row, (one, other)
            assert east <= 0.9 or one.column < other.column, (one, other)


@given(st.dictionaries(st.sampled_from([place.code for place in places()]), st.integers(0, 5000)))
def test_a_place_with_few_cases_is_told_as_few_and_shaded_as_none(amounts: dict[str, int]) -> None:
    counts = Counts({Key("asked", "district", code): amount for code, amount in amounts.items()})
    drawn = cartogram(MEASURES[0], counts)
    assert len(drawn.legend) == 5
    for tile in drawn.tiles:
        amount = amounts.get(tile.place.code, 0)
        assert tile.words == ("<5" if 0 < amount < 5 else str(amount))
        assert (tile.shade == 0) == (amount < 5)
        assert 0 <= tile.shade < 5


def test_the_rate_of_a_place_with_few_cases_is_not_told() -> None:
    counts = Counts()
    for name, few, many in (("asked", 4, 20), ("connected", 4, 19)):
        counts[Key(name, "district", "510700")] = few
        counts[Key(name, "district", "510100")] = many
    measure = measure_of("connection")
    assert measure is not None
    words = {tile.place.code: (tile.words, tile.shade) for tile in cartogram(measure, counts).tiles}
    assert (words["510700"], words["510100"], words["510300"]) == (("<5", 0), ("95%", 4), ("无数据", 0))


def test_few_is_told_as_few() -> None:
    assert [guarded(count) for count in (0, 1, 4, 5)] == ["0", "<5", "<5", "5"]


@pytest.mark.parametrize(
    ("key", "number", "words"),
    [
        ("connection", 0.9625, "96.2%"),
        ("connection", 0.0, "0.0%"),
        ("connection", None, "无数据"),
        ("wait", 45.4, "45秒"),
        ("wait", 80.0, "1分20秒"),
        ("wait", 7500.0, "2小时5分"),
        ("asked", 35.0, "35"),
    ],
)
def test_numbers_come_with_their_unit(key: str, number: float | None, words: str) -> None:
    assert number_words(by_key()[key], number) == words


@pytest.mark.parametrize(
    ("key", "number", "words"),
    [
        ("connection", 0.95, "✓ 达标，目标不低于95.0%"),
        ("connection", 0.949, "✕ 未达标，目标不低于95.0%"),
        ("connection", None, "目标不低于95.0%"),
        ("reply", 180.0, "✓ 达标，目标不超过3分00秒"),
        ("reply", 181.0, "✕ 未达标，目标不超过3分00秒"),
        ("signing", 1.0, "✓ 达标，目标100%"),
        ("wait", 10.0, ""),
    ],
)
def test_a_target_says_in_words_whether_it_is_met(key: str, number: float | None, words: str) -> None:
    assert target_words(by_key()[key], Value(number, 10)) == words


@pytest.mark.parametrize(
    ("key", "now", "before", "words"),
    [
        ("connection", 0.96, 0.93, "▲ 比上期多3.0个百分点（变好）"),
        ("wait", 60.0, 45.0, "▲ 比上期多15秒（变差）"),
        ("handover", 0.1, 0.2, "▼ 比上期少10.0个百分点"),
        ("asked", 5.0, 5.0, "与上期持平"),
        ("connection", 0.96, None, "上期无数据，不比较"),
        ("connection", None, 0.9, "本期无数据，不比较"),
    ],
)
def test_a_difference_says_its_direction_and_whether_that_is_good(
    key: str, now: float | None, before: float | None, words: str
) -> None:
    assert change_words(by_key()[key], Value(now, 1), Value(before, 1)) == words


def test_every_figure_says_what_it_means_and_every_target_where_it_comes_from() -> None:
    for one in definitions():
        assert one.meaning.endswith("。") and one.label
        assert (one.target is None) == (not one.norm), one.key
        assert one.target is None or one.better, one.key


def test_a_figure_that_does_not_fit_together_is_refused() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        read([{"key": "x", "label": "x", "group": "chats", "kind": "share", "of": ["a"], "meaning": "x。"}])
