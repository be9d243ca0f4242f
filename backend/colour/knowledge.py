"""What is known at a moment, out of everything that was recorded in whatever order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from backend.colour.events import Declaration, Event, Release, RiskAreaChange, Test, Withdrawal


@dataclass(frozen=True)
class Knowledge:
    """Events known at a moment, one version each, sorted by the time they happened.

    Attributes:
        triggers: events that may give a colour.
        tests: samples; a result that is not reported yet is pending.
        areas: changes of level by area.
        releases: all releases.
        declarations: declarations, normal and abnormal.
        withdrawn: events without effect, and since when.
        more_at: when the next of the recorded events becomes known; None when all are.
    """

    triggers: tuple[Event, ...]
    tests: tuple[Test, ...]
    areas: dict[str, tuple[RiskAreaChange, ...]]
    releases: tuple[Release, ...]
    declarations: tuple[Declaration, ...]
    withdrawn: dict[str, datetime]
    more_at: datetime | None


def known(events: Iterable[Event], at: datetime) -> Knowledge:
    """Return what of `events` is known at `at`. Duplicates and order do not matter."""
    versions: dict[str, Event] = {}
    first_known: dict[str, datetime] = {}
    later: list[datetime] = []
    for recorded in events:
        if recorded.known_at > at:
            later.append(recorded.known_at)
            continue
        event = recorded
        if isinstance(event, Test) and event.result != "pending":
            if event.reported_at is None:
                event = replace(event, result="pending")
            elif event.reported_at > at:
                later.append(event.reported_at)
                event = replace(event, result="pending", reported_at=None)
        other = versions.get(event.id)
        if other is None:
            versions[event.id], first_known[event.id] = event, event.known_at
            continue
        first_known[event.id] = min(first_known[event.id], event.known_at)
        if other != event:
            versions[event.id] = max(other, event, key=_version)
    current = [
        event if event.known_at == first_known[event.id] else replace(event, known_at=first_known[event.id])
        for event in versions.values()
    ]
    current.sort(key=lambda event: (event.at, event.known_at, event.id))
    return _sorted_by_use(current, min(later, default=None))


def _version(event: Event) -> tuple[datetime, datetime, str]:
    reported = event.reported_at if isinstance(event, Test) else None
    return event.known_at, reported or event.known_at, repr(event)


def _sorted_by_use(events: list[Event], more_at: datetime | None) -> Knowledge:
    withdrawn = _withdrawn(events)
    areas: dict[str, list[RiskAreaChange]] = {}
    triggers: list[Event] = []
    tests: list[Test] = []
    releases: list[Release] = []
    declarations: list[Declaration] = []
    for event in events:
        void = event.id in withdrawn
        if isinstance(event, RiskAreaChange):
            if not void:
                areas.setdefault(event.area_id, []).append(event)
        elif isinstance(event, Release):
            if not void:
                releases.append(event)
        elif not isinstance(event, Withdrawal):
            triggers.append(event)
            if isinstance(event, Test) and not void:
                tests.append(event)
            elif isinstance(event, Declaration) and not void:
                declarations.append(event)
    return Knowledge(
        tuple(triggers),
        tuple(tests),
        {area: tuple(changes) for area, changes in areas.items()},
        tuple(releases),
        tuple(declarations),
        withdrawn,
        more_at,
    )


def _withdrawn(events: Iterable[Event]) -> dict[str, datetime]:
    since: dict[str, datetime] = {}
    for event in events:
        if isinstance(event, Withdrawal):
            since[event.event_id] = min(event.known_at, since.get(event.event_id, event.known_at))
    return since
