"""Figures and lists for venues, checks and what is kept of them: `data/shown_codes.yml`, `data/venue_types.yml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

_DATA = Path(__file__).with_name("data")


@dataclass(frozen=True)
class ShownCodes:
    """What an operator may set.

    Attributes:
        keep_days: days by what is kept: visits, lane_entries, checks, passes.
        limits: hours, days and counts by name.
        open_types: kinds of venue a citizen may apply for.
    """

    keep_days: Mapping[str, int]
    limits: Mapping[str, int]
    open_types: frozenset[str]


@lru_cache(maxsize=1)
def load_shown_codes() -> ShownCodes:
    """Read the data files, once a process."""
    figures = yaml.safe_load((_DATA / "shown_codes.yml").read_text("utf-8"))
    types = yaml.safe_load((_DATA / "venue_types.yml").read_text("utf-8"))["types"]
    opened = frozenset(name for name, facts in types.items() if facts.get("open", True))
    return ShownCodes(figures["keep_days"], figures["limits"], opened)
