"""Deletions survive: written down first, each part repeated without harm, told with what the law keeps."""

from __future__ import annotations

import importlib
from datetime import datetime, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from actions.erasing import carry_out, kept_lines, report
from backend_client import Unavailable
from privacy.consent import subject_of
from privacy.erasure import PARTS, Erasures
from privacy.retention import load_rules
from tests.support.dialogue import ROOT, Talk
from wording.words import Voice, Words

for module in ("identity", "erasure"):
    importlib.import_module(f"actions.{module}")


class Platform:
    """Deletes, or is away as often as it is told to be."""

    def __init__(self) -> None:
        self.away = 0
        self.keys: list[str] = []

    def erase_data(self, request: Any, *, key: str, session: str | None = None) -> Any:
        if self.away:
            self.away -= 1
            raise Unavailable(cause="away", request_id="r")
        self.keys.append(key)
        return SimpleNamespace(deleted=(SimpleNamespace(section="work_orders", count=2),), kept=())


@pytest.fixture
def talk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Talk:
    erasures = Erasures(f"sqlite:///{tmp_path}/vault.sqlite3", b"v" * 32, lambda: datetime.now(timezone.utc))
    return Talk(Platform(), tmp_path, monkeypatch, more={"erasures": erasures})


async def delete_here(talk: Talk) -> str:
    await talk.say("删除我的数据", "delete_my_data")
    await talk.tap("只删这次对话")
    return await talk.tap("确认删除")


async def test_what_is_deleted_and_kept_is_said_before_and_after(talk: Talk) -> None:
    phone = talk.token("PHONE", "19900000001")
    await talk.say("删除我的数据", "delete_my_data")
    assert "网络安全法第二十一条" in await talk.tap("只删这次对话")
    told = await talk.tap("确认删除")
    assert "工单里的个人内容2项" in told
    assert "回执号SC20220905-" in told
    with pytest.raises(Exception, match="unknown"):
        talk.kit.vault.get(talk.sender, phone)


async def test_what_has_a_period_is_told_with_it(talk: Talk) -> None:
    rules = load_rules()
    lines = kept_lines(
        lambda key, **values: talk.kit.words.say(key, Voice("zh", False), **values),
        ["visit", "shown_code", "epidemic"],
    )
    assert f"{rules['visits'].keep.days}天" in lines[0]
    assert f"到期后再留{rules['passes'].keep.days}天" in lines[1]
    assert "没有准确的规定" in lines[2]


async def test_of_the_consents_only_the_withdrawal_stays(talk: Talk) -> None:
    subject = subject_of(talk.sender, "rest")
    talk.kit.consent.record(subject, "identity", "2022-09-05", True)
    await delete_here(talk)
    assert [(w.purpose, w.granted) for w in talk.kit.consent.history(subject)] == [("identity", False)]


async def test_with_the_platform_away_the_rest_is_done_and_it_goes_on_once(talk: Talk) -> None:
    talk.platform.away = 2
    assert "自动接着删" in await delete_here(talk)
    assert "自动接着删" in await talk.tap("看删除进度")
    assert "删好了" in await talk.say("删除我的数据", "delete_my_data")
    assert len(set(talk.platform.keys)) == 1
    assert "只删这次对话" in await talk.say("删除我的数据", "delete_my_data")


@pytest.mark.parametrize("after", ["nothing", "local", "platform"])
async def test_killed_between_any_two_parts_it_is_taken_up_where_it_was(talk: Talk, after: str) -> None:
    whose = {"conversation_id": "c", "channel": "rest", "session": None, "language": "zh", "elder": False}
    row = talk.kit.erasures.register("k" * 32, "all", whose)
    done = PARTS[: PARTS.index(after) + 1] if after != "nothing" else ()
    for part in done:
        talk.kit.erasures.finish(row.receipt, part, {"deleted": {}, "kept": {}})
    over = await carry_out(talk.kit, talk.kit.erasures.get(row.receipt))
    assert {"local", "platform"} <= over.done
    assert len(talk.platform.keys) == (0 if after == "platform" else 1)
    assert row.receipt in report(talk.kit, over)


def test_the_row_of_a_finished_deletion_names_nobody(talk: Talk) -> None:
    whose = {
        "conversation_id": "c-17",
        "channel": "rest",
        "session": "t-17",
        "language": "zh",
        "elder": False,
    }
    row = talk.kit.erasures.register("k" * 32, "all", whose)
    for part in PARTS:
        talk.kit.erasures.finish(row.receipt, part)
    over = talk.kit.erasures.tell(row.receipt)
    assert (over.conversation_id, over.session, over.channel) == ("", None, "")
    assert talk.kit.erasures.register("k" * 32, "all", whose).receipt == row.receipt


def test_periods_that_are_told_are_those_of_the_rules() -> None:
    words = Words.load(ROOT / "data" / "responses")
    three_years = {"erasure.kept.receipt": "erasures", "erasure.kept.audit": "access_log"}
    for key, rule in three_years.items():
        assert "3年" in words.wordings(key)["zh"][0]
        assert 3 * 365 <= load_rules()[rule].keep.days <= 3 * 366
