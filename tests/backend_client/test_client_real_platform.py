"""The client and the embedded platform, each as it is, talking over HTTP."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from backend_client import (
    AddFamily,
    AppealIn,
    BreakerPolicy,
    Conflict,
    ForbiddenPerson,
    IdentityMismatch,
    InvalidInput,
    NotFound,
    NotVerified,
    OrderStep,
    PersonSession,
    PlatformClient,
    ServiceRequestIn,
    StartVerification,
    Unavailable,
    WrongCode,
)
from tests.backend_client.real_platform import (
    RealPlatform,
    free_port,
    load_demonstration,
    personas,
    real_platform,
)

PEOPLE = personas()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealPlatform]:
    folder = tmp_path_factory.mktemp("platform")
    load_demonstration(folder)
    with real_platform(folder, free_port()) as platform:
        yield platform


@pytest.fixture(scope="module")
def p(running: RealPlatform) -> PlatformClient:
    return running.client()


def _claim(person: dict[str, Any], **changes: str) -> StartVerification:
    facts = {name: person[name] for name in ("name", "document_type", "phone")}
    return StartVerification(
        **{
            **facts,
            "document_number": person["number"],
            "channel": "web",
            "conversation_id": f"c-{person['key']}",
            **changes,
        }
    )


def _verify(running: RealPlatform, p: PlatformClient, key: str) -> PersonSession:
    started = p.start_verification(_claim(PEOPLE[key]))
    assert "*" in started.phone_masked
    return p.confirm_verification(started.verification_id, running.password_of(PEOPLE[key]["phone"]))


@pytest.fixture(scope="module")
def yellow(running: RealPlatform, p: PlatformClient) -> PersonSession:
    return _verify(running, p, "yellow_one_of_two")


@pytest.fixture(scope="module")
def granddaughter(running: RealPlatform, p: PlatformClient) -> PersonSession:
    return _verify(running, p, "granddaughter")


def _order(text: str = "昨天做的核酸没有结果") -> ServiceRequestIn:
    return ServiceRequestIn(
        kind="help",
        category="核酸检测",
        title=text,
        content=text,
        division_code="510107",
        contact_phone="19900000001",
        conversation_id="c-1",
        channel="web",
    )


def test_clock_is_the_demonstrations(p: PlatformClient) -> None:
    clock = p.clock()
    assert clock.mode == "demo"
    assert clock.now.date() == dt.date(2022, 9, 5)


def test_places(p: PlatformClient) -> None:
    assert len(p.divisions("市中区", "county").items) == 2
    assert p.division("510107").name == "武侯区"
    with pytest.raises(NotFound):
        p.division("519999")
    with pytest.raises(InvalidInput) as caught:
        p.divisions(limit=1000)
    assert caught.value.field == "limit"


def test_all_sites_are_reached_page_by_page_and_distances_grow(p: PlatformClient) -> None:
    found: list[str] = []
    cursor: str | None = None
    while True:
        page = p.sites("510100", limit=3, cursor=cursor)
        found += [site.site_id for site in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert len(found) == len(set(found)) >= 3
    near = p.nearest_sites(lat=30.65, lon=104.06).items
    distances = [site.distance_m or 0 for site in near]
    assert distances == sorted(distances)
    assert p.nearest_vaccine_sites("510107").items
    assert p.vaccine_sites("510100", limit=100).data_time is not None


def test_risk_areas_and_their_check(p: PlatformClient) -> None:
    areas = p.risk_areas("510100", limit=5)
    assert areas.counts.high >= len([area for area in areas.items if area.level == "high"])
    assert p.check_risk("火星基地7号楼").verdict == "unknown"
    some = areas.items[0]
    assert p.check_risk(some.text, some.division.code).verdict != "unknown"


def test_a_journey_and_what_would_have_to_be_known(p: PlatformClient) -> None:
    asked = p.travel("310000", "510100", day=dt.date(2022, 9, 5))
    assert (asked.direction, asked.asks, asked.look_back_days) == (
        "in",
        ("high", "medium", "low", "clear"),
        7,
    )
    told = p.travel("310000", "510100", day=dt.date(2022, 9, 5), stay="high", left=dt.date(2022, 9, 3))
    assert told.asks == ()
    rule = told.items[0]
    assert (rule.rule_id, rule.requires[0].kind, rule.colour[0].colour) == ("high-2022-06", "central", "red")
    assert p.travel("110000", "310000").direction is None


def test_persons_own_data(p: PlatformClient, yellow: PersonSession) -> None:
    session, person = yellow.session_token, yellow.person_id
    assert p.me(session).name_masked == yellow.name_masked
    code = p.code(session, person)
    assert code.colour == "yellow"
    assert code.reasons[0].category == "time_space_overlap"
    (test,) = [need for need in code.requirements if need.kind == "nucleic_test"]
    assert (test.needed, test.done) == (2, 1)
    assert p.code_history(session, person).items
    assert p.tests(session, person, "nucleic").items[0].band == "24"
    assert p.vaccinations(session, person).as_of.tzinfo is not None
    assert p.notices(session).items
    assert p.family(session).items == ()


def test_grandmother_is_seen_because_she_is_linked_and_nobody_else(
    p: PlatformClient, granddaughter: PersonSession, yellow: PersonSession
) -> None:
    (grandmother,) = p.family(granddaughter.session_token).items
    assert grandmother.relation == "奶奶"
    assert p.code(granddaughter.session_token, grandmother.person_id).person_id == grandmother.person_id
    with pytest.raises(ForbiddenPerson):
        p.code(granddaughter.session_token, yellow.person_id)


def test_link_is_refused_for_a_member_with_a_phone_and_no_consent(
    p: PlatformClient, yellow: PersonSession
) -> None:
    father = PEOPLE["family_father"]
    member = AddFamily(
        relation="父亲", name=father["name"], document_type="id_card", document_number=father["number"]
    )
    with pytest.raises((ForbiddenPerson, Conflict)):
        p.add_family(yellow.session_token, member, key=uuid.uuid4().hex)


def test_sessions_are_needed_and_known(p: PlatformClient, yellow: PersonSession) -> None:
    for token in ("nonsense-token", ""):
        with pytest.raises(NotVerified):
            p.code(token, yellow.person_id)


def test_wrong_claims_and_passwords(running: RealPlatform, p: PlatformClient) -> None:
    person = PEOPLE["green"]
    with pytest.raises(IdentityMismatch):
        p.start_verification(_claim(person, name="王不是"))
    started = p.start_verification(_claim(person))
    right = running.password_of(person["phone"])
    wrong = "000000" if right != "000000" else "111111"
    with pytest.raises(WrongCode) as caught:
        p.confirm_verification(started.verification_id, wrong)
    assert caught.value.attempts_left == 4
    with pytest.raises(InvalidInput):
        p.confirm_verification(started.verification_id, "not digits")
    assert p.confirm_verification(started.verification_id, right).person_id


def test_order_from_citizen_to_closed(running: RealPlatform, p: PlatformClient) -> None:
    desk, key = running.client("desk"), uuid.uuid4().hex
    made = p.create_service_request(_order(), key=key)
    assert p.create_service_request(_order(), key=key) == made
    with pytest.raises(Conflict) as caught:
        p.create_service_request(_order("别的内容"), key=key)
    assert caught.value.code == "idempotency_mismatch"
    assert p.service_request(made.number, made.fetch_code).content is None
    with pytest.raises(NotFound):
        p.service_request(made.number, "WRONG1")
    assert desk.service_request(made.number).content == "昨天做的核酸没有结果"
    assert made.number in {order.number for order in desk.list_service_requests("accepted", limit=100).items}
    moves: tuple[dict[str, Any], ...] = (
        {"action": "dispatch", "department": "health:510107", "reason": "结果未更新"},
        {"action": "sign", "text": "已签收"},
        {"action": "submit", "reply": "已上传，请刷新。"},
        {"action": "answer"},
        {"action": "call_back", "reached": True, "solved": True, "satisfaction": 5},
    )
    seen = desk.service_request(made.number)
    for move in moves:
        assert seen.handling is not None
        step = OrderStep(agent="A001", version=seen.handling.version, **move)
        seen = desk.take_step(made.number, step, key=uuid.uuid4().hex)
    assert seen.state == "closed"
    with pytest.raises(Conflict) as stale:
        desk.take_step(made.number, OrderStep(agent="A001", version=1, **moves[0]), key=uuid.uuid4().hex)
    assert stale.value.reason == "stale"
    assert p.service_request(made.number, made.fetch_code).reply == "已上传，请刷新。"


def test_desk_calls_are_for_the_desk(p: PlatformClient) -> None:
    with pytest.raises(ForbiddenPerson):
        p.list_service_requests()


def test_same_key_at_the_same_moment_makes_one_order(running: RealPlatform, p: PlatformClient) -> None:
    key = uuid.uuid4().hex
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: _try_order(p, key), range(8)))
    numbers = {number for number in made if number}
    assert len(numbers) == 1
    assert p.create_service_request(_order("同时提交"), key=key).number in numbers


def _try_order(p: PlatformClient, key: str) -> str | None:
    try:
        return p.create_service_request(_order("同时提交"), key=key).number
    except (Conflict, Unavailable):
        return None


def test_appeal(p: PlatformClient, yellow: PersonSession) -> None:
    made = p.create_appeal(
        yellow.session_token, AppealIn(reason="not_there", content="我那天没有去过"), key=uuid.uuid4().hex
    )
    assert p.appeal(yellow.session_token, made.number) == made
    assert [appeal.number for appeal in p.my_appeals(yellow.session_token).items] == [made.number]
    with pytest.raises(Conflict):
        p.create_appeal(
            yellow.session_token, AppealIn(reason="not_there", content="再说一次"), key=uuid.uuid4().hex
        )


def test_wrong_secret_is_unavailable_with_its_cause(running: RealPlatform) -> None:
    with pytest.raises(Unavailable) as caught:
        PlatformClient(running.url, "assistant", b"wrong").clock()
    assert caught.value.cause == "bad_signature"


def test_order_begun_while_the_platform_is_away_is_made_once_when_it_is_back(tmp_path: Path) -> None:
    port, key = free_port(), uuid.uuid4().hex
    with real_platform(tmp_path, port) as platform:
        client = platform.client(breaker=BreakerPolicy(threshold=2, cool_down=0.0))
        client.clock()
    for _ in range(3):
        with pytest.raises(Unavailable):
            client.create_service_request(_order(), key=key)
    with real_platform(tmp_path, port) as platform:
        made = client.create_service_request(_order(), key=key)
        assert client.breaker_state == "closed"
        assert client.create_service_request(_order(), key=key) == made
        assert len(platform.client("desk").list_service_requests().items) == 1
