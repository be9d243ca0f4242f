"""From an event to a person in WeChat: by subscribed notice, within the quota, by text; in this order, and once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from bot.channels.wechat.channel import WeChatContext
from bot.commands.notices import report
from bot.message import OutboundMessage
from bot.notices.courier import Channel, Courier
from bot.notices.ledger import DeliveryLedger, forget_deliveries
from bot.notices.receiver import Receiver
from bot.notices.store import NoticeStore, forget_notices
from bot.notices.ways import Attempt, Letter, Verdict, Way
from bot.notices.wording import Wording
from privacy.joins import Joins
from privacy.notices import Subscription, Subscriptions
from privacy.vault import utc_now
from tests.wechat.house import KEY, PUBLIC, ROOT, SIGNER, House, Process
from tests.wechat_server import ManualClock, Phone, WeChat

BIZSEND = "/cgi-bin/message/subscribe/bizsend"
SERVICE = "/cgi-bin/message/custom/send"
CODE, RESULT = "VRR0UEO9VJOLs0MHlU0OilqX6MVFDwH3_code", "VRR0UEO9VJOLs0MHlU0OilqX6MVFDwH3_result"
CONFIGURED = {
    "subscribe": "https://h5.example.cn/notices",
    "templates": {
        "code": {
            "id": CODE,
            "page": "https://h5.example.cn/code",
            "fields": {"thing1": "{whose}的健康码状态有更新", "time2": "{time}"},
        },
        "result": {"id": RESULT, "fields": {"thing1": "查询的项目有更新，点击查看"}},
    },
}
WORDING = Wording.load(ROOT / "data" / "notices.yml")
DAY = datetime.fromisoformat("2022-09-05T09:00:00+08:00")
EVENING = datetime.fromisoformat("2022-09-05T21:59:00+08:00")


class Killed(BaseException):
    """The process ends here."""


@dataclass
class Texts:
    """The platform's text messages: one for an event, as the platform keeps it."""

    sent: list[str] = field(default_factory=list)
    ends: list[Attempt] = field(default_factory=list)

    async def tell(self, letter: Letter) -> Attempt:
        end = self.ends.pop(0) if self.ends else Attempt(Verdict.TOLD)
        if end.verdict in (Verdict.TOLD, Verdict.UNKNOWN) and letter.notice.event_id not in self.sent:
            self.sent.append(letter.notice.event_id)
        return end


class Notices:
    """The bot's part of notices beside a WeChat process, on one database and one clock."""

    def __init__(self, house: House, process: Process) -> None:
        self.house, self.context = house, process.context
        self.texts = Texts()
        self.subscriptions = Subscriptions(house.vault_url, KEY)
        self.events = 0
        self.open()

    def open(self, context: WeChatContext | None = None) -> None:
        """Begin as a process does; again: a restart."""
        house, self.context = self.house, context or self.context
        store, self.ledger = NoticeStore(house.engine, KEY), DeliveryLedger(house.engine)
        joins = Joins(house.vault_url, KEY, utc_now)
        self.receiver = Receiver(KEY, store, self.subscriptions, WORDING, joins, house.clock)
        self.courier = house.courier = Courier(
            store,
            self.ledger,
            self.subscriptions,
            wording=WORDING,
            signer=SIGNER,
            joins=joins,
            clock=house.clock,
        )
        house.farewell = self.end

    def end(self, conversation: str) -> None:
        """What the process does at once when somebody leaves."""
        self.subscriptions.forget(conversation)
        forget_notices(self.house.engine, conversation)
        forget_deliveries(self.house.engine, conversation)

    def happens(self, kind: str = "code.changed", at: datetime = DAY) -> str:
        """An event of the platform arrives."""
        self.events += 1
        event = {
            "event_id": f"evt_{self.events}",
            "kind": kind,
            "person_id": "per_1",
            "audience": ["per_1"],
            "occurred_at": at.isoformat(),
            "data": {},
        }
        assert self.receiver.take(event, at)
        return str(event["event_id"])

    async def work(self) -> None:
        """Tell what is due now."""
        ways = {**self.context.notifier.ways, Way.TEXT: self.texts.tell}
        channel = Channel(self._push, ways)
        await self.courier.push_due({"wechat": channel, "mini_program": channel})

    async def _push(self, conversation: str, message: OutboundMessage, name: str) -> None:
        await self.context.push(conversation, message, name)

    def states(self, event_id: str, phone: Phone) -> dict[str, str]:
        """How far each way has come."""
        stages = self.ledger.stages(event_id, self.house.conversation("main", phone.openid))
        return {way.value: stage.state for way, stage in stages.items()}

    def reasons(self) -> list[str]:
        """Why ways were refused, the newest first."""
        return [line.reason for line in self.ledger.recent(10) if line.state == "refused"]


