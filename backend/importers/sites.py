"""Import of test institutions and vaccination sites."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import Float, delete, insert, select, type_coerce, update
from sqlalchemy.orm import Session

from backend.importers.rows import Report, Row, RowError, Table
from backend.models import Site, SiteService
from backend.places.distance import Point
from backend.places.divisions import Divisions, Place
from backend.places.folding import fold
from backend.places.geolocate import county_in, locate
from backend.places.hours import parse_hours
from backend.places.store import DEMO_SOURCE, read_divisions

COLUMNS = ("name", "city", "district", "address")
SERVICES = {"test": ("nucleic", "antibody"), "vaccine": ("vaccination",)}
DEFAULT_SERVICE = {"test": "nucleic", "vaccine": "vaccination"}
_DATE_IN_SOURCE = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?(?!\d)")
_BOOLEANS = {
    "": None,
    "yes": True,
    "no": False,
    "true": True,
    "false": False,
    "1": True,
    "0": False,
    "是": True,
    "否": False,
}
_LONGEST = {"name": 120, "address": 300, "phone": 120, "hours": 300}


class _BadCell(Exception):  # noqa: N818
    """A cell that cannot be taken; caught for each row."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field
        self.reason = reason


def load(
    session: Session, table: Table, kind: str, *, data_date: date | None = None, skip_bad: bool = False
) -> Report:
    """Import sites; a site is the same when its folded name, county and address are.

    Args:
        session: the transaction.
        table: columns as in docs/data.md.
        kind: `test` or `vaccine`.
        data_date: date of rows that name none in `data_date` and none in their source.
        skip_bad: import the good rows and report the bad ones.

    Raises:
        UnreadableFile: when columns are missing.
        BadRows: when rows are bad and shall not be skipped.
    """
    table.need(COLUMNS)
    report = Report("vaccine-sites" if kind == "vaccine" else "sites", rows=len(table.rows))
    divisions = read_divisions(session)
    lines: dict[str, int] = {}
    good: list[dict[str, Any]] = []
    for row in table:
        try:
            values = _values(row, kind, divisions, data_date)
            first = lines.setdefault(values["natural_key"], row.line)
            if first != row.line:
                raise _BadCell("name", f"is the same site as in line {first}")
        except _BadCell as bad:
            report.errors.append(RowError(row.line, bad.field, bad.reason))
        else:
            good.append(values)
    report.settle(skip_bad=skip_bad)
    _save(session, kind, good, report)
    return report


def _values(row: Row, kind: str, divisions: Divisions, data_date: date | None) -> dict[str, Any]:
    for column, most in _LONGEST.items():
        if len(row.get(column)) > most:
            raise _BadCell(column, f"is longer than {most} characters")
    if not row.get("name"):
        raise _BadCell("name", "is empty")
    county = _county(row, divisions)
    address = _address(row, divisions, county)
    place = locate(divisions, county.code, f"{address}{row.get('name')}", _point(row))
    source = row.get("source") or row.get("source_url")
    if not source:
        raise _BadCell("source", "is empty: every row says where it comes from (`source` or `source_url`)")
    hours = row.get("hours") or None
    opening = parse_hours(hours)
    open_24h = _boolean(row, "open_24h")
    key = f"{fold(row.get('name'))}|{place.county}|{fold(row.get('address'))}"
    return {
        "site_id": f"sit_{hashlib.sha256(f'{kind}|{key}'.encode()).hexdigest()[:16]}",
        "kind": kind,
        "natural_key": key,
        "name": row.get("name"),
        "division_code": place.division,
        "county_code": place.county,
        "address": address,
        "phone": row.get("phone") or None,
        "hours": hours,
        "open_24h": True if open_24h is None and opening is not None and opening.always else open_24h,
        "yellow_code": _boolean(row, "yellow_code"),
        "price_single": _price(row, "price_single"),
        "price_pooled": _price(row, "price_pooled"),
        "lat": place.point.lat if place.point else None,
        "lon": place.point.lon if place.point else None,
        "precision": place.precision,
        "data_date": _date(row, source, data_date),
        "source": source,
        "demo": source.startswith(DEMO_SOURCE),
        "services": _services(row, kind),
    }


