"""The stream as docs/desk.md describes it: who may open it, what it tells, how it goes on, when it ends."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError
from websockets.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatusCode

from hotline.chats.presence import Presence
from hotline.live import frames
from hotline.live.errors import BadFrame
from hotline.live.looks import LookBook
from tests.hotline.conftest import Agent, Running
from tests.hotline.live.conftest import Citizen

Citizens = Callable[..., Citizen]


def ticket_of(agent: Agent) -> str:
    page = agent.get("/profile").text
    token = page.split('form_token" value="')[1].split('"')[0]
    answer = agent.http.post(f"{agent.base}/desk/live/tickets", headers={"X-Form-Token": token})
    assert answer.status_code == 200
    return str(answer.json()["ticket"])


def talk(agent: Agent, work: Callable[[Any], Awaitable[Any]], **headers: str) -> Any:
    """Open a stream with the browser's cookies and let `work` talk on it."""
    cookies = "; ".join(f"{name}={value}" for name, value in agent.http.cookies.items())
    url = agent.base.replace("http", "ws", 1) + "/desk/ws"
    sent = {"Cookie": cookies, "Origin": agent.base, **headers}

    async def run() -> Any:
        async with connect(url, extra_headers=sent) as socket:
            return await asyncio.wait_for(work(socket), 20)

    return asyncio.run(run())


async def put(socket: Any, **frame: Any) -> None:
    await socket.send(json.dumps(frame))


async def take(socket: Any, kind: str) -> dict[str, Any]:
    """Return the next frame of a kind."""
    while True:
        frame: dict[str, Any] = json.loads(await socket.recv())
        if frame["type"] == kind:
            return frame


async def close_code(socket: Any) -> int:
    try:
        while True:
            await socket.recv()
    except ConnectionClosed as closed:
        assert closed.rcvd is not None
        return int(closed.rcvd.code)


async def opened(socket: Any, ticket: str, after: int | None = None) -> dict[str, Any]:
    await put(socket, type="open", ticket=ticket, page="p1", after=after)
    return await take(socket, "hello")


def test_another_sites_page_and_a_stranger_open_nothing(agent: Agent, stranger: Agent, desk: Running) -> None:
    async def nothing(_socket: Any) -> None:
        raise AssertionError("it was opened")

    with pytest.raises(InvalidStatusCode) as refused:
        talk(agent, nothing, Origin="https://example.org")
    assert refused.value.status_code == 403
    with pytest.raises(InvalidStatusCode) as refused:
        talk(Agent(desk.url), nothing)
    assert refused.value.status_code == 401
    auditor = Agent(desk.url)
    auditor.log_in("U001")
    with pytest.raises(InvalidStatusCode) as refused:
        talk(auditor, nothing)
    assert refused.value.status_code == 403


def test_a_ticket_needs_the_form_token(agent: Agent) -> None:
    assert agent.http.post(f"{agent.base}/desk/live/tickets").status_code == 403


def test_a_ticket_opens_once_for_its_session_for_half_a_minute(agent: Agent, desk: Running) -> None:
    colleague = Agent(desk.url)
    colleague.log_in("A002")
    ticket = ticket_of(agent)

    def tried(who: Agent, ticket: str) -> int | str:
        async def work(socket: Any) -> int | str:
            await put(socket, type="open", ticket=ticket, page="p1")
            return await asyncio.wait_for(_first(socket), 10)

        return talk(who, work)

    async def _first(socket: Any) -> int | str:
        try:
            return str(json.loads(await socket.recv())["type"])
        except ConnectionClosed as closed:
            assert closed.rcvd is not None
            return int(closed.rcvd.code)

    assert tried(colleague, ticket) == 4403
    assert tried(agent, ticket) == "hello"
    assert tried(agent, ticket) == 4403
    late = ticket_of(agent)
    desk.clock[0] += 31
    assert tried(agent, late) == 4403
    assert tried(agent, "1.2.3") == 4403


def test_events_come_in_order_each_naming_the_one_before(agent: Agent, citizen: Citizens) -> None:
    async def work(socket: Any) -> list[dict[str, Any]]:
        hello = await opened(socket, ticket)
        await put(socket, type="here", state="busy", chosen=True, active=True)
        await take(socket, "here")
        person = await asyncio.to_thread(citizen)
        for text in ("一", "二", "三"):
            await asyncio.to_thread(person.say, text)
        found = [await take(socket, "event") for _ in range(4)]
        assert found[0]["after"] == hello["after"]
        return found

    ticket = ticket_of(agent)
    found = talk(agent, work)
    assert [one["seq"] for one in found[:-1]] == [one["after"] for one in found[1:]]
    assert [one["event"]["body"].get("text") for one in found] == [None, "一", "二", "三"]
    assert found[-1]["chat"]["last_seq"] == 4


