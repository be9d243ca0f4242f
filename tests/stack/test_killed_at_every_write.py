"""A process killed at each of its commits, in the middle of a form: nothing lost, nothing done twice."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import count, cycle
from operator import ne
from pathlib import Path
from subprocess import Popen
from typing import Any

import pytest

from backend_client import AppealDecision
from privacy.documents import check_character
from privacy.masking import mask_value
from tests.support.conversation import personas
from tests.support.kill_plan import lay
from tests.support.page import PagePerson
from tests.support.stack import Stack

pytestmark = pytest.mark.stack
_MOST_COMMITS = 30
_PATIENCE = 60.0
_AWAY = "再试一次"
_OTP = re.compile(r"\d{6}")
_VERIFIED = ("同意", "{name}", "{number}", "{phone}", "{otp}")
Person = Mapping[str, Any]


@dataclass(frozen=True)
class Scene:
    """A conversation up to the message that matters, that message, and what must be true at the end.

    Attributes:
        before: what is said before; ``tap:`` in front of a choice's title.
        critical: the message during which the process is killed.
        done: words of the answer when it worked.
        held: what the platform holds of this conversation or person afterwards: one entry a thing.
        people: who says it, each in one conversation; gives ``{name}``, ``{number}``, ``{phone}`` and ``{otp}``.
    """

    before: tuple[str, ...]
    critical: str
    done: str
    held: Callable[[Stack, str, Person], list[Any]]
    people: Iterator[Person]


def new_people() -> Iterator[Person]:
    """People whom public security knows and the platform does not, as many as are needed."""
    for number in count(1):
        digits = f"510104{date(1990, 1, 1) + timedelta(days=number):%Y%m%d}998"
        phone = f"1990000{9000 + number}"
        yield {"name": "江未然", "number": digits + check_character(digits), "phone": phone, "known": True}


def work_orders(stack: Stack, conversation_id: str, _: Person) -> list[Any]:
    return stack.work_orders(conversation_id)


def codes(stack: Stack, _: str, person: Person) -> list[Any]:
    return stack.codes(str(person["number"]))


def appeals(stack: Stack, _: str, person: Person) -> list[Any]:
    """The open appeals of a person, who may file the next when these are decided."""
    desk, name = stack.desk_client, mask_value("NAME", str(person["name"]))
    held = [a for a in desk.list_appeals(limit=100).items if a.name_masked == name and a.state == "accepted"]
    for appeal in held:
        desk.decide_appeal(
            appeal.number, AppealDecision(state="rejected", reply="核对无误。"), key=appeal.number
        )
    return held


SCENES = {
    "a work order is submitted": Scene(
        ("我要投诉，金牛区那个检测点早上八点就没人上班，等了一个小时", "tap:不留电话"),
        "tap:提交",
        "JKT",
        work_orders,
        cycle([{}]),
    ),
    "a code is applied for": Scene(
        (
            "我要申领健康码",
            "同意",
            "tap:居民身份证",
            *_VERIFIED[1:],
            "武侯区国学巷37号",
            "tap:都没有",
        ),
        "tap:提交",
        "申领成功",
        codes,
        new_people(),
    ),
    "an appeal is filed": Scene(
        ("我要申诉", *_VERIFIED, "tap:没去过那里", "9月1日全天在家里没有出过门", "没有图片", "tap:不留电话"),
        "tap:提交",
        "申诉已提交",
        appeals,
        cycle(p for key, p in personas().items() if key.startswith("appeal_") and "appeals" not in p),
    ),
}
#: What dies, as which module of the product.
VICTIMS = {"platform": "backend", "bot": "bot"}
CASES = [
    ("a work order is submitted", "platform", "before"),
    ("a work order is submitted", "platform", "after"),
    ("a work order is submitted", "bot", "before"),
    ("a work order is submitted", "bot", "after"),
    ("a code is applied for", "platform", "before"),
    ("a code is applied for", "platform", "after"),
    ("an appeal is filed", "platform", "before"),
    ("an appeal is filed", "platform", "after"),
]


@pytest.mark.parametrize(("name", "victim", "when"), CASES)
def test_killed_at_each_commit_it_is_done_once(
    frail: tuple[Stack, Path], name: str, victim: str, when: str
) -> None:
    stack, plan = frail
    scene = SCENES[name]
    kills = 0
    for number in range(1, _MOST_COMMITS):
        somebody = next(scene.people)
        person = begun(stack, scene, somebody)
        alive = stack.process(victim)
        lay(plan, VICTIMS[victim], number, when)
        said = say(person, scene.critical, somebody)
        # the platform answers when it has committed; a bot that died is asked again before it has answered
        unharmed = plan.exists() or (victim == "platform" and scene.done in said)
        if scene.done not in said:
            said = insist(person, scene.done, somebody)
        assert scene.done in said, f"killed {when} commit {number} of {victim}: {said}"
        recover(stack, plan, alive)
        held = scene.held(stack, person.conversation_id, somebody)
        assert len(held) == 1, f"killed {when} commit {number} of {victim}: {len(held)} on the platform"
        if unharmed:  # there are no more commits to die at
            break
        kills += 1
    assert kills, f"{victim} made no commit"


def begun(stack: Stack, scene: Scene, somebody: Person) -> PagePerson:
    """A new conversation up to the message that matters."""
    if somebody.get("known"):
        stack.known_to_public_security(somebody["name"], somebody["number"])
    person = PagePerson(stack)
    for line in scene.before:
        say(person, line, somebody)
    return person


def recover(stack: Stack, plan: Path, alive: Popen[bytes]) -> None:
    """Withdraw the plan and have everything running; what is carrying the plan out just now may die first."""
    try:
        plan.unlink()
    except FileNotFoundError:
        if stack.is_running(alive):
            alive.wait(_PATIENCE)
    stack.ensure_running()


def say(person: PagePerson, line: str, somebody: Person) -> str:
    if line.startswith("tap:"):
        return person.send(tap=line.removeprefix("tap:"))
    values = {key: str(somebody.get(key, "")) for key in ("name", "number", "phone")}
    if "{otp}" in line:
        values["otp"] = password(person.stack, values["phone"])
    return person.send(line.format(**values))


def insist(person: PagePerson, done: str, somebody: Person) -> str:
    """Do as one is told until it is done: show who one is again, look it over again, else try again."""
    end = time.monotonic() + _PATIENCE
    said = person.text()
    while done not in said and time.monotonic() < end:
        person.stack.ensure_running()
        if "验证码已发" in said:
            said = say(person, "{otp}", somebody)
        elif "提交" in person.choices():
            said = person.send(tap="提交")
        else:
            said = person.insist(partial(ne, said), tap=_AWAY)
    return said


def password(stack: Stack, phone: str) -> str:
    found = _OTP.search(stack.text_messages(phone)[-1]["text"])
    assert found, "no password in the text message"
    return found.group(0)
