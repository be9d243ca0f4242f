"""After a full conversation no raw number, phone or name stands anywhere but in the vault and on the platform."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.conversation import Player, personas
from tests.support.stack import Stack, running

pytestmark = pytest.mark.stack


def stored_bytes(folder: Path, skip: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    """Every file of the run-time state, and every cell of its databases, but those of ``skip``."""
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        if any(path.name.startswith(name) for name in skip):
            continue
        yield path.name, path.read_bytes()
        if path.suffix == ".sqlite3":
            with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
                yield path.name, "\n".join(database.iterdump()).encode("utf-8", "replace")


def spellings(value: str) -> list[bytes]:
    """The value as text, as JSON escapes, and with blanks."""
    escaped = value.encode("unicode_escape")
    return [value.encode(), escaped, " ".join(value).encode()]


#: Every form with something personal in it, filled in as far as somebody else's conversation allows.
FORMS: dict[str, tuple[dict[str, Any], ...]] = {
    "a code is applied for": (
        {"as": "apply_new"},
        {"say": "我要申领健康码"},
        {"say": "同意"},
        {"tap": "居民身份证"},
        {"say": "{name}"},
        {"say": "{number}"},
        {"say": "{phone}"},
        {"say": "{otp}"},
        {"say": "武侯区国学巷37号"},
        {"tap": "都没有", "has": ["请看一下"]},
        {"tap": "提交", "has_any": ["申领成功", "已经有健康码"]},
    ),
    "a relative is applied for": (
        {"as": "family_head"},
        {"say": "帮我妈办健康码"},
        {"verify": True, "has": ["哪种证件"]},
        {"tap": "居民身份证"},
        {"say": "{family_head_mother.name}"},
        {"say": "{family_head_mother.number}"},
        {"say": "取消"},
    ),
    "a phone is changed": (
        {"as": "green"},
        {"say": "我要换手机号"},
        {"tap": "原号码能收短信"},
        {"verify": True},
        {"say": "{phone_changer.phone}", "has": ["验证码已发到"]},
        {"say": "算了"},
    ),
    "a face check is taken down": (
        {"as": "green"},
        {"say": "人脸识别老是过不了"},
        {"tap": "人脸人工核实"},
        {"say": "同意"},
        {"tap": "居民身份证"},
        {"say": "{name}"},
        {"say": "{number}"},
        {"say": "{phone}"},
        {"say": "{otp}"},
        {"say": "我叫{name}，电话{phone}，试了五次都不行", "has": ["请看一下"]},
        {"say": "算了"},
    ),
    "a name is corrected": (
        {"as": "name_misspelt"},
        {"say": "我的名字登记错了"},
        {"tap": "更正姓名"},
        {"verify": True, "has": ["正确的姓名"]},
        {"say": "{phone_dead.name}", "has": ["请看一下"]},
        {"say": "算了"},
    ),
    "an appeal is filled in": (
        {"as": "yellow_one_of_two"},
        {"say": "我要申诉"},
        {"verify": True},
        {"tap": "没去过那里"},
        {"say": "9月1日全天和同事在家，可以打{green.phone}问"},
        {"say": "没有图片"},
        {"say": "{phone}", "has": ["请看一下"]},
        {"say": "算了"},
    ),
    "a check-in is made": ({"as": "green"}, {"say": "健康打卡"}, {"verify": True}, {"tap": "都没有问题"}),
    "a complaint names somebody": (
        {"as": "green"},
        {"say": "我要投诉，检测点的人把我身份证{number}念得大家都听见了"},
        {"say": "{phone}", "has": ["请看一下"]},
        {"tap": "提交", "has": ["JKT"]},
    ),
    "a venue is registered": (
        {"as": "green"},
        {"say": "帮我的店办场所码"},
        {"verify": True},
        {"say": "红星面馆"},
        {"tap": "餐饮"},
        {"say": "成都市武侯区"},
        {"say": "玉林路5号"},
        {"say": "{phone}", "has": ["红星面馆"]},
        {"say": "算了"},
    ),
}


def found_outside(stack: Stack, secret: list[str]) -> list[tuple[str, str]]:
    """Where personal values stand that only the vault and the platform may hold: file and how the value begins."""
    return [
        (name, value[:2] + "…")
        for name, raw in stored_bytes(stack.folder, skip=("backend",))
        for value in secret
        for spelling in spellings(value)
        if spelling in raw
    ]


@pytest.fixture
def untouched(tmp_path: Path) -> Iterator[Stack]:
    """A product to which nobody has said anything: other tests change phones and codes of the same people."""
    with running(tmp_path / "var") as stack:
        yield stack


def test_no_form_leaves_a_personal_value_behind(untouched: Stack) -> None:
    everybody = personas()
    for name, turns in FORMS.items():
        try:
            Player(untouched).play({"turns": list(turns)})
        except AssertionError as problem:
            raise AssertionError(f"{name}: {problem}") from None
    played = {turn["as"] for turns in FORMS.values() for turn in turns if "as" in turn}
    told = [everybody[key] for key in (*played, "family_head_mother", "phone_changer", "phone_dead")]
    secret = [str(person[part]) for person in told for part in ("number", "phone", "name") if part in person]
    assert found_outside(untouched, secret) == []


@pytest.mark.parametrize("key", ["yellow_one_of_two", "foreigner_passport"])
def test_a_full_conversation_leaves_no_personal_value_behind(stack: Stack, key: str) -> None:
    person = personas()[key]
    player = Player(stack, person)
    player.play(
        {
            "turns": [
                {"say": "查我的健康码" if person["name"].isascii() is False else "check my health code"},
                {"verify": True},
                {"say": "我要投诉，检测点的人态度很差，一直骂人"},
                {"say": f"我的电话是{person['phone']}"},
                {"say": "提交"},
            ]
        }
    )
    secret = [str(person["number"]), str(person["phone"])]
    if not person["name"].isascii():
        secret.append(person["name"])
    assert found_outside(stack, secret) == []


def test_health_data_said_to_the_person_is_not_kept(stack: Stack) -> None:
    player = Player(stack, personas()["yellow_one_of_two"])
    player.play({"turns": [{"say": "我的码为什么变黄了"}, {"verify": True, "has": ["春熙路"]}]})
    kept = [
        line[:200]
        for name, raw in stored_bytes(stack.folder, skip=("backend",))
        for line in raw.splitlines()
        if name.endswith(".jsonl") and "时空交叉".encode() in line and player.sender.encode() in line
    ]
    assert not kept
    with sqlite3.connect(stack.folder / "db" / "bot.sqlite3") as database:
        dump = "\n".join(database.iterdump())
    mine = [line for line in dump.splitlines() if player.sender in line]
    assert mine
    assert not [line for line in mine if "春熙路" in line]
