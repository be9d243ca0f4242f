"""Venues, their staff, and checks at the door: who may do what, and what is written down."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DatabaseError

from backend.contract import load_contract
from backend.models import AccessEntry, ColourEvent, IssuedPass, LaneEntry, Shift, StaffCheck, Venue, Visit
from backend.retention import stores
from privacy.retention import run

from .showing_support import VENUE, add_division, give_code, survives_every_cut

FORBIDDEN = (403, "forbidden_person")


@pytest.fixture
def manager(platform, register):
    add_division(platform)
    return register(name="罗小川", number="510107198001011234", phone="13900000001")


@pytest.fixture
def guard(register):
    return register(name="杨守门", number="510107197001011238", phone="13900000002")


@pytest.fixture
def visitor(platform, register):
    citizen = register(name="何来客", number="510107199101011231", phone="13900000003")
    give_code(platform, citizen.person_id)
    return citizen


@pytest.fixture
def manages(manager, verify):
    return verify(manager, "of-manager")


@pytest.fixture
def venue(platform, manages):
    return platform.post("/v1/venues", VENUE, session=manages).json()


def at(venue, rest=""):
    return f"/v1/venues/{venue['code']}{rest}"


def code_of(answer):
    return answer.status_code, answer.json().get("code")


@pytest.fixture
def employed(platform, venue, manages, guard, verify):
    """The guard's session, invited and accepted."""
    assert platform.post(at(venue, "/staff"), {"role": "staff", "phone": guard.phone}, session=manages).ok
    session = verify(guard, "of-guard")
    assert platform.post(at(venue, "/acceptance"), None, session=session).ok
    return session


@pytest.fixture
def shift(platform, venue, employed):
    return platform.post(at(venue, "/shifts"), None, session=employed).json()["shift_token"]


def check(platform, shift, purpose="entry", **what):
    return platform.post("/v1/checks", {"shift_token": shift, "purpose": purpose, **what})


def shown(platform, citizen, session, kind="live"):
    made = platform.post(f"/v1/people/{citizen.person_id}/passes", {"kind": kind}, session=session)
    return made.json()["payload"]


def entry_of(shift):
    return {"shift_token": shift, "name": "李桂芳", "temperature": 36.5, "purpose": "买菜"}


def test_a_venue_is_registered_found_and_closed(platform, venue, manages, visitor, verify):
    load_contract().validator("Venue").validate(venue)
    assert (venue["role"], venue["state"], venue["division"]["path"]) == (
        "manager",
        "open",
        "四川省成都市武侯区",
    )
    found = platform.get(at(venue)).json()
    assert (found["name"], found["role"]) == ("桂花巷面馆", None)
    stranger = verify(visitor, "of-visitor")
    assert code_of(platform.post(at(venue, "/closure"), None, session=stranger)) == FORBIDDEN
    assert platform.post(at(venue, "/closure"), None, session=manages).json()["state"] == "closed"
    assert platform.post(at(venue, "/closure"), None, session=manages).status_code == 409
    assert platform.post(at(venue, "/visits"), {}, session=stranger).status_code == 409
    assert platform.get("/v1/people/me/venues", session=manages).json() == {"items": []}


def test_a_checkpoint_is_nothing_a_citizen_registers(platform, manager, manages):
    answer = platform.post("/v1/venues", {**VENUE, "type": "entry_checkpoint"}, session=manages)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "type")
    answer = platform.post("/v1/venues", {**VENUE, "division_code": "999999"}, session=manages)
    assert answer.json()["errors"][0]["field"] == "division_code"


def test_a_manager_has_several_venues_up_to_a_limit(platform, manager, manages):
    codes = {platform.post("/v1/venues", VENUE, session=manages).json()["code"] for _ in range(20)}
    assert len(codes) == 20
    assert platform.post("/v1/venues", VENUE, session=manages).status_code == 409
    assert {v["code"] for v in platform.get("/v1/people/me/venues", session=manages).json()["items"]} == codes


