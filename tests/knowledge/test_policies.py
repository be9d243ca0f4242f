"""The shipped policy entries: complete, dated, sourced, in the voice of the product, free of contradictions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import combinations
from pathlib import Path

import pytest
import yaml

from knowledge import PolicyEntry, PolicyStore

ROOT = Path(__file__).resolve().parents[2]
DEMO_DAY = date(2022, 9, 5)
PANDEMIC_ENDS = date(2022, 12, 31)


@pytest.fixture
def entries(shipped: PolicyStore) -> tuple[PolicyEntry, ...]:
    return shipped.current().entries


def told(shipped: PolicyStore, family: str, day: date, region: str = "510000") -> str | None:
    """The id that answers for a family on a day at a place."""
    found = [entry.id for entry in shipped.current().valid(day, region) if entry.family == family]
    return found[0] if found else None


def test_there_are_two_hundred_entries_each_with_source_and_dates(entries: tuple[PolicyEntry, ...]) -> None:
    assert len(entries) >= 200
    for entry in entries:
        assert entry.source.name, entry.id
        assert entry.source.url or entry.source.trust == "G", entry.id
        assert entry.valid_from >= date(2017, 1, 1), entry.id


def test_no_question_is_asked_of_two_entries_at_once(entries: tuple[PolicyEntry, ...]) -> None:
    """Near duplicates are merged: one phrasing, one family, on any day."""
    held: dict[str, list[PolicyEntry]] = {}
    for entry in entries:
        for phrasing in entry.phrasings:
            held.setdefault(re.sub(r"[？?。\s]", "", phrasing.lower()), []).append(entry)
    twice = {
        phrasing: {one.id, other.id}
        for phrasing, several in held.items()
        for one, other in combinations(several, 2)
        if one.family != other.family and one.overlaps(other)
    }
    assert twice == {}


def test_there_are_enough_entries_for_the_demonstration_day(shipped: PolicyStore) -> None:
    snapshot = shipped.current()
    assert len(snapshot.valid(DEMO_DAY)) >= 110


def test_every_answer_comes_in_all_its_forms(entries: tuple[PolicyEntry, ...]) -> None:
    incomplete = [e.id for e in entries if not (e.answer.detail and e.answer.elderly and e.answer.english)]
    assert incomplete == []


def test_every_entry_is_found_in_chinese_and_in_english(entries: tuple[PolicyEntry, ...]) -> None:
    def english(text: str) -> bool:
        return not re.search(r"[一-鿿]", text)

    without = [e.id for e in entries if not any(map(english, e.phrasings)) or all(map(english, e.phrasings))]
    assert [entry for entry in without if entry not in {"green-then-yellow"}] == without == []


def test_answers_speak_to_a_person(entries: tuple[PolicyEntry, ...]) -> None:
    """“您”, dates as people say them, no shouting."""
    for entry in entries:
        for text in (entry.answer.plain, entry.answer.detail or "", entry.answer.elderly or ""):
            assert not re.search(r"你|亲[，,。！]|！！|\d{4}-\d{2}-\d{2}", text), (entry.id, text)


def test_the_english_answer_is_english(entries: tuple[PolicyEntry, ...]) -> None:
    """Names of buttons stay as they are on the screen; sentences do not."""
    for entry in entries:
        assert len(re.findall(r"[一-鿿]", entry.answer.english or "")) <= 30, entry.id


def test_an_unknown_rule_is_called_unknown_and_points_to_the_hotline(
    entries: tuple[PolicyEntry, ...],
) -> None:
    admission = re.compile(
        r"没有(得到)?(查到|证实|公布|公开|准确|全省|限定)|没有查|没查到|这里没有|只查到|还没有"
    )
    for entry in entries:
        if entry.is_unknown:
            assert admission.search(entry.answer.plain), entry.id
            assert re.search(
                r"12345|告诉您|帮您|以页面为准|说清楚|确认",
                "".join(filter(None, (entry.answer.plain, entry.answer.detail))),
            ), entry.id


def test_an_answer_without_a_source_is_marked_as_general_or_unknown(entries: tuple[PolicyEntry, ...]) -> None:
    for entry in entries:
        assert entry.source.url or entry.source.trust == "G", entry.id
        if entry.source.name.startswith("知识编辑核对"):
            assert entry.is_unknown, entry.id


def test_no_source_is_younger_than_the_entry_that_ended_before_it(entries: tuple[PolicyEntry, ...]) -> None:
    """Only the two rule texts known from re-posts are dated after the rules they hold."""
    late = {e.source.name for e in entries if e.valid_to and e.source.date and e.source.date > e.valid_to}
    assert late <= {"四川健康码赋码转码规则（转载）", "第九版防控方案（转载）"}


def test_every_source_in_the_table_is_used(entries: tuple[PolicyEntry, ...]) -> None:
    table = yaml.safe_load((ROOT / "data" / "policies" / "sources.yml").read_text("utf-8"))
    used = {entry.source.name for entry in entries}
    assert [key for key, source in table.items() if source["name"] not in used] == []


def test_entries_answer_intents_of_the_domain(entries: tuple[PolicyEntry, ...]) -> None:
    domain = ROOT / "domain.yml"
    if not domain.exists():
        pytest.skip("domain.yml is not there")
    known = {
        name
        for intent in yaml.safe_load(domain.read_text("utf-8"))["intents"]
        for name in (intent if isinstance(intent, dict) else [intent])
    }
    assert {intent for entry in entries for intent in entry.intents} - known == set()


@pytest.mark.parametrize(
    ("family", "expected"),
    [
        (
            "yellow-to-green",
            {date(2021, 8, 1): "yellow-to-green.2021-01", date(2021, 11, 1): "yellow-to-green.2021-11"},
        ),
        (
            "risk-levels",
            {
                date(2022, 6, 28): "risk-levels.2021-01",
                date(2022, 6, 29): "risk-levels.2022-06",
                date(2022, 11, 11): "risk-levels.2022-11",
            },
        ),
        ("look-back", {date(2022, 6, 28): "look-back.2021-01", date(2022, 6, 29): "look-back.2022-06"}),
        (
            "entry-overdue",
            {
                date(2022, 4, 20): None,
                date(2022, 4, 21): "entry-overdue.2022-04",
                date(2022, 6, 27): "entry-overdue.2022-06",
            },
        ),
        ("result-bands", {DEMO_DAY: "result-bands.before", date(2022, 9, 16): "result-bands.2022-09"}),
        ("hotline-limits", {DEMO_DAY: "hotline-limits.2022", date(2026, 3, 1): "hotline-limits.2026"}),
    ],
)
def test_a_rule_gives_way_on_the_day_the_next_one_begins(
    shipped: PolicyStore, family: str, expected: dict[date, str | None]
) -> None:
    assert {day: told(shipped, family, day) for day in expected} == expected


def test_a_city_s_own_rule_holds_there_and_nowhere_else(shipped: PolicyStore) -> None:
    day = date(2022, 9, 8)
    assert told(shipped, "yellow-to-green", day, "511725") == "yellow-to-green.dazhou"
    assert told(shipped, "yellow-to-green", day, "510107003") == "yellow-to-green.chengdu"
    assert told(shipped, "yellow-to-green", day, "F510101") == "yellow-to-green.chengdu"
    assert told(shipped, "yellow-to-green", day, "510700") == "yellow-to-green.2021-11"
    assert told(shipped, "yellow-to-green", date(2022, 9, 7), "511725") == "yellow-to-green.2021-11"


def test_no_rule_about_colours_or_travel_is_told_after_the_time_its_sources_speak_of(
    entries: tuple[PolicyEntry, ...],
) -> None:
    about = {"ask_turn_green", "ask_color_meaning", "ask_restrictions", "ask_entry_code", "ask_travel_policy"}
    timeless = {"sichuan-code-elsewhere", "other-province-popup", "assistant-does-not-decide"}
    later = [
        entry.id
        for entry in entries
        if about & set(entry.intents) and (entry.valid_to is None or entry.valid_to > PANDEMIC_ENDS)
    ]
    assert set(later) <= timeless


def files() -> Iterator[Path]:
    return (path for path in sorted((ROOT / "data" / "policies").glob("*.yml")) if path.name != "sources.yml")


@pytest.mark.parametrize("path", files(), ids=lambda path: path.stem)
def test_a_topic_file_names_who_answers_for_it(path: Path) -> None:
    assert yaml.safe_load(path.read_text("utf-8"))["owner"]
