"""Several places somebody stayed in, judged together: each by its own rules, and the strictest that applies decides.

No published table says how several stays add up. That the strictest measure covers the milder ones is all that is
assumed here; a stay no rule speaks of stays open, for nobody can say that it is milder.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from backend.travel.journey import Findings, Journey, applicable
from backend.travel.rulebook import Stay, TravelRule

#: How far a measure confines; what does not confine counts nothing.
_CONFINES: Mapping[str, int] = {
    "wait_for_transfer": 5,
    "closed_loop": 4,
    "central": 4,
    "home_or_central": 3,
    "home_else_central": 3,
    "home": 2,
    "monitoring": 1,
}
_COLOURS: Mapping[str, int] = {"red": 2, "yellow": 1, "green": 0}


@dataclass(frozen=True)
class Stayed:
    """One place: what it was, where it lies (where the journey begins, when that is not said), the day it was left."""

    stay: Stay
    origin: str | None = None
    left: date | None = None


@dataclass(frozen=True)
class Verdict:
    """What the rules say of one stay.

    Attributes:
        stayed: the stay.
        rules: that speak of it; none when it is too old or nothing speaks of it.
        too_old: it lies further back than its rule looks.
        silent: no rule in force speaks of it: what applies is not known.
        decides: it is the one whose rules are the strictest.
    """

    stayed: Stayed
    rules: tuple[TravelRule, ...]
    too_old: bool = False
    silent: bool = False
    decides: bool = False


@dataclass(frozen=True)
class Judgement:
    """Verdicts in the order the stays were told, and the rules that hold wherever one stayed."""

    verdicts: tuple[Verdict, ...]
    common: tuple[TravelRule, ...]


def judge(rules: Sequence[TravelRule], journey: Journey, stays: Sequence[Stayed]) -> Judgement:
    """Return what the rules say of every stay of a journey, and which of them decides.

    Args:
        rules: of all days.
        journey: its own stay is not looked at.
        stays: at least one.
    """
    found = [applicable(rules, _with(journey, stayed)) for stayed in stays]
    verdicts = [_verdict(stayed, one) for stayed, one in zip(stays, found, strict=True)]
    counting = [number for number, verdict in enumerate(verdicts) if verdict.rules]
    if not counting:
        return Judgement(tuple(verdicts), _common(found[0]))
    first = max(counting, key=lambda number: _strictness(verdicts[number]))
    verdicts[first] = replace(verdicts[first], decides=True)
    return Judgement(tuple(verdicts), _common(found[first]))


def _with(journey: Journey, stayed: Stayed) -> Journey:
    return replace(journey, origin=stayed.origin or journey.origin, stay=stayed.stay, left=stayed.left)


def _verdict(stayed: Stayed, found: Findings) -> Verdict:
    specific = tuple(rule for rule in found.rules if rule.stay or rule.origin)
    return Verdict(stayed, specific, found.too_old and not specific, found.silent and not specific)


def _common(found: Findings) -> tuple[TravelRule, ...]:
    return tuple(rule for rule in found.rules if not (rule.stay or rule.origin))


def _strictness(verdict: Verdict) -> tuple[int, int, int, int, date]:
    """How far it confines, for how long, the colour, the tests; of two alike the one that ends later."""
    confines, days = max((_confinement(measure) for measure in _measures(verdict)), default=(0, 0))
    colours = [
        _COLOURS[effect["colour"]]
        for rule in verdict.rules
        for effect in rule.colour
        if effect["when"] == "always"
    ]
    tests = sum(map(_tests, _measures(verdict)))
    left = verdict.stayed.left or date.min
    ends = left + timedelta(days=days) if left > date.min else left
    return confines, days, max(colours, default=0), tests, ends


def _measures(verdict: Verdict) -> Iterable[Mapping[str, Any]]:
    return (measure for rule in verdict.rules for measure in rule.requires if not measure.get("otherwise"))


def _confinement(measure: Mapping[str, Any]) -> tuple[int, int]:
    kind = measure.get("kind", measure["what"])
    days = measure.get("days") or 0
    return _CONFINES.get(kind, 0), sum(days) if isinstance(days, list) else days if kind in _CONFINES else 0


def _tests(measure: Mapping[str, Any]) -> int:
    """How many tests a measure asks for, as far as it says so; advised ones are none."""
    if not measure["what"].startswith("test_") or measure.get("advised"):
        return 0
    return len(measure.get("on_days", ())) or int(measure.get("count", 1))
