"""A department in a chat: when it may speak, what is kept of that it was there, which notes it reads."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from hotline.chats.errors import NoSuchChat, NotYours, StaleVersion
from hotline.chats.joins import covers
from hotline.chats.model import Chat, Department
from hotline.store import open_store
from tests.chats.conftest import A1, A2, CDC, Floor, new_chat

HEALTH = Department("health:510107", "武侯区卫生健康局")


async def three(floor: Floor, conversation: str = "web-1", department: Department = CDC) -> Chat:
    """A chat of A001 to which a department was joined."""
    await floor.chats.here(A1, "online")
    opened = (await floor.chats.open(new_chat(conversation))).chat
    chat = floor.chats.store.get(opened.chat_id)
    taken = await floor.chats.take(chat.chat_id, A1, chat.version)
    return await floor.chats.join(chat.chat_id, A1, taken.version, department, "几点出结果？")


async def say(floor: Floor, chat: Chat, client_id: str = "d1", author: str = "D001") -> Any:
    return await floor.chats.say_for(
        CDC, chat.chat_id, chat.version, text="两小时内。", author=author, client_id=client_id
    )


@pytest.mark.parametrize(
    ("own", "code", "is_for"),
    [
        ("cdc:510100", "cdc:510100", True),
        ("cdc", "cdc:510100", True),
        ("cdc:510100", "cdc:510107", False),
        ("cdc:510100", "cdc", False),
        ("cd", "cdc:510100", False),
        ("", "", False),
        ("cdc", None, False),
    ],
)
def test_an_office_has_its_own_chats_and_a_department_those_of_all_its_offices(
    own: str, code: str | None, is_for: bool
) -> None:
    assert covers(own, code) is is_for


async def test_a_department_has_the_chats_it_is_joined_to_and_no_other(floor: Floor) -> None:
    mine = await three(floor, "web-1")
    await three(floor, "web-2", HEALTH)
    for own in ("cdc:510100", "cdc"):
        assert [chat.chat_id for chat in await floor.chats.joined_to(own)] == [mine.chat_id]
    for own in ("cdc:510107", "cdc:", "", "%", "c_c"):
        assert await floor.chats.joined_to(own) == []
        with pytest.raises(NoSuchChat):
            await floor.chats.seen_by(own, mine.chat_id)


async def test_when_it_was_there_is_kept_until_the_chat_goes(floor: Floor) -> None:
    chat = await three(floor)
    assert await floor.chats.stays(CDC.code, 0.0, 9) == []
    joined_at = floor.clock[0]
    floor.clock[0] += 60
    parted = await floor.chats.part(chat.chat_id, "A001", chat.version)
    again = await floor.chats.join(chat.chat_id, A1, parted.version, CDC, "还有一个问题")
    floor.clock[0] += 60
    await floor.chats.wrap_up(chat.chat_id, A1, again.version)
    stays = await floor.chats.stays(CDC.code, 0.0, 9)
    assert [(one.joined_at, one.parted_at) for one in stays] == [
        (joined_at + 60, joined_at + 120),
        (joined_at, joined_at + 60),
    ]
    assert (await floor.chats.seen_by("cdc", chat.chat_id)).department is None
    await floor.chats.erase("web-1")
    assert await floor.chats.stays(CDC.code, 0.0, 9) == []


@pytest.mark.parametrize("end", ["part", "transfer", "wrap_up", "give_back", "take_over"])
async def test_however_its_part_ends_it_says_nothing_more(floor: Floor, end: str) -> None:
    chat = await three(floor)
    await say(floor, chat)
    if end == "part":
        after = await floor.chats.part(chat.chat_id, CDC.code, chat.version, author="D001")
    elif end == "transfer":
        after = await floor.chats.transfer(chat.chat_id, A1, chat.version, to_agent="A002")
    else:
        agent = A2 if end == "take_over" else A1
        after = await getattr(floor.chats, end)(chat.chat_id, agent, chat.version)
    with pytest.raises((NotYours, StaleVersion)):
        await say(floor, chat, "d2")
    with pytest.raises(Exception, match=r"was not joined|it is "):
        await say(floor, replace(chat, version=after.version), "d3")
    with pytest.raises(NotYours):
        await floor.chats.note_for(CDC, chat.chat_id, text="还在查", author="D001", client_id="n9")
    assert (await say(floor, chat)).seq, "what was sent before is known, and not sent again"
    await floor.settle()
    assert floor.assistant.words() == ["两小时内。"]


async def test_two_people_of_a_department_send_one_after_the_other(floor: Floor) -> None:
    chat = await three(floor)
    first, second = await say(floor, chat, "d1", "D001"), await say(floor, chat, "d2", "D002")
    assert (await say(floor, chat, "d1", "D001")) == first
    assert [(one.author, one.body["name"], one.body["by"]) for one in (first, second)] == [
        (CDC.code, CDC.name, "D001"),
        (CDC.code, CDC.name, "D002"),
    ]
    assert "relayed" not in first.body
    relayed = await floor.chats.relay(chat.chat_id, A1, chat.version, "电话里说的", "r1")
    assert (relayed.author, relayed.body["by"], relayed.body["relayed"]) == (CDC.code, "A001", True)


async def test_which_notes_a_department_reads_is_written_into_them(floor: Floor) -> None:
    await floor.chats.here(A1, "online")
    opened = (await floor.chats.open(new_chat())).chat
    chat = await floor.chats.take(opened.chat_id, A1, floor.chats.store.get(opened.chat_id).version)
    early = await floor.chats.note(chat.chat_id, A1, "之前的", "n1")
    chat = await floor.chats.join(chat.chat_id, A1, chat.version, CDC, "几点出结果？")
    late = await floor.chats.note(chat.chat_id, A1, "一起查", "n2")
    whisper = await floor.chats.note(chat.chat_id, A2, "慢一点", "n3", whisper_to="A001")
    own = await floor.chats.note_for(CDC, chat.chat_id, text="在查", author="D001", client_id="n4")
    question = next(
        event for event in (await floor.chats.open_chat(chat.chat_id)).events if "question" in event.body
    )
    assert [event.body.get("department") for event in (early, late, whisper, own, question)] == [
        None,
        CDC.code,
        None,
        CDC.code,
        CDC.code,
    ]
    await floor.settle()
    assert floor.assistant.words() == []


async def test_a_store_of_an_earlier_form_gets_the_column_it_lacks(floor: Floor) -> None:
    engine = floor.chats.store.engine
    with engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE chats DROP COLUMN department_name"))
    open_store(engine.url).dispose()
    assert (await three(floor)).department_name == CDC.name
