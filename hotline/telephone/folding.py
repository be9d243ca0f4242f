"""A call as it stands, from the set of its events: arrival order and duplicates do not matter. Pure.

What is known only grows: a call that rings becomes answered or lost; a late word that somebody did answer turns a lost
call into an answered one, and nothing turns an answered call into a lost one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from .events import Event

#: "": it rings. `unanswered`: it ended at the exchange without anybody having hung up in the queue.
Outcome = Literal["", "answered", "abandoned", "unanswered"]


@dataclass(frozen=True)
class Leg:
    """An agent's part of a call, unix seconds; `ended` is `None` while it goes on."""

    agent: str
    began: float
    ended: float | None


@dataclass(frozen=True)
class PhoneCall:
    """A call.

    Attributes:
        call_id: of the exchange.
        line: the number that was called.
        caller: digits; "" when it is withheld.
        rang_at: the first that is known of it, unix seconds.
        answered_at: when an agent took it up first.
        over_at: when it was over for the caller.
        outcome: see `Outcome`.
        legs: whose it was, in order; each agent once.
    """

    call_id: str
    line: str
    caller: str = field(repr=False)
    rang_at: float
    answered_at: float | None
    over_at: float | None
    outcome: Outcome
    legs: tuple[Leg, ...] = ()

    @property
    def is_lost(self) -> bool:
        """Whether it is over and nobody took it up."""
        return self.outcome in ("abandoned", "unanswered")


def fold(events: Iterable[Event]) -> PhoneCall:
    """Return what a call's events say together.

    Raises:
        ValueError: there is no event.
    """
    seen = sorted(set(events), key=lambda one: (one.at, one.kind, one.agent, one.line, one.caller))
    if not seen:
        raise ValueError("a call without an event")
    answered_at = min((one.at for one in seen if one.kind == "answered"), default=None)
    ends = [one.at for one in seen if one.kind in ("abandoned", "ended")]
    outcome: Outcome = ""
    over_at = None
    if answered_at is not None:
        outcome, over_at = "answered", max(*ends, answered_at) if ends else None
    elif ends:
        hung_up = any(one.kind == "abandoned" for one in seen)
        outcome, over_at = "abandoned" if hung_up else "unanswered", min(ends)
    return PhoneCall(
        call_id=seen[0].call_id,
        line=next((one.line for one in seen if one.line), ""),
        caller=next((one.caller for one in seen if one.caller), ""),
        rang_at=seen[0].at,
        answered_at=answered_at,
        over_at=over_at,
        outcome=outcome,
        legs=_legs(seen, answered_at, over_at),
    )


def _legs(seen: Sequence[Event], answered_at: float | None, over_at: float | None) -> tuple[Leg, ...]:
    """Return whose call it was when; who has it twice is named once, from the first time to the last."""
    if answered_at is None:
        return ()
    taken = [one for one in seen if one.kind in ("answered", "transferred") and one.at >= answered_at]
    legs: dict[str, Leg] = {}
    for number, one in enumerate(taken):
        following = next((later.at for later in taken[number + 1 :] if later.agent != one.agent), over_at)
        if one.agent:
            began = legs[one.agent].began if one.agent in legs else one.at
            legs[one.agent] = Leg(one.agent, began, following)
    return tuple(legs.values())
