"""Test and vaccination sites in memory: filtered, measured and put in order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from backend.places.distance import Point, metres_between
from backend.places.folding import fold
from backend.places.hours import OpeningHours, parse_hours

ROUGH_M = 100
"""Distances to a town or a county seat are rounded to this many metres: more would promise too much."""


@dataclass(frozen=True)
class SiteRecord:
    """One site as stored. Unknown is `None`; `precision` says what the position points at: site, town, county."""

    site_id: str
    name: str
    division_code: str
    county_code: str
    address: str
    phone: str | None
    hours: str | None
    open_24h: bool | None
    yellow_code: bool | None
    services: tuple[str, ...]
    price_single: float | None
    price_pooled: float | None
    point: Point | None
    precision: str | None
    data_date: date
    source: str
    demo: bool

    @property
    def opening(self) -> OpeningHours | None:
        """Opening hours as far as the notice can be read."""
        return OpeningHours((), always=True) if self.open_24h else parse_hours(self.hours)

    def open_at(self, moment: datetime) -> bool | None:
        """Whether it is open at `moment`; `None` when its hours are not known."""
        opening = self.opening
        return None if opening is None else opening.open_at(moment)

    def changes_after(self, moment: datetime) -> datetime | None:
        """When it next opens or closes; `None` when its hours are not known or it never closes."""
        opening = self.opening
        return None if opening is None else opening.changes_after(moment)


@dataclass(frozen=True)
class SiteFilter:
    """What a search asks for. `divisions` are codes a site may lie in; `None` everywhere means: not asked."""

    divisions: frozenset[str] | None = None
    words: str | None = None
    service: str | None = None
    open_at: datetime | None = None
    open_24h: bool | None = None
    yellow: bool | None = None

    def admits(self, site: SiteRecord) -> bool:
        """Whether a site fits. Unknown never counts as yes: a site of unknown hours is not open now."""
        return (
            (self.divisions is None or bool({site.division_code, site.county_code} & self.divisions))
            and (
                self.words is None
                or all(word in fold(site.name + site.address) for word in _words(self.words))
            )
            and (self.service is None or self.service in site.services)
            and (self.open_at is None or site.open_at(self.open_at) is True)
            and (self.open_24h is None or site.open_24h is self.open_24h)
            and (self.yellow is None or site.yellow_code is self.yellow)
        )


@dataclass(frozen=True)
class Found:
    """A site of an answer, with its distance in metres when the search had a position."""

    site: SiteRecord
    distance_m: int | None

    @property
    def order(self) -> tuple[int, str, str]:
        """Nearest first, then by name; unique."""
        return (-1 if self.distance_m is None else self.distance_m, self.site.name, self.site.site_id)


def search(sites: Iterable[SiteRecord], wanted: SiteFilter, origin: Point | None) -> list[Found]:
    """Sites that fit, in order. With an origin, sites without a position come last.

    A demonstration row gives way to a real row of the same name in the same county.
    """
    fitting = _without_doubles([site for site in sites if wanted.admits(site)])
    found = [Found(site, distance_from(origin, site)) for site in fitting]
    if origin is None:
        return sorted(found, key=lambda one: one.order)
    return sorted(found, key=lambda one: (one.distance_m is None, one.order))


def nearest_sites(sites: Iterable[SiteRecord], wanted: SiteFilter, origin: Point, limit: int) -> list[Found]:
    """The nearest sites that fit and have a position."""
    return [one for one in search(sites, wanted, origin) if one.distance_m is not None][:limit]


def distance_from(origin: Point | None, site: SiteRecord) -> int | None:
    """Metres from the origin, as exact as the site's position is."""
    if origin is None or site.point is None:
        return None
    metres = metres_between(origin, site.point)
    return round(metres) if site.precision == "site" else round(metres / ROUGH_M) * ROUGH_M


def after(found: list[Found], key: tuple[int, str, str] | None) -> list[Found]:
    """What follows the item with this sort key; everything when there is none."""
    if key is None:
        return found
    for index, one in enumerate(found):
        if one.order == key:
            return found[index + 1 :]
    return [one for one in found if one.order > key]


def _words(text: str) -> list[str]:
    return [fold(word) for word in text.split() if fold(word)]


def _without_doubles(sites: list[SiteRecord]) -> list[SiteRecord]:
    real = {(fold(site.name), site.county_code) for site in sites if not site.demo}
    return [site for site in sites if not site.demo or (fold(site.name), site.county_code) not in real]
