"""Which rules take hold of which events, and since when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.colour.events import Event, RiskAreaChange, RiskStay, Test
from backend.colour.knowledge import Knowledge
from backend.colour.rulebook import Condition, Rule, RuleBook, contains


@dataclass(frozen=True)
class Trigger:
    """A rule and the event it takes hold of at `at`: the moment everything about it has happened and is known.

    `designated_at` is when the area of a stay got its level.
    """

    rule: Rule
    event: Event
    at: datetime
    designated_at: datetime | None = None


def triggers(known: Knowledge, book: RuleBook) -> Iterator[Trigger]:
    """Yield every rule that takes hold of an event. A rule that is replaced by another for an event does not."""
    for event in known.triggers:
        found: list[Trigger] = []
        for rule in book.by_event.get(event.kind, ()):
            if contains(rule.region, event.region) and _has_values(rule.when, event):
                found.extend(t for t in _moments(rule, event, known) if rule.in_force(t.at))
        replaced = {name for trigger in found for name in trigger.rule.replaces}
        yield from (trigger for trigger in found if trigger.rule.id not in replaced)


def uncovered(known: Knowledge, book: RuleBook) -> tuple[str, ...]:
    """Return the ids of events about which no rule of their day and region says anything."""
    return tuple(
        event.id for event in known.triggers if _should_be_covered(event) and not _covered(event, book)
    )


def _should_be_covered(event: Event) -> bool:
    if isinstance(event, Test):
        return event.result == "positive"
    return event.kind != "declaration"


def _covered(event: Event, book: RuleBook) -> bool:
    moment = max(event.at, event.known_at)
    return any(
        contains(rule.region, event.region) and rule.in_force(moment)
        for rule in book.by_event.get(event.kind, ())
    )


def _has_values(when: Condition, event: Event) -> bool:
    for name, values in when.where:
        if name != "level" and getattr(event, name) not in values:
            return False
    for name, most in when.at_most:
        number = getattr(event, name)
        if number is not None and number > most:
            return False
    for name, least in when.over:
        number = getattr(event, name)
        if number is not None and number <= least:
            return False
    return True


def _moments(rule: Rule, event: Event, known: Knowledge) -> Iterable[Trigger]:
    if isinstance(event, RiskStay):
        return _stays(rule, event, known.areas.get(event.area_id, ()))
    moment = max(event.at, event.known_at)
    if isinstance(event, Test) and event.reported_at is not None:
        moment = max(moment, event.reported_at)
    return (Trigger(rule, event, moment),)


def _stays(rule: Rule, stay: RiskStay, changes: tuple[RiskAreaChange, ...]) -> Iterator[Trigger]:
    levels = rule.when.values("level") or frozenset(("high", "medium", "low"))
    for since, until, known_at in _designations(changes, levels):
        moment = max(stay.at, stay.known_at, since, known_at, stay.arrived_at or since)
        came_too_late = until is not None and stay.at >= until
        look_back = rule.when.look_back_days
        left_long_ago = (
            look_back is not None
            and stay.left_at is not None
            and stay.left_at + timedelta(days=look_back) <= moment
        )
        if not came_too_late and not left_long_ago:
            yield Trigger(rule, stay, moment, since)


def _designations(
    changes: tuple[RiskAreaChange, ...], levels: frozenset[str]
) -> Iterator[tuple[datetime, datetime | None, datetime]]:
    """Yield the periods during which an area had one of `levels`: begin, end, and when the begin was known."""
    begun: RiskAreaChange | None = None
    for change in changes:
        if change.level in levels and begun is None:
            begun = change
        elif change.level not in levels and begun is not None:
            yield begun.at, change.at, begun.known_at
            begun = None
    if begun is not None:
        yield begun.at, None, begun.known_at
