"""A process killed at each of its commits, in the middle of a form: nothing lost, nothing done twice."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.page import PagePerson
from tests.support.stack import Stack, running

pytestmark = pytest.mark.stack
_MOST_COMMITS = 30
_AWAY = "再试一次"


@dataclass(frozen=True)
class Scene:
    """A conversation up to the message that matters, that message, and what must be true at the end.

    Attributes:
        before: what is said before; ``tap:`` in front of a choice's title.
        critical: the message during which the process is killed.
        done: words of the answer when it worked.
        held: what the platform holds of this conversation afterwards: one entry a thing.
    """

    before: tuple[str, ...]
    critical: str
    done: str
    held: Callable[[Stack, str], list[Any]]


def work_orders(stack: Stack, conversation_id: str) -> list[Any]:
    return stack.work_orders(conversation_id)


SCENES = {
    "a work order is submitted": Scene(
        ("我要投诉，金牛区那个检测点早上八点就没人上班，等了一个小时", "tap:不留电话"),
        "tap:提交",
        "JKT",
        work_orders,
    ),
}
#: The bot takes seconds to start, so it is killed at the commits of one message only.
VICTIMS = {"platform": "backend", "bot": "bot"}


@pytest.fixture(scope="module")
def frail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stack, Path]]:
    """A product of its own whose processes die as a plan file says."""
    folder = tmp_path_factory.mktemp("frail")
    plan = folder / "plan.json"
    extra = {
        "JKT_TEST_KILL_PLAN": str(plan),
        "PYTHONPATH": str(Path(__file__).resolve().parents[1] / "support" / "killing"),
    }
    with running(folder / "var", extra) as stack:
        yield stack, plan


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("victim", VICTIMS)
def test_killed_at_each_commit_it_is_done_once(
    frail: tuple[Stack, Path], victim: str, when: str, scene: Scene
) -> None:
    stack, plan = frail
    kills = 0
    for number in range(1, _MOST_COMMITS):
        person = PagePerson(stack)
        for line in scene.before:
            say(person, line)
        plan.write_text(json.dumps({"who": VICTIMS[victim], "at": number, "when": when}))
        said = say(person, scene.critical)
        if scene.done not in said:
            said = person.insist(lambda words: scene.done in words, tap=_AWAY)
        assert scene.done in said, f"killed {when} commit {number} of {victim}: {said}"
        survived = plan.exists()
        plan.unlink(missing_ok=True)
        stack.ensure_running()
        held = scene.held(stack, person.conversation_id)
        assert len(held) == 1, f"killed {when} commit {number} of {victim}: {len(held)} on the platform"
        if survived:  # there are no more commits to die at
            break
        kills += 1
    assert kills, f"{victim} made no commit"


def say(person: PagePerson, line: str) -> str:
    return person.send(tap=line.removeprefix("tap:")) if line.startswith("tap:") else person.send(line)
