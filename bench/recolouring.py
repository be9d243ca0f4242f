"""How long it takes to recolour 10 thousand, 100 thousand and one million people: `python -m bench.recolouring`.

Each size and store is measured on its own: an invented population (`tests/support/populations.py` says the mix) is
written, brought up to date, and then

* `backlog`: every person of the population is derived anew and written, from stored codes that are all green and 90
  days old, so that every change of those days is found, kept and told, as after three months of standing still;
* `rule`: one rule file is edited (the colour of time-space overlaps in Chengdu); those whom it can concern are found,
  derived, written and told;
* `list`: half of the listed places change their level; the same for everybody who stayed there;
* `all`: the edit of the rule is taken back, and every code is derived anew and written, whomever it concerns;
* `one person`: an event appended, the code derived and written, commit included; the median of 200.

Two processes derive while one writes, as `python -m backend recolour` does. Figures go into docs/benchmarks-colour.md.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import statistics
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import psycopg2
from sqlalchemy import func, select, update

from backend.clock import DEMO_START as NOW
from backend.codes import record_event, rule_book
from backend.codes.due import adopt_rules, mark_areas
from backend.codes.sweep import Workers, catch_up
from backend.colour import load_rules
from backend.colour.events import Overlap
from backend.colour.reading import RULES
from backend.database import Database
from backend.migrations import migrate
from backend.models import CodeChange, HealthCode, OutgoingEvent, RiskArea
from tests.support.populations import PLACES, populate

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "benchmarks-colour.md"
MARK = "<!-- figures -->"
HOUR = timedelta(hours=1)
_SINGLE = 200


@contextmanager
def sqlite_store(folder: Path) -> Iterator[str]:
    """A migrated SQLite file."""
    url = f"sqlite:///{folder / 'bench.sqlite3'}"
    migrate(url)
    yield url


@contextmanager
def postgresql_store(_folder: Path) -> Iterator[str]:
    """A migrated schema of its own on the machine's PostgreSQL."""
    base = os.environ.get("JKT_TEST_POSTGRES", "postgresql://root@127.0.0.1:5432/test")
    connection = psycopg2.connect(base)
    connection.autocommit = True
    schema = f"bench_{uuid.uuid4().hex[:12]}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {schema}")
    try:
        url = f"{base}?options=-csearch_path%3D{schema}"
        migrate(url)
        yield url
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA {schema} CASCADE")
        connection.close()


STORES = {"SQLite": sqlite_store, "PostgreSQL": postgresql_store}


def edited_rules(folder: Path) -> Path:
    """The rule files with another colour for time-space overlaps in Chengdu."""
    rules = Path(shutil.copytree(RULES, folder / "rules"))
    file = rules / "2022-07-19.yml"
    text = file.read_text(encoding="utf-8")
    start = text.index("- id: time-space-overlap-chengdu-2022-07")
    edited = text[start:].replace("colour: yellow", "colour: red", 1)
    file.write_text(text[:start] + edited, encoding="utf-8")
    return rules


def written(database: Database) -> tuple[int, int]:
    """How many changes of colour and how many outgoing events there are."""
    with database.read() as session:
        changes = session.execute(select(func.count()).select_from(CodeChange)).scalar_one()
        told = session.execute(select(func.count()).select_from(OutgoingEvent)).scalar_one()
    return changes, told


def measure(url: str, people: int, folder: Path) -> list[list[str]]:
    """Fill one store and measure everything; rows of the table."""
    database = Database(url)
    with database.write() as session:
        populate(session.connection(), people, random.Random(1), NOW)
        adopt_rules(session, rule_book(), NOW)
    rows: list[list[str]] = []

    def timed(name: str, seconds: float, done: int, before: tuple[int, int]) -> None:
        changes, told = (after - first for after, first in zip(written(database), before, strict=True))
        rows.append([name, f"{done:,}", f"{changes:,}", f"{told:,}", f"{seconds:.1f}"])
        print(database.engine.dialect.name, people, rows[-1], flush=True)

    with Workers(url, 2) as workers:
        begin, before = time.perf_counter(), written(database)
        done = catch_up(database, NOW, workers=workers)
        timed("backlog", time.perf_counter() - begin, done, before)
    with database.write() as session:  # an eventful moment is behind; what follows is measured alone
        catch_up_moment = NOW + HOUR
    catch_up(database, catch_up_moment)
    folder_of_rules = edited_rules(folder)
    with Workers(url, 2, folder_of_rules) as workers:
        begin, before = time.perf_counter(), written(database)
        book = load_rules(folder_of_rules)
        with database.write() as session:
            adopt_rules(session, book, catch_up_moment)
        done = catch_up(database, catch_up_moment, book=book, workers=workers)
        timed("rule", time.perf_counter() - begin, done, before)
        begin, before = time.perf_counter(), written(database)
        keys = {f"510104:place-{number}" for number in range(0, PLACES, 2)}
        with database.write() as session:
            places = update(RiskArea.__table__).where(
                RiskArea.until.is_(None), RiskArea.text_key.in_({key.split(":")[1] for key in keys})
            )
            session.execute(places.values(level="high"))
            mark_areas(session, keys, catch_up_moment)
        done = catch_up(database, catch_up_moment, book=book, workers=workers)
        timed("list", time.perf_counter() - begin, done, before)
    with Workers(url, 2) as workers:
        begin, before = time.perf_counter(), written(database)
        with database.write() as session:
            adopt_rules(session, rule_book(), catch_up_moment)
            session.execute(update(HealthCode.__table__).values(changes_at=catch_up_moment))
        done = catch_up(database, catch_up_moment, workers=workers)
        timed("all", time.perf_counter() - begin, done, before)
    rows.append(one_person(database, people))
    print(database.engine.dialect.name, people, rows[-1], flush=True)
    database.dispose()
    return rows


def one_person(database: Database, people: int) -> list[str]:
    """An event, its code and the commit, one person after the other; the row of the table, with the median seconds."""
    dice, taken, before = random.Random(2), [], written(database)
    for number in range(_SINGLE):
        event = Overlap(id=f"evt_b{number}", at=NOW, known_at=NOW + HOUR, region="510100")
        person_id = f"per_{dice.randrange(people):08}"
        begin = time.perf_counter()
        with database.write() as session:
            record_event(session, person_id, event, NOW + HOUR)
        taken.append(time.perf_counter() - begin)
    changes, told = (after - first for after, first in zip(written(database), before, strict=True))
    return [
        "one person",
        f"1 ({_SINGLE} times)",
        f"{changes}",
        f"{told}",
        f"{statistics.median(taken):.4f}",
    ]


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and write the page."""
    parser = argparse.ArgumentParser(prog="python -m bench.recolouring")
    parser.add_argument("--people", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--stores", nargs="+", choices=list(STORES), default=list(STORES))
    parser.add_argument("--dry", action="store_true", help="print only")
    options = parser.parse_args(argv)
    lines = [
        "| store | people | what | derived anew | changes | events told | seconds |",
        "|---|--:|---|--:|--:|--:|--:|",
    ]
    for store in options.stores:
        for people in options.people:
            with tempfile.TemporaryDirectory() as name, STORES[store](Path(name)) as url:
                rows = measure(url, people, Path(name))
                lines += [f"| {store} | {people:,} | {' | '.join(row)} |" for row in rows]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    table = "\n".join(lines) + f"\n\nMost memory of the writing process: {memory} MB."
    print(table)
    if not options.dry:
        head, _, _ = PAGE.read_text(encoding="utf-8").partition(MARK)
        PAGE.write_text(f"{head}{MARK}\n\n{table}\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
