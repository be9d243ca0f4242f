"""Simulated people: what a citizen answers to what, what an agent says and does, and when nobody is simulated."""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from hotline.accounts.first_start import DEMO_PASSWORD
from hotline.demo.live import commands
from hotline.demo.live.citizen import Choices
from hotline.demo.live.forms import fields_of
from hotline.demo.live.script import Story, deck, script
from hotline.demo.live.talk import (
    MOST_SMALL,
    AgentSide,
    CitizenSide,
    last_question,
    open_question,
    unanswered,
)
from hotline.demo.live.wire import Away, Refused, patiently
from tests.hotline.conftest import settings_for

SCRIPT = script()
STORY = Story(first=("我的码咋黄了",), then=("黄码怎么转绿", "两次核酸要间隔多久"))
ROOT = Path(__file__).parents[3]


def citizen(story: Story = STORY) -> CitizenSide:
    return CitizenSide(story, SCRIPT, random.Random(1))


def agent(language: str = "zh", canned: Mapping[str, str] | None = None) -> AgentSide:
    return AgentSide(SCRIPT, language, canned or {})


def hit(text: str, english: str = "", *, sure: bool = True) -> dict[str, Any]:
    return {"answer": text, "english": english, "sure": sure}


def done_asking(language: str = "zh") -> CitizenSide:
    return citizen(Story(first=("x",), then=(), language=language))


# --- citizens ---


def test_a_citizen_asks_what_the_story_asks_before_anything_else() -> None:
    side = citizen()
    said = [side.answer(words) for words in ("您好，我是12345坐席。", "3天2检。", "至少24小时。")]
    assert said[:2] == list(STORY.then)
    assert said[2] in {"好的", "晓得了", "明白了", "好的，谢谢"}


def test_a_citizen_who_is_asked_to_wait_waits_and_keeps_the_question() -> None:
    side = citizen()
    assert side.answer("请稍等，我查一下，马上回您。") == ""
    assert side.answer("查到了，3天2检。") == STORY.then[0]


def test_what_an_agent_must_know_is_told_before_the_story_goes_on() -> None:
    side = citizen()
    assert "天" in side.answer("请再告诉我是什么时候、在哪里的事。")
    assert side.answer("好的，3天2检。") == STORY.then[0]


def test_nobody_begins_a_new_question_when_the_agent_takes_leave() -> None:
    assert citizen().answer(agent().line("ends")) not in STORY.then


@pytest.mark.parametrize(
    ("language", "said", "part"),
    [
        ("zh", "这样解决了吗？还有别的要我办的吗？", "谢"),
        ("zh", "这样清楚了吗？", "(清楚|明白)了"),
        ("zh", "要我帮您记一张工单吗？", "麻烦"),
        ("zh", "请问您的姓名和身份证号是多少？", "证件号"),
        ("zh", "方便留个电话吗？", "就在这里"),
        ("zh", "请再告诉我是什么时候、在哪里的事。", "天"),
        ("zh", "您现在是黄码吗？", "[是对]"),
        ("en", "Does that help? Is there anything else I can do for you?", "hank"),
        ("en", "Shall I file a work order for you?", "Yes, please."),
    ],
)
def test_small_answers_fit_what_an_agent_writes(language: str, said: str, part: str) -> None:
    assert re.search(part, done_asking(language).answer(said))


def test_a_document_that_is_only_mentioned_is_not_asked_for() -> None:
    assert "证件号" not in done_asking().answer("凭弹窗和身份证到就近的采样点做。")


def test_whoever_goes_on_writing_gets_silence_in_the_end() -> None:
    side = done_asking()
    said = [side.answer("那您说呢？") for _ in range(3 * MOST_SMALL)]
    assert all(said[:MOST_SMALL])
    assert not any(said[MOST_SMALL:])


def test_every_story_comes_by_and_none_twice_in_a_row() -> None:
    seen = list(islice(deck(SCRIPT.stories, random.Random(2)), 400))
    assert set(seen) == set(SCRIPT.stories)
    assert all(one is not other for one, other in pairwise(seen))


def test_everybody_in_the_script_can_say_everything_that_is_needed() -> None:
    raw = SCRIPT.raw
    assert set(raw["says"]["zh"]) - set(raw["says"]["en"]) == {"asks_in"}, "offices speak Chinese"
    assert set(raw["canned"]) <= set(raw["says"]["zh"])
    dice = random.Random(3)
    for story in SCRIPT.stories:
        assert SCRIPT.asking(story, dice) if story.mood != "danger" else story.then
        assert 1 <= SCRIPT.rating(story.mood, dice) <= 5
    assert SCRIPT.contented
    assert all(rules[-1].when.search("") for rules in SCRIPT.replies.values()), "there is always a last rule"


def test_choices_of_the_page_are_known_in_every_language() -> None:
    words = yaml.safe_load((ROOT / "data/responses/desk.yml").read_text("utf-8"))
    choices = Choices.of(words)
    assert {"不排了", "Leave the queue"} <= choices.leave
    assert "非常满意" in choices.scores[4]
    assert "很不满意" in choices.scores[0]


# --- agents ---


