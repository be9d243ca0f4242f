"""From the desk to the action server: signed, kept, never worse than before."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
import requests

from actions.knowledge_feed import DeskDoor, KnowledgeFeed
from knowledge import KnowledgeIndex, PolicyStore
from knowledge.feed import ServedPolicies, UnusableFeed, read, sign, write
from tests.hotline.conftest import SERVICE_SECRET, Agent, Running
from tests.hotline.knowledge.conftest import call, move
from tests.hotline.knowledge.conftest import write as change
from tests.hotline.knowledge.letters import Letters

DAY = dt.date(2022, 9, 5)
NOW = dt.datetime(2022, 9, 5, 1, tzinfo=dt.timezone.utc)
NEW = "勺子在柜子里，您自己拿。"


class ActionServer:
    """What an action server holds of the entries; `now` is the platform's time."""

    def __init__(self, desk: Running, data: Path, kept: Path, url: str | None = None) -> None:
        self.now = NOW
        self.policies = ServedPolicies(PolicyStore(data / "policies"), lambda: self.now)
        door = DeskDoor(url or desk.url, SERVICE_SECRET, lambda: desk.clock[0])
        self.feed = KnowledgeFeed(door, self.policies, kept)

    def says(self, entry_id: str = "spoons") -> str:
        return self.policies.get(entry_id).answer.plain


@pytest.fixture
def server(desk: Running, data: Path, tmp_path: Path) -> ActionServer:
    return ActionServer(desk, data, tmp_path / "kept.json")


def publish(editor: Agent, reviewer: Agent, plain: str = NEW, **fields: str) -> None:
    change(editor, "spoons", **{"answer.plain": plain, **fields})
    assert move(reviewer, "spoons", "publish").ok


def test_published_is_told_after_one_poll_and_the_index_is_ready(
    server: ActionServer, editor: Agent, reviewer: Agent
) -> None:
    index = KnowledgeIndex(server.policies, Letters())
    assert server.feed.poll()
    publish(editor, reviewer)
    assert server.feed.poll()
    index.wait_until_fresh()
    assert index.search("勺子放在哪里", DAY)[0].entry.answer.plain == NEW


def test_nothing_new_is_not_sent_again(server: ActionServer) -> None:
    assert server.feed.poll()
    before = server.policies.current()
    assert not server.feed.poll()
    assert server.policies.current() is before


def test_with_the_desk_away_the_last_answer_goes_on_also_after_a_restart(
    server: ActionServer, editor: Agent, reviewer: Agent, desk: Running, data: Path, tmp_path: Path
) -> None:
    publish(editor, reviewer)
    server.feed.poll()
    again = ActionServer(desk, data, tmp_path / "kept.json", url="http://127.0.0.1:9")
    assert not again.feed.poll()
    assert again.says() == NEW


def test_without_anything_kept_the_files_are_told(desk: Running, data: Path, tmp_path: Path) -> None:
    alone = ActionServer(desk, data, tmp_path / "none.json", url="http://127.0.0.1:9")
    assert not alone.feed.poll()
    assert alone.says() == "勺子在抽屉里。"


def test_a_schedule_is_kept_while_the_desk_is_away(
    server: ActionServer, editor: Agent, reviewer: Agent
) -> None:
    publish(editor, reviewer, live_from="2022-09-05T12:00")
    server.feed.poll()
    assert server.says() == "勺子在抽屉里。"
    server.now = NOW + dt.timedelta(hours=3)
    assert server.says() == NEW


def test_a_withdrawn_answer_is_gone_at_the_next_poll(server: ActionServer, reviewer: Agent) -> None:
    server.feed.poll()
    move(reviewer, "spoons", "withdraw", comment="有错。")
    server.feed.poll()
    assert [entry.id for entry in server.policies.current().entries] == ["forks"]


def test_a_kept_document_that_was_changed_is_not_believed(
    server: ActionServer, desk: Running, data: Path, tmp_path: Path
) -> None:
    server.feed.poll()
    kept = tmp_path / "kept.json"
    kept.write_text(kept.read_text("utf-8").replace("抽屉", "地上"), "utf-8")
    again = ActionServer(desk, data, kept, url="http://127.0.0.1:9")
    assert again.policies.items == ()
    assert again.says() == "勺子在抽屉里。"


@pytest.mark.parametrize("spoilt", ["", "{", "[]", '{"signature": 1}', '{"signature": "x", "document": "y"}'])
def test_a_spoilt_kept_document_is_left_aside(desk: Running, data: Path, tmp_path: Path, spoilt: str) -> None:
    (tmp_path / "kept.json").write_text(spoilt, "utf-8")
    server = ActionServer(desk, data, tmp_path / "kept.json")
    assert server.says() == "勺子在抽屉里。"
    assert server.feed.poll()


def test_a_broken_entry_keeps_its_last_good_version(server: ActionServer) -> None:
    server.feed.poll()
    good = server.policies.items
    document = json.loads(write(good))
    for item in document["items"]:
        if item["id"] == "spoons":
            item["entry"]["answer"] = {"plian": "nothing"}
        else:
            item["entry"]["answer"]["plain"] = "叉子是金色的。"
    body = json.dumps(document).encode()
    assert server.feed._take(body, sign(body, SERVICE_SECRET))
    assert server.says() == "勺子在抽屉里。"
    assert server.says("forks") == "叉子是金色的。"


@pytest.mark.parametrize(
    "body", [b"", b"null", b"{}", b'{"format": 1, "items": []}', b'{"format": 2, "items": []}', b"\xff"]
)
def test_a_document_that_nothing_can_be_told_from_changes_nothing(server: ActionServer, body: bytes) -> None:
    server.feed.poll()
    assert not server.feed._take(body, sign(body, SERVICE_SECRET))
    assert server.says() == "勺子在抽屉里。"
    with pytest.raises(UnusableFeed):
        read(body)


def test_only_the_assistant_is_handed_entries(desk: Running) -> None:
    assert requests.get(f"{desk.url}/v1/knowledge/snapshot", timeout=5).status_code == 401
    answer = call(desk, "GET", "/v1/knowledge/snapshot")
    assert answer.headers["X-Content-Signature"] == sign(answer.content, SERVICE_SECRET)
