"""Coordinates of landmarks, for “nearest first”."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Landmark:
    """A place people name instead of an address; WGS-84 degrees, approximate."""

    name: str
    adcode: str
    lat: float
    lon: float


class Landmarks:
    """Landmarks by name and alias."""

    def __init__(self, by_name: Mapping[str, Landmark]) -> None:
        self._by_name = dict(by_name)

    @classmethod
    def load(cls, path: Path) -> Landmarks:
        """Read the gazetteer file (columns name, aliases, adcode, lat, lon, kind, note)."""
        by_name: dict[str, Landmark] = {}
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                mark = Landmark(row["name"], row["adcode"], float(row["lat"]), float(row["lon"]))
                for name in (mark.name, *filter(None, row["aliases"].split("|"))):
                    by_name.setdefault(name, mark)
        return cls(by_name)

    def find(self, name: str) -> Landmark | None:
        """The landmark of this name, if it is known."""
        return self._by_name.get(name)
