"""A desk at work: who is asked, what the citizen hears, what agents see, when somebody disappears."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from hotline.chats import model as m
from hotline.chats.errors import AlreadyOwned, NoSuchChat, StaleVersion, WrongState
from hotline.chats.hours import Hours
from hotline.chats.presence import Agent
from hotline.chats.receipts import CLOSED_BY_WECHAT
from hotline.chats.records import Said
from tests.chats.conftest import A1, A2, A3, CDC, Floor, make_floor, new_chat


def citizen(text: str, client_id: str = "m1") -> Said:
    return Said("citizen", "", text, client_id)


async def taken(floor: Floor, agent: Agent = A1, conversation: str = "web-1") -> m.Chat:
    """A chat that an agent has."""
    await floor.chats.here(agent, "online")
    opened = (await floor.chats.open(new_chat(conversation))).chat
    chat = floor.chats.store.get(opened.chat_id)
    return await floor.chats.take(chat.chat_id, agent, chat.version)


async def test_from_the_request_to_the_rating(floor: Floor) -> None:
    chat = await taken(floor)
    await floor.chats.citizen_said(chat.chat_id, citizen("我的码为什么黄了"))
    await floor.chats.send(chat.chat_id, A1, chat.version, "您好，我来看一下。", "p1")
    done = await floor.chats.wrap_up(chat.chat_id, A1, chat.version)
    await floor.chats.finish(chat.chat_id, A1, done.version)
    rated = await floor.chats.rate(chat.chat_id, 5)
    await floor.settle()
    assert floor.assistant.keys() == ["taken", "ended"]
    assert floor.assistant.words() == ["您好，我来看一下。"]
    assert (rated.chat.state, rated.chat.outcome, rated.chat.rating) == ("closed", "answered", 5)
    assert [action for _, action, _ in floor.audit] == ["chat.taken", "chat.ended", "chat.finished"]
    dossier = await floor.chats.open_chat(chat.chat_id)
    assert dossier.context["transcript"][0]["text"] == "码咋黄了"
    assert [e.body.get("text") or e.body.get("what") or e.body.get("key") for e in dossier.events] == [
        "asked", "offered", "taken", "taken", "我的码为什么黄了", "您好，我来看一下。", "wrapping_up", "ended",
        "closed", "rated", "delivered",
    ]  # fmt: skip


async def test_the_first_rating_counts_and_a_living_chat_has_none(floor: Floor) -> None:
    chat = await taken(floor)
    with pytest.raises(WrongState):
        await floor.chats.rate(chat.chat_id, 5)
    await floor.chats.wrap_up(chat.chat_id, A1, chat.version)
    await floor.chats.rate(chat.chat_id, 2)
    assert (await floor.chats.rate(chat.chat_id, 5)).chat.rating == 2


async def test_an_offer_that_is_not_accepted_goes_to_the_next_agent(floor: Floor) -> None:
    await floor.chats.here(A1, "online")
    chat = (await floor.chats.open(new_chat())).chat
    await floor.chats.here(A2, "online")
    assert floor.chats.store.get(chat.chat_id).agent == "A001"
    await floor.later(30.0, A1, A2)
    assert floor.chats.store.get(chat.chat_id).agent == "A002"
    assert floor.chats.presence.state_of("A001", floor.clock[0]) == "away"
    await floor.later(30.0, A1, A2)
    assert floor.chats.store.get(chat.chat_id).state == "queued", "nobody is asked who did not come"


async def test_who_waits_hears_position_and_wait_and_the_wait_only_when_it_is_known(floor: Floor) -> None:
    one = Agent("A001", capacity=1)
    chat = await taken(floor, one)
    first = await floor.chats.open(new_chat("web-2"))
    floor.clock[0] += 1.0
    second = await floor.chats.open(new_chat("web-3"))
    assert (first.ahead, second.ahead, second.wait_s) == (0, 1, None)
    floor.clock[0] += 99.0
    for number in range(5):
        await floor.chats.here(one, "online")
        current = floor.chats.store.in_state("active")[0]
        await floor.chats.wrap_up(current.chat_id, one, current.version)
        waiting = floor.chats.store.get(current.chat_id)
        await floor.chats.finish(waiting.chat_id, one, waiting.version)
        floor.clock[0] += 1.0
        await floor.chats.open(new_chat(f"web-{number + 4}"))
        offered = floor.chats.store.in_state("offered")[0]
        await floor.chats.take(offered.chat_id, one, offered.version)
        floor.clock[0] += 29.0
    last = await floor.chats.open(new_chat("web-20"))
    assert last.ahead is not None
    handled = floor.chats.store.handled(0.0, 50)
    assert sorted(handled) == pytest.approx([29.0] * 4 + [100.0])
    assert last.wait_s == pytest.approx((last.ahead + 1) * sum(handled) / 5)
    assert chat.chat_id != last.chat.chat_id


@pytest.mark.parametrize(
    ("hours", "outcome"), [("00:00-24:00", "nobody_there"), ("08:00-08:01", "off_hours")]
)
async def test_with_nobody_there_or_at_night_no_one_waits_in_vain(
    engine: Any, hours: str, outcome: str
) -> None:
    floor = make_floor(engine, Hours.parse(hours))
    standing = await floor.chats.open(new_chat())
    assert (standing.chat.owner, standing.chat.outcome) == ("bot", outcome)
    await floor.settle()
    assert floor.assistant.letters == []


async def test_a_desk_where_all_are_busy_has_a_queue(floor: Floor) -> None:
    await floor.chats.here(A1, "busy")
    assert (await floor.chats.open(new_chat())).chat.state == "queued"


async def test_an_agent_whose_page_is_gone_loses_his_chats_and_the_citizen_is_told(floor: Floor) -> None:
    chat = await taken(floor)
    await floor.later(40.0, A2)
    assert floor.chats.store.get(chat.chat_id).agent == "A001"
    await floor.later(10.0, A2)
    now = floor.chats.store.get(chat.chat_id)
    assert (now.state, now.agent) == ("offered", "A002")
    assert floor.assistant.keys() == ["taken", "requeued"]


async def test_logging_out_hands_everything_on(floor: Floor) -> None:
    chat = await taken(floor)
    await floor.chats.here(A2, "online")
    await floor.chats.left("A001")
    assert floor.chats.store.get(chat.chat_id).agent == "A002"


async def test_a_transfer_not_accepted_goes_on_to_somebody_else_but_not_back(floor: Floor) -> None:
    chat = await taken(floor)
    await floor.chats.here(A3, "online")
    await floor.chats.transfer(chat.chat_id, A1, chat.version, to_agent="A002")
    await floor.later(30.0, A1, A3)
    assert floor.chats.store.get(chat.chat_id).agent == "A003"


async def test_a_department_joins_speaks_and_parts(floor: Floor) -> None:
    chat = await taken(floor)
    joined = await floor.chats.join(chat.chat_id, A1, chat.version, CDC, "几点出结果？")
    with pytest.raises(StaleVersion):
        await floor.chats.send(chat.chat_id, A1, chat.version, "还是我", "p0")
    await floor.chats.say_for(
        CDC, chat.chat_id, joined.version, text="我们查一下。", author="D01", client_id="d1"
    )
    await floor.chats.part(chat.chat_id, CDC.code, joined.version, author="D01")
    await floor.settle()
    assert floor.assistant.keys() == ["taken", "joined", "parted"]
    assert floor.assistant.words() == ["我们查一下。"]
    told = [
        line for letter in floor.assistant.letters for line in letter["lines"] if line["kind"] == "system"
    ]
    assert [line["values"].get("name") for line in told] == [None, CDC.name, CDC.name]
    assert ("D01", "chat.parted", chat.chat_id) in floor.audit


async def test_notes_are_for_agents_alone(floor: Floor) -> None:
    chat = await taken(floor)
    note = await floor.chats.note(chat.chat_id, A2, "这位上周也来过", "n1")
    await floor.settle()
    assert note.kind == "note"
    assert floor.assistant.words() == []


async def test_an_assistant_that_is_away_gets_everything_later_in_order(floor: Floor) -> None:
    floor.assistant.up = False
    chat = await taken(floor)
    for number in range(3):
        await floor.chats.send(chat.chat_id, A1, chat.version, f"第{number}句", f"p{number}")
    await floor.settle()
    assert floor.assistant.letters == []
    floor.assistant.up = True
    await floor.later(40.0, A1)
    assert floor.assistant.words() == ["第0句", "第1句", "第2句"]
    assert [letter["owner"] for letter in floor.assistant.letters][:2] == ["queued", "agent"]


async def test_a_desk_that_was_killed_goes_on_where_it_was(engine: Any) -> None:
    before = make_floor(engine)
    chat = await taken(before)
    await before.chats.send(chat.chat_id, A1, chat.version, "还没送到的话", "p1")
    after = make_floor(engine)
    after.clock[0] = before.clock[0] + 5.0
    await after.settle()
    assert after.assistant.words() == ["还没送到的话"]
    await after.chats.send(chat.chat_id, A1, chat.version, "接着说", "p2")
    await after.settle()
    assert after.assistant.words() == ["还没送到的话", "接着说"]


async def test_an_agent_takes_a_conversation_from_the_assistant_with_all_that_was_said(floor: Floor) -> None:
    floor.assistant.known["web-9"] = {
        "channel": "web", "language": "en", "large_type": False, "topic": "query_code_status",
        "transcript": [{"who": "person", "text": "my code", "at": 1.0}], "facts": {"topic": "code"},
    }  # fmt: skip
    chat = await floor.chats.take_from_assistant("web-9", A1)
    assert (chat.owner, chat.agent, chat.language, chat.reason) == ("agent", "A001", "en", "taken_over")
    with pytest.raises(AlreadyOwned):
        await floor.chats.take_from_assistant("web-9", A2)
    with pytest.raises(NoSuchChat):
        await floor.chats.take_from_assistant("web-unknown", A1)
    assert (await floor.chats.open_chat(chat.chat_id)).context["facts"] == {"topic": "code"}
    await floor.settle()
    assert floor.assistant.letters[0]["owner"] == "agent"


async def test_what_is_left_of_the_quota_is_shown_and_told_when_it_changes(floor: Floor) -> None:
    chat = await taken(floor)
    floor.assistant.quota = {"left": 4, "until": 1_662_500_000.0}
    await floor.chats.send(chat.chat_id, A1, chat.version, "您好", "p1")
    await floor.settle()
    now = floor.chats.store.get(chat.chat_id)
    assert (now.quota_left, now.quota_until) == (4, 1_662_500_000.0)
    what = [e.body.get("what") for e in floor.chats.store.events(chat.chat_id)]
    assert what.count("quota") == 1


async def test_a_watcher_sees_everything_in_order_and_resumes_anywhere(floor: Floor) -> None:
    seen: list[int] = []

    async def watch(after: int, until: int) -> None:
        async for event in floor.chats.watch(after):
            seen.append(event.feed)
            if event.feed == until:
                return

    listening = asyncio.create_task(watch(0, 8))
    chat = await taken(floor)
    for number in range(4):
        await floor.chats.send(chat.chat_id, A1, chat.version, f"{number}", f"p{number}")
    await listening
    assert seen == list(range(1, 9))
    seen.clear()
    await watch(5, 8)
    assert seen == [6, 7, 8]


async def test_a_snapshot_and_the_feed_after_it_are_the_whole(floor: Floor) -> None:
    chat = await taken(floor)
    await floor.chats.open(new_chat("web-2"))
    snapshot = await floor.chats.snapshot()
    assert [c.conversation_id for c in snapshot.queue] == ["web-2"]
    assert [c.chat_id for c in snapshot.under_way] == [chat.chat_id]
    assert [(p.number, p.load) for p in snapshot.there] == [("A001", 2)]
    assert await floor.chats.feed(snapshot.feed) == []


async def test_words_that_wechat_holds_back_are_told_to_the_agent_once_and_go_with_the_next_message(
    floor: Floor,
) -> None:
    await floor.chats.here(A1, "online")
    chat = (await floor.chats.open(new_chat(channel="wechat"))).chat
    chat = await floor.chats.take(chat.chat_id, A1, chat.version)
    floor.assistant.quota, floor.assistant.holds = {"left": 0, "until": None}, True
    sent = [await floor.chats.send(chat.chat_id, A1, chat.version, text, text) for text in ("一", "二")]
    await floor.settle()

    async def what(name: str) -> list[int]:
        events = (await floor.chats.open_chat(chat.chat_id)).events
        return [e.body["values"]["seq"] for e in events if e.body.get("what") == name]

    assert await what("held") == [event.seq for event in sent]
    assert await what("delivered") == []
    notes = [e for e in (await floor.chats.open_chat(chat.chat_id)).events if e.kind == "note"]
    assert [note.body["text"] for note in notes] == [CLOSED_BY_WECHAT]
    await floor.chats.citizen_said(chat.chat_id, Said("citizen", "", "在", "c1"))
    assert await what("delivered") == [event.seq for event in sent]
