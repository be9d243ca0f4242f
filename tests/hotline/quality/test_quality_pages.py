"""From the sample to the decision about an appeal, through the pages."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable

import openpyxl  # type: ignore[import-untyped]
import pytest

from hotline.quality.cards import cards
from hotline.quality.population import chats_of
from hotline.quality.samples import SampleBook
from hotline.quality.weeks import Period
from tests.hotline.conftest import Agent, Running, text_of
from tests.hotline.fake_platform import FakePlatform, order
from tests.hotline.quality.conftest import talk

People = Callable[..., Agent]
CARD = cards().on("chat", dt.date(2022, 9, 5))
ALL = {f"points.{item.key}": str(item.points) for item in CARD.items}


def days(desk: Running) -> dict[str, str]:
    """Yesterday and today as the draw's form takes them."""
    today = dt.datetime.fromtimestamp(desk.clock[0], dt.timezone(dt.timedelta(hours=8))).date()
    return {"first": (today - dt.timedelta(days=1)).isoformat(), "last": today.isoformat()}


def sampled(desk: Running, people: People, agent: str = "A001", **how: object) -> tuple[Agent, str]:
    """Q001 with the page of a case of this agent, drawn just now."""
    talk(desk, agent, desk.clock[0] - 900, **how)
    scorer = people("Q001")
    scorer.press(scorer.get("/quality"), "/quality/draws", {"source": "chat", "seed": "s1", **days(desk)})
    page = scorer.get("/quality?show=waiting")
    return scorer, page.text.split('href="/quality/cases/')[1].split('"')[0]


def submit(scorer: Agent, case_id: str, **typed: str) -> None:
    path = f"/quality/cases/{case_id}"
    answer = scorer.press(scorer.get(path), path, {**ALL, "press": "submit", **typed})
    assert "评分已提交" in text_of(answer)


def actions(desk: Running) -> list[str]:
    return [entry.action for entry in desk.desk.audit.recent(30)]


def test_a_case_is_drawn_scored_appealed_against_and_decided(desk: Running, people: People) -> None:
    scorer, case_id = sampled(desk, people)
    page = scorer.get(f"/quality/cases/{case_id}")
    assert "码咋黄了嘛" in page.text
    assert "13912345678" not in page.text
    assert "139****5678" in page.text
    submit(scorer, case_id, **{"points.opening": "2", "remarks.opening": "没有报工号", "words": "整体不错"})
    agent = people("A001")
    assert "98分" not in text_of(agent.get("/quality/mine"))
    assert "97分" in text_of(agent.get("/quality/mine"))
    mine = f"/quality/mine/{case_id}"
    assert "没有报工号" in text_of(agent.get(mine))
    answer = agent.press(agent.get(mine), mine, {"to": "appealed", "words": "系统自动报了工号13912345678"})
    assert "申诉已提交" in text_of(answer)
    leader = people("L001")
    path = f"/quality/appeals/{case_id}"
    page = leader.get(path)
    assert "系统自动报了工号139****5678" in text_of(page)
    answer = leader.press(page, path, {"verdict": "changed", "reason": "确有自动问候", "points.opening": "5"})
    assert "已裁定" in text_of(answer)
    assert "总分 100 分" in text_of(agent.get(mine))
    assert "确有自动问候" in text_of(agent.get(mine))
    wanted = {"quality.drawn", "quality.viewed", "quality.scored", "quality.appealed", "quality.decided"}
    assert wanted <= set(actions(desk))


def test_a_draft_is_kept_with_its_marks_and_says_what_is_missing(desk: Running, people: People) -> None:
    scorer, case_id = sampled(desk, people)
    path = f"/quality/cases/{case_id}"
    first = scorer.get(path)
    mark = first.text.split('name="mark.')[1].split('"')[0]
    saved = scorer.press(first, path, {"press": "save", "points.manner": "7", f"mark.{mark}": "这句很好"})
    assert "草稿已保存" in text_of(saved)
    assert 'value="这句很好"' in saved.text
    refused = scorer.press(saved, path, {"press": "submit"})
    assert refused.status_code == 422
    assert "“服务态度”扣了分，请写明原因。" in text_of(refused)
    stale = scorer.press(first, path, {"press": "save", "points.manner": "1"})
    assert stale.status_code == 409
    assert "刚刚有了变化" in text_of(stale)


