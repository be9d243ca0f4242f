# ruff: noqa: N818 – a name says what happened
"""Showing one whole value: who asks and why is written down first, then the platform is asked, then it is audited.

The page of a case and the agents' page of chats both go through here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, cast

from backend_client import NotFound, PlatformError, RevealField, RevealPurpose

from .. import words
from ..desk import Desk
from ..errors import BadRequest, TooManyReveals
from ..reveals.ledger import FIELDS, LEAST_NOTE, MAX_NOTE, PURPOSES
from ..telephone.callbacks import MARK as MISSED
from ..telephone.errors import NoSuchMissed, NotClaimed
from .failures import saying_of

SHOWN_S = 60
#: What can be shown of a caller nobody answered: the desk knows no more.
OF_CALLERS: Final[dict[RevealField, str]] = {"phone": FIELDS["phone"]}
_CASE = re.compile(r"[A-Z]{2,4}\d{8}-\d{6}")


@dataclass(frozen=True)
class Wanted:
    """Which value of which case, and why in a word and in a sentence."""

    number: str
    field: str
    purpose: str
    note: str


@dataclass(frozen=True)
class Shown:
    """A value with its label and the mark that is laid over it."""

    label: str
    value: str = field(repr=False)
    mark: str


class NotRevealed(Exception):
    """Nothing is shown: HTTP status and the sentence for the agent."""

    def __init__(self, status: int, sentence: str) -> None:
        self.status = status
        self.sentence = sentence
        super().__init__(sentence)


def check_case(number: str) -> None:
    """Raise BadRequest when this is no number of a work order, an appeal or a caller nobody answered."""
    if not _CASE.fullmatch(number):
        raise BadRequest("number", "a work order, an appeal, a lost call")


async def reveal(desk: Desk, agent: str, wanted: Wanted) -> Shown:
    """Return the value for `agent`'s eyes, for `SHOWN_S` seconds.

    Raises:
        NotRevealed: a choice is missing, the day's number is used up, or the platform does not give it.
    """
    number, note = wanted.number, wanted.note
    if wanted.field not in FIELDS or wanted.purpose not in PURPOSES:
        raise NotRevealed(422, "请选要看哪一项，再选为什么要看。")
    if not LEAST_NOTE <= len(note) <= MAX_NOTE:
        raise NotRevealed(422, f"请写明具体原因，{LEAST_NOTE}到{MAX_NOTE}字。")
    if number.startswith(MISSED) and wanted.field not in OF_CALLERS:
        raise NotRevealed(422, "漏接来电只有来电号码可以看。")
    what, why = wanted.field, wanted.purpose
    facts = {"field": wanted.field, "purpose": wanted.purpose}
    try:
        line = await desk.on_thread(
            lambda: desk.reveals.ask(agent, number, field=what, purpose=why, note=note, now=desk.now())
        )
    except TooManyReveals:
        await desk.note(agent, "reveal.refused", number, **facts)
        raise NotRevealed(429, "今天的次数用完了。确实需要的话请找班长。") from None
    await desk.note(agent, "reveal.asked", number, **facts, line=line)
    try:
        value = await _fetch(desk, agent, wanted)
    except (PlatformError, NotClaimed, NoSuchMissed) as error:
        await desk.on_thread(lambda: desk.reveals.end(line, "failed"))
        await desk.note(agent, "reveal.failed", number, **facts, line=line, outcome=str(error))
        raise NotRevealed(*_saying(error)) from error
    await desk.on_thread(lambda: desk.reveals.end(line, "shown"))
    await desk.note(agent, "reveal.shown", number, **facts, line=line)
    return Shown(FIELDS[what], value, f"{agent} {words.spoken_time(desk.now())}")


async def _fetch(desk: Desk, agent: str, wanted: Wanted) -> str:
    """Return the value: a caller's number from the desk's own store, everything else from the platform."""
    number = wanted.number
    if number.startswith(MISSED):
        return await desk.on_thread(lambda: desk.telephone.callbacks.number_for(number, agent))
    what, why = cast(RevealField, wanted.field), cast(RevealPurpose, wanted.purpose)
    found = await desk.platform.run(lambda p: p.reveal(number, what, why, agent))
    return found.value


def _saying(error: PlatformError | NotClaimed | NoSuchMissed) -> tuple[int, str]:
    """Return status and sentence of a value that is not shown."""
    if isinstance(error, NotClaimed):
        return error.status, "先认领这个漏接来电，再看号码；办结以后不再显示。"
    if isinstance(error, NoSuchMissed):
        return error.status, "没有这个编号的漏接来电。"
    status, sentence = saying_of(error)
    return status, "平台上没有这一项，或者没有这个编号。" if isinstance(error, NotFound) else sentence
