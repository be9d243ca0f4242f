"""From a signed event to one notice: refused, stored, held back, revoked, told once."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.message import OutboundMessage
from bot.notices.courier import Courier
from bot.notices.receiver import PATH, Receiver
from bot.notices.store import NoticeStore
from bot.notices.wording import Wording
from bot.signing import PayloadSigner
from privacy.database import open_engine
from privacy.notices import THIS_CONVERSATION, Subscription, Subscriptions

ROOT = Path(__file__).parents[2]
SECRET, KEY = b"s" * 32, b"k" * 32
WORDING = Wording.load(ROOT / "data" / "notices.yml")
DAY = datetime.fromisoformat("2022-09-05T09:00:00+08:00")
NIGHT = datetime.fromisoformat("2022-09-05T23:30:00+08:00")


class House:
    """The bot's part of notices on one database, with a clock that a test moves."""

    def __init__(self, folder: Path) -> None:
        self.now = 1_700_000_000.0
        self.url = f"sqlite:///{folder}/bot.sqlite3"
        self.said: list[tuple[str, str, str]] = []
        self.open()

    def open(self) -> None:
        """Begin as a process does; again: a restart."""
        store = NoticeStore(open_engine(self.url), KEY)
        self.subscriptions = Subscriptions(self.url, KEY)
        self.receiver = Receiver(SECRET, store, self.subscriptions, WORDING, lambda: self.now)
        signer = PayloadSigner(KEY)
        self.courier = Courier(store, self.subscriptions, WORDING, signer, lambda: self.now)

    async def push(self) -> list[str]:
        """Push what is due, as the page would; return the texts that are new."""
        before = len(self.said)
        await self.courier.push_due({"web": self._web})
        return [text for _, text, _ in self.said[before:]]

    async def _web(self, conversation: str, message: OutboundMessage, name: str) -> None:
        if name not in {known for _, _, known in self.said}:
            self.said.append((conversation, str(message.text), name))


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def wants(house: House, kind: str = "code", about: str = "per_1", owner: str = "per_1", **more: Any) -> None:
    facts = {"conversation_id": "talk-1", "channel": "web", **more}
    house.subscriptions.add(Subscription(kind=kind, about=about, owner=owner, **facts))


def event(kind: str = "code.changed", **more: Any) -> dict[str, Any]:
    return {
        "event_id": f"evt_{uuid.uuid4().hex[:16]}",
        "kind": kind,
        "person_id": "per_1",
        "audience": ["per_1"],
        "occurred_at": DAY.isoformat(),
        "data": {},
        **more,
    }


def signed(body: bytes, now: float, nonce: str | None = None) -> dict[str, str]:
    nonce = nonce or uuid.uuid4().hex
    text = f"POST\n{PATH}\n{int(now)}\n{nonce}\n{hashlib.sha256(body).hexdigest()}".encode()
    mac = hmac.new(SECRET, text, hashlib.sha256).hexdigest()
    return {"x-client-id": "platform", "x-timestamp": str(int(now)), "x-nonce": nonce, "x-signature": mac}


def test_only_what_the_platform_signed_just_now_is_admitted_and_only_once(house: House) -> None:
    body = json.dumps(event()).encode()
    good = signed(body, house.now)
    assert not house.receiver.admit({**good, "x-signature": "0" * 64}, PATH, body)
    assert not house.receiver.admit(good, PATH, body + b" ")
    assert not house.receiver.admit(good, PATH + "?x", body)
    assert not house.receiver.admit({**good, "x-client-id": "desk"}, PATH, body)
    assert not house.receiver.admit(signed(body, house.now - 301), PATH, body)
    assert house.receiver.admit(good, PATH, body)
    house.open()
    assert not house.receiver.admit(good, PATH, body), "a nonce is remembered over a restart"


async def test_a_change_is_told_once_whatever_is_repeated(house: House) -> None:
    wants(house)
    change = event()
    assert house.receiver.take(change, DAY)
    house.open()
    assert not house.receiver.take(change, DAY)
    assert await house.push() == ["您的健康码状态有更新，点“查看”了解怎么做。"]
    house.open()
    assert await house.push() == []


async def test_a_process_that_dies_between_telling_and_noting_does_not_tell_again(house: House) -> None:
    wants(house)
    change = event()
    house.receiver.take(change, DAY)
    house.said.append(("talk-1", "told by the process that died", f"notice-{change['event_id']}"))
    assert await house.push() == []