def test_a_page_goes_on_after_the_number_it_has(agent: Agent, citizen: Citizens) -> None:
    async def first(socket: Any) -> int:
        await opened(socket, tickets.pop())
        await put(socket, type="here", state="busy", chosen=True)
        await take(socket, "here")
        people.append(await asyncio.to_thread(citizen))
        return int((await take(socket, "event"))["seq"])

    async def second(socket: Any) -> list[str]:
        hello = await opened(socket, tickets.pop(), after=last)
        assert (hello["resumed"], hello["after"]) == (True, last)
        texts = [(await take(socket, "event"))["event"]["body"]["text"] for _ in range(2)]
        await put(socket, type="resume", after=last)
        return [*texts, (await take(socket, "event"))["event"]["body"]["text"]]

    tickets = [ticket_of(agent), ticket_of(agent)]
    people: list[Citizen] = []
    last = talk(agent, first)
    people[0].say("断的时候说的")
    people[0].say("还有这句")
    assert talk(agent, second) == ["断的时候说的", "还有这句", "断的时候说的"]


def test_a_number_from_another_life_begins_anew(agent: Agent) -> None:
    async def work(socket: Any) -> bool:
        return bool((await opened(socket, ticket, after=10**9))["resumed"])

    ticket = ticket_of(agent)
    assert talk(agent, work) is False


def test_a_sign_of_life_keeps_what_the_desk_has_set(agent: Agent, citizen: Citizens, desk: Running) -> None:
    async def work(socket: Any) -> list[str]:
        await opened(socket, ticket)
        await put(socket, type="here", state="online", chosen=True)
        said = [(await take(socket, "here"))["state"]]
        await asyncio.to_thread(citizen)
        await take(socket, "event")
        desk.clock[0] += 31
        while (await take(socket, "event"))["event"]["body"].get("what") != "unaccepted":
            continue
        for chosen in (False, True):
            await put(socket, type="here", state="online", chosen=chosen)
            said.append((await take(socket, "here"))["state"])
        return said

    ticket = ticket_of(agent)
    assert talk(agent, work) == ["online", "away", "online"]


def test_a_store_that_is_busy_for_a_moment_ends_no_stream(
    agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = threading.Semaphore(0)

    def busy(*_args: object, **_named: object) -> None:
        tried.release()
        raise OperationalError("UPDATE", {}, Exception("database is locked"))

    async def work(socket: Any) -> str:
        await opened(socket, ticket)
        with monkeypatch.context() as changed:
            changed.setattr(LookBook, "look", busy)
            changed.setattr(Presence, "say", busy)
            await put(socket, type="look", chat="c1", typing=True)
            await put(socket, type="here", state="online", chosen=True)
            for _ in range(2):
                assert await asyncio.to_thread(tried.acquire, timeout=10)
        await put(socket, type="here", state="busy", chosen=True)
        return str((await take(socket, "here"))["state"])

    ticket = ticket_of(agent)
    assert talk(agent, work) == "busy"


def test_an_unattended_page_does_not_keep_its_session(agent: Agent, desk: Running) -> None:
    async def work(socket: Any) -> tuple[str, int]:
        await opened(socket, ticket)
        for active in (True, False, False):
            desk.clock[0] += 14 * 60
            await put(socket, type="here", state="busy", active=active)
            if not active:
                continue
            await take(socket, "here")
        desk.clock[0] += 14 * 60
        await put(socket, type="here", state="busy", active=True)
        over = await take(socket, "over")
        return over["sentence"], await close_code(socket)

    ticket = ticket_of(agent)
    assert talk(agent, work) == ("登录已经结束，请重新登录。没发出去的字都还在。", 4401)


@pytest.mark.parametrize(
    "raw", ["", "[]", "7", '{"type":"here","state":"asleep"}', '{"type":"open","ticket":"x","page":"y"}']
)
def test_a_frame_that_is_none_ends_the_stream(agent: Agent, raw: str) -> None:
    async def work(socket: Any) -> int:
        await opened(socket, ticket)
        await socket.send(raw)
        return await close_code(socket)

    ticket = ticket_of(agent)
    assert talk(agent, work) == 4400


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda one: st.lists(one) | st.dictionaries(st.text(), one),
    )
)
def test_any_json_is_a_frame_or_refused(value: Any) -> None:
    for body in (
        value,
        {"type": "open", "after": value},
        {"type": "look", "chat": value},
        {"type": "here", "state": value},
    ):
        try:
            frames.read(json.dumps(body))
        except BadFrame:
            continue


def test_a_whisper_is_for_who_may_supervise(
    agent: Agent, citizen: Citizens, service: Callable[..., requests.Response], desk: Running
) -> None:
    leader = Agent(desk.url)
    leader.log_in("L001")
    person = citizen()
    path, body = f"/desk/live/chats/{person.chat_id}/whispers", {"id": "w1", "text": "问单号", "to": "A001"}
    answers = []
    for who in (agent, leader, leader):
        token = who.get("/profile").text.split('form_token" value="')[1].split('"')[0]
        answers.append(who.http.post(who.base + path, json=body, headers={"X-Form-Token": token}))
    assert [answer.status_code for answer in answers] == [403, 200, 200]
    assert answers[1].json() == answers[2].json(), "sent twice, taken once"
    assert answers[1].json()["body"] == {"text": "问单号", "whisper": True, "to": "A001"}
