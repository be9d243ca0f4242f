"""Reports, files, the board, agents' figures: who gets which, marked and audited."""

from __future__ import annotations

import csv
import io
import json

import pytest
from openpyxl import load_workbook

from hotline.chats.presence import Agent as ChatAgent
from hotline.chats.presence import Presence
from hotline.figures.people import by_agent
from hotline.figures.sources import facts_of
from tests.hotline.conftest import PASSWORD, Agent, Running, text_of
from tests.hotline.figures.conftest import DAY, moment

REPORT = f"/figures/report?from={DAY}&to={DAY}"


def taken_away(leader: Agent, kind: str, reason: str = "月度例会") -> bytes:
    """Return the file of a kind."""
    page = leader.get(REPORT)
    answer = leader.press(page, "/figures/report/exports", {"kind": kind, "reason": reason})
    assert answer.status_code == 200, answer.text
    return answer.content


def test_a_report_holds_figures_comparison_places_hours_and_what_they_mean(leader: Agent) -> None:
    words = text_of(leader.get(REPORT))
    assert "期间：2036年9月8日（1天）；上期：2036年9月7日。制表：工号L001" in words
    assert "接通率57.1%无数据上期无数据，不比较✕ 未达标，目标不低于95.0%" in words
    assert "成都 6 50%" in words and "绵阳 <5 <5" in words
    assert "23点 3 2 0" in words
    assert "依据：GB/T 33358-2016：24小时接通率不低于95%。" in words


def test_a_file_says_who_took_it_when_and_why_in_every_row(leader: Agent) -> None:
    rows = list(csv.reader(io.StringIO(taken_away(leader, "csv").decode("utf-8-sig"))))
    assert "工号L001" in rows[0][0] and "事由：月度例会" in rows[0][0]
    assert rows[1][:4] == ["分类", "项目", "本期", "上期"]
    assert ["会话", "接通率", "57.1%", "无数据"] in [row[:4] for row in rows]
    assert ["各市州", "绵阳：人工请求", "<5"] in [row[:3] for row in rows]
    assert all(row[-1].startswith("工号L001") for row in rows[2:-1])


def test_a_workbook_holds_the_same_and_nothing_that_is_computed(leader: Agent) -> None:
    sheet = load_workbook(io.BytesIO(taken_away(leader, "xlsx", "=HYPERLINK(1)"))).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert ["会话", "接通率", "57.1%"] in [row[:3] for row in rows]
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_what_was_taken_away_stands_in_the_audit(worked: Running, leader: Agent) -> None:
    taken_away(leader, "csv")
    auditor = Agent(worked.url)
    auditor.log_in("U001")
    assert "导出统计报表" in text_of(auditor.get("/audit"))


@pytest.mark.parametrize("typed", [{"reason": ""}, {"kind": "pdf"}, {"from": "2036-13-01"}])
def test_a_file_needs_a_reason_a_kind_and_a_period(leader: Agent, typed: dict[str, str]) -> None:
    page = leader.get(REPORT)
    wanted = {"kind": "csv", "reason": "月度例会", **typed}
    assert leader.press(page, "/figures/report/exports", wanted).status_code == 400


def test_an_old_password_is_asked_for_again(worked: Running, leader: Agent) -> None:
    page = leader.get(REPORT)
    worked.clock[0] += 660
    answer = leader.press(page, "/figures/report/exports", {"kind": "csv", "reason": "月度例会"})
    assert "密码" in text_of(answer) and PASSWORD not in answer.text


def test_the_board_shows_this_moment(worked: Running, leader: Agent) -> None:
    presence = Presence(worked.desk.engine, 45.0)
    for number, state in (("A001", "online"), ("A002", "busy")):
        presence.say(ChatAgent(number), state, worked.clock[0])  # type: ignore[arg-type]
    board = json.loads(leader.get("/figures/live/now").text)
    assert (board["waiting"], board["longest_wait"], board["under_way"]) == ("1", "2分00秒", "1")
    assert (board["agents"], board["agents_more"]) == ("2", "在线1，忙碌1，离开0")
    assert (board["connection"], board["asked"]) == ("无数据", "0")
    page = text_of(leader.get("/figures/live"))
    assert "正在排队1" in page and "今天接通率无数据" in page


def test_agents_reckoned_by_hand(worked: Running) -> None:
    facts = facts_of(worked.desk.engine, moment("00:00"), moment("23:59:59"))
    one, two = by_agent(facts)
    assert (one.number, one.taken, one.reply, one.in_time) == ("A001", 3, "1分25秒", "100.0%")
    assert (one.talk, one.satisfied, one.rated) == ("5分07秒", "100.0%", 2)
    assert (two.number, two.taken, two.reply, two.in_time) == ("A002", 2, "3分20秒", "0.0%")
    assert (two.talk, two.satisfied, two.rated) == ("5分00秒", "0.0%", 1)


def test_agents_see_their_own_and_supervisors_all(worked: Running, leader: Agent) -> None:
    period = f"?period=free&from={DAY}&to={DAY}"
    agent = Agent(worked.url)
    agent.log_in("A001")
    mine = text_of(agent.get(f"/figures/mine{period}"))
    assert "A001 3 1分25秒" in mine and "A002" not in mine
    assert "只有您自己和班长看得到您的数据" in mine
    everybody = text_of(leader.get(f"/figures/agents{period}"))
    assert "A001 3" in everybody and "A002 2" in everybody
    assert agent.get("/figures/agents").status_code == 403
    quality = Agent(worked.url)
    quality.log_in("Q001")
    assert quality.get("/figures").status_code == 200
    assert quality.get("/figures/agents").status_code == 403
