"""The province as 21 tiles of one size, each with its name and value. Pure.

A map of borders would let the large prefectures of few people speak loudest, and its drawing would need a source that
may be passed on. Few cases of a place are told as few, and their rate is not told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import yaml

from .counts import UNKNOWN, Counts
from .wording import FEW, FEW_WORDS, NO_DATA, guarded

#: Shades from light to dark; the lightest stands for nothing and for few.
SHADES: Final = 5


@dataclass(frozen=True)
class Place:
    """A prefecture and where its tile stands."""

    code: str
    name: str
    row: int
    column: int


@dataclass(frozen=True)
class Measure:
    """What the tiles show of a source: cases by place; or with `among` the share of `of` in them."""

    key: str
    label: str
    source: str
    of: str
    among: tuple[str, ...] = ()


MEASURES: Final = (
    Measure("asked", "人工请求", "chats", "asked"),
    Measure("connection", "接通率", "chats", "connected", ("asked",)),
    Measure("sittings", "助手会话", "assistant", "bot_sittings"),
    Measure("orders", "受理工单", "orders", "order_made"),
    Measure(
        "answering",
        "按时办结率",
        "orders",
        "order_answered_in_time",
        ("order_answered_in_time", "order_answered_late"),
    ),
)


@dataclass(frozen=True)
class Tile:
    """A place with its value in words and its shade, 0 to `SHADES` - 1."""

    place: Place
    words: str
    shade: int


@dataclass(frozen=True)
class Cartogram:
    """All tiles; what is said of no place; and what each shade stands for."""

    measure: Measure
    tiles: tuple[Tile, ...]
    elsewhere: str
    legend: tuple[str, ...]


@lru_cache(maxsize=1)
def places() -> tuple[Place, ...]:
    """Return the prefectures, in the order of their codes."""
    raw: Mapping[Any, Any] = yaml.safe_load(Path(__file__).with_name("prefectures.yml").read_text("utf-8"))
    return tuple(Place(str(code), one["name"], one["row"], one["column"]) for code, one in raw.items())


def measure_of(key: str) -> Measure | None:
    """Return a measure by key; `None` when there is none."""
    return next((one for one in MEASURES if one.key == key), None)


def cartogram(measure: Measure, counts: Counts, silent: frozenset[str] = frozenset()) -> Cartogram:
    """Draw a measure; of a source that is `silent` nothing is known, not even 0."""
    if measure.source in silent:
        unknown = tuple(Tile(place, NO_DATA, 0) for place in places())
        return Cartogram(measure, unknown, NO_DATA, (NO_DATA,))
    above = counts.parts(measure.of, "district")
    if not measure.among:
        edges = _edges(max(above.values(), default=0))
        tiles = [
            Tile(place, guarded(above.get(place.code, 0)), _shade(above.get(place.code, 0), edges))
            for place in places()
        ]
        return Cartogram(measure, tuple(tiles), guarded(above.get(UNKNOWN, 0)), _ranges(edges))
    cases = [counts.parts(name, "district") for name in measure.among]
    of = {
        code: sum(part.get(code, 0) for part in cases) for code in {code for part in cases for code in part}
    }
    shares = tuple(_share(place, above, of) for place in places())
    return Cartogram(measure, shares, _share_words(above.get(UNKNOWN, 0), of.get(UNKNOWN, 0)), _SHARES)


_SHARE_EDGES: Final = (0.8, 0.9, 0.95)
_SHARES: Final = (f"无数据或{FEW_WORDS}", "不到80%", "80%到不足90%", "90%到不足95%", "95%以上")


def _share(place: Place, above: Mapping[str, int], of: Mapping[str, int]) -> Tile:
    cases = of.get(place.code, 0)
    words = _share_words(above.get(place.code, 0), cases)
    if cases < FEW:
        return Tile(place, words, 0)
    share = above.get(place.code, 0) / cases
    return Tile(place, words, 1 + sum(share >= edge for edge in _SHARE_EDGES))


def _share_words(above: int, cases: int) -> str:
    if cases == 0:
        return NO_DATA
    return FEW_WORDS if cases < FEW else f"{above / cases * 100:.0f}%"


def _edges(most: int) -> tuple[int, ...]:
    """Return the least count of each shade but the lightest, which is for less than `FEW`."""
    step = max(1, -(-(most - FEW + 1) // (SHADES - 1)))
    return tuple(FEW + step * number for number in range(SHADES - 1))


def _shade(amount: int, edges: Sequence[int]) -> int:
    return sum(amount >= edge for edge in edges)


def _ranges(edges: Sequence[int]) -> tuple[str, ...]:
    pairs = zip(edges, (*edges[1:], None), strict=True)
    upper = [f"{low}以上" if high is None else _range(low, high - 1) for low, high in pairs]
    return (f"0到{FEW - 1}", *upper)


def _range(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}到{high}"
