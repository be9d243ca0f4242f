"""How well the search does on the test questions, by topic, and what a changed entry would do to them.

The test questions stand in `retrieval.yml`: none is a phrasing of an entry, so that they measure and do not teach.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml

from knowledge.search import KnowledgeIndex

QUESTIONS_FILE = Path(__file__).with_name("retrieval.yml")
USUAL_DAY = dt.date(2022, 9, 5)
UNCOVERED = "没有条目"
"""Topic of the questions that nothing answers."""

Effect = Literal["lost", "wrong", "overconfident", "better", "other"]


@dataclass(frozen=True)
class TestQuestion:
    """A question and the entries any of which answers it; none: nothing does, and nothing may be told."""

    text: str
    day: dt.date
    region: str | None
    wanted: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """What the search made of a test question: the entry ranked first, and whether it would be told."""

    question: TestQuestion
    first: str | None
    rank: int | None
    confident: bool

    @property
    def told(self) -> str | None:
        """The entry whose answer is given; None when the assistant says that it does not know."""
        return self.first if self.confident else None

    @property
    def right(self) -> bool:
        """Whether what the assistant does is right: the wanted answer, or none where there is none."""
        return self.told in self.question.wanted if self.question.wanted else self.told is None


@dataclass(frozen=True)
class Figures:
    """Figures of one topic; shares are None where nothing was asked.

    Attributes:
        asked: test questions.
        recall: share whose entry is ranked first.
        recall3: share whose entry is among the first three.
        told: share that gets an answer with confidence.
        precision: share of the answers given that are right.
    """

    asked: int
    recall: float | None
    recall3: float | None
    told: float | None
    precision: float | None


@dataclass(frozen=True)
class Shift:
    """A test question that is answered otherwise afterwards.

    `effect`: `lost` a right answer is no longer given, `wrong` another one is given instead, `overconfident` something
    is told although nothing answers, `better`, or `other` (both wrong, or the entry's own questions when it goes).
    """

    before: Outcome
    after: Outcome
    effect: Effect

    @property
    def is_worse(self) -> bool:
        """Whether it speaks against the change."""
        return self.effect in {"lost", "wrong", "overconfident"}


@lru_cache(maxsize=4)
def questions(path: Path = QUESTIONS_FILE) -> tuple[TestQuestion, ...]:
    """Every test question of a file."""
    raw = yaml.safe_load(path.read_text("utf-8"))
    return tuple(
        TestQuestion(
            case["text"], case.get("at", USUAL_DAY), case.get("region"), tuple(case.get("entry", ()))
        )
        for case in (*raw["covered"], *raw["uncovered"])
    )


def ask(index: KnowledgeIndex, asked: Iterable[TestQuestion]) -> list[Outcome]:
    """Ask every question."""
    outcomes = []
    for question in asked:
        hits = index.search(question.text, question.day, question.region)
        ranks = [rank for rank, hit in enumerate(hits) if hit.entry.id in question.wanted]
        outcomes.append(
            Outcome(
                question,
                hits[0].entry.id if hits else None,
                ranks[0] if ranks else None,
                bool(hits) and hits[0].confident,
            )
        )
    return outcomes


def by_topic(outcomes: Iterable[Outcome], topic_of: Mapping[str, str]) -> dict[str, Figures]:
    """Figures of every topic, then of all covered questions (`""`) and of those nothing answers."""
    grouped: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        if not outcome.question.wanted:
            grouped.setdefault(UNCOVERED, []).append(outcome)
            continue
        grouped.setdefault(topic_of.get(outcome.question.wanted[0], "?"), []).append(outcome)
        grouped.setdefault("", []).append(outcome)
    order = sorted(grouped, key=lambda topic: (topic == UNCOVERED, not topic, topic))
    return {topic: _figures(grouped[topic]) for topic in order}


def compare(
    before: Sequence[Outcome],
    after: Sequence[Outcome],
    *,
    changed: str = "",
    taken_away: bool = False,
    family: Callable[[str], str] = lambda entry_id: entry_id.partition(".")[0],
) -> list[Shift]:
    """Which test questions are answered otherwise, the worst first.

    Args:
        before: outcomes now.
        after: outcomes with the change.
        changed: id of the entry that is changed; `""` when several are.
        taken_away: whether it is no longer told: its own questions then lose their answer, which is what is wanted.
        family: the part of an id that versions of one question share; another version of a wanted entry is right too.
    """
    shifts = []
    for old, new in zip(before, after, strict=True):
        if old.told == new.told:
            continue
        families = {family(wanted) for wanted in new.question.wanted}
        still = new.right or (new.told == changed and family(changed) in families)
        own = taken_away and changed in new.question.wanted
        shifts.append(Shift(old, new, _effect(old, new, still=still, own=own)))
    return sorted(shifts, key=lambda s: (not s.is_worse, s.effect, s.before.question.text))


def _effect(old: Outcome, new: Outcome, *, still: bool, own: bool) -> Effect:
    if old.right and not still:
        if own:
            return "other"
        if not new.question.wanted:
            return "overconfident"
        return "lost" if new.told is None else "wrong"
    return "better" if still and not old.right else "other"


def _figures(outcomes: Sequence[Outcome]) -> Figures:
    covered = [o for o in outcomes if o.question.wanted]
    told = [o for o in outcomes if o.told is not None]
    return Figures(
        len(outcomes),
        _share(sum(o.rank == 0 for o in covered), len(covered)),
        _share(sum(o.rank is not None and o.rank < _NEAR for o in covered), len(covered)),
        _share(len(told), len(outcomes)),
        _share(sum(o.right for o in told), len(told)),
    )


_NEAR = 3


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 3) if whole else None
