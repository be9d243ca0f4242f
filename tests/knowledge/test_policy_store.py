"""Editing answers while the product runs: live soon, never worse than before."""

from __future__ import annotations

import logging
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import PolicyFileError, PolicyStore, UnknownEntry
from knowledge.reading import read_entries
from knowledge.regions import covers, prefix

DAY = date(2022, 9, 5)


class Clock:
    """Monotonic seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def opened(folder: Path, clock: Clock | None = None) -> PolicyStore:
    return PolicyStore(folder, poll_seconds=15, clock=clock or Clock())


def plain(store: PolicyStore, entry_id: str = "spoons") -> str:
    return store.get(entry_id).answer.plain


def edit(folder: Path, old: str, new: str, name: str = "kitchen.yml") -> None:
    path = folder / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_an_edited_answer_is_told_at_the_next_look(folder: Path) -> None:
    clock = Clock()
    store = opened(folder, clock)
    edit(folder, "勺子在抽屉里。", "勺子在柜子里。")
    clock.now = 14
    assert plain(store) == "勺子在抽屉里。"
    clock.now = 15
    assert plain(store) == "勺子在柜子里。"
    assert store.current().version == 2


def test_an_untouched_folder_keeps_its_version(folder: Path) -> None:
    clock = Clock()
    store = opened(folder, clock)
    (folder / "kitchen.yml").touch()
    clock.now = 60
    assert store.current().version == 1


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("entries:", "entries: [", "YAML"),
        ("plain: 勺子在抽屉里。", "plian: 勺子在抽屉里。", "plian"),
        ("source: office", "source: nobody", "nobody"),
        ("valid_from: 2022-01-01", "valid_from: yesterday", "valid_from"),
        ("id: forks", "id: spoons", "编号重复"),
        ("勺子在抽屉里。", "勺" * 81, "81"),
    ],
)
def test_a_bad_edit_is_refused_with_its_line_and_the_good_answer_stays(
    folder: Path, caplog: pytest.LogCaptureFixture, old: str, new: str, complaint: str
) -> None:
    clock = Clock()
    store = opened(folder, clock)
    edit(folder, old, new)
    clock.now = 15
    with caplog.at_level(logging.ERROR):
        assert plain(store) == "勺子在抽屉里。"
        assert plain(store, "forks") == "叉子是银色的。"
    faults = [str(fault) for fault in store.current().faults]
    assert any(complaint in fault and fault.startswith("kitchen.yml:") for fault in faults), faults
    assert caplog.records


def test_the_line_of_a_fault_is_the_line_of_the_mistake(folder: Path) -> None:
    path = folder / "kitchen.yml"
    wanted = next(
        number for number, line in enumerate(path.read_text("utf-8").splitlines(), 1) if "valid_to" in line
    )
    edit(folder, "valid_to: null", "valid_to: 1999-01-01")
    with pytest.raises(PolicyFileError) as refused:
        PolicyStore(folder, strict=True)
    assert refused.value.faults[0].line == wanted
    assert "失效日期早于生效日期" in str(refused.value)


def test_one_bad_entry_at_the_start_leaves_the_others(folder: Path) -> None:
    edit(folder, "plain: 勺子在抽屉里。", "plian: 勺子在抽屉里。")
    store = opened(folder)
    assert plain(store, "forks") == "叉子是银色的。"
    with pytest.raises(UnknownEntry):
        store.get("spoons")


def test_a_broken_table_of_sources_keeps_the_old_one(folder: Path) -> None:
    clock = Clock()
    store = opened(folder, clock)
    edit(folder, "trust: O", "trust: excellent", name="sources.yml")
    clock.now = 15
    assert store.get("spoons").source.trust == "O"
    assert [fault.file for fault in store.current().faults] == ["sources.yml"]


def test_a_repaired_file_is_taken_again(folder: Path) -> None:
    clock = Clock()
    store = opened(folder, clock)
    edit(folder, "entries:", "entries: [")
    clock.now = 15
    store.current()
    edit(folder, "entries: [", "entries:")
    edit(folder, "勺子在抽屉里。", "勺子在柜子里。")
    clock.now = 30
    assert plain(store) == "勺子在柜子里。"
    assert store.current().faults == ()


def test_a_removed_topic_is_no_longer_told_and_a_new_one_is(folder: Path) -> None:
    clock = Clock()
    store = opened(folder, clock)
    (folder / "kitchen.yml").rename(folder / "cellar.yml")
    edit(folder, "id: forks", "id: knives", name="cellar.yml")
    clock.now = 15
    assert {entry.id for entry in store.current().entries} == {"spoons", "knives"}


def test_a_folder_without_entries_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyFileError):
        PolicyStore(tmp_path)


def test_two_answers_to_one_question_on_one_day_are_a_contradiction(folder: Path) -> None:
    edit(folder, "id: forks", "id: spoons.2022")
    with pytest.raises(PolicyFileError, match="有效期重叠"):
        PolicyStore(folder, strict=True)


def test_versions_that_follow_each_other_do_not_contradict(folder: Path) -> None:
    edit(folder, "id: forks", "id: spoons.2022")
    text = (folder / "kitchen.yml").read_text("utf-8").replace("valid_to: null", "valid_to: 2022-05-31", 1)
    head, tail = text.rsplit("valid_from: 2022-01-01", 1)
    (folder / "kitchen.yml").write_text(head + "valid_from: 2022-06-01" + tail, "utf-8")
    store = PolicyStore(folder, strict=True)
    assert [entry.id for entry in store.current().valid(date(2022, 5, 31))] == ["spoons"]
    assert [entry.id for entry in store.current().valid(date(2022, 6, 1))] == ["spoons.2022"]


def test_the_nearest_region_answers(folder: Path) -> None:
    edit(folder, "id: forks", "id: spoons.chengdu")
    text = (folder / "kitchen.yml").read_text("utf-8")
    head, tail = text.rsplit('region: "510000"', 1)
    (folder / "kitchen.yml").write_text(head + 'region: "510100"' + tail, "utf-8")
    snapshot = PolicyStore(folder, strict=True).current()
    assert [entry.id for entry in snapshot.valid(DAY, "510107")] == ["spoons.chengdu"]
    assert [entry.id for entry in snapshot.valid(DAY, "510700")] == ["spoons"]
    assert len(snapshot.valid(DAY)) == 2


@given(st.text())
def test_reading_any_text_gives_entries_or_faults(text: str) -> None:
    entries, faults = read_entries("any.yml", text, {})
    assert faults or not entries


adcodes = st.from_regex(r"51\d{4}(\d{3})?", fullmatch=True)


@given(adcodes, adcodes, adcodes)
def test_regions_nest(outer: str, middle: str, inner: str) -> None:
    assert covers(outer, outer)
    assert covers("510000", outer)
    if covers(outer, middle) and covers(middle, inner):
        assert covers(outer, inner)
    if covers(outer, middle) and covers(middle, outer):
        assert prefix(outer) == prefix(middle)
