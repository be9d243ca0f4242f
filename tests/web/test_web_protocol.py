"""The channel over a real WebSocket and over HTTP, without a browser."""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
import uuid
from collections.abc import AsyncIterator
from typing import Any, ClassVar

import brotli
import pytest
import requests
import websockets
from websockets.exceptions import ConnectionClosed

from privacy.pictures import LARGEST_FILE
from tests.support.pictures import paper, photo
from tests.web.conftest import Assistant


def open_session(assistant: Assistant, **headers: str) -> dict[str, str]:
    answer = requests.post(f"{assistant.url}/chat/session", headers=headers, timeout=10)
    answer.raise_for_status()
    return answer.json()


def bearer(session: dict[str, str]) -> dict[str, str]:
    return {"Authorization": f"Bearer {session['token']}"}


class Client:
    """A page without a browser: says hello, sends messages, keeps every frame."""

    opened: ClassVar[list[Client]] = []

    def __init__(self, socket: Any) -> None:
        self.opened.append(self)
        self.socket = socket
        self.frames: list[dict[str, Any]] = []

    @classmethod
    async def connect(
        cls, assistant: Assistant, session: dict[str, str], last_seq: int | None = None
    ) -> Client:
        socket = await websockets.connect(assistant.socket_url, origin=assistant.url)
        client = cls(socket)
        await client.send({"type": "hello", "token": session["token"], "last_seq": last_seq})
        assert (await client.next())["type"] == "welcome"
        return client

    async def send(self, frame: dict[str, Any]) -> None:
        await self.socket.send(json.dumps(frame))

    async def say(self, text: str, client_id: str | None = None) -> str:
        client_id = client_id or uuid.uuid4().hex
        await self.send({"type": "message", "id": client_id, "kind": "text", "text": text})
        return client_id

    async def next(self) -> dict[str, Any]:
        frame: dict[str, Any] = json.loads(await asyncio.wait_for(self.socket.recv(), 20))
        self.frames.append(frame)
        return frame

    async def until(self, wanted: Any) -> dict[str, Any]:
        while not wanted(frame := await self.next()):
            pass
        return frame

    async def messages(self, count: int) -> list[dict[str, Any]]:
        """Wait until ``count`` messages have come since the connection was opened."""
        while len(found := [f for f in self.frames if f["type"] == "message"]) < count:
            await self.next()
        return found


@pytest.fixture(autouse=True)
async def close_clients() -> AsyncIterator[None]:
    """Say goodbye at the end of each test; a socket that is dropped waits ten seconds."""
    yield
    while Client.opened:
        await Client.opened.pop().socket.close()


@pytest.fixture
def session(assistant: Assistant) -> dict[str, str]:
    return open_session(assistant)


async def test_a_message_is_accepted_then_shown_with_its_answers(
    assistant: Assistant, session: dict[str, str]
) -> None:
    client = await Client.connect(assistant, session)
    client_id = await client.say("你好")
    said, answered = await client.messages(2)
    assert (said["seq"], said["from"], said["client_id"], said["text"]) == (1, "person", client_id, "你好")
    assert (answered["seq"], answered["from"]) == (2, "assistant")
    assert answered["buttons"][0]["payload"].startswith("~/check_code~")
    assert {"type": "accepted", "id": client_id} in client.frames


async def test_the_same_message_sent_three_times_is_answered_once(
    assistant: Assistant, session: dict[str, str]
) -> None:
    client = await Client.connect(assistant, session)
    client_id = await client.say("一次")
    await client.say("一次", client_id)
    await client.messages(2)
    await client.say("一次", client_id)
    await client.until(lambda frame: frame["type"] == "done")
    await client.say("第二句")
    texts = [message["text"] for message in await client.messages(4)]
    assert texts == ["一次", "收到：一次", "第二句", "收到：第二句"]
    assert [r["client_id"] for r in assistant.received()].count(client_id) == 1


def invitation_of(assistant: Assistant) -> str:
    """What comes with a page that is opened."""
    return requests.get(assistant.url, timeout=10).text.split('data-invitation="')[1].split('"')[0]


async def greeted(assistant: Assistant, invitation: str, *frames: dict[str, Any]) -> Client:
    """Come with an invitation and say everything at once, as a page does where every round trip takes long."""
    client = Client(await websockets.connect(assistant.socket_url, origin=assistant.url))
    for frame in ({"type": "hello", "invitation": invitation, "last_seq": None}, *frames):
        await client.send(frame)
    return client


