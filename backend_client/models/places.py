"""Divisions, test and vaccination sites, risk areas: what is where."""

from __future__ import annotations

from typing import Literal

from .base import Answer, Day, Flag, Moment, Number, Page, Text, Whole

DivisionLevel = Literal["province", "prefecture", "county", "township", "functional"]
RiskLevel = Literal["high", "medium", "low"]


class Clock(Answer):
    """The platform's time: `demo` runs from a fixed moment, `real` is real."""

    now: Moment
    mode: Literal["real", "demo"]


class DivisionRef(Answer):
    """A division as other things refer to it; `path` reads like 四川省成都市武侯区."""

    code: Text
    name: Text
    path: Text


class Division(DivisionRef):
    """An administrative division or functional zone. Coordinates are WGS-84 degrees."""

    level: DivisionLevel
    parent_code: Text | None = None
    lat: Number | None = None
    lon: Number | None = None
    aliases: tuple[Text, ...]


class Site(Answer):
    """A test or vaccination site. `None` means unknown, never “no”.

    Attributes:
        precision: what the coordinates stand for; a town's or county's are its seat.
        distance_m: metres from the asked place, when one was asked from.
        price_single: yuan for one sample alone; `price_pooled` for one of a pool.
        closes_at: when it closes, if it is open now; `opens_at` when it opens, if it is not.
        yellow_code: takes people with a yellow code.
        data_date: the day the entry is of; `demo` marks demonstration data.
    """

    site_id: Text
    name: Text
    division: DivisionRef
    address: Text
    phone: Text | None = None
    hours: Text | None = None
    open_24h: Flag | None = None
    open_now: Flag | None = None
    closes_at: Moment | None = None
    opens_at: Moment | None = None
    yellow_code: Flag | None = None
    services: tuple[Literal["nucleic", "antibody", "vaccination"], ...]
    price_single: Number | None = None
    price_pooled: Number | None = None
    lat: Number | None = None
    lon: Number | None = None
    precision: Literal["site", "town", "county"] | None = None
    distance_m: Whole | None = None
    data_date: Day
    source: Text
    demo: Flag


class SitePage(Page[Site]):
    """Sites; nearest first when asked from coordinates. `data_time` is the list's freshness."""

    data_time: Moment | None = None


class RiskArea(Answer):
    """An area with a risk level since a moment, as published."""

    area_id: Text
    level: RiskLevel
    division: DivisionRef
    text: Text
    since: Moment
    until: Moment | None = None
    data_time: Moment
    source: Text


class RiskCounts(Answer):
    """Number of areas of each level."""

    high: Whole
    medium: Whole
    low: Whole


class RiskAreaPage(Page[RiskArea]):
    """Risk areas, high before medium before low.

    `data_time` is the list's freshness, `counts` are for the whole division whatever page and level were asked.
    """

    data_time: Moment | None = None
    counts: RiskCounts


class RiskMatch(Answer):
    """An area that the asked address lies in; `how` tells by which kind of wording it matched."""

    level: RiskLevel
    area_text: Text
    matched: Text
    how: Literal["whole", "list", "range", "shop_front", "remainder", "street_number"]
    division: DivisionRef
    since: Moment


class RiskNeighbour(Answer):
    """Another area of the same estate or street as the asked address."""

    level: RiskLevel
    area_text: Text
    division: DivisionRef
    since: Moment


class RiskCheck(Answer):
    """The risk level of an address. `candidates` are divisions to ask about when the address is ambiguous."""

    text: Text
    division: DivisionRef | None = None
    verdict: Literal["high", "medium", "low", "unknown"]
    matches: tuple[RiskMatch, ...]
    same_place: tuple[RiskNeighbour, ...]
    candidates: tuple[Text, ...]
    data_time: Moment | None = None
    source: Text | None = None
    note: Text | None = None
