"""What a deletion takes of a conversation in WeChat, and what it leaves until the report is said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.channels.wechat.people import Person
from bot.erasing import Eraser
from bot.footing import Footing
from bot.message import OutboundMessage
from bot.settings import Settings
from tests.wechat.house import House, Process
from tests.wechat_server import ManualClock, Phone, WeChat

TABLES = ("wechat_pushes", "wechat_outbox", "wechat_choices", "wechat_consents")

TEMPLATE = "VRR0UEO9VJOLs0MHlU0OilqX6MVFDwH3"


@pytest.fixture
def footing(tmp_path: Path) -> Any:
    """The bot's stores, those of the channel among them."""
    return Footing.build(
        Settings(
            var_dir=tmp_path,
            bot_db=f"sqlite:///{tmp_path}/bot.sqlite3",
            vault_db=f"sqlite:///{tmp_path}/vault.sqlite3",
        )
    )


@pytest.fixture
async def process(house: House, footing: Any) -> Process:
    """A process whose people and deletions are those of the footing."""
    house.people, house.erasures = footing.people, footing.erasures
    house.add("main")
    template = {"id": TEMPLATE, "fields": {"thing1": "健康码状态有更新"}}
    house.templates["main"] = {"templates": {"code": template}}
    return await house.process()


@pytest.fixture
def phone(wechat: WeChat, house: House, process: Process) -> Phone:
    """Somebody."""
    del process
    return wechat.phone(house.accounts["main"])


def mentions(house: House, conversation: str) -> dict[str, int]:
    """Rows of the channel's tables that hold something of a conversation."""
    with house.engine.connect() as connection:
        return {
            table: connection.execute(
                sa.text(f"SELECT count(*) FROM {table} WHERE conversation_id = :id"), {"id": conversation}
            ).scalar()
            for table in TABLES
        }


async def test_a_deletion_takes_what_was_said_and_who_it_was(
    phone: Phone, process: Process, house: House, footing: Any, clock: ManualClock
) -> None:
    conversation = house.conversation("main", phone.openid)
    process.door.script["查我的码"] = [
        {"text": "同意吗？", "buttons": [{"title": "同意", "payload": "/affirm"}]}
    ]
    await phone.say("查我的码")
    clock.advance(3 * 86_400 - 60)
    house.wechat.errcodes["/cgi-bin/message/custom/send"].append(45047)
    await process.context.push(conversation, OutboundMessage(text="有更新"))
    await phone.subscribes(TEMPLATE)
    assert all(mentions(house, conversation).values())
    erasure = register(footing, conversation)
    footing.erasures.tell(erasure.receipt)
    footing.erasures.finish(erasure.receipt, "local")
    await footing.eraser.after_turn(conversation)
    assert not any(mentions(house, conversation).values())
    assert footing.people.find(conversation) is None


async def test_a_report_that_comes_later_still_finds_its_person(
    phone: Phone, process: Process, house: House, footing: Any
) -> None:
    conversation = house.conversation("main", phone.openid)
    await phone.say("在吗")
    erasure = register(footing, conversation)
    footing.erasures.finish(erasure.receipt, "local")
    await footing.eraser.after_turn(conversation)
    assert footing.people.find(conversation) == Person("main", phone.openid)
    footing.erasures.finish(erasure.receipt, "platform", {"deleted": {}, "kept": {}})
    footing.erasures.leave_report(erasure.receipt, "删好了。")

    async def say(to: str, text: str) -> None:
        await process.context.push(to, OutboundMessage(text=text))

    await footing.eraser.sweep({"wechat": say}, older=0)
    await phone.sees(2)
    assert phone.seen[-1].text == "删好了。"
    assert footing.people.find(conversation) is None


async def test_who_leaves_is_deleted_without_a_word(
    phone: Phone, process: Process, house: House, footing: Any
) -> None:
    conversation = house.conversation("main", phone.openid)
    await phone.say("在吗")
    await phone.does("unsubscribe")
    (erasure,) = footing.erasures.waiting("local")
    footing.erasures.finish(erasure.receipt, "local")
    footing.erasures.finish(erasure.receipt, "platform", {"deleted": {}, "kept": {}})

    async def say(to: str, text: str) -> None:
        raise AssertionError(f"{to} is told {text}")

    eraser: Eraser = footing.eraser
    await eraser.sweep({"wechat": say}, older=-60)
    assert footing.people.find(conversation) is None
    assert not any(mentions(house, conversation).values())
    assert len(phone.seen) == 1


def register(footing: Any, conversation: str) -> Any:
    whose = {
        "conversation_id": conversation,
        "channel": "wechat",
        "session": None,
        "language": "zh",
        "elder": False,
    }
    return footing.erasures.register("key", "conversation", whose)
