"""Danger is never missed; ways of speaking are no danger."""

from __future__ import annotations

import pytest
import yaml
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.emergency_guard import EmergencyGuard, danger_words, put_first
from bot.nlu.normalization import text_normalizer
from bot.nlu.resources import PROJECT_ROOT


def _danger(typed: str) -> bool:
    return danger_words().found(text_normalizer()(typed).text)


@pytest.mark.parametrize(
    "typed",
    [
        "我妈发高烧喘不上气", "喘不上氣了", "喘 不 上 气", "呼吸困难怎么办", "老汉儿晕倒了喊不答应", "心口痛得很",
        "她吐血了", "我不想活了", "活起没得意思",
        "他要跳樓", "想自殺", "屋头着火了", "厨房燃起来了", "煤气漏了", "有人拿刀砍人", "孩子掉河里了",
        "我媳妇羊水破了", "被困在电梯里", "救命啊",
        "娃儿抽搐翻白眼", "老人中风了嘴歪", "烧到41度说胡话", "喝农药了", "帮我打120", "I can't breathe",
        "my dad collapsed and is unconscious",
        "I want to kill myself", "there's a fire in my building", "please call an ambulance", "SOS", "车祸撞人了",
        "出不赢气",
    ],
)  # fmt: skip
def test_danger_is_recognised(typed: str) -> None:
    assert _danger(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "急死人了我的码还没绿", "气死我了", "这是我的救命稻草", "困死了", "打我电话", "系统炸了",
        "我被困在外地回不来", "120元贵不贵", "发烧38度怎么办",
        "电脑中毒了", "红码能不能坐救护车去医院", "不想隔离了", "我糊涂了这个政策", "灭火器在哪买", "小区死人了吗",
        "急救证怎么考", "信息爆炸", "武侯区哪里做核酸",
        "my code is red", "笑死我了", "",
    ],
)  # fmt: skip
def test_ways_of_speaking_are_no_danger(typed: str) -> None:
    assert not _danger(typed)


def test_every_emergency_phrase_of_the_training_data_is_caught_by_words_alone() -> None:
    phrases = []
    for path in sorted((PROJECT_ROOT / "data" / "nlu").glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            if block.get("intent") == "emergency":
                phrases += [line[2:] for line in block["examples"].strip().splitlines()]
    missed = [phrase for phrase in phrases if not _danger(phrase)]
    assert phrases
    assert len(missed) <= len(phrases) * 0.05, missed


def test_the_guard_overrules_the_classifier_and_keeps_the_ranking_sound() -> None:
    guard = EmergencyGuard(EmergencyGuard.get_default_config())
    ranking = [{"name": "report_symptoms", "confidence": 0.8}, {"name": "emergency", "confidence": 0.2}]
    message = Message(data={TEXT: "我喘不上气", INTENT: ranking[0], "intent_ranking": ranking})
    guard.process([message])
    assert message.get(INTENT) == {"name": "emergency", "confidence": 0.99}
    assert [entry["name"] for entry in message.get("intent_ranking")] == ["emergency", "report_symptoms"]
    assert sum(entry["confidence"] for entry in message.get("intent_ranking")) == pytest.approx(1)


def test_the_guard_leaves_other_messages_alone() -> None:
    guard = EmergencyGuard(EmergencyGuard.get_default_config())
    message = Message(data={TEXT: "你好", INTENT: {"name": "greet", "confidence": 0.9}})
    guard.process([message])
    assert message.get(INTENT) == {"name": "greet", "confidence": 0.9}


def test_an_intent_put_first_never_loses_confidence() -> None:
    message = Message(data={"intent_ranking": [{"name": "inform", "confidence": 0.999}]})
    put_first(message, "inform", 0.98)
    assert message.get(INTENT)["confidence"] == 0.999