def test_a_visit_shows_the_visitors_colour_and_counts_in_totals_alone(
    platform, venue, manages, visitor, verify
):
    session = verify(visitor, "of-visitor")
    visit = platform.post(at(venue, "/visits"), {}, session=session)
    assert visit.status_code == 201
    load_contract().validator("Visit").validate(visit.json())
    assert (visit.json()["colour"], visit.json()["kept_days"]) == ("green", 28)
    platform.clock.advance(minutes=10)
    assert platform.post(at(venue, "/visits"), {}, session=session).ok
    counts = platform.get(at(venue, "/counts"), session=manages, days=2).json()["items"]
    assert counts == [{"day": "2022-09-05", "visits": 2}, {"day": "2022-09-04", "visits": 0}]
    assert code_of(platform.get(at(venue, "/counts"), session=session)) == FORBIDDEN


def test_scanning_at_checkpoints_is_one_entry(platform, venue, manages, visitor, verify):
    with platform.database.write() as store:
        store.execute(update(Venue).values(type="entry_checkpoint", name="成都东站"))
    session = verify(visitor, "of-visitor")
    for _ in range(2):
        assert platform.post(at(venue, "/visits"), {}, session=session).ok
        platform.clock.advance(minutes=20)
    with platform.database.read() as store:
        (scan,) = store.execute(select(ColourEvent)).scalars()
    assert (scan.person_id, scan.kind, scan.place) == (visitor.person_id, "entry_scan", "成都东站")


def test_nobody_visits_for_a_stranger_or_without_a_code(platform, venue, manager, manages, visitor):
    body = {"person_id": visitor.person_id}
    assert code_of(platform.post(at(venue, "/visits"), body, session=manages)) == FORBIDDEN
    assert platform.post(at(venue, "/visits"), {}, session=manages).status_code == 409
    assert platform.post("/v1/venues/222222/visits", {}, session=manages).status_code == 404


def test_only_who_was_invited_can_accept(platform, venue, manages, guard, visitor, verify):
    invited = platform.post(at(venue, "/staff"), {"role": "staff", "phone": guard.phone}, session=manages)
    assert (invited.json()["state"], invited.json()["phone_masked"]) == ("invited", "139****0002")
    sent = platform.http.get(f"{platform.url}/dev/outbox", params={"phone": guard.phone}, timeout=10)
    assert venue["code"] in sent.json()["items"][0]["text"]
    stranger = verify(visitor, "of-visitor")
    assert platform.post(at(venue, "/acceptance"), None, session=stranger).status_code == 404
    session = verify(guard, "of-guard")
    assert platform.post(at(venue, "/acceptance"), None, session=session).json()["role"] == "staff"
    assert platform.post(at(venue, "/acceptance"), None, session=session).status_code == 404  # used up
    listed = platform.get(at(venue, "/staff"), session=manages).json()["items"]
    assert [(r["state"], r["name_masked"]) for r in listed] == [("working", "杨**")]


def test_an_invitation_ends_after_a_week(platform, venue, manages, guard, verify):
    assert platform.post(at(venue, "/staff"), {"role": "staff", "phone": guard.phone}, session=manages).ok
    platform.clock.advance(days=7)
    assert platform.post(at(venue, "/acceptance"), None, session=verify(guard, "late")).status_code == 404


def test_a_venue_is_handed_over_with_the_new_managers_own_word(platform, venue, manages, guard, verify):
    assert platform.post(at(venue, "/staff"), {"role": "manager", "phone": guard.phone}, session=manages).ok
    session = verify(guard, "of-guard")
    assert platform.post(at(venue, "/acceptance"), None, session=session).json()["role"] == "manager"
    assert code_of(platform.get(at(venue, "/counts"), session=manages)) == FORBIDDEN
    assert platform.get(at(venue, "/counts"), session=session).ok


@pytest.mark.parametrize(
    ("colour", "verdict"), [("green", "pass"), ("yellow", "restrict"), ("red", "forbid")]
)
def test_a_check_is_a_word_and_never_a_reason(platform, shift, visitor, verify, colour, verdict):
    give_code(platform, visitor.person_id, colour)
    payload = shown(platform, visitor, verify(visitor, "of-visitor"))
    for what in ({"payload": payload}, {"document_number": visitor.number}):
        answer = check(platform, shift, **what)
        load_contract().validator("Check").validate(answer.json())
        assert answer.json() == {"verdict": verdict, "at": "2022-09-05T09:00:00+08:00"}


