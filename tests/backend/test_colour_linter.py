"""Mistakes an editor can make in a rule file, and the line each is told at."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from backend.colour import Fault, RuleFilesError, derive, load_rules
from backend.colour.__main__ import main
from backend.colour.events import CloseContact
from backend.colour.linter import lint

from .colour_support import RULE_FILES, known, t

SEVEN_DAYS = "      - after: {days: 7, from: start, as: wait}"
FIVE_MINUTES = "      at_most: {minutes_together: 5}\n"
Edit = Callable[[str, str, str], list[Fault]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(RULE_FILES, tmp_path / "rules"))


@pytest.fixture
def edit(folder: Path) -> Edit:
    """Change the first place of a text in a file and return what the linter says."""

    def change(file: str, old: str, new: str) -> list[Fault]:
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return lint(folder)[1]

    return change


def line_of(folder: Path, file: str, text: str) -> int:
    lines = (folder / file).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def the_only(faults: list[Fault]) -> Fault:
    assert len(faults) == 1, "\n".join(map(str, faults))
    return faults[0]


def test_the_rules_of_the_product_have_no_fault(capsys):
    assert main(["lint"]) == 0
    assert "nothing wrong" in capsys.readouterr().out


def test_a_fault_is_printed_with_file_and_line_and_fails_the_command(folder, edit, capsys):
    edit("2022-06-29.yml", "colour: red", "colour: pink")
    line = line_of(folder, "2022-06-29.yml", "colour: pink")
    assert main(["lint", str(folder)]) == 1
    printed = capsys.readouterr().err
    assert f"2022-06-29.yml:{line}: format: test-positive-ninth: colour: 'pink'" in printed


def test_assumed_values_are_listed_for_an_operator(capsys):
    assert main(["assumed"]) == 0
    printed = capsys.readouterr().out
    assert "emergency-yellow-2021-11: interim.until" in printed
    assert "risk-stay-medium-ninth: colour: unknown" in printed


@pytest.mark.parametrize(
    "mistake",
    [
        ("2021-07.yml", "from: 2021-07-29", "from: 2021-02-30", "2021-02-30", "not a day of the calendar"),
        ("2021-07.yml", "department_notice}", "rumour}", "event: rumour", "there is no event rumour"),
        ("2021-01.yml", "vehicle: [coach]", "wheels: [coach]", "wheels", "a shared_transport has no wheels"),
        ("2021-01.yml", "hours_apart: 2", "miles_apart: 2", "miles_apart", "no number miles_apart"),
        ("2021-01.yml", "region: '510000'", "region: 510000", "region: 510000", "is not of type 'string'"),
        (
            "2021-07.yml",
            "negative: 1",
            "negative: 2",
            "negative: 2",
            "'interval_hours' is a required property",
        ),
        ("2021-07.yml", "trust: O", "trust: A", "trust: A", "'A' is not one of"),
        ("2021-07.yml", "    ends:", "    end:", "id: department", "Additional properties are not allowed"),
        ("2021-07.yml", "    colour: yellow", "    id: a\n    colour: red", "    id: a", "id is said twice"),
        ("2021-07.yml", "rules:", "rules: [", "id: department", "not YAML"),
    ],
)
def test_faults_of_form_are_told_at_their_line(folder, edit, mistake):
    file, old, new, at, reason = mistake
    told = [fault for fault in edit(file, old, new) if fault.kind == "format" and reason in fault.reason]
    assert told[0].line == line_of(folder, file, at)


def test_a_value_the_event_never_has_never_fires(folder, edit):
    fault = the_only(
        [
            f
            for f in edit("2022-06-27.yml", "where: {origin: [no_outbreak]}", "where: {origin: [moon]}")
            if f.kind == "never" and "moon" in f.reason
        ]
    )
    assert fault.line == line_of(folder, "2022-06-27.yml", "[moon]")


def test_a_gap_between_two_sets_is_found(folder, edit):
    faults = edit(
        "2022-06-29.yml",
        "    to: 2022-11-10\n    when: {event: close_contact}",
        "    to: 2022-11-08\n    when: {event: close_contact}",
    )
    fault = the_only(faults)
    assert (fault.kind, fault.rule) == ("gap", "close-contact-ninth")
    assert "after 2022-11-08 nothing rules its event until close-contact-twenty" in fault.reason
    assert fault.line == line_of(folder, "2022-06-29.yml", "id: close-contact-ninth")


def test_a_gap_in_one_value_of_an_event_is_found(edit):
    """Rows of one table may cover an event together: each value is looked at by itself."""
    faults = edit(
        "2022-06-29.yml",
        "where: {relation: [inside], level: [high]}",
        "where: {relation: [inside], level: [high], location: [sichuan]}",
    )
    fault = the_only(faults)
    assert fault.kind == "gap"
    assert "relation inside, location outside, level high" in fault.reason


def test_the_end_of_the_last_rule_is_a_gap_until_unknown_is_said(edit):
    fault = the_only(
        edit(
            "2021-01.yml",
            "    to: null\n    when: {event: declaration",
            "    to: 2022-06-28\n    when: {event: declaration",
        )
    )
    assert (fault.kind, fault.rule) == ("gap", "self-declared-2021")
    assert "say `colour: unknown`" in fault.reason


def test_an_event_no_rule_looks_at_is_a_gap(folder):
    for path in folder.glob("*.yml"):
        if path.name not in ("2021-01.yml", "2021-07.yml", "2021-11.yml", "2022-06-29.yml", "2022-11.yml"):
            path.unlink()
    text = (folder / "2022-11.yml").read_text(encoding="utf-8")
    (folder / "2022-11.yml").write_text(text[: text.index("  - id: risk-stay-low-deyang")], encoding="utf-8")
    fault = the_only(lint(folder)[1])
    assert (fault.kind, fault.reason) == ("gap", "no rule looks at entry_scan")


def test_two_rules_for_one_event_overlap_unless_one_replaces_the_other(folder, edit):
    faults = edit("2022-07-19.yml", "    replaces: [emergency-yellow-2021-11]\n", "")
    fault = the_only(faults)
    assert (fault.kind, fault.rule) == ("overlap", "emergency-yellow-chengdu-2022-07")
    assert "emergency-yellow-2021-11" in fault.reason
    assert fault.line == line_of(folder, "2022-07-19.yml", "id: emergency-yellow-chengdu-2022-07")


def test_a_regional_rule_that_replaces_nothing_overlaps(edit):
    faults = edit(
        "2022-11.yml", "    replaces: [risk-stay-low-ninth]\n    ends: unknown", "    ends: unknown"
    )
    assert {fault.kind for fault in faults} == {"overlap"}


def test_red_and_yellow_for_one_event_contradict(edit):
    faults = edit(
        "2021-01.yml",
        "to: 2022-06-28\n    when: {event: close_contact}",
        "to: 2022-07-28\n    when: {event: close_contact}",
    )
    assert {fault.kind for fault in faults} == {"overlap"}
    faults = edit(
        "2022-06-29.yml",
        "id: close-contact-ninth\n    row: a3-5\n    colour: red",
        "id: close-contact-ninth\n    row: a3-5\n    colour: yellow",
    )
    fault = the_only(faults)
    assert fault.kind == "contradiction"
    assert "from 2022-06-29 it says yellow where close-contact-2021" in fault.reason


@pytest.mark.parametrize(
    "mistake",
    [
        ("2021-07.yml", "to: 2021-10-31", "to: 2021-07-28", "never", "before it begins"),
        ("2021-11.yml", "after_negatives: 1", "after_negatives: 2", "never", "when the rule has ended"),
        (
            "2021-11.yml",
            "colour: green, after",
            "colour: yellow, after",
            "contradiction",
            "like the rule itself",
        ),
        (
            "2022-06-27.yml",
            "within_hours: 72, interval",
            "within_hours: 20, interval",
            "impossible",
            "24 hours, more",
        ),
        ("2021-01.yml", "days: 21, from: event", "days: 21, from: departure", "impossible", "departure"),
        ("2022-06-27.yml", "[entry-popup-2022-04]", "[entry-popup]", "reference", "does not exist"),
        ("2022-07-19.yml", "[emergency-yellow-2021-11]", "[close-contact-ninth]", "never", "never meets"),
        ("2022-06-27.yml", "id: entry-popup-2022-06", "id: nothing-known", "reference", "taken already"),
        ("2021-01.yml", "      - declaration: normal", SEVEN_DAYS, "never", "14 days is never reached"),
        ("2022-11.yml", "assumed: [colour]\n", "assumed: [popup]\n", "reference", "does not have"),
        (
            "2021-11.yml",
            "      over: {minutes",
            f"{FIVE_MINUTES}      over: {{minutes",
            "never",
            "cannot be over",
        ),
    ],
)
def test_rules_that_never_fire_or_cannot_be_met_are_told(edit, mistake):
    file, old, new, kind, reason = mistake
    assert any(fault.kind == kind and reason in fault.reason for fault in edit(file, old, new))


def test_a_rule_that_is_replaced_everywhere_can_never_fire(edit):
    faults = edit(
        "2022-07-19.yml",
        "    region: '510100'\n    from: 2022-07-19\n    to: null\n    when: {event: emergency",
        "    region: '510000'\n    from: 2021-11-01\n    to: null\n    when: {event: emergency",
    )
    told = [fault for fault in faults if fault.rule == "emergency-yellow-2021-11"]
    assert "it can never fire: emergency-yellow-chengdu-2022-07" in the_only(told).reason


def test_an_empty_folder_is_no_set_of_rules(tmp_path):
    assert "no rule file" in the_only([fault for fault in lint(tmp_path)[1] if fault.kind == "format"]).reason


def test_rules_at_fault_are_not_loaded(folder, edit):
    edit("2021-01.yml", "days: 21", "days: 0")
    with pytest.raises(RuleFilesError, match=r"2021-01.yml:\d+: format: close-contact-2021"):
        load_rules(folder)


def test_editing_a_rule_needs_no_code(folder, edit):
    contact = CloseContact(id="contact", **known("2021-08-01 09:00"))
    edit("2021-01.yml", "days: 21, from: start", "days: 14, from: start")
    changed = load_rules(folder)
    assert derive([contact], load_rules(), t("2021-08-16 09:00")).colour == "red"
    assert derive([contact], changed, t("2021-08-16 09:00")).colour == "green"