@pytest.fixture
async def process(house: House) -> Process:
    account = house.add("main")
    account.templates = {CODE: {"thing1", "time2"}, RESULT: {"thing1"}}
    house.templates["main"] = CONFIGURED
    return await house.process()


@pytest.fixture
def notices(house: House, process: Process) -> Notices:
    return Notices(house, process)


@pytest.fixture
async def phone(wechat: WeChat, house: House, process: Process, notices: Notices) -> Phone:
    """Somebody who has written, and wants to hear of their code and of results."""
    del process
    person = wechat.phone(house.accounts["main"])
    await person.say("在吗")
    for kind in ("code", "result"):
        notices.subscriptions.add(
            Subscription(
                conversation_id=house.conversation("main", person.openid),
                channel="wechat",
                kind=kind,
                about="per_1",
                owner="per_1",
            )
        )
    return person


def new(phone: Phone, how: str) -> list[str]:
    """What the person has seen by one way."""
    return [seen.text for seen in phone.seen if seen.how == how]


def opens(phone: Phone) -> dict[str, str]:
    """What the newest notice by subscription opens; an answer of an earlier turn may have come after it."""
    return [seen.links for seen in phone.seen if seen.how == "subscribed"][-1]


async def test_a_subscribed_notice_says_that_there_is_something_and_opens_it(
    notices: Notices, phone: Phone, wechat: WeChat
) -> None:
    await phone.subscribes(CODE)
    event_id = notices.happens()
    await notices.work()
    assert new(phone, "subscribed") == ["您的健康码状态有更新\n2022年9月5日 09:00"]
    assert opens(phone) == {"点击查看": "https://h5.example.cn/code"}
    (sent,) = [body for path, body in wechat.bodies if path == BIZSEND]
    assert set(sent) == {"touser", "template_id", "page", "data"}
    assert notices.states(event_id, phone) == {"subscription": "accepted"}
    await wechat.receipt(wechat.sent[-1])
    await notices.work()
    assert notices.states(event_id, phone) == {"subscription": "delivered"}
    assert new(phone, "service") == notices.texts.sent == []


async def test_nothing_is_sent_without_our_own_consent(notices: Notices, phone: Phone, house: House) -> None:
    await phone.subscribes(CODE)
    notices.subscriptions.forget(house.conversation("main", phone.openid))
    notices.happens()
    await notices.work()
    assert len(phone.seen) == 1
    assert notices.texts.sent == []


async def test_nothing_is_sent_by_a_template_nobody_agreed_to_in_wechat(
    notices: Notices, phone: Phone, wechat: WeChat
) -> None:
    await phone.subscribes(RESULT)
    await phone.subscribes(CODE, "reject")
    event_id = notices.happens()
    await notices.work()
    assert wechat.calls[BIZSEND] == 0
    assert notices.states(event_id, phone) == {"subscription": "refused", "service": "told"}
    assert new(phone, "service") == ["您的健康码状态有更新，点“查看”了解怎么做。\n\n打开网页看看\n查看\n"]
    assert notices.reasons() == ["no_consent"]


async def test_a_consent_taken_back_in_wechat_counts_from_then_on(
    notices: Notices, phone: Phone, wechat: WeChat
) -> None:
    await phone.subscribes(CODE)
    await phone.changes(CODE, "reject")
    notices.happens()
    await notices.work()
    assert wechat.calls[BIZSEND] == 0
    await phone.changes(CODE, "accept")
    notices.happens()
    await notices.work()
    assert wechat.calls[BIZSEND] == 1


async def test_an_old_yes_that_comes_late_does_not_undo_a_no(
    notices: Notices, phone: Phone, wechat: WeChat, clock: ManualClock
) -> None:
    clock.advance(10)
    await phone.changes(CODE, "reject")
    clock.now -= 10
    await phone.tells("popup", TemplateId=CODE, SubscribeStatusString="accept", PopupScene="2")
    clock.now += 10
    notices.happens()
    await notices.work()
    assert wechat.calls[BIZSEND] == 0


