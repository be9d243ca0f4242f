"""What a scorer has written on a card: its total, what is missing, and how two scorers differ. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .cards import Card, Item


@dataclass(frozen=True)
class Sheet:
    """A filled-in card.

    Attributes:
        points: by item; an item that is not there has not been judged.
        remarks: by item, why.
        fatal: keys of what is fatal.
        marks: remarks on single messages, by the message's reference (`quality_transcript`).
        words: about the whole case.
    """

    points: Mapping[str, int] = field(default_factory=dict)
    remarks: Mapping[str, str] = field(default_factory=dict, repr=False)
    fatal: tuple[str, ...] = ()
    marks: Mapping[str, str] = field(default_factory=dict, repr=False)
    words: str = field(default="", repr=False)

    def as_json(self) -> dict[str, Any]:
        """Return it as it is kept."""
        return {
            "points": dict(self.points),
            "remarks": dict(self.remarks),
            "fatal": list(self.fatal),
            "marks": dict(self.marks),
            "words": self.words,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Sheet:
        """Return what was kept."""
        return cls(kept["points"], kept["remarks"], tuple(kept["fatal"]), kept["marks"], kept["words"])


@dataclass(frozen=True)
class Gap:
    """Two scorers on one item; `None`: not judged."""

    item: Item
    one: int | None
    other: int | None

    @property
    def points(self) -> int:
        """Return how far apart they are."""
        return abs((self.one or 0) - (self.other or 0))


def total(card: Card, sheet: Sheet) -> int:
    """Return the points of a case, 0 when anything is fatal."""
    if sheet.fatal:
        return 0
    return sum(sheet.points.get(item.key, 0) for item in card.items)


def faults(card: Card, sheet: Sheet) -> dict[str, str]:
    """Return why a sheet cannot be submitted, in words for its scorer, by the field they are about; empty: it can."""
    found = {}
    for item in card.items:
        points = sheet.points.get(item.key)
        if points is None:
            found[f"points.{item.key}"] = f"“{item.label}”还没有打分。"
        elif not 0 <= points <= item.points:
            found[f"points.{item.key}"] = f"“{item.label}”在0到{item.points}分之间。"
        elif points < item.points and not sheet.remarks.get(item.key):
            found[f"remarks.{item.key}"] = f"“{item.label}”扣了分，请写明原因。"
    if sheet.fatal and not sheet.words:
        found["words"] = "有一票否决项，请在总评里写明事实。"
    return found


def gaps(card: Card, one: Sheet, other: Sheet) -> list[Gap]:
    """Return both judgements of every item, in the card's order."""
    return [Gap(item, one.points.get(item.key), other.points.get(item.key)) for item in card.items]
