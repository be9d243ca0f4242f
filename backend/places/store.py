"""Places as the store holds them, kept in memory until an import changes them.

Every import leaves a row in `import_runs`; a request that sees a newer row reads the places again. So an import by
another process is served at once, and a request costs one small query.
"""

from __future__ import annotations

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Float, func, select, type_coerce
from sqlalchemy.orm import Session

from backend.database import Database
from backend.models import (
    Division,
    DivisionAlias,
    ImportRun,
    RiskArea,
    RiskSnapshot,
    RiskSnapshotArea,
    Site,
    SiteService,
    ZoneTown,
)
from backend.places.distance import Point
from backend.places.divisions import Divisions, Place
from backend.places.risk_check import RiskChecker
from backend.places.risk_index import LEVELS, ListedArea, RiskIndex, folded_names
from backend.places.risk_text import Surroundings
from backend.places.sites import SiteRecord

DEMO_SOURCE = "演示数据"
"""The source of a demonstration list begins with this."""
DEMO_YIELDS_FOR = timedelta(days=7)
"""A real list that is at most this old is preferred to a newer demonstration list."""
KEPT_LISTS = 6


@dataclass(frozen=True)
class RiskRow:
    """One area of a list in force."""

    area: ListedArea
    since: datetime
    until: datetime | None
    source: str

    @property
    def order(self) -> tuple[int, str, str]:
        """High before medium before low, then by division."""
        return (-LEVELS[self.area.level], self.area.division, self.area.area_id)


@dataclass(frozen=True)
class RiskList:
    """One publication of the list: its rows in order, and a checker of questions against it."""

    data_time: datetime
    label: str
    source: str
    rows: tuple[RiskRow, ...]
    checker: RiskChecker


@dataclass
class Shelf:
    """Everything about places at one state of the store."""

    version: int
    divisions: Divisions
    sites: dict[str, tuple[SiteRecord, ...]]
    lists: OrderedDict[int, RiskList] = field(default_factory=OrderedDict)

    def risk_list(self, session: Session, at: datetime) -> RiskList | None:
        """The list in force at a moment: the newest published until then, real before demonstration."""
        snapshot = _snapshot_at(session, at)
        if snapshot is None:
            return None
        known = self.lists.get(snapshot.id)
        if known is None:
            known = _read_list(session, snapshot, self.divisions)
            self.lists[snapshot.id] = known
        while len(self.lists) > KEPT_LISTS:
            self.lists.popitem(last=False)
        return known


_shelves: WeakKeyDictionary[Database, Shelf] = WeakKeyDictionary()
_lock = threading.Lock()


def shelf(session: Session, database: Database) -> Shelf:
    """The places of a store, read again when an import has changed them."""
    version = session.execute(select(func.coalesce(func.max(ImportRun.id), 0))).scalar_one()
    with _lock:
        known = _shelves.get(database)
        if known is None or known.version != version:
            known = Shelf(version, read_divisions(session), _read_sites(session))
            _shelves[database] = known
        return known


def read_divisions(session: Session) -> Divisions:
    """All divisions with their aliases and the streets of the functional zones."""
    towns: dict[str, list[str]] = defaultdict(list)
    for zone, town in session.execute(
        select(ZoneTown.zone_code, ZoneTown.town_code).order_by(ZoneTown.zone_code, ZoneTown.town_code)
    ):
        towns[zone].append(town)
    aliases: dict[str, list[str]] = defaultdict(list)
    for code, alias in session.execute(
        select(DivisionAlias.division_code, DivisionAlias.alias).order_by(DivisionAlias.alias)
    ):
        aliases[code].append(alias)
    columns = Division.__table__.columns
    names = ("code", "name", "level", "parent_code", "path", "lat", "lon")
    rows = session.execute(select(*(columns[name] for name in names)).order_by(Division.code)).mappings()
    places = tuple(Place(**row, aliases=tuple(aliases[row["code"]])) for row in rows)
    return Divisions(places, {zone: tuple(codes) for zone, codes in towns.items()})


def surroundings(divisions: Divisions, code: str) -> Surroundings:
    """What may stand in front of a place in the list of a county or zone."""
    names = [place.name for place in divisions.up(code)]
    unit = divisions.by_code[code]
    if unit.level == "functional":
        names.extend(unit.aliases)
    return Surroundings(folded_names(names), folded_names(town.name for town in divisions.towns_of(code)))


def _read_sites(session: Session) -> dict[str, tuple[SiteRecord, ...]]:
    """All sites by kind. Prices are read as floats: SQLite knows no decimals."""
    services: dict[str, list[str]] = defaultdict(list)
    for site_id, service in session.execute(select(SiteService.site_id, SiteService.service)):
        services[site_id].append(service)
    columns = [
        type_coerce(column, Float).label(column.name) if column.name.startswith("price_") else column
        for column in Site.__table__.columns
    ]
    kinds: dict[str, list[SiteRecord]] = defaultdict(list)
    for row in session.execute(select(*columns).order_by(Site.site_id)).mappings():
        kinds[row["kind"]].append(_site(row, tuple(sorted(services[row["site_id"]]))))
    return {kind: tuple(records) for kind, records in kinds.items()}


def _site(row: Mapping[str, Any], services: tuple[str, ...]) -> SiteRecord:
    taken = (
        "site_id",
        "name",
        "division_code",
        "county_code",
        "address",
        "phone",
        "hours",
        "open_24h",
        "yellow_code",
    )
    more = ("price_single", "price_pooled", "precision", "data_date", "source", "demo")
    return SiteRecord(
        **{name: row[name] for name in (*taken, *more)},
        services=services,
        point=None if row["lat"] is None else Point(row["lat"], row["lon"]),
    )


def _snapshot_at(session: Session, at: datetime) -> RiskSnapshot | None:
    until_then = (
        select(RiskSnapshot).where(RiskSnapshot.data_time <= at).order_by(RiskSnapshot.data_time.desc())
    )
    newest: RiskSnapshot | None = session.execute(until_then.limit(1)).scalars().first()
    if newest is None or not newest.source.startswith(DEMO_SOURCE):
        return newest
    real: RiskSnapshot | None = (
        session.execute(until_then.where(RiskSnapshot.source.notlike(f"{DEMO_SOURCE}%")).limit(1))
        .scalars()
        .first()
    )
    return real if real is not None and at - real.data_time <= DEMO_YIELDS_FOR else newest


def _read_list(session: Session, snapshot: RiskSnapshot, divisions: Divisions) -> RiskList:
    rows = session.execute(
        select(RiskArea)
        .join(RiskSnapshotArea, RiskSnapshotArea.area_id == RiskArea.area_id)
        .where(RiskSnapshotArea.snapshot_id == snapshot.id)
    ).scalars()
    risk_rows = [
        RiskRow(
            ListedArea(row.area_id, row.level, row.division_code, row.text, row.since),
            row.since,
            row.until,
            row.source,
        )
        for row in rows
    ]
    risk_rows.sort(key=lambda row: row.order)
    areas = [row.area for row in risk_rows]
    around = {code: surroundings(divisions, code) for code in {area.division for area in areas}}
    checker = RiskChecker(RiskIndex(areas, around), divisions)
    return RiskList(snapshot.data_time, snapshot.label, snapshot.source, tuple(risk_rows), checker)
