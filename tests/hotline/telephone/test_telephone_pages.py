"""The exchange's door and the pages of calls over HTTP: from ringing to the order, and calling back."""

from __future__ import annotations

import argparse
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from lxml import html as lxml_html

from hotline.telephone.commands import run
from tests.hotline.conftest import EXCHANGE_SECRET, SERVICE_SECRET, Agent, Running, settings_for, text_of
from tests.hotline.fake_platform import FakePlatform
from tests.hotline.telephone.conftest import Exchange

LogIn = Callable[[str], Agent]
CALLER = "13981234567"


def token_of(page: requests.Response) -> str:
    return page.text.split('name="form_token" value="', 1)[1].split('"', 1)[0]


def lose(exchange: Exchange, name: str, caller: str = CALLER) -> None:
    """Let somebody ring whom nobody answers."""
    exchange.say("ringing", name, -60, caller=caller, line="12345")
    exchange.say("abandoned", name, -30)


def only_case(agent: Agent) -> str:
    """Return the path of the one case on the list."""
    (link,) = lxml_html.fromstring(agent.get("/calls/missed").content).xpath("//th/a/@href")
    return str(link)


def test_only_the_exchange_tells_of_calls_and_it_opens_nothing_else(exchange: Exchange) -> None:
    event = {"event": "ringing", "call_id": "c1", "at": "2026-09-07T09:00:00+08:00"}
    for client, secret in (("exchange", b"z" * 32), ("assistant", EXCHANGE_SECRET)):
        assert Exchange(exchange.desk, secret, client).post([event]).status_code == 401
    assistant = Exchange(exchange.desk, SERVICE_SECRET, "assistant").post([event])
    assert (assistant.status_code, assistant.json()["code"]) == (403, "forbidden")
    assert exchange.post([event], "/v1/chats").status_code == 403


def test_what_is_no_event_is_refused_whole_and_named(exchange: Exchange) -> None:
    refused = exchange.post([{"event": "ringing", "call_id": "c1", "at": "soon"}])
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["field"] == "events[0].at"
    assert exchange.desk.desk.telephone.book.first_at() is None


def test_a_call_opens_by_itself_with_its_number_starred_and_becomes_an_order(
    exchange: Exchange, log_in: LogIn, platform: FakePlatform
) -> None:
    agent = log_in("A001")
    exchange.say("ringing", "c0", -300, caller=CALLER, line="12345")
    exchange.say("abandoned", "c0", -280)
    exchange.say("ringing", "c1", -20, caller=f"+86{CALLER}", line="12345")
    exchange.say("answered", "c1", -8, agent="a001")
    standing = agent.get("/desk/ringing?known=&missed=0").json()
    ((number, href),) = [(call["number"], call["href"]) for call in standing["calls"]]
    assert (standing["calls"][0]["caller"], standing["missed"]) == ("139****4567", 0)
    page = agent.get(href)
    assert "来电号码 139****4567" in text_of(page)
    state = json.loads(lxml_html.fromstring(page.content).get_element_by_id("assist").get("data-state"))
    assert state["heard"]["draft"]["fields"]["phone"]["value"] == "139****4567"
    assert "回电号码" not in state["heard"]["draft"]["missing"]
    ordered = {
        "confirmed": "yes",
        "kind": "consult",
        "title": "黄码",
        "content": "问黄码怎么转绿",
        "phone": "139****4567",
    }
    before = len(platform.written)
    assert agent.press(page, f"/calls/{number}/order", ordered).status_code == 200
    assert platform.written[before][2]["contact_phone"] == CALLER
    exchange.say("ended", "c1")
    assert "已挂断" in text_of(agent.get(href))
    assert CALLER not in agent.get(href).text
    assert [one.action for one in exchange.desk.desk.audit.recent(9, number)][-1] == "call.opened"
    exchange.say("ringing", "c2", caller=CALLER)
    exchange.say("answered", "c2", 1, agent="A002")
    colleague = log_in("A002")
    (second,) = colleague.get("/desk/ringing?known=&missed=0").json()["calls"]
    words = text_of(colleague.get(second["href"]))
    assert f"今天还打来过1次：{number}" in words and platform.written[before][0] in words


def test_pressing_the_button_leads_to_the_call_that_is_open(exchange: Exchange, log_in: LogIn) -> None:
    agent = log_in("A001")
    exchange.say("ringing", "c1", -20, caller=CALLER)
    exchange.say("answered", "c1", -8, agent="A001")
    (call,) = agent.get("/desk/ringing?known=&missed=0").json()["calls"]
    assert agent.press(agent.get("/calls"), "/calls/new").url.endswith(call["href"])
    assert len(exchange.desk.desk.assist.calls.listed("A001", 9)) == 1


