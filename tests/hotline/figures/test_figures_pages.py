"""The dashboard over HTTP: who opens it, what it shows of the worked day, what it says when a source is away."""

from __future__ import annotations

import datetime as dt

import pytest
from lxml import html as lxml_html

from hotline.words import CHINA
from tests.hotline.conftest import Agent, Running, text_of
from tests.hotline.fake_platform import FakePlatform
from tests.hotline.figures.conftest import DAY, count_now

PERIOD = f"/figures?period=free&from={DAY}&to={DAY}"


def tiles(page: object) -> dict[str, str]:
    """Return the numbers of a page by their names."""
    tree = lxml_html.fromstring(page.content)  # type: ignore[attr-defined]
    return {one.findtext("h3"): one.find_class("number")[0].text for one in tree.find_class("tile")}


def test_the_worked_day_as_its_readers_see_it(leader: Agent) -> None:
    page = leader.get(PERIOD)
    shown = tiles(page)
    assert shown["人工请求"] == "8"
    assert shown["接通率"] == "57.1%"
    assert shown["平均排队时长"] == "1分00秒"
    assert shown["3分钟内首次响应"] == "40.0%"
    assert shown["平均首次响应"] == "2分03秒"
    assert shown["平均接待时长"] == "6分27秒"
    assert (shown["会话满意率"], shown["参评率"]) == ("66.7%", "75.0%")
    words = text_of(page)
    assert "✕ 未达标，目标不低于95.0%" in words and "✓ 达标，目标不超过3分00秒" in words
    assert "上期无数据，不比较" in words


def test_a_source_that_is_away_is_named_and_nothing_of_it_is_made_up(leader: Agent) -> None:
    page = leader.get(PERIOD)
    assert "智能助手缺1天" in text_of(page)
    assert tiles(page)["助手会话"] == tiles(page)["转人工率"] == "无数据"


def test_orders_come_from_the_platform_on_the_days_of_the_desk(
    platform: FakePlatform, desk: Running, stranger: Agent, after_midnight: float
) -> None:
    # the platform's 9:00 is the desk's 0:01: what was counted at 8:00 there happened at 23:01 here
    at = dt.datetime(2022, 9, 5, 8, 0, tzinfo=CHINA)
    amounts = {
        "made": 7, "signed_in_time": 9, "signed_late": 1, "answered_in_time": 3, "answered_late": 1,
        "dispatched": 8, "returned": 2, "closed": 4, "to_call_back": 4, "called_back": 3, "rated": 2, "satisfied": 1,
    }  # fmt: skip
    items = [{"figure": name, "by": "", "part": "", "count": amount} for name, amount in amounts.items()]
    platform.figures.append(
        (at, [*items, {"figure": "made", "by": "prefecture", "part": "510100", "count": 7}])
    )
    desk.clock[0] = after_midnight
    count_now(desk)
    stranger.log_in("L001")
    shown = tiles(stranger.get(PERIOD))
    expected = {
        "受理工单": "7", "按时签收率": "90.0%", "按时办结率": "75.0%", "回访率": "75.0%", "工单满意率": "50.0%",
        "退单率": "25.0%", "工单解决率": "无数据", "重办": "0",
    }  # fmt: skip
    assert {label: shown[label] for label in expected} == expected
    assert "成都 7" in text_of(stranger.get(f"{PERIOD}&map=orders"))


def test_a_place_tells_all_its_figures(leader: Agent) -> None:
    page = leader.get(f"{PERIOD}&place=510100")
    (panel,) = [one for one in lxml_html.fromstring(page.content).iter("div") if one.get("id") == "place"]
    assert "".join(panel.text_content().split()).startswith("成都人工请求6接通率50%")


def test_unanswered_questions_of_the_period_stand_by_how_often_they_were_asked(
    worked: Running, leader: Agent
) -> None:
    book = worked.desk.knowledge.questions
    for text in ("离线码能不能坐飞机", "今天会不会停电", "今天会不会停电"):
        book.add(text, "unknown", "", worked.desk.now())
    words = text_of(leader.get("/figures?period=today"))
    assert words.index("今天会不会停电 2次") < words.index("离线码能不能坐飞机 1次")
    assert "没有待处理的未答问题" in text_of(leader.get(PERIOD))


@pytest.mark.parametrize("query", ["period=decade", "period=free&from=2026-13-01&to=2026-09-01", "map=moon"])
def test_what_cannot_be_shown_is_refused_in_words(leader: Agent, query: str) -> None:
    assert leader.get(f"/figures?{query}").status_code == 400


def test_agents_have_no_dashboard(worked: Running) -> None:
    agent = Agent(worked.url)
    agent.log_in("A001")
    assert agent.get("/figures").status_code == 403
    assert "报表" not in text_of(agent.get("/orders"))
