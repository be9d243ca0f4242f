"""What an agent of the desk does in a conversation file, and what the citizen hears of it."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

from tests.support.agent import DeskAgent, soon

#: What may stand after “agent” in a line of its own.
DOES: Final = ("is there", "takes", "takes over", "gives back", "ends", "leaves")
#: Seconds within which what an agent does reaches the citizen, and the other way.
PATIENCE: Final = 20.0
_MOVES: Final = {"takes": "take", "gives back": "give_back", "ends": "wrap_up"}
_PAUSE: Final = 0.1
Heard = list[dict[str, Any]]


class NotHeard(AssertionError):  # noqa: N818 - reads as the finding it is
    """What should have come has not."""


def spelt_out(turn: Any) -> Mapping[str, Any]:
    """A turn as the player reads it: ``agent takes`` is ``{agent_does: takes}``."""
    if isinstance(turn, Mapping):
        return turn
    who, _, does = str(turn).partition(" ")
    if who != "agent" or does not in DOES:
        raise ValueError(f"no turn: {turn!r}")
    return {"agent_does": does}


class AgentTurns:
    """One agent at one product, whom a scene calls.

    Args:
        door: the product as the citizen meets it: a ``Stack``, ``ByPage`` or ``ByWeChat``.
    """

    def __init__(self, door: Any) -> None:
        self._door = door
        self._agent: DeskAgent | None = None

    def play(self, turn: Mapping[str, Any], sender: str) -> Heard:
        """Do a turn in the conversation of ``sender``; returns what the citizen hears of it."""
        agent = self._called()
        if "agent" in turn:
            agent.say(self._chat(agent, sender), str(turn["agent"]))
            return self.hears(sender, str(turn["agent"]))
        return self._does(agent, str(turn["agent_does"]), sender)

    def reads(self, sender: str, words: Sequence[str]) -> None:
        """Check that each of ``words`` is on the agent's screen, or soon will be."""
        for each in words:
            self._read(self._called(), sender, each)

    def hears(self, sender: str, words: str = "", news: Heard | None = None) -> Heard:
        """Listen until the citizen has heard ``words``, or anything; returns all that is new, ``news`` included."""
        heard = list(news or ())
        end = time.monotonic() + PATIENCE
        while not any(words in str(said.get("text")) for said in heard):
            if time.monotonic() > end:
                raise NotHeard(f"the citizen does not hear “{words}”")
            time.sleep(_PAUSE)
            heard += self._door.hear(sender)
        return heard

    def close(self) -> None:
        """End what the agent has, and let him go."""
        if self._agent is not None:
            self._agent.ends_all()
            self._agent.left()
            self._agent = None

    def _called(self) -> DeskAgent:
        if self._agent is None:
            self._agent = DeskAgent.of(self._door)
        return self._agent

    def _does(self, agent: DeskAgent, does: str, sender: str) -> Heard:
        if does == "is there":
            agent.here()
            return []
        if does == "leaves":
            agent.left()
            return []
        if does == "takes over":
            agent.here("busy")
            agent.take_from_assistant(self._door.conversation(sender))
        else:
            agent.move(self._chat(agent, sender), _MOVES[does])
        return self.hears(sender)

    def _chat(self, agent: DeskAgent, sender: str) -> dict[str, Any]:
        """The chat of the conversation as it stands now; a request may still be on its way."""
        conversation_id = self._door.conversation(sender)
        return dict(soon(lambda: _chat_of(agent, conversation_id), PATIENCE))

    def _read(self, agent: DeskAgent, sender: str, words: str) -> None:
        def found() -> bool:
            return words in _shown(agent.dossier(self._chat(agent, sender)["chat_id"]))

        try:
            soon(found, PATIENCE)
        except AssertionError:
            raise NotHeard(f"the agent does not read “{words}”") from None


def _chat_of(agent: DeskAgent, conversation_id: str) -> dict[str, Any] | None:
    found = agent.snapshot()
    chats = [*found["queue"], *found["under_way"]]
    mine = [chat for chat in chats if chat["conversation_id"] == conversation_id]
    return mine[-1] if mine else None


def _shown(dossier: Mapping[str, Any]) -> str:
    """Everything an agent can read of a chat: why it came, the talk before, what was understood, what came since."""
    return json.dumps(dossier, ensure_ascii=False)
