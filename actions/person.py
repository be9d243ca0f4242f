"""A person of the hotline (H1): never refused or delayed; or a call at a time of one's choice (H2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import ClassVar

from actions import speech
from actions.base import Topic
from actions.forms import MAX_FAILURES
from actions.tickets import CALL_BACK, open_work_order
from actions.turn import Button, Turn

_CALL_BACK = re.compile(
    r"回(?:个|一个)?(?:电话|电)|(?:打|拨)(?:个)?(?:电话)?(?:给我|过来)|给我打(?:个)?电话|call me(?: back)?|call-?back",
    re.IGNORECASE,
)
#: Words of somebody at the end of their patience.
_UPSET = re.compile(
    r"气死|气炸|急死|崩溃|受不了|火大|忍不了|烦死|绝望|说了[几三四五六七八九十两]+遍|听不懂人话|骗子|垃圾|混蛋|furious|ridiculous|useless",
    re.IGNORECASE,
)
_CHOICE = "person"
#: When people are called back: the part of the day and its first and last hour.
_PARTS = (("morning", 9, 12), ("afternoon", 14, 18), ("evening", 18, 21))
_OFFERED = 4
#: A call is promised no earlier than this.
_NOTICE = timedelta(hours=1)
_VALUE = re.compile(r"person=at:(\d{4}-\d\d-\d\d):(morning|afternoon|evening)")


class RequestHuman(Topic):
    """A person at once; who would rather be called says when."""

    intents: ClassVar[tuple[str, ...]] = ("request_human",)
    resumable: ClassVar[bool] = False

    def name(self) -> str:
        """Rasa's name of the action."""
        return "action_request_human"

    async def handle(self, turn: Turn) -> None:
        """Ask the desk, or take down when to call."""
        chosen = turn.first("choice")
        tapped = chosen.value if chosen is not None else ""
        if tapped == f"{_CHOICE}=call_back" or _CALL_BACK.search(turn.text):
            turn.say("person.call_back.when", list(_times(turn)))
            return
        time = _VALUE.fullmatch(tapped)
        if time is not None:
            await self._call_back(turn, time.group(1), time.group(2))
            return
        failures = int(turn.slots.get("failures") or 0) + int(turn.slots.get("form_failures") or 0)
        turn.clear("failures")
        turn.hand_over(_reason(turn.text, failures))

    async def _call_back(self, turn: Turn, day: str, part: str) -> None:
        first, last = next((first, last) for name, first, last in _PARTS if name == part)
        at = datetime.fromisoformat(day).replace(hour=first, tzinfo=turn.now.tzinfo)
        when = _when(turn, at, part, last)
        await open_work_order(turn, "help", CALL_BACK, turn.word("person.call_back.content", when=when))


def _reason(text: str, failures: int) -> str:
    if _UPSET.search(text):
        return "distress"
    return "failures" if failures >= MAX_FAILURES else "asked"


def _times(turn: Turn) -> Iterator[Button]:
    """The next parts of days in which somebody can call."""
    left = _OFFERED
    for days in range(_OFFERED):
        for part, first, last in _PARTS:
            at = (turn.now + timedelta(days=days)).replace(hour=first, minute=0, second=0, microsecond=0)
            if at.replace(hour=last) - _NOTICE <= turn.now or not left:
                continue
            left -= 1
            title = _when(turn, at, part, last)
            yield Button(title, "request_human", {"choice": f"{_CHOICE}=at:{at.date().isoformat()}:{part}"})


def _when(turn: Turn, at: datetime, part: str, last: int) -> str:
    day = speech.day(at, turn.language)
    return turn.word(f"person.part.{part}", day=day, first=at.hour, last=last)
