"""From the code as it was last written to the code as it is now: every change on the way, in order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backend.colour import Derivation, Holding, RuleBook, derive_with_history, summary
from backend.colour.events import Event
from backend.registry.people import written


@dataclass(frozen=True)
class Written:
    """What `health_codes` holds of a person: the colour last derived, when, and in which version of the row."""

    colour: str
    since: datetime | None
    derived_at: datetime
    version: int


@dataclass(frozen=True)
class Step:
    """One change of colour and the Reason objects that held when it came."""

    at: datetime
    previous: str
    colour: str
    reasons: list[dict[str, Any]]


@dataclass(frozen=True)
class Outcome:
    """A person's code derived anew: the derivation, and the changes since it was last written."""

    derivation: Derivation
    steps: tuple[Step, ...]


def outcome(events: Iterable[Event], book: RuleBook, last: Written | None, now: datetime) -> Outcome:
    """Derive a code at `now` and find the changes since `last`.

    Changes by time since the last derivation have their own moments, however late they are found. A change that
    follows from something else (a corrected rule, a list learned late) comes now: nobody saw it before.

    Args:
        events: everything recorded about the person.
        book: the rules.
        last: the code as it was last written; None when this is the person's first.
        now: the platform's time.
    """
    derivation, past = derive_with_history(events, book, now, now if last is None else last.derived_at)
    if last is None:
        return Outcome(derivation, (Step(now, "none", derivation.colour, reasons_of(derivation.holding)),))
    steps: list[Step] = []
    colour = last.colour
    for change in past:
        if change.colour != colour:
            steps.append(Step(change.at, colour, change.colour, reasons_of(change.holding)))
            colour = change.colour
    if colour != derivation.colour:
        steps.append(Step(now, colour, derivation.colour, reasons_of(derivation.holding)))
    return Outcome(derivation, tuple(steps))


def reasons_of(holding: Iterable[Holding]) -> list[dict[str, Any]]:
    """Return the Reason objects of the rules that hold with a known colour, in their order."""
    return [show_reason(held) for held in holding if held.phase == "colour" and held.colour != "unknown"]


def show_reason(held: Holding) -> dict[str, Any]:
    """Return the Reason object of a rule that holds."""
    return {
        "rule_id": held.rule.id,
        "colour": held.colour,
        "category": held.rule.category,
        "event_at": written(held.event.at) if held.event else None,
        "place": held.event.place if held.event else None,
        "region": held.event.region if held.event else None,
        "summary": summary(held),
        "source": held.rule.source.name,
        "source_date": held.rule.source.date.isoformat(),
        "until": written(held.until),
    }
