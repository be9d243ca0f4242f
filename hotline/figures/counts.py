"""Counts of a day: whole numbers that add up over days. Rates and means are made of them when they are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

By = Literal["", "channel", "topic", "district", "hour", "outcome", "reason", "score", "wait"]
#: The part of whoever said nothing of it.
UNKNOWN: Final = ""


@dataclass(frozen=True, order=True)
class Key:
    """What is counted: `name` in all, or of it the `part` of a breakdown `by`."""

    name: str
    by: By = ""
    part: str = ""


class Counts(Counter[Key]):
    """How many of each; a key that is not there counts 0."""

    def note(self, name: str, amount: int = 1, **parts: str) -> None:
        """Count `amount` in all, and in each part named: `note("asked", channel="web", hour="09")`."""
        self[Key(name)] += amount
        for by, part in parts.items():
            self[Key(name, by, part)] += amount  # type: ignore[arg-type]

    def whole(self, name: str) -> int:
        """Return how many in all."""
        return self[Key(name)]

    def parts(self, name: str, by: By) -> dict[str, int]:
        """Return how many in each part of a breakdown."""
        return {key.part: amount for key, amount in self.items() if key.name == name and key.by == by}


def added(several: Iterable[Counts]) -> Counts:
    """Return the sum."""
    total = Counts()
    for one in several:
        total.update(one)
    return total


def prefecture_of(division: str) -> str:
    """Return the code of the prefecture a division lies in; `UNKNOWN` for none, or one outside the province."""
    code = division[:4]
    known = len(division) >= len(code) and code.startswith("51") and code[2:] not in ("", "00", "0")
    return f"{code}00" if known else UNKNOWN
