"""What conditions say about each other: whether they can meet in one event, and whether one holds all of another."""

from __future__ import annotations

from datetime import date

from backend.colour.events import VOCABULARY
from backend.colour.rulebook import Condition, Rule, contains


def can_meet(one: Condition, other: Condition) -> bool:
    """Tell whether an event can exist that both conditions look at."""
    if one.event != other.event:
        return False
    for name in VOCABULARY.get(one.event, {}):
        mine, theirs = one.values(name), other.values(name)
        if mine is not None and theirs is not None and not mine & theirs:
            return False
    most = {**dict(other.at_most), **dict(one.at_most)}
    for name, number in other.at_most:
        most[name] = min(number, most[name])
    return all(number < most.get(name, number + 1) for name, number in (*one.over, *other.over))


def holds_all(wide: Condition, narrow: Condition) -> bool:
    """Tell whether every event that `narrow` looks at is one that `wide` looks at."""
    if wide.event != narrow.event:
        return False
    for name, values in wide.where:
        inner = narrow.values(name) or frozenset(VOCABULARY[narrow.event][name])
        if not inner <= values:
            return False
    looks_back = wide.look_back_days is None or (
        narrow.look_back_days is not None and narrow.look_back_days <= wide.look_back_days
    )
    at_most, over = dict(narrow.at_most), dict(narrow.over)
    return (
        looks_back
        and all(name in at_most and at_most[name] <= number for name, number in wide.at_most)
        and all(name in over and over[name] >= number for name, number in wide.over)
    )


def share_days(one: Rule, other: Rule) -> bool:
    """Tell whether there is a day on which both rules are in force."""
    return one.first_day <= (other.last_day or date.max) and other.first_day <= (one.last_day or date.max)


def share_ground(one: Rule, other: Rule) -> bool:
    """Tell whether there is a place where both rules are in force."""
    return contains(one.region, other.region) or contains(other.region, one.region)