def test_an_exchange_that_knows_telephones_finds_who_sits_there(exchange: Exchange, log_in: LogIn) -> None:
    agent = log_in("A001")
    page = agent.press(agent.get("/calls"), "/calls/seat", {"extension": "8001"})
    assert 'value="8001"' in page.text
    assert agent.press(page, "/calls/seat", {"extension": "80x1"}).status_code == 400
    exchange.say("answered", "c1", 1, extension="8001")
    assert len(agent.get("/desk/ringing?known=&missed=0").json()["calls"]) == 1


def test_a_page_that_waits_keeps_nobody_logged_in(exchange: Exchange, log_in: LogIn) -> None:
    agent = log_in("A001")
    lose(exchange, "c1")
    for _ in range(3):
        exchange.desk.clock[0] += 700
        status = agent.get("/desk/ringing?missed=0").status_code
    assert status == 401


def test_a_lost_caller_is_claimed_once_revealed_to_one_and_called_back(
    exchange: Exchange, log_in: LogIn
) -> None:
    first, second = log_in("A001"), log_in("A002")
    for name in ("c1", "c2"):
        lose(exchange, name)
    assert "139****4567 2次" in text_of(first.get("/calls/missed"))
    path = only_case(first)
    number = path.rsplit("/", 1)[1]
    stale = second.get(path)
    claim = {"move": "claim"}
    mine = first.press(first.get(path), f"{path}/moves", claim)
    late = second.press(stale, f"{path}/moves", claim)
    assert late.status_code == 409 and "慢了一步" in text_of(late) and "正在回拨（A001）" in text_of(late)
    asked = {"field": "phone", "purpose": "callback", "note": "漏接回拨"}
    reveal = f"/reveals/of/{number}"
    refused = second.press(second.get(reveal), reveal, asked)
    assert refused.status_code == 409 and CALLER not in refused.text
    shown = first.press(first.get(reveal), reveal, asked)
    assert CALLER in shown.text and shown.headers["Refresh"].endswith(path)
    other = first.press(first.get(reveal), reveal, {**asked, "field": "name"})
    assert other.status_code == 422 and CALLER not in mine.text
    talking = first.press(mine, f"{path}/moves", {"move": "reached"})
    assert "/calls/LD" in talking.url and "来电号码 139****4567" in text_of(talking)
    assert "已联系上（A001）" in text_of(second.get("/calls/missed"))
    gone = first.press(first.get(reveal), reveal, asked)
    assert gone.status_code == 409 and CALLER not in gone.text
    trail = exchange.desk.desk.audit.recent(50)
    assert {"missed.claim", "missed.reached", "reveal.shown"} <= {one.action for one in trail}
    assert CALLER not in json.dumps([vars(one) for one in trail], default=str)


def test_three_calls_in_vain_end_it_and_no_call_needs_a_reason(exchange: Exchange, log_in: LogIn) -> None:
    agent = log_in("A001")
    lose(exchange, "c1")
    lose(exchange, "c2", "02886110000")
    paths = lxml_html.fromstring(agent.get("/calls/missed").content).xpath("//th/a/@href")

    def move(path: str, name: str, **more: str) -> requests.Response:
        page = agent.get(path)
        version = page.text.split('name="version" value="', 1)[1].split('"', 1)[0]
        data = {"form_token": token_of(page), "version": version, "move": name, **more}
        return agent.http.post(agent.base + f"{path}/moves", data=data)

    for _ in range(3):
        move(paths[0], "claim")
        words = text_of(move(paths[0], "no_answer"))
    assert "3次没打通（A001）" in words
    move(paths[1], "claim")
    assert move(paths[1], "unneeded").status_code == 422
    assert "不用回拨（A001）：骚扰电话" in text_of(move(paths[1], "unneeded", reason="nuisance"))
    assert agent.get("/calls/missed/LJ20260101-000001").status_code == 404
    posted = {"form_token": token_of(agent.get("/calls")), "version": "x", "move": "claim"}
    assert agent.http.post(agent.base + f"{paths[1]}/moves", data=posted).status_code == 400


@pytest.mark.parametrize("number", ["E001", "U001", "M001"])
def test_who_takes_no_calls_sees_no_callers(desk: Running, log_in: LogIn, number: str) -> None:
    assert log_in(number).get("/calls/missed").status_code == 403


def test_the_command_tells_a_desk_as_an_exchange_does(
    desk: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    events = (
        {"event": "ringing", "call_id": "t", "caller": CALLER},
        {"event": "answered", "call_id": "t", "agent": "A001"},
    )
    settings = settings_for("http://127.0.0.1:9", tmp_path)

    def tell(written: str, url: str = desk.url) -> int:
        return run(settings, argparse.Namespace(file=io.StringIO(written), url=url, every=0.0))

    assert tell("\n".join(map(json.dumps, events))) == 0
    assert json.loads(capsys.readouterr().out.split(" ", 1)[1]) == {"new": 2, "known": 0}
    assert desk.desk.telephone.book.call("t").outcome == "answered"
    assert tell('{"event": "exploded"}') == 1
    assert tell(json.dumps(events[0]), "http://127.0.0.1:9") == 1
    assert tell("{") == 2
