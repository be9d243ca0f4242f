"""Results of a period: by agent, by item, over time, and what is missed most. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final

from .cards import Card, Item
from .casebook import Case
from .scoring import Sheet

#: Examples that stand beside an item of the coaching list.
EXAMPLES: Final = 3


@dataclass(frozen=True)
class Scored:
    """A case that was scored, with the card and the sheet that count."""

    case: Case
    card: Card
    sheet: Sheet

    @property
    def by_chance(self) -> bool:
        """Tell whether it was drawn at random: only such cases compare agents."""
        return self.case.why == "random"


@dataclass(frozen=True)
class AgentLine:
    """One agent in a period.

    Attributes:
        agent: work number.
        cases: scored ones.
        mean: of all of them.
        mean_by_chance: of those drawn at random; `None` when there was none.
        fatal: how many had something fatal.
        appeals: how many were appealed against, `changed` of them with success.
    """

    agent: str
    cases: int
    mean: float
    mean_by_chance: float | None
    fatal: int
    appeals: int
    changed: int


@dataclass(frozen=True)
class ItemLine:
    """One item in a period: how often judged, how often points were missing, and which part of the points was given."""

    item: Item
    card: str
    judged: int
    missed: int
    part: float


@dataclass(frozen=True)
class Example:
    """Where an item was missed, and what the scorer wrote."""

    case_id: str
    agent: str
    given: int
    remark: str


@dataclass(frozen=True)
class Coaching:
    """An item that is missed often, with the newest examples."""

    line: ItemLine
    examples: tuple[Example, ...]


def by_agent(scored: Iterable[Scored]) -> list[AgentLine]:
    """Return a line for each agent, by work number."""
    own: defaultdict[str, list[Scored]] = defaultdict(list)
    for one in scored:
        own[one.case.agent].append(one)
    return [_agent_line(agent, own[agent]) for agent in sorted(own)]


def by_item(scored: Sequence[Scored]) -> list[ItemLine]:
    """Return a line for each item of each card that was scored by, in the cards' order; fatal cases count too."""
    lines: dict[tuple[str, str], tuple[Item, str, list[int]]] = {}
    for one in scored:
        for item in one.card.items:
            if item.key in one.sheet.points:
                line = lines.setdefault((one.card.source, item.key), (item, one.card.label, []))
                line[2].append(one.sheet.points[item.key])
    return [
        ItemLine(
            item=item,
            card=label,
            judged=len(points),
            missed=sum(given < item.points for given in points),
            part=fmean(points) / item.points,
        )
        for item, label, points in lines.values()
    ]


def coaching(scored: Sequence[Scored], limit: int) -> list[Coaching]:
    """Return the items that are missed in the greatest part of cases, the most missed first; none that never is."""
    lines = sorted(by_item(scored), key=lambda line: (-line.missed / line.judged, line.part, line.item.key))
    return [Coaching(line, _examples(scored, line)) for line in lines[:limit] if line.missed]


def trend(
    scored: Iterable[Scored], period_of: Callable[[float], str], periods: Sequence[str]
) -> list[tuple[str, float | None, int]]:
    """Return mean total and number of cases for each of `periods`; `None` where nothing was scored.

    Args:
        scored: the cases.
        period_of: names the period of a moment (unix seconds).
        periods: their names, in order.
    """
    totals: dict[str, list[int]] = {name: [] for name in periods}
    for one in scored:
        name = period_of(one.case.scored_at or 0.0)
        if name in totals:
            totals[name].append(one.case.total or 0)
    return [(name, fmean(own) if own else None, len(own)) for name, own in totals.items()]


def _agent_line(agent: str, own: Sequence[Scored]) -> AgentLine:
    chance = [one.case.total or 0 for one in own if one.by_chance]
    return AgentLine(
        agent=agent,
        cases=len(own),
        mean=fmean(one.case.total or 0 for one in own),
        mean_by_chance=fmean(chance) if chance else None,
        fatal=sum(bool(one.sheet.fatal) for one in own),
        appeals=sum(one.case.appeal is not None for one in own),
        changed=sum(one.case.state == "changed" for one in own),
    )


def _examples(scored: Sequence[Scored], line: ItemLine) -> tuple[Example, ...]:
    found = []
    for one in reversed(scored):
        given = one.sheet.points.get(line.item.key)
        if one.card.label == line.card and given is not None and given < line.item.points:
            remark = one.sheet.remarks.get(line.item.key, "")
            found.append(Example(one.case.case_id, one.case.agent, given, remark))
    return tuple(found[:EXAMPLES])
