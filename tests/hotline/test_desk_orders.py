"""Agents work through orders: list, light, detail, moves, audit."""

from __future__ import annotations

import pytest
from lxml import html as lxml_html

from tests.hotline.conftest import Agent, Running, text_of
from tests.hotline.fake_platform import FakePlatform, order

NUMBER = "JKT20220905-000001"
PATH = f"/orders/{NUMBER}"


def test_list_shows_orders_with_words_for_state_and_light(agent: Agent, platform: FakePlatform) -> None:
    platform.put(
        order(1, title="没结果"),
        order(2, created_at="2022-09-01T09:00:00+08:00", due_at="2022-09-06T09:00:00+08:00"),
        order(3, created_at="2022-09-01T09:00:00+08:00", due_at="2022-09-05T10:00:00+08:00"),
        order(4, due_at="2022-09-05T08:20:00+08:00", state="in_progress"),
        order(5, state="closed", due_at="2022-09-05T08:20:00+08:00"),
    )
    rows = lxml_html.fromstring(agent.get("/orders").content).xpath("//tbody/tr")
    assert [row.get("class") for row in rows] == ["normal", "yellow", "red", "overdue", "done"]
    words = [" ".join(row.text_content().split()) for row in rows]
    assert "没结果" in words[0]
    assert "时限充足" in words[0]
    assert "黄灯：快到期 还剩1天" in words[1]
    assert "红灯：马上到期 还剩1小时" in words[2]
    assert "已超期 40分钟前到期" in words[3]
    assert "办理中" in words[3]
    assert "不计时" in words[4]


def test_list_is_filtered_by_state_and_says_which(agent: Agent, platform: FakePlatform) -> None:
    platform.put(order(1), order(2, state="answered", title="已经答复的"))
    page = agent.get("/orders?state=answered")
    assert "已经答复的" in text_of(page)
    assert "000001" not in text_of(page)
    tree = lxml_html.fromstring(page.content)
    assert tree.xpath("string(//nav[@class='filters']//a[@aria-current='page'])") == "已答复"
    assert "这一类现在没有工单" in text_of(agent.get("/orders?state=withdrawn"))
    assert agent.get("/orders?state=nonsense").status_code == 400


def test_pages_follow_one_another(agent: Agent, platform: FakePlatform) -> None:
    platform.put(*(order(number) for number in range(45)))
    seen: list[str] = []
    path = "/orders"
    while path:
        tree = lxml_html.fromstring(agent.get(path).content)
        seen += tree.xpath("//tbody//th/a/text()")
        path = next(iter(tree.xpath("//a[@rel='next']/@href")), "")
    assert seen == [order(number)["number"] for number in range(45)]


def test_order_goes_all_the_way_and_every_step_is_audited(
    agent: Agent, platform: FakePlatform, desk: Running
) -> None:
    platform.put(order(1))
    page = agent.get(PATH)
    for to, typed in (
        ("dispatched", {"note": "已派武侯区卫健局"}),
        ("in_progress", {}),
        ("answered", {"reply": "结果已经上传，\r\n请刷新。"}),
        ("closed", {}),
    ):
        page = agent.press(page, f"{PATH}/moves", {"to": to, **typed})
        assert page.status_code == 200
        assert "操作完成" in text_of(page)
    assert platform.orders[NUMBER]["state"] == "closed"
    assert platform.orders[NUMBER]["reply"] == "结果已经上传，\n请刷新。"
    assert "已派武侯区卫健局" in text_of(page)
    assert "没有要做的了" in text_of(page)
    trail = [
        entry for entry in reversed(desk.desk.audit.recent(subject=NUMBER)) if entry.action != "order.viewed"
    ]
    assert [(entry.action, entry.detail["from"], entry.detail["to"]) for entry in trail] == [
        (action, old, new)
        for old, new in (
            ("accepted", "dispatched"),
            ("dispatched", "in_progress"),
            ("in_progress", "answered"),
            ("answered", "closed"),
        )
        for action in ("order.moving", "order.moved")
    ]
    assert {entry.agent for entry in trail} == {"A001"}
    assert desk.desk.audit.first_break() is None
    assert "待派单 → 已派单" in text_of(agent.get("/audit?check=1"))


def test_looking_at_an_order_is_audited(agent: Agent, platform: FakePlatform, desk: Running) -> None:
    platform.put(order(1))
    agent.get(PATH)
    assert desk.desk.audit.recent(1)[0].action == "order.viewed"


def test_pressing_twice_moves_once(agent: Agent, platform: FakePlatform) -> None:
    platform.put(order(1))
    page = agent.get(PATH)
    agent.press(page, f"{PATH}/moves", {"to": "dispatched"})
    again = agent.press(page, f"{PATH}/moves", {"to": "dispatched"})
    assert again.status_code == 200
    assert len(platform.written) == 1


