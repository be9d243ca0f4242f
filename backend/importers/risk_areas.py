"""Import of risk lists. Every snapshot is kept; how long an area was in force is computed from all of them."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from backend.clock import CHINA
from backend.codes.due import mark_areas
from backend.codes.stored import area_key
from backend.importers.rows import Report, Row, RowError, Table
from backend.models import RiskArea, RiskSnapshot, RiskSnapshotArea
from backend.places.divisions import Divisions, Place
from backend.places.folding import fold
from backend.places.store import DEMO_SOURCE, read_divisions

COLUMNS = ("snapshot", "level", "city", "county", "area", "source")
LEVELS = {
    "高风险": "high",
    "中风险": "medium",
    "低风险": "low",
    "high": "high",
    "medium": "medium",
    "low": "low",
}
_LABEL = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2})(?::(\d\d)(?::\d\d)?|[时点])?)?")


@dataclass(frozen=True)
class Identity:
    """What makes two rows of different snapshots the same area. `demo` keeps demonstration lists to themselves."""

    demo: bool
    level: str
    division: str
    key: str


@dataclass(frozen=True)
class Listed:
    """One area named by one snapshot."""

    identity: Identity
    text: str
    source: str


def load(session: Session, table: Table, imported_at: datetime, *, skip_bad: bool = False) -> Report:
    """Import one or more snapshots; a snapshot that is there already is replaced.

    Raises:
        UnreadableFile: when columns are missing.
        BadRows: when rows are bad and shall not be skipped.
    """
    table.need(COLUMNS)
    report = Report("risk-areas", rows=len(table.rows))
    divisions = read_divisions(session)
    units: dict[tuple[str, str], Place | None] = {}
    snapshots: dict[datetime, dict[Identity, Listed]] = defaultdict(dict)
    labels: dict[datetime, Row] = {}
    for row in table:
        place_names = (row.get("city"), row.get("county"))
        if place_names not in units:
            units[place_names] = _unit(divisions, *place_names)
        unit, moment = units[place_names], read_moment(row.get("snapshot"))
        errors = _errors(row, unit, moment)
        report.errors.extend(RowError(row.line, field, reason) for field, reason in errors)
        if errors or unit is None or moment is None:
            continue
        demo = row.get("source").startswith(DEMO_SOURCE)
        identity = Identity(demo, LEVELS[row.get("level")], unit.code, text_key(row.get("area")))
        snapshots[moment][identity] = Listed(identity, row.get("area"), row.get("source"))
        labels.setdefault(moment, row)
    report.settle(skip_bad=skip_bad)
    history = _stored(session)
    for moment, listed in snapshots.items():
        history[moment] = listed
    _save_snapshots(session, labels, imported_at)
    mark_areas(session, _save_history(session, history, report), imported_at)
    return report


def read_moment(label: str) -> datetime | None:
    """The moment of a label such as `2022-09-04 8时`, `2022-09-15 09时` or `2022-09-04T08:00`, else `None`."""
    found = _LABEL.fullmatch(label.strip())
    if found is None:
        return None
    try:
        return datetime(*(int(part or 0) for part in found.groups()), tzinfo=CHINA)  # type: ignore[misc,arg-type]
    except ValueError:
        return None


def _unit(divisions: Divisions, city: str, county: str) -> Place | None:
    """The county or functional zone that a row names."""
    named = [place for place in divisions.named(city + county) if place.level in ("county", "functional")]
    return named[0] if len(named) == 1 else None


def _errors(row: Row, unit: Place | None, moment: datetime | None) -> list[tuple[str, str]]:
    wrong: list[tuple[str, str]] = []
    if moment is None:
        wrong.append(("snapshot", "must be a date and an hour such as 2022-09-04 8时"))
    if row.get("level") not in LEVELS:
        wrong.append(("level", "must be 高风险, 中风险 or 低风险"))
    if unit is None:
        wrong.append(
            ("county", f"{row.get('city')}{row.get('county')} is not one county or zone of the province")
        )
    wrong.extend((column, "is empty") for column in ("area", "source") if not row.get(column))
    return wrong


def text_key(text: str) -> str:
    """Return the name of an area within its county: the list's words, folded."""
    return hashlib.sha256(fold(text).encode()).hexdigest()


