"""Forms made of fields: taken in any order, corrected, parked, taken up later, sent once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import base, kit
from actions.base import FORMS, TOPICS, Topic, open_form
from actions.drafts import LIFETIME, Draft
from actions.field_form import FieldForm
from actions.fields import Fault, Field, Option, one_of, own_words, token
from actions.speech import CHINA
from actions.turn import Turn
from backend_client import InvalidInput, Unavailable
from privacy.errors import UnknownToken
from wording.words import Words

NOW = datetime(2022, 9, 5, 9, tzinfo=CHINA)
PHRASES = {
    key: {"zh": (text,)}
    for key, text in {
        "lamp.title": "领灯",
        "lamp.ask.colour": "什么颜色",
        "lamp.ask.reason": "为什么要",
        "lamp.ask.phone": "手机号",
        "lamp.label.colour": "颜色",
        "lamp.label.reason": "理由",
        "lamp.label.phone": "电话",
        "lamp.option.red": "红的",
        "lamp.option.blue": "蓝的",
        "lamp.sent": "办好了",
        "lamp.too_short": "理由太短",
        "other.answer": "这是另一件事的回答",
    }.items()
}


@dataclass
class Post:
    sent: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    trouble: list[Exception] = field(default_factory=list)


POST = Post()


def long_enough(turn: Turn, value: str) -> None:
    if "太短" in value:
        raise Fault("lamp.too_short")


@pytest.fixture(scope="module")
def forms() -> Iterator[None]:
    """Two forms and a topic that exist in these tests alone."""
    names, topics = dict(FORMS), dict(TOPICS._classes)

    class LampForm(FieldForm):
        form: ClassVar[str] = "lamp_form"
        prefix: ClassVar[str] = "lamp"
        schema: ClassVar[tuple[Field, ...]] = (
            one_of("colour", (Option("red", "lamp.option.red"), Option("blue", "lamp.option.blue"))),
            Field("reason", own_words(3), check=long_enough),
            Field("phone", token("PHONE"), needed=lambda values: values.get("colour") == "red"),
        )

        async def submit(self, turn: Turn, draft: Draft) -> None:
            if POST.trouble:
                raise POST.trouble.pop(0)
            POST.sent.append((draft.key, dict(draft.values)))
            turn.say("lamp.sent")
            self.finish(turn)

    class Other(Topic):
        intents: ClassVar[tuple[str, ...]] = ("ask_policy",)

        def name(self) -> str:
            return "action_other_for_tests"

        async def handle(self, turn: Turn) -> None:
            turn.say("other.answer")

    yield
    FORMS.clear()
    FORMS.update(names)
    TOPICS._classes.clear()
    TOPICS._classes.update(topics)


@pytest.fixture
def talk(forms: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Conversation]:
    root = Path(__file__).resolve().parents[2] / "data" / "responses"
    words = Words({**Words.load(root)._phrases, **PHRASES})
    vault = SimpleNamespace(
        get=lambda _c, token: SimpleNamespace(kind=token[1:].split("#")[0], value="13900000001")
    )

    tools = SimpleNamespace(words=words, vault=vault)
    talk = Conversation(tools)

    async def now() -> datetime:
        return talk.now

    tools.time = SimpleNamespace(now=now)
    monkeypatch.setattr(base, "kit", lambda: tools)
    monkeypatch.setattr(kit, "kit", lambda: tools)
    POST.sent.clear()
    POST.trouble.clear()
    yield talk


class Conversation:
    """Plays messages as Rasa does: slots and the active loop follow from the events."""

    def __init__(self, tools: Any) -> None:
        self.tools = tools
        self.now = NOW
        self.slots: dict[str, Any] = {}
        self.loop: str | None = None
        self.buttons: list[str] = []

    async def open(self) -> str:
        tracker, dispatcher = self._tracker("领灯", "apply_code"), CollectingDispatcher()
        turn = Turn(self.tools, dispatcher, tracker, self.now)
        await open_form(turn, "lamp_form")
        return self._apply(turn.events, dispatcher)

    async def say(self, text: str, intent: str = "inform", confidence: float = 0.9, **entities: str) -> str:
        tracker, dispatcher = self._tracker(text, intent, confidence, entities), CollectingDispatcher()
        events = await FORMS[self.loop or "lamp_form"]().run(dispatcher, tracker, {})
        return self._apply(events, dispatcher)

    def _tracker(
        self, text: str, intent: str, confidence: float = 0.9, entities: dict[str, str] | None = None
    ) -> Tracker:
        found = [{"entity": k, "value": v, "start": 0} for k, v in (entities or {}).items()]
        message = {"text": text, "intent": {"name": intent, "confidence": confidence}, "entities": found}
        return Tracker(
            "c1", dict(self.slots), message, [], False, None, {"name": self.loop} if self.loop else {}, None
        )

    def _apply(self, events: list[dict[str, Any]], dispatcher: CollectingDispatcher) -> str:
        for event in events:
            if event["event"] == "slot":
                self.slots[event["name"]] = event["value"]
            elif event["event"] == "active_loop":
                self.loop = event["name"]
        if self.slots.get("requested_slot") is None:
            self.loop = None
        self.buttons = [b["title"] for m in dispatcher.messages for b in m.get("buttons") or []]
        return "\n".join(m["text"] for m in dispatcher.messages)


async def test_asks_what_is_missing_shows_it_all_and_sends_it_once(talk: Conversation) -> None:
    assert "什么颜色" in await talk.open()
    assert talk.buttons == ["红的", "蓝的"]
    assert "为什么要" in await talk.say("/inform", choice="colour=blue")
    checked = await talk.say("家里太黑了")
    assert "颜色：蓝的" in checked
    assert "理由：家里太黑了" in checked
    assert "办好了" in await talk.say("提交", "affirm")
    assert len(POST.sent) == 1
    assert talk.loop is None
    assert not talk.slots["drafts"]


async def test_a_field_nobody_needs_is_not_asked_and_one_that_is_needed_is(talk: Conversation) -> None:
    await talk.open()
    await talk.say("红的")
    assert "手机号" in await talk.say("家里太黑了")
    assert "139****0001" in await talk.say("<PHONE#aaaaaaaa>")


async def test_values_come_in_any_order(talk: Conversation) -> None:
    await talk.open()
    assert "为什么要" in await talk.say("红的，电话<PHONE#aaaaaaaa>")
    assert "请看一下" in await talk.say("家里太黑了")


async def test_a_question_in_between_is_answered_and_the_form_goes_on(talk: Conversation) -> None:
    await talk.open()
    await talk.say("蓝的")
    said = await talk.say("这个要好久嘛？", "ask_policy")
    assert "这是另一件事的回答" in said
    assert "刚才填到“理由”" in said
    assert "家里太黑了" in await talk.say("家里太黑了")


async def test_a_wrong_value_is_named_and_the_second_time_a_person_is_offered(talk: Conversation) -> None:
    await talk.open()
    await talk.say("蓝的")
    assert await talk.say("理由太短") == "理由太短"
    assert "转人工" in await talk.say("还是太短")
    assert "请看一下" in await talk.say("家里太黑了")


async def test_a_correction_by_name_at_the_end(talk: Conversation) -> None:
    await talk.open()
    await talk.say("蓝的")
    await talk.say("家里太黑了")
    assert "哪一项要改" in await talk.say("不对", "deny")
    assert talk.buttons == ["颜色", "理由"]
    assert "什么颜色" in await talk.say("/go_back", "go_back", field="colour")
    assert "颜色：红的" in await talk.say("红的，电话<PHONE#aaaaaaaa>")


async def test_left_in_the_middle_and_taken_up_again(talk: Conversation) -> None:
    await talk.open()
    await talk.say("蓝的")
    assert "给您留" in await talk.say("算了", "stop")
    assert talk.loop is None
    assert "填到“理由”" in await talk.open()
    assert "为什么要" in await talk.say("接着填", "affirm")
    assert "颜色：蓝的" in await talk.say("家里太黑了")


async def test_taken_up_again_from_the_start(talk: Conversation) -> None:
    await talk.open()
    await talk.say("蓝的")
    await talk.say("算了", "stop")
    await talk.open()
    assert "什么颜色" in await talk.say("重新填", "deny")


async def test_a_platform_that_is_away_loses_nothing_and_the_key_stays(talk: Conversation) -> None:
    await talk.open()
    await talk.say("蓝的")
    await talk.say("家里太黑了")
    key = talk.slots["drafts"]["lamp_form"]["key"]
    POST.trouble.append(Unavailable(1))
    assert "平台" in await talk.say("提交", "affirm")
    assert "办好了" in await talk.say("再试一次", "repeat")
    assert [sent[0] for sent in POST.sent] == [key]


async def test_a_clock_set_back_keeps_the_draft(talk: Conversation) -> None:
    await talk.open()
    await talk.say("蓝的")
    await talk.say("家里太黑了")
    key = talk.slots["drafts"]["lamp_form"]["key"]
    talk.now = NOW - timedelta(minutes=7)
    assert "办好了" in await talk.say("提交", "affirm")
    assert POST.sent == [(key, {"colour": "blue", "reason": "家里太黑了"})]


async def test_confirmed_after_its_time_it_is_filled_in_anew(talk: Conversation) -> None:
    await talk.open()
    await talk.say("蓝的")
    await talk.say("家里太黑了")
    talk.now = NOW + LIFETIME
    said = await talk.say("提交", "affirm")
    assert "过了保存期限" in said
    assert "什么颜色" in said
    assert not POST.sent
    await talk.say("红的，电话<PHONE#aaaaaaaa>")
    await talk.say("还是太黑")
    assert "办好了" in await talk.say("提交", "affirm")


async def test_trouble_of_our_own_loses_nothing_and_is_tried_again(talk: Conversation) -> None:
    await talk.open()
    await talk.say("蓝的")
    await talk.say("家里太黑了")
    key = talk.slots["drafts"]["lamp_form"]["key"]
    POST.trouble.append(RuntimeError("a mistake in the code"))
    assert "没有办成" in await talk.say("提交", "affirm")
    assert "再试一次" in talk.buttons
    assert "办好了" in await talk.say("再试一次", "repeat")
    assert [sent[0] for sent in POST.sent] == [key]


async def test_a_value_the_platform_refuses_is_asked_again(talk: Conversation) -> None:
    await talk.open()
    await talk.say("蓝的")
    await talk.say("家里太黑了")
    POST.trouble.append(InvalidInput("reason", "no"))
    assert "理由" in await talk.say("提交", "affirm")
    assert "请看一下" in await talk.say("换个理由说说")


async def test_tokens_the_vault_has_forgotten_are_asked_for_again(talk: Conversation) -> None:
    await talk.open()
    await talk.say("红的，电话<PHONE#aaaaaaaa>")
    await talk.say("家里太黑了")
    talk.tools.vault.get = _forgotten
    assert "手机号" in await talk.say("提交", "affirm")
    assert not POST.sent


def _forgotten(_conversation: str, _token: str) -> None:
    raise UnknownToken("gone")
