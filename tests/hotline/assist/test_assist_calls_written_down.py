"""Calls as testers write them down (`calls.yml`) and labelled notes (`heard.yml`), against the product's entries."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from hotline.assist.room import Hearing
from tests.support.ear import Ear, labelled

HERE = Path(__file__).parent
CALLS = yaml.safe_load((HERE / "calls.yml").read_text("utf-8"))
HEARD = labelled()
#: Of the labelled notes at least so many find a right entry, and of those nothing answers at most so many show one.
LEAST_FOUND = 0.9
MOST_WRONG = 0.1


@pytest.fixture(scope="module")
def ear(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ear]:
    made = Ear(tmp_path_factory.mktemp("ear"))
    yield made
    made.close()


@pytest.mark.parametrize("written", CALLS, ids=[call["name"] for call in CALLS])
def test_a_call_shows_what_its_tester_has_written_down(ear: Ear, written: dict[str, Any]) -> None:
    notes = ""
    for step in written["steps"]:
        notes += step["type"]
        hearing = ear.hear(notes)
        seen = _seen(hearing)
        for name in ("matter", "asks", "danger"):
            if name in step:
                assert seen[name] == step[name], (notes, name)
        if "shows" in step:
            shown = seen["shows"]
            assert set(shown) & set(step["shows"]) or (not shown and not step["shows"]), (notes, shown)
        for field, value in step.get("draft", {}).items():
            assert seen["draft"].get(field) == value, (notes, field)
        assert set(step.get("missing", ())) <= set(hearing.draft.missing), notes


def _seen(hearing: Hearing) -> dict[str, Any]:
    return {
        "matter": hearing.matter.matter.id if hearing.matter else None,
        "asks": hearing.question.ask if hearing.question else None,
        "shows": [one.entry.id for one in hearing.suggestions],
        "danger": list(hearing.danger.kind.numbers) if hearing.danger else [],
        "draft": {name: field.value for name, field in hearing.draft.fields.items()},
    }


def test_most_labelled_notes_find_a_right_entry_among_three(ear: Ear) -> None:
    missed = [row["notes"] for row in HEARD["heard"] if not set(ear.shown(row)) & set(row["entry"])]
    assert len(missed) <= (1 - LEAST_FOUND) * len(HEARD["heard"]), missed


def test_notes_that_nothing_answers_show_nothing(ear: Ear) -> None:
    wrong = [row["notes"] for row in HEARD["silent"] if ear.shown(row)]
    assert len(wrong) <= MOST_WRONG * len(HEARD["silent"]), wrong


def test_an_entry_called_wrong_is_not_shown_again_and_the_rest_moves_up(ear: Ear) -> None:
    before = ear.hear("在武侯，黄码问咋个转绿").suggestions
    after = ear.hear("在武侯，黄码问咋个转绿", refused=(before[0].entry.id,)).suggestions
    assert before[0].entry.id not in [one.entry.id for one in after]
