"""Planning, exchanging, staffing and skills through the pages, and what the routing makes of them."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import requests

from hotline.chats import model as m
from hotline.chats.model import Timers
from hotline.chats.presence import Presence
from hotline.chats.records import NewChat
from hotline.chats.store import ChatStore
from hotline.shifts.book import shift_book
from hotline.shifts.roster import Roster
from hotline.web.shifts import spoken_day
from hotline.words import CHINA
from tests.hotline.conftest import Agent, Running, at_time, text_of
from tests.hotline.shifts.conftest import china_day

People = Callable[[str], Agent]


def roster_of(desk: Running) -> Roster:
    return Roster(desk.desk.engine, shift_book().templates)


def plan(desk: Running, agent: str, offset: int, template: str = "day") -> str:
    planned = roster_of(desk).add([(agent, china_day(desk, offset), template)], "L001")
    return planned.added[0].shift_id


def noted(desk: Running, action: str) -> list[dict[str, Any]]:
    return [entry.detail for entry in desk.desk.audit.recent(50) if entry.action == action]


def test_a_leader_plans_a_week_is_warned_and_copies_it(desk: Running, people: People) -> None:
    leader = people("L001")
    monday = china_day(desk) - dt.timedelta(days=china_day(desk).weekday()) + dt.timedelta(days=7)
    page = leader.get(f"/shifts?day={monday}")
    token = re.findall('form_token" value="([^"]+)"', page.text)[0]
    days = [(monday + dt.timedelta(days=n)).isoformat() for n in (0, 1)]

    def add(template: str, *on: str) -> requests.Response:
        data = {
            "form_token": token,
            "agent": "A001",
            "template": template,
            "days": list(on),
            "week": str(monday),
        }
        return leader.http.post(f"{leader.base}/shifts", data=data)

    assert "已排1个班。" in text_of(add("late", days[0]))
    answer = text_of(add("day", days[1]))
    assert "离上一班只隔8小时30分钟，不到11小时。" in answer
    assert "1个与已有的班重叠，没有排。" in text_of(add("day", days[1]))
    assert add("day").status_code == 422
    page = leader.get(f"/shifts?day={monday}")
    answer = leader.press(page, "/shifts/copies", {"weeks": "2"})
    assert "已复制4个班。" in text_of(answer)
    answer = leader.press(answer, "/shifts/removals")
    assert "已从班表上取消。" in text_of(answer)
    assert len(noted(desk, "shift.added")) == 2
    assert noted(desk, "shift.copied")[0]["added"] == 4
    assert len(noted(desk, "shift.removed")) == 1


def test_an_agent_sees_their_own_shifts_and_plans_nobody(desk: Running, people: People) -> None:
    plan(desk, "A001", 1)
    plan(desk, "A002", 2)
    agent = people("A001")
    page = agent.get("/shifts/mine")
    mine = text_of(page).split("请假")[0]
    assert "白班 08:00–16:00" in mine
    assert mine.count("白班") == 1
    for path in ("/shifts", "/shifts/now", "/shifts/people", "/shifts/staffing", "/shifts/wishes"):
        assert agent.get(path).status_code == 403


def test_two_agents_exchange_a_shift_with_the_leaders_approval(desk: Running, people: People) -> None:
    mine, theirs = plan(desk, "A001", 3), plan(desk, "A002", 4)
    asker, other, leader = people("A001"), people("A002"), people("L001")
    answer = asker.press(
        asker.get("/shifts/mine"), "/shifts/mine/swaps", {"shift_id": mine, "for": f"A002/{theirs}"}
    )
    assert "换班申请已发给同事" in text_of(answer)
    page = other.get("/shifts/mine")
    path = re.findall(r'action="(/shifts/mine/swaps/[0-9a-f]+)"', page.text)[0]
    assert "等班长批准" in text_of(other.press(page, path, {"answer": "agreed"}))
    page = leader.get("/shifts/wishes")
    path = re.findall(r'action="(/shifts/wishes/swaps/[0-9a-f]+)"', page.text)[0]
    assert "已处理" in text_of(leader.press(page, path, {"verdict": "granted", "reply": "注意交接"}))
    assert "注意交接" in text_of(asker.get("/shifts/mine"))
    found = roster_of(desk).between(china_day(desk), china_day(desk, 7))
    assert [(one.shift_id, one.agent) for one in found] == [(mine, "A002"), (theirs, "A001")]
    actions = {entry.action for entry in desk.desk.audit.recent(20)}
    assert {"shift.swap_asked", "shift.swap_agreed", "shift.swap_granted"} <= actions


def test_a_granted_leave_takes_the_agent_out_of_the_count(desk: Running, people: People) -> None:
    plan(desk, "A001", 2)
    agent, leader = people("A001"), people("L001")
    days = {"first": china_day(desk, 2).isoformat(), "last": china_day(desk, 2).isoformat(), "kind": "sick"}
    assert "请假已提交" in text_of(agent.press(agent.get("/shifts/mine"), "/shifts/mine/leaves", days))
    page = leader.get("/shifts/wishes")
    assert "这几天排了1个班" in text_of(page)
    path = re.findall(r'action="(/shifts/wishes/leaves/[0-9a-f]+)"', page.text)[0]
    leader.press(page, path, {"verdict": "granted"})
    assert "已批准" in text_of(agent.get("/shifts/mine"))
    week = leader.get(f"/shifts?day={china_day(desk, 2)}")
    assert "这天已经批准请假" in text_of(week)
    staffing = text_of(leader.get(f"/shifts/staffing?day={china_day(desk, 2)}"))
    assert "9:00–10:00 0个，要0人 0个，要0人 1人 0人 缺1人" in staffing
    past = {**days, "first": china_day(desk, -1).isoformat()}
    assert agent.press(agent.get("/shifts/mine"), "/shifts/mine/leaves", past).status_code == 422


def here(agent: Agent, state: str = "online") -> None:
    token = re.findall('form_token" value="([^"]+)"', agent.get("/shifts/mine").text)[0]
    answer = agent.http.post(
        f"{agent.base}/desk/chats/here", json={"state": state}, headers={"X-Form-Token": token}
    )
    assert answer.status_code == 200


def test_who_should_be_there_is_held_against_who_is(desk: Running, people: People) -> None:
    desk.clock[0] = dt.datetime.combine(china_day(desk), dt.time(10), CHINA).timestamp()
    plan(desk, "A001", 0)
    plan(desk, "A002", 0)
    here(people("A001"))
    here(people("A003"), "busy")
    said = text_of(people("L001").get("/shifts/now"))
    assert "按班表该在2人，在线接待1人" in said
    rows = {number: said.split(number)[1][:60] for number in ("A001", "A002", "A003")}
    assert rows["A001"].split("0／3")[1].strip().startswith("无")
    assert "该在岗，没有登录接待" in rows["A002"]
    assert "班外在线" in rows["A003"]


def waiting_chat(desk: Running, topic: str) -> tuple[ChatStore, str]:
    store = ChatStore(desk.desk.engine, desk.desk.settings.chats.key, Timers())
    new = NewChat(uuid.uuid4().hex, f"web-{uuid.uuid4().hex}", "web", "asked", topic=topic)
    return store, store.open(new, desk.clock[0]).chat.chat_id


def test_a_changed_skill_or_cap_routes_at_once_and_is_in_the_audit(desk: Running, people: People) -> None:
    agent, leader = people("A001"), people("L001")
    page = leader.get("/shifts/people")
    path = "/shifts/people/A001"
    leader.press(page, path, {"capacity": "0"})
    here(agent)
    store, chat_id = waiting_chat(desk, "query_vaccine")
    assert store.get(chat_id).state == "queued"  # the only one there takes none
    answer = leader.press(leader.get("/shifts/people"), path, {"capacity": "4", "topics": "vaccine"})
    assert "A001已保存" in text_of(answer)
    assert (store.get(chat_id).state, store.get(chat_id).agent) == ("offered", "A001")
    with desk.desk.engine.connect() as connection:
        (found,) = Presence(desk.desk.engine, 45.0).there(connection, {}, desk.clock[0])
    assert found.capacity == 4
    assert {"topic:vaccine", "group:agent"} <= found.skills
    assert "topic:code" not in found.skills
    before, after = noted(desk, "shift.skills")[0]["before"], noted(desk, "shift.skills")[0]["after"]
    assert ("上限0" in before, "上限4" in after, "vaccine" in after) == (True, True, True)
    profile = desk.desk.accounts.get("A001").profile
    assert (profile.name, profile.roles, profile.capacity) == ("陈晓蓉", frozenset({"agent"}), 4)


@pytest.mark.parametrize(
    ("typed", "said"),
    [({"capacity": "99"}, "在0到20之间"), ({"topics": "核酸"}, "技能用字母、数字写")],
)
def test_a_skill_or_cap_that_cannot_be_is_refused_in_words(
    desk: Running, people: People, typed: dict[str, str], said: str
) -> None:
    leader = people("L001")
    answer = leader.press(leader.get("/shifts/people"), "/shifts/people/A001", typed)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert desk.desk.accounts.get("A001").profile.capacity == 3


def test_two_leaders_do_not_overwrite_each_others_skills(desk: Running, people: People) -> None:
    leader = people("L001")
    old = leader.get("/shifts/people")
    leader.press(old, "/shifts/people/A001", {"capacity": "5"})
    answer = leader.press(old, "/shifts/people/A001", {"capacity": "1"})
    assert answer.status_code == 422
    assert desk.desk.accounts.get("A001").profile.capacity == 5


def test_an_administrator_is_nobody_whose_skills_a_leader_changes(desk: Running, people: People) -> None:
    leader = people("L001")
    page = leader.get("/shifts/people")
    token = re.findall('form_token" value="([^"]+)"', page.text)[0]
    data = {"form_token": token, "version": "1", "capacity": "5"}
    answer = leader.http.post(f"{leader.base}/shifts/people/M001", data=data)
    assert answer.status_code == 422
    assert desk.desk.accounts.get("M001").profile.capacity == 0


def test_needs_are_reckoned_from_what_came_in_and_took(desk: Running, people: People) -> None:
    """Twelve chats of ten minutes in one hour of each of four weeks: 2 erlang, 4 places within 180 s, 2 agents of 2.8.

    And eight calls of three minutes in the hour after: 0.4 erlang, 2 agents within 20 s.
    """
    store = ChatStore(desk.desk.engine, desk.desk.settings.chats.key, Timers())
    for week in range(1, 5):
        nine = dt.datetime.combine(china_day(desk, -7 * week), dt.time(9), CHINA)
        for number in range(12):
            began = nine.timestamp() + number * 290
            with at_time(desk, began):
                _finished(store, began)
        for number in range(8):
            call = desk.desk.assist.calls.begin("A001", nine + dt.timedelta(hours=1, minutes=5 * number))
            desk.desk.assist.calls.end(call, call.begun_at + dt.timedelta(minutes=3))
    page = text_of(people("L001").get(f"/shifts/staffing?day={china_day(desk)}"))
    assert "会话平均办理10.0分钟，平均一人同时接2.8个。电话平均办理3.0分钟。" in page
    assert " 9:00–10:00 12个，要2人 0个，要0人 2人 0人 缺2人" in page
    assert " 10:00–11:00 0个，要0人 8个，要2人 2人 0人 缺2人" in page
    assert f"{spoken_day(china_day(desk))}0:00–24:00最多缺2人" in page


def test_too_few_finished_ones_give_no_figure_but_say_so(desk: Running, people: People) -> None:
    yesterday = dt.datetime.combine(china_day(desk, -1), dt.time(9), CHINA)
    desk.desk.assist.calls.begin("A001", yesterday)
    page = text_of(people("L001").get(f"/shifts/staffing?day={china_day(desk, -1)}"))
    assert "办完的电话太少，还算不出要几人。" in page
    assert " 9:00–10:00 0个，要0人 0.2个，算不出 1人" in page


def _finished(store: ChatStore, at: float) -> None:
    new = NewChat(uuid.uuid4().hex, f"web-{uuid.uuid4().hex}", "web", "asked")
    chat_id = store.open(new, at).chat.chat_id
    store.apply(chat_id, m.Take("A001"), at + 10)
    store.apply(chat_id, m.WrapUp("A001"), at + 550)
    store.apply(chat_id, m.Finish("A001"), at + 610)
