"""Writing, reviewing and publishing an entry on the desk's pages, and everything that is refused on the way."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import html

from knowledge import PolicyStore
from tests.hotline.conftest import Agent, Running, text_of
from tests.hotline.knowledge.conftest import call, edit_file, entry_text, move, told, typed, write

NEW = "勺子在柜子里，您自己拿。"


def publish_spoons(editor: Agent, reviewer: Agent, plain: str = NEW) -> None:
    write(editor, "spoons", **{"answer.plain": plain})
    assert move(reviewer, "spoons", "publish").url.endswith("?done=published")


def test_what_one_writes_and_another_publishes_is_told(editor: Agent, reviewer: Agent, desk: Running) -> None:
    page = write(editor, "spoons", **{"answer.plain": NEW})
    assert page.url.endswith("/knowledge/entries/spoons?done=submitted")
    assert told(desk)["spoons"] == "勺子在抽屉里。"
    queue = text_of(reviewer.get("/knowledge/review"))
    assert "勺子放在哪里" in queue
    assert "您可以审" in queue
    page = move(reviewer, "spoons", "publish")
    assert "已完成：审核通过，发布" in text_of(page)
    assert told(desk)["spoons"] == NEW
    actions = [entry.action for entry in desk.desk.audit.recent() if entry.subject == "spoons"]
    assert actions == [f"knowledge.{step}" for step in ("published", "submitted", "saved", "created")]


def test_an_author_finds_no_button_and_is_refused_without_it(
    people: Callable[[str], Agent], desk: Running
) -> None:
    editor = people("B001")
    page = write(editor, "spoons", **{"answer.plain": NEW})
    assert "要请另一位审核员发布" in text_of(page)
    tree = html.fromstring(page.content)
    forms = [dict(form.form_values()) for form in tree.forms]
    assert "publish" not in {form.get("to") for form in forms}
    forged = next(form for form in forms if form.get("to") == "send_back")
    answer = editor.http.post(f"{desk.url}/knowledge/entries/spoons/moves", data={**forged, "to": "publish"})
    assert answer.status_code == 409
    assert "要请另一位审核员发布" in text_of(answer)
    assert told(desk)["spoons"] == "勺子在抽屉里。"


def test_who_submits_another_s_draft_cannot_publish_it(
    editor: Agent, people: Callable[[str], Agent], desk: Running
) -> None:
    write(editor, "spoons", press="save", **{"answer.plain": NEW})
    page = move(people("B001"), "spoons", "submit")
    assert "要请另一位审核员发布" in text_of(page)
    assert told(desk)["spoons"] == "勺子在抽屉里。"


def test_sent_back_with_a_reason_that_the_author_reads(editor: Agent, reviewer: Agent) -> None:
    write(editor, "spoons", **{"answer.plain": NEW})
    assert move(reviewer, "spoons", "send_back", comment="  ").status_code == 422
    assert move(reviewer, "spoons", "send_back", comment="来源太旧。").ok
    assert "审核员退回：来源太旧。" in text_of(editor.get("/knowledge/entries/spoons"))
    assert "审核员退回：来源太旧。" in text_of(editor.get("/knowledge/entries/spoons/edit"))


def test_every_fault_stands_beside_its_field_and_nothing_typed_is_lost(editor: Agent, desk: Running) -> None:
    page = editor.press(
        editor.get("/knowledge/new"),
        "/knowledge/new",
        typed(
            **{
                "variants": "勺子放在哪里\n筷子在哪",
                "answer.plain": "你" * 81,
                "answer.elderly": "长" * 41,
                "answer.english": "",
                "valid_to": "2021-01-01",
                "source.url": "",
                "press": "submit",
            }
        ),
    )
    assert page.status_code == 422
    tree = html.fromstring(page.content)
    found = {
        name: " ".join(tree.get_element_by_id(one).text_content() for one in _described(tree, name))
        for name in ("variants", "answer_plain", "answer_elderly", "valid_to", "source_trust")
    }
    assert "至少写 5 种问法" in found["variants"]
    assert "最多 80 字" in found["answer_plain"]
    assert "每句最多 40 字" in found["answer_elderly"]
    assert "失效日期早于生效日期" in found["valid_to"]
    assert "写明出处的网址" in found["source_trust"]
    assert tree.get_element_by_id("answer_plain").value.strip() == "你" * 81
    assert "chopsticks" not in told(desk)


def _described(tree: html.HtmlElement, name: str) -> list[str]:
    return str(tree.get_element_by_id(name).get("aria-describedby")).split()


def test_a_phrasing_of_another_entry_and_rude_words_are_refused(editor: Agent) -> None:
    page = editor.press(
        editor.get("/knowledge/new"),
        "/knowledge/new",
        typed(
            **{
                "variants": "勺子放在哪里？\n筷子二\n筷子三\n筷子四\nwhere",
                "answer.plain": "你自己去门口拿！！",
                "press": "submit",
            }
        ),
    )
    said = text_of(page)
    assert "“勺子放在哪里？”已经是 spoons 的问法" in said
    assert "对市民用“您”" in said
    assert "不要连用感叹号" in said


def test_two_answers_on_one_day_in_one_place_are_refused(editor: Agent) -> None:
    page = editor.press(
        editor.get("/knowledge/new"),
        "/knowledge/new",
        typed(id="spoons.2022", valid_from="2022-06-01", press="submit"),
    )
    assert "与 spoons（2022-01-01 至 未定）在同一地区的有效期重叠" in text_of(page)


def test_a_new_entry_is_told_once_published(editor: Agent, reviewer: Agent, desk: Running) -> None:
    page = editor.press(editor.get("/knowledge/new"), "/knowledge/new", typed(press="submit"))
    assert page.url.endswith("/knowledge/entries/chopsticks?done=submitted")
    assert "chopsticks" not in told(desk)
    move(reviewer, "chopsticks", "publish")
    assert told(desk)["chopsticks"] == "筷子在门口。"
    page = editor.press(editor.get("/knowledge/new"), "/knowledge/new", typed(press="save"))
    assert page.status_code == 409
    assert "已经有这个编号" in text_of(page)


def test_a_scheduled_version_waits_for_the_platform_s_clock(
    editor: Agent, reviewer: Agent, desk: Running
) -> None:
    write(
        editor,
        "spoons",
        **{"answer.plain": NEW, "live_from": "2022-09-05T12:00", "live_until": "2022-09-05T15:00"},
    )
    move(reviewer, "spoons", "publish")
    assert told(desk)["spoons"] == "勺子在抽屉里。"
    desk.clock[0] += 3 * 3600 + 60  # the platform says 09:00
    assert told(desk)["spoons"] == NEW
    desk.clock[0] += 3 * 3600
    assert "spoons" not in told(desk)  # an older answer does not come back by itself


def test_an_end_before_the_start_is_refused(editor: Agent) -> None:
    page = write(editor, "spoons", live_from="2022-09-05T12:00", live_until="2022-09-05T11:00")
    assert page.status_code == 422
    assert "下线时间要晚于上线时间" in text_of(page)


def test_two_editors_at_once_lose_nothing(editor: Agent, people: Callable[[str], Agent]) -> None:
    write(editor, "spoons", press="save", **{"answer.plain": "第一稿，您看。"})
    path = "/knowledge/entries/spoons/edit"
    stale = editor.get(path)
    write(people("E002"), "spoons", press="save", **{"answer.plain": "别人的稿，您看。"})
    page = editor.press(stale, path, {"answer.plain": "我的稿，您看。", "press": "save"})
    assert page.status_code == 409
    assert "刚刚被别人改过" in text_of(page)
    assert html.fromstring(page.content).get_element_by_id("answer_plain").value.strip() == "我的稿，您看。"
    page = editor.press(page, path, {"press": "save"})
    assert page.ok
    assert "我的稿，您看。" in text_of(editor.get(path))


def test_a_reviewer_decides_on_what_was_seen(editor: Agent, reviewer: Agent, desk: Running) -> None:
    """Sent back and submitted again with other words in between: the old page publishes nothing."""
    path = "/knowledge/entries/spoons"
    write(editor, "spoons", **{"answer.plain": NEW})
    seen = reviewer.get(path)
    move(reviewer, "spoons", "send_back", comment="请再看。")
    write(editor, "spoons", **{"answer.plain": "别的话，您看。"})
    page = reviewer.press(seen, f"{path}/moves", {"to": "publish"})
    assert page.status_code == 409
    assert told(desk)["spoons"] == "勺子在抽屉里。"


def test_rolled_back_is_a_new_version_that_somebody_reviews(
    editor: Agent, reviewer: Agent, desk: Running
) -> None:
    publish_spoons(editor, reviewer)
    page = move(editor, "spoons", "roll_back", version="1")
    assert page.url.endswith("?done=rolled_back")
    assert told(desk)["spoons"] == NEW
    move(reviewer, "spoons", "publish")
    assert told(desk)["spoons"] == "勺子在抽屉里。"
    assert "第3版" in text_of(editor.get("/knowledge/entries/spoons"))


def test_the_difference_of_two_versions_is_shown(editor: Agent, reviewer: Agent) -> None:
    publish_spoons(editor, reviewer)
    page = editor.get("/knowledge/entries/spoons/diff?from=1&to=2")
    tree = html.fromstring(page.content)
    assert "抽屉" in "".join(one.text_content() for one in tree.iter("del"))
    assert "柜子" in "".join(one.text_content() for one in tree.iter("ins"))
    assert editor.get("/knowledge/entries/spoons/diff?from=1&to=99").status_code == 404


def test_taking_an_answer_away_needs_two_people(editor: Agent, reviewer: Agent, desk: Running) -> None:
    assert move(editor, "spoons", "retire", comment="").status_code == 422
    move(editor, "spoons", "retire", comment="规定废止。")
    assert "spoons" in told(desk)
    move(reviewer, "spoons", "publish")
    assert "spoons" not in told(desk)
    assert "已下线" in text_of(editor.get("/knowledge/entries/spoons"))


def test_one_reviewer_withdraws_at_once_and_it_is_written_down(reviewer: Agent, desk: Running) -> None:
    assert move(reviewer, "spoons", "withdraw", comment=" ").status_code == 422
    assert "spoons" in told(desk)
    page = move(reviewer, "spoons", "withdraw", comment="答复有错，会害人。")
    assert page.url.endswith("?done=withdrawn")
    assert "spoons" not in told(desk)
    entry = desk.desk.audit.recent(1)[0]
    assert (entry.agent, entry.action, entry.subject) == ("R001", "knowledge.withdrawn", "spoons")
    assert "答复有错" not in str(entry.detail)


def test_what_comes_back_after_a_withdrawal_is_reviewed_by_another(
    reviewer: Agent, people: Callable[[str], Agent], desk: Running
) -> None:
    both = people("B001")
    move(both, "spoons", "withdraw", comment="答复有错。")
    move(both, "spoons", "roll_back", version="1")
    assert "要请另一位审核员发布" in text_of(both.get("/knowledge/entries/spoons"))
    move(reviewer, "spoons", "publish")
    assert told(desk)["spoons"] == "勺子在抽屉里。"


def test_a_changed_file_is_taken_where_nobody_edited_and_shown_where_somebody_did(
    editor: Agent, reviewer: Agent, desk: Running, data: Path
) -> None:
    publish_spoons(editor, reviewer)
    edit_file(data, "勺子在抽屉里。", "勺子在灶台上。")
    edit_file(data, "叉子是银色的。", "叉子是金色的。")
    desk.desk.knowledge._files = PolicyStore(data / "policies")
    desk.desk.knowledge.take_files()
    assert told(desk) == {"spoons": NEW, "forks": "叉子是金色的。"}
    page = editor.get("/knowledge/entries/spoons")
    assert "随产品来的文件有改动" in text_of(page)
    assert "灶台" in text_of(page)
    assert "文件有改动" in text_of(editor.get("/knowledge?status=upstream"))
    move(editor, "spoons", "take_file")
    write(editor, "spoons")
    move(reviewer, "spoons", "publish")
    assert told(desk)["spoons"] == "勺子在灶台上。"
    assert "随产品来的文件有改动" not in text_of(editor.get("/knowledge/entries/spoons"))


def test_each_audience_has_its_preview(editor: Agent) -> None:
    base = "/knowledge/entries/spoons"
    said = {name: text_of(editor.get(f"{base}?as={name}")) for name in ("citizen", "elderly", "english")}
    assert "勺子在抽屉里。 来源：某某卫生健康委" in said["citizen"]
    assert "短句。 来源" in said["elderly"]
    assert "In English. 来源" in said["english"]


def test_the_list_is_filtered_and_searched(editor: Agent) -> None:
    def found(query: str) -> str:
        return text_of(editor.get(f"/knowledge?{query}"))

    assert "共 2 条" in found("")
    assert "共 1 条" in found("text=叉子")
    assert "共 1 条" in found("text=黄碼抽屉里") or "共 0 条" in found("text=黄碼")
    assert "共 0 条" in found("owner=别人")
    assert "共 2 条" in found("topic=kitchen&region=510000&status=live")
    write(editor, "spoons", press="save", **{"answer.plain": NEW})
    assert "共 1 条" in found("status=draft")


def test_markup_in_an_entry_stays_text(editor: Agent) -> None:
    page = write(editor, "spoons", press="save", **{"answer.detail": "<script>alert(1)</script>"})
    assert b"<script>alert" not in page.content
    assert "<script>alert(1)</script>" in text_of(page)


def test_the_export_is_a_folder_that_the_product_reads(
    editor: Agent, reviewer: Agent, tmp_path: Path
) -> None:
    publish_spoons(editor, reviewer)
    packed = zipfile.ZipFile(io.BytesIO(editor.get("/knowledge/export").content))
    packed.extractall(tmp_path / "out")
    store = PolicyStore(tmp_path / "out" / "policies", strict=True)
    assert store.get("spoons").answer.plain == NEW
    assert store.get("forks").source.name == "某某卫生健康委"


@pytest.mark.parametrize(
    "path", ["/knowledge", "/knowledge/entries/spoons", "/knowledge/new", "/knowledge/export"]
)
def test_a_stranger_sees_no_entry(desk: Running, path: str) -> None:
    assert Agent(desk.url).get(path).url.split("?")[0].endswith("/login")


@pytest.mark.parametrize("path", ["/knowledge/entries/nothing", "/knowledge/entries/nothing/edit"])
def test_what_is_not_there_is_said_so(editor: Agent, path: str) -> None:
    assert editor.get(path).status_code == 404


def test_an_entry_about_to_end_is_announced_to_its_owner(desk: Running, data: Path, editor: Agent) -> None:
    ending = entry_text(id="bowls", question="碗在哪里", plain="碗在桌上。", valid_to="2022-09-19")
    late = entry_text(id="cups", question="杯子在哪里", plain="杯子在桌上。", valid_to="2022-09-20")
    edit_file(data, "entries:", f"entries:{ending}{late}")
    desk.desk.knowledge._files = None
    desk.desk.knowledge.take_files()
    said = text_of(editor.get("/knowledge/expiring"))
    assert "碗在哪里" in said
    assert "还有14天到期" in said
    assert "杯子在哪里" not in said
    assert "快到期（1）" in said
    assert "您负责的条目有" not in said
    edit_file(data, "owner: 编辑组", "owner: 唐思远")  # the name of E001
    desk.desk.knowledge._files = None
    desk.desk.knowledge.take_files()
    assert "您负责的条目有 1 条快到期" in text_of(editor.get("/knowledge"))


def test_the_feed_changes_only_when_something_is_published(
    editor: Agent, reviewer: Agent, desk: Running
) -> None:
    first = call(desk, "GET", "/v1/knowledge/snapshot")
    tag = {"If-None-Match": first.headers["ETag"]}
    assert first.status_code == 200
    write(editor, "spoons", **{"answer.plain": NEW})
    assert call(desk, "GET", "/v1/knowledge/snapshot", headers=tag).status_code == 304
    move(reviewer, "spoons", "publish")
    after = call(desk, "GET", "/v1/knowledge/snapshot", headers=tag)
    assert after.status_code == 200
    assert NEW in after.text


@pytest.mark.parametrize(
    ("number", "path", "form"),
    [
        ("A001", "/knowledge/new", {"press": "save"}),
        ("R001", "/knowledge/new", {"press": "save"}),
        ("R001", "/knowledge/entries/spoons/edit", {"press": "save"}),
        ("R001", "/knowledge/entries/spoons/moves", {"to": "retire", "comment": "x"}),
        ("A001", "/knowledge/entries/spoons/moves", {"to": "withdraw", "comment": "x"}),
        ("E001", "/knowledge/entries/spoons/moves", {"to": "withdraw", "comment": "x"}),
        ("E001", "/knowledge/entries/spoons/moves", {"to": "publish"}),
    ],
)
def test_who_may_not_is_refused_also_without_a_button(
    desk: Running, number: str, path: str, form: dict[str, str]
) -> None:
    agent = Agent(desk.url)
    agent.log_in(number)
    token = html.fromstring(agent.get("/knowledge").content).forms[0].fields["form_token"]
    answer = agent.http.post(desk.url + path, data={**form, "form_token": token})
    assert answer.status_code == 403
    assert "没有这项权限" in text_of(answer)
    assert set(told(desk)) == {"spoons", "forks"}


def test_an_agent_reads_entries_and_finds_nothing_to_press(desk: Running) -> None:
    agent = Agent(desk.url)
    agent.log_in("A001")
    page = agent.get("/knowledge/entries/spoons")
    assert "勺子在抽屉里。" in text_of(page)
    forms = [form for form in html.fromstring(page.content).forms if form.action != "/logout"]
    assert forms == []


def test_who_may_not_see_entries_is_refused(desk: Running) -> None:
    auditor = Agent(desk.url)
    auditor.log_in("U001")
    assert auditor.get("/knowledge").status_code == 403