def test_a_result_that_nobody_objects_to_in_time_holds(desk: Running, people: People) -> None:
    scorer, case_id = sampled(desk, people)
    submit(scorer, case_id)
    agent, mine = people("A001"), f"/quality/mine/{case_id}"
    opened = agent.get(mine)
    desk.clock[0] += 20 * 86_400
    agent = people("A001")
    assert "到期生效" in text_of(agent.get("/quality/mine"))
    assert "提交申诉" not in text_of(agent.get(mine))
    token = agent.get(mine).text.split('form_token" value="')[1].split('"')[0]
    late = agent.press(opened, mine, {"to": "appealed", "words": "我有意见", "form_token": token})
    assert late.status_code == 409
    assert "申诉期已过" in text_of(late)


def test_agents_see_their_own_results_and_nobody_elses(desk: Running, people: People) -> None:
    scorer, case_id = sampled(desk, people)
    agent = people("A001")
    assert agent.get(f"/quality/mine/{case_id}").status_code == 404  # not scored yet: nothing to read
    submit(scorer, case_id)
    other = people("A002")
    assert "没有这份质检" in text_of(other.get(f"/quality/mine/{case_id}"))
    assert other.get(f"/quality/cases/{case_id}").status_code == 403
    assert other.get("/quality/results").status_code == 403


def test_who_wrote_a_note_in_a_chat_does_not_score_it(desk: Running, people: People) -> None:
    both = people("Q009", "quality", "agent")
    talk(desk, "A001", desk.clock[0] - 900, also="Q009")
    both.press(both.get("/quality"), "/quality/draws", {"source": "chat", "seed": "s", **days(desk)})
    assert "/quality/cases/" not in both.get("/quality?show=waiting").text
    scorer = people("Q001")
    scorer.press(scorer.get("/quality"), "/quality/draws", {"source": "chat", "seed": "s", **days(desk)})
    case_id = scorer.get("/quality?show=waiting").text.split('href="/quality/cases/')[1].split('"')[0]
    assert "您参与过，由别人评" in text_of(both.get("/quality?show=waiting"))
    assert both.get(f"/quality/cases/{case_id}").status_code == 403


def test_two_scorers_are_compared_only_when_both_are_done(desk: Running, people: People) -> None:
    scorer, case_id = sampled(desk, people)
    submit(scorer, case_id)
    second = people("Q002", "quality")
    compare = f"/quality/cases/{case_id}/compare"
    assert second.get(compare).status_code == 403
    assert "用来校准" in text_of(second.get(f"/quality/cases/{case_id}"))
    submit(second, case_id, **{"points.accuracy": "15", "remarks.accuracy": "没有说明时间"})
    page = text_of(second.get(compare))
    assert "相差10分" in page
    assert "没有说明时间" in page


def test_results_by_agent_and_item_and_as_files(desk: Running, people: People) -> None:
    scorer, case_id = sampled(desk, people)
    submit(scorer, case_id, **{"points.accuracy": "15", "remarks.accuracy": "=没有说明时间"})
    page = scorer.get("/quality/results")
    said = text_of(page)
    assert "A001 1件 90.0分 90.0分" in said
    assert "答复准确 会话评分卡 1件 1件 60%" in said
    assert "没有说明时间" in said.split("辅导清单")[1]
    path = "/quality/results/exports"
    file = scorer.press(page, path, {"reason": "月度例会", "kind": "xlsx"})
    rows = list(openpyxl.load_workbook(io.BytesIO(file.content)).active.values)
    assert rows[0][0].startswith("工号Q001")
    row = next(row for row in rows if row[10] == "答复准确")
    assert (row[3], row[7], row[12], row[13]) == ("A001", "90", "15", "'=没有说明时间")
    table = scorer.press(page, path, {"reason": "月度例会", "kind": "csv"})
    assert "质检成绩" in table.headers["Content-Disposition"] or "csv" in table.headers["Content-Disposition"]
    assert table.content.startswith(b"\xef\xbb\xbf")
    assert actions(desk).count("quality.exported") == 2
    assert scorer.press(page, path, {"reason": "无", "kind": "csv"}).status_code == 400


