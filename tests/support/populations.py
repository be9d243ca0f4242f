"""Invented populations for benches and differential tests, written straight into the store's tables.

Everybody has three tests in ten days, one person in a hundred a positive one. Of 100 people 81 have nothing else, 8 an
overlap in time and space, 4 a stay in or near a listed area, 3 an entry scan, 2 a notice as a close contact or a
contact of one, 1 a declaration of symptoms, 1 an emergency code.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection

from backend.codes.stored import row_of
from backend.colour import events as happenings
from backend.colour.events import Event
from backend.models import ColourEvent, Division, HealthCode, Person, RiskArea, RiskSnapshot, TestResult

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
_CITIES = ("510100", "510300", "510700", "511700", "511900")
#: Places whose level the lists change; keys are `510104:place-<n>`.
PLACES = 40
_BLOCK = 20_000


def populate(connection: Connection, count: int, dice: random.Random, now: datetime) -> None:
    """Write `count` people with codes, tests and events until `now`; every code is due at `now`."""
    _lists(connection, now)
    for begin in range(0, count, _BLOCK):
        numbers = range(begin, min(count, begin + _BLOCK))
        rows: dict[Any, list[dict[str, Any]]] = {
            table.__table__: [] for table in (Person, HealthCode, TestResult, ColourEvent)
        }
        for number in numbers:
            person_id = f"per_{number:08}"
            rows[Person.__table__].append(
                {
                    "person_id": person_id,
                    "name": "甲",
                    "name_key": "甲",
                    "demo": True,
                    "created_at": now - 90 * DAY,
                }
            )
            rows[HealthCode.__table__].append(
                {
                    "person_id": person_id,
                    "colour": "green",
                    "since": now - 90 * DAY,
                    "valid_until": now + 14 * DAY,
                    "updated_at": now - 90 * DAY,
                    "changes_at": now,
                    "version": 1,
                }
            )
            rows[TestResult.__table__].extend(_tests(person_id, dice, now))
            rows[ColourEvent.__table__].extend(row_of(person_id, event) for event in _story(dice, now))
        for table, written in rows.items():
            if written:
                connection.execute(insert(table), written)


def _tests(person_id: str, dice: random.Random, now: datetime) -> Iterator[dict[str, Any]]:
    positive = dice.random() < 0.01
    for number in range(3):
        sampled = now - dice.randint(2, 240) * HOUR
        yield {
            "test_id": f"tes{person_id[3:]}_{number}",
            "person_id": person_id,
            "kind": "nucleic",
            "result": "positive" if positive and number == 0 else "negative",
            "sampled_at": sampled,
            "reported_at": sampled + dice.randint(4, 20) * HOUR,
            "known_at": None,
            "institution": "四川大学华西医院",
        }


def _story(dice: random.Random, now: datetime) -> Iterator[Event]:
    """Yield what happened to one person; nothing for most."""
    lot = dice.random()
    at = now - dice.randint(3, 400) * HOUR
    told: dict[str, Any] = {
        "id": "evt_1",
        "at": at,
        "known_at": min(now, at + dice.randint(0, 48) * HOUR),
        "region": dice.choice(_CITIES),
    }
    kind: type[Event] | None = None
    more: dict[str, Any] = {}
    if lot < 0.08:
        kind, more = (
            happenings.Overlap,
            {"basis": dice.choice(("tracing", "grid", "venue")), "hours_apart": 1.0},
        )
    elif lot < 0.12:
        relation = dice.choice(("inside", "near"))
        place = f"510104:place-{dice.randrange(PLACES)}"
        kind, more = happenings.RiskStay, {"area_id": place, "relation": relation, "left_at": at + 5 * HOUR}
    elif lot < 0.15:
        kind, more = happenings.EntryScan, {"origin": dice.choice(("outbreak", "no_outbreak", "unknown"))}
    elif lot < 0.17:
        kind = dice.choice((happenings.CloseContact, happenings.SecondaryContact))
    elif lot < 0.18:
        kind, more = happenings.Declaration, {"health": "abnormal"}
    elif lot < 0.19:
        kind, more = happenings.Emergency, {"measure": dice.choice(("red", "yellow"))}
    if kind is not None:
        yield kind(**told, **more)


def _lists(connection: Connection, now: datetime) -> None:
    """The county, and places that were high, medium, and high again, in lists of their days."""
    if connection.execute(select(Division.code).where(Division.code == "510104")).first():
        return
    county = {"code": "510104", "name": "锦江区", "level": "county", "path": "四川省成都市锦江区"}
    connection.execute(insert(Division.__table__), [county])
    moments = [now - 12 * DAY, now - 6 * DAY]
    connection.execute(
        insert(RiskSnapshot.__table__),
        [{"data_time": at, "label": "x", "source": "x", "imported_at": at} for at in moments],
    )
    connection.execute(
        insert(RiskArea.__table__),
        [
            {
                "area_id": f"ris_{number}_{turn}",
                "level": ("high", "medium", "low")[(number + turn) % 3],
                "division_code": "510104",
                "text": f"第{number}号院",
                "text_key": f"place-{number}",
                "since": since,
                "until": moments[1] if turn == 0 else None,
                "source": "x",
            }
            for number in range(PLACES)
            for turn, since in enumerate(moments)
        ],
    )
