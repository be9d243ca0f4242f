"""“谁看过我的信息” (P1): who read this person's data, when, what and why, from the platform's log."""

from __future__ import annotations

import re
from typing import ClassVar

from actions import speech
from actions.base import Topic
from actions.turn import Turn
from backend_client import Access, Page

LOOKED = re.compile(
    r"(?:谁|哪个|哪些人|什么人|有没有人|有人).{0,8}(?:看|查|访问|调取|翻)(?:过|了|到过)|被(?:谁|人|哪些人)?(?:看|查|访问)过"
    r"|访问记录|查看记录|查询记录|被查过几次|who (?:has |have )?(?:looked|seen|accessed|viewed|read|checked)",
    re.IGNORECASE,
)
_SHOWN = 6


class WhoLooked(Topic):
    """Who read the person's data: a meaning of ``ask_privacy`` with its own name, so that it can wait for identity."""

    intents: ClassVar[tuple[str, ...]] = ("who_looked",)

    def name(self) -> str:
        """Rasa's name of the action."""
        return "action_who_looked"

    async def handle(self, turn: Turn) -> None:
        """Say the latest readings by others, one line each."""
        access = turn.access()
        page = await turn.kit.platform.run(lambda p: p.accesses(access.session, by_others=True, limit=50))
        _tell(turn, page)


def _tell(turn: Turn, page: Page[Access]) -> None:
    buttons = [
        turn.button("withdraw", "ask_privacy", choice="withdraw=all"),
        turn.button("ticket", "complain"),
    ]
    when = speech.moment(turn.now, turn.language)
    lines = list(dict.fromkeys(_line(turn, entry) for entry in page.items))
    if not lines:
        turn.say("access.none", buttons, when=when, private=True)
        return
    more = turn.word("access.more") if len(lines) > _SHOWN or page.next_cursor else ""
    shown = "\n".join(lines[:_SHOWN])
    turn.say("access.list", buttons, lines=shown, more=more, when=when, private=True)


def _line(turn: Turn, entry: Access) -> str:
    """“9月5日上午9点，12345坐席因处理工单JKT…看过您的工单”."""
    return turn.word(
        "access.line",
        when=speech.moment(entry.at, turn.language),
        who=turn.word(f"access.reader.{entry.reader}", name=entry.reader_name or ""),
        why=_named(turn, "access.purpose", entry.purpose, entry.reference or ""),
        what=_named(turn, "access.kind", entry.kind, ""),
    )


def _named(turn: Turn, stem: str, name: str, reference: str) -> str:
    """The words for a name of the platform's; a name that has none yet is told in general words."""
    key = f"{stem}.{name}"
    return turn.word(key if key in turn.kit.words.keys else f"{stem}.other", reference=reference)