async def test_what_was_revoked_is_not_told(house: House) -> None:
    wants(house)
    house.receiver.take(event(), DAY)
    house.subscriptions.remove("talk-1", ["code"])
    assert await house.push() == []
    wants(house)
    assert await house.push() == [], "not later either"


async def test_who_did_not_ask_is_not_told(house: House) -> None:
    wants(house, kind="result")
    wants(house, about="per_2", owner="per_2")
    house.receiver.take(event(), DAY)
    assert await house.push() == []


async def test_what_can_wait_waits_for_the_morning_and_a_colour_does_not(house: House) -> None:
    wants(house, kind="result")
    wants(house)
    house.receiver.take(event("test.reported"), NIGHT)
    house.receiver.take(event(), NIGHT)
    assert len(await house.push()) == 1
    house.now += 7.4 * 3600
    assert await house.push() == []
    house.now += 0.2 * 3600
    assert await house.push() == ["您有一份检测报告出来了，点“查看”看结果。"]


async def test_a_relative_is_told_of_only_while_linked(house: House) -> None:
    wants(house, owner="per_9", relation="母亲")
    house.receiver.take(event(audience=["per_1"]), DAY)
    assert await house.push() == []
    house.receiver.take(event(audience=["per_1", "per_9"]), DAY)
    assert await house.push() == ["您家人的健康码状态有更新，点“查看”了解怎么做。"]
    house.receiver.take(event(audience=["per_1", "per_9"]), DAY)
    house.receiver.take(event("family.link_ended", data={"owner_id": "per_9"}), DAY)
    assert await house.push() == [], "a notice on its way ends with the link"


async def test_an_order_is_told_where_it_was_made(house: House) -> None:
    wants(house, kind="order", about=THIS_CONVERSATION, owner="")
    data = {"number": "JKT20220905-000001", "conversation_id": "talk-1", "channel": "web"}
    house.receiver.take(event("service_request.answered", person_id=None, audience=[], data=data), DAY)
    assert await house.push() == ["您的工单有答复了，点“查看”看答复。"]


async def test_without_push_it_waits_for_the_next_contact_and_the_newest_counts(house: House) -> None:
    wants(house, channel="rest")
    house.receiver.take(event(), DAY)
    house.receiver.take(event(), DAY)
    assert await house.push() == []
    told: list[OutboundMessage] = []

    async def say(message: OutboundMessage) -> None:
        told.append(message)

    await house.courier.at_contact("talk-2", say)
    await house.courier.at_contact("talk-1", say)
    await house.courier.at_contact("talk-1", say)
    assert len(told) == 1
    assert told[0].buttons[0].payload == '/ask_color_reason{"person_relation": "本人"}'


async def test_what_is_not_worth_telling_any_more_is_not_told(house: House) -> None:
    wants(house, channel="rest")
    house.receiver.take(event(), DAY)
    house.now += timedelta(hours=73).total_seconds()
    told: list[OutboundMessage] = []

    async def say(message: OutboundMessage) -> None:
        told.append(message)

    await house.courier.at_contact("talk-1", say)
    assert told == []


def test_no_notice_holds_a_colour_a_result_or_a_name() -> None:
    for announcement in WORDING.events.values():
        for text in announcement.texts.values():
            assert not any(
                word in text for word in ("绿", "黄码", "红码", "阴性", "阳性", "green", "negative")
            )
            assert len(text) <= 90


def test_the_table_of_subscriptions_names_nobody(house: House, tmp_path: Path) -> None:
    wants(house, relation="母亲")
    raw = b"".join(file.read_bytes() for file in tmp_path.glob("bot.sqlite3*"))
    assert b"talk-1" not in raw
    assert b"per_1" not in raw
    assert "母亲".encode() not in raw


async def test_the_courier_wakes_up_for_what_is_new(house: House) -> None:
    wants(house)
    running = asyncio.create_task(house.courier.run({"web": house._web}))
    await asyncio.sleep(0)
    house.receiver.take(event(), DAY)
    house.courier.wake()

    async def until_told() -> None:
        while not house.said:
            await asyncio.sleep(0)

    await asyncio.wait_for(until_told(), 5)
    running.cancel()
