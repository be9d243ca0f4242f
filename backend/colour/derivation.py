"""From events to a code with its whole derivation: a pure function of events, rules and a moment.

A rule takes hold of an event when it is in force at the moment the event is known, and keeps hold until its own end,
also when a later rule has taken its place for later events.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from backend.colour.endings import By, Requirement, Term
from backend.colour.episodes import Episode, Phase, episodes
from backend.colour.events import Event
from backend.colour.knowledge import known
from backend.colour.matching import uncovered
from backend.colour.rulebook import RANK, Colour, Rule, RuleBook, RuleColour

_COLOURS: tuple[Colour, ...] = ("green", "yellow", "red")


@dataclass(frozen=True)
class Holding:
    """A rule that holds at the moment, and why.

    Attributes:
        rule: the rule; its source and trust are with it.
        event: the event it took hold of; None for the rule of those to whom nothing happened.
        phase: a colour, a pop-up over a green code, or a duty whose neglect will give the colour.
        colour: what it asks for at this moment; the milder colour while an interim runs; `unknown` when no source
            says which colour belongs to it.
        since: when it began to hold.
        until: when it ends by what is known already; None when that is open.
        options: what ends it: all of one of these.
        duties: what is to be done meanwhile without ending it.
    """

    rule: Rule
    event: Event | None
    phase: Phase
    colour: RuleColour
    since: datetime | None
    until: datetime | None
    options: tuple[tuple[Requirement, ...], ...] = ()
    duties: tuple[Requirement, ...] = ()


@dataclass(frozen=True)
class NextColour:
    """A colour the code can have next. `not_before` in the past means: as soon as it is done; None: nobody can say.

    `by` is what it needs: time alone, steps of the person, or a release by others.
    """

    colour: Colour
    not_before: datetime | None
    by: By


@dataclass(frozen=True)
class ShownPopUp:
    """A pop-up over a green code. `until` is the earliest end."""

    kind: str
    since: datetime
    until: datetime | None
    test_deadline: datetime | None


@dataclass(frozen=True)
class Derivation:
    """A code and everything it follows from. Two derivations are equal when nothing changed between them.

    Attributes:
        colour: the strictest colour of the rules that hold.
        since: when the code took this colour; None when it never had another.
        deciding: the rule that decides; None only before the first day of the rules.
        holding: every rule that holds, the strictest first.
        unknown: those of them whose colour no source names: the code is at best what `colour` says.
        requirements: what remains to be done on the quickest way, each step once.
        next_colours: the earliest moment of every other colour that can come.
        popup: the pop-up over a green code.
        uncovered: ids of events about which the rules of their day say nothing.
        at: the moment of the derivation.
        changes_at: the next moment at which anything changes by time alone; None: never.
    """

    colour: Colour
    since: datetime | None
    deciding: Holding | None
    holding: tuple[Holding, ...]
    unknown: tuple[Holding, ...]
    requirements: tuple[Requirement, ...]
    next_colours: tuple[NextColour, ...]
    popup: ShownPopUp | None
    uncovered: tuple[str, ...]
    at: datetime = field(compare=False)
    changes_at: datetime | None = field(compare=False, default=None)

    def next_colour(self, colour: Colour) -> NextColour | None:
        """Return when `colour` can come; None when it is the present one or cannot come."""
        return next((coming for coming in self.next_colours if coming.colour == colour), None)


@dataclass(frozen=True)
class PastChange:
    """A change of colour that has happened, with the rules that held from then on, the strictest first."""

    at: datetime
    colour: Colour
    holding: tuple[Holding, ...]


def derive(events: Iterable[Event], rules: RuleBook, at: datetime) -> Derivation:
    """Return the code at `at` and its derivation.

    Args:
        events: what is recorded about one person, in any order; duplicates do no harm. Levels of areas are among
            them for the areas the person stayed in.
        rules: the rules of all days.
        at: the moment, aware. Events known later are left out, but their coming is in `changes_at`.
    """
    recorded = tuple(events)
    facts = known(recorded, at)
    running = episodes(facts, rules)
    shown = _picture(running, uncovered(facts, rules), rules, at)
    return replace(shown, changes_at=_changes_at(shown, running, facts.more_at, recorded, rules))


def derive_with_history(
    events: Iterable[Event], rules: RuleBook, at: datetime, since: datetime
) -> tuple[Derivation, tuple[PastChange, ...]]:
    """Return what `derive` returns, and the changes later than `since`, for little more than the price of the first."""
    recorded = tuple(events)
    facts = known(recorded, at)
    running = episodes(facts, rules)
    shown = _picture(running, uncovered(facts, rules), rules, at)
    changes_at = _changes_at(shown, running, facts.more_at, recorded, rules)
    past = tuple(
        PastChange(moment, colour, _held(running, moment))
        for moment, colour in _history(running, at)
        if moment > since
    )
    return replace(shown, changes_at=changes_at), past


def history(events: Iterable[Event], rules: RuleBook, at: datetime) -> tuple[tuple[datetime, Colour], ...]:
    """Return every change of colour until `at`, by what is known at `at`: when, and which colour began."""
    return _history(episodes(known(events, at), rules), at)


def _history(running: tuple[Episode, ...], at: datetime) -> tuple[tuple[datetime, Colour], ...]:
    changes: list[tuple[datetime, Colour]] = []
    last: Colour = "green"
    for moment in sorted({edge for episode in running for edge in episode.edges() if edge <= at}):
        colour = _colour(running, moment)
        if colour != last:
            changes.append((moment, colour))
            last = colour
    return tuple(changes)


def _held(running: Iterable[Episode], moment: datetime) -> tuple[Holding, ...]:
    now = (_holding(episode, moment) for episode in running if episode.runs(moment))
    return tuple(sorted(now, key=_strictest_first))


def _since(running: tuple[Episode, ...], colour: Colour, at: datetime) -> datetime | None:
    """Return when the present colour began, going back from `at`; None when there was no other before."""
    since: datetime | None = None
    edges = {edge for episode in running for edge in episode.edges() if edge <= at}
    for moment in sorted(edges, reverse=True):
        if _colour(running, moment) != colour:
            return since
        since = moment
    return None if colour == "green" else since


def _colour(running: Iterable[Episode], moment: datetime) -> Colour:
    ranks = [RANK.get(episode.colour(moment), 0) for episode in running if episode.runs(moment)]
    return _COLOURS[max(ranks, default=0)]


def _picture(
    running: tuple[Episode, ...],
    not_covered: tuple[str, ...],
    rules: RuleBook,
    at: datetime,
) -> Derivation:
    now = [episode for episode in running if episode.runs(at)]
    holding = list(_held(now, at))
    colour = _colour(now, at)
    return Derivation(
        colour=colour,
        since=_since(running, colour, at),
        deciding=_deciding(holding, rules, at),
        holding=tuple(holding),
        unknown=tuple(held for held in holding if held.colour == "unknown"),
        requirements=_requirements(now, at),
        next_colours=_next_colours(running, colour, at),
        popup=_popup(now) if colour == "green" else None,
        uncovered=not_covered,
        at=at,
    )


def _holding(episode: Episode, at: datetime) -> Holding:
    return Holding(
        rule=episode.rule,
        event=episode.trigger.event,
        phase=episode.phase,
        colour=episode.colour(at),
        since=episode.start,
        until=episode.end,
        options=tuple(tuple(term.at(at) for term in option) for option in episode.options),
        duties=episode.duties,
    )


def _strictest_first(held: Holding) -> tuple[int, int, datetime | None, str]:
    phases: dict[Phase, int] = {"colour": 0, "popup": 1, "duty": 2}
    return -RANK.get(held.colour, -1), phases[held.phase], held.since, held.rule.id


def _deciding(holding: list[Holding], rules: RuleBook, at: datetime) -> Holding | None:
    for held in holding:
        if held.phase == "colour" and held.colour != "unknown":
            return held
    default = rules.default(at)
    return None if default is None else Holding(default, None, "colour", "green", None, None)


def _requirements(now: Iterable[Episode], at: datetime) -> tuple[Requirement, ...]:
    """Return what is left on the quickest way of each episode; of two alike, the one that asks for more."""
    most: dict[tuple[str, int | None, str | None], Requirement] = {}
    for episode in now:
        asked = [
            term.at(at) for term in _quickest(episode.options) if term.met_at is None or term.met_at > at
        ]
        for requirement in (*asked, *episode.duties):
            if requirement.left > 0:
                alike = (requirement.kind, requirement.interval_hours, requirement.awaits)
                other = most.get(alike)
                if other is None or _weight(requirement) > _weight(other):
                    most[alike] = requirement
    return tuple(sorted(most.values(), key=lambda asked: (asked.kind, -asked.left, asked.awaits or "")))


def _weight(asked: Requirement) -> tuple[int, float, float]:
    earliest = asked.earliest_at.timestamp() if asked.earliest_at else 0.0
    sooner_due = -asked.deadline.timestamp() if asked.deadline else float("-inf")
    return asked.left, earliest, sooner_due


def _quickest(options: tuple[tuple[Term, ...], ...]) -> tuple[Term, ...]:
    """Return the option that can be fulfilled first; the first written when nobody can say."""
    chosen: tuple[Term, ...] = options[0] if options else ()
    best: datetime | None = None
    for option in options:
        moments = [term.possible_at for term in option if term.possible_at is not None]
        if len(moments) == len(option) and (best is None or max(moments) < best):
            chosen, best = option, max(moments)
    return chosen


def _next_colours(running: tuple[Episode, ...], colour: Colour, at: datetime) -> tuple[NextColour, ...]:
    coming: list[NextColour] = []
    for other in _COLOURS:
        if RANK[other] > RANK[colour]:
            edges = {edge for episode in running for edge in episode.edges() if edge > at}
            first = next((edge for edge in sorted(edges) if _colour(running, edge) == other), None)
            if first is not None:
                coming.append(NextColour(other, first, "time"))
        elif RANK[other] < RANK[colour]:
            milder = _milder(running, other, at)
            if milder is not None:
                coming.append(milder)
    return tuple(coming)


def _milder(running: tuple[Episode, ...], other: Colour, at: datetime) -> NextColour | None:
    """Return when every stricter rule can have ended; None when nothing would hold the code at `other` then."""
    colours = [episode for episode in running if episode.phase == "colour"]
    first = at
    by: By = "time"
    reached: datetime | None = None
    blocking: list[Episode] = []
    while True:
        more = [
            episode
            for episode in colours
            if episode not in blocking
            and RANK.get(episode.rule.colour, -1) > RANK[other]
            and episode.start <= first
            and (episode.end is None or episode.end > at)
        ]
        if not more:
            break
        blocking.extend(more)
        if any(episode.possible_end is None for episode in blocking):
            return NextColour(other, None, "release")
        ends = [episode.possible_end for episode in blocking if episode.possible_end is not None]
        reached = max(ends)
        first = max(at, reached)
        by = "time" if all(episode.by == "time" for episode in blocking) else "steps"
    held = any(
        episode.rule.colour == other
        and episode.runs(at)
        and (episode.possible_end is None or reached is None or episode.possible_end > reached)
        for episode in colours
    )
    return NextColour(other, reached, by) if other == "green" or held else None


def _popup(now: Iterable[Episode]) -> ShownPopUp | None:
    for episode in now:
        if episode.rule.popup is not None and episode.phase == "popup":
            since = episode.trigger.event.at
            until = episode.possible_end if episode.end is None else episode.end
            return ShownPopUp(episode.rule.popup.kind, since, until, episode.rule.popup.deadline(since))
    return None


def _changes_at(
    shown: Derivation,
    running: tuple[Episode, ...],
    more_at: datetime | None,
    recorded: tuple[Event, ...],
    rules: RuleBook,
) -> datetime | None:
    """Return the first moment after `shown.at` whose picture differs.

    While nothing more becomes known the episodes stay as they are, and each of their edges shows. When more becomes
    known, or the rule of those to whom nothing happened changes, the picture may or may not differ.
    """
    moment = shown.at
    while True:
        edges = (episode.next_edge(moment) for episode in running)
        edge = min((e for e in edges if e is not None), default=None)
        check_at = min((m for m in (more_at, rules.default_changes(moment)) if m is not None), default=None)
        if check_at is None or (edge is not None and edge < check_at):
            return edge
        moment = check_at
        facts = known(recorded, moment)
        running = episodes(facts, rules)
        if _picture(running, uncovered(facts, rules), rules, moment) != shown:
            return moment
        more_at = facts.more_at
