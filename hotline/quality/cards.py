"""Score cards as data (`cards.yml`): versions of items with points and guidance, and what is fatal (一票否决)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, get_args

import yaml

from .sampling import Source

_FILE = Path(__file__).with_name("cards.yml")
WHOLE: Final = 100


@dataclass(frozen=True)
class Item:
    """One thing a case is held to, with its points at most."""

    key: str
    label: str
    points: int
    guidance: str
    basis: str


@dataclass(frozen=True)
class Fatal:
    """What makes the whole case 0 points."""

    key: str
    label: str
    guidance: str
    basis: str


@dataclass(frozen=True)
class Card:
    """One version of a card; it holds for what is scored from the day `since` on."""

    source: Source
    label: str
    version: int
    since: dt.date
    items: tuple[Item, ...]
    fatal: tuple[Fatal, ...]

    def item(self, key: str) -> Item | None:
        """Return an item; `None` when this version has none of that name."""
        return next((item for item in self.items if item.key == key), None)


@dataclass(frozen=True)
class Cards:
    """All versions of all cards, the oldest first."""

    versions: Mapping[Source, tuple[Card, ...]]

    def on(self, source: Source, day: dt.date) -> Card:
        """Return the version that holds on a day; before the first one, the first."""
        own = self.versions[source]
        return next((card for card in reversed(own) if card.since <= day), own[0])

    def of(self, source: Source, version: int) -> Card:
        """Return a version by number.

        Raises:
            KeyError: it is no longer in the file.
        """
        for card in self.versions[source]:
            if card.version == version:
                return card
        raise KeyError(f"cards.yml: no version {version} of {source}")


def read(raw: Mapping[str, Mapping[str, Any]]) -> Cards:
    """Return the cards of a parsed file.

    Raises:
        ValueError: points that do not make 100, a key twice, or versions out of order.
    """
    versions: dict[Source, tuple[Card, ...]] = {}
    for source in get_args(Source):
        versions[source] = tuple(_card(source, raw[source]["label"], one) for one in raw[source]["versions"])
        order = [(card.version, card.since) for card in versions[source]]
        if order != sorted(set(order)):
            raise ValueError(f"cards.yml: versions of {source} are out of order")
    return Cards(versions)


def _card(source: Source, label: str, one: Mapping[str, Any]) -> Card:
    card = Card(
        source=source,
        label=label,
        version=one["version"],
        since=one["from"],
        items=tuple(Item(**item) for item in one["items"]),
        fatal=tuple(Fatal(**fatal) for fatal in one["fatal"]),
    )
    keys = [item.key for item in card.items] + [fatal.key for fatal in card.fatal]
    if len(keys) != len(set(keys)):
        raise ValueError(f"cards.yml: {source} version {card.version} has a key twice")
    if sum(item.points for item in card.items) != WHOLE or min(item.points for item in card.items) < 1:
        raise ValueError(f"cards.yml: the points of {source} version {card.version} do not make {WHOLE}")
    return card


@lru_cache(maxsize=1)
def cards() -> Cards:
    """Return the cards of this installation, read once."""
    return read(yaml.safe_load(_FILE.read_text("utf-8")))