@pytest.mark.parametrize("errcode", [40037, 47003, 43004, 45009, 48001, 40003, 50002, 88888])
async def test_a_refusal_for_good_leads_to_the_next_way(
    notices: Notices, phone: Phone, wechat: WeChat, errcode: int
) -> None:
    await phone.subscribes(CODE)
    wechat.errcodes[BIZSEND].append(errcode)
    event_id = notices.happens()
    await notices.work()
    assert notices.states(event_id, phone) == {"subscription": "refused", "service": "told"}
    assert notices.reasons() == [str(errcode)]


async def test_a_consent_that_wechat_knows_nothing_of_is_not_tried_again(
    notices: Notices, phone: Phone, wechat: WeChat, clock: ManualClock
) -> None:
    await phone.subscribes(CODE)
    wechat.agreed.clear()
    for _ in range(2):
        clock.advance(1)
        notices.happens()
        await notices.work()
    assert wechat.calls[BIZSEND] == 1
    assert notices.reasons() == ["no_consent", "43101"]
    clock.advance(1)
    await phone.subscribes(CODE)
    notices.happens()
    await notices.work()
    assert len(new(phone, "subscribed")) == 1


async def test_a_yes_given_for_one_notice_is_used_up_by_it(
    notices: Notices, phone: Phone, wechat: WeChat, house: House
) -> None:
    house.accounts["main"].is_long_term = False
    await phone.subscribes(CODE)
    for _ in range(2):
        notices.happens()
        await notices.work()
    assert (len(new(phone, "subscribed")), len(new(phone, "service"))) == (1, 1)


async def test_a_busy_wechat_is_asked_again_a_few_times_and_then_left(
    notices: Notices, phone: Phone, wechat: WeChat, clock: ManualClock
) -> None:
    await phone.subscribes(CODE)
    wechat.errcodes[BIZSEND].extend([45011] * 9)
    event_id = notices.happens()
    await notices.work()
    assert wechat.calls[BIZSEND] == 1
    await notices.work()
    assert wechat.calls[BIZSEND] == 1, "not before its pause is over"
    clock.advance(5)
    await notices.work()
    clock.advance(60)
    await notices.work()
    assert wechat.calls[BIZSEND] == 3
    assert notices.states(event_id, phone) == {"subscription": "refused", "service": "told"}


async def test_without_quota_the_person_is_told_by_text(
    notices: Notices, phone: Phone, wechat: WeChat, clock: ManualClock
) -> None:
    clock.advance(49 * 3600)
    event_id = notices.happens()
    await notices.work()
    assert notices.texts.sent == [event_id]
    assert wechat.calls[SERVICE] == 0
    assert notices.states(event_id, phone) == {
        "subscription": "refused",
        "service": "refused",
        "text": "told",
    }


async def test_what_no_way_reaches_waits_for_the_next_message(
    notices: Notices, phone: Phone, clock: ManualClock
) -> None:
    clock.advance(49 * 3600)
    notices.texts.ends.append(Attempt(Verdict.REFUSED, "no_consent"))
    notices.happens()
    await notices.work()
    await notices.context.postman.say_due()
    await notices.context.postman.drain()
    assert len(phone.seen) == 1
    await phone.say("在吗")
    assert "您的健康码状态有更新" in phone.seen[-1].text
    assert next(iter(phone.seen[-1].choices)) == "查看"
    await phone.say("在吗")
    assert "状态有更新" not in phone.seen[-1].text


@pytest.mark.parametrize("status", ["user block", "system failed"])
async def test_a_notice_that_did_not_arrive_is_told_by_the_next_way_and_a_double_receipt_changes_nothing(
    notices: Notices, phone: Phone, wechat: WeChat, clock: ManualClock, status: str
) -> None:
    await phone.subscribes(CODE)
    event_id = notices.happens()
    await notices.work()
    for _ in range(2):
        clock.advance(1)
        await wechat.receipt(wechat.sent[-1], f"failed:{status}")
        await notices.work()
    assert notices.states(event_id, phone) == {"subscription": "refused", "service": "told"}
    assert len(new(phone, "service")) == 1
    assert notices.reasons() == [status]


@pytest.mark.parametrize("status", ["success", "user block"])
async def test_a_receipt_may_come_before_the_answer_of_the_call(
    notices: Notices, phone: Phone, wechat: WeChat, status: str
) -> None:
    await phone.subscribes(CODE)

    async def receipt_first() -> None:
        await wechat.receipt(wechat.sent[-1], status)

    wechat.after[BIZSEND] = receipt_first
    event_id = notices.happens()
    await notices.work()
    delivered = status == "success"
    assert notices.states(event_id, phone)["subscription"] == ("delivered" if delivered else "refused")
    assert len(new(phone, "service")) == (0 if delivered else 1)


