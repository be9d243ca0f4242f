"""How far a person has come on the way to green.

Tests count when they are negative, reported, sampled after the step began and at least the required hours after
the test counted before (3天2检, ≥ 24 h apart: 联防联控机制综发〔2021〕91号, 成都日报 2021-11-09).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.rules.freshness import is_reported

TEST_STEPS = frozenset({"nucleic_test", "entry_test"})
DAY_STEPS = frozenset({"isolation", "wait"})


@dataclass(frozen=True)
class Sample:
    """A nucleic acid test: when it was taken, what came out, and when that was known."""

    sampled_at: datetime
    result: str
    reported_at: datetime | None


@dataclass(frozen=True)
class Step:
    """What a rule asks for.

    Attributes:
        kind: nucleic_test, entry_test, isolation, wait or declaration.
        needed: tests, days or declarations.
        starts_at: the change of colour, or the entry; nothing before it counts.
        done: stored progress of steps that are neither tests nor days.
        interval_hours: least distance of two tests that both count.
        deadline: until when it has to be done.
    """

    kind: str
    needed: int
    starts_at: datetime
    done: int = 0
    interval_hours: int | None = None
    deadline: datetime | None = None


@dataclass(frozen=True)
class Progress:
    """A step with what is done of it.

    `earliest_at` is when the next test counts at the earliest (it may have passed: then now), or when the days are
    over; None when nothing is left.
    """

    step: Step
    done: int
    done_at: tuple[datetime, ...]
    earliest_at: datetime | None


def progress(step: Step, samples: Iterable[Sample], now: datetime) -> Progress:
    """Return how far `step` is done at `now`.

    Args:
        step: what is asked for.
        samples: the person's nucleic acid tests in any order.
        now: results reported later are not known yet.
    """
    if step.kind in TEST_STEPS:
        return _tests(step, samples, now)
    if step.kind in DAY_STEPS:
        done = min(step.needed, max(0, (now - step.starts_at) // timedelta(days=1)))
        over = step.starts_at + timedelta(days=step.needed)
        return Progress(step, done, (), over if done < step.needed else None)
    done = min(step.needed, step.done)
    return Progress(step, done, (), step.starts_at if done < step.needed else None)


def _tests(step: Step, samples: Iterable[Sample], now: datetime) -> Progress:
    interval = timedelta(hours=step.interval_hours or 0)
    counted: list[datetime] = []
    for sample in sorted(samples, key=lambda s: s.sampled_at):
        counts = sample.result == "negative" and is_reported(sample.reported_at, now)
        apart = not counted or sample.sampled_at - counted[-1] >= interval
        if counts and apart and sample.sampled_at > step.starts_at and len(counted) < step.needed:
            counted.append(sample.sampled_at)
    left = len(counted) < step.needed
    earliest = counted[-1] + interval if counted else step.starts_at
    return Progress(step, len(counted), tuple(counted), earliest if left else None)
