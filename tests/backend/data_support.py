"""What the tests of places share: the gazetteer in memory, and the shared lists when they are there."""

from __future__ import annotations

import csv
import os
from collections import defaultdict
from functools import lru_cache
from pathlib import Path

import pytest

from backend.places.divisions import Divisions, places_from_rows
from backend.places.risk_check import RiskChecker
from backend.places.risk_index import ListedArea, RiskIndex
from backend.places.store import surroundings

ROOT = Path(__file__).resolve().parents[2]
GAZETTEER = ROOT / "data" / "gazetteer"
LEVELS = {"高风险": "high", "中风险": "medium", "低风险": "low"}


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def shared_list(name: str) -> Path:
    """A list of the shared folder; the test is skipped when there is none."""
    path = Path(os.environ.get("JKT_SHARED_DATA", ROOT.parent / "shared" / "data")) / name
    if not path.exists():
        pytest.skip(f"the shared list {name} is not here (JKT_SHARED_DATA)")
    return path


@lru_cache(maxsize=1)
def divisions() -> Divisions:
    """All divisions of the gazetteer."""
    towns: dict[str, list[str]] = defaultdict(list)
    for row in rows_of(GAZETTEER / "functional_zones.csv"):
        towns[row["zone_adcode"]].append(row["town_adcode"])
    places = places_from_rows(rows_of(GAZETTEER / "divisions.csv"), rows_of(GAZETTEER / "aliases.csv"))
    return Divisions(tuple(places), {zone: tuple(codes) for zone, codes in towns.items()})


def unit(city: str, county: str) -> str:
    """Code of the county or zone of a row."""
    found = [place for place in divisions().named(city + county) if place.level in ("county", "functional")]
    assert len(found) == 1, (city, county)
    return found[0].code


def checker(*rows: tuple[str, str, str, str]) -> RiskChecker:
    """A checker of a list written in the test: (level, city, county, text)."""
    areas = [
        ListedArea(f"a{number}", LEVELS[level], unit(city, county), text)
        for number, (level, city, county, text) in enumerate(rows)
    ]
    around = {area.division: surroundings(divisions(), area.division) for area in areas}
    return RiskChecker(RiskIndex(areas, around), divisions())


@lru_cache(maxsize=2)
def real_list(snapshot: str) -> tuple[tuple[ListedArea, ...], RiskChecker]:
    """One snapshot of the shared risk list and its checker."""
    areas = tuple(
        ListedArea(f"a{number}", LEVELS[row["level"]], unit(row["city"], row["county"]), row["area"])
        for number, row in enumerate(rows_of(shared_list("risk_areas_sichuan.csv")))
        if row["snapshot"] == snapshot
    )
    around = {code: surroundings(divisions(), code) for code in {area.division for area in areas}}
    return areas, RiskChecker(RiskIndex(areas, around), divisions())
