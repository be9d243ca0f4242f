"""Questions that nobody answered: kept without whoever asked, grouped, and made into entries."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from actions.knowledge_feed import DeskDoor
from actions.unanswered import MOST_WAITING, Unanswered, disputes, just_told
from knowledge.clusters import clusters
from knowledge.encoder import CachedEncoder
from knowledge.questions import forgettable
from privacy.recognise import find
from tests.hotline.conftest import SERVICE_SECRET, Agent, Running, text_of
from tests.hotline.knowledge.conftest import call, move, told
from tests.hotline.knowledge.letters import Letters

PATH = "/v1/knowledge/questions"


def ask(desk: Running, text: str, times: int = 1, reason: str = "unknown", entry_id: str = "") -> None:
    for _ in range(times):
        body = {"text": text, "reason": reason, "entry_id": entry_id}
        assert call(desk, "POST", PATH, body).status_code == 202


def test_the_same_question_is_counted_and_like_ones_stand_together(desk: Running, editor: Agent) -> None:
    ask(desk, "盘子放在哪里", 3)
    ask(desk, "盘子 放在哪里？")
    ask(desk, "请问盘子放在哪里")
    ask(desk, "今天会不会停电")
    page = editor.get("/knowledge/questions")
    tree = html.fromstring(page.content)
    assert [" ".join(h.text_content().split()) for h in tree.iter("h2")] == [
        "盘子放在哪里 5次",
        "今天会不会停电 1次",
    ]
    assert "共问了 6 次" in text_of(page)


def test_one_press_makes_a_draft_with_the_ways_of_asking(
    desk: Running, editor: Agent, reviewer: Agent
) -> None:
    ask(desk, "盘子放在哪里", 2)
    ask(desk, "请问盘子放在哪里")
    tree = html.fromstring(editor.get("/knowledge/questions").content)
    form = next(form for form in tree.forms if form.action == "/knowledge/new")
    page = editor.get("/knowledge/new", params=form.form_values())
    fields = html.fromstring(page.content)
    assert fields.get_element_by_id("question").value == "盘子放在哪里"
    assert fields.get_element_by_id("variants").value.strip() == "请问盘子放在哪里"
    more = "请问盘子放在哪里\n盘子二\n盘子三\n盘子四\nwhere are the plates"
    asked = [one.value for one in fields.iter("input") if one.name == "asked"]
    assert len(asked) == 2
    typed: dict[str, Any] = {
        "id": "plates",
        "asked": asked,
        "topic": "kitchen",
        "variants": more,
        "answer.plain": "盘子在桌上。",
        "answer.detail": "在桌上。",
        "answer.elderly": "在桌上。",
        "answer.english": "On the table.",
        "valid_from": "2022-01-01",
        "source.name": "某某卫生健康委",
        "source.url": "https://example.org/a",
        "source.trust": "O",
        "owner": "编辑组",
        "intents": "ask_policy",
        "press": "submit",
    }
    assert editor.press(page, "/knowledge/new", typed).url.endswith("?done=submitted")
    assert "这里没有问题" in text_of(editor.get("/knowledge/questions"))
    assert "已经起草：" in text_of(editor.get("/knowledge/questions?state=drafted"))
    move(reviewer, "plates", "publish")
    assert told(desk)["plates"] == "盘子在桌上。"
    assert "盘子放在哪里" in text_of(editor.get("/knowledge/questions?state=done"))
    ask(desk, "盘子放在哪里")  # the answer has not helped
    assert "盘子放在哪里" in text_of(editor.get("/knowledge/questions"))


def test_questions_become_ways_of_asking_of_the_nearest_entry(desk: Running, editor: Agent) -> None:
    ask(desk, "勺子到底放在哪里了")
    page = editor.get("/knowledge/questions")
    written = editor.press(page, "/knowledge/questions", {"to": "variants"})
    assert written.url.endswith("/knowledge/entries/spoons/edit")
    typed = html.fromstring(written.content).get_element_by_id("variants").value
    assert typed.strip().split("\n")[-1] == "勺子到底放在哪里了"
    assert "勺子到底放在哪里了" not in str(
        desk.desk.knowledge.editing.library().entries["spoons"].versions[0]
    )


def test_put_aside_it_stays_aside_and_comes_back_when_told(desk: Running, editor: Agent) -> None:
    ask(desk, "今天会不会停电")
    editor.press(editor.get("/knowledge/questions"), "/knowledge/questions", {"to": "ignored"})
    ask(desk, "今天会不会停电")
    assert "这里没有问题" in text_of(editor.get("/knowledge/questions"))
    aside = editor.get("/knowledge/questions?state=ignored")
    editor.press(aside, "/knowledge/questions", {"to": "open"})
    assert "今天会不会停电 2次" in text_of(editor.get("/knowledge/questions"))


def test_no_number_and_no_name_is_kept(desk: Running) -> None:
    for text in (
        "我叫张小明，码咋个还是黄的",
        "我的身份证110101199003072578是黄码吗",
        "打13912345678问黄码",
        "<PHONE#k7m2q9xa>这个号黄码",
        "验证码 １２３４５６ 不对",
    ):
        ask(desk, text)
    kept = desk.desk.knowledge.questions.listed("open", 100)
    assert len(kept) == 5
    for question in kept:
        assert find(question.text) == []
        for part in ("张小明", "1990", "1391", "k7m2", "１２３"):
            assert part not in question.text


@given(st.text(max_size=150))
def test_whatever_was_said_what_is_kept_names_nobody(text: str) -> None:
    kept = forgettable(text)
    if kept is not None:
        assert find(kept) == []
        assert len(kept) <= 150
        assert forgettable(kept) is not None


@pytest.mark.parametrize("text", ["", "/ask_policy", "好", "12345678901", "故事" * 60])
def test_what_is_no_question_is_not_kept(text: str) -> None:
    assert forgettable(text) is None


def test_after_ninety_days_without_being_asked_it_is_gone(desk: Running) -> None:
    ask(desk, "盘子放在哪里")
    questions = desk.desk.knowledge.questions
    now = desk.desk.now()
    assert questions.purge(now - dt.timedelta(days=90)) == 0
    assert questions.purge(now + dt.timedelta(seconds=1)) == 1
    assert questions.oldest() is None


@pytest.mark.parametrize(
    "body", [None, [], {"text": ""}, {"text": "x", "reason": "other"}, {"text": 1, "reason": "unknown"}]
)
def test_a_malformed_question_is_refused(desk: Running, body: object) -> None:
    assert call(desk, "POST", PATH, body).status_code == 400


def test_the_assistant_hands_over_what_waits_once_the_desk_is_back(desk: Running) -> None:
    waiting = Unanswered(DeskDoor("http://127.0.0.1:9", SERVICE_SECRET, lambda: desk.clock[0]))
    waiting.note("盘子放在哪里", "fallback")
    waiting.note("我的电话13912345678", "fallback")
    assert waiting.send() == 0
    waiting._door = DeskDoor(desk.url, SERVICE_SECRET, lambda: desk.clock[0])
    assert waiting.send() == 2
    assert waiting.send() == 0
    kept = {question.text for question in desk.desk.knowledge.questions.listed("open", 10)}
    assert "盘子放在哪里" in kept
    assert not any("139" in text for text in kept)


def test_a_desk_that_is_away_for_long_costs_no_memory() -> None:
    waiting = Unanswered(DeskDoor("http://127.0.0.1:9", SERVICE_SECRET))
    for number in range(MOST_WAITING + 50):
        waiting.note(f"第{number}个问题", "fallback")
    assert len(waiting._waiting) == MOST_WAITING


@pytest.mark.parametrize(
    "words", ["不对", "不对！", "没帮助", "没用", "答非所问", "说错了", "not helpful", "没得用"]
)
def test_that_an_answer_was_no_help_is_heard(words: str) -> None:
    assert disputes(words)


@pytest.mark.parametrize("words", ["不对，我问的是红码", "对", "不用了", "没有", "有用", "谢谢"])
def test_anything_else_is_not_taken_for_it(words: str) -> None:
    assert not disputes(words)


def test_only_a_policy_answer_just_told_can_be_disputed() -> None:
    asked = {"event": "user", "text": "离线码管几天"}
    answered = {"event": "slot", "name": "last_policy", "value": "offline-validity"}
    disputed = {"event": "user", "text": "不对"}
    assert just_told([asked, answered, disputed]) == ("离线码管几天", "offline-validity")
    assert just_told([asked, answered, {"event": "user", "text": "你好"}, disputed]) is None
    assert just_told([disputed]) is None
    assert just_told([]) is None


@given(st.lists(st.text("盘子放在哪里碗筷", min_size=1, max_size=8), max_size=12), st.randoms())
def test_groups_do_not_depend_on_the_order_of_arrival(texts: list[str], dice: object) -> None:
    encoder = CachedEncoder(Letters())

    def groups(some: list[str]) -> list[list[str]]:
        found = clusters(some, [1] * len(some), encoder)
        assert sorted(m for cluster in found for m in cluster.members) == list(range(len(some)))
        return [[some[member] for member in cluster.members] for cluster in found]

    shuffled = list(texts)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    assert groups(texts) == groups(shuffled)


def test_trying_a_question_shows_score_and_why(editor: Agent) -> None:
    said = text_of(editor.get("/knowledge/try", params={"q": "勺子放在哪里", "day": "2022-09-05"}))
    assert "助手会用第一条回答" in said
    assert "最像的说法勺子放在哪里" in said
    said = text_of(editor.get("/knowledge/try", params={"q": "勺子放在哪里", "day": "2021-09-05"}))
    assert "没有把握" in said


def test_strangers_tell_us_nothing(desk: Running) -> None:
    answer = requests.post(desk.url + PATH, json={"text": "盘子", "reason": "unknown"}, timeout=5)
    assert answer.status_code == 401
