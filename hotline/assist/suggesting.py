"""Which entries to show for notes: what was said last is asked now, what was said before helps to read it. Pure.

The notes are searched through several windows that all end where the notes end. Each window's hits count by its
weight; an entry has the best it got.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from knowledge import Hit, PolicyEntry

from .notes import clauses

#: How many are shown.
SHOWN: Final = 3
#: The windows: how many clauses from the end, and what their hits weigh.
WINDOWS: Final = ((1, 1.0), (2, 0.95), (3, 0.9), (5, 0.8))
#: Probability from which the first is shown at all: rather nothing than a wrong one.
FIRST_FROM: Final = 0.35
#: Probability from which another one is shown beside the first.
OTHERS_FROM: Final = 0.08
_LONGEST: Final = 120
_SHORTEST: Final = 3
#: What agents write around a question and no citizen says.
_FRAME: Final = re.compile(
    r"^(?:来电人|来电者|市民|对方|女士|先生|大爷|大妈|他|她|女|男)?(?:现在|又|还|再|想)?"
    r"(?:来电)?(?:咨询|询问|反映|反应|表示|说是|说|称|问一下|问下|问)(?:一下|到)?[:：]?(?:他|她)?"
)


@dataclass(frozen=True)
class Suggested:
    """An entry for the agent; `score` is the probability that it answers what is asked now."""

    entry: PolicyEntry
    score: float


@dataclass(frozen=True)
class Window:
    """A text to search for, and what its hits weigh."""

    text: str
    weight: float


def windows(notes: str) -> list[Window]:
    """Return what to search for, the latest words first; nothing for notes that say nothing yet."""
    said = [_unframed(clause.text) for clause in clauses(notes)]
    said = [text for text in said if text]
    found: dict[str, float] = {}
    for count, weight in WINDOWS:
        text = "，".join(said[-count:])[-_LONGEST:]
        if len(text) >= _SHORTEST:
            found.setdefault(text, weight)
    return [Window(text, weight) for text, weight in found.items()]


def suggested(
    notes: str, search: Callable[[str], Sequence[Hit]], refused: Iterable[str] = ()
) -> list[Suggested]:
    """Return at most three entries, the likeliest first; nothing when none is likely enough.

    Args:
        notes: as they stand.
        search: the knowledge search, on the right day and in the right region.
        refused: ids of entries that were called wrong in this call.
    """
    best: dict[str, Suggested] = {}
    is_sure = False
    for window in windows(notes):
        for hit in search(window.text):
            score = round(hit.score * window.weight, 4)
            is_sure = is_sure or (hit.confident and score >= FIRST_FROM)
            if hit.entry.id not in best or best[hit.entry.id].score < score:
                best[hit.entry.id] = Suggested(hit.entry, score)
    without = set(refused)
    ranked = sorted((one for one in best.values() if one.entry.id not in without), key=lambda one: -one.score)
    if not is_sure:
        return []
    return [one for one in ranked[:SHOWN] if one.score >= OTHERS_FROM]


def _unframed(text: str) -> str:
    return _FRAME.sub("", text).strip()