def _stored(session: Session) -> dict[datetime, dict[Identity, Listed]]:
    """What every stored snapshot names."""
    history: dict[datetime, dict[Identity, Listed]] = {
        moment: {} for moment in session.execute(select(RiskSnapshot.data_time)).scalars()
    }
    rows = session.execute(
        select(
            RiskSnapshot.data_time,
            RiskSnapshot.source.label("published"),
            RiskArea.level,
            RiskArea.division_code,
            RiskArea.text_key,
            RiskArea.text,
            RiskArea.source,
        )
        .join(RiskSnapshotArea, RiskSnapshotArea.snapshot_id == RiskSnapshot.id)
        .join(RiskArea, RiskArea.area_id == RiskSnapshotArea.area_id)
    )
    for row in rows:
        identity = Identity(row.published.startswith(DEMO_SOURCE), row.level, row.division_code, row.text_key)
        history[row.data_time][identity] = Listed(identity, row.text, row.source)
    return history


def _save_snapshots(session: Session, labels: dict[datetime, Row], imported_at: datetime) -> None:
    known = {one.data_time: one for one in session.execute(select(RiskSnapshot)).scalars()}
    for moment, row in labels.items():
        # a list that comes again was known since it came first
        snapshot = known.get(moment) or RiskSnapshot(data_time=moment, imported_at=imported_at)
        snapshot.label, snapshot.source = row.get("snapshot"), row.get("source")
        session.add(snapshot)
    session.flush()


def _runs(
    history: dict[datetime, dict[Identity, Listed]],
) -> Iterable[tuple[Listed, datetime, datetime | None, list[datetime]]]:
    """Each time an area was in force: (area, since, until, the snapshots that name it)."""
    for demo in (False, True):
        moments = sorted(
            at for at, listed in history.items() if any(one.demo is demo for one in listed) or not listed
        )
        named: dict[Identity, list[int]] = defaultdict(list)
        for index, moment in enumerate(moments):
            for identity in history[moment]:
                if identity.demo is demo:
                    named[identity].append(index)
        for identity, indexes in named.items():
            start = 0
            for position, index in enumerate(indexes):
                last = position + 1 == len(indexes)
                if last or indexes[position + 1] != index + 1:
                    run = [moments[one] for one in indexes[start : position + 1]]
                    until = moments[index + 1] if index + 1 < len(moments) else None
                    yield history[run[0]][identity], run[0], until, run
                    start = position + 1


def _save_history(
    session: Session, history: dict[datetime, dict[Identity, Listed]], report: Report
) -> set[str]:
    """Bring areas and evidence to what the snapshots say; return the keys of the places that changed."""
    ids = dict(session.execute(select(RiskSnapshot.data_time, RiskSnapshot.id)).all())
    stored = {row["area_id"]: dict(row) for row in session.execute(select(RiskArea.__table__)).mappings()}
    areas: dict[str, dict[str, Any]] = {}
    evidence: list[dict[str, Any]] = []
    for listed, since, until, run in _runs(history):
        area = _area(listed, since, until)
        areas[area["area_id"]] = area
        evidence.extend({"snapshot_id": ids[moment], "area_id": area["area_id"]} for moment in run)
    new = [area for area_id, area in areas.items() if area_id not in stored]
    changed = [area for area_id, area in areas.items() if area_id in stored and area != stored[area_id]]
    gone = stored.keys() - areas.keys()
    session.execute(delete(RiskSnapshotArea.__table__))
    for area_id in gone:
        session.execute(delete(RiskArea.__table__).where(RiskArea.area_id == area_id))
    for area in changed:
        session.execute(update(RiskArea.__table__).where(RiskArea.area_id == area["area_id"]).values(area))
    if new:
        session.execute(insert(RiskArea.__table__), new)
    if evidence:
        session.execute(insert(RiskSnapshotArea.__table__), evidence)
    report.created, report.updated = len(new), len(changed)
    report.unchanged = len(areas) - len(new) - len(changed)
    touched = [*new, *changed, *(stored[area_id] for area_id in gone)]
    return {area_key(area["division_code"], area["text_key"]) for area in touched}


def _area(listed: Listed, since: datetime, until: datetime | None) -> dict[str, Any]:
    identity = listed.identity
    seed = f"{identity.demo}|{identity.level}|{identity.division}|{identity.key}|{since.isoformat()}"
    return {
        "area_id": f"ris_{hashlib.sha256(seed.encode()).hexdigest()[:20]}",
        "level": identity.level,
        "division_code": identity.division,
        "text": listed.text,
        "text_key": identity.key,
        "since": since,
        "until": until,
        "source": listed.source,
    }
