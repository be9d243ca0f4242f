"""A call over what its page asks: kept in order, marked, ordered once, looked up with a purpose."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests
from lxml import html as lxml_html

from hotline.assist.errors import TooManyLooks
from hotline.assist.figures import tally
from hotline.assist.looks import Looks
from tests.hotline.assist.conftest import OnThePhone
from tests.hotline.conftest import Agent, Running, text_of
from tests.hotline.fake_platform import FakePlatform

NOTES = "女士，在武侯，黄码，问怎么转绿，电话13981234567"


def state_of(page: requests.Response) -> dict[str, Any]:
    """Return what a call's page begins with."""
    state: dict[str, Any] = json.loads(
        lxml_html.fromstring(page.content).get_element_by_id("assist").get("data-state")
    )
    return state


def test_a_reload_brings_back_everything_but_whole_numbers(call: OnThePhone) -> None:
    saved = call.save(NOTES, changed={"title": "黄码转绿"}, skipped=["stay"], matter="code_yellow")
    assert saved.json()["notes"] == NOTES.replace("13981234567", "139****4567")
    state = state_of(call.page())
    assert (state["notes"], state["seq"]) == (saved.json()["notes"], 1)
    assert (state["changed"], state["skipped"], state["matter"]) == (
        {"title": "黄码转绿"},
        ["stay"],
        "code_yellow",
    )
    assert "13981234567" not in call.page().text


def test_an_older_save_never_overwrites_a_newer_one(call: OnThePhone) -> None:
    call.save("新的记录", seq=7)
    late = call.save("旧的记录", seq=6)
    assert (late.status_code, late.json()["code"], late.json()["current"]) == (409, "stale_notes", 7)
    assert call.save("又是旧的", seq=7).status_code == 409
    assert state_of(call.page())["notes"] == "新的记录"


def test_nothing_is_written_after_the_end_and_whole_numbers_are_gone(call: OnThePhone, desk: Running) -> None:
    call.save(NOTES)
    call.agent.press(call.page(), f"/calls/{call.number}/end")
    assert call.save("还想写").json()["code"] == "call_over"
    kept = desk.desk.assist.calls.get(call.number, "A001")
    assert kept.pad.values == ()
    assert kept.ended_at is not None


def test_what_was_said_lies_sealed(call: OnThePhone, desk: Running) -> None:
    call.save("来电人说的是一件很特别的事情")
    with desk.desk.engine.connect() as connection:
        (row,) = connection.exec_driver_sql(
            "SELECT sealed FROM calls WHERE number = ?", (call.number,)
        ).fetchall()
    assert "很特别".encode() not in row[0]


def test_a_colleagues_call_is_nobody_elses(call: OnThePhone, desk: Running) -> None:
    leader = Agent(desk.url)
    leader.log_in("L001")
    assert leader.get(f"/calls/{call.number}").status_code == 404
    call.agent = leader
    call.token = leader.get("/calls").text.split('name="form_token" value="', 1)[1].split('"', 1)[0]
    assert call.ask("heard", seq=1, notes="黄码").status_code == 404


@pytest.mark.parametrize("number", ["E001", "Q001", "D001", "U001", "M001"])
def test_who_takes_no_calls_sees_none(desk: Running, number: str) -> None:
    somebody = Agent(desk.url)
    somebody.log_in(number)
    assert somebody.get("/calls").status_code == 403
    assert "来电</a>" not in somebody.get("/").text


def test_a_post_without_the_forms_token_is_refused(call: OnThePhone) -> None:
    call.token = ""
    assert call.ask("heard", seq=1, notes="黄码").status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"seq": "1", "notes": "x"},
        {"seq": -1, "notes": "x"},
        {"seq": 1, "notes": 5},
        {"seq": 1, "notes": "x" * 3901},
        {"seq": 1, "notes": "x", "changed": {"nonsense": "y"}},
        {"seq": 1, "notes": "x", "changed": {"title": 5}},
        {"seq": 1, "notes": "x", "matter": "nonsense"},
        {"seq": 1, "notes": "x", "skipped": "whose"},
        {"seq": 1, "notes": "x", "shown": [""]},
    ],
)
def test_what_no_page_of_ours_sends_is_refused(call: OnThePhone, body: dict[str, Any]) -> None:
    assert call.ask("notes", **body).status_code == 400


def test_shown_opened_told_and_wrong_are_counted_once_a_call_and_go_to_the_editors(
    call: OnThePhone, desk: Running
) -> None:
    since = desk.desk.now()
    first = call.hear("在武侯，黄码，问怎么转绿")["suggestions"][0]["id"]
    call.save("在武侯，黄码，问怎么转绿", shown=[first, "yellow-meaning"])
    call.save("在武侯，黄码，问怎么转绿。", shown=[first])
    for mark in ("clicked", "used", "used"):
        assert call.ask("marks", mark=mark, entry=first).status_code == 200
    assert call.ask("marks", mark="wrong", entry="yellow-meaning", reason="other_question").status_code == 200
    assert call.ask("marks", mark="wrong", entry="yellow-meaning", reason="because").status_code == 400
    of_entry = {one.entry_id: one for one in tally(desk.desk.engine, since)[1]}
    assert (of_entry[first].tally.shown, of_entry[first].tally.clicked, of_entry[first].tally.used) == (
        1,
        1,
        1,
    )
    assert of_entry["yellow-meaning"].wrong == {"other_question": 1}
    disputed = [one for one in desk.desk.knowledge.questions.listed("open", 50) if one.reason == "disputed"]
    assert [(one.text, one.disputed) for one in disputed] == [("黄码，问怎么转绿", "yellow-meaning")]
    assert "yellow-meaning" not in [one["id"] for one in call.hear("黄码是什么意思")["suggestions"]]