def breaks(wechat: WeChat, process: Process) -> None:
    """Let WeChat take the notice, and the connection break before its answer."""
    wechat.after[BIZSEND] = process.context.wire.close


async def test_a_call_without_an_answer_waits_for_its_receipt_and_is_not_made_again(
    notices: Notices, phone: Phone, wechat: WeChat, process: Process, clock: ManualClock
) -> None:
    await phone.subscribes(CODE)
    breaks(wechat, process)
    event_id = notices.happens()
    await notices.work()
    assert notices.states(event_id, phone) == {"subscription": "unknown"}
    await wechat.receipt(wechat.sent[-1])
    clock.advance(3600)
    await notices.work()
    assert notices.states(event_id, phone) == {"subscription": "delivered"}
    assert wechat.calls[BIZSEND] == 1
    assert new(phone, "service") == notices.texts.sent == []


async def test_without_a_receipt_either_the_next_way_begins(
    notices: Notices, phone: Phone, wechat: WeChat, process: Process, clock: ManualClock
) -> None:
    await phone.subscribes(CODE)
    breaks(wechat, process)
    event_id = notices.happens()
    await notices.work()
    clock.advance(119)
    await notices.work()
    assert notices.states(event_id, phone) == {"subscription": "unknown"}
    clock.advance(2)
    await notices.work()
    assert notices.states(event_id, phone) == {"subscription": "unknown", "service": "told"}
    assert wechat.calls[BIZSEND] == 1


def dies(notices: Notices, where: str, *, after_the_call: bool) -> None:
    """Let the process end in a way, before or after what it does has been done."""
    original: Callable[[Letter], Awaitable[Attempt]] = getattr(notices.context.notifier, where)

    async def tell(letter: Letter) -> Attempt:
        if after_the_call:
            await original(letter)
        raise Killed

    setattr(notices.context.notifier, where, tell)


@pytest.mark.parametrize("after_the_call", [False, True])
@pytest.mark.parametrize("where", ["by_subscription", "by_service"])
async def test_a_process_killed_in_a_step_goes_on_and_tells_by_no_way_twice(
    notices: Notices,
    phone: Phone,
    house: House,
    wechat: WeChat,
    clock: ManualClock,
    where: str,
    after_the_call: bool,
) -> None:
    if where == "by_subscription":
        await phone.subscribes(CODE)
    dies(notices, where, after_the_call=after_the_call)
    event_id = notices.happens()
    with pytest.raises(Killed):
        await notices.work()
    notices.open((await house.process()).context)
    await notices.work()
    assert notices.texts.sent == [], "the process that began may still be at it"
    clock.advance(61)
    await notices.work()
    clock.advance(121)
    await notices.work()
    assert len(new(phone, "subscribed")) <= 1
    assert len(new(phone, "service")) <= 1
    told = [*new(phone, "subscribed"), *new(phone, "service"), *notices.texts.sent]
    assert told, "somebody who was perhaps not told is told"
    before = len(told)
    clock.advance(86_400)
    notices.open()
    await notices.work()
    assert len([*new(phone, "subscribed"), *new(phone, "service"), *notices.texts.sent]) == before
    assert notices.states(event_id, phone)[where.removeprefix("by_")] == "unknown"


async def test_a_process_killed_between_steps_goes_on_where_it_was(
    notices: Notices, phone: Phone, house: House, clock: ManualClock
) -> None:
    clock.advance(49 * 3600)
    notices.texts.ends = [Attempt(Verdict.LATER, "Unavailable"), Attempt(Verdict.UNKNOWN)]
    event_id = notices.happens()
    await notices.work()
    notices.open((await house.process()).context)
    clock.advance(5)
    await notices.work()
    clock.advance(60)
    await notices.work()
    assert notices.texts.sent == [event_id]
    assert notices.states(event_id, phone)["text"] == "told"