async def test_an_invited_page_is_answered_in_one_round_trip(assistant: Assistant) -> None:
    invitation = invitation_of(assistant)
    question = {"type": "message", "id": uuid.uuid4().hex, "kind": "text", "text": "你好"}
    client = await greeted(assistant, invitation, question)
    welcome = await client.next()
    assert (welcome["type"], welcome["messages"]) == ("welcome", [])
    said, answered = await client.messages(2)
    assert (said["client_id"], answered["from"]) == (question["id"], "assistant")
    history = requests.get(
        f"{assistant.url}/chat/history", headers=bearer(welcome["session"]), timeout=10
    ).json()
    assert [m["seq"] for m in history["messages"]] == [1, 2]


async def test_a_greeting_whose_answer_was_lost_is_the_same_greeting(assistant: Assistant) -> None:
    invitation = invitation_of(assistant)
    question = {"type": "message", "id": uuid.uuid4().hex, "kind": "text", "text": "只问一次"}
    first = await greeted(assistant, invitation, question)
    await first.messages(2)  # the page has seen nothing of it
    await first.socket.close()
    second = await greeted(assistant, invitation, question)
    await second.until(lambda frame: frame["type"] == "done")
    assert [m["text"] for m in second.frames[0]["messages"]] == ["只问一次", "收到：只问一次"]
    answer = requests.post(
        f"{assistant.url}/chat/session", json={"type": "open", "invitation": invitation}, timeout=10
    ).json()
    assert answer["conversation_id"] == second.frames[0]["session"]["conversation_id"]
    assert [r["client_id"] for r in assistant.received()].count(question["id"]) == 1


async def test_whoever_only_looks_is_nobody(assistant: Assistant) -> None:
    """The invitation of a page opens nothing by itself, and a line laid in advance may go without a word."""
    invitation = invitation_of(assistant)
    headers = {"Authorization": f"Bearer {invitation}"}
    assert requests.get(f"{assistant.url}/chat/history", headers=headers, timeout=10).status_code == 401
    socket = await websockets.connect(assistant.socket_url, origin=assistant.url)
    await socket.close()
    client = await greeted(assistant, invitation)  # and the server is well
    assert (await client.next())["messages"] == []
    assert "Traceback" not in (assistant.var / "server.log").read_text(encoding="utf-8")


@pytest.mark.parametrize("invitation", ["", "w0.web-0.1.2.3", "w1.web-" + "0" * 32 + ".1.2." + "0" * 64])
async def test_what_is_no_invitation_of_ours_opens_nothing_over_the_socket(
    assistant: Assistant, invitation: str
) -> None:
    client = await greeted(assistant, invitation)
    assert await client.next() == {"type": "error", "code": "bad_session"}
    opened = requests.post(
        f"{assistant.url}/chat/session", json={"type": "open", "invitation": invitation}, timeout=10
    ).json()
    assert opened["conversation_id"] != "web-" + "0" * 32


async def test_a_connection_resumes_behind_the_last_message_it_has(
    assistant: Assistant, session: dict[str, str]
) -> None:
    first = await Client.connect(assistant, session)
    await first.say("甲")
    await first.messages(2)
    await first.socket.close()
    other = await Client.connect(assistant, session)
    await other.say("乙")
    await other.messages(2)
    again = await Client.connect(assistant, session, last_seq=2)
    missed = again.frames[0]["messages"]
    assert [(m["seq"], m["text"]) for m in missed] == [(3, "乙"), (4, "收到：乙")]


async def test_a_new_connection_gets_the_newest_messages_and_history_the_older_ones(
    assistant: Assistant, session: dict[str, str]
) -> None:
    client = await Client.connect(assistant, session)
    for number in range(26):
        await client.say(f"第{number}句")
        await client.messages(2 * number + 2)
        if number == 18:  # a fresh connection has a fresh allowance
            await client.socket.close()
            client = await Client.connect(assistant, session, last_seq=0)
            client.frames += client.frames[0]["messages"]
    fresh = await Client.connect(assistant, session)
    welcome = fresh.frames[0]
    assert [m["seq"] for m in welcome["messages"]] == list(range(3, 53))
    assert welcome["more"] is True
    older = requests.get(f"{assistant.url}/chat/history?before=3", headers=bearer(session), timeout=10).json()
    assert [m["seq"] for m in older["messages"]] == [1, 2]
    assert older["more"] is False