def _county(row: Row, divisions: Divisions) -> Place:
    """The county or zone of a row: by city and district; without a district by the address, else the city itself."""
    cities = [place for place in divisions.named(row.get("city")) if place.level == "prefecture"]
    if len(cities) != 1:
        raise _BadCell("city", f"{row.get('city') or 'nothing'} is not a city or prefecture of the province")
    city = cities[0]
    if not row.get("district"):
        return county_in(divisions, city.code, row.get("address")) or city
    named = [
        place
        for place in divisions.named(row.get("district"))
        if place.level in ("county", "functional") and place.parent_code == city.code
    ]
    if len(named) != 1:
        raise _BadCell("district", f"{row.get('district')} is not a district, county or zone of {city.name}")
    return named[0]


def _address(row: Row, divisions: Divisions, county: Place) -> str:
    """The address without province, city and county in front, which the division says already."""
    text = row.get("address")
    for place in reversed(list(divisions.up(county.code))):
        text = text.removeprefix(place.name)
    return text.removeprefix(row.get("district")) or row.get("address")


def _point(row: Row) -> Point | None:
    if not row.get("lat") and not row.get("lon"):
        return None
    try:
        return Point(float(row.get("lat")), float(row.get("lon")))
    except ValueError as error:
        raise _BadCell("lat", "latitude and longitude must both be degrees (WGS-84)") from error


def _boolean(row: Row, column: str) -> bool | None:
    text = row.get(column).lower()
    if text not in _BOOLEANS:
        raise _BadCell(column, "must be yes, no or empty")
    return _BOOLEANS[text]


def _price(row: Row, column: str) -> float | None:
    text = row.get(column)
    if not text:
        return None
    try:
        price = Decimal(text)
    except InvalidOperation as error:
        raise _BadCell(column, "is not an amount in yuan") from error
    if not price.is_finite() or not 0 <= price < 100_000:  # noqa: PLR2004 - no test costs that much
        raise _BadCell(column, "is not an amount in yuan")
    return float(price.quantize(Decimal("0.01")))


def _date(row: Row, source: str, default: date | None) -> date:
    if row.get("data_date"):
        try:
            return date.fromisoformat(row.get("data_date"))
        except ValueError as error:
            raise _BadCell("data_date", "must be YYYY-MM-DD") from error
    found = _DATE_IN_SOURCE.search(source)
    if found:
        try:
            return date(int(found[1]), int(found[2]), int(found[3] or 1))
        except ValueError as error:
            raise _BadCell("source", f"names a day that does not exist: {found[0]}") from error
    if default is None:
        raise _BadCell("data_date", "is empty and the source names no date; give --data-date")
    return default


def _services(row: Row, kind: str) -> tuple[str, ...]:
    named = tuple(
        sorted({part.strip() for part in re.split(r"[|;、,]", row.get("services")) if part.strip()})
    )
    unknown = [service for service in named if service not in SERVICES[kind]]
    if unknown:
        raise _BadCell("services", f"{unknown[0]} is not one of {', '.join(SERVICES[kind])}")
    return named or (DEFAULT_SERVICE[kind],)


def _save(session: Session, kind: str, good: list[dict[str, Any]], report: Report) -> None:
    """Add new sites, bring changed ones up to date."""
    stored = _stored(session, kind)
    new: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    services: list[dict[str, Any]] = []
    for values in good:
        wanted = values.pop("services")
        known = stored.get(values["natural_key"])
        if known is not None:
            values["site_id"] = known["site_id"]
            if values | {"services": wanted} == known:
                report.unchanged += 1
                continue
        (new if known is None else changed).append(values)
        services.extend({"site_id": values["site_id"], "service": service} for service in wanted)
    if new:
        session.execute(insert(Site.__table__), new)
    for values in changed:
        session.execute(update(Site.__table__).where(Site.site_id == values["site_id"]).values(values))
        session.execute(delete(SiteService.__table__).where(SiteService.site_id == values["site_id"]))
    if services:
        session.execute(insert(SiteService.__table__), services)
    report.created, report.updated = len(new), len(changed)


def _stored(session: Session, kind: str) -> dict[str, dict[str, Any]]:
    """Stored sites with their services, by natural key. Prices come as floats: SQLite knows no decimals."""
    services: dict[str, list[str]] = defaultdict(list)
    for site_id, service in session.execute(select(SiteService.site_id, SiteService.service)):
        services[site_id].append(service)
    columns = [
        type_coerce(column, Float).label(column.name) if column.name.startswith("price_") else column
        for column in Site.__table__.columns
    ]
    rows = session.execute(select(*columns).where(Site.kind == kind)).mappings()
    return {
        row["natural_key"]: dict(row) | {"services": tuple(sorted(services[row["site_id"]]))} for row in rows
    }
