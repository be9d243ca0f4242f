"""Agents work through orders: list, light, detail, moves, audit."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from lxml import html as lxml_html
from openpyxl import load_workbook

from tests.hotline.conftest import OUR_SCRIPT, Agent, Running, text_of
from tests.hotline.fake_platform import FakePlatform, order

NUMBER = "JKT20220905-000001"
PATH = f"/orders/{NUMBER}"


def test_list_shows_orders_with_words_for_state_and_light(agent: Agent, platform: FakePlatform) -> None:
    platform.put(
        order(1, title="没结果"),
        order(2, due_at="2022-09-06T09:00:00+08:00", handling={"light": "yellow"}, urgency="urgent"),
        order(3, due_at="2022-09-05T10:00:00+08:00", handling={"light": "red"}),
        order(4, due_at="2022-09-05T08:20:00+08:00", state="in_progress", handling={"light": "overdue"}),
        order(5, state="closed", due_at="2022-09-05T08:20:00+08:00", handling={"light": "done"}),
        order(6, state="suspended", handling={"light": "stopped"}),
    )
    rows = lxml_html.fromstring(agent.get("/orders").content).xpath("//tbody/tr")
    assert [row.get("class") for row in rows] == ["normal", "yellow", "red", "overdue", "done", "stopped"]
    words = [" ".join(row.text_content().split()) for row in rows]
    assert "没结果" in words[0]
    assert "时限充足" in words[0]
    assert "黄灯：快到期 还剩1天" in words[1]
    assert "红灯：马上到期 还剩1小时" in words[2]
    assert "已超期 40分钟前到期" in words[3]
    assert "办理中" in words[3]
    assert "不计时" in words[4]
    assert "暂停计时" in words[5]
    assert "紧急" in words[1]


def test_what_waits_to_be_signed_shows_both_limits_with_a_light_each(
    agent: Agent, platform: FakePlatform
) -> None:
    waits = {"light": "normal", "sign_light": "red", "sign_by": "2022-09-05T09:20:00+08:00"}
    platform.put(order(1, state="dispatched", handling=waits))
    row = lxml_html.fromstring(agent.get("/orders").content).xpath("//tbody/tr")[0]
    assert "签收 9月5日 09:20 ● 红灯：马上到期 还剩20分钟 答复 9月10日 08:00 ○ 时限充足" in " ".join(
        row.text_content().split()
    )
    assert "签收时限 9月5日 09:20 ● 红灯：马上到期" in text_of(agent.get(PATH))
    assert "签收时限9月5日 09:20 红灯：马上到期" in text_of(agent.get(f"{PATH}/print"))


def test_list_is_filtered_by_state_and_says_which(agent: Agent, platform: FakePlatform) -> None:
    platform.put(order(1), order(2, state="answered", title="已经答复的"))
    page = agent.get("/orders?state=answered")
    assert "已经答复的" in text_of(page)
    assert "000001" not in text_of(page)
    tree = lxml_html.fromstring(page.content)
    assert tree.xpath("string(//nav[@class='filters']//a[@aria-current='page'])") == "待回访"
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
    agent: Agent, auditor: Agent, platform: FakePlatform, desk: Running
) -> None:
    platform.put(order(1))
    page = agent.get(PATH)
    steps = {
        "dispatch": {"text": "已派武侯区卫健局"},
        "sign": {},
        "submit": {"reply": "结果已经上传，\r\n请刷新。"},
        "answer": {"reply": "结果已经上传，\r\n请刷新。"},
        "call_back": {"reached": "yes", "solved": "yes", "satisfaction": "5"},
    }
    for action, typed in steps.items():
        page = agent.press(page, f"{PATH}/steps", {"action": action, **typed})
        assert page.status_code == 200
        assert "操作完成" in text_of(page)
    assert platform.orders[NUMBER]["state"] == "closed"
    assert platform.orders[NUMBER]["reply"] == "结果已经上传，\n请刷新。"
    assert "已派武侯区卫健局" in text_of(page)
    dispatched = platform.written[0][2]
    assert (dispatched["department"], dispatched["reason"]) == ("health:510107", "结果归卫生健康部门。")
    assert platform.written[-1][2]["solved"] is True
    trail = [
        entry for entry in reversed(desk.desk.audit.recent(subject=NUMBER)) if entry.action != "order.viewed"
    ]
    assert [(entry.action, entry.detail["step"]) for entry in trail] == [
        (action, step) for step in steps for action in ("order.moving", "order.moved")
    ]
    assert {entry.agent for entry in trail} == {"A001"}
    assert desk.desk.audit.first_break() is None
    assert "派单" in text_of(auditor.get("/audit?check=1"))


def test_looking_at_an_order_is_audited(agent: Agent, platform: FakePlatform, desk: Running) -> None:
    platform.put(order(1))
    agent.get(PATH)
    assert desk.desk.audit.recent(1)[0].action == "order.viewed"


def test_pressing_twice_moves_once(agent: Agent, platform: FakePlatform) -> None:
    platform.put(order(1))
    page = agent.get(PATH)
    agent.press(page, f"{PATH}/steps", {"action": "dispatch"})
    again = agent.press(page, f"{PATH}/steps", {"action": "dispatch"})
    assert again.status_code == 200
    assert len(platform.written) == 1


def test_answer_lost_on_the_way_is_not_made_twice(agent: Agent, platform: FakePlatform) -> None:
    platform.put(order(1))
    platform.done_then_lost = True
    page = agent.press(agent.get(PATH), f"{PATH}/steps", {"action": "dispatch"})
    assert "操作完成" in text_of(page)
    assert len(platform.written) == 1


def test_two_agents_at_once_the_second_is_told(agent: Agent, platform: FakePlatform, desk: Running) -> None:
    platform.put(order(1))
    page = agent.get(PATH)
    platform.orders[NUMBER]["handling"]["version"] = 2
    late = agent.press(page, f"{PATH}/steps", {"action": "dispatch", "text": "派武侯区"})
    assert late.status_code == 409
    assert "刚刚被别人处理过" in text_of(late)
    assert "派武侯区" in late.text
    assert desk.desk.audit.recent(1)[0].action == "order.move_failed"


def test_answer_without_words_is_refused_before_the_platform_is_asked(
    agent: Agent, platform: FakePlatform
) -> None:
    platform.put(order(1, state="in_progress"))
    page = agent.press(
        agent.get(PATH), f"{PATH}/steps", {"action": "answer", "reply": "  \r\n ", "text": "说明在"}
    )
    assert page.status_code == 422
    assert "请写下给群众的答复" in text_of(page)
    assert "说明在" in page.text
    assert platform.written == []


@pytest.mark.parametrize(("field", "length"), [("reply", 2001), ("text", 501)])
def test_too_long_is_said_and_kept(agent: Agent, platform: FakePlatform, field: str, length: int) -> None:
    platform.put(order(1, state="in_progress"))
    typed = {"action": "answer", "reply": "好", field: "长" * length}
    page = agent.press(agent.get(PATH), f"{PATH}/steps", typed)
    assert page.status_code == 422
    assert f"现在有{length}字" in text_of(page)
    assert "长" * length in page.text


def test_platform_away_keeps_the_words_and_goes_on_with_the_same_key(
    agent: Agent, platform: FakePlatform
) -> None:
    platform.put(order(1, state="in_progress"))
    page = agent.get(PATH)
    platform.fail = [(503, {})] * 3
    away = agent.press(page, f"{PATH}/steps", {"action": "answer", "reply": "请刷新 <b>一下</b>"})
    assert away.status_code == 503
    assert "平台暂时没有回应" in text_of(away)
    assert "请刷新 <b>一下</b>" in text_of(away)
    back = agent.press(away, f"{PATH}/steps")
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


def test_what_citizens_wrote_cannot_become_page(agent: Agent, auditor: Agent, platform: FakePlatform) -> None:
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
            handling={
                "place": evil,
                "dispatch_reason": evil,
                "draft_reply": evil,
                "similar": [{"number": "JKT20220905-000009", "title": evil, "state": "accepted"}],
                "evidence": [{"field": evil, "text": evil}],
                "log": [
                    {
                        "at": "2022-09-05T08:00:00+08:00",
                        "state": "accepted",
                        "action": evil,
                        "by": evil,
                        "text": evil,
                        "remark": evil,
                        "public": False,
                    }
                ],
            },
        )
    )
    pages = ((agent, PATH), (agent, f"{PATH}/print"), (agent, "/orders"), (auditor, f"/audit?subject={evil}"))
    for reader, path in pages:
        page = reader.get(path)
        tree = lxml_html.fromstring(page.content)
        ours = [] if path.endswith("/print") else [OUR_SCRIPT]
        assert tree.xpath("//script/@src | //script[not(@src)] | //img | //@onerror") == ours
        assert reader is auditor or evil in tree.text_content()


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


def test_the_printed_order_holds_what_is_needed_and_is_audited(
    agent: Agent, platform: FakePlatform, desk: Running
) -> None:
    platform.put(order(1, contact_phone_masked="139****0001"))
    page = text_of(agent.get(f"{PATH}/print"))
    for words in (NUMBER, "139****0001", "昨天做的核酸", "武侯区", "工号A001"):
        assert words in page
    assert desk.desk.audit.recent(1)[0].action == "order.printed"


def sent_to(number: int, department: str, **changes: Any) -> dict[str, Any]:
    inner = {"department": department, "department_name": "某单位", **changes}
    return order(number, state="dispatched", handling=inner)


def test_a_department_sees_its_own_orders_and_takes_its_own_steps(
    stranger: Agent, platform: FakePlatform
) -> None:
    platform.put(sent_to(1, "cdc:510100"), sent_to(2, "health:510107"), order(3))
    stranger.log_in("D001")
    assert "000001" in text_of(stranger.get("/orders"))
    assert "000002" not in text_of(stranger.get("/orders"))
    page = stranger.get(PATH)
    assert {
        form.fields["action"] for form in lxml_html.fromstring(page.content).forms if "action" in form.fields
    } == {
        "sign",
        "return",
        "remark",
    }
    for other in ("/orders/JKT20220905-000002", "/orders/JKT20220905-000003/print", "/orders/new"):
        assert stranger.get(other).status_code == 403
    assert "操作完成" in text_of(stranger.press(page, f"{PATH}/steps", {"action": "sign"}))
    foreign = dict(lxml_html.fromstring(page.content).forms[1].form_values()) | {"action": "sign"}
    refused = stranger.http.post(f"{stranger.base}/orders/JKT20220905-000002/steps", data=foreign)
    assert refused.status_code == 403
    assert len(platform.written) == 1


def test_a_department_does_not_learn_who_wishes_not_to_be_known(
    stranger: Agent, platform: FakePlatform
) -> None:
    platform.put(sent_to(1, "cdc:510100", confidential=True))
    stranger.log_in("D001")
    for path in (PATH, f"{PATH}/print"):
        page = text_of(stranger.get(path))
        assert "来电人要求保密" in page
        assert "139****0001" not in page


def test_an_extension_is_granted_by_a_leader_and_not_by_an_agent(
    agent: Agent, platform: FakePlatform, desk: Running
) -> None:
    platform.put(order(1, state="in_progress", handling={"actions": ["grant_extension", "answer"]}))
    page = agent.get(PATH)
    assert "批准延期" not in text_of(page)
    form = dict(lxml_html.fromstring(page.content).forms[-1].form_values()) | {"action": "grant_extension"}
    assert agent.http.post(f"{agent.base}{PATH}/steps", data=form).status_code == 403
    leader = Agent(desk.url)
    leader.log_in("L001")
    assert "批准延期" in text_of(leader.get(PATH))


def test_an_export_needs_a_reason_and_says_who_took_it(
    agent: Agent, platform: FakePlatform, desk: Running
) -> None:
    platform.put(
        *(order(number) for number in range(120)), order(120, title="=1+1", content="电话13812345678")
    )
    assert agent.get("/orders/export").status_code == 403
    agent = Agent(desk.url)
    agent.log_in("L001")
    page = agent.get("/orders/export")
    refused = agent.press(page, "/orders/export", {"kind": "csv", "reason": " "})
    assert refused.status_code == 422
    assert "请写明导出的理由" in text_of(refused)
    taken = agent.press(page, "/orders/export", {"kind": "csv", "reason": "月度统计"})
    assert taken.headers["Content-Disposition"].endswith('.csv"')
    rows = list(csv.reader(io.StringIO(taken.content.decode("utf-8-sig"))))
    assert (rows[0][0], len(rows)) == ("工单编号", 123)
    assert "13812345678" not in taken.text
    assert rows[121][4] == "'=1+1"
    assert "工号L001" in rows[-1][0]
    assert "月度统计" in rows[-1][0]
    entry = desk.desk.audit.recent(1)[0]
    assert (entry.action, entry.detail["count"], entry.detail["reason"]) == (
        "order.exported",
        121,
        "月度统计",
    )


def test_the_workbook_holds_texts_only(stranger: Agent, platform: FakePlatform) -> None:
    agent = stranger
    agent.log_in("L001")
    platform.put(order(1, title='=HYPERLINK("http://x")'))
    taken = agent.press(agent.get("/orders/export"), "/orders/export", {"kind": "xlsx", "reason": "统计"})
    sheet = load_workbook(io.BytesIO(taken.content)).active
    assert [cell.value for cell in sheet[1]][:2] == ["工单编号", "类型"]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}
    assert sheet["E2"].value.startswith("'=HYPERLINK")


def test_an_order_taken_down_is_sent_once_and_tells_number_and_code(
    agent: Agent, platform: FakePlatform, desk: Running
) -> None:
    page = agent.get("/orders/new")
    typed = {
        "title": "采样点没人",
        "content": "早上去了没人上班。",
        "kind": "complaint",
        "topic": "test.result",
        "urgency": "urgent",
        "division": "510107",
        "happened_at": "2022-09-05T08:10",
        "special_group": "elderly",
        "phone": "13900000001",
    }
    for _ in range(2):
        taken = agent.press(page, "/orders/new", typed)
        assert taken.status_code == 200
        assert "7K2M9Q" in text_of(taken)
    ((_, _, sent),) = platform.written
    assert sent["intake"] == {
        "taken_by": "A001",
        "topic": "test.result",
        "urgency": "urgent",
        "anonymous": False,
        "confidential": False,
        "special_group": "elderly",
        "happened_at": "2022-09-05T08:10:00+08:00",
    }
    assert desk.desk.audit.recent(1)[0].action == "order.taken"


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ({"title": ""}, "请写下标题"),
        ({"content": " "}, "请写下诉求内容"),
        ({"title": "长" * 61}, "现在有61字"),
        ({"anonymous": "yes", "phone": "13900000001"}, "匿名登记就不能留电话"),
    ],
)
def test_an_intake_that_cannot_be_sent_says_why_and_keeps_the_words(
    agent: Agent, platform: FakePlatform, typed: dict[str, str], fault: str
) -> None:
    full = {"title": "采样点没人", "content": "早上去了没人上班。", "place": "某街某号", **typed}
    refused = agent.press(agent.get("/orders/new"), "/orders/new", full)
    assert refused.status_code == 422
    assert fault in text_of(refused)
    assert "某街某号" in refused.text
    assert platform.written == []


def test_a_platform_away_keeps_the_intake(agent: Agent, platform: FakePlatform) -> None:
    page = agent.get("/orders/new")
    platform.fail = [(503, {})] * 3
    away = agent.press(page, "/orders/new", {"title": "采样点没人", "content": "早上去了没人上班。"})
    assert away.status_code == 503
    assert "早上去了没人上班" in away.text
    assert agent.press(away, "/orders/new").status_code == 200
    assert len(platform.written) == 1