async def test_two_connections_of_one_conversation_see_the_same(
    assistant: Assistant, session: dict[str, str]
) -> None:
    one, two = await Client.connect(assistant, session), await Client.connect(assistant, session)
    await one.say("给两边")
    assert await one.messages(2) == await two.messages(2)


async def test_another_conversation_sees_nothing(assistant: Assistant, session: dict[str, str]) -> None:
    stranger = open_session(assistant)
    client = await Client.connect(assistant, session)
    await client.say("只给我")
    await client.messages(2)
    history = requests.get(f"{assistant.url}/chat/history", headers=bearer(stranger), timeout=10).json()
    assert history == {"messages": [], "more": False}


async def test_what_is_pushed_arrives_now_or_at_the_next_opening(
    assistant: Assistant, session: dict[str, str]
) -> None:
    push = f"{assistant.url}/test/push/{session['conversation_id']}"
    requests.post(push, json={"text": "通知一"}, timeout=10).raise_for_status()
    client = await Client.connect(assistant, session)
    assert [m["text"] for m in client.frames[0]["messages"]] == ["通知一"]
    requests.post(push, json={"text": "通知二"}, timeout=10).raise_for_status()
    assert [m["text"] for m in await client.messages(1)] == ["通知二"]


async def test_fast_messages_are_refused_with_a_time_and_taken_later(
    assistant: Assistant, session: dict[str, str]
) -> None:
    client = await Client.connect(assistant, session)
    ids = [await client.say(f"快{number}") for number in range(25)]
    refused = await client.until(lambda frame: frame["type"] == "refused")
    assert refused["reason"] == "rate_limited"
    assert 0 < refused["retry_after"] <= 2
    assert refused["id"] in ids[20:]
    other = await Client.connect(assistant, session)
    await other.say("补", refused["id"])
    assert (await other.until(lambda frame: frame["type"] == "accepted"))["id"] == refused["id"]


@pytest.mark.parametrize("typed", ["我身份证510105199001011237", "手机13812345678", "姓名：王小明"])
async def test_what_is_personal_comes_back_masked(
    assistant: Assistant, session: dict[str, str], typed: str
) -> None:
    client = await Client.connect(assistant, session)
    await client.say(typed)
    said = (await client.messages(1))[0]
    assert "*" in said["text"]
    assert "0105199001011" not in said["text"]
    assert "13812345678" not in said["text"]
    assert "王小明" not in said["text"]


async def test_a_name_that_was_asked_for_is_masked_even_when_it_comes_early(
    assistant: Assistant, session: dict[str, str]
) -> None:
    client = await Client.connect(assistant, session)
    await client.say("问姓名")
    await client.say("王小明")
    texts = [m["text"] for m in await client.messages(4) if m["from"] == "person"]
    assert texts == ["问姓名", "姓名 王**"]


async def test_the_database_holds_nothing_readable_of_what_was_said(own_assistant: Assistant) -> None:
    session = open_session(own_assistant)
    client = await Client.connect(own_assistant, session)
    await client.send({"type": "message", "id": uuid.uuid4().hex, "kind": "text", "text": "慢"})
    await client.until(lambda frame: frame["type"] == "accepted")
    await client.send(
        {"type": "message", "id": uuid.uuid4().hex, "kind": "location", "lat": 30.65432, "lon": 104.06543}
    )
    await client.say("问姓名")
    (own_assistant.var / "release").touch()
    await client.messages(6)
    await client.socket.close()
    own_assistant.stop()
    stored = b"".join(path.read_bytes() for path in own_assistant.var.glob("web.sqlite3*"))
    assert b"30.65432" not in stored
    assert "我的位置".encode() not in stored
    assert "王小明".encode() not in stored


