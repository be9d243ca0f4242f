"""By which ways a notice is told, in which order, and what follows from each try: pure, time is an argument.

::

    subscription ──refused──▶ service ──refused──▶ text ──refused──▶ at the next contact
         │  later: again after a pause, a few times (each way likewise)
         ▼
    accepted ──receipt──▶ delivered, or refused: the next way

A way that may have told is never used again: a try whose end nobody knows (no answer, or a process that died) counts as
perhaps told, and the next way begins. Text messages are the exception, the platform sends one for an event at most.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Final, Literal

from bot.message import OutboundMessage
from bot.notices.store import Notice


class Way(Enum):
    """A way to tell, in the order in which they are tried."""

    SUBSCRIPTION = "subscription"
    """The notice a person subscribed to in WeChat."""
    SERVICE = "service"
    """A message in the conversation, while WeChat allows one."""
    TEXT = "text"
    """A text message of the platform."""


class Verdict(Enum):
    """How a try ended."""

    ACCEPTED = "accepted"
    """Taken; a receipt says later whether it arrived."""
    TOLD = "told"
    """Taken, and nothing more will be heard of it."""
    LATER = "later"
    """Surely not carried out, and worth another try."""
    UNKNOWN = "unknown"
    """Perhaps carried out."""
    REFUSED = "refused"
    """Not carried out, and this way leads nowhere."""


@dataclass(frozen=True)
class Attempt:
    """The end of a try; ``reason`` is one word or an errcode, ``message_id`` what a receipt will name."""

    verdict: Verdict
    reason: str = ""
    message_id: str = ""


@dataclass(frozen=True)
class Letter:
    """What is to be told.

    Attributes:
        notice: the event, and to whom.
        kind: which consent it rests on.
        message: its words, with signed buttons.
        at: when it happened, by the platform's clock.
    """

    notice: Notice
    kind: str
    message: OutboundMessage = field(repr=False)
    at: datetime


Tell = Callable[[Letter], Awaitable[Attempt]]
#: The ways of a channel, in their order.
Ways = Mapping[Way, Tell]

State = Literal["trying", "later", "unknown", "accepted", "told", "delivered", "refused"]
_TOLD: Final = frozenset({"accepted", "told", "delivered"})


@dataclass(frozen=True)
class Stage:
    """How far one way has come for one notice; ``due`` is when its state ends, unix seconds."""

    way: Way
    state: State
    tries: int
    due: float


@dataclass(frozen=True)
class Try:
    """Try this way; it is the ``number``-th time."""

    way: Way
    number: int


@dataclass(frozen=True)
class Wait:
    """Look again at ``until``, unix seconds."""

    until: float


@dataclass(frozen=True)
class Died:
    """A try began and never ended: the process is gone."""

    stage: Stage


@dataclass(frozen=True)
class Told:
    """The person was told, as far as can be known."""


@dataclass(frozen=True)
class Nowhere:
    """No way is left. ``said`` tells whether the conversation may hold the words already."""

    said: bool


Step = Try | Wait | Died | Told | Nowhere

#: Seconds for which a try belongs to one process; longer than a call with all its own repetitions.
LEASE: Final = 60.0
#: Seconds in which a receipt is expected for a try whose end nobody knows.
_RECEIPT: Final = 120.0
#: Pauses before a way is tried again, in seconds; after the last one it is refused.
_PAUSES: Final[Mapping[Way, tuple[float, ...]]] = {
    Way.SUBSCRIPTION: (5.0, 60.0),
    Way.SERVICE: (5.0, 60.0),
    Way.TEXT: (5.0, 60.0, 300.0, 900.0),
}


def next_step(order: Sequence[Way], stages: Mapping[Way, Stage], now: float) -> Step:
    """Return what to do about a notice whose ways have come as far as ``stages``."""
    for way in order:
        stage = stages.get(way)
        if stage is None:
            return Try(way, 1)
        if stage.state in _TOLD:
            return Told()
        if stage.state in ("trying", "later", "unknown") and now < stage.due:
            return Wait(stage.due)
        if stage.state == "trying":
            return Died(stage)
        if stage.state == "later":
            return Try(way, stage.tries + 1)
    service = stages.get(Way.SERVICE)
    return Nowhere(said=service is not None and service.state == "unknown")


def after(way: Way, attempt: Attempt, tries: int, now: float) -> tuple[State, float]:
    """Return the state of a way after its ``tries``-th try, and when that state ends (unix seconds)."""
    verdict = attempt.verdict
    if verdict is Verdict.UNKNOWN and way is not Way.TEXT:
        return "unknown", now + (_RECEIPT if way is Way.SUBSCRIPTION else 0.0)
    if verdict in (Verdict.LATER, Verdict.UNKNOWN):
        pauses = _PAUSES[way]
        return ("later", now + pauses[tries - 1]) if tries <= len(pauses) else ("refused", now)
    if verdict is Verdict.REFUSED:
        return "refused", now
    return ("accepted" if verdict is Verdict.ACCEPTED else "told"), now
