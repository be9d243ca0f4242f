"""What single rules cannot show: ids used twice, two answers to one journey, replacements of nothing, odd measures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path

from backend.travel.errors import Fault
from backend.travel.rulebook import RULES, TravelRule, read

#: Fields of a measure that make sense with each `what`; anything else is a slip of the pen.
_FITTING: dict[str, frozenset[str]] = {
    "test_before": frozenset({"hours", "count", "days"}),
    "test_after": frozenset(
        {"count", "hours", "days", "interval_hours", "advised", "first_frees", "untested_days"}
    ),
    "test_on_days": frozenset({"on_days", "swab"}),
    "test_every": frozenset({"days"}),
    "test_release": frozenset({"double", "untested_days"}),
    "isolation": frozenset({"kind", "days", "count_from"}),
    "closed_loop": frozenset({"days"}),
    "monitoring": frozenset(),
    "entry_code": frozenset({"hours"}),
    "register": frozenset({"hours"}),
    "documents": frozenset({"papers"}),
    "free": frozenset(),
    "keep_away": frozenset({"places", "until_test"}),
    "designated_site": frozenset(),
    "wait_for_transfer": frozenset(),
}
_NEEDED: dict[str, frozenset[str]] = {
    "test_on_days": frozenset({"on_days"}),
    "test_every": frozenset({"days"}),
    "isolation": frozenset({"kind", "days"}),
    "closed_loop": frozenset({"days"}),
    "documents": frozenset({"papers"}),
    "keep_away": frozenset({"places", "until_test"}),
}


def lint(folder: Path = RULES) -> tuple[list[TravelRule], list[Fault]]:
    """Return the rules of `folder` and everything that is wrong with them, each with file and line."""
    rules, faults = read(folder)
    found = [*faults, *_same_ids(rules), *_replacements(rules), *_measures(rules), *_contradictions(rules)]
    return rules, sorted(found + list(_assumptions(rules)))


def _fault(rule: TravelRule, reason: str) -> Fault:
    return Fault(rule.file, rule.line, rule.id, reason)


def _same_ids(rules: Sequence[TravelRule]) -> Iterator[Fault]:
    seen: dict[str, TravelRule] = {}
    for rule in rules:
        if rule.id in seen:
            yield _fault(rule, f"the id is taken, see {seen[rule.id].file}:{seen[rule.id].line}")
        seen.setdefault(rule.id, rule)


def _replacements(rules: Sequence[TravelRule]) -> Iterator[Fault]:
    known = {rule.id: rule for rule in rules}
    for rule in rules:
        for other in rule.replaces:
            if other not in known:
                yield _fault(rule, f"replaces {other}, which no file holds")
            elif not rule.overlaps(known[other]):
                yield _fault(rule, f"replaces {other}, which is never in force with it")


def _measures(rules: Sequence[TravelRule]) -> Iterator[Fault]:
    for rule in rules:
        for measure in rule.requires:
            named = set(measure) - {"what", "otherwise"}
            strange = named - _FITTING[measure["what"]]
            lacking = _NEEDED.get(measure["what"], frozenset()) - named
            if strange:
                yield _fault(rule, f"{measure['what']} takes no {', '.join(sorted(strange))}")
            if lacking:
                yield _fault(rule, f"{measure['what']} needs {', '.join(sorted(lacking))}")


def _contradictions(rules: Sequence[TravelRule]) -> Iterator[Fault]:
    """Two isolations for one stay, on one day, for one destination, and neither replaces the other."""
    isolating = [rule for rule in rules if any(m["what"] == "isolation" for m in rule.requires)]
    for one, other in combinations(isolating, 2):
        related = one.id in other.replaces or other.id in one.replaces
        same = (
            set(one.stay) & set(other.stay)
            and set(one.direction) & set(other.direction)
            and one.destination == other.destination
            and one.origin == other.origin
        )
        if same and one.overlaps(other) and not related:
            yield _fault(other, f"asks for another isolation than {one.id} on the same days")


def _assumptions(rules: Sequence[TravelRule]) -> Iterator[Fault]:
    fields = {"from", "to", "requires", "look_back_days", "stay", "origin"}
    for rule in rules:
        for name in rule.assumed:
            if name not in fields:
                yield _fault(rule, f"assumed names {name}, which is no field that can be assumed")