@pytest.mark.parametrize(
    "raw",
    [
        "not json",
        "[1]",
        '{"type":"message"}',
        '{"type":"message","id":"short","kind":"text","text":"x"}',
        '{"type":"message","id":"12345678","kind":"text","text":7}',
        '{"type":"message","id":"12345678","kind":"location","lat":91,"lon":0}',
        '{"type":"message","id":"12345678","kind":"intent","text":"/restart"}',
        '{"type":"seen","seq":-1}',
        '{"type":"other"}',
        "[" * 60000,
    ],
)
async def test_a_malformed_frame_is_named_and_ends_the_connection(
    assistant: Assistant, session: dict[str, str], raw: str
) -> None:
    client = await Client.connect(assistant, session)
    await client.socket.send(raw)
    assert await client.next() == {"type": "error", "code": "bad_frame"}
    with pytest.raises(ConnectionClosed) as closed:
        await client.next()
    assert closed.value.code == 4400


async def test_a_huge_frame_is_refused(assistant: Assistant, session: dict[str, str]) -> None:
    client = await Client.connect(assistant, session)
    await client.say("长" * 100_000)
    assert await client.next() == {"type": "error", "code": "too_large"}


@pytest.mark.parametrize("token", ["", "w1.web-0.1.2.3", "x" * 5000])
async def test_a_connection_without_a_valid_token_is_refused(assistant: Assistant, token: str) -> None:
    socket = await websockets.connect(assistant.socket_url, origin=assistant.url, close_timeout=1)
    await socket.send(json.dumps({"type": "hello", "token": token}))
    assert json.loads(await socket.recv()) == {"type": "error", "code": "bad_session"}
    with pytest.raises(ConnectionClosed) as closed:
        await socket.recv()
    assert closed.value.code == 4401


async def test_a_token_changed_by_one_digit_is_refused(assistant: Assistant, session: dict[str, str]) -> None:
    token = session["token"]
    forged = token[:-1] + ("0" if token[-1] != "0" else "1")
    answer = requests.get(f"{assistant.url}/chat/history", headers=bearer({"token": forged}), timeout=10)
    assert (answer.status_code, answer.json()["code"]) == (401, "bad_session")


async def test_another_sites_page_cannot_talk(assistant: Assistant) -> None:
    socket = await websockets.connect(assistant.socket_url, origin="https://evil.example")
    with pytest.raises(ConnectionClosed) as closed:
        await socket.recv()
    assert closed.value.code == 4403
    for path in ("/chat/session", "/chat/messages", "/chat/forget", "/chat/ask"):
        answer = requests.post(
            assistant.url + path, headers={"Origin": "https://evil.example"}, data="", timeout=10
        )
        assert answer.status_code == 403, path


async def test_lone_surrogates_and_control_characters_break_nothing(
    assistant: Assistant, session: dict[str, str]
) -> None:
    client = await Client.connect(assistant, session)
    raw = '{"type":"message","id":"surrogate-1","kind":"text","text":"a\\ud800\\u0000\\u202eb"}'
    await client.socket.send(raw)
    said, answered = await client.messages(2)
    assert said["text"] == "ab"
    assert answered["text"] == "收到：ab"


async def test_a_failing_turn_is_said_and_can_be_sent_again(
    assistant: Assistant, session: dict[str, str]
) -> None:
    client = await Client.connect(assistant, session)
    client_id = await client.say("坏")
    refused = await client.until(lambda frame: frame["type"] == "refused")
    assert (refused["id"], refused["reason"]) == (client_id, "failed")
    assert "12345" in refused["text"]
    await client.say("好", client_id)
    assert [m["text"] for m in await client.messages(2)] == ["好", "收到：好"]


async def test_polling_does_what_the_socket_does(assistant: Assistant, session: dict[str, str]) -> None:
    message = {"type": "message", "id": "polling-0001", "kind": "text", "text": "轮询"}
    for expected in ("accepted", {"running", "done"}):
        answer = requests.post(
            f"{assistant.url}/chat/messages", headers=bearer(session), json=message, timeout=10
        )
        assert answer.status_code == 202
        assert answer.json()["type"] in expected
    news = requests.get(
        f"{assistant.url}/chat/poll?after=0&wait=20", headers=bearer(session), timeout=30
    ).json()
    assert [m["text"] for m in news["messages"]] == ["轮询", "收到：轮询"]


async def test_forgetting_deletes_what_was_said(assistant: Assistant, session: dict[str, str]) -> None:
    client = await Client.connect(assistant, session)
    await client.say("忘掉")
    await client.messages(2)
    requests.post(f"{assistant.url}/chat/forget", headers=bearer(session), timeout=10).raise_for_status()
    history = requests.get(f"{assistant.url}/chat/history", headers=bearer(session), timeout=10).json()
    assert history["messages"] == []