def test_the_colour_now_counts_not_the_one_when_the_code_was_made(platform, shift, visitor, verify):
    session = verify(visitor, "of-visitor")
    live, offline = shown(platform, visitor, session), shown(platform, visitor, session, "offline")
    give_code(platform, visitor.person_id, "yellow")
    assert check(platform, shift, payload=live).json()["verdict"] == "restrict"
    assert check(platform, shift, payload=offline).json()["verdict"] == "not_valid"


def test_a_live_code_lives_five_minutes_and_foreign_text_is_none(platform, shift, visitor, verify):
    live = shown(platform, visitor, verify(visitor, "of-visitor"))
    for text in ("TFJK1.AAAA", live[:-1] + ("A" if live[-1] != "A" else "B"), "https://example.org"):
        assert check(platform, shift, payload=text).json()["verdict"] == "not_valid"
    platform.clock.advance(minutes=4, seconds=59)
    assert check(platform, shift, payload=live).json()["verdict"] == "pass"
    platform.clock.advance(seconds=1)
    assert check(platform, shift, payload=live).json()["verdict"] == "not_valid"


def test_nobody_on_record_and_no_code_look_the_same(platform, shift, register, visitor):
    codeless = register(name="吴码", number="510107196001011230", phone=None)
    give_code(platform, visitor.person_id, days=-1)
    for number in (codeless.number, "510107190001011234", visitor.number):
        assert check(platform, shift, document_number=number).json()["verdict"] == "no_code"


def test_who_is_not_on_duty_learns_nothing(
    platform, venue, manager, manages, employed, shift, visitor, verify
):
    """A made-up shift, an ended one, one that ran out, a removed guard, a closed venue, a person's own session."""
    number = {"document_number": visitor.number}
    session = verify(visitor, "of-visitor")
    for token in ("made-up", session, manages):
        assert code_of(check(platform, token, **number)) == FORBIDDEN
    assert code_of(platform.post(at(venue, "/shifts"), None, session=session)) == FORBIDDEN
    assert check(platform, shift, **number).ok
    assert platform.post("/v1/shift-ends", {"shift_token": shift}).ok
    assert code_of(check(platform, shift, **number)) == FORBIDDEN
    second = platform.post(at(venue, "/shifts"), None, session=employed).json()["shift_token"]
    (role,) = platform.get(at(venue, "/staff"), session=manages).json()["items"]
    assert platform.post(at(venue, "/staff-ends"), {"role_id": role["role_id"]}, session=manages).ok
    assert code_of(check(platform, second, **number)) == FORBIDDEN
    mine = platform.post(at(venue, "/shifts"), None, session=manages).json()["shift_token"]
    assert check(platform, mine, **number).ok  # a manager checks too
    platform.clock.advance(hours=8)
    assert code_of(check(platform, mine, **number)) == FORBIDDEN
    manages = verify(manager, "next-day")
    last = platform.post(at(venue, "/shifts"), None, session=manages).json()["shift_token"]
    assert platform.post(at(venue, "/closure"), None, session=manages).ok
    assert code_of(check(platform, last, **number)) == FORBIDDEN


def test_a_second_shift_ends_the_first(platform, venue, employed, shift, visitor):
    assert platform.post(at(venue, "/shifts"), None, session=employed).ok
    assert code_of(check(platform, shift, document_number=visitor.number)) == FORBIDDEN


def test_staff_look_at_a_limited_pace(platform, shift, visitor):
    verdicts = [check(platform, shift, document_number=visitor.number).status_code for _ in range(21)]
    assert verdicts == [201] * 20 + [429]
    platform.clock.advance(minutes=10)
    assert check(platform, shift, document_number=visitor.number).ok


