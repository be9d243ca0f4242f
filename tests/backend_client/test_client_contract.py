"""The client against `backend/openapi.yaml`: what it sends is allowed, what is promised it reads."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel
from pydantic.fields import ModelField

import backend_client
from backend_client import (
    AccountReviewIn,
    AddFamily,
    Address,
    AppealDecision,
    AppealIn,
    ApplicantIn,
    ApplicationIn,
    CheckIn,
    CodeLookIn,
    ColourEventIn,
    ConsentStatement,
    CorrectionIn,
    DeclarationIn,
    DocumentType,
    ErasureIn,
    EvidenceIn,
    FamilyApplicationIn,
    HandOver,
    LaneEntryIn,
    MakePass,
    MemberIn,
    OrderStep,
    OrderWish,
    PhoneChange,
    PlatformClient,
    PlatformError,
    RedeemHandover,
    ServiceRequestIn,
    StartPhoneCheck,
    StartVerification,
    Stayed,
    TextNotice,
    VenueIn,
    VenueInvitation,
    VisitIn,
)
from backend_client.answers import error_for
from backend_client.models.base import Question
from tests.backend_client.contract import Contract, Operation
from tests.backend_client.scripted_server import ScriptedServer, answer

CONTRACT = Contract()
AT = dt.datetime(2022, 9, 4, 18, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
PERSON = StartVerification(
    name="王小明",
    document_type="id_card",
    document_number="51010719900307123X",
    phone="13900000001",
    channel="web",
    conversation_id="c-1",
)
EVENT = {"id": "cdc-1", "kind": "close_contact", "at": "2022-09-05T08:00:00+08:00"}
MEMBER = AddFamily(
    relation="母亲",
    name="李桂芳",
    document_type="id_card",
    document_number="x1",
    consent_session="t",
    statement=ConsentStatement(by="member", how="in_person"),
)
APPEAL = AppealIn(
    person_id="per_1",
    reason="tests_done",
    rule_id="overlap-1",
    content="两次都做了",
    stay="一直在家",
    contact_phone="13900000001",
    evidence=("evi_1",),
)
NAMED: Any = {"name": "ANNA MUELLER", "document_type": "passport", "document_number": "P99900001"}
WHO: Any = {**NAMED, "birth_date": "1991-01-01", "valid_until": "2030-01-01"}
PROVED: Any = {"phone": "13900000001", "phone_proof": "proof"}
TALK: Any = {"channel": "web", "conversation_id": "c-1"}
HOME: Any = {
    "address": Address(division_code="510107", street="国学巷37号"),
    "declaration": DeclarationIn(temperature=37.5, symptoms=("fever",), risk_stay=False, contact=True),
}
WORD = ConsentStatement(by="guardian", how="by_phone")
PHONE_CHECK = StartPhoneCheck(phone="13900000001", document_number="P99900001", **TALK)
ORDER = ServiceRequestIn(
    kind="help",
    category="核酸检测",
    title="没有结果",
    content="昨天做的",
    division_code="510107",
    contact_phone="13900000001",
    conversation_id="c-1",
    channel="web",
)
STEP = OrderStep(
    action="dispatch",
    agent="A001",
    version=1,
    department="health:510107",
    partners=("cdc",),
    reason="结果未更新",
    until="2022-09-20T23:59:59+08:00",
)
ERASURE = ErasureIn(receipt="SC20220905-K7M2Q9", conversation_id="c-1", channel="web", account=True)
PICTURE = EvidenceIn(media_type="image/jpeg", content="/9j/4A==")
DECISION = AppealDecision(state="rejected", text="已复核", reply="轨迹无误")
DECLARATION = DeclarationIn(
    temperature=36.5, symptoms=("cough",), risk_stay=False, contact=True, corrects="dec_1"
)
VENUE = VenueIn(
    name="桂花巷面馆", type="restaurant", division_code="510107", address="12号", contact_phone="13900000001"
)
LANE = LaneEntryIn(
    shift_token="t",
    name="李桂芳",
    document_number="x123",
    companion_phone="13900000001",
    temperature=36.5,
    purpose="买菜",
)
LOOK = CodeLookIn(agent="A001", call="LD20220905-000001", purpose="call_explain", phone="13800000000")
KEY = "key-0123456789"
NUMBER = "JKT20220905-000123"

CALLS: dict[str, Callable[[PlatformClient], Any]] = {
    "clock": lambda p: p.clock(),
    "withdraw_appeal": lambda p: p.withdraw_appeal("token", "SS20220905-000001", key=KEY),
    "keep_evidence": lambda p: p.keep_evidence("token", PICTURE, key=KEY),
    "list_appeals": lambda p: p.list_appeals("accepted", overdue=True, limit=5, cursor="c"),
    "decide_appeal": lambda p: p.decide_appeal("SS20220905-000001", DECISION, key=KEY),
    "look_at_code": lambda p: p.look_at_code(LOOK, key=KEY),
    "open_cases": lambda p: p.open_cases("conversation-1", "per_1"),
    "reveal": lambda p: p.reveal("JKT20220905-000001", "phone", "callback", "A001"),
    "open_evidence": lambda p: p.open_evidence("SS20220905-000001", "evi_1"),
    "declare_health": lambda p: p.declare_health("token", "per_1", DECLARATION, key=KEY),
    "health_declarations": lambda p: p.health_declarations("token", "per_1", limit=5, cursor="c"),
    "divisions": lambda p: p.divisions("市中区", "county", "511000", limit=5, cursor="c"),
    "division": lambda p: p.division("510107"),
    "sites": lambda p: p.sites(
        "510107",
        "华西",
        lat=30.6,
        lon=104,
        service="nucleic",
        open_now=True,
        open_24h=True,
        yellow=False,
        limit=100,
        cursor="c",
    ),
    "nearest_sites": lambda p: p.nearest_sites(
        "510107", lat=30.6, lon=104.0, service="antibody", open_24h=True, yellow=True, limit=3
    ),
    "vaccine_sites": lambda p: p.vaccine_sites(
        "510107", "社区", lat=30.6, lon=104.0, open_now=True, open_24h=False, limit=1, cursor="c"
    ),
    "nearest_vaccine_sites": lambda p: p.nearest_vaccine_sites(
        "510107", lat=30.6, lon=104.0, open_24h=True, limit=3
    ),
    "risk_areas": lambda p: p.risk_areas("510104", "high", AT, limit=2, cursor="c"),
    "check_risk": lambda p: p.check_risk("锦东庭园14栋", "510104", AT),
    "travel": lambda p: p.travel("310000", "510100", day=AT.date(), stay="high", left=dt.date(2022, 9, 2)),
    "start_verification": lambda p: p.start_verification(PERSON),
    "confirm_verification": lambda p: p.confirm_verification("ver_1", "246810"),
    "issue_handover": lambda p: p.issue_handover("token", HandOver(channel="web", conversation_id="web-1")),
    "redeem_handover": lambda p: p.redeem_handover(
        RedeemHandover(token="h1.x", channel="web", conversation_id="web-1")
    ),
    "me": lambda p: p.me("token"),
    "code": lambda p: p.code("token", "per_1"),
    "code_history": lambda p: p.code_history("token", "per_1", limit=2, cursor="c"),
    "tests": lambda p: p.tests("token", "per_1", "nucleic", limit=2, cursor="c"),
    "vaccinations": lambda p: p.vaccinations("token", "per_1"),
    "family": lambda p: p.family("token", limit=2, cursor="c"),
    "append_colour_event": lambda p: p.append_colour_event(
        ColourEventIn(document_type="id_card", document_number="x1", event=EVENT), key=KEY
    ),
    "text_notice": lambda p: p.text_notice("evt_1", TextNotice(person_id="per_1", language="zh"), key=KEY),
    "add_family": lambda p: p.add_family("token", MEMBER, key=KEY),
    "remove_family": lambda p: p.remove_family("token", "lnk_1", key=KEY),
    "start_phone_check": lambda p: p.start_phone_check(PHONE_CHECK),
    "confirm_phone_check": lambda p: p.confirm_phone_check("pho_1", "246810"),
    "check_applicant": lambda p: p.check_applicant(ApplicantIn(**WHO, **PROVED)),
    "create_application": lambda p: p.create_application(
        ApplicationIn(**WHO, **PROVED, **HOME, **TALK), key=KEY
    ),
    "check_member": lambda p: p.check_member("token", MemberIn(**NAMED)),
    "create_family_application": lambda p: p.create_family_application(
        "token",
        FamilyApplicationIn(relation="母亲", statement=WORD, **WHO, **PROVED, **HOME, **TALK),
        key=KEY,
    ),
    "family_holders": lambda p: p.family_holders("token", limit=2, cursor="c"),
    "change_phone": lambda p: p.change_phone("token", PhoneChange(**PROVED), key=KEY),
    "create_correction": lambda p: p.create_correction(
        "token", CorrectionIn(what="document", valid_until="2030-01-01", **NAMED, **TALK), key=KEY
    ),
    "create_account_review": lambda p: p.create_account_review(
        AccountReviewIn(kind="phone_lost", evidence="号码注销了", **NAMED, **PROVED, **TALK), key=KEY
    ),
    "notices": lambda p: p.notices("token", limit=2, cursor="c"),
    "accesses": lambda p: p.accesses("token", by_others=True, limit=2, cursor="c"),
    "export_person": lambda p: p.export_person("token"),
    "end_session": lambda p: p.end_session("token", key=KEY),
    "erase_data": lambda p: p.erase_data(ERASURE, key=KEY, session="token"),
    "create_appeal": lambda p: p.create_appeal("token", APPEAL, key=KEY),
    "appeal": lambda p: p.appeal("token", "SS20220905-000001"),
    "my_appeals": lambda p: p.my_appeals("token", limit=2, cursor="c"),
    "create_service_request": lambda p: p.create_service_request(ORDER, key=KEY, session="token"),
    "service_request": lambda p: p.service_request(NUMBER, "7K2M9Q"),
    "list_service_requests": lambda p: p.list_service_requests("accepted", limit=2, cursor="c"),
    "take_step": lambda p: p.take_step(NUMBER, STEP, key=KEY),
    "wish_for_request": lambda p: p.wish_for_request(
        NUMBER,
        OrderWish(wish="rate", fetch_code="7K2M9Q", satisfaction=5, text="很快"),
        key=KEY,
        session="token",
    ),
    "order_catalogue": lambda p: p.order_catalogue("510107"),
    "service_request_figures": lambda p: p.service_request_figures(AT, AT + dt.timedelta(days=1)),
}
CALLS |= {
    "passes": lambda p: p.passes("token", "per_1"),
    "make_pass": lambda p: p.make_pass(
        "token", "per_1", MakePass(kind="offline", replaces="AAAAA-BBBBB"), key=KEY
    ),
    "revoke_pass": lambda p: p.revoke_pass("token", "per_1", "AAAAA-BBBBB", key=KEY),
    "create_venue": lambda p: p.create_venue("token", VENUE, key=KEY),
    "my_venues": lambda p: p.my_venues("token"),
    "venue": lambda p: p.venue("K7M2Q9"),
    "close_venue": lambda p: p.close_venue("token", "K7M2Q9", key=KEY),
    "venue_counts": lambda p: p.venue_counts("token", "K7M2Q9", days=3),
    "record_visit": lambda p: p.record_visit("token", "K7M2Q9", VisitIn(person_id="per_1"), key=KEY),
    "venue_roles": lambda p: p.venue_roles("token", "K7M2Q9"),
    "invite": lambda p: p.invite(
        "token", "K7M2Q9", VenueInvitation(role="staff", phone="13900000001"), key=KEY
    ),
    "remove_role": lambda p: p.remove_role("token", "K7M2Q9", "rol_1", key=KEY),
    "accept_invitation": lambda p: p.accept_invitation("token", "K7M2Q9", key=KEY),
    "start_shift": lambda p: p.start_shift("token", "K7M2Q9", key=KEY),
    "end_shift": lambda p: p.end_shift("shift", key=KEY),
    "check_person": lambda p: p.check_person(
        CheckIn(shift_token="shift", purpose="entry", payload="TFJK1.AAAA"), key=KEY
    ),
    "register_without_code": lambda p: p.register_without_code(LANE, key=KEY),
}
operations = pytest.mark.parametrize("operation", CONTRACT.operations.values(), ids=list(CONTRACT.operations))


def test_every_operation_is_a_method_and_every_method_an_operation() -> None:
    methods = {
        name
        for name in dir(PlatformClient)
        if not name.startswith("_") and name not in {"close", "breaker_state"}
    }
    assert methods == set(CONTRACT.operations) == set(CALLS)


@operations
def test_request_is_what_the_contract_asks(
    server: ScriptedServer, client: PlatformClient, operation: Operation
) -> None:
    with pytest.raises(PlatformError):
        CALLS[operation.name](client)
    request = server.received[0]
    body = json.loads(request.body) if request.body else None
    assert CONTRACT.request_faults(operation, request, body) == []


@operations
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_whatever_the_contract_promises_is_read(
    server: ScriptedServer, client: PlatformClient, operation: Operation, data: st.DataObject
) -> None:
    status, schema = CONTRACT.success(operation)
    promised = data.draw(CONTRACT.answers(schema))
    assert CONTRACT.faults(schema, promised) == []
    server.otherwise = answer(status, promised, keep_open=True)
    read = CALLS[operation.name](client)
    assert _same(promised, json.loads(read.json())) == []


def _same(promised: Any, read: Any, where: str = "") -> list[str]:
    """Return where what was read differs from what was promised; times may be written otherwise."""
    if isinstance(promised, dict):
        missing = [f"{where}.{name}" for name in promised if name not in read]
        return missing + [
            fault
            for name in promised
            if name in read
            for fault in _same(promised[name], read[name], f"{where}.{name}")
        ]
    if isinstance(promised, list):
        return [] if len(promised) == len(read) else [where]
    if isinstance(promised, str) and promised != read:
        try:
            return [] if _moment(promised) == _moment(read) else [where]
        except ValueError:
            return [where]
    return [] if promised == read else [where]


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text.replace(".5Z", ".500000+00:00"))


def _models() -> Iterator[tuple[str, type[BaseModel], dict[str, Any]]]:
    for name, operation in CONTRACT.operations.items():
        method = getattr(PlatformClient, name)
        model = eval(method.__annotations__["return"], vars(backend_client))
        yield name, model, CONTRACT.success(operation)[1]


MODELS = list(_models())


@pytest.mark.parametrize(("model", "schema"), [row[1:] for row in MODELS], ids=[row[0] for row in MODELS])
def test_model_has_the_contracts_fields_no_more_no_less_and_no_looser(
    model: type[BaseModel], schema: dict[str, Any]
) -> None:
    assert list(_differences(model, schema, model.__name__)) == []


def _differences(model: type[BaseModel], schema: dict[str, Any], where: str) -> Iterator[str]:
    schema = CONTRACT.resolve(schema)
    properties, required = schema["properties"], set(schema.get("required", []))
    yield from (f"{where} lacks {name}" for name in properties.keys() - model.__fields__.keys())
    yield from (f"{where}.{name} is not promised" for name in model.__fields__.keys() - properties.keys())
    for name in properties.keys() & model.__fields__.keys():
        field, part = model.__fields__[name], CONTRACT.resolve(properties[name])
        may_miss = name not in required or not CONTRACT.faults(part, None)
        if may_miss != field.allow_none:
            yield f"{where}.{name}: contract {'may' if may_miss else 'never'} leaves it unknown"
        yield from _part_differences(field, part, f"{where}.{name}")


def _part_differences(field: ModelField, part: dict[str, Any], where: str) -> Iterator[str]:
    choices = [CONTRACT.resolve(choice) for choice in part.get("anyOf", [part])]
    part = next(choice for choice in choices if choice.get("type") != "null")
    part = CONTRACT.resolve(part.get("items", part))
    inner = field.type_ if isinstance(field.type_, type) else None
    if "properties" in part:
        if inner is None or not issubclass(inner, BaseModel):
            yield f"{where} is an object"
        else:
            yield from _differences(inner, part, where)
    words = set(part.get("enum", [])) - {None}
    if words and get_args(field.type_) and set(get_args(field.type_)) != words:
        yield f"{where}: {set(get_args(field.type_)) ^ words}"


BODIES: list[tuple[type[Question], str]] = [
    (StartVerification, "start_verification"),
    (HandOver, "issue_handover"),
    (RedeemHandover, "redeem_handover"),
    (AddFamily, "add_family"),
    (ColourEventIn, "append_colour_event"),
    (TextNotice, "text_notice"),
    (AppealIn, "create_appeal"),
    (ServiceRequestIn, "create_service_request"),
    (OrderStep, "take_step"),
    (OrderWish, "wish_for_request"),
    (MakePass, "make_pass"),
    (VenueIn, "create_venue"),
    (VisitIn, "record_visit"),
    (VenueInvitation, "invite"),
    (CheckIn, "check_person"),
    (CodeLookIn, "look_at_code"),
    (LaneEntryIn, "register_without_code"),
]


@pytest.mark.parametrize(("model", "name"), BODIES, ids=[row[1] for row in BODIES])
def test_body_has_the_contracts_fields(model: type[Question], name: str) -> None:
    content = CONTRACT.operations[name].item["requestBody"]["content"]
    schema = CONTRACT.resolve(content["application/json"]["schema"])
    assert set(model.__fields__) == set(schema["properties"])
    required = {name for name, field in model.__fields__.items() if field.required}
    assert required == set(schema["required"])


def test_document_kinds_are_the_contracts() -> None:
    words = CONTRACT.document["components"]["schemas"]["DocumentType"]["enum"]
    assert set(get_args(DocumentType)) == set(words)


def test_several_stays_are_written_as_the_contract_reads_them() -> None:
    parameters = CONTRACT.operations["travel"].item["parameters"]
    (pattern,) = [p["schema"]["pattern"] for p in parameters if p["name"] == "stays"]
    stays = [Stayed("high", "310000", dt.date(2022, 9, 2)), Stayed("low"), Stayed("clear", "abroad")]
    written = ",".join(stayed.wire() for stayed in stays)
    assert written == "high@310000~2022-09-02,low,clear@abroad"
    assert re.fullmatch(pattern, written)


def test_every_problem_code_of_the_contract_has_an_error() -> None:
    codes = CONTRACT.document["components"]["schemas"]["Problem"]["properties"]["code"]["enum"]
    statuses = {"rate_limited": 429, "unavailable": 503, "internal": 500, "story_unreadable": 500}
    for code in codes:
        error = error_for(statuses.get(code, 422), json.dumps({"code": code}).encode(), None, "r")
        assert not getattr(error, "cause", code).startswith("status_4"), code
