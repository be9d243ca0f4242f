"""Which cases are looked at: a pure function of the cases, the plan and a seed.

A case's place in the lot is the SHA-256 of seed and name, not the state of a generator: the sample depends neither on
the order in which cases are read nor on the version of Python, and anybody can check afterwards why a case was drawn.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

Source = Literal["chat", "order"]
Why = Literal["low_rating", "emergency", "reopened", "random"]

MUSTS: Final = frozenset({"low_rating", "emergency", "reopened"})


@dataclass(frozen=True)
class Case:
    """Something an agent has finished.

    Attributes:
        source: a chat or a work order.
        subject: chat id or order number.
        agent: work number of who answers for it.
        taking_part: everybody of the desk who spoke or acted in it, the agent among them.
        stratum: what it was about; random cases are spread over these.
        ended_at: unix seconds by the clock of its source.
        rating: 1 to 5; `None` when nobody rated.
        emergency, reopened: as the names say.
    """

    source: Source
    subject: str
    agent: str
    taking_part: frozenset[str]
    stratum: str
    ended_at: float
    rating: int | None = None
    emergency: bool = False
    reopened: bool = False


@dataclass(frozen=True)
class Plan:
    """How one kind of case is sampled; see `plans.yml`."""

    source: Source
    per_agent: int
    always: frozenset[str]
    low_rating: int
    wait_hours: int
    weeks_back: int


@dataclass(frozen=True)
class Pick:
    """A case that is looked at, and why."""

    case: Case
    why: Why


def draw(plan: Plan, cases: Iterable[Case], seed: str, *, without: Collection[str] = ()) -> list[Pick]:
    """Return the sample: first what is always taken, then each agent's random cases, in the order of the lot.

    Random cases come beside the ones that are always taken, so that every agent has equally many by chance: only those
    compare agents fairly.

    Args:
        plan: of this kind of case.
        cases: all that ended in the period.
        seed: the same seed and cases give the same sample.
        without: work numbers in whose cases nothing is drawn: whoever draws does not sample their own.
    """
    lot = sorted(
        (case for case in cases if not case.taking_part & frozenset(without)),
        key=lambda case: rank(case, seed),
    )
    musts = [Pick(case, why) for case in lot if (why := _must(plan, case)) is not None]
    taken = {pick.case.subject for pick in musts}
    by_agent: defaultdict[str, list[Case]] = defaultdict(list)
    for case in lot:
        if case.subject not in taken:
            by_agent[case.agent].append(case)
    chance = {case.subject for own in by_agent.values() for case in _spread(own, plan.per_agent)}
    return musts + [Pick(case, "random") for case in lot if case.subject in chance]


def assign(
    picks: Sequence[Pick], scorers: Collection[str], load: Mapping[str, int], seed: str
) -> dict[str, str | None]:
    """Return who scores which subject: whoever has least to do among those who took no part in it.

    Args:
        picks: the sample.
        scorers: work numbers of those who may score.
        load: cases that wait for each of them already.
        seed: decides between those who have equally much to do.
    """
    waiting = {scorer: load.get(scorer, 0) for scorer in scorers}
    chosen: dict[str, str | None] = {}
    for pick in picks:
        able = [scorer for scorer in waiting if scorer not in pick.case.taking_part]
        one = min(
            able, key=lambda scorer: (waiting[scorer], _hash(seed, pick.case.subject, scorer)), default=None
        )
        if one is not None:
            waiting[one] += 1
        chosen[pick.case.subject] = one
    return chosen


def rank(case: Case, seed: str) -> str:
    """Return a case's place in the lot: smaller is drawn earlier."""
    return _hash(seed, case.source, case.subject)


def _must(plan: Plan, case: Case) -> Why | None:
    """Return why a case is taken in any case, the gravest reason first."""
    if case.emergency and "emergency" in plan.always:
        return "emergency"
    if case.rating is not None and case.rating <= plan.low_rating and "low_rating" in plan.always:
        return "low_rating"
    return "reopened" if case.reopened and "reopened" in plan.always else None


def _spread(lot: Sequence[Case], wanted: int) -> list[Case]:
    """Return the first cases of each stratum, as many as its part of all (largest remainder), `wanted` together."""
    if wanted >= len(lot):
        return list(lot)
    strata: defaultdict[str, list[Case]] = defaultdict(list)
    for case in lot:
        strata[case.stratum].append(case)
    exact = {name: wanted * len(own) / len(lot) for name, own in strata.items()}
    places = {name: int(part) for name, part in exact.items()}
    # `strata` is in the order of the lot, and the sort is stable: chance decides between equal remainders.
    by_remainder = sorted(exact, key=lambda name: places[name] - exact[name])
    for name in by_remainder[: wanted - sum(places.values())]:
        places[name] += 1
    return [case for name, own in strata.items() for case in own[: places[name]]]


def _hash(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()
