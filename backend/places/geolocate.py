"""Where an address lies: which division it names, and the best position known for it."""

from __future__ import annotations

from dataclasses import dataclass

from backend.places.distance import Point
from backend.places.divisions import Divisions, Place
from backend.places.folding import fold

PRECISION = {"township": "town", "county": "county", "functional": "county"}


@dataclass(frozen=True)
class Located:
    """The finest division found, the county or zone that lists it, and a position.

    `precision` says what the position points at: `site`, `town`, `county`, or `None` when there is none.
    """

    division: str
    county: str
    point: Point | None
    precision: str | None


def locate(divisions: Divisions, county: str, address: str, point: Point | None = None) -> Located:
    """Locate an address in a county (a functional zone, or a prefecture when no county is known).

    Args:
        divisions: the tree.
        county: code of the division the list gives.
        address: as written.
        point: the site's own position, when the list has one.
    """
    town = town_in(divisions, county, address)
    zone = None if town else zone_in(divisions, county, address)
    finest = town.code if town else zone.code if zone else county
    unit = county
    if divisions.by_code[county].level == "prefecture" and town:
        unit = divisions.county_of(town.code) or county
    if point is not None:
        return Located(finest, unit, point, "site")
    if town is not None and town.lat is not None and town.lon is not None:
        return Located(finest, unit, Point(town.lat, town.lon), "town")
    seat = divisions.point(unit)
    if seat is None or seat[2] not in PRECISION:
        return Located(finest, unit, None, None)
    return Located(finest, unit, Point(seat[0], seat[1]), "county")


def town_in(divisions: Divisions, county: str, address: str) -> Place | None:
    """The township of the county that the address names by its full name; the last one when it names several."""
    text = fold(address)
    if divisions.by_code[county].level == "prefecture":
        towns = [divisions.by_code[code] for code in divisions.down(county)]
        towns = [place for place in towns if place.level == "township"]
    else:
        towns = divisions.towns_of(county)
    named = [(text.find(fold(town.name)), -len(town.name), town) for town in towns if fold(town.name) in text]
    if not named:
        return None
    return max(named, key=lambda one: (-one[1], one[0]))[2]


def zone_in(divisions: Divisions, county: str, address: str) -> Place | None:
    """The functional zone beside or in the county that the address names (成都市高新区…), if it is one."""
    units = divisions.listing_units(county)
    zones = {
        place.code: place
        for mention in divisions.mentions(fold(address))
        for place in mention.places
        if place.level == "functional" and place.code in units
    }
    return next(iter(zones.values())) if len(zones) == 1 else None


def county_in(divisions: Divisions, prefecture: str, address: str) -> Place | None:
    """The county or functional zone of a prefecture that an address names, `None` when it names none or several."""
    named = {
        place.code: place
        for mention in divisions.mentions(fold(address))
        for place in mention.places
        if place.level in ("county", "functional") and divisions.lies_in(place.code, prefecture)
    }
    return next(iter(named.values())) if len(named) == 1 else None
