"""A whole value is shown for a minute, to who may, for a reason, counted, marked, and looked over."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path

import pytest

from hotline.errors import TooManyReveals
from hotline.reveals.ledger import RevealLedger, day_of
from hotline.store import open_store
from tests.hotline.conftest import Agent, Running, text_of
from tests.hotline.fake_platform import FakePlatform, order

NUMBER = "JKT20220905-000001"
PATH = f"/reveals/of/{NUMBER}"
NOTE = "来电人说没有收到回电"
GOOD = {"field": "phone", "purpose": "callback", "note": NOTE}
NOW = dt.datetime(2022, 9, 5, 9, tzinfo=dt.timezone.utc)


def test_value_is_shown_once_with_mark_and_end(agent: Agent, platform: FakePlatform, desk: Running) -> None:
    platform.put(order(1))
    page = agent.get(f"/orders/{NUMBER}")
    assert "13900000001" not in page.text
    assert PATH in page.text
    shown = agent.press(agent.get(PATH), PATH, GOOD)
    assert "13900000001" in text_of(shown)
    assert shown.text.count('data-mark="A001 ') > 10  # drawn over the value by the style sheet
    assert shown.headers["Refresh"] == f"60; url=/orders/{NUMBER}"
    assert shown.headers["Cache-Control"] == "no-store"
    assert platform.revealed == [(NUMBER, {"field": "phone", "purpose": "callback", "agent": "A001"})]
    entries = list(reversed(desk.desk.audit.recent(2)))
    assert [(entry.action, entry.agent, entry.subject) for entry in entries] == [
        ("reveal.asked", "A001", NUMBER),
        ("reveal.shown", "A001", NUMBER),
    ]
    assert "13900000001" not in str([entry.detail for entry in entries])
    assert NOTE not in str([entry.detail for entry in entries])


@pytest.mark.parametrize(
    "change",
    [
        {"field": ""},
        {"field": "address"},
        {"purpose": ""},
        {"purpose": "curiosity"},
        {"note": "  "},
        {"note": "x" * 201},
    ],
)
def test_without_a_reason_nothing_is_asked_of_the_platform(
    agent: Agent, platform: FakePlatform, change: dict[str, str]
) -> None:
    platform.put(order(1))
    page = agent.press(agent.get(PATH), PATH, {**GOOD, **change})
    assert page.status_code == 422
    assert platform.revealed == []


@pytest.mark.parametrize("number", ["Q001", "M001", "U001", "D001", "E001"])
def test_roles_without_the_permission_see_nothing(
    stranger: Agent, platform: FakePlatform, number: str
) -> None:
    platform.put(order(1))
    page = stranger.log_in(number)
    token = page.text.split('form_token" value="')[1].split('"')[0]
    assert stranger.get(PATH).status_code == 403
    answer = stranger.http.post(stranger.base + PATH, data={**GOOD, "form_token": token})
    assert answer.status_code == 403
    assert platform.revealed == []


def test_value_that_is_not_held_is_said_and_counted(
    agent: Agent, platform: FakePlatform, desk: Running
) -> None:
    platform.put(order(1))
    page = agent.press(agent.get(PATH), PATH, {**GOOD, "field": "document"})
    assert page.status_code == 404
    assert "平台上没有这一项" in text_of(page)
    assert "还可以看29次" in text_of(page)
    assert desk.desk.audit.recent(1)[0].action == "reveal.failed"


@pytest.mark.parametrize("number", ["x", "JKT20220905-1", "..%2Forders", "JKT20220905-000001%0d%0aX: 1"])
def test_only_numbers_of_cases_have_a_page(agent: Agent, number: str) -> None:
    assert agent.get(f"/reveals/of/{number}").status_code in {400, 404}


def test_a_day_has_an_end_for_each_agent(tmp_path: Path) -> None:
    ledger = RevealLedger(open_store(f"sqlite:///{tmp_path}/desk.sqlite3"), 3)

    def ask(agent: str, now: dt.datetime) -> None:
        ledger.ask(agent, NUMBER, field="phone", purpose="callback", note=NOTE, now=now)

    for _ in range(3):
        ask("A001", NOW)
    with pytest.raises(TooManyReveals):
        ask("A001", NOW)
    ask("A002", NOW)
    midnight_of_china = NOW.replace(hour=16)
    with pytest.raises(TooManyReveals):
        ask("A001", midnight_of_china - dt.timedelta(seconds=1))
    ask("A001", midnight_of_china)
    assert len(ledger.of_day("2022-09-05")) == 4


def test_requests_at_the_same_moment_are_counted_one_by_one(tmp_path: Path) -> None:
    ledger = RevealLedger(open_store(f"sqlite:///{tmp_path}/desk.sqlite3"), 3)
    start, asked = threading.Barrier(12), []

    def ask() -> None:
        start.wait()
        try:
            asked.append(ledger.ask("A001", NUMBER, field="phone", purpose="callback", note=NOTE, now=NOW))
        except TooManyReveals:
            return

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(asked) == 3


def test_number_in_the_reason_is_not_kept(agent: Agent, platform: FakePlatform, desk: Running) -> None:
    platform.put(order(1))
    agent.press(agent.get(PATH), PATH, {**GOOD, "note": "回电13912345678没有人接"})
    (line,) = desk.desk.reveals.of_day(day_of(desk.desk.now()))
    assert "13912345678" not in line.note
    assert "139****5678" in line.note


def test_the_day_is_looked_over_by_somebody_else(
    agent: Agent, auditor: Agent, platform: FakePlatform, desk: Running
) -> None:
    platform.put(order(1))
    agent.press(agent.get(PATH), PATH, GOOD)
    page = auditor.get("/reveals")
    assert NOTE in text_of(page) and "给本人回电" in text_of(page)
    (line,) = desk.desk.reveals.of_day(day_of(desk.desk.now()))
    page = auditor.press(page, f"/reveals/{line.id}/verdicts", {"verdict": "doubtful"})
    assert "有疑问（U001）" in text_of(page)
    entry = desk.desk.audit.recent(1)[0]
    assert (entry.action, entry.agent, entry.detail["verdict"]) == ("reveal.reviewed", "U001", "doubtful")


def test_a_leader_does_not_look_over_their_own(
    stranger: Agent, platform: FakePlatform, desk: Running
) -> None:
    platform.put(order(1))
    stranger.log_in("L001")
    stranger.press(stranger.get(PATH), PATH, GOOD)
    page = stranger.get("/reveals")
    assert "由别人复核" in text_of(page)
    (line,) = desk.desk.reveals.of_day(day_of(desk.desk.now()))
    token = page.text.split('form_token" value="')[1].split('"')[0]
    answer = stranger.http.post(
        f"{stranger.base}/reveals/{line.id}/verdicts", data={"verdict": "fit", "form_token": token}
    )
    assert answer.status_code == 403
    assert desk.desk.reveals.get(line.id).verdict is None  # type: ignore[union-attr]
