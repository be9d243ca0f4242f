"""After a deletion nothing of the conversation is left in any store; killed at any commit, it is done all the same."""

from __future__ import annotations

import sqlite3
import time
import uuid
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import requests

from tests.support.conversation import Player, personas
from tests.support.kill_plan import lay
from tests.support.page import PagePerson
from tests.support.stack import Stack

pytestmark = pytest.mark.stack
_MOST_COMMITS = 40
#: Bot and actions take seconds to start: they die at every third of their commits.
_STEPS = {"bot": 3, "actions": 3}
_PATIENCE = 60.0
BEFORE = (
    "我要投诉，紫荆花下那个检测点的人一直骂人",
    "tap:不留电话",
    "tap:提交",
    "删除我的数据",
    "tap:只删这次对话",
)


def rows_with(folder: Path, words: list[str], skip: tuple[str, ...] = ()) -> list[str]:
    """Tables and files of the run-time state that hold any of the words, as ``database: statement``."""
    found = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.startswith(skip)):
        if path.suffix == ".sqlite3":
            with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
                found += [
                    f"{path.name}: {line[:60]}"
                    for line in database.iterdump()
                    if any(word in line for word in words)
                ]
        elif path.suffix in (".jsonl", ".log"):
            text = path.read_text("utf-8", errors="replace")
            found += [f"{path.name}: {word}" for word in words if word in text]
    return found


def eventually(holds: Callable[[], bool]) -> bool:
    """Whether something comes true within a minute."""
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.5)
    return False


def test_no_store_holds_anything_of_a_deleted_conversation(stack: Stack) -> None:
    player = Player(stack, personas()["rights_delete"])
    player.play(
        {
            "turns": [
                {"say": "查一下我的健康码"},
                {"verify": True, "has": ["绿码"]},
                {"say": "我要投诉，紫荆花下那个检测点的人一直骂人"},
                {"say": f"我的电话是{player.persona['phone']}"},
                {"say": "提交", "has": ["JKT"]},
                {"say": "导出我的数据", "has": ["整理好了"]},
                {"say": "删除我的数据"},
                {"tap": "连平台上的一起删"},
                {"tap": "确认删除", "has": ["删好了"]},
            ]
        }
    )
    words = [player.sender, "紫荆花下"]
    assert eventually(lambda: not rows_with(stack.folder, words)), rows_with(stack.folder, words)
    with sqlite3.connect(stack.folder / "db" / "vault.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM erasures WHERE sealed IS NOT NULL").fetchone() == (0,)


def test_a_shared_position_is_in_no_table_and_no_log(stack: Stack) -> None:
    requests.post(
        f"{stack.service('bot').url}/webhooks/rest/webhook",
        json={"sender": uuid.uuid4().hex, "location": {"lat": 30.657319, "lon": 104.065748}},
        timeout=60,
    ).raise_for_status()
    assert not rows_with(stack.folder, ["30.657319", "104.065748", "30.6573", "104.0657"])


@pytest.mark.parametrize("victim", ["actions", "backend", "bot"])
def test_killed_at_each_commit_a_deletion_is_done_once(frail: tuple[Stack, Path], victim: str) -> None:
    stack, plan = frail
    kills = 0
    for number in range(1, _MOST_COMMITS, _STEPS.get(victim, 1)):
        person = PagePerson(stack)
        for line in BEFORE:
            say(person, line)
        lay(plan, victim, number, "before")
        said = say(person, "tap:确认删除")
        survived = plan.exists()
        plan.unlink(missing_ok=True)
        stack.ensure_running()
        if went_wrong(person, said):
            said = person.insist(partial(went_right, person), tap="再试一次", text="确认删除")
        assert eventually(partial(is_gone, stack, person)), f"killed at commit {number} of {victim}: {said}"
        if survived:  # there are no more commits to die at
            break
        kills += 1
    assert kills, f"{victim} made no commit"


def went_wrong(person: PagePerson, said: str) -> bool:
    """Whether the answer says that it was not done."""
    return "再试一次" in person.choices() or "出了点问题" in said or "没办成" in said


def went_right(person: PagePerson, said: str) -> bool:
    """The opposite."""
    return not went_wrong(person, said)


def is_gone(stack: Stack, person: PagePerson) -> bool:
    """Whether neither the platform nor the history has anything of the conversation, and one deletion is noted."""
    with sqlite3.connect(stack.folder / "db" / "bot.sqlite3") as database:
        mine = "SELECT count(*) FROM conversation_events WHERE sender_id = ? AND data LIKE '%紫荆花下%'"
        (left,) = database.execute(mine, (person.conversation_id,)).fetchone()
    return not left and not stack.work_orders(person.conversation_id)


def say(person: PagePerson, line: str) -> str:
    return person.send(tap=line.removeprefix("tap:")) if line.startswith("tap:") else person.send(line)
