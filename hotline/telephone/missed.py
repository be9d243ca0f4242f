"""A caller nobody answered, and what becomes of calling back. Pure.

::

    open ─ claim → claimed ─ reached → reached
      ↑                │ ├── no answer: back to open, the third time → unreached
      └─ release ──────┘ └── not needed → unneeded
    open, claimed ─ the caller rings again and is answered → came
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

from .errors import MissedChanged

State = Literal["open", "claimed", "reached", "unreached", "unneeded", "came"]
Move = Literal["claim", "release", "reached", "no_answer", "unneeded"]
OPEN: Final[frozenset[State]] = frozenset({"open", "claimed"})
MOST_TRIES: Final = 3
#: A case that was claimed and left lying may be claimed by somebody else, seconds.
LEFT_LYING_S: Final = 1_800
#: Why nobody need be called back.
UNNEEDED: Final = {
    "answered_elsewhere": "已从别处答复",
    "wrong_number": "对方打错了",
    "nuisance": "骚扰电话",
}


@dataclass(frozen=True)
class Case:
    """A caller to be called back; times are unix seconds.

    Attributes:
        number: of the case: LJ20260905-000001.
        state: see above.
        agent: who has claimed or closed it; "" while it is open.
        version: grows with each move; a move on an old one is refused.
        tries: how often somebody called in vain.
        first_at: when the caller rang first.
        claimed_at, tried_at, closed_at: when it was claimed, called for the first time, closed.
        reason: why it was not needed, one of `UNNEEDED`.
    """

    number: str
    state: State
    agent: str
    version: int
    tries: int
    first_at: float
    claimed_at: float | None = None
    tried_at: float | None = None
    closed_at: float | None = None
    reason: str = ""


def can_claim(case: Case, agent: str, now: float) -> bool:
    """Tell whether an agent may claim a case: it is free, or whoever claimed it has left it lying."""
    lying = case.claimed_at is not None and now - case.claimed_at >= LEFT_LYING_S
    return case.state == "open" or (case.state == "claimed" and lying and case.agent != agent)


def step(case: Case, move: Move, agent: str, now: float, reason: str = "") -> Case:
    """Return a case after an agent's move.

    Raises:
        MissedChanged: its state, or whose it is, does not allow the move.
    """
    if move == "claim":
        if not can_claim(case, agent, now):
            raise MissedChanged(case.number)
        return replace(case, state="claimed", agent=agent, claimed_at=now, version=case.version + 1)
    if case.state != "claimed" or case.agent != agent:
        raise MissedChanged(case.number)
    after = replace(case, version=case.version + 1)
    if move == "release":
        return replace(after, state="open", agent="", claimed_at=None)
    if move == "unneeded":
        return replace(after, state="unneeded", closed_at=now, reason=reason)
    after = replace(after, tried_at=now if case.tried_at is None else case.tried_at)
    if move == "reached":
        return replace(after, state="reached", closed_at=now)
    after = replace(after, tries=case.tries + 1)
    if after.tries >= MOST_TRIES:
        return replace(after, state="unreached", closed_at=now)
    return replace(after, state="open", agent="", claimed_at=None)


def came_through(case: Case, at: float) -> Case:
    """Return a case after its caller has rung again and was answered; one that is closed stays as it is."""
    if case.state not in OPEN:
        return case
    return replace(case, state="came", closed_at=at, version=case.version + 1)
