"""Names of divisions, functional zones, and where an address lies."""

from __future__ import annotations

import pytest

from backend.places.distance import Point, metres_between
from backend.places.folding import fold
from backend.places.geolocate import county_in, locate

from .data_support import GAZETTEER, divisions, rows_of


def codes(name: str) -> list[str]:
    return [place.code for place in divisions().named(name)]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("武侯区", ["510107"]),
        ("武侯", ["510107"]),
        ("郫县", ["510117"]),
        ("达县", ["511703"]),
        ("宜宾县", ["511504"]),
        ("内江市市中区", ["511002"]),
        ("市中区", ["511002", "511102"]),
        ("成都市高新区", ["F510101"]),
        ("四川省成都市武侯区", ["510107"]),
        ("凉山州", ["513400"]),
        ("双流区中和街道", ["510116003"]),
        ("木里县", ["513422"]),
        ("新津县", ["510118"]),
        ("不存在的县", []),
        ("", []),
    ],
)
def test_division_by_name(name: str, expected: list[str]) -> None:
    assert codes(name) == expected


def test_every_county_is_found_by_its_own_path() -> None:
    counties = [place for place in divisions().places if place.level == "county"]
    assert len(counties) == 183
    assert all(codes(place.path) == [place.code] for place in counties)


def test_an_ambiguous_zone_name_keeps_all_its_zones() -> None:
    assert "F510101" in codes("高新区")
    assert len(codes("高新区")) > 5


def test_a_zone_is_its_streets() -> None:
    below = divisions().down("F510101")
    assert {"510107020", "510116003", "510117002"} <= below
    assert "510107" not in below


def test_a_county_shares_its_list_with_the_zones_inside() -> None:
    assert {"510116", "F510101", "F510102"} <= divisions().listing_units("510116")
    assert divisions().listing_units("510116003") == {"510116", "F510101"}


@pytest.mark.parametrize(
    ("address", "division", "precision"),
    [
        ("四川省成都市武侯区玉林街道玉洁东街4号", "510107005", None),
        ("国学巷37号", "510107", "county"),
        ("四川省成都市高新区科园南路5号", "F510101", "county"),
    ],
)
def test_an_address_is_placed_as_finely_as_it_says(
    address: str, division: str, precision: str | None
) -> None:
    found = locate(divisions(), "510107", address)
    assert (found.division, found.county) == (division, "510107")
    assert found.point is not None
    assert precision is None or found.precision == precision


def test_an_address_without_county_names_it_itself() -> None:
    found = county_in(divisions(), "513400", "四川省凉山彝族自治州西昌市航天大道二段")
    assert found is not None
    assert found.code == "513401"
    assert county_in(divisions(), "513400", "航天大道") is None


def test_mentions_keep_the_longest_name() -> None:
    found = divisions().mentions(fold("我在四川成都高新区石羊街道"))
    assert [place.code for one in found for place in one.places] == ["510000", "F510101", "510107020"]


def test_every_alias_points_at_a_division() -> None:
    known = divisions().by_code
    aliases = rows_of(GAZETTEER / "aliases.csv")
    assert len(aliases) > 200
    assert all(row["adcode"] in known and row["kind"] in ("old", "short", "colloquial") for row in aliases)
    assert len({(row["alias"], row["adcode"]) for row in aliases}) == len(aliases)


def test_zones_consist_of_towns_of_their_own_city() -> None:
    tree = divisions()
    for zone, towns in tree.zone_towns.items():
        for town in towns:
            place = tree.by_code[town]
            assert place.level == "township"
            assert tree.lies_in(town, str(tree.by_code[zone].parent_code)), (zone, town)


def test_landmarks_lie_in_or_near_their_county_in_every_prefecture() -> None:
    tree = divisions()
    landmarks = rows_of(GAZETTEER / "landmarks.csv")
    assert len(landmarks) >= 150
    assert len({row["adcode"][:4] for row in landmarks}) == 21
    for row in landmarks:
        seat = tree.point(row["adcode"])
        assert seat is not None
        metres = metres_between(Point(seat[0], seat[1]), Point(float(row["lat"]), float(row["lon"])))
        assert metres < 80_000, row["name"]
        assert tree.by_code[row["adcode"]].level == "county"
        assert row["note"] == "approximate"
