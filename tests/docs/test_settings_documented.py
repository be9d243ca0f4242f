"""Every ``JKT_`` setting that is read is documented for operators, and nothing else is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import actions.settings
import backend.settings
import bot.channels.web.settings
import bot.channels.wechat.settings
import bot.settings
import deploy.settings
import hotline.settings
from tests.docs.pages import ROOT, documents, tracked

NAME = re.compile(r"JKT_[A-Z]+(?:_[A-Z]+)*(?![A-Z_])")
READERS: dict[str, Callable[[Mapping[str, str]], Any]] = {
    "actions": actions.settings.Settings.from_env,
    "backend": backend.settings.Settings.from_environment,
    "bot": bot.settings.read_settings,
    "deploy": deploy.settings.Settings.from_env,
    "hotline": hotline.settings.Settings.from_environment,
    "web": bot.channels.web.settings.WebSettings.from_environment,
    "wechat": lambda asked: bot.channels.wechat.settings.WeChatSettings.from_environment(asked, ROOT),
}


class Asked(Mapping[str, str]):
    """An environment that remembers what it was asked for."""

    def __init__(self, given: dict[str, str]) -> None:
        self._given = given
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.names.add(name)
        return self._given[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._given)

    def __len__(self) -> int:
        return len(self._given)


def documented(page: str) -> set[str]:
    """Settings a page names."""
    return set(NAME.findall(documents()[page].text))


def in_tests() -> set[str]:
    """Settings that only tests read."""
    sources = [
        (ROOT / name).read_text("utf-8")
        for name in tracked()
        if name.startswith("tests/") and name.endswith(".py")
    ]
    return {
        name for text in sources for name in re.findall(r"environ(?:\.get\(|\[)\s*\"(JKT_[A-Z_]+)\"", text)
    }


@pytest.mark.parametrize("process", sorted(READERS))
def test_operators_find_every_setting_a_process_reads(process: str, tmp_path: Path) -> None:
    asked = Asked({"JKT_VAR_DIR": str(tmp_path)})
    READERS[process](asked)
    read = {name for name in asked.names if name.startswith("JKT_")}
    assert read, "the process reads no setting: the test looks at the wrong place"
    assert read - documented("docs/operators.md") == set()


def test_operators_read_of_no_setting_that_does_not_exist(tmp_path: Path) -> None:
    asked = Asked({"JKT_VAR_DIR": str(tmp_path)})
    for read in READERS.values():
        read(asked)
    assert documented("docs/operators.md") - asked.names == set()


def test_testers_find_every_setting_of_the_tests(tmp_path: Path) -> None:
    asked = Asked({"JKT_VAR_DIR": str(tmp_path)})
    for read in READERS.values():
        read(asked)
    assert in_tests() - asked.names - documented("docs/testers.md") == set()


@pytest.mark.parametrize("page", [name for name in sorted(documents()) if name.startswith("docs/")])
def test_no_page_names_a_setting_that_operators_and_testers_do_not_know(page: str) -> None:
    known = documented("docs/operators.md") | documented("docs/testers.md")
    assert {name for name in documented(page) if name not in known} == set()
