# ruff: noqa: N818 – a name says what happened
"""Looking at somebody's code: who looks and why is written down first, then the platform is asked.

The page of a call and the agents' page of chats both go through here.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from backend_client import CodeLook, CodeLookIn, LookPurpose, NotFound, PlatformError

from ..assist.errors import TooManyLooks
from ..assist.looks import LEAST_NOTE, MAX_NOTE
from ..assist.notes import masked
from ..desk import Desk

_USED_UP: Final = "今天查看的次数用完了。确实需要的话请找班长。"


@dataclass(frozen=True)
class Door:
    """From where somebody looks.

    Attributes:
        purposes: what may be looked for, in words.
        looked, refused: what the audit calls a look, and one beyond the day's number.
        saying: status and sentence for what the platform has refused.
    """

    purposes: Mapping[LookPurpose, str]
    looked: str
    refused: str
    saying: Callable[[PlatformError], tuple[int, str]]


class NotLooked(Exception):
    """Nothing is shown: HTTP status and the sentence for the agent."""

    def __init__(self, status: int, sentence: str) -> None:
        self.status = status
        self.sentence = sentence
        super().__init__(sentence)


def reason_in(body: Mapping[str, Any], door: Door) -> tuple[LookPurpose, str]:
    """Return purpose and reason that an agent has stated; the reason without numbers.

    Raises:
        NotLooked: one of them is missing.
    """
    purpose, note = body.get("purpose"), body.get("note")
    chosen = next((each for each in door.purposes if each == purpose), None)
    if chosen is None:
        raise NotLooked(422, "请先选查看的用途。")
    if not isinstance(note, str) or not LEAST_NOTE <= len(note.strip()) <= MAX_NOTE:
        raise NotLooked(422, f"请写明具体原因，{LEAST_NOTE}到{MAX_NOTE}字。")
    return chosen, masked(note.strip()).text


async def look(desk: Desk, door: Door, subject: str, wish: CodeLookIn, **facts: str) -> CodeLook:
    """Return a code for the eyes of the agent who wishes to see it.

    Args:
        desk: this process's.
        door: from where they look.
        subject: number of the call or chat.
        wish: whose code, and what for.
        facts: what the audit keeps besides the purpose.

    Raises:
        NotLooked: the day's number is used up, or the platform does not give it.
    """
    agent, looks, kept = wish.agent, desk.assist.looks, {"purpose": wish.purpose, **facts}
    try:
        row = await desk.on_thread(lambda: looks.ask(subject, agent, wish.purpose, desk.now()))
    except TooManyLooks:
        await desk.note(agent, door.refused, subject, **kept)
        raise NotLooked(429, _USED_UP) from None
    await desk.note(agent, door.looked, subject, **kept)
    try:
        found = await desk.platform.run(lambda p: p.look_at_code(wish, key=uuid.uuid4().hex))
    except PlatformError as error:
        outcome = "missing" if isinstance(error, NotFound) else "failed"
        await desk.on_thread(lambda: looks.end(row, outcome))
        raise NotLooked(*door.saying(error)) from error
    await desk.on_thread(lambda: looks.end(row, "shown"))
    return found
