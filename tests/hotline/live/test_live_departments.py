"""A department in a chat over HTTP and on its stream: its own chats, while it is in them, and nothing of any other."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import requests
from websockets.client import connect
from websockets.exceptions import InvalidStatusCode

from hotline.accounts.people import Profile
from tests.hotline.conftest import PASSWORD, Agent, Running
from tests.hotline.fake_platform import FakePlatform
from tests.hotline.live.conftest import Citizen
from tests.hotline.live.test_live_stream import close_code, put, take, ticket_of

CDC, HEALTH = "cdc:510100", "health:510107"
Citizens = Callable[..., Citizen]


class Poster(Agent):
    """Somebody who posts JSON as a page does."""

    token = ""

    def post(self, path: str, body: dict[str, Any]) -> requests.Response:
        if not self.token:
            self.token = self.get("/profile").text.split('form_token" value="')[1].split('"')[0]
        return self.http.post(self.base + path, json=body, headers={"X-Form-Token": self.token})

    def move(self, chat: dict[str, Any], name: str, **more: Any) -> dict[str, Any]:
        """Make a move; return the chat after it."""
        body = {"move": name, "version": chat["version"], **more}
        answer = self.post(f"/desk/chats/{chat['chat_id']}/moves", body)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def join(self, chat: dict[str, Any], code: str = CDC, question: str = "几点出结果？") -> dict[str, Any]:
        return self.move(chat, "join", department=code, question=question)


def logged_in(desk: Running, number: str) -> Poster:
    person = Poster(desk.url)
    assert person.log_in(number).status_code == 200
    return person


@pytest.fixture
def owner(desk: Running) -> Poster:
    """An agent who is there and takes what comes."""
    person = logged_in(desk, "A001")
    assert person.post("/desk/chats/here", {"state": "busy"}).status_code == 200
    return person


@pytest.fixture
def cdc(desk: Running) -> Poster:
    return logged_in(desk, "D001")


@pytest.fixture
def health(desk: Running) -> Poster:
    """Somebody of another department."""
    profile = Profile("周敏", frozenset({"department"}), HEALTH)
    hashed = desk.desk.entry.passwords.hashed(PASSWORD)
    desk.desk.accounts.add("D002", profile, hashed, must_change=False)
    return logged_in(desk, "D002")


@pytest.fixture
def taken(owner: Poster, citizen: Citizens) -> Callable[[str], dict[str, Any]]:
    """Brings a citizen and lets the agent take them; returns the chat."""

    def come(name: str) -> dict[str, Any]:
        person = citizen(name)
        chat = owner.get(f"/desk/chats/{person.chat_id}").json()["chat"]
        return owner.move(chat, "take")

    return come


def path(chat: dict[str, Any], more: str = "") -> str:
    return f"/desk/department/chats/{chat['chat_id']}{more}"


def message(chat: dict[str, Any], text: str, **more: Any) -> dict[str, Any]:
    return {"id": uuid.uuid4().hex, "text": text, "version": chat["version"], **more}


def actions(desk: Running, chat: dict[str, Any], agent: str) -> list[str]:
    """What somebody has done with a chat, the oldest first."""
    found = desk.desk.audit.recent(subject=chat["chat_id"])
    return [entry.action for entry in reversed(found) if entry.agent == agent]


def test_what_is_joined_is_a_code_of_the_catalogue_and_shown_by_its_name(
    owner: Poster, taken: Any, platform: FakePlatform
) -> None:
    offered = owner.get("/desk/live/departments?district=510107").json()["departments"]
    assert [(one["code"], one["name"], one["there"]) for one in offered] == [
        (HEALTH, "武侯区卫生健康局", False),
        (CDC, "成都市疾病预防控制中心", False),
    ]
    chat = taken("web-1")
    for wrong in ("成都市疾病预防控制中心", "desk", "cdc:999999", "cdc:"):
        body = {"move": "join", "version": chat["version"], "department": wrong, "question": "几点？"}
        answer = owner.post(f"/desk/chats/{chat['chat_id']}/moves", body)
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_request"), wrong
    joined = owner.join(chat)
    assert (joined["department"], joined["department_name"]) == (CDC, "成都市疾病预防控制中心")


def test_a_department_reads_from_the_hand_over_on_while_it_is_there(
    owner: Poster, cdc: Poster, health: Poster, taken: Any, desk: Running
) -> None:
    chat = taken("web-1")
    owner.post(f"/desk/chats/{chat['chat_id']}/notes", {"id": "n1", "text": "这位很着急"})
    assert cdc.get(path(chat)).status_code == 404
    chat = owner.join(chat, question="电话13900000001的结果几点出？")
    assert [one["chat_id"] for one in cdc.get("/desk/department/chats").json()["chats"]] == [chat["chat_id"]]
    file = cdc.get(path(chat)).json()
    assert sorted(file) == ["chat", "events", "facts", "summary"]
    assert not {"conversation_id", "quota_left", "priority", "passed", "rating"} & file["chat"].keys()
    said = [(one["kind"], one["body"].get("text")) for one in file["events"] if "text" in one["body"]]
    assert said == [("note", "电话139****0001的结果几点出？")], "neither the talk before nor notes before"
    assert "昨天做的核酸咋还没出结果" in str(file["summary"])
    assert "一般12到24小时" not in json.dumps(file, ensure_ascii=False)
    assert health.get(path(chat)).status_code == 404
    assert health.get("/desk/department/chats").json() == {"chats": [], "stays": []}
    owner.move(chat, "part")
    assert cdc.get(path(chat)).status_code == 404
    left = cdc.get("/desk/department/chats").json()
    assert (left["chats"], [sorted(stay) for stay in left["stays"]]) == ([], [["joined_at", "parted_at"]])
    assert actions(desk, chat, "D001") == ["chat.viewed"]
    refused = [one.agent for one in desk.desk.audit.recent() if one.action == "access.refused"]
    assert sorted(refused) == ["D001", "D001", "D002"]


def test_it_answers_in_its_name_once_and_only_while_it_is_there(
    owner: Poster, cdc: Poster, health: Poster, taken: Any
) -> None:
    chat = owner.join(taken("web-1"))
    stale = cdc.post(path(chat, "/messages"), {**message(chat, "两小时内"), "version": chat["version"] - 1})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")
    said = message(chat, "两小时内出结果。")
    first, second = (cdc.post(path(chat, "/messages"), said) for _ in range(2))
    assert first.json() == second.json()
    assert first.json()["body"] == {
        "text": "两小时内出结果。",
        "name": "成都市疾病预防控制中心",
        "by": "D001",
    }
    assert health.post(path(chat, "/messages"), message(chat, "我也说")).status_code == 404
    assert health.post(path(chat, "/notes"), message(chat, "我也说")).status_code == 404
    assert health.post(path(chat, "/parts"), {"version": chat["version"]}).status_code == 404
    noted = cdc.post(path(chat, "/notes"), message(chat, "样本在复核"))
    assert noted.status_code == 200
    theirs = message(chat, "别急", id="x1")
    assert owner.post(f"/desk/chats/{chat['chat_id']}/notes", theirs).status_code == 200
    assert cdc.post(path(chat, "/messages"), {**theirs, "text": "?"}).status_code == 403, "somebody else's id"
    assert cdc.post(path(chat, "/parts"), {"version": chat["version"]}).json() == {"parted": True}
    again = cdc.post(path(chat, "/messages"), said)
    assert again.json() == first.json(), "sent before it left: known, not sent again"
    after = owner.get(f"/desk/chats/{chat['chat_id']}").json()
    for more in ("/messages", "/notes"):
        late = cdc.post(path(chat, more), message(after["chat"], "还有一句"))
        assert (late.status_code, late.json()["code"]) == (403, "not_owner")
    words = [one["body"]["text"] for one in after["events"] if one["kind"] == "department"]
    assert words == ["两小时内出结果。"]
    assert after["chat"]["agent"] == "A001"


def test_a_department_opens_nothing_of_the_agents(cdc: Poster, owner: Poster, taken: Any) -> None:
    chat = owner.join(taken("web-1"))
    for closed in (
        "/desk",
        "/desk/chats",
        "/desk/chats/feed",
        f"/desk/chats/{chat['chat_id']}",
        "/desk/assistant",
    ):
        assert cdc.get(closed).status_code == 403, closed
    assert cdc.post(f"/desk/chats/{chat['chat_id']}/messages", message(chat, "x")).status_code == 403
    with pytest.raises(InvalidStatusCode) as refused:
        stream(cdc, None, "/desk/ws")
    assert refused.value.status_code == 403
    with pytest.raises(InvalidStatusCode) as refused:
        stream(owner, None)
    assert refused.value.status_code == 403


def stream(who: Agent, work: Any, at: str = "/desk/department/ws") -> Any:
    """Open a stream with the browser's cookies and let `work` talk on it."""
    cookies = "; ".join(f"{name}={value}" for name, value in who.http.cookies.items())
    url = who.base.replace("http", "ws", 1) + at

    async def run() -> Any:
        async with connect(url, extra_headers={"Cookie": cookies, "Origin": who.base}) as socket:
            return await asyncio.wait_for(work(socket), 20)

    return asyncio.run(run())


