"""Events between the store and the engine.

What happened to a person is kept in three places, each the only one for its kind: `colour_events`, the tests in
`test_results`, and the levels of the areas a person stayed in in `risk_areas`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from backend.colour import RuleBook
from backend.colour import events as happenings
from backend.colour.events import Event, RiskAreaChange, RiskStay, Test
from backend.models import ColourEvent, RiskArea, RiskSnapshot, TestResult

#: Kinds of event that `colour_events` holds.
KINDS: Mapping[str, type[Event]] = {
    kind.kind: kind
    for kind in (
        happenings.CaseFinding,
        happenings.CloseContact,
        happenings.SecondaryContact,
        happenings.SharedTransport,
        happenings.ArrivalFromAbroad,
        happenings.RiskStay,
        happenings.Overlap,
        happenings.Emergency,
        happenings.DepartmentNotice,
        happenings.Declaration,
        happenings.EntryScan,
        happenings.Release,
        happenings.Withdrawal,
    )
}
_COMMON = frozenset(field.name for field in fields(Event))
#: What is particular to each kind, and which of it are moments.
PARTICULARS: Mapping[str, tuple[str, ...]] = {
    name: tuple(field.name for field in fields(kind) if field.name not in _COMMON)
    for name, kind in KINDS.items()
}
_PEOPLE = bindparam("people", expanding=True)
_HAPPENED = select(ColourEvent.__table__).where(ColourEvent.__table__.c.person_id.in_(_PEOPLE))
_TESTED = select(TestResult.__table__).where(
    TestResult.__table__.c.person_id.in_(_PEOPLE), TestResult.__table__.c.kind == "nucleic"
)
_MOMENTS = frozenset({"left_at", "arrived_at"})


def area_key(division_code: str, text_key: str) -> str:
    """Return the name of a listed place, whatever its level: a place that goes from high to low keeps it."""
    return f"{division_code}:{text_key}"


def row_of(person_id: str, event: Event) -> dict[str, Any]:
    """Return the row of `colour_events` that holds `event`.

    Raises:
        KeyError: for tests and levels of areas, which have tables of their own.
    """
    payload = {name: getattr(event, name) for name in PARTICULARS[event.kind]}
    return {
        "person_id": person_id,
        "event_id": event.id,
        "known_at": event.known_at,
        "kind": event.kind,
        "at": event.at,
        "region": event.region,
        "place": event.place,
        "area_key": event.area_id if isinstance(event, RiskStay) else None,
        "payload": {name: _plain(value) for name, value in payload.items() if value is not None},
    }


def event_of(row: Any) -> Event:
    """Return the event a row of `colour_events` holds."""
    payload = {
        name: datetime.fromisoformat(value) if name in _MOMENTS else value
        for name, value in row.payload.items()
    }
    return KINDS[row.kind](
        id=row.event_id, at=row.at, known_at=row.known_at, region=row.region, place=row.place, **payload
    )


def test_of(row: Any) -> Test:
    """Return the event a nucleic acid test is."""
    known_at = row.known_at or row.sampled_at
    return Test(
        id=row.test_id, at=row.sampled_at, known_at=known_at, result=row.result, reported_at=row.reported_at
    )


def happened(session: Session, people: Sequence[str]) -> Sequence[Any]:
    """Return the rows of `colour_events` of `people`."""
    return session.execute(_HAPPENED, {"people": people}).all()


def events_of(
    session: Session, people: Sequence[str], rows: Sequence[Any] | None = None
) -> dict[str, list[Event]]:
    """Return everything that bears on the colour of each of `people`.

    Args:
        session: where it is read.
        people: whose.
        rows: what `happened` found, when it has been read already.
    """
    found: dict[str, list[Event]] = {person_id: [] for person_id in people}
    areas: dict[str, set[str]] = defaultdict(set)
    for row in happened(session, people) if rows is None else rows:
        found[row.person_id].append(event_of(row))
        if row.area_key is not None:
            areas[row.area_key].add(row.person_id)
    for row in session.execute(_TESTED, {"people": people}).all():
        found[row.person_id].append(test_of(row))
    if areas:
        for key, changes in levels_of(session, areas).items():
            for person_id in areas[key]:
                found[person_id].extend(changes)
    return found


def looks_at_negatives(book: RuleBook) -> bool:
    """Tell whether a negative test alone can give a colour: none of the published rules says so."""
    results = [rule.when.values("result") for rule in book.by_event.get("test", ())]
    return any(values is None or "negative" in values for values in results)


def levels_of(session: Session, keys: Iterable[str]) -> dict[str, list[RiskAreaChange]]:
    """Return the changes of level of listed places by their key.

    A level is known when the list that begins or ends it was imported.
    """
    wanted = set(keys)
    imported = {
        row.data_time: row.imported_at
        for row in session.execute(select(RiskSnapshot.data_time, RiskSnapshot.imported_at))
    }
    table = RiskArea.__table__
    of_place = table.c.division_code.in_({key.split(":", 1)[0] for key in wanted})
    edges: dict[str, dict[datetime, tuple[str, str]]] = defaultdict(dict)
    for row in session.execute(select(table).where(of_place).order_by(table.c.since)):
        key = area_key(row.division_code, row.text_key)
        if key not in wanted:
            continue
        edges[key][row.since] = (row.level, row.division_code)
        if row.until is not None:
            edges[key].setdefault(row.until, ("none", row.division_code))
    return {
        key: [
            RiskAreaChange(
                id=f"{key}@{at.isoformat()}",
                at=at,
                known_at=imported.get(at, at),
                region=region,
                area_id=key,
                level=level,
            )
            for at, (level, region) in sorted(of_key.items())
        ]
        for key, of_key in edges.items()
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
