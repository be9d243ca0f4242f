"""The bot's side of a hand-over: one voice at a time, words that wait when the desk is away, nothing doubled."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rasa.core.channels.channel import UserMessage

from bot.channels.rest import RestOutput
from bot.channels.web.store import Draft, MessageStore
from bot.desk.context import MOST_CHARACTERS, MOST_LINES, context_of
from bot.desk.owners import Owners
from bot.desk.signing import is_signed, signed_headers
from bot.footing import Footing
from bot.message import InboundMessage
from bot.settings import Settings
from privacy.database import open_engine
from privacy.sealing import Sealer
from privacy.vault import utc_now

TALK = "talk-1"


def told(owner: str, version: int, conversation: str = TALK, **changes: Any) -> dict[str, Any]:
    """What the desk says of a conversation."""
    return {
        "chat_id": "c" * 32,
        "conversation_id": conversation,
        "channel": "rest",
        "version": version,
        "owner": owner,
        "agent": "A001" if owner == "agent" else None,
        "state": {"bot": "closed", "queued": "queued", "agent": "active"}[owner],
        "outcome": "answered" if owner == "bot" else None,
        "language": "zh",
        "large_type": False,
        "ahead": 2,
        "wait_s": 170.0,
        **changes,
    }


class ScriptedDesk:
    """A desk on loopback: answers as told, or is away; remembers what it got."""

    def __init__(self) -> None:
        self.away = False
        self.answer: dict[str, Any] = told("queued", 1)
        self.status: dict[str, int] = {}
        self.got: list[tuple[str, str, dict[str, Any]]] = []
        desk = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.serve("POST")

            def do_GET(self) -> None:
                self.serve("GET")

            def do_DELETE(self) -> None:
                self.serve("DELETE")

            def serve(self, method: str) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                kind = self.path.rsplit("/", 1)[-1]
                status = 503 if desk.away else desk.status.get(kind, 200)
                if status < 400:
                    desk.got.append((method, self.path, json.loads(body or b"{}")))
                sent = json.dumps(desk.answer).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(sent)))
                self.end_headers()
                self.wfile.write(sent)

            def log_message(self, *_: Any) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def texts(self) -> list[str]:
        """Words of the citizen that arrived."""
        return [body["text"] for _, path, body in self.got if path.endswith("/messages")]


@pytest.fixture
def desk() -> Iterator[ScriptedDesk]:
    scripted = ScriptedDesk()
    Thread(target=scripted.server.serve_forever, daemon=True).start()
    yield scripted
    scripted.server.shutdown()


class House:
    """The bot without a model: ``assistant`` answers instead of Rasa."""

    def __init__(self, desk: ScriptedDesk, folder: Path) -> None:
        self.footing = Footing.build(
            Settings(
                var_dir=folder,
                bot_db=f"sqlite:///{folder}/db/bot.sqlite3",
                vault_db=f"sqlite:///{folder}/db/vault.sqlite3",
                desk_url=desk.url,
            )
        )
        self.assistant: Callable[[UserMessage], Awaitable[None]] = self.echo
        self.seen: list[UserMessage] = []
        self.inbound = self.footing.inbound(self.handle)

    async def handle(self, message: UserMessage) -> None:
        self.seen.append(message)
        await self.assistant(message)

    async def echo(self, message: UserMessage) -> None:
        await message.output_channel.send_response(message.sender_id, {"text": f"助手：{message.text}"})

    async def wish(self, message: UserMessage) -> None:
        custom = {"hand_over": {"reason": "asked", "language": "zh", "elder": False}}
        await message.output_channel.send_response(message.sender_id, {"custom": custom})

    async def say(self, text: str, **fields: Any) -> list[dict[str, Any]]:
        output = RestOutput(self.footing.signer)
        fields.setdefault("client_id", uuid.uuid4().hex)
        await self.inbound.receive(InboundMessage("rest", TALK, text=text, **fields), output)
        return output.messages

    async def words(self, text: str, **fields: Any) -> list[str]:
        return [message["text"] for message in await self.say(text, **fields)]

    def owner(self) -> str:
        return self.footing.desk.owners.get(TALK).owner


@pytest.fixture
async def house(desk: ScriptedDesk, tmp_path: Path) -> Any:
    built = House(desk, tmp_path)
    yield built
    await built.footing.desk_line.close()


def letter(owner: str, version: int, *lines: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {**told(owner, version), "name": f"c-{version}", "lines": list(lines), **changes}


def spoken(text: str) -> dict[str, Any]:
    return {"seq": 1, "kind": "agent", "author": "A001", "at": 1.0, "text": text}


async def test_a_wish_is_asked_of_the_desk_and_the_place_is_told(house: House, desk: ScriptedDesk) -> None:
    house.assistant = house.wish
    [answer] = await house.say("转人工")
    assert "前面还有2位，大约3分钟" in answer["text"]
    assert [button["title"] for button in answer["buttons"]] == ["不排了"]
    assert house.owner() == "queued"
    ((_, path, body),) = desk.got
    assert (path, body["reason"], body["conversation_id"]) == ("/v1/chats", "asked", TALK)


async def test_an_unknown_wait_is_not_made_up(house: House, desk: ScriptedDesk) -> None:
    desk.answer = told("queued", 1, wait_s=None)
    house.assistant = house.wish
    (words,) = await house.words("转人工")
    assert "前面还有2位" in words
    assert "分钟" not in words


@pytest.mark.parametrize(("outcome", "word"), [("nobody_there", "没有坐席在线"), ("off_hours", "下班")])
async def test_nobody_can_come(house: House, desk: ScriptedDesk, outcome: str, word: str) -> None:
    desk.answer = told("bot", 1, outcome=outcome)
    house.assistant = house.wish
    [answer] = await house.say("转人工")
    assert word in answer["text"]
    assert [b["title"] for b in answer["buttons"]] == ["记工单", "约个时间回电", "打12345"]
    house.assistant = house.echo
    assert await house.words("核酸") == ["助手：核酸"]


async def test_while_a_person_has_the_talk_the_assistant_is_not_asked(
    house: House, desk: ScriptedDesk
) -> None:
    house.footing.desk.owners.learn(told("agent", 3))
    desk.answer = told("agent", 3)
    assert await house.words("我的码黄了") == []
    assert house.seen == []
    assert desk.texts() == ["我的码黄了"]


async def test_numbers_reach_the_agent_as_tokens(house: House, desk: ScriptedDesk) -> None:
    house.footing.desk.owners.learn(told("agent", 3))
    desk.answer = told("agent", 3)
    await house.words("我的身份证510104199001019996")
    assert "510104199001019996" not in desk.texts()[0]


async def test_an_answer_is_dropped_when_a_person_took_the_talk_meanwhile(house: House) -> None:
    async def slow(message: UserMessage) -> None:
        await house.echo(message)
        house.footing.desk.owners.learn(told("agent", 5))

    house.assistant = slow
    assert await house.words("核酸管几天") == []


async def test_an_answer_after_the_turn_is_dropped_where_it_is_stored(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/bot.sqlite3")
    owners = Owners(engine)
    store = MessageStore(engine, utc_now, Sealer(b"k" * 32))

    def unchanged(connection: Any) -> bool:
        return owners.may_speak(TALK, 0, connection)

    said = [Draft("person", {"text": "问"}, "m1"), Draft("assistant", {"text": "答"})]
    assert len(await store.append(TALK, said, unchanged)) == 2
    owners.learn(told("agent", 1))
    again = [Draft("person", {"text": "再问"}, "m2"), Draft("assistant", {"text": "再答"})]
    kept = await store.append(TALK, again, unchanged)
    assert [message.body["text"] for message in kept] == ["再问"], "what the person said stays"
    store.close()


async def test_a_desk_that_is_away_is_told_plainly_and_gets_everything_later(
    house: House, desk: ScriptedDesk
) -> None:
    house.footing.desk.owners.learn(told("agent", 3))
    desk.answer, desk.away = told("agent", 3), True
    assert "连不上" in (await house.words("第一句"))[0]
    assert "连不上" in (await house.words("第二句"))[0]
    desk.away = False
    assert await house.words("第三句") == []
    assert desk.texts() == ["第一句", "第二句", "第三句"]


async def test_with_the_desk_away_the_assistant_works(house: House, desk: ScriptedDesk) -> None:
    desk.away = True
    assert await house.words("核酸") == ["助手：核酸"]
    house.assistant = house.wish
    assert "暂时连不上" in (await house.words("转人工"))[0]
    assert house.owner() == "bot"


async def test_a_letter_that_reaches_the_desk_later_is_told_of(house: House, desk: ScriptedDesk) -> None:
    desk.away = True
    house.assistant = house.wish
    await house.words("转人工", client_id="m1")
    desk.away = False
    house.assistant = house.echo
    running = asyncio.create_task(house.footing.desk_line.run())
    for _ in range(200):
        if house.footing.desk.letters.held(TALK):
            break
        await asyncio.sleep(0.05)
    running.cancel()
    assert house.owner() == "queued"
    assert [body["request_id"] for _, path, body in desk.got if path == "/v1/chats"] != []
    desk.answer = told("queued", 1)
    said = await house.words("在吗")
    assert any("马上为您转接" in words for words in said)


async def test_a_message_for_a_chat_that_has_ended_is_answered_by_the_assistant(
    house: House, desk: ScriptedDesk
) -> None:
    house.footing.desk.owners.learn(told("agent", 3))
    desk.status, desk.answer = {"messages": 409}, told("bot", 4)
    assert await house.words("还在吗") == ["助手：还在吗"]
    assert house.owner() == "bot"
    assert house.seen[0].metadata["after_agent"] == "answered"
    await house.words("再问")
    assert "after_agent" not in house.seen[1].metadata


async def test_an_agents_words_come_once_with_the_next_answer_where_nothing_can_be_pushed(
    house: House,
) -> None:
    for _ in range(2):
        await house.footing.desk.take(letter("agent", 3, spoken("您好")))
    await house.footing.desk.take(letter("bot", 4))
    assert await house.words("核酸") == ["助手：核酸", "【坐席A001】您好"]
    assert await house.words("核酸") == ["助手：核酸"]


async def test_letters_that_come_late_change_nothing(house: House) -> None:
    await house.footing.desk.take(letter("bot", 6))
    await house.footing.desk.take(letter("agent", 5))
    assert house.owner() == "bot"


async def test_leaving_and_rating_are_not_the_assistants(house: House, desk: ScriptedDesk) -> None:
    house.footing.desk.owners.learn(told("queued", 1))
    assert await house.words("不排了") == []
    assert desk.got[-1][1].endswith("/leave")
    sign = house.footing.signer.sign
    payload = sign(TALK, '/desk{"do": "rate", "chat": "c1", "score": 4}')
    assert await house.words(payload, kind="payload") == ["谢谢您的评价。"]
    assert desk.got[-1][1:] == ("/v1/chats/c1/rating", {"score": 4})
    assert house.seen == []


async def test_a_typed_command_of_the_desk_is_text(house: House) -> None:
    typed = '/desk{"do": "leave"}'
    await house.words(typed)
    assert len(house.seen) == 1, "the assistant reads it as words"


async def test_danger_in_the_queue_is_answered_at_once_also_when_the_desk_is_away(
    house: House, desk: ScriptedDesk
) -> None:
    house.footing.desk.owners.learn(told("queued", 1))
    assert "120" in (await house.words("我妈昏倒了没有呼吸"))[0]
    assert desk.got[-1][2]["urgent"] is True
    desk.away = True
    assert "120" in (await house.words("她没有呼吸了"))[0]


async def test_a_turn_that_was_killed_before_its_channel_had_it_does_not_speak_over_a_person(
    house: House, desk: ScriptedDesk
) -> None:
    held = house.footing.held
    with house.footing.engine.begin() as connection:
        turn = house.inbound._running([InboundMessage("rest", TALK, text="问", client_id="m1")], _said("答"))
        held.write(connection, turn)
    house.footing.desk.owners.learn(told("agent", 2))
    assert await house.words("问", client_id="m1") == []


async def test_deletion_asks_the_desk_for_the_same(house: House, desk: ScriptedDesk) -> None:
    house.footing.desk.owners.learn(told("agent", 3))
    house.footing.router.forget(TALK)
    assert house.owner() == "bot"
    (waiting,) = house.footing.desk.letters.of(TALK)
    await house.footing.desk_line.carry(TALK, waiting.name)
    assert desk.got[-1][:2] == ("DELETE", f"/v1/chats/of/{TALK}")


class _said:  # noqa: N801 - stands for an output that has said something
    def __init__(self, text: str) -> None:
        self.answers = [{"text": text}]


def test_what_is_kept_for_the_desk_is_not_readable(house: House) -> None:
    house.footing.desk.letters.put("n1", TALK, "message", {"text": "密语"})
    house.footing.desk.letters.hold(TALK, {"text": "密语"}, "n2")
    with house.footing.engine.connect() as connection:
        for table in ("desk_letters", "desk_waiting"):
            rows = connection.execute(sa.text(f"SELECT sealed FROM {table}")).scalars()
            assert all("密语".encode() not in bytes(sealed) for sealed in rows)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(
    st.permutations(
        [told("queued", 1), told("agent", 2), told("queued", 3), told("agent", 4), told("bot", 5)]
    )
)
def test_in_whatever_order_the_desk_is_heard_the_newest_holds(
    tmp_path_factory: pytest.TempPathFactory, heard: list[dict[str, Any]]
) -> None:
    owners = Owners(open_engine(f"sqlite:///{tmp_path_factory.mktemp('owners')}/bot.sqlite3"))
    newest = 0
    for said in [*heard, *heard]:
        newest = max(newest, said["version"])
        assert owners.learn(said).version == newest
    assert owners.get(TALK).owner == "bot"


def test_the_context_holds_what_fits_and_no_commands() -> None:
    events: list[dict[str, Any]] = [{"event": "user", "text": "/session_start", "timestamp": 0.0}]
    events += [
        {"event": "user", "text": "字" * 400, "timestamp": float(i), "input_channel": "web"}
        for i in range(200)
    ]
    events += [
        {"event": "slot", "name": "language", "value": "en"},
        {"event": "slot", "name": "last_topic", "value": "query_code_status"},
        {"event": "slot", "name": "session", "value": "secret"},
        {"event": "active_loop", "name": "appeal_form"},
    ]
    context = context_of(events)
    assert len(context.transcript) <= MOST_LINES
    assert sum(len(line["text"]) for line in context.transcript) <= MOST_CHARACTERS
    assert context.transcript[-1]["at"] == 199.0
    assert (context.language, context.topic, context.channel) == ("en", "query_code_status", "web")
    assert context.facts == {"topic": "query_code_status", "form": "appeal_form"}


@pytest.mark.parametrize("change", ["client", "secret", "path", "body", "old"])
def test_a_letter_that_is_not_the_desks_is_refused(change: str) -> None:
    now = time.time()
    signed = signed_headers("desk", b"s" * 32, "POST", "/internal/desk", b"{}")
    headers = {name.lower(): value for name, value in signed.items()}
    good = {"path": "/internal/desk", "body": b"{}", "now": now}
    assert is_signed("desk", b"s" * 32, headers, **good)  # type: ignore[arg-type]
    client, secret = "desk", b"s" * 32
    if change == "client":
        client = "platform"
    elif change == "secret":
        secret = b"t" * 32
    else:
        good = {
            **good,
            **{"path": {"path": "/x"}, "body": {"body": b"{ }"}, "old": {"now": now + 301}}[change],
        }
    assert not is_signed(client, secret, headers, **good)  # type: ignore[arg-type]
