"""How a colour ends: each thing that has to happen, how far it has, and when it can have happened at the earliest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from backend.colour.events import ArrivalFromAbroad, Event, RiskStay, Test
from backend.colour.knowledge import Knowledge
from backend.colour.matching import Trigger
from backend.colour.rulebook import After, Anchor, Ending, Lacking, Negatives, TestDays

By = Literal["time", "steps", "release"]
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Requirement:
    """What remains to be done: the platform's Requirement, and what a release waits for.

    `earliest_at` is when the next step counts, or when the days are over; a moment that has passed means now, None
    that nothing is left or that it is not known. `awaits` names the release of a `wait` that has no days.
    """

    kind: str
    needed: int
    done: int
    interval_hours: int | None = None
    earliest_at: datetime | None = None
    deadline: datetime | None = None
    done_at: tuple[datetime, ...] = ()
    awaits: str | None = None

    @property
    def left(self) -> int:
        """Steps or days that are still missing."""
        return self.needed - self.done


@dataclass(frozen=True)
class Term:
    """One thing that has to happen for a colour to end.

    Attributes:
        requirement: what it asks of the person; the days of a wait are counted by `at`.
        by: what fulfils it: time alone, steps of the person, or a release by others.
        met_at: when it is fulfilled, in the past or, for days, in the future; None while that is open.
        possible_at: when it can be fulfilled at the earliest; None when nobody can say.
        days_from: since when days count; None for what is not counted in days.
    """

    requirement: Requirement
    by: By
    met_at: datetime | None
    possible_at: datetime | None
    days_from: datetime | None = None

    def at(self, moment: datetime) -> Requirement:
        """Return the requirement as it stands at `moment`."""
        asked = self.requirement
        if self.days_from is None:
            return asked
        done = min(asked.needed, max(0, (moment - self.days_from) // _DAY))
        return Requirement(
            asked.kind, asked.needed, done, earliest_at=self.met_at if done < asked.needed else None
        )

    def next_day(self, moment: datetime) -> datetime | None:
        """Return when the next day is full after `moment`; None when no day is counted any more."""
        if self.days_from is None:
            return None
        full = max(0, (moment - self.days_from) // _DAY)
        return None if full >= self.requirement.needed else self.days_from + (full + 1) * _DAY


def terms(ending: Ending, trigger: Trigger, start: datetime, known: Knowledge) -> tuple[Term, ...]:
    """Return everything `ending` asks for, for a colour that began at `start`."""
    found: list[Term] = []
    if ending.after is not None:
        found.append(_days(ending.after, trigger, start, known))
    if ending.tests is not None:
        found.append(_negatives(ending.tests, trigger, start, known.tests))
    if ending.release is not None:
        found.append(_release(ending.release, trigger.event, known))
    if ending.declaration is not None:
        found.append(_declaration(ending.declaration, trigger.event, known))
    return tuple(found)


def spaced(samples: Iterable[Test], interval_hours: int | None) -> list[Test]:
    """Return the most samples that lie at least `interval_hours` apart, the earliest first.

    `samples` are sorted by sampling. Taking the earliest each time gives the greatest number.
    """
    interval = timedelta(hours=interval_hours or 0)
    counted: list[Test] = []
    for sample in samples:
        if not counted or sample.at - counted[-1].at >= interval:
            counted.append(sample)
    return counted


def complete_at(samples: Sequence[Test], needed: int, interval_hours: int | None) -> datetime | None:
    """Return when results were first known that make `needed` tests `interval_hours` apart; None: not yet."""
    if len(spaced(samples, interval_hours)) < needed:
        return None
    reports = sorted(known_result(sample) for sample in samples)
    for moment in reports:
        by_then = [sample for sample in samples if known_result(sample) <= moment]
        if len(spaced(by_then, interval_hours)) >= needed:
            return moment
    return None


def known_result(sample: Test) -> datetime:
    """Return when the result of a reported test became known."""
    return sample.known_at if sample.reported_at is None else max(sample.known_at, sample.reported_at)


def negatives(samples: Iterable[Test], after: datetime) -> list[Test]:
    """Return the reported negatives sampled later than `after`."""
    return [sample for sample in samples if sample.result == "negative" and sample.at > after]


def on_test_days(days: TestDays, trigger: Trigger, start: datetime, known: Knowledge) -> Requirement | None:
    """Return the tests on named days as a requirement; None while the day they count from is not known.

    Day n is the n-th span of 24 hours; one reported negative in it does that day.
    """
    anchor = anchor_of(days.since, trigger, start)
    if anchor is None:
        return None
    done: dict[int, datetime] = {}
    for sample in known.tests:
        day = (sample.at - anchor) // _DAY + 1
        if sample.result == "negative" and day in days.days:
            done.setdefault(day, sample.at)
    last = max(done, default=0)
    following = [day for day in days.days if day > last]
    left = len(done) < len(days.days)
    earliest = anchor + (following[0] - 1) * _DAY if left and following else None
    return Requirement("nucleic_test", len(days.days), len(done), None, earliest, None, tuple(done.values()))


def duty(lacking: Lacking, event: Event, known: Knowledge) -> tuple[Requirement, datetime | None]:
    """Return the duty whose neglect gives a colour, and when it was done (None: not yet)."""
    deadline = event.at + timedelta(hours=lacking.within_hours)
    if lacking.stage == "reported":
        eligible = [s for s in negatives(known.tests, event.at) if known_result(s) <= deadline]
        done_at = complete_at(eligible, lacking.tests, lacking.interval_hours)
    else:
        eligible = [s for s in _samples(known, event.at, deadline) if s.result in ("negative", "pending")]
        counted = spaced(eligible, lacking.interval_hours)
        done_at = counted[lacking.tests - 1].known_at if len(counted) >= lacking.tests else None
    asked = Negatives(lacking.tests, lacking.interval_hours, lacking.within_hours, "event", "entry_test")
    return _test_requirement(asked, eligible, event.at), done_at


def neglected_at(lacking: Lacking, event: Event, known: Knowledge) -> datetime | None:
    """Return when a duty is neglected: at its deadline, or later when a sample in time turns out to be no negative.

    Assumes that no more tests are taken; None when the duty is done.
    """
    deadline = event.at + timedelta(hours=lacking.within_hours)
    if lacking.stage == "reported":
        in_time = [s for s in negatives(known.tests, event.at) if known_result(s) <= deadline]
        return deadline if len(spaced(in_time, lacking.interval_hours)) < lacking.tests else None
    samples = _samples(known, event.at, deadline)
    failed = [sample for sample in samples if sample.result in ("positive", "invalid")]
    for moment in sorted({deadline, *(known_result(s) for s in failed if known_result(s) > deadline)}):
        standing = [sample for sample in samples if sample not in failed or known_result(sample) > moment]
        if len(spaced(standing, lacking.interval_hours)) < lacking.tests:
            return moment
    return None


def _samples(known: Knowledge, after: datetime, until: datetime) -> list[Test]:
    # a sample that was registered too late was not there when the deadline passed
    return [sample for sample in known.tests if after < sample.at <= until and sample.known_at <= until]


def anchor_of(anchor: Anchor, trigger: Trigger, start: datetime) -> datetime | None:
    """Return the moment days are counted from; None when it is not known (yet)."""
    event = trigger.event
    if anchor == "start":
        return start
    if anchor == "event":
        return event.at
    if isinstance(event, RiskStay):
        stays: dict[str, Callable[[], datetime | None]] = {
            "arrival": lambda: event.arrived_at,
            "departure": lambda: event.left_at,
            "designation": lambda: max(trigger.designated_at or event.at, event.at),
        }
        return stays[anchor]()
    if anchor == "arrival" and isinstance(event, ArrivalFromAbroad):
        return event.at
    return None


def _days(after: After, trigger: Trigger, start: datetime, known: Knowledge) -> Term:
    span = timedelta(days=after.days)
    if after.since == "release":
        released = _released(after.release, trigger.event, known)
        anchor, known_at = min(released, key=lambda r: max(r[0] + span, r[1]), default=(None, start))
    else:
        anchor, known_at = anchor_of(after.since, trigger, start), start
    if anchor is None:
        awaits = after.release if after.since == "release" else after.since
        return Term(Requirement(after.requirement, after.days, 0, awaits=awaits), "release", None, None)
    over = max(anchor + span, known_at, start)
    return Term(Requirement(after.requirement, after.days, 0), "time", over, over, anchor)


def _negatives(asked: Negatives, trigger: Trigger, start: datetime, samples: tuple[Test, ...]) -> Term:
    base = start if asked.since == "start" else trigger.event.at
    eligible = negatives(samples, base)
    requirement = _test_requirement(asked, eligible, base)
    met_at = complete_at(eligible, asked.needed, asked.interval_hours)
    further = timedelta(hours=(asked.interval_hours or 0) * (requirement.left - 1))
    next_at = requirement.earliest_at
    possible_at = met_at if next_at is None else next_at + further
    return Term(requirement, "steps", met_at, possible_at)


def _test_requirement(asked: Negatives, eligible: Sequence[Test], base: datetime) -> Requirement:
    counted = spaced(eligible, asked.interval_hours)[: asked.needed]
    earliest = counted[-1].at + timedelta(hours=asked.interval_hours or 0) if counted else base
    return Requirement(
        asked.requirement,
        asked.needed,
        len(counted),
        asked.interval_hours,
        earliest if len(counted) < asked.needed else None,
        None if asked.within_hours is None else base + timedelta(hours=asked.within_hours),
        tuple(sample.at for sample in counted),
    )


def _released(kind: str | None, event: Event, known: Knowledge) -> list[tuple[datetime, datetime]]:
    """Return when fitting releases happened, and when each was known."""
    return [
        (release.at, max(release.at, release.known_at))
        for release in known.releases
        if release.release == kind
        and (release.event_id == event.id or (release.event_id is None and release.at >= event.at))
    ]


def _release(kind: str, event: Event, known: Knowledge) -> Term:
    met_at = min((known_at for _, known_at in _released(kind, event, known)), default=None)
    done = 0 if met_at is None else 1
    return Term(Requirement("wait", 1, done, awaits=kind), "release", met_at, met_at)


def _declaration(health: str, event: Event, known: Knowledge) -> Term:
    met_at, said_at = min(
        (
            (max(declaration.at, declaration.known_at), declaration.at)
            for declaration in known.declarations
            if declaration.health == health and declaration.at > event.at
        ),
        default=(None, None),
    )
    if met_at is None or said_at is None:
        return Term(Requirement("declaration", 1, 0, earliest_at=event.at), "steps", None, event.at)
    return Term(Requirement("declaration", 1, 1, done_at=(said_at,)), "steps", met_at, met_at)
