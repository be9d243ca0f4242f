"""Work orders on their way: every step, the clock that stands still, call-backs, merging, what a citizen may ask."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from backend.contract import load_contract
from backend.models import Division, ServiceRequest
from backend.orders.catalogue import departments, topic_of, topics
from backend.orders.escalating import escalate_due
from backend.orders.states import STATE_WORDS, STEPS
from tests.backend.test_core_cases import REQUEST

TO_HEALTH = {"department": "health:510107", "reason": "结果未更新归卫生健康部门"}


@pytest.fixture
def places(platform):
    """The platform with three divisions."""
    return with_divisions(platform)


@pytest.fixture
def any_places(any_platform):
    """The same on each store."""
    return with_divisions(any_platform)


def with_divisions(platform):
    rows = (
        ("510000", "四川省", "province", None),
        ("510100", "成都市", "prefecture", "510000"),
        ("510107", "武侯区", "county", "510100"),
    )
    with platform.database.write() as session:
        for code, name, level, parent in rows:
            session.add(
                Division(code=code, name=name, level=level, parent_code=parent, path=name, aliases=[])
            )
            session.flush()
    return platform


class Order:
    """An order as the desk works on it; remembers the version it has seen."""

    def __init__(self, platform: Any, **changes: Any) -> None:
        self.platform = platform
        made = platform.post("/v1/service-requests", REQUEST | changes)
        assert made.status_code == 201, made.text
        self.made = made.json()
        self.path = f"/v1/service-requests/{self.made['number']}"

    def seen(self) -> dict[str, Any]:
        found = self.platform.get(self.path, client="desk").json()
        load_contract().validator("ServiceRequest").validate(found)
        return dict(found)

    def step(self, action: str, *, agent: str = "A001", version: int | None = None, **fields: Any) -> Any:
        version = version or self.seen()["handling"]["version"]
        body = {"action": action, "agent": agent, "version": version, **fields}
        return self.platform.post(f"{self.path}/steps", body, client="desk")

    def done(self, action: str, **fields: Any) -> dict[str, Any]:
        answer = self.step(action, **fields)
        assert answer.status_code == 200, answer.text
        load_contract().validator("ServiceRequest").validate(answer.json())
        return dict(answer.json())

    def wish(self, wish: str, **fields: Any) -> Any:
        body = {"wish": wish, "fetch_code": self.made["fetch_code"], **fields}
        return self.platform.post(f"{self.path}/wishes", body)

    def citizen(self) -> dict[str, Any]:
        return dict(self.platform.get(self.path, fetch_code=self.made["fetch_code"]).json())


def test_from_intake_to_archive(any_places):
    order = Order(any_places)
    assert order.seen()["handling"]["proposed"] == {
        "department": "health:510107",
        "name": "武侯区卫生健康局",
        "reason": "检测结果由卫生健康部门督促检测机构上传；事发地在武侯区。",
    }
    sent = order.done("dispatch", **TO_HEALTH, partners=["cdc:510107"])
    assert (sent["state"], sent["handling"]["department_name"]) == ("dispatched", "武侯区卫生健康局")
    assert sent["handling"]["partners"] == ["武侯区疾病预防控制中心"]
    assert sent["handling"]["sign_by"] == "2022-09-06T23:59:59+08:00"
    order.done("sign", agent="D001")
    submitted = order.done("submit", agent="D001", reply="结果已补传。")
    assert (submitted["state"], submitted["reply"]) == ("in_review", None)
    assert order.citizen()["reply"] is None
    back = order.done("send_back", reason="请写明何时补传")
    assert back["state"] == "in_progress"
    order.done("submit", agent="D001", reply="结果已于9月5日补传。")
    answered = order.done("answer")
    assert (answered["state"], answered["reply"]) == ("answered", "结果已于9月5日补传。")
    assert answered["handling"]["call_back_by"] == "2022-09-08T23:59:59+08:00"
    closed = order.done("call_back", reached=True, solved=True, satisfaction=5, comment="很快")
    assert (closed["state"], closed["satisfaction"], closed["handling"]["light"]) == ("closed", 5, "done")
    assert order.done("archive")["handling"]["actions"] == []
    assert [event["text"] for event in order.citizen()["events"]] == [
        "已受理",
        "已派给武侯区卫生健康局办理",
        "武侯区卫生健康局已签收，正在办理",
        "承办单位已提交答复，正在审核",
        "承办单位已提交答复，正在审核",
        "已答复",
        "已回访，办结",
    ]


def test_the_citizen_never_reads_what_is_internal(places):
    order = Order(places)
    order.done("remark", remark="来电人情绪激动")
    order.done("dispatch", **TO_HEALTH)
    order.done("return", agent="D001", reason="不归我局管")
    told = str(order.citizen())
    for inner in ("情绪", "不归我局", "A001", "D001", "handling", TO_HEALTH["reason"]):
        assert inner not in told
    log = order.seen()["handling"]["log"]
    assert [(line["action"], line["by"], line["remark"]) for line in log[1:]] == [
        ("remark", "A001", "来电人情绪激动"),
        ("dispatch", "A001", TO_HEALTH["reason"]),
        ("return", "D001", "不归我局管"),
    ]


def test_who_saw_an_older_version_changes_nothing(places):
    order = Order(places)
    version = order.seen()["handling"]["version"]
    order.done("remark", remark="先看一下")
    late = order.step("dispatch", version=version, **TO_HEALTH)
    assert (late.status_code, late.json()["reason"]) == (409, "stale")
    assert order.seen()["state"] == "accepted"


@pytest.mark.parametrize("action", sorted(STEPS))
def test_a_step_that_is_not_offered_is_refused(places, action):
    order = Order(places)
    offered = order.seen()["handling"]["actions"]
    fields: dict[str, Any] = {
        "department": "health",
        "reason": "原因",
        "reply": "答复",
        "remark": "备注",
        "until": "2022-09-20T00:00:00+08:00",
        "into": "JKT20220905-000099",
        "reached": False,
    }
    takes = {name: fields[name] for name in STEPS[action].needs}
    answer = order.step(action, **takes)
    if action in offered:
        assert answer.status_code in {200, 422}, answer.text
    else:
        assert (answer.status_code, answer.json()["reason"]) == (409, "state")


def test_a_step_needs_its_fields_and_takes_no_others(places):
    order = Order(places)
    missing = order.step("dispatch", department="health").json()
    assert [error["field"] for error in missing["errors"]] == ["reason"]
    extra = order.step("handle", reply="答复").json()
    assert [error["field"] for error in extra["errors"]] == ["reply"]
    unknown = order.step("dispatch", department="health:510108", reason="x").json()
    assert unknown["errors"][0]["reason"] == "no such department"


def test_suspension_stops_a_clock_of_working_days(places):
    order = Order(places)
    order.done("handle")
    due = order.seen()["due_at"]
    assert due == "2022-09-15T23:59:59+08:00"
    stopped = order.done("suspend", reason="等来电人补材料")
    assert stopped["handling"]["light"] == "stopped"
    places.clock.advance(days=30)
    assert order.seen()["handling"]["light"] == "stopped"
    resumed = order.done("resume")
    # seven working days are left on 5 October, a holiday; 8 and 9 October are worked
    assert resumed["due_at"] == "2022-10-14T23:59:59+08:00"
    assert resumed["handling"]["light"] == "normal"


def test_suspension_stops_a_clock_of_hours_to_the_second(places):
    order = Order(places)
    order.done("classify", urgency="urgent")
    assert order.seen()["due_at"] == "2022-09-06T09:00:00+08:00"
    order.done("handle")
    places.clock.advance(hours=20)
    assert order.seen()["handling"]["light"] == "yellow"
    order.done("suspend", reason="等结果")
    places.clock.advance(hours=100)
    resumed = order.done("resume")
    assert resumed["due_at"] == "2022-09-10T13:00:00+08:00"
    assert resumed["handling"]["light"] == "yellow"
    places.clock.advance(hours=2)
    assert order.seen()["handling"]["light"] == "red"


def test_signing_has_a_light_of_its_own_that_begins_anew_with_another_department(places):
    order = Order(places)
    order.done("classify", urgency="urgent")  # four hours to sign
    places.clock.advance(hours=1)
    assert order.seen()["handling"]["sign_light"] == "done"
    assert order.done("dispatch", **TO_HEALTH)["handling"]["sign_light"] == "normal"
    for hours, light in ((2.8, "yellow"), (0.8, "red"), (0.4, "overdue")):
        places.clock.advance(hours=hours)
        assert order.seen()["handling"]["sign_light"] == light
    again = order.done("redispatch", department="cdc:510107", reason="改派", agent="L001")
    assert (again["handling"]["sign_light"], again["handling"]["light"]) == ("normal", "normal")
    assert order.done("sign", agent="D001")["handling"]["sign_light"] == "done"


def test_more_time_is_asked_for_by_one_and_granted_by_another_once(places):
    order = Order(places)
    order.done("handle")
    latest = order.seen()["handling"]["extend_until"]
    assert latest == "2022-09-26T23:59:59+08:00"
    too_long = order.step("ask_extension", until="2022-09-27T00:00:00+08:00", reason="复杂")
    assert too_long.json()["errors"][0]["field"] == "until"
    order.done("ask_extension", until="2022-09-20T23:59:59+08:00", reason="复杂")
    own = order.step("grant_extension")
    assert own.json()["reason"] == "same_agent"
    granted = order.done("grant_extension", agent="L001")
    assert granted["due_at"] == "2022-09-20T23:59:59+08:00"
    assert "ask_extension" not in granted["handling"]["actions"]
    assert "延期到9月20日" in order.citizen()["events"][-1]["text"]


def test_a_refused_extension_leaves_the_limit(places):
    order = Order(places)
    order.done("handle")
    order.done("ask_extension", until="2022-09-20T23:59:59+08:00", reason="复杂")
    refused = order.done("refuse_extension", agent="L001", reason="并不复杂")
    assert refused["due_at"] == "2022-09-15T23:59:59+08:00"
    assert refused["handling"]["extension"]["because"] == "并不复杂"


@pytest.mark.parametrize(
    ("urgency", "due"), [("critical", "2022-09-05T11:00:00+08:00"), ("urgent", "2022-09-06T09:00:00+08:00")]
)
def test_urgency_shortens_the_limit(places, urgency, due):
    order = Order(places)
    assert order.done("classify", urgency=urgency)["due_at"] == due
    assert order.done("classify", urgency="normal")["due_at"] == "2022-09-15T23:59:59+08:00"


def test_three_call_backs_without_an_answer_close_the_order(places):
    order = Order(places)
    order.done("answer", reply="已补传")
    for _ in range(2):
        assert order.done("call_back", reached=False)["state"] == "answered"
    closed = order.done("call_back", reached=False)
    assert (closed["state"], closed["handling"]["solved"]) == ("closed", None)
    assert "没有联系上" in order.citizen()["events"][-1]["text"]


def test_unsolved_is_worked_on_again_once(places):
    order = Order(places)
    order.done("answer", reply="已补传")
    places.clock.advance(days=1)
    again = order.done("call_back", reached=True, solved=False, satisfaction=1)
    assert (again["state"], again["due_at"]) == ("in_progress", "2022-09-16T23:59:59+08:00")
    assert again["handling"]["light"] == "normal"
    order.done("answer", reply="这次真的补传了")
    closed = order.done("call_back", reached=True, solved=False, satisfaction=2)
    assert (closed["state"], closed["handling"]["solved"]) == ("closed", False)
    assert closed["wishes"] == []


def test_what_reached_nobody_solved_nothing(places):
    order = Order(places)
    order.done("answer", reply="已补传")
    assert order.step("call_back", reached=False, solved=True).status_code == 422
    assert order.step("call_back", reached=True).status_code == 422


def test_a_citizen_urges_once_a_day(places):
    order = Order(places)
    assert order.citizen()["wishes"] == ["urge", "withdraw"]
    urged = order.wish("urge").json()
    load_contract().validator("ServiceRequest").validate(urged)
    assert urged["wishes"] == ["withdraw"]
    assert order.wish("urge").status_code == 409
    assert order.seen()["handling"]["urged"] == 1
    places.clock.advance(hours=24)
    assert order.wish("urge").status_code == 200


def test_a_citizen_rates_and_takes_up_again(places):
    order = Order(places)
    assert order.wish("rate", satisfaction=5).status_code == 409
    order.done("answer", reply="已补传")
    assert order.wish("rate").status_code == 422
    rated = order.wish("rate", satisfaction=2, text="太慢").json()
    assert (rated["state"], rated["satisfaction"], rated["wishes"]) == ("closed", 2, ["reopen"])
    assert order.seen()["handling"]["log"][-1]["remark"] == "太慢"
    again = order.wish("reopen", text="还是没有").json()
    assert (again["state"], again["wishes"]) == ("in_progress", ["urge", "withdraw"])
    order.done("answer", reply="补传了")
    assert "reopen" not in order.citizen()["wishes"]


def test_a_closed_order_cannot_be_taken_up_again_after_a_month(places):
    order = Order(places)
    order.done("answer", reply="已补传")
    order.done("close", reason="来电人已知晓")
    places.clock.advance(days=30)
    assert "reopen" in order.citizen()["wishes"]
    places.clock.advance(seconds=1)
    assert "reopen" not in order.citizen()["wishes"]
    assert order.step("reopen", reason="还是没有").status_code == 409


def test_nobody_else_wishes_anything(places):
    order = Order(places)
    body = {"wish": "withdraw", "fetch_code": "WRONG1"}
    assert places.post(f"{order.path}/wishes", body).status_code == 404
    assert places.post(f"{order.path}/wishes", {"wish": "withdraw"}).status_code == 404
    for _ in range(8):
        places.post(f"{order.path}/wishes", body)
    assert order.wish("withdraw").status_code == 423
    assert order.seen()["state"] == "accepted"


def test_two_orders_of_one_matter_become_one(any_places):
    first, other_matter = (
        Order(any_places),
        Order(any_places, category="x", title="疫苗", content="疫苗接种记录不对"),
    )
    second = Order(any_places, conversation_id="conversation-2")  # from elsewhere, with the same phone
    assert [one["number"] for one in second.seen()["handling"]["similar"]] == [first.made["number"]]
    assert other_matter.seen()["handling"]["similar"] == []
    second.done("classify", urgency="urgent")
    merged = second.done("merge", into=first.made["number"])
    assert (merged["state"], merged["merged_into"]) == ("merged", first.made["number"])
    assert second.citizen()["merged_into"] == first.made["number"]
    kept = first.seen()
    assert (kept["urgency"], kept["handling"]["log"][-1]["action"]) == ("urgent", "merged")
    assert first.step("merge", into=first.made["number"]).status_code == 422
    third = Order(any_places)
    assert third.step("merge", into=second.made["number"]).json()["reason"] == "ended"


def test_lateness_is_noted_once_each_also_after_a_downtime(any_places):
    order = Order(any_places)
    order.done("dispatch", **TO_HEALTH)
    start = any_places.clock.now()

    def noted() -> list[str]:
        escalate_due(any_places.database, any_places.clock.now())
        return [line["action"] for line in order.seen()["handling"]["log"] if line["by"] == "clock"]

    assert noted() == []
    any_places.clock.moment = start + timedelta(days=2)
    assert noted() == ["unsigned"]
    assert noted() == ["unsigned"]
    any_places.clock.moment = datetime.fromisoformat("2022-09-13T12:00:00+08:00")
    assert noted() == ["unsigned", "yellow"]
    any_places.clock.advance(days=30)
    assert noted() == ["unsigned", "yellow", "overdue"]
    assert noted() == ["unsigned", "yellow", "overdue"]
    assert order.citizen()["events"][-1]["text"] == "已派给武侯区卫生健康局办理"


def test_the_list_is_filtered_and_sorted(any_places):
    late = Order(any_places)
    late.done("classify", urgency="critical")
    sent = Order(any_places, division_code="510100")
    sent.done("dispatch", department="health:510100", reason="x")
    any_places.clock.advance(hours=3)
    fresh = Order(any_places, kind="consult", title="怎么打卡", content="打卡在哪里", division_code=None)

    def numbers(**query: Any) -> list[str]:
        page = any_places.get("/v1/service-requests", client="desk", **query).json()
        load_contract().validator("ServiceRequestPage").validate(page)
        return [one["number"][-1] for one in page["items"]]

    assert numbers() == ["1", "2", "3"]
    assert numbers(order="newest") == ["3", "2", "1"]
    assert numbers(order="due") == ["1", "3", "2"]
    assert numbers(late="true") == ["1"]
    assert numbers(department="health") == numbers(department="health:510100") == ["2"]
    assert numbers(department="health:510107") == []
    assert numbers(division="510100") == ["1", "2"]
    assert numbers(division="510107") == ["1"]
    assert numbers(urgency="critical") == ["1"]
    assert numbers(topic="code.declaration") == ["3"]
    assert numbers(since="2022-09-05T10:00:00+08:00") == ["3"]
    assert numbers(until="2022-09-05T10:00:00+08:00") == ["1", "2"]
    first = any_places.get("/v1/service-requests", client="desk", order="due", limit=2).json()
    rest = any_places.get(
        "/v1/service-requests", client="desk", order="due", cursor=first["next_cursor"]
    ).json()
    assert [one["number"] for one in rest["items"]] == [sent.made["number"]]
    assert fresh.made["due_at"] == "2022-09-08T23:59:59+08:00"


def test_what_an_agent_takes_down(places):
    intake = {
        "taken_by": "A007",
        "topic": "test.price",
        "urgency": "urgent",
        "anonymous": True,
        "special_group": "elderly",
        "happened_at": "2022-09-04T10:00:00+08:00",
        "place": "武侯区某采样点",
        "evidence": [{"field": "place", "text": "在武侯区那个采样点"}],
    }
    made = places.post(
        "/v1/service-requests", REQUEST | {"channel": "phone", "intake": intake}, client="desk"
    )
    assert made.status_code == 201, made.text
    seen = places.get(f"/v1/service-requests/{made.json()['number']}", client="desk").json()
    handling = seen["handling"]
    assert {name: handling[name] for name in intake if name in handling} == {
        name: value for name, value in intake.items() if name != "urgency"
    }
    assert (seen["urgency"], handling["topic_name"]) == ("urgent", "核酸检测 / 收费")
    assert handling["log"][0]["by"] == "A007"
    assert places.post("/v1/service-requests", REQUEST | {"intake": intake}).status_code == 403
    odd = REQUEST | {"intake": {"taken_by": "A007", "topic": "weather"}}
    assert places.post("/v1/service-requests", odd, client="desk").status_code == 422


def test_the_catalogue_names_offices_of_a_division(places):
    named = places.get("/v1/order-catalogue", client="desk", division="510107").json()
    load_contract().validator("OrderCatalogue").validate(named)
    offices = {one["code"]: one["name"] for one in named["departments"]}
    assert offices["health:510107"] == "武侯区卫生健康局"
    assert offices["code:510100"] == "成都市健康码运营专班"  # no office in a county
    assert offices["desk"] == "12345热线（直接办理）"
    assert places.get("/v1/order-catalogue").status_code == 403


@pytest.mark.parametrize(
    ("category", "text", "topic"),
    [
        ("query_test_result", "昨天做的查不到结果", "test.result"),
        ("complain", "采样点乱收费", "test.price"),
        ("complain", "工作人员态度很差", "service.attitude"),
        ("apply_code", "实名信息没有查到", "code.apply"),
        ("complain", "我就是不高兴", "service.other"),
        ("from elsewhere", "什么也没说", "service.other"),
        ("query_vaccine", "少了一针", "vaccine.record"),
    ],
)
def test_words_show_the_topic_and_the_category_helps(category, text, topic):
    assert topic_of(category, text) == topic


def test_every_topic_has_a_department_and_every_state_its_words():
    assert {topic.department for topic in topics().values()} <= departments().keys()
    states = {state for step in STEPS.values() for state in step.start} | {
        s.to for s in STEPS.values() if s.to
    }
    assert states == STATE_WORDS.keys()


def test_an_order_of_before_is_looked_at(places):
    """Orders from before the migration have a moment to look at, and are noted late like any other."""
    order = Order(places)
    with places.database.write() as session:
        session.get(ServiceRequest, order.made["number"]).look_at = places.clock.now()
    places.clock.advance(days=40)
    escalate_due(places.database, places.clock.now())
    assert order.seen()["handling"]["log"][-1]["action"] == "overdue"
