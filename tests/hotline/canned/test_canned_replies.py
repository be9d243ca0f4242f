"""Canned replies: whose they are, who keeps them, how they are found and filled in."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.canned.initials import initials_of
from hotline.canned.variables import filled, unknown_in
from hotline.words import CHINA
from tests.hotline.conftest import WIDTHS, Agent, Running, text_of
from tests.support.desk_screen import Screen

REPLY = {"category": "开场", "title": "夜里问候", "text": "{时间段}好，工号{工号}。"}


def for_box(agent: Agent) -> dict[str, dict[str, object]]:
    return {one["title"]: one for one in agent.get("/desk/live/canned").json()["replies"]}


def add(agent: Agent, **changes: str) -> str:
    page = agent.press(agent.get("/canned"), "/canned", {**REPLY, **changes})
    return text_of(page)


def test_a_new_desk_has_replies_for_the_team(agent: Agent) -> None:
    found = for_box(agent)
    assert found["问候"]["initials"] == "wh"
    assert "工号A001" in str(found["问候"]["text"])
    assert found["问候"]["own"] is False


def test_ones_own_reply_is_nobody_elses(agent: Agent, desk: Running) -> None:
    assert "新增了一条" in add(agent)
    colleague = Agent(desk.url)
    colleague.log_in("A002")
    assert for_box(agent)["夜里问候"]["own"] is True
    assert "夜里问候" not in for_box(colleague)
    number = for_box(agent)["夜里问候"]["id"]
    page = colleague.get("/canned")
    token = page.text.split('form_token" value="')[1].split('"')[0]
    taken = colleague.http.post(
        f"{desk.url}/canned/{number}", data={**REPLY, "act": "delete", "of": "own", "form_token": token}
    )
    assert taken.status_code == 422
    assert "夜里问候" in for_box(agent)


def test_only_shift_leaders_speak_for_the_team(agent: Agent, desk: Running) -> None:
    page = agent.get("/canned")
    token = page.text.split('form_token" value="')[1].split('"')[0]
    refused = agent.http.post(f"{desk.url}/canned", data={**REPLY, "team": "yes", "form_token": token})
    assert refused.status_code == 403
    leader = Agent(desk.url)
    leader.log_in("L001")
    add(leader, team="yes")
    assert for_box(agent)["夜里问候"]["own"] is False
    number = for_box(agent)["夜里问候"]["id"]
    changed = leader.press(
        leader.get("/canned"), f"/canned/{number}", {**REPLY, "text": "您好。", "act": "change"}
    )
    assert "改好了" in text_of(changed)
    assert for_box(agent)["夜里问候"]["text"] == "您好。"
    leader.press(leader.get("/canned"), f"/canned/{number}", {"act": "delete"})
    assert "夜里问候" not in for_box(agent)
    actions = [one.action for one in desk.desk.audit.recent() if one.action.startswith("canned.")]
    assert actions == ["canned.deleted", "canned.changed", "canned.added"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": " "}, "名称要填"),
        ({"text": "字" * 501}, "内容要填，最多500字"),
        ({"text": "您好{姓名}"}, "没有这样的变量：姓名"),
    ],
)
def test_a_reply_that_cannot_be_is_refused_and_stays_in_the_form(
    agent: Agent, changes: dict[str, str], sentence: str
) -> None:
    page = agent.press(agent.get("/canned"), "/canned", {**REPLY, **changes})
    assert page.status_code == 422
    assert sentence in text_of(page)
    assert "夜里问候" not in for_box(agent)
    assert 'value="开场"' in page.text


@pytest.mark.parametrize(
    ("title", "initials"),
    [("请稍等", "qsd"), ("核酸24小时", "hs24xs"), ("A类（急）", "alj"), ("重庆来的", "cqld")],
)
def test_initials(title: str, initials: str) -> None:
    assert initials_of(title) == initials


@pytest.mark.parametrize(
    ("hour", "part"), [(3, "晚上"), (6, "早上"), (9, "上午"), (12, "中午"), (15, "下午"), (20, "晚上")]
)
def test_the_time_of_the_day_is_chinas(hour: int, part: str) -> None:
    now = dt.datetime(2022, 9, 5, hour, 5, tzinfo=CHINA).astimezone(dt.timezone.utc)
    assert filled("{时间段}{日期}{时间}", "A001", now) == f"{part}9月5日{hour:02d}:05"


@given(st.text())
def test_what_is_no_variable_stays_as_it_is(text: str) -> None:
    now = dt.datetime(2022, 9, 5, tzinfo=CHINA)
    if not unknown_in(text) and "{" not in text:
        assert filled(text, "A001", now) == text


@pytest.mark.browser
@pytest.mark.parametrize("width", list(WIDTHS))
def test_the_page_fits_and_axe_finds_nothing(browser: object, desk: Running, width: str) -> None:
    leader = Screen(browser, desk, "L001", width)
    leader.page.goto("/canned")
    leader.page.locator("summary").first.click()
    leader.look("canned")
    leader.close()