def test_orders_are_sampled_from_the_platform(desk: Running, people: People, platform: FakePlatform) -> None:
    done = {"closed_at": "2022-09-02T10:00:00+08:00", "taken_by": "A002"}
    platform.put(
        order(1, state="closed", satisfaction=1, handling=done),
        order(2, state="closed", handling={**done, "closed_at": "2022-07-02T10:00:00+08:00"}),
        order(3, handling={"taken_by": "A002"}),
        order(4, state="closed", handling={**done, "taken_by": None}),
    )
    scorer = people("Q001")
    typed = {"source": "order", "seed": "s", "first": "2022-08-29", "last": "2022-09-04"}
    answer = scorer.press(scorer.get("/quality"), "/quality/draws", typed)
    assert "共1件，抽中1件，其中新增1件" in text_of(answer)
    assert "低分必查" in text_of(answer)
    case_id = answer.text.split('href="/quality/cases/')[1].split('"')[0]
    page = text_of(scorer.get(f"/quality/cases/{case_id}"))
    assert "昨天做的核酸，现在还没有结果。" in page
    assert "要素齐全" in page


def test_a_draw_names_its_days_and_its_seed(desk: Running, people: People) -> None:
    scorer = people("Q001")
    page = scorer.get("/quality")
    for typed, said in (
        ({"first": "2022-09-05", "last": "2022-09-01"}, "结束不早于开始"),
        ({"first": "2022-01-01", "last": "2022-09-01"}, "最多92天"),
        ({"first": "", "last": "2022-09-01"}, "请选开始和结束的日期"),
        ({"seed": "第一次"}, "抽样种子用字母和数字"),
    ):
        answer = scorer.press(page, "/quality/draws", {"seed": "s", **typed})
        assert answer.status_code == 422
        assert said in text_of(answer)


def test_the_platform_being_away_stops_a_draw_in_words(
    desk: Running, people: People, platform: FakePlatform
) -> None:
    scorer = people("Q001")
    page = scorer.get("/quality")
    platform.stop()
    answer = scorer.press(page, "/quality/draws", {"source": "order", "seed": "s", **days(desk)})
    assert answer.status_code == 503
    assert [draw for draw, _ in SampleBook(desk.desk.engine).latest_draws(10) if not draw.automatic] == []


def test_a_chat_that_was_deleted_leaves_its_result(desk: Running, people: People) -> None:
    scorer, case_id = sampled(desk, people)
    submit(scorer, case_id)
    with desk.desk.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM chats")
    page = text_of(people("A001").get(f"/quality/mine/{case_id}"))
    assert "已经按规定删除" in page
    assert "总分 100 分" in page


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ({"rating": 2}, (2, False)),
        ({"reason": "emergency"}, (None, True)),
    ],
)
def test_a_chat_carries_what_the_plan_asks_for(
    desk: Running, how: dict[str, object], expected: tuple[int | None, bool]
) -> None:
    now = desk.clock[0]
    chat_id = talk(desk, "A001", now, also="L001", **how)
    today = dt.datetime.fromtimestamp(now, dt.timezone(dt.timedelta(hours=8))).date()
    (found,) = chats_of(desk.desk.engine, Period(today - dt.timedelta(days=1), today))
    assert (found.subject, found.agent, found.stratum) == (chat_id, "A001", "code")
    assert found.taking_part == {"A001", "L001"}
    assert (found.rating, found.emergency) == expected
