"""From a signed event to one notice: refused, stored, held back, revoked, told once."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import uuid
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from bot.message import OutboundMessage
from bot.notices.courier import Channel, Courier
from bot.notices.ledger import DeliveryLedger
from bot.notices.receiver import PATH, Receiver
from bot.notices.store import NoticeStore
from bot.notices.wording import Matter, Wording
from bot.signing import PayloadSigner
from privacy.database import open_engine
from privacy.joins import Joins, Member
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
        engine = open_engine(self.url)
        store = NoticeStore(engine, KEY)
        self.subscriptions = Subscriptions(self.url, KEY)
        self.joins = Joins(self.url, KEY, lambda: datetime.fromtimestamp(self.now, timezone.utc))
        self.receiver = Receiver(SECRET, store, self.subscriptions, WORDING, self.joins, lambda: self.now)
        signer = PayloadSigner(KEY)
        self.courier = Courier(
            store,
            DeliveryLedger(engine),
            self.subscriptions,
            wording=WORDING,
            signer=signer,
            joins=self.joins,
            clock=lambda: self.now,
        )

    async def push(self) -> list[str]:
        """Push what is due, as the page would; return the texts that are new."""
        before = len(self.said)
        await self.courier.push_due({"web": Channel(self._web)})
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


def join(house: House, first: str, second: str) -> None:
    code = house.joins.offer(Member(first, "web"), "per_1")
    house.joins.redeem(code, Member(second, "web"), "per_1", DAY, lambda *_: "joined")


def told_in(house: House) -> list[str]:
    return [conversation for conversation, _, _ in house.said]


async def test_joined_conversations_are_told_as_one_where_the_person_spoke_last(house: House) -> None:
    wants(house)
    wants(house, conversation_id="talk-2")
    join(house, "talk-1", "talk-2")
    house.now += 60
    house.joins.seen("talk-1")
    house.receiver.take(event(), DAY)
    assert len(await house.push()) == 1
    assert told_in(house) == ["talk-1"]


async def test_of_joined_conversations_the_one_that_did_not_ask_is_told_when_it_is_the_last(
    house: House,
) -> None:
    wants(house)
    join(house, "talk-1", "talk-2")
    house.receiver.take(event(), DAY)
    await house.push()
    assert told_in(house) == ["talk-2"]


async def test_what_was_closed_is_not_told_in_the_other_either(house: House) -> None:
    wants(house)
    join(house, "talk-1", "talk-2")
    house.receiver.take(event(), DAY)
    house.subscriptions.remove("talk-1", ["code"])
    assert await house.push() == []


async def test_a_conversation_that_was_separated_is_not_told_of_what_the_other_asked_for(
    house: House,
) -> None:
    wants(house)
    join(house, "talk-1", "talk-2")
    house.receiver.take(event(), DAY)
    house.joins.leave(["talk-2"], DAY)
    assert await house.push() == []


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


async def test_a_link_is_told_without_naming_anybody_and_opens_who_may_act(
    house: House,
) -> None:
    wants(house, kind="family")
    asked = event("family.linked", data={})
    house.receiver.take(asked, DAY)
    (text,) = await house.push()
    assert "解除" in text
    to = house.subscriptions.of_conversation("talk-1")[0]
    (button,) = WORDING.message("family.linked", to, Matter(), house.now).buttons
    assert button.payload == '/manage_family{"person_relation": "本人", "choice": "family=holders"}'


async def test_who_did_not_agree_to_notices_of_links_is_not_told_of_one(house: House) -> None:
    wants(house, kind="code")
    house.receiver.take(event("family.linked", data={}), DAY)
    assert await house.push() == []


async def test_a_check_in_that_ends_is_told_by_its_day_and_as_over_when_it_is(house: House) -> None:
    wants(house, kind="reminder")
    ends = {"valid_until": "2022-09-06T01:00:00+00:00"}
    house.receiver.take(event("checkin.expiring", data=ends), DAY)
    assert await house.push() == ["您的健康打卡9月6日到期，点“查看”现在打卡。"]
    house.receiver.take(event("checkin.expiring", data=ends), DAY + timedelta(days=1, minutes=1))
    assert await house.push() == ["您的健康打卡9月6日已经到期，点“查看”打卡就能续上。"]


async def test_a_check_in_that_ended_in_the_night_is_not_announced_in_the_morning(house: House) -> None:
    wants(house, kind="reminder", language="en")
    early = {"valid_until": "2022-09-06T05:00:00+08:00"}
    house.receiver.take(event("checkin.expiring", data=early), NIGHT)
    assert await house.push() == []
    house.now += 8 * 3600
    said = "Your health check-in expired on 6 September. Tap Open to renew it."
    assert await house.push() == [said]


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
        for text in (*announcement.texts.values(), *announcement.over.values()):
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
    running = asyncio.create_task(house.courier.run({"web": Channel(house._web)}))
    await asyncio.sleep(0)
    house.receiver.take(event(), DAY)
    house.courier.wake()

    async def until_told() -> None:
        while not house.said:
            await asyncio.sleep(0)

    await asyncio.wait_for(until_told(), 5)
    running.cancel()
