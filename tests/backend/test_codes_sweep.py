"""Many people at once: time that passes, lists and rules that change, two at a time, killed in between."""

from __future__ import annotations

import random
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import func, insert, select, update

from backend.clock import DEMO_START as NOW
from backend.codes import events_of, issue_code, record_event, rule_book
from backend.codes.due import adopt_rules, mark_areas, mark_kinds
from backend.codes.stored import row_of
from backend.codes.sweep import Workers, catch_up
from backend.colour import derive, history, load_rules
from backend.colour.events import Declaration, EntryScan, Overlap, RiskStay
from backend.colour.reading import RULES
from backend.database import Database
from backend.models import (
    CodeChange,
    ColourEvent,
    Division,
    HealthCode,
    OutgoingEvent,
    Person,
    RiskArea,
    RiskSnapshot,
    TestResult,
)
from tests.support.populations import populate

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def people(store, *names):
    with store.write() as session:
        for name in names:
            session.add(Person(person_id=name, name="甲", name_key="甲", created_at=NOW))
            session.flush()
            issue_code(session, name, NOW - 20 * DAY, NOW + DAY)


def codes(store):
    with store.read() as session:
        return dict(session.execute(select(HealthCode.person_id, HealthCode.colour)).all())


def changes(store):
    with store.read() as session:
        found = select(CodeChange.person_id, CodeChange.colour, CodeChange.since)
        return sorted(
            tuple(row) for row in session.execute(found.where(CodeChange.previous_colour != "none"))
        )


def told(store):
    with store.read() as session:
        wanted = select(func.count()).where(OutgoingEvent.kind == "code.changed")
        return session.execute(wanted).scalar_one()


def test_a_week_without_the_platform_is_caught_up_with_its_own_moments(store):
    people(store, "per_1", "per_2", "per_3")
    with store.write() as session:
        for hours, name in ((0, "per_1"), (5, "per_2")):
            at = NOW + hours * HOUR
            record_event(session, name, EntryScan(id="evt_1", at=at, known_at=at, origin="outbreak"), at)
    before = told(store)
    assert catch_up(store, NOW + 7 * DAY) == 2
    assert changes(store) == [("per_1", "yellow", NOW + 24 * HOUR), ("per_2", "yellow", NOW + 29 * HOUR)]
    assert told(store) == before + 2
    assert catch_up(store, NOW + 7 * DAY) == 0


def test_a_green_and_a_yellow_that_came_and_went_are_both_written(store):
    """One negative gives a brief green, then yellow again; both lie in the time nobody looked."""
    people(store, "per_1")
    with store.write() as session:
        event = Overlap(id="evt_1", at=NOW, known_at=NOW, region="510700")
        record_event(session, "per_1", event, NOW)
        at = NOW + HOUR
        session.add(
            TestResult(
                test_id="tes_1",
                person_id="per_1",
                kind="nucleic",
                result="negative",
                sampled_at=at,
                reported_at=at + 8 * HOUR,
                institution="绵阳市中心医院",
            )
        )
        mark_kinds(session, ["overlap"], NOW)
    catch_up(store, NOW + 3 * DAY)
    assert [(colour, since) for _, colour, since in changes(store)] == sorted(
        [("yellow", NOW), ("green", NOW + 9 * HOUR), ("yellow", NOW + 25 * HOUR)]
    )


def test_two_at_once_write_everything_once(store):
    people(store, *(f"per_{number:03}" for number in range(60)))
    with store.write() as session:
        for number in range(60):
            scan = EntryScan(id="evt_1", at=NOW, known_at=NOW, origin="outbreak")
            record_event(session, f"per_{number:03}", scan, NOW)
    before = told(store)
    other = Database(store.url)
    with ThreadPoolExecutor(2) as pool:
        done = pool.map(lambda each: catch_up(each, NOW + 2 * DAY, batch=7), (store, other))
        assert sum(done) == 60
    other.dispose()
    assert len(changes(store)) == 60
    assert told(store) == before + 60