async def test_one_address_cannot_open_conversations_without_end(tmp_path: Any) -> None:
    assistant = Assistant(tmp_path, "--sessions-per-minute", "3")
    assistant.start()
    try:
        answers = [requests.post(f"{assistant.url}/chat/session", timeout=10) for _ in range(5)]
        client = await greeted(assistant, invitation_of(assistant))
        assert await client.next() == {"type": "error", "code": "rate_limited"}
    finally:
        assistant.stop()
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert int(answers[-1].headers["Retry-After"]) >= 1


def test_the_plain_form_talks_without_script(assistant: Assistant) -> None:
    first = requests.get(assistant.url, timeout=10).text
    form = {"id": field(first, "id"), "token": "", "text": "你好<b>"}
    second = requests.post(f"{assistant.url}/chat/ask", data=form, timeout=30).text
    assert "<p>你好&lt;b&gt;</p>" in second
    assert "收到：你好&lt;b&gt;" in second
    form = {"id": field(second, "id"), "token": field(second, "token"), "text": "你好"}
    third = requests.post(f"{assistant.url}/chat/ask", data=form, timeout=30).text
    assert requests.post(f"{assistant.url}/chat/ask", data=form, timeout=30).text.count("<p>你好</p>") == 1
    payload = third.split('name="payload" value="')[1].split('"')[0]
    form = {"id": field(third, "id"), "token": field(third, "token"), "text": "", "payload": payload}
    last = requests.post(f"{assistant.url}/chat/ask", data=form, timeout=30).text
    assert "<p>查健康码</p>" in last
    assert "您选了/check_code" in last


def field(html: str, name: str) -> str:
    return html.split(f'name="{name}" value="')[1].split('"', maxsplit=1)[0]


def test_every_answer_carries_the_security_headers(assistant: Assistant, session: dict[str, str]) -> None:
    page = requests.get(assistant.url, timeout=10)
    assert "Hello from Rasa" not in page.text
    style = page.text.split('rel="stylesheet" href="')[1].split('"')[0]
    for path in ("/", style, "/favicon.ico", "/chat/history", "/static/0/none.js"):
        headers = requests.get(assistant.url + path, headers=bearer(session), timeout=10).headers
        assert headers["Content-Security-Policy"].startswith("default-src 'self';"), path
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_files_are_cached_for_good_under_their_own_version_only(assistant: Assistant) -> None:
    page = requests.get(assistant.url, timeout=10).text
    path = page.split('rel="stylesheet" href="')[1].split('"')[0]
    current = requests.get(assistant.url + path, timeout=10)
    assert "immutable" in current.headers["Cache-Control"]
    old = requests.get(f"{assistant.url}/static/0000000000000000/style.css", timeout=10)
    assert old.headers["Cache-Control"] == "no-cache"
    plain = requests.get(assistant.url + path, headers={"Accept-Encoding": "identity"}, timeout=10)
    raw = requests.get(assistant.url + path, headers={"Accept-Encoding": "gzip"}, stream=True, timeout=10)
    assert gzip.decompress(raw.raw.read(decode_content=False)) == plain.content


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("identity", None),
        ("brx", None),
    ],
)
def test_page_and_files_come_as_small_as_the_browser_can_read(
    assistant: Assistant, accepted: str, coding: str | None
) -> None:
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[coding]
    plain = requests.get(assistant.url, headers={"Accept-Encoding": "identity"}, timeout=10)
    path = plain.text.split('rel="stylesheet" href="')[1].split('"')[0]
    whole = requests.get(assistant.url + path, headers={"Accept-Encoding": "identity"}, timeout=10)
    headers = {"Accept-Encoding": accepted}
    for address, text in (("/", "</html>"), (path, whole.text)):
        answer = requests.get(assistant.url + address, headers=headers, stream=True, timeout=10)
        assert answer.headers.get("Content-Encoding") == coding
        assert "Accept-Encoding" in answer.headers["Vary"]
        assert text in unpack(answer.raw.read(decode_content=False)).decode()