async def test_the_next_way_keeps_the_quiet_hours(
    notices: Notices, phone: Phone, wechat: WeChat, clock: ManualClock
) -> None:
    await phone.subscribes(RESULT)
    wechat.errcodes[BIZSEND].append(45011)
    notices.happens("test.reported", EVENING)
    await notices.work()
    clock.advance(90)
    await notices.work()
    assert wechat.calls[BIZSEND] == 1
    clock.advance(9 * 3600)
    await notices.work()
    assert new(phone, "subscribed") == ["查询的项目有更新，点击查看"]


async def test_a_colour_is_told_by_the_next_way_at_night_too(
    notices: Notices, phone: Phone, wechat: WeChat, clock: ManualClock
) -> None:
    await phone.subscribes(CODE)
    wechat.errcodes[BIZSEND].append(45011)
    notices.happens(at=EVENING + timedelta(hours=3))
    await notices.work()
    clock.advance(5)
    await notices.work()
    assert len(new(phone, "subscribed")) == 1


async def test_consent_taken_back_between_two_steps_ends_it(
    notices: Notices, phone: Phone, house: House, wechat: WeChat, clock: ManualClock
) -> None:
    await phone.subscribes(CODE)
    wechat.errcodes[BIZSEND].append(45011)
    notices.happens()
    await notices.work()
    notices.subscriptions.remove(house.conversation("main", phone.openid), ["code"])
    clock.advance(3600)
    await notices.work()
    assert wechat.calls[BIZSEND] == 1
    assert new(phone, "service") == notices.texts.sent == []


async def test_who_leaves_is_told_nothing_by_any_way_from_that_moment(
    notices: Notices, phone: Phone, wechat: WeChat, clock: ManualClock
) -> None:
    await phone.subscribes(CODE)
    wechat.errcodes[BIZSEND].append(45011)
    notices.happens()
    await notices.work()
    await phone.does("unsubscribe")
    clock.advance(3600)
    notices.happens()
    await notices.work()
    assert wechat.calls[BIZSEND] == 1
    assert new(phone, "service") == notices.texts.sent == []
    assert notices.ledger.recent(10) == []


async def test_a_failed_receipt_that_comes_after_its_day_wakes_nobody(
    notices: Notices, phone: Phone, wechat: WeChat, clock: ManualClock
) -> None:
    await phone.subscribes(CODE)
    notices.happens()
    await notices.work()
    clock.advance(73 * 3600)
    await wechat.receipt(wechat.sent[-1], "user block")
    await notices.work()
    assert notices.texts.sent == []


async def test_an_operator_sees_what_became_of_notices_and_not_whose_they_were(
    notices: Notices, phone: Phone, house: House, wechat: WeChat
) -> None:
    await phone.subscribes(CODE)
    wechat.errcodes[BIZSEND].append(40037)
    event_id = notices.happens()
    await notices.work()
    sums = {"service\ttold\t1", "subscription\trefused\t1"}
    lines = list(report(notices.ledger, 10, failed=True))
    assert sums < set(lines)
    (refused,) = set(lines) - sums
    assert refused.split("\t")[1:3] == [event_id, "code.changed"]
    assert refused.endswith("subscription\trefused\t1\t40037")
    assert house.conversation("main", phone.openid) not in refused


async def test_two_processes_tell_once(notices: Notices, phone: Phone, house: House) -> None:
    await phone.subscribes(CODE)
    other = Notices.__new__(Notices)
    other.__dict__.update(notices.__dict__)
    other.open((await house.process()).context)
    notices.happens()
    await asyncio.gather(notices.work(), other.work())
    assert len(new(phone, "subscribed")) == 1
    assert len(phone.seen) == 2


async def test_a_mini_program_has_an_interface_of_its_own(
    house: House, wechat: WeChat, clock: ManualClock
) -> None:
    account = house.add("main", "mini_program", as_json=True)
    account.templates = {CODE: {"thing1", "time2"}}
    pages = {"code": {**CONFIGURED["templates"]["code"], "page": "pages/code/index"}}  # type: ignore[index]
    house.templates["main"] = {"templates": pages}
    notices = Notices(house, await house.process())
    person = wechat.phone(account)
    await person.say("在吗")
    conversation = house.conversation("main", person.openid)
    notices.subscriptions.add(
        Subscription(conversation, "mini_program", "code", about="per_1", owner="per_2", relation="母亲")
    )
    await person.subscribes(CODE)
    await notices.context.turns.drain(20)
    notices.happens()
    await notices.work()
    assert new(person, "subscribed") == []
    wanted = {"event_id": "evt_x", "kind": "code.changed", "person_id": "per_1"}
    event = {**wanted, "audience": ["per_1", "per_2"], "occurred_at": DAY.isoformat(), "data": {}}
    assert notices.receiver.take(event, DAY)
    await notices.work()
    assert new(person, "subscribed") == ["您家人的健康码状态有更新\n2022年9月5日 09:00"]
    assert opens(person) == {"点击查看": "pages/code/index"}
    await wechat.receipt(wechat.sent[-1])
    await notices.context.turns.drain(20)
    assert notices.states("evt_x", person) == {"subscription": "delivered"}


