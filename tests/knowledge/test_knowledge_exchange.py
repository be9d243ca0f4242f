"""Entries to files and back, the checks that form and linter share, and the figures of the test questions."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from knowledge import PolicyEntry, PolicyStore, exchange
from knowledge.__main__ import main
from knowledge.checks import Standing, rivals, shape, voice
from knowledge.measure import UNCOVERED, Outcome, TestQuestion, by_topic, compare
from knowledge.reading import SOURCES_FILE, read_sources

ROOT = Path(__file__).resolve().parents[2]
NOON = dt.datetime(2022, 9, 5, 4, tzinfo=dt.timezone.utc)
HOUR = dt.timedelta(hours=1)


def entry(shipped: PolicyStore, entry_id: str = "yellow-to-green.2021-11", **changes: Any) -> PolicyEntry:
    return PolicyEntry.parse_obj({**exchange.content_of(shipped.get(entry_id)), **changes})


def fields(problems: Any) -> set[str]:
    return {problem.field for problem in problems}


def test_what_is_written_to_files_reads_as_the_same_entries(shipped: PolicyStore, tmp_path: Path) -> None:
    sources, _ = read_sources(SOURCES_FILE, (ROOT / "data" / "policies" / SOURCES_FILE).read_text("utf-8"))
    topics: dict[str, list[PolicyEntry]] = {}
    for topic, one in shipped.by_topic():
        topics.setdefault(topic, []).append(one)
    for known in (sources, {}):
        for name, text in exchange.files(topics, known).items():
            (tmp_path / name).write_text(text, "utf-8")
        again = PolicyStore(tmp_path, strict=True)
        assert set(again.by_topic()) == set(shipped.by_topic())
    first = exchange.files(topics, sources)
    assert first == exchange.files(topics, sources)
    assert set(read_sources(SOURCES_FILE, first[SOURCES_FILE])[0]) == set(sources)


def test_every_shipped_entry_passes_what_the_form_asks(shipped: PolicyStore) -> None:
    standing = [Standing(one) for one in shipped.current().entries]
    found = {
        one.entry.id: problems
        for one in standing
        if (problems := [*voice(one.entry), *rivals(one, standing)])
    }
    assert found == {}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        (
            {"answer": {"plain": "你去做核酸。", "detail": "x", "elderly": "x", "english": "x"}},
            "answer.plain",
        ),
        (
            {"answer": {"plain": "9月。", "detail": "2022-09-05起", "elderly": "x", "english": "x"}},
            "answer.detail",
        ),
        ({"answer": {"plain": "好。", "detail": "x", "elderly": "快！！", "english": "x"}}, "answer.elderly"),
        (
            {"answer": {"plain": "好。", "detail": "x", "elderly": "x", "english": "中" * 31}},
            "answer.english",
        ),
        ({"answer": {"plain": "好。", "detail": "x", "elderly": "x"}}, "answer.english"),
        ({"answer": {"plain": "好。", "detail": "x", "english": "x"}}, "answer.elderly"),
        ({"variants": ["一", "二", "三", "四", "五"]}, "variants"),
        ({"question": "a", "variants": ["b", "c", "d", "e", "f"]}, "variants"),
        ({"intents": ["ask_the_moon"]}, "intents"),
        ({"tags": ["unknown"]}, "answer.plain"),
        ({"source": {"name": "知识编辑核对", "trust": "G"}}, "tags"),
    ],
)
def test_what_does_not_sound_like_the_assistant_is_told_at_its_field(
    shipped: PolicyStore, changes: dict[str, Any], field: str
) -> None:
    assert field in fields(voice(entry(shipped, **changes), {"ask_turn_green"}))


def test_a_missing_or_strange_value_is_told_in_the_editor_s_words() -> None:
    made, problems = shape({"id": "Not So", "question": " ", "valid_from": "soon", "answer": {}})
    assert made is None
    told = {problem.field: problem.reason for problem in problems}
    assert told["question"] == told["answer.plain"] == told["source"] == "请填写"
    assert told["valid_from"] == "日期写成 2022-09-05 这样"
    assert all(any("一" <= letter <= "鿿" for letter in reason) for reason in told.values())


def test_two_answers_may_follow_each_other_by_the_hour(shipped: PolicyStore) -> None:
    one = entry(shipped, id="a.one")
    other = entry(shipped, id="a.two")
    until_noon = Standing(one, None, NOON)
    assert fields(rivals(Standing(other, NOON), [until_noon])) == set()
    assert fields(rivals(Standing(other, NOON - HOUR), [until_noon])) == {"valid_from"}
    elsewhere = Standing(entry(shipped, id="a.two", region="510100"))
    assert rivals(elsewhere, [until_noon]) == []


def test_a_phrasing_belongs_to_one_question_on_one_day(shipped: PolicyStore) -> None:
    one = entry(shipped, id="a")
    other = entry(shipped, id="b", question=f"{one.variants[0]}？", variants=["一", "二", "三", "四", "five"])
    assert fields(rivals(Standing(other), [Standing(one)])) == {"question"}
    later = entry(
        shipped,
        id="b",
        question=f"{one.variants[0]}？",
        variants=["一", "二", "三", "四", "five"],
        valid_from="2023-01-01",
        valid_to=None,
    )
    assert rivals(Standing(later), [Standing(one)]) == []


def outcome(told: str | None, *wanted: str, text: str = "q") -> Outcome:
    question = TestQuestion(text, dt.date(2022, 9, 5), None, wanted)
    return Outcome(question, told or "x", 0 if told in wanted else None, told is not None)


@pytest.mark.parametrize(
    ("before", "after", "effect"),
    [
        (outcome("a", "a"), outcome(None, "a"), "lost"),
        (outcome("a", "a"), outcome("b", "a"), "wrong"),
        (outcome(None), outcome("b"), "overconfident"),
        (outcome(None, "a"), outcome("a", "a"), "better"),
        (outcome("c", "a"), outcome("b", "a"), "other"),
        (outcome("a.1", "a.1"), outcome("a.2", "a.1"), "other"),
    ],
)
def test_what_a_change_does_to_a_question_is_named(before: Outcome, after: Outcome, effect: str) -> None:
    (shift,) = compare([before], [after], changed="a.2")
    assert shift.effect == effect
    assert shift.is_worse == (effect in {"lost", "wrong", "overconfident"})


def test_an_entry_that_is_taken_away_loses_its_own_questions_and_no_others() -> None:
    before = [outcome("a", "a", text="1"), outcome("b", "b", text="2")]
    after = [outcome(None, "a", text="1"), outcome(None, "b", text="2")]
    found = {
        shift.before.question.text: shift.effect
        for shift in compare(before, after, changed="a", taken_away=True)
    }
    assert found == {"1": "other", "2": "lost"}


def test_figures_by_topic() -> None:
    asked = [outcome("a", "a"), outcome("b", "a"), outcome(None, "c"), outcome("a"), outcome(None)]
    figures = by_topic(asked, {"a": "codes", "c": "tests"})
    assert list(figures) == ["codes", "tests", "", UNCOVERED]
    assert figures["codes"].recall == 0.5
    assert figures["codes"].precision == 0.5
    assert figures["tests"].precision is None
    assert figures[""].told == 0.667
    assert (figures[UNCOVERED].recall, figures[UNCOVERED].told) == (None, 0.5)


def test_measuring_prints_topics_and_comparing_ends_with_one_when_worse(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    policies = ROOT / "data" / "policies"
    for path in policies.glob("*.yml"):
        (tmp_path / path.name).write_text(path.read_text("utf-8"), "utf-8")
    assert main(["measure"]) == 0
    assert "turning_green\t" in capsys.readouterr().out
    (tmp_path / "risk_areas.yml").unlink()
    assert main(["measure", "--changed", str(tmp_path)]) == 1
    assert "变差" in capsys.readouterr().out
