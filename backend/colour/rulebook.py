"""Rules as the engine sees them: typed, dated, indexed by the kind of event they look at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal

from backend.clock import CHINA

Colour = Literal["green", "yellow", "red"]
RuleColour = Literal["green", "yellow", "red", "unknown"]
RANK: dict[str, int] = {"green": 0, "yellow": 1, "red": 2}

Anchor = Literal["event", "start", "arrival", "designation", "departure", "release"]
NOTHING = "nothing"


@dataclass(frozen=True)
class Source:
    """Where a rule stands, and how far it can be trusted: O official, M re-post, W weak, G general knowledge."""

    name: str
    url: str | None
    date: date
    trust: str


@dataclass(frozen=True)
class Lacking:
    """A duty whose neglect gives the colour: so many tests within so many hours of the event.

    `stage` is `sampled` (taken is enough) or `reported` (a negative result has to be there).
    """

    tests: int
    within_hours: int
    stage: Literal["sampled", "reported"]
    interval_hours: int | None


@dataclass(frozen=True)
class Condition:
    """Which events a rule looks at. `where` names values, `at_most` and `over` compare numbers."""

    event: str
    where: tuple[tuple[str, frozenset[str]], ...]
    at_most: tuple[tuple[str, float], ...]
    over: tuple[tuple[str, float], ...]
    look_back_days: int | None
    lacking: Lacking | None

    def values(self, attribute: str) -> frozenset[str] | None:
        """Return the values `attribute` may have; None when any will do."""
        return next((values for name, values in self.where if name == attribute), None)


@dataclass(frozen=True)
class After:
    """So many days after a moment. `requirement` is how the days are spent: isolation or wait."""

    days: int
    since: Anchor
    release: str | None
    requirement: Literal["isolation", "wait"]


@dataclass(frozen=True)
class Negatives:
    """So many negative tests, sampled after the colour began (`start`) or after the event (`event`)."""

    needed: int
    interval_hours: int | None
    within_hours: int | None
    since: Literal["start", "event"]
    requirement: Literal["nucleic_test", "entry_test"]


@dataclass(frozen=True)
class Ending:
    """One way a colour ends: everything in it has to be fulfilled."""

    after: After | None
    tests: Negatives | None
    release: str | None
    declaration: str | None


@dataclass(frozen=True)
class Interim:
    """A colour shown for a while on the way: after so many negatives, until the next test may count or for hours."""

    colour: Colour
    after_negatives: int
    hours: int | None  # None: until the next test counts


@dataclass(frozen=True)
class TestDays:
    """Tests on named days, counted in spans of 24 hours from `since`; they are to be done and end nothing."""

    __test__ = False

    days: tuple[int, ...]
    since: Anchor


@dataclass(frozen=True)
class PopUp:
    """A pop-up over a green code, and the hours within which its test is due."""

    kind: str
    test_within_hours: int | None

    def deadline(self, since: datetime) -> datetime | None:
        """Return until when the test is due after a scan at `since`."""
        return None if self.test_within_hours is None else since + timedelta(hours=self.test_within_hours)


@dataclass(frozen=True)
class Rule:
    """One rule. In force from 00:00 of `first_day` to 24:00 of `last_day` (None: no end known), in China.

    `assumed` names the values its source does not give; an operator confirms them before production.
    `row` is the row of the published table it comes from.
    """

    id: str
    row: str | None
    colour: RuleColour
    category: str
    reason: str
    region: str
    first_day: date
    last_day: date | None
    when: Condition
    replaces: frozenset[str]
    endings: tuple[Ending, ...]  # empty: the source names no end
    interim: Interim | None
    test_days: TestDays | None
    popup: PopUp | None
    source: Source
    assumed: tuple[str, ...]
    note: str | None
    file: str
    line: int
    from_at: datetime
    until_at: datetime | None

    def in_force(self, moment: datetime) -> bool:
        """Tell whether the rule applies to what happens at `moment`."""
        return self.from_at <= moment and (self.until_at is None or moment < self.until_at)

    @property
    def phase(self) -> str:
        """What the rule does with its event: a duty of tests, a pop-up, or simply a colour."""
        if self.when.lacking is not None:
            return f"lacking {self.when.lacking.stage}"
        return "popup" if self.popup is not None else "colour"


@dataclass(frozen=True)
class RuleBook:
    """All rules, and those for each kind of event."""

    rules: tuple[Rule, ...]
    by_event: dict[str, tuple[Rule, ...]]

    @classmethod
    def of(cls, rules: Iterable[Rule]) -> RuleBook:
        """Return the book of `rules`, in a fixed order whatever order they come in."""
        ordered = tuple(sorted(rules, key=lambda rule: (rule.first_day, rule.id)))
        by_event: dict[str, list[Rule]] = {}
        for rule in ordered:
            by_event.setdefault(rule.when.event, []).append(rule)
        return cls(ordered, {kind: tuple(found) for kind, found in by_event.items()})

    def rule(self, rule_id: str) -> Rule:
        """Return the rule of that id.

        Raises:
            KeyError: when there is none.
        """
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise KeyError(rule_id)

    def default(self, at: datetime) -> Rule | None:
        """Return the rule for people to whom nothing happened; None before the first day of the code."""
        return next((rule for rule in self.by_event.get(NOTHING, ()) if rule.in_force(at)), None)

    def default_changes(self, after: datetime) -> datetime | None:
        """Return when another rule becomes the default after a moment; None when it stays."""
        edges = [
            edge
            for rule in self.by_event.get(NOTHING, ())
            for edge in (rule.from_at, rule.until_at)
            if edge is not None and edge > after
        ]
        return min(edges, default=None)


def midnight(day: date) -> datetime:
    """Return 00:00 of `day` in China."""
    return datetime.combine(day, time.min, CHINA)


def end_of(day: date | None) -> datetime | None:
    """Return 24:00 of `day` in China; None for None."""
    return None if day is None else midnight(day + timedelta(days=1))


@lru_cache(maxsize=4096)
def contains(region: str, adcode: str) -> bool:
    """Tell whether `adcode` lies in `region`: 510000 holds all of Sichuan, 511700 all of Dazhou.

    Functional zones (F510101) lie in the city whose digits they carry.
    """
    prefix = region.removeprefix("F")
    while len(prefix) > len("51") and prefix.endswith("00"):
        prefix = prefix[:-2]
    return adcode.removeprefix("F").startswith(prefix)
