"""Import of administrative divisions, with `aliases.csv` and `functional_zones.csv` when they lie beside the file."""

from __future__ import annotations

import re

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from backend.importers.rows import Report, Row, RowError, Table
from backend.models import Division, DivisionAlias, ZoneTown
from backend.places.divisions import full_path

COLUMNS = ("adcode", "name", "level", "lat", "lon", "parent_adcode")
LEVELS = {"province": 0, "prefecture": 1, "county": 2, "functional": 2, "township": 3}
ALIAS_KINDS = ("old", "short", "colloquial")
_CODE = re.compile(r"[0-9]{6}|[0-9]{9}|F[0-9]{6}")


def load(session: Session, table: Table, *, skip_bad: bool = False) -> Report:
    """Import divisions: new ones are added, changed ones updated, others left as they are.

    Raises:
        UnreadableFile: when columns are missing.
        BadRows: when rows are bad and shall not be skipped.
    """
    table.need(COLUMNS)
    report = Report("divisions", rows=len(table.rows))
    known = set(session.execute(select(Division.code)).scalars())
    rows = {row.get("adcode"): row for row in _checked(table, known, report)}
    report.settle(skip_bad=skip_bad)
    _save(session, rows, report)
    _load_aliases(session, table, report)
    _load_zones(session, table, report)
    report.settle(skip_bad=skip_bad)
    return report


def _checked(table: Table, known: set[str], report: Report) -> list[Row]:
    """Rows that are right, coarse before fine; what is wrong goes into the report."""
    good: dict[str, Row] = {}
    for row in sorted(table, key=lambda one: LEVELS.get(one.get("level"), 9)):
        errors = list(_errors(row, known | good.keys()))
        if row.get("adcode") in good:
            errors.append(("adcode", f"is the same as in line {good[row.get('adcode')].line}"))
        report.errors.extend(RowError(row.line, field, reason) for field, reason in errors)
        if not errors:
            good[row.get("adcode")] = row
    return list(good.values())


def _errors(row: Row, codes: set[str]) -> list[tuple[str, str]]:
    wrong: list[tuple[str, str]] = []
    if not _CODE.fullmatch(row.get("adcode")):
        wrong.append(("adcode", "must be six or nine digits, or F and six digits"))
    if not row.get("name"):
        wrong.append(("name", "is empty"))
    if row.get("level") not in LEVELS:
        wrong.append(("level", f"must be one of {', '.join(LEVELS)}"))
    parent = row.get("parent_adcode")
    if parent and parent not in codes:
        wrong.append(("parent_adcode", f"{parent} is not a division"))
    if not parent and row.get("level") != "province":
        wrong.append(("parent_adcode", "is empty"))
    wrong.extend(
        (column, "is not a number of degrees")
        for column, most in (("lat", 90), ("lon", 180))
        if not _degrees(row.get(column), most)
    )
    if bool(row.get("lat")) != bool(row.get("lon")):
        wrong.append(("lat", "latitude and longitude come together"))
    return wrong


def _degrees(text: str, most: int) -> bool:
    if not text:
        return True
    try:
        return abs(float(text)) <= most
    except ValueError:
        return False


def _save(session: Session, rows: dict[str, Row], report: Report) -> None:
    stored = {row["code"]: dict(row) for row in session.execute(select(Division.__table__)).mappings()}
    tree = {code: (row["name"], row["parent_code"]) for code, row in stored.items()}
    tree |= {code: (row.get("name"), row.get("parent_adcode") or None) for code, row in rows.items()}
    new, changed = [], []
    for code, row in rows.items():
        values = {
            "code": code,
            "name": row.get("name"),
            "level": row.get("level"),
            "parent_code": row.get("parent_adcode") or None,
            "path": full_path(code, tree),
            "lat": float(row.get("lat")) if row.get("lat") else None,
            "lon": float(row.get("lon")) if row.get("lon") else None,
            "coord_source": row.get("coord_src") or None,
        }
        if code not in stored:
            new.append(values)
        elif values != stored[code]:
            changed.append(values)
    if new:
        session.execute(insert(Division.__table__), new)
    for values in changed:
        session.execute(update(Division.__table__).where(Division.code == values["code"]).values(values))
    report.created, report.updated = len(new), len(changed)
    report.unchanged = len(rows) - len(new) - len(changed)


def _load_aliases(session: Session, table: Table, report: Report) -> None:
    """Replace all aliases by those of `aliases.csv`."""
    path = table.path.with_name("aliases.csv")
    if not path.exists():
        return
    aliases = Table.read(path)
    aliases.need(("alias", "adcode", "kind"))
    codes = set(session.execute(select(Division.code)).scalars())
    values, seen = [], set()
    for row in aliases.rows:
        key = (row.get("adcode"), row.get("alias"))
        reason = _alias_error(row, codes) or ("is given twice" if key in seen else "")
        if reason:
            report.errors.append(RowError(row.line, "aliases.csv", reason))
            continue
        seen.add(key)
        values.append(
            {
                "division_code": key[0],
                "alias": key[1],
                "kind": row.get("kind"),
                "note": row.get("note") or None,
            }
        )
    session.execute(delete(DivisionAlias.__table__))
    if values:
        session.execute(insert(DivisionAlias.__table__), values)


def _alias_error(row: Row, codes: set[str]) -> str:
    if row.get("adcode") not in codes:
        return f"{row.get('adcode') or 'nothing'} is not a division"
    if not row.get("alias"):
        return "the alias is empty"
    return "" if row.get("kind") in ALIAS_KINDS else f"kind must be one of {', '.join(ALIAS_KINDS)}"


def _load_zones(session: Session, table: Table, report: Report) -> None:
    """Replace the streets of the functional zones by those of `functional_zones.csv`."""
    path = table.path.with_name("functional_zones.csv")
    if not path.exists():
        return
    zones = Table.read(path)
    zones.need(("zone_adcode", "town_adcode"))
    levels = dict(session.execute(select(Division.code, Division.level)).all())
    values: dict[tuple[str, str], dict[str, str | None]] = {}
    for row in zones.rows:
        zone, town = row.get("zone_adcode"), row.get("town_adcode")
        if levels.get(zone) != "functional" or levels.get(town) != "township":
            report.errors.append(
                RowError(row.line, "functional_zones.csv", "needs a functional zone and a township")
            )
            continue
        values[zone, town] = {"zone_code": zone, "town_code": town, "note": row.get("note") or None}
    session.execute(delete(ZoneTown.__table__))
    if values:
        session.execute(insert(ZoneTown.__table__), list(values.values()))
