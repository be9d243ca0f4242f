"""What rules say to each other and to themselves: gaps, overlaps, contradictions, and rules that can never fire.

Form, vocabulary and dates of single rules are checked on reading (`reading`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import combinations, product
from pathlib import Path

from backend.colour.conditions import can_meet, holds_all, share_days, share_ground
from backend.colour.errors import Fault, Kind
from backend.colour.events import PROVINCE, VOCABULARY
from backend.colour.reading import RULES, read
from backend.colour.rulebook import NOTHING, Anchor, Ending, Rule, contains

_ONE_DAY = timedelta(days=1)


def lint(folder: Path = RULES) -> tuple[list[Rule], list[Fault]]:
    """Return the rules of `folder` that can be read, and everything that is wrong with the files."""
    rules, faults = read(folder)
    rules.sort(key=lambda rule: (rule.first_day, rule.id))
    for rule in rules:
        faults.extend(_alone(rule))
    faults.extend(_replacements(rules))
    faults.extend(_pairs(rules))
    # what stands in a file that cannot be read would be missed as a gap
    if not any(fault.kind == "format" for fault in faults):
        faults.extend(_gaps(rules))
        faults.extend(_missing_events(rules, folder))
    return rules, sorted(set(faults))


def _fault(rule: Rule, kind: Kind, reason: str) -> Fault:
    return Fault(rule.file, rule.line, rule.id, kind, reason)


def _name(rule: Rule) -> str:
    return f"{rule.id} ({rule.file}:{rule.line})"


def _alone(rule: Rule) -> Iterator[Fault]:
    """Faults one can see in a rule by itself."""
    if rule.last_day is not None and rule.last_day < rule.first_day:
        yield _fault(rule, "never", f"it ends on {rule.last_day}, before it begins on {rule.first_day}")
    over = dict(rule.when.over)
    for name, most in rule.when.at_most:
        if name in over and over[name] >= most:
            yield _fault(rule, "never", f"{name} cannot be over {over[name]} and at most {most}")
    if rule.phase == "colour" and rule.colour == "green" and rule.when.event != NOTHING:
        yield _fault(rule, "never", "a green rule without a pop-up never decides anything")
    if rule.popup is not None and rule.colour != "green":
        yield _fault(rule, "contradiction", "a pop-up stands over a green code only")
    yield from _test_plans(rule)
    yield from _interim(rule)
    for ending in rule.endings:
        yield from _reachable(rule, ending)
    yield from _dead_endings(rule)


def _test_plans(rule: Rule) -> Iterator[Fault]:
    plans = [(e.tests.needed, e.tests.interval_hours, e.tests.within_hours) for e in rule.endings if e.tests]
    lacking = rule.when.lacking
    if lacking is not None:
        plans.append((lacking.tests, lacking.interval_hours, lacking.within_hours))
    for needed, interval, within in plans:
        span = (needed - 1) * (interval or 0)
        if within is not None and span > within:
            reason = f"{needed} tests {interval} hours apart take {span} hours, more than the {within} given"
            yield _fault(rule, "impossible", reason)


def _interim(rule: Rule) -> Iterator[Fault]:
    if rule.interim is None:
        return
    tests = next((ending.tests for ending in rule.endings if ending.tests is not None), None)
    if tests is None:
        yield _fault(rule, "never", "an interim colour needs an end by tests")
        return
    if rule.interim.after_negatives >= tests.needed:
        reason = f"the interim begins after {rule.interim.after_negatives} negatives, when the rule has ended"
        yield _fault(rule, "never", reason)
    if rule.interim.hours is None and tests.interval_hours is None:
        yield _fault(rule, "never", "the next test counts at once: the interim has no length")
    if rule.interim.colour == rule.colour:
        yield _fault(rule, "contradiction", f"the interim is {rule.colour} like the rule itself")


def _reachable(rule: Rule, ending: Ending) -> Iterator[Fault]:
    anchors = [ending.after.since] if ending.after is not None else []
    if rule.test_days is not None:
        anchors.append(rule.test_days.since)
    for anchor in anchors:
        if anchor not in _anchors(rule):
            yield _fault(rule, "impossible", f"days cannot be counted from {anchor} of a {rule.when.event}")
    if ending.declaration is not None and rule.when.event != "declaration":
        yield _fault(rule, "impossible", f"a declaration does not end what a {rule.when.event} gave")


def _anchors(rule: Rule) -> set[Anchor]:
    anchors: set[Anchor] = {"event", "start", "release"}
    if rule.when.event == "risk_stay":
        anchors |= {"departure", "designation"}
        if rule.when.values("location") == frozenset(("outside",)):
            anchors.add("arrival")
    if rule.when.event == "arrival_from_abroad":
        anchors.add("arrival")
    return anchors


def _dead_endings(rule: Rule) -> Iterator[Fault]:
    waits = [
        ending.after
        for ending in rule.endings
        if ending.after is not None and not (ending.tests or ending.release or ending.declaration)
    ]
    for one, other in combinations(waits, 2):
        if (one.since, one.release) == (other.since, other.release):
            longer, shorter = max(one.days, other.days), min(one.days, other.days)
            reason = f"the end after {longer} days is never reached: {shorter} days end it before"
            yield _fault(rule, "never", reason)


def _replacements(rules: Iterable[Rule]) -> Iterator[Fault]:
    by_id = {rule.id: rule for rule in rules}
    for rule in by_id.values():
        for name in sorted(rule.replaces):
            other = by_id.get(name)
            if other is None:
                yield _fault(rule, "reference", f"it replaces {name}, which does not exist")
            elif rule is other:
                yield _fault(rule, "reference", "it replaces itself")
            elif not _meet(rule, other):
                reason = f"it never meets {_name(other)}, which it says it replaces"
                yield _fault(rule, "never", reason)
            elif _takes_all(rule, other):
                yield _fault(
                    other, "never", f"it can never fire: {_name(rule)} replaces it for all its events"
                )


def _meet(one: Rule, other: Rule) -> bool:
    return can_meet(one.when, other.when) and share_days(one, other) and share_ground(one, other)


def _takes_all(rule: Rule, other: Rule) -> bool:
    begins = rule.first_day <= other.first_day
    ends = rule.last_day is None or (other.last_day is not None and other.last_day <= rule.last_day)
    return begins and ends and contains(rule.region, other.region) and holds_all(rule.when, other.when)


def _pairs(rules: list[Rule]) -> Iterator[Fault]:
    """Two rules that take hold of one event in one place on one day, and neither replaces the other."""
    for one, other in combinations(rules, 2):
        settled = other.id in one.replaces or one.id in other.replaces
        if settled or one.phase != other.phase or one.id == other.id or not _meet(one, other):
            continue
        since = max(one.first_day, other.first_day)
        if one.colour != other.colour:
            reason = f"from {since} it says {other.colour} where {_name(one)} says {one.colour}"
            yield _fault(other, "contradiction", reason)
        else:
            reason = f"from {since} it looks at the same events as {_name(one)}; neither replaces the other"
            yield _fault(other, "overlap", reason)


def _gaps(rules: list[Rule]) -> Iterator[Fault]:
    """Days on which an event that had a rule in the whole province has none."""
    for event, attributes in {**VOCABULARY, NOTHING: {}}.items():
        named = [rule for rule in rules if rule.when.event == event and rule.region == PROVINCE]
        for values in product(*attributes.values()):
            atom = dict(zip(attributes, values, strict=True))
            yield from _gaps_of(atom, [rule for rule in named if _looks_at(rule, atom)])


def _looks_at(rule: Rule, atom: Mapping[str, str]) -> bool:
    return all(atom[name] in values for name, values in rule.when.where)


def _gaps_of(atom: Mapping[str, str], rules: list[Rule]) -> Iterator[Fault]:
    covered: date | None = None
    last: Rule | None = None
    what = ", ".join(f"{name} {value}" for name, value in atom.items()) or "its event"
    for rule in rules:
        if last is not None and covered is not None and rule.first_day > covered + _ONE_DAY:
            reason = f"after {covered} nothing rules {what} until {_name(rule)} on {rule.first_day}"
            yield _fault(last, "gap", reason)
        if last is None or covered is not None:
            end = rule.last_day
            if last is None or end is None or (covered is not None and end > covered):
                covered, last = end, rule
    if last is not None and covered is not None:
        reason = f"after {covered} nothing rules {what}; say `colour: unknown` when nothing is known"
        yield _fault(last, "gap", reason)


def _missing_events(rules: list[Rule], folder: Path) -> Iterator[Fault]:
    ruled = {rule.when.event for rule in rules}
    for event in (*VOCABULARY, NOTHING):
        if event not in ruled:
            yield Fault(str(folder), 1, "", "gap", f"no rule looks at {event}")