async def test_the_stores_hold_neither_openid_nor_words(
    notices: Notices, phone: Phone, house: House, wechat: WeChat
) -> None:
    await phone.subscribes(CODE)
    notices.happens()
    await notices.work()
    await wechat.receipt(wechat.sent[-1])
    stored = house.stored()
    assert phone.openid.encode() not in stored
    assert "状态有更新".encode() not in stored


OFFER = {
    "text": "开通了。",
    "buttons": [{"title": "在微信里订阅", "type": "web_url", "url": "subscribe:code"}],
}


async def test_where_people_can_subscribe_in_wechat_they_get_the_way(process: Process, phone: Phone) -> None:
    process.door.script["通知我"] = [OFFER]
    await phone.say("通知我")
    assert phone.seen[-1].links == {"在微信里订阅": "https://h5.example.cn/notices"}


async def test_where_they_cannot_nothing_is_promised(house: House, wechat: WeChat) -> None:
    house.add("plain")
    process = await house.process()
    process.door.script["通知我"] = [OFFER]
    person = wechat.phone(house.accounts["plain"])
    await person.say("通知我")
    assert person.seen[-1].text == "开通了。"
    assert person.seen[-1].links == person.seen[-1].choices == {}


async def test_a_mini_program_opens_its_own_page_to_subscribe(house: House, wechat: WeChat) -> None:
    account = house.add("mini", "mini_program")
    template = {"id": CODE, "fields": {"thing1": "健康码状态有更新"}}
    house.templates["mini"] = {"subscribe": "pages/notices/index", "templates": {"code": template}}
    process = await house.process()
    process.door.script["通知我"] = [OFFER]
    person = wechat.phone(account)
    await person.say("通知我")
    await person.sees(1)
    (body,) = [body for path, body in wechat.bodies if path == SERVICE]
    opens = f'data-miniprogram-appid="{account.app_id}" data-miniprogram-path="pages/notices/index"'
    assert opens in body["text"]["content"]


async def test_what_was_said_last_is_the_first_to_be_tapped(process: Process, phone: Phone) -> None:
    settings = [{"title": "通知设置", "payload": "/settings"}]
    opens = [{"title": "查看", "payload": "/open"}]
    process.door.script["好"] = [
        {"text": "开通了。", "buttons": settings},
        {"text": "有更新。", "buttons": opens},
    ]
    await phone.say("好")
    assert list(phone.seen[-1].choices) == ["查看", "通知设置"]


async def test_a_notice_in_the_chat_opens_the_page_as_the_person(
    notices: Notices, phone: Phone, process: Process
) -> None:
    notices.happens()
    await notices.work()
    assert phone.seen[-1].links == {"打开网页看看": f"{PUBLIC}/wechat/main/oauth/start"}


async def test_a_subscribed_notice_without_a_page_of_its_own_opens_ours_as_the_person(
    notices: Notices, phone: Phone, wechat: WeChat
) -> None:
    await phone.subscribes(RESULT)
    notices.happens("test.reported")
    await notices.work()
    (body,) = [body for path, body in wechat.bodies if path == BIZSEND]
    assert body["page"] == f"{PUBLIC}/wechat/main/oauth/start"


async def test_a_notice_in_a_mini_programs_chat_has_a_card(house: House, wechat: WeChat) -> None:
    account = house.add("main", "mini_program", as_json=True)
    notices = Notices(house, await house.process())
    person = wechat.phone(account)
    await person.say("在吗")
    await person.sees(1)
    conversation = house.conversation("main", person.openid)
    notices.subscriptions.add(
        Subscription(conversation, "mini_program", "code", about="per_1", owner="per_1")
    )
    event_id = notices.happens()
    await notices.work()
    assert [seen.kind for seen in person.seen] == ["text", "text", "miniprogrampage"]
    assert person.seen[-1].pages == {"我的健康码": ("", "pages/code/index")}
    assert notices.states(event_id, person)["service"] == "told"