def test_a_changed_list_recolours_those_who_stayed_there(store):
    people(store, "per_1", "per_2")
    with store.write() as session:
        session.add(Division(code="510104", name="锦江区", level="county", path="四川省成都市锦江区"))
        session.flush()
        stay = RiskStay(id="evt_1", at=NOW - DAY, known_at=NOW - HOUR, area_id="510104:place")
        record_event(session, "per_1", stay, NOW - HOUR)
    assert codes(store) == {"per_1": "green", "per_2": "green"}
    with store.write() as session:
        session.add(RiskSnapshot(data_time=NOW - 2 * HOUR, label="x", source="x", imported_at=NOW))
        session.add(
            RiskArea(
                area_id="ris_1",
                level="high",
                division_code="510104",
                text="某小区",
                text_key="place",
                since=NOW - 2 * HOUR,
                source="x",
            )
        )
        assert mark_areas(session, {"510104:place", "510104:other"}, NOW) == 1
    assert catch_up(store, NOW) == 1
    assert changes(store) == [("per_1", "red", NOW)]


def test_an_edited_rule_file_recolours_without_code(store, tmp_path):
    people(store, "per_1", "per_2")
    with store.write() as session:
        adopt_rules(session, rule_book(), NOW)
        record_event(session, "per_1", Overlap(id="evt_1", at=NOW, known_at=NOW, region="510100"), NOW)
        assert adopt_rules(session, rule_book(), NOW) == 0
    folder = shutil.copytree(RULES, tmp_path / "rules")
    file = folder / "2022-07-19.yml"
    text = file.read_text(encoding="utf-8")
    start = text.index("- id: time-space-overlap-chengdu-2022-07")
    file.write_text(text[:start] + text[start:].replace("colour: yellow", "colour: red", 1), encoding="utf-8")
    book = load_rules(folder)
    with store.write() as session:
        assert adopt_rules(session, book, NOW + HOUR) == 1
    assert catch_up(store, NOW + HOUR, book=book) == 1
    assert codes(store) == {"per_1": "red", "per_2": "green"}
    assert changes(store)[-1][1:] in (("red", NOW + HOUR), ("yellow", NOW))


def test_what_is_written_is_what_the_engine_says_of_every_history(store):
    """The differential proof: a mixed population, swept at several moments, against the pure engine."""
    with store.write() as session:
        populate(session.connection(), 400, random.Random(7), NOW)
    moments = [NOW, NOW + 9 * HOUR, NOW + 2 * DAY, NOW + 12 * DAY, NOW + 40 * DAY]
    for moment in moments:
        catch_up(store, moment, batch=37)
        with store.read() as session:
            for row in session.execute(select(HealthCode.__table__)).all():
                events = events_of(session, [row.person_id])[row.person_id]
                derivation = derive(events, rule_book(), moment)
                assert (row.colour, row.changes_at) == (derivation.colour, derivation.changes_at), (
                    row.person_id
                )
                past = history(events, rule_book(), moment)
                seen = session.execute(
                    select(CodeChange.since, CodeChange.colour)
                    .where(CodeChange.person_id == row.person_id, CodeChange.since > NOW)
                    .order_by(CodeChange.since)
                ).all()
                assert [tuple(one) for one in seen] == [one for one in past if one[0] > NOW], row.person_id


def test_worker_processes_do_the_same(settings):
    store = Database(settings.database_url)
    with store.write() as session:
        populate(session.connection(), 150, random.Random(3), NOW)
    with Workers(store.url, 2) as workers:
        assert catch_up(store, NOW, workers=workers, batch=20) > 0
    with store.read() as session:
        for row in session.execute(select(HealthCode.__table__)).all():
            events = events_of(session, [row.person_id])[row.person_id]
            assert row.colour == derive(events, rule_book(), NOW).colour
    store.dispose()


def test_a_code_derived_meanwhile_by_a_request_is_left_alone(store, monkeypatch):
    people(store, "per_1")
    with store.write() as session:
        said = Declaration(id="evt_0", at=NOW, known_at=NOW, health="normal")
        record_event(session, "per_1", said, NOW)
        session.execute(update(HealthCode).values(changes_at=NOW))
        row = row_of("per_1", Overlap(id="evt_1", at=NOW, known_at=NOW, region="510100"))
    from backend.codes import sweep  # noqa: PLC0415

    derive_batch = sweep.derive_batch

    def interrupted(*arguments):
        derived = derive_batch(*arguments)
        with store.write() as session:
            if session.execute(select(func.count()).select_from(ColourEvent)).scalar_one() == 1:
                session.execute(insert(ColourEvent.__table__).values(row))
                session.execute(update(HealthCode).values(version=HealthCode.version + 1, changes_at=NOW))
        return derived

    monkeypatch.setattr(sweep, "derive_batch", interrupted)
    catch_up(store, NOW)
    assert codes(store) == {"per_1": "green"}, "the stale derivation was not written"
    catch_up(store, NOW)
    assert codes(store) == {"per_1": "yellow"}
