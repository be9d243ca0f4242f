"""Every conversation file goes through the page and through WeChat, and what it expects is held to at both."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import pytest

from tests.support.conversation import PARTS, ROOT, Player, WentWrong, scripts
from tests.support.doors import CANNOT, OVER_REST, Door, scenes_at

PLAYED_IN: dict[Door, str] = {
    "page": "tests/stack/test_conversations.py::test_conversation_goes_as_written",
    "wechat": "tests/stack/test_conversations_wechat.py::test_conversation_in_wechat_goes_as_written",
}
#: More scenes than this that only one channel can play would not be the same outcome any more.
FEW = 5


def written() -> list[str]:
    """Names of all scenes, read from the files' lines, not by the code that plays them."""
    names = []
    for path in sorted((ROOT / "tests" / "conversations").glob("*.yml")):
        titles = re.findall(r"^title: (.+)$", path.read_text("utf-8"), re.MULTILINE)
        names += [f"{path.stem}: {title.strip()}" for title in titles]
    return names


def collected(test: str) -> list[str]:
    """Names of the scenes that pytest would play by ``test``."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", test]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return [line[len(test) + 1 : -1] for line in done.stdout.splitlines() if line.startswith(f"{test}[")]


@pytest.mark.parametrize("door", list(PLAYED_IN))
def test_every_scene_is_played_at_this_door_but_for_those_listed_with_a_reason(door: Door) -> None:
    played = collected(PLAYED_IN[door])
    assert len(written()) > 250
    assert sorted([*played, *CANNOT[door]]) == sorted(written())


def test_what_a_channel_cannot_do_is_listed_exactly_with_its_reason() -> None:
    listed = [(name, reason) for scenes in CANNOT.values() for name, reason in scenes.items()]
    assert {name for name, _ in listed} <= set(written())
    assert all(len(reason) > len("a real reason") for _, reason in listed)
    assert len(listed) <= FEW


def test_scenes_have_names_of_their_own() -> None:
    assert len(set(written())) == len(written())


def test_the_few_over_rest_change_nothing_that_the_page_finds_later() -> None:
    scenes = scenes_at("page")
    assert len(OVER_REST) >= FEW
    for name in OVER_REST:
        assert "platform" not in scenes[name]
        assert not [turn for turn in scenes[name]["turns"] if {"do", "report", "record", "days"} & set(turn)]


def test_a_scene_holds_nothing_that_the_player_does_not_read() -> None:
    for name, script in scripts():
        for part, known in PARTS.items():
            read = [script] if part == "script" else script.get(part) or []
            for held in read if isinstance(read, list) else [read]:
                assert set(held) <= known, name


class Parrot:
    """A product that answers everything alike."""

    def say(self, _sender: str, _message: str) -> list[dict[str, Any]]:
        """Say the same again."""
        return [{"text": "绿码", "buttons": [{"title": "同意", "payload": "/affirm"}]}]


@pytest.mark.parametrize(
    "unmet",
    [
        {"has": ["黄码"]},
        {"has_any": ["黄码", "红码"]},
        {"lacks": ["绿码"]},
        {"buttons": ["不同意"]},
        {"keep": {"order": "JKT[0-9]+"}},
    ],
    ids=lambda unmet: next(iter(unmet)),
)
def test_an_expectation_that_is_not_met_fails_the_scene(unmet: dict[str, Any]) -> None:
    met = {"has": ["绿码"], "has_any": ["绿码", "红码"], "lacks": ["红码"], "buttons": ["同意"]}
    Player(Parrot()).play({"turns": [{"say": "我的码", **met}]})  # type: ignore[arg-type]
    with pytest.raises(WentWrong):
        Player(Parrot()).play({"turns": [{"say": "我的码", **unmet}]})  # type: ignore[arg-type]