def test_a_question_without_an_answer_goes_to_the_editors_masked(call: OnThePhone, desk: Running) -> None:
    call.save("问码上那个小熊猫叫啥名字，电话13981234567")
    assert call.ask("marks", mark="nothing").json() == {"kept": True}
    texts = [one.text for one in desk.desk.knowledge.questions.listed("open", 50) if one.reason == "unknown"]
    assert len(texts) == 1
    assert "13981234567" not in texts[0]


def test_the_figures_are_for_leaders_and_editors(call: OnThePhone, desk: Running) -> None:
    call.save("黄码怎么转绿", shown=["yellow-to-green.2021-11"])
    call.ask("marks", mark="used", entry="yellow-to-green.2021-11")
    for number in ("L001", "E001"):
        reader = Agent(desk.url)
        reader.log_in(number)
        page = reader.get("/calls/figures?days=1")
        assert "黄码怎么转绿码" in text_of(page)
    assert call.agent.get("/calls/figures").status_code == 403


def test_an_order_is_sent_once_with_its_evidence_and_the_whole_number(
    call: OnThePhone, platform: FakePlatform
) -> None:
    call.save("昨天下午3点在玉林社区医院做的核酸没出结果，成都武侯区，电话13981234567")
    page = call.page()
    unconfirmed = call.agent.press(page, f"/calls/{call.number}/order")
    assert unconfirmed.status_code == 422
    assert "请先念给来电人核对" in text_of(unconfirmed)
    before = len(platform.written)
    changed = {"confirmed": "yes", "title": "核酸没出结果", "topic": "test.result"}
    for _ in range(2):
        taken = call.agent.press(page, f"/calls/{call.number}/order", changed)
        assert taken.status_code == 200
    (sent,) = platform.written[before:]
    order = sent[2]
    assert (order["contact_phone"], order["division_code"], order["channel"]) == (
        "13981234567",
        "510107",
        "phone",
    )
    assert order["intake"]["happened_at"] == "2022-09-04T15:00:00+08:00"
    evidence = {one["field"]: one["text"] for one in order["intake"]["evidence"]}
    assert evidence["happened_at"] == "昨天下午3点"
    assert evidence["division"] == "成都武侯区"
    assert evidence["phone"] == "139****4567"
    assert "title" not in evidence
    assert "13981234567" not in json.dumps({**order, "contact_phone": ""}, ensure_ascii=False)
    assert "幺" not in order["content"]
    assert "零" in text_of(taken)
    assert sent[0] in text_of(call.page())


def test_a_second_order_of_a_call_is_another_one(call: OnThePhone, platform: FakePlatform) -> None:
    call.save("采样点没人上班，要投诉")
    before = len(platform.written)
    for title in ("没人上班", "态度不好"):
        sent = {"confirmed": "yes", "title": title}
        assert call.agent.press(call.page(), f"/calls/{call.number}/order", sent).status_code == 200
    assert [body["title"] for _, _, body in platform.written[before:]] == ["没人上班", "态度不好"]


def test_an_order_that_the_platform_does_not_take_keeps_what_was_written(
    call: OnThePhone, platform: FakePlatform
) -> None:
    call.save("采样点没人上班，要投诉")
    page = call.page()
    platform.fail = [(503, {})] * 3
    refused = call.agent.press(page, f"/calls/{call.number}/order", {"confirmed": "yes", "title": "没人上班"})
    assert refused.status_code == 503
    assert "您写的内容还在" in text_of(refused)
    assert 'value="没人上班"' in refused.text


def test_a_look_needs_a_purpose_and_a_reason_and_stands_in_the_audit(
    call: OnThePhone, platform: FakePlatform, desk: Running
) -> None:
    call.save("来电人电话13981234560，黄码")
    asked = {"purpose": "call_explain", "note": "说两次阴性没转绿", "whom": "139****4560"}
    before = len(platform.looked)
    for fault in ({"purpose": ""}, {"note": "查"}, {"whom": ""}, {"whom": "139****9999"}):
        assert call.ask("looks", **{**asked, **fault}).status_code == 422
    assert len(platform.looked) == before
    answer = call.ask("looks", **asked)
    assert (answer.status_code, answer.json()["word"]) == (200, "黄码")
    assert platform.looked[before:] == [
        {"agent": "A001", "call": call.number, "purpose": "call_explain", "phone": "13981234560"}
    ]
    auditor = Agent(desk.url)
    auditor.log_in("U001")
    trail = text_of(auditor.get("/audit"))
    assert "查看来电人健康码" in trail
    assert "13981234560" not in trail
    assert "这通电话里看过" in text_of(call.page())


def test_a_number_nobody_has_is_said_so(call: OnThePhone) -> None:
    answer = call.ask("looks", purpose="call_order", note="登记工单要核对", whom="13900000009")
    assert (answer.status_code, answer.json()["sentence"]) == (404, "平台上没有这个号码，请核对。")


def test_looks_end_with_the_day(desk: Running) -> None:
    looks = Looks(desk.desk.engine, 1)
    now = desk.desk.now()
    looks.ask("LD20220905-000001", "A009", "call_explain", now)
    with pytest.raises(TooManyLooks):
        looks.ask("LD20220905-000001", "A009", "call_explain", now)
    looks.ask("LD20220905-000001", "A008", "call_explain", now)


def test_calls_older_than_their_time_go_with_everything_of_theirs(call: OnThePhone, desk: Running) -> None:
    call.save("黄码", shown=["yellow-meaning"])
    calls = desk.desk.assist.calls
    assert calls.oldest() is not None
    assert calls.purge(desk.desk.now().replace(year=2100)) > 0
    assert calls.oldest() is None
    assert calls.refused(call.number) == []
