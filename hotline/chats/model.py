"""A chat, what happens to it, and what follows: plain values. Times are unix seconds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

State = Literal["queued", "offered", "active", "wrap_up", "closed"]
Owner = Literal["bot", "queued", "agent"]
Reason = Literal["asked", "failures", "distress", "emergency", "taken_over"]
Outcome = Literal[
    "answered",
    "returned",
    "abandoned",
    "expired",
    "citizen_idle",
    "nobody_there",
    "off_hours",
    "left_by_citizen",
]
Turn = Literal["agent", "citizen"]
Speaker = Literal["citizen", "agent", "department", "system", "note"]

#: What is served first: the smaller number.
PRIORITY: dict[str, int] = {"emergency": 0, "distress": 1, "failures": 2, "asked": 2, "taken_over": 2}
RETURNED_TO_QUEUE = 1
"""A chat whose agent did not answer goes before those who have not had one."""


@dataclass(frozen=True)
class Department:
    """Who can be joined to a chat: a code of the catalogue of orders (`cdc:510100`), and what it is called."""

    code: str
    name: str


@dataclass(frozen=True)
class Timers:
    """How long each state may last, in seconds.

    Attributes:
        accept: an offered chat waits for its agent, then for the next one.
        queue: a chat waits for any agent; then it ends with other ways on.
        agent_warn, agent_lost: the citizen waits for an answer: the agent is warned, then the chat goes back.
        citizen_prompt, citizen_lost: the agent waits for the citizen: they are asked, then the chat ends.
        wrap_up: the agent finishes notes.
    """

    accept: float = 30.0
    queue: float = 600.0
    agent_warn: float = 180.0
    agent_lost: float = 300.0
    citizen_prompt: float = 300.0
    citizen_lost: float = 600.0
    wrap_up: float = 120.0


@dataclass(frozen=True)
class Chat:
    """One chat between a citizen and the desk.

    Attributes:
        chat_id: random.
        conversation_id: of the assistant; it has one living chat at most.
        channel: where the citizen is: web, wechat, mini_program, rest.
        version: of the conversation; grows with every change of state, agent or department, over all its chats.
        state: see `docs/desk.md`.
        agent: work number: who was asked (`offered`), who owns it (`active`), who finishes notes (`wrap_up`).
        department: who was joined to it, by its code in the catalogue of orders (`cdc:510100`); `None` while agent and
            citizen are alone.
        department_name: what that code is called, as the citizen reads it.
        reason: why it came.
        priority: smaller is served first.
        language: `zh` or `en`.
        topic, district: what it is about: an intent, an adcode; `""` when unknown.
        group: only agents with this skill are asked; `""`: anybody.
        passed: agents who were asked and did not come, or lost it.
        opened_at, state_since: when it began, when its state did.
        queued_since: since when the citizen waits for an agent.
        waits_for: whose turn it is while `active`, since `waits_since`.
        reminded: whether that side has been reminded.
        first_reply_at, taken_at, ended_at: for the figures; `None` until it happens.
        outcome: how it ended; `None` while it lives.
        rating: 1 to 5, once rated.
        last_seq: number of its last event.
        large_type: whether the citizen reads large type.
        quota_left, quota_until: customer-service messages WeChat still lets through, and until when; `None`: no limit.
    """

    chat_id: str
    conversation_id: str
    channel: str
    reason: Reason
    language: str
    opened_at: float
    state_since: float
    queued_since: float
    version: int = 0
    state: State = "queued"
    agent: str | None = None
    department: str | None = None
    department_name: str | None = None
    priority: int = 2
    topic: str = ""
    district: str = ""
    group: str = ""
    passed: tuple[str, ...] = ()
    waits_for: Turn | None = None
    waits_since: float = 0.0
    reminded: bool = False
    taken_at: float | None = None
    first_reply_at: float | None = None
    ended_at: float | None = None
    outcome: Outcome | None = None
    rating: int | None = None
    last_seq: int = 0
    large_type: bool = False
    quota_left: int | None = None
    quota_until: float | None = None

    @property
    def owner(self) -> Owner:
        """Who answers the citizen now."""
        if self.state == "active":
            return "agent"
        return "queued" if self.state in ("queued", "offered") else "bot"

    @property
    def lives(self) -> bool:
        """Tell whether it owns its conversation."""
        return self.owner != "bot"


# --- what happens ---


@dataclass(frozen=True)
class Offer:
    """The desk asks an agent to take it."""

    agent: str


@dataclass(frozen=True)
class Take:
    """An agent takes it out of the queue, or accepts what was offered to him."""

    agent: str


@dataclass(frozen=True)
class Decline:
    """An agent does not take what was offered to him."""

    agent: str


@dataclass(frozen=True)
class TakeOver:
    """Somebody who may takes it from whoever has it."""

    agent: str


@dataclass(frozen=True)
class CitizenWrote:
    """The citizen wrote; `urgent` when the words speak of danger."""

    urgent: bool = False


@dataclass(frozen=True)
class AgentWrote:
    """The owner wrote."""

    agent: str


@dataclass(frozen=True)
class DepartmentWrote:
    """Somebody of the department that was joined wrote; `department` is its code."""

    department: str


@dataclass(frozen=True)
class Transfer:
    """The owner hands it on: to an agent, or to all agents with a skill (`group`)."""

    agent: str
    to_agent: str | None = None
    group: str = ""


@dataclass(frozen=True)
class Join:
    """The owner joins a department to the chat: its code, and what that is called."""

    agent: str
    department: str
    name: str


@dataclass(frozen=True)
class Part:
    """The owner (work number), or the department itself (code), ends the three-party chat."""

    by: str


@dataclass(frozen=True)
class WrapUp:
    """The owner is done with the citizen."""

    agent: str


@dataclass(frozen=True)
class Reopen:
    """The agent was not done after all."""

    agent: str


@dataclass(frozen=True)
class Finish:
    """The agent has finished notes."""

    agent: str


@dataclass(frozen=True)
class GiveBack:
    """The owner gives the citizen back to the assistant."""

    agent: str


@dataclass(frozen=True)
class Leave:
    """The citizen wants no agent (any more)."""


@dataclass(frozen=True)
class AgentGone:
    """An agent is no longer there."""

    agent: str


@dataclass(frozen=True)
class Tick:
    """Time went on."""


Event = (
    Offer
    | Take
    | Decline
    | TakeOver
    | CitizenWrote
    | AgentWrote
    | DepartmentWrote
    | Transfer
    | Join
    | Part
    | WrapUp
    | Reopen
    | Finish
    | GiveBack
    | Leave
    | AgentGone
    | Tick
)


# --- what follows ---


@dataclass(frozen=True)
class Noted:
    """A line in the chat's events: what happened, for the agents' screens and the figures."""

    what: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Tell:
    """A line of the desk to the citizen; the assistant's channel has the words (`data/responses/desk.yml`)."""

    key: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Missed:
    """An agent did not come when asked: he counts as away until he says otherwise."""

    agent: str


Effect = Noted | Tell | Missed


@dataclass(frozen=True)
class Step:
    """A chat after an event, and what follows from it."""

    chat: Chat
    effects: tuple[Effect, ...] = ()
