"""After a full conversation no raw number, phone or name stands anywhere but in the vault and on the platform."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.conversation import Player, personas
from tests.support.stack import Stack

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
    found = [
        (name, value[:2] + "…")
        for name, raw in stored_bytes(stack.folder, skip=("backend",))
        for value in secret
        for spelling in spellings(value)
        if spelling in raw
    ]
    assert not found


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
