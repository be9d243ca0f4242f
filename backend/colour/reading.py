"""From rule files to rules: form (schema), vocabulary and dates are checked, each fault with its line.

What the rules say to each other is the business of `linter`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft7Validator

from backend.colour.errors import Fault, Kind, RuleFilesError
from backend.colour.events import MEASURES, VOCABULARY
from backend.colour.lines import Document
from backend.colour.rulebook import (
    NOTHING,
    After,
    Condition,
    Ending,
    Interim,
    Lacking,
    Negatives,
    PopUp,
    Rule,
    RuleBook,
    Source,
    TestDays,
    end_of,
    midnight,
)

RULES = Path(__file__).with_name("rules")


def load_rules(folder: Path = RULES) -> RuleBook:
    """Return the rules of all files in `folder`.

    Raises:
        RuleFilesError: when a file has a fault of form, vocabulary or date.
    """
    rules, faults = read(folder)
    if faults:
        raise RuleFilesError(faults)
    return RuleBook.of(rules)


def read(folder: Path) -> tuple[list[Rule], list[Fault]]:
    """Return the rules that can be read and the faults of those that cannot."""
    rules: list[Rule] = []
    faults: list[Fault] = []
    files = sorted(folder.glob("*.yml"))
    if not files:
        faults.append(Fault(str(folder), 1, "", "format", "there is no rule file here"))
    for path in files:
        document = Document(path)
        found = [*document.faults] or list(_faults_of_form(document))
        if not found:
            for index, content in enumerate(document.content["rules"]):
                wrong = list(_faults_of_content(document, index, content))
                found.extend(wrong)
                if not wrong:
                    rules.append(_rule(document, index, content))
        faults.extend(found)
    faults.extend(_same_ids(rules))
    return rules, sorted(faults)


@cache
def _validator() -> Draft7Validator:
    schema = yaml.safe_load(Path(__file__).with_name("schema.yml").read_text(encoding="utf-8"))
    return Draft7Validator(schema)


def _faults_of_form(document: Document) -> Iterator[Fault]:
    for outer in _validator().iter_errors(document.content):
        error = outer
        while error.context:  # of a choice, the branch that fits furthest says what is wrong
            error = max(error.context, key=lambda inner: len(inner.absolute_path))
        reason = error.message
        steps = tuple(error.absolute_path)
        rule = ""
        if len(steps) > 1 and steps[0] == "rules":
            content = document.content["rules"][steps[1]]
            rule = str(content.get("id", "")) if isinstance(content, dict) else ""
        where = ".".join(str(step) for step in steps[2:])
        reason = f"{where}: {reason}" if where else reason
        yield Fault(document.name, document.line(*steps), rule, "format", reason)


def _faults_of_content(document: Document, index: int, content: Mapping[str, Any]) -> Iterator[Fault]:
    def fault(kind: Kind, reason: str, *steps: str | int) -> Fault:
        return Fault(document.name, document.line("rules", index, *steps), content["id"], kind, reason)

    for name in ("from", "to"):
        if content[name] is not None and _day(content[name]) is None:
            yield fault("format", f"{name}: {content[name]} is not a day of the calendar", name)
    if _day(content["source"]["date"]) is None:
        yield fault("format", f"source.date: {content['source']['date']} is no day", "source", "date")
    when = content["when"]
    if when["event"] != NOTHING and when["event"] not in VOCABULARY:
        yield fault("format", f"there is no event {when['event']}", "when", "event")
        return
    for name, kind, reason, *steps in _faults_of_words(when):
        yield fault(kind, reason, "when", *steps, name)
    for name in content.get("assumed", ()):
        if name.split(".")[0] not in content:
            yield fault("reference", f"assumed names {name}, which the rule does not have", "assumed")


def _faults_of_words(when: Mapping[str, Any]) -> Iterator[tuple[str, Kind, str, str]]:
    """Yield name, kind and reason of every word the event does not know, and the comparison it stands in."""
    words: Mapping[str, tuple[str, ...]] = VOCABULARY.get(when["event"], {})
    for name, values in when.get("where", {}).items():
        if name not in words:
            yield name, "format", f"a {when['event']} has no {name}", "where"
            continue
        for value in values:
            if value not in words[name]:
                yield name, "never", f"{name} is never {value}", "where"
    for comparison in ("at_most", "over"):
        for name in when.get(comparison, {}):
            if name not in MEASURES.get(when["event"], ()):
                yield name, "format", f"a {when['event']} has no number {name}", comparison


def _same_ids(rules: Iterable[Rule]) -> Iterator[Fault]:
    seen: dict[str, Rule] = {}
    for rule in rules:
        first = seen.setdefault(rule.id, rule)
        if first is not rule:
            reason = f"the id is taken already, {first.file}:{first.line}"
            yield Fault(rule.file, rule.line, rule.id, "reference", reason)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _rule(document: Document, index: int, content: Mapping[str, Any]) -> Rule:
    first_day = date.fromisoformat(content["from"])
    last_day = None if content["to"] is None else date.fromisoformat(content["to"])
    ends = content["ends"]
    return Rule(
        id=content["id"],
        row=content.get("row"),
        colour=content["colour"],
        category=content["category"],
        reason=content["reason"],
        region=content["region"],
        first_day=first_day,
        last_day=last_day,
        when=_condition(content["when"]),
        replaces=frozenset(content.get("replaces", ())),
        endings=() if ends == "unknown" else tuple(_ending(ending) for ending in ends),
        interim=_interim(content.get("interim")),
        test_days=_test_days(content.get("test_days")),
        popup=PopUp(**content["popup"]) if "popup" in content else None,
        source=_source(content["source"]),
        assumed=tuple(content.get("assumed", ())),
        note=content.get("note"),
        file=document.name,
        line=document.line("rules", index),
        from_at=midnight(first_day),
        until_at=end_of(last_day),
    )


def _condition(content: Mapping[str, Any]) -> Condition:
    lacking = content.get("lacking")
    return Condition(
        event=content["event"],
        where=tuple(sorted((name, frozenset(values)) for name, values in content.get("where", {}).items())),
        at_most=tuple(sorted(content.get("at_most", {}).items())),
        over=tuple(sorted(content.get("over", {}).items())),
        look_back_days=content.get("look_back_days"),
        lacking=None
        if lacking is None
        else Lacking(
            lacking["tests"], lacking["within_hours"], lacking["stage"], lacking.get("interval_hours")
        ),
    )


def _ending(content: Mapping[str, Any]) -> Ending:
    after, tests = content.get("after"), content.get("tests")
    return Ending(
        after=None
        if after is None
        else After(after["days"], after["from"], after.get("release"), after["as"]),
        tests=None
        if tests is None
        else Negatives(
            tests["negative"],
            tests.get("interval_hours"),
            tests.get("within_hours"),
            tests["from"],
            tests.get("as", "nucleic_test"),
        ),
        release=content.get("release"),
        declaration=content.get("declaration"),
    )


def _interim(content: Mapping[str, Any] | None) -> Interim | None:
    if content is None:
        return None
    until = content["until"]
    hours = None if until == "next_test_counts" else until["hours"]
    return Interim(content["colour"], content["after_negatives"], hours)


def _test_days(content: Mapping[str, Any] | None) -> TestDays | None:
    return None if content is None else TestDays(tuple(sorted(content["days"])), content["from"])


def _source(content: Mapping[str, Any]) -> Source:
    day = date.fromisoformat(content["date"])
    return Source(content["name"], content["url"], day, content["trust"])