def test_every_look_is_written_down_for_the_person_and_cannot_be_changed(any_platform, new_citizen, verified):
    platform = any_platform
    add_division(platform)
    manager = new_citizen(platform, name="罗小川", number="510107198001011234", phone="13900000001")
    visitor = new_citizen(platform, name="何来客", number="510107199101011231", phone="13900000003")
    manages = verified(platform, manager)
    venue = platform.post("/v1/venues", VENUE, session=manages).json()
    shift = platform.post(at(venue, "/shifts"), None, session=manages).json()["shift_token"]
    assert check(platform, shift, "medical", document_number=visitor.number).ok
    with platform.database.read() as session:
        (look,) = session.execute(select(StaffCheck)).scalars()
        (told,) = session.execute(select(AccessEntry).where(AccessEntry.reader == "venue")).scalars()
        assert (told.person_id, told.reader_id, told.reference) == (
            visitor.person_id,
            "桂花巷面馆",
            "medical",
        )
        assert (look.venue_name, look.staff_id, look.how, look.purpose, look.verdict) == (
            "桂花巷面馆",
            manager.person_id,
            "document",
            "medical",
            "no_code",
        )
    for statement in (update(StaffCheck).values(verdict="pass"), delete(StaffCheck)):
        with pytest.raises(DatabaseError, match="append-only"), platform.database.write() as session:
            session.execute(statement)


def test_what_is_kept_is_deleted_when_its_time_is_over(platform, venue, shift, visitor, verify):
    assert platform.post(at(venue, "/visits"), {}, session=verify(visitor, "of-visitor")).ok
    assert check(platform, shift, document_number=visitor.number).ok
    assert platform.post("/v1/lane-entries", entry_of(shift)).ok
    kept = {"visits": 0, "lane_entries": 0, "staff_checks": 0}
    platform.clock.advance(days=27)
    assert gone(platform) == kept
    platform.clock.advance(days=2)
    assert gone(platform) == kept | {"visits": 1, "lane_entries": 1}
    platform.clock.advance(days=1100)
    assert gone(platform) == kept, "the newest check stays: the table's guard counts from it"
    with platform.database.write() as session:
        old = session.execute(select(StaffCheck)).scalar_one()
        facts = {c.key: getattr(old, c.key) for c in StaffCheck.__table__.c if c.key not in ("seq", "at")}
        session.add(StaffCheck(**facts, at=platform.clock.now()))
    assert gone(platform) == kept | {"staff_checks": 1}
    assert gone(platform) == kept


def gone(platform):
    """Run retention and return what went of what is written when codes are shown."""
    deleted = run(stores(platform.database, platform.clock))
    return {name: deleted[name] for name in ("visits", "lane_entries", "staff_checks")}


def test_an_entry_without_a_code_is_sealed(platform, shift):
    entry = {**entry_of(shift), "document_number": "510107196003071228"}
    written = platform.post("/v1/lane-entries", entry)
    assert (written.status_code, written.json()["kept_days"]) == (201, 28)
    with platform.database.read() as session:
        row = session.execute(select(LaneEntry)).scalar_one()
        assert "李桂芳".encode() not in row.sealed and b"5101" not in row.sealed
    assert code_of(platform.post("/v1/lane-entries", {**entry, "shift_token": "x"})) == FORBIDDEN
    assert platform.post("/v1/lane-entries", {**entry, "temperature": 80}).status_code == 422


@pytest.mark.parametrize(
    "table", [Venue, Visit, Shift, StaffCheck, LaneEntry, IssuedPass], ids=lambda t: t.__name__
)
def test_every_write_survives_a_cut_at_each_step(platform, venue, manages, shift, visitor, verify, table):
    session = verify(visitor, "of-visitor")
    look = {"shift_token": shift, "purpose": "entry", "document_number": visitor.number}
    asks = {
        Venue: ("/v1/venues", VENUE, manages),
        Visit: (at(venue, "/visits"), {}, session),
        Shift: (at(venue, "/shifts"), None, manages),
        StaffCheck: ("/v1/checks", look, None),
        LaneEntry: ("/v1/lane-entries", entry_of(shift), None),
        IssuedPass: (f"/v1/people/{visitor.person_id}/passes", {"kind": "live"}, session),
    }
    path, body, token = asks[table]

    def held():
        with platform.database.read() as store:
            return store.execute(select(func.count()).select_from(table)).scalar_one()

    assert survives_every_cut(lambda key: platform.post(path, body, session=token, key=key), held) >= 3