async def opened(socket: Any, ticket: str, after: int | None = None) -> dict[str, Any]:
    await put(socket, type="open", ticket=ticket, page="d1", after=after)
    return await take(socket, "hello")


async def until(socket: Any, kind: str) -> list[dict[str, Any]]:
    """Return the frames up to the next of a kind, that one included."""
    found: list[dict[str, Any]] = []
    while not found or found[-1]["type"] != kind:
        found.append(json.loads(await socket.recv()))
    return found


def test_its_stream_never_carries_anything_of_another_chat(
    owner: Poster, cdc: Poster, taken: Any, service: Any, citizen: Citizens, desk: Running
) -> None:
    mine, other = taken("web-1"), owner.join(taken("web-2"), HEALTH, "别家的问题")

    def happens() -> dict[str, Any]:
        for chat in (mine, other):
            owner.post(f"/desk/chats/{chat['chat_id']}/notes", message(chat, "秘密备注"))
            owner.post(f"/desk/chats/{chat['chat_id']}/messages", message(chat, "坐席的话"))
        citizen("web-3").say("还在排队")
        return owner.join(mine)

    async def work(socket: Any) -> list[dict[str, Any]]:
        hello = await opened(socket, ticket)
        assert (hello["chats"], hello["stays"]) == ([], [])
        joined = await asyncio.to_thread(happens)
        found = await until(socket, "news")
        assert found[-1]["chat"]["chat_id"] == mine["chat_id"]
        await put(socket, type="look", chat=other["chat_id"])
        await put(socket, type="look", chat=mine["chat_id"], typing=True)
        await put(socket, type="here", state="online", active=True)
        found += await until(socket, "here")
        owner.post(f"/desk/chats/{other['chat_id']}/messages", message(other, "只给别家"))
        owner.post(f"/desk/chats/{mine['chat_id']}/notes", message(joined, "一起查"))
        while found[-1].get("event", {}).get("body", {}).get("text") != "一起查":
            found.append(json.loads(await socket.recv()))
        owner.move(joined, "part")
        found += await until(socket, "gone")
        owner.post(f"/desk/chats/{mine['chat_id']}/notes", message(joined, "之后的"))
        await put(socket, type="resume", after=hello["after"])
        await put(socket, type="here", state="online", active=True)
        return found + await until(socket, "here")

    ticket = ticket_of(cdc)
    frames = stream(cdc, work)
    told = json.dumps(frames, ensure_ascii=False)
    for hidden in (
        other["chat_id"],
        "秘密备注",
        "只给别家",
        "之后的",
        "别家的问题",
        "还在排队",
        "web-1",
        "queued",
    ):
        assert hidden not in told, hidden
    events = [frame for frame in frames if "seq" in frame]
    assert [frame["after"] for frame in events[1:]] == [frame["seq"] for frame in events[:-1]]
    assert actions(desk, mine, "D001") == ["chat.followed"]
    assert actions(desk, other, "D001") == []


