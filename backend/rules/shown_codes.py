"""Figures and lists for venues and checks: `data/shown_codes.yml`, `data/venue_types.yml`."""

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
        limits: hours, days and counts by name.
        open_types: kinds of venue a citizen may apply for.
    """

    limits: Mapping[str, int]
    open_types: frozenset[str]


@lru_cache(maxsize=1)
def load_shown_codes() -> ShownCodes:
    """Read the data files, once a process."""
    figures = yaml.safe_load((_DATA / "shown_codes.yml").read_text("utf-8"))
    types = yaml.safe_load((_DATA / "venue_types.yml").read_text("utf-8"))["types"]
    opened = frozenset(name for name, facts in types.items() if facts.get("open", True))
    return ShownCodes(figures["limits"], opened)
