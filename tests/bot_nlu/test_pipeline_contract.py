"""The pipeline in Rasa's own hands: trains on a small set, writes no code into the model, reads it back, answers."""

from __future__ import annotations

import json
import random
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.engine.constants import PLACEHOLDER_MESSAGE
from rasa.model_training import train_nlu

from bot.nlu import resources
from bot.nlu.resources import PROJECT_ROOT

Parse = Callable[..., dict[str, Any]]
SMALL = {
    "find_test_site": [
        "武侯区哪里可以做核酸", "附近哪里能做核酸", "哪儿有核酸点", "成都24小时核酸点", "where can i get tested"
    ],
    "ask_turn_green": ["黄码怎么转绿", "几天转绿", "红码好久变绿", "做几次核酸才转绿", "how do i turn green"],
    "request_human": ["转人工", "我要找人工客服", "叫个真人来", "人工服务", "talk to a person"],
    "inform": ["武侯区", "我妈", "昨天", "成都", "<ID#k7m2q3xa>"],
    "out_of_scope": ["今天天气怎么样", "股票涨了没", "讲讲足球", "菜谱推荐一个", "who won the game"],
    "emergency": ["喘不上气", "我想自杀", "家里着火了", "他晕倒了", "call an ambulance"],
    "report_symptoms": ["发烧了怎么办", "咳嗽", "嗓子痛", "流鼻涕", "i have a fever"],
}  # fmt: skip


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("nlu")
    config = yaml.safe_load((PROJECT_ROOT / "config.yml").read_text(encoding="utf-8"))
    (folder / "config.yml").write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
    blocks = [
        {"intent": intent, "examples": "".join(f"- {phrase}\n" for phrase in phrases)}
        for intent, phrases in SMALL.items()
    ]
    (folder / "nlu.yml").write_text(yaml.safe_dump({"version": "3.1", "nlu": blocks}, allow_unicode=True))
    path = train_nlu(
        str(folder / "config.yml"), str(folder / "nlu.yml"), str(folder), fixed_model_name="small"
    )
    assert path is not None
    return Path(path)


@pytest.fixture(scope="module")
def parse(archive: Path) -> Parse:
    processor = Agent.load(str(archive)).processor
    assert processor is not None
    target = processor.model_metadata.nlu_target

    def run(text: str, **metadata: Any) -> dict[str, Any]:
        message = UserMessage(text, metadata=metadata)
        outputs = processor.graph_runner.run(inputs={PLACEHOLDER_MESSAGE: [message]}, targets=[target])
        return dict(outputs[target][0].as_dict(only_output_properties=True))

    return run


def _entities(parsed: dict[str, Any]) -> dict[str, Any]:
    return {item["entity"]: item for item in parsed["entities"]}


def test_every_component_of_the_configuration_is_in_the_model(parse: Parse) -> None:
    parsed = parse("从上海回武侯区，昨天做的核酸，24小时内")
    found = _entities(parsed)
    assert found["city"]["role"] == "from"
    assert (found["district"]["adcode"], found["district"]["role"]) == ("510107", "to")
    assert found["duration"]["hours"] == 24
    assert found["test_type"]["value"] == "核酸"
    assert found["language"]["value"] == "zh"
    assert {item["extractor"] for item in parsed["entities"]} >= {"PlaceExtractor", "DateExtractor"}


def test_the_reference_time_of_the_message_decides_its_days(parse: Parse) -> None:
    parsed = parse("昨天", reference_time="2022-09-05T09:00:00+08:00")
    assert _entities(parsed)["date"]["value"] == "2022-09-04"


@pytest.mark.parametrize(
    ("typed", "intent"),
    [
        ("武候区哪点可以做核算", "find_test_site"),
        ("黃碼啷個轉綠", "ask_turn_green"),
        ("我要人工", "request_human"),
        ("射洪市", "inform"),
        ("<PHONE#k7m2q3xa>", "inform"),
        ("我妈", "inform"),
        ("我老汉儿喘不上气了", "emergency"),
        ("", "out_of_scope"),
        ("\u200b\ufe0f", "out_of_scope"),
        ("\ud83d", "out_of_scope"),
    ],
)
def test_messages_get_their_intent(parse: Parse, typed: str, intent: str) -> None:
    parsed = parse(typed)
    assert parsed["intent"]["name"] == intent
    assert 0 <= parsed["intent"]["confidence"] <= 1


def test_hostile_text_is_parsed_without_harm(parse: Parse) -> None:
    noise = random.Random(5)
    texts = [
        "码" * 100_000, "\x00\x01\x02", "/restart", '/greet{"x": "y"}', "🙏" * 500, "<ID#", "a\u0301" * 300, " \n\t ",
        "１２３" * 2_000,
        *("".join(chr(noise.randrange(1, 0x11000)) for _ in range(60)) for _ in range(40)),
    ]  # fmt: skip
    for text in texts:
        parsed = parse(text)
        assert parsed["intent"]["name"]
        for item in parsed["entities"]:
            assert 0 <= item["start"] < item["end"] <= len(text)


def test_the_model_holds_numbers_and_names_but_no_pickles(archive: Path) -> None:
    with tarfile.open(archive) as tar:
        names = [name for name in tar.getnames() if "." in Path(name).name]
        assert not [name for name in names if name.endswith((".pkl", ".pickle", ".joblib", ".skops"))]
        terms = next(name for name in names if name.endswith("terms.json"))
        handle = tar.extractfile(terms)
        assert handle is not None
        assert json.load(handle)


def test_a_changed_word_list_changes_what_trained_parts_are_known_by(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for path in resources.LEXICON_DIR.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    before = resources.digest()
    monkeypatch.setattr(resources, "LEXICON_DIR", tmp_path)
    resources.digest.cache_clear()
    try:
        assert resources.digest() == before
        with (tmp_path / "domain_words.txt").open("a", encoding="utf-8") as words:
            words.write("新词\n")
        resources.digest.cache_clear()
        assert resources.digest() != before
    finally:
        resources.digest.cache_clear()
