"""Episodes: from when to when a rule holds a person at a colour, out of what is known.

An episode does not depend on the present moment. The colour at a moment is the strictest of the episodes that are
running then, and the next change is the nearest edge of one: that is what a set-based evaluation stores.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from backend.colour.endings import (
    By,
    Requirement,
    Term,
    duty,
    known_result,
    negatives,
    neglected_at,
    on_test_days,
    terms,
)
from backend.colour.knowledge import Knowledge
from backend.colour.matching import Trigger, triggers
from backend.colour.rulebook import Rule, RuleBook, RuleColour

Phase = Literal["duty", "popup", "colour"]


@dataclass(frozen=True)
class Episode:
    """A rule holding a person from `start` until `end` (None: open).

    Attributes:
        rule: the rule that holds.
        trigger: the event it took hold of.
        phase: a colour, a pop-up over a green code, or a duty whose neglect will give the colour.
        start: first moment of the episode.
        end: first moment after it, by what is known; it may lie in the future. None: nothing known ends it.
        options: the ways it ends; all terms of one of them.
        possible_end: the earliest end if everything that can be done is done; None when nobody can say.
        by: what that earliest end needs.
        interim: the milder colour shown for a while, with its period.
        duties: what is to be done meanwhile without ending anything.
    """

    rule: Rule
    trigger: Trigger
    phase: Phase
    start: datetime
    end: datetime | None
    options: tuple[tuple[Term, ...], ...]
    possible_end: datetime | None
    by: By
    interim: tuple[datetime, datetime] | None = None
    duties: tuple[Requirement, ...] = ()

    def runs(self, moment: datetime) -> bool:
        """Tell whether the episode is running at `moment`."""
        return self.start <= moment and (self.end is None or moment < self.end)

    def colour(self, moment: datetime) -> RuleColour:
        """Return the colour the episode asks for at `moment`, while it is running."""
        if self.phase != "colour":
            return "green"
        if self.interim is not None and self.interim[0] <= moment < self.interim[1]:
            assert self.rule.interim is not None  # noqa: S101 - an interim period comes from the rule's interim
            return self.rule.interim.colour
        return self.rule.colour

    def edges(self) -> Iterator[datetime]:
        """Yield the moments at which the colour or the presence of the episode changes."""
        yield self.start
        if self.end is not None:
            yield self.end
        if self.interim is not None:
            yield from self.interim

    def next_edge(self, moment: datetime) -> datetime | None:
        """Return when anything about the episode changes after `moment`, days that are counted included."""
        if self.end is not None and self.end <= moment:
            return None
        later = [edge for edge in self.edges() if edge > moment]
        if self.start <= moment:
            days = (term.next_day(moment) for option in self.options for term in option)
            later.extend(day for day in days if day is not None)
        return min(later, default=None)


def episodes(known: Knowledge, book: RuleBook) -> tuple[Episode, ...]:
    """Return every episode that follows from what is known, in a fixed order."""
    found = [
        _cut(episode, known) for trigger in triggers(known, book) for episode in _of_trigger(trigger, known)
    ]
    real = [episode for episode in found if episode.end is None or episode.start < episode.end]
    real.sort(key=lambda episode: (episode.start, episode.rule.id, episode.trigger.event.id, episode.phase))
    return tuple(real)


def _of_trigger(trigger: Trigger, known: Knowledge) -> Iterator[Episode]:
    rule, lacking = trigger.rule, trigger.rule.when.lacking
    if lacking is None:
        phase: Phase = "popup" if rule.popup is not None else "colour"
        yield _episode(trigger, phase, trigger.at, known)
        return
    requirement, done_at = duty(lacking, trigger.event, known)
    neglected = neglected_at(lacking, trigger.event, known)
    over = [moment for moment in (done_at, neglected) if moment is not None]
    yield Episode(
        rule, trigger, "duty", trigger.at, min(over, default=None), (), done_at, "steps", None, (requirement,)
    )
    if neglected is not None:
        yield _episode(trigger, "colour", max(neglected, trigger.at), known)


def _episode(trigger: Trigger, phase: Phase, start: datetime, known: Knowledge) -> Episode:
    rule = trigger.rule
    options = tuple(terms(ending, trigger, start, known) for ending in rule.endings)
    end: datetime | None = None
    possible: tuple[datetime, By] | None = None
    for option in options:
        met = [term.met_at for term in option if term.met_at is not None]
        if len(met) == len(option):
            end = max(met) if end is None else min(end, max(met))
        could = [(term.possible_at, term.by) for term in option if term.possible_at is not None]
        if len(could) == len(option):
            at = max(moment for moment, _ in could)
            by: By = "time" if all(way == "time" for _, way in could) else "steps"
            if possible is None or at < possible[0]:
                possible = (at, by)
    days = rule.test_days
    asked = None if days is None else on_test_days(days, trigger, start, known)
    return Episode(
        rule,
        trigger,
        phase,
        start,
        end,
        options,
        None if possible is None else possible[0],
        "release" if possible is None else possible[1],
        _interim(trigger, start, known),
        () if asked is None else (asked,),
    )


def _interim(trigger: Trigger, start: datetime, known: Knowledge) -> tuple[datetime, datetime] | None:
    interim = trigger.rule.interim
    tests = next((ending.tests for ending in trigger.rule.endings if ending.tests is not None), None)
    if interim is None or tests is None:
        return None
    base = start if tests.since == "start" else trigger.event.at
    counted: list[datetime] = []
    # in the order in which they became known: what happens later does not change what was shown
    for sample in sorted(negatives(known.tests, base), key=lambda s: (known_result(s), s.at)):
        counted.append(sample.at)
        if len(counted) == interim.after_negatives:
            begin = max(known_result(sample), start)
            hours = tests.interval_hours or 0
            end = (
                sample.at + timedelta(hours=hours)
                if interim.hours is None
                else begin + timedelta(hours=interim.hours)
            )
            return (begin, end) if begin < end else None
    return None


def _cut(episode: Episode, known: Knowledge) -> Episode:
    """End an episode when its event was withdrawn."""
    withdrawn_at = known.withdrawn.get(episode.trigger.event.id)
    if withdrawn_at is None or (episode.end is not None and episode.end <= withdrawn_at):
        return episode
    return replace(episode, end=withdrawn_at)