def test_answer_lost_on_the_way_is_not_made_twice(agent: Agent, platform: FakePlatform) -> None:
    platform.put(order(1))
    platform.done_then_lost = True
    page = agent.press(agent.get(PATH), f"{PATH}/moves", {"to": "dispatched"})
    assert "操作完成" in text_of(page)
    assert len(platform.written) == 1


def test_two_agents_at_once_the_second_is_told(agent: Agent, platform: FakePlatform, desk: Running) -> None:
    platform.put(order(1))
    page = agent.get(PATH)
    platform.orders[NUMBER]["state"] = "withdrawn"
    late = agent.press(page, f"{PATH}/moves", {"to": "dispatched", "note": "派武侯区"})
    assert late.status_code == 409
    assert "刚刚被别人处理过" in text_of(late)
    assert "派武侯区" in late.text
    assert desk.desk.audit.recent(1)[0].action == "order.move_failed"


def test_answer_without_words_is_refused_before_the_platform_is_asked(
    agent: Agent, platform: FakePlatform
) -> None:
    platform.put(order(1, state="in_progress"))
    page = agent.press(
        agent.get(PATH), f"{PATH}/moves", {"to": "answered", "reply": "  \r\n ", "note": "备注在"}
    )
    assert page.status_code == 422
    assert "请写下给群众的答复" in text_of(page)
    assert 'value="备注在"' in page.text
    assert platform.written == []


@pytest.mark.parametrize(("field", "length"), [("reply", 2001), ("note", 501)])
def test_too_long_is_said_and_kept(agent: Agent, platform: FakePlatform, field: str, length: int) -> None:
    platform.put(order(1, state="in_progress"))
    typed = {"to": "answered", "reply": "好", field: "长" * length}
    page = agent.press(agent.get(PATH), f"{PATH}/moves", typed)
    assert page.status_code == 422
    assert f"现在有{length}字" in text_of(page)
    assert "长" * length in page.text


def test_platform_away_keeps_the_words_and_goes_on_with_the_same_key(
    agent: Agent, platform: FakePlatform
) -> None:
    platform.put(order(1, state="in_progress"))
    page = agent.get(PATH)
    platform.fail = [(503, {})] * 3
    away = agent.press(page, f"{PATH}/moves", {"to": "answered", "reply": "请刷新 <b>一下</b>"})
    assert away.status_code == 503
    assert "平台暂时没有回应" in text_of(away)
    assert "请刷新 <b>一下</b>" in text_of(away)
    back = agent.press(away, f"{PATH}/moves")
    assert "操作完成" in text_of(back)
    assert [wanted["reply"] for _, _, wanted in platform.written] == ["请刷新 <b>一下</b>"]


def test_list_says_so_when_the_platform_is_away(agent: Agent, platform: FakePlatform) -> None:
    platform.stop()
    page = agent.get("/orders")
    assert page.status_code == 503
    assert "平台暂时没有回应" in text_of(page)


def test_place_is_named_and_an_unknown_code_stays_a_code(agent: Agent, platform: FakePlatform) -> None:
    platform.put(order(1), order(2, division_code="519999"), order(3, division_code=None))
    assert "四川省成都市武侯区" in text_of(agent.get(PATH))
    assert "519999" in text_of(agent.get("/orders/JKT20220905-000002"))
    assert "地区未填写" in text_of(agent.get("/orders/JKT20220905-000003"))


def test_unknown_order(agent: Agent) -> None:
    page = agent.get("/orders/JKT20220905-999999")
    assert page.status_code == 404
    assert "没有这张工单" in text_of(page)


def test_what_citizens_wrote_cannot_become_page(agent: Agent, platform: FakePlatform) -> None:
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>${7*7}"
    platform.put(
        order(
            1,
            title=evil,
            content=evil,
            category=evil,
            channel=evil,
            reply=evil,
            state="answered",
            events=[{"at": "2022-09-05T08:00:00+08:00", "state": "accepted", "text": evil}],
        )
    )
    for path in (PATH, "/orders", f"/audit?subject={evil}"):
        page = agent.get(path)
        tree = lxml_html.fromstring(page.content)
        assert tree.xpath("//script | //img | //@onerror") == []
        assert evil in tree.text_content()


def test_numbers_and_names_in_the_text_are_starred(agent: Agent, platform: FakePlatform) -> None:
    platform.put(
        order(
            1,
            title="13812345678打不通",
            content="我的身份证是11010519491231002X，电话139 0000 0001，验证 <PHONE#k7m2q5xa>",
        )
    )
    shown = text_of(agent.get(PATH)) + text_of(agent.get("/orders"))
    for raw in ("13812345678", "11010519491231002X", "139 0000 0001", "13900000001", "#k7m2q5xa"):
        assert raw not in shown
    assert "138****5678" in shown
    assert "〔手机号〕" in shown
    assert "139****0001" in shown