def test_a_stream_goes_on_after_the_number_it_has(owner: Poster, cdc: Poster, taken: Any) -> None:
    chat = owner.join(taken("web-1"))

    async def first(socket: Any) -> int:
        return int((await opened(socket, tickets.pop()))["after"])

    async def second(socket: Any) -> list[str]:
        hello = await opened(socket, tickets.pop(), after=last)
        assert [one["chat_id"] for one in hello["chats"]] == [chat["chat_id"]]
        found = await until(socket, "news")
        await put(socket, type="look", chat=chat["chat_id"])
        await put(socket, type="here", state="online")
        await until(socket, "here")
        await put(socket, type="resume", after=last)
        found = await until(socket, "event")
        return [frame["event"]["body"]["text"] for frame in found if frame["type"] == "event"]

    tickets = [ticket_of(cdc), ticket_of(cdc)]
    last = stream(cdc, first)
    owner.post(f"/desk/chats/{chat['chat_id']}/messages", message(chat, "断的时候说的"))
    assert stream(cdc, second) == ["断的时候说的"]


def test_a_stream_ends_with_the_account_of_its_department(cdc: Poster, desk: Running) -> None:
    async def work(socket: Any) -> int:
        await opened(socket, ticket)
        account = desk.desk.accounts.get("D001")
        profile = Profile("邓海涛", frozenset({"department"}), HEALTH)
        await asyncio.to_thread(lambda: desk.desk.accounts.change("D001", profile, account.version))
        await put(socket, type="here", state="online", active=True)
        return await close_code(socket)

    ticket = ticket_of(cdc)
    assert stream(cdc, work) == 4401


def test_agents_see_that_somebody_of_the_department_is_there(owner: Poster, cdc: Poster, taken: Any) -> None:
    chat = owner.join(taken("web-1"))

    def there() -> list[tuple[str, bool]]:
        offices = owner.get("/desk/live/departments?district=510107").json()["departments"]
        return [(one["code"], one["there"]) for one in offices]

    async def work(socket: Any) -> dict[str, Any]:
        await opened(socket, ticket)
        assert await asyncio.to_thread(there) == [(HEALTH, False), (CDC, True)]
        await put(socket, type="look", chat=chat["chat_id"], typing=True)
        await put(socket, type="here", state="online")
        await take(socket, "here")
        return await asyncio.to_thread(agents_hello)

    def agents_hello() -> dict[str, Any]:
        async def look(socket: Any) -> dict[str, Any]:
            return await opened(socket, agent_ticket)

        agent_ticket = ticket_of(owner)
        return dict(stream(owner, look, "/desk/ws"))

    ticket = ticket_of(cdc)
    hello = stream(cdc, work)
    assert [(one["department"], one["chat_id"], one["typing"]) for one in hello["departments"]] == [
        (CDC, chat["chat_id"], True)
    ]
    assert hello["looks"] == []