def test_an_answer_of_the_knowledge_base_is_told_once() -> None:
    side = agent()
    found = [hit("不太像", sure=False), hit("离线码7天有效。")]
    assert side.answer(found).text == "离线码7天有效。"
    assert side.answer(found).text == side.line("unsure")


def test_an_english_speaker_is_answered_in_english_or_honestly() -> None:
    side = agent("en")
    assert side.answer([hit("七天", "Seven days."), hit("别的")]).text == "Seven days."
    assert side.answer([hit("只有中文")]).left == "all"


def test_canned_replies_of_the_team_go_before_the_script() -> None:
    assert agent(canned={"问候": "下午好，工号A002。"}).line("greets") == "下午好，工号A002。"
    assert agent("en", {"问候": "下午好"}).line("greets").startswith("Hello")


def test_an_office_has_a_part_only_in_what_is_open() -> None:
    assert agent().answer([hit("7天有效。")]).left == "nothing"
    assert agent().answer([hit("没有查到全省的规定，请打12345核实。")]).left == "part"
    assert agent().course("orders", {"nothing"}) == "answers"
    assert agent().course("asks_in", {"nothing", "part"}) == "asks_in"
    assert agent("en").course("asks_in", {"part"}) == "orders"
    assert agent().course("reopens", {"part"}) == "reopens"


def test_who_was_promised_an_answer_gets_a_work_order() -> None:
    assert agent().course("gives_back", {"all"}) == "orders"
    assert agent().course("asks_in", {"all"}) == "asks_in"


def test_a_chat_is_begun_as_its_reason_asks() -> None:
    side = agent()
    assert side.opening("emergency", handed_on=False) == [side.line("danger")]
    assert side.opening("distress", handed_on=False) == [side.line("greets"), side.line("soothes")]
    assert side.opening("emergency", handed_on=True) == [side.line("goes_on")]


def test_what_was_not_answered_is_found_again() -> None:
    transcript = [{"who": "person", "text": "离线码管几天"}, {"who": "person", "text": "转人工"}]
    assert open_question(transcript, agent()) == "离线码管几天"
    told = [{"who": "person", "text": "核酸做了两天查不到结果"}, transcript[1]]
    assert open_question(told, agent()) == "核酸做了两天查不到结果"
    assert open_question(transcript[1:], agent()) == ""
    spoken = [{"kind": "agent", "body": {"text": "您好"}}, {"kind": "citizen", "body": {"text": "在不"}}]
    assert unanswered(spoken) == "在不"
    assert unanswered([*spoken, spoken[0]]) == ""


def test_who_takes_over_answers_the_question_and_not_the_thanks() -> None:
    said = ("疫苗接种记录在哪里查", "好的")
    spoken = [{"kind": "citizen", "body": {"text": words}} for words in said]
    assert last_question(spoken, agent()) == "疫苗接种记录在哪里查"
    assert last_question(spoken[1:], agent()) == ""


def test_what_citizens_ask_is_taken_for_a_question() -> None:
    asked = [(story, words) for story in SCRIPT.stories for words in story.then if story.mood != "danger"]
    assert [words for story, words in asked if not agent(story.language).is_question(words)] == []


@pytest.mark.parametrize("words", ["没有了，谢谢", "No, that is all. Thank you.", "晓得了"])
def test_thanks_are_no_question(words: str) -> None:
    assert not agent("en" if words.isascii() else "zh").is_question(words)


# --- the wire ---


def test_a_form_is_read_as_a_browser_sends_it() -> None:
    page = """<form action="/other"><input name="x" value="1"></form><form method="post" action="/a">
    <input type="hidden" name="key" value="k&amp;y"><textarea name="content">
第一行
第二行</textarea><select name="kind"><option value="">请选择</option><option value="help" selected>求助</option>
    </select><input type="checkbox" name="no" value="yes">
    <input type="checkbox" name="yes" value="yes" checked></form>"""
    assert fields_of(page, "/a") == {"key": "k&y", "content": "第一行\n第二行", "kind": "help", "yes": "yes"}
    assert fields_of(page, "/b") is None


async def test_patience_lasts_until_a_process_is_back_and_ends_with_its_no() -> None:
    answers: list[Exception | str] = [Away(), ConnectionResetError(), "back"]

    async def ask() -> str:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    assert await patiently(ask) == "back"
    answers.append(Refused(409, "stale_version"))
    with pytest.raises(Refused):
        await patiently(ask)


# --- when nobody is simulated ---


@pytest.mark.parametrize(
    ("demo", "started", "why"),
    [(False, True, "no demonstration"), (True, False, "make run"), (True, True, "does not answer")],
)
def test_without_a_running_demonstration_nobody_is_simulated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], *, demo: bool, started: bool, why: str
) -> None:
    settings = replace(settings_for("http://127.0.0.1:9", tmp_path), demo=demo, port=9)
    if started:
        settings.secrets.text(DEMO_PASSWORD)
    parser = argparse.ArgumentParser()
    commands.add_to(parser.add_subparsers())
    assert commands.run(settings, parser.parse_args(["demo-live"])) == 1
    assert why in capsys.readouterr().err