@pytest.mark.parametrize("name", ["../channel.py", "..%2fchannel.py", "vendor/LICENSES.txt", "index.html"])
def test_only_the_pages_own_files_are_served(assistant: Assistant, name: str) -> None:
    assert requests.get(f"{assistant.url}/static/0/{name}", timeout=10).status_code == 404


def send_picture(
    assistant: Assistant, session: dict[str, str], raw: bytes, **headers: str
) -> requests.Response:
    return requests.post(
        f"{assistant.url}/chat/pictures", data=raw, headers={**bearer(session), **headers}, timeout=20
    )


async def test_a_picture_is_kept_redrawn_and_said_once(assistant: Assistant, session: dict[str, str]) -> None:
    answer = send_picture(assistant, session, photo((1200, 900)))
    assert answer.status_code == 201
    picture = answer.json()["picture"]
    client = await Client.connect(assistant, session)
    frame = {"type": "message", "id": uuid.uuid4().hex, "kind": "image", "picture": picture}
    await client.send(frame)
    said, answered = await client.messages(2)
    assert (said["text"], said["kind"], said["picture"]) == ("[图片]", "image", picture)
    assert answered["text"] == "图片收到了。"
    await client.send(frame)
    await client.until(lambda got: got["type"] == "done")
    shown = requests.get(f"{assistant.url}/chat/pictures/{picture}", headers=bearer(session), timeout=10)
    assert shown.headers["content-type"] == "image/jpeg"
    assert b"Phone of somebody" not in shown.content


def test_a_picture_is_shown_to_its_own_conversation_only(
    assistant: Assistant, session: dict[str, str]
) -> None:
    picture = send_picture(assistant, session, paper()).json()["picture"]
    address = f"{assistant.url}/chat/pictures/{picture}"
    assert requests.get(address, timeout=10).status_code == 401
    assert requests.get(address, headers=bearer(open_session(assistant)), timeout=10).status_code == 404
    assert requests.get(f"{address}x", headers=bearer(session), timeout=10).status_code == 404


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        (b"%PDF-1.7 nothing to see", 415, "bad_picture"),
        (b"", 415, "bad_picture"),
        (b"\x00" * (LARGEST_FILE + 1), 413, "too_large"),
    ],
    ids=["pdf", "nothing", "too large"],
)
def test_what_is_no_picture_is_refused_by_name(
    assistant: Assistant, session: dict[str, str], raw: bytes, status: int, code: str
) -> None:
    answer = send_picture(assistant, session, raw, **{"Content-Type": "image/jpeg"})
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_body_that_says_it_is_too_large_is_not_read(assistant: Assistant, session: dict[str, str]) -> None:
    with socket.create_connection(("127.0.0.1", assistant.port), timeout=10) as line:
        head = [
            "POST /chat/pictures HTTP/1.1",
            "Host: localhost",
            f"Authorization: Bearer {session['token']}",
            "Content-Length: 99999999",
        ]
        line.sendall("\r\n".join([*head, "", ""]).encode())
        assert line.recv(4096).startswith(b"HTTP/1.1 413")


def test_pictures_need_our_page_a_session_and_some_patience(
    assistant: Assistant, session: dict[str, str]
) -> None:
    assert send_picture(assistant, session, paper(), Origin="https://evil.example").status_code == 403
    assert requests.post(f"{assistant.url}/chat/pictures", data=paper(), timeout=10).status_code == 401
    small = paper((60, 80))
    codes = [send_picture(assistant, session, small).status_code for _ in range(14)]
    assert codes[:10] == [201] * 10
    assert codes[-1] == 429


def test_a_picture_is_sent_by_the_form_without_script(assistant: Assistant) -> None:
    fields = {"id": uuid.uuid4().hex, "token": "", "text": ""}
    file = {"picture": ("report.png", paper(), "image/png")}
    page = requests.post(f"{assistant.url}/chat/ask", data=fields, files=file, timeout=30)
    assert "[图片]" in page.text
    assert "图片收到了。" in page.text
    bad = {"picture": ("report.pdf", b"%PDF-1.7", "image/png")}
    fields = {"id": uuid.uuid4().hex, "token": "", "text": "顺便问一下"}
    page = requests.post(f"{assistant.url}/chat/ask", data=fields, files=bad, timeout=30)
    assert "这张图片没有收到" in page.text
    assert "收到：顺便问一下" in page.text
