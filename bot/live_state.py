"""What of a conversation stays live: its newest turns and, as explicit events, everything older ones left
behind.

Rasa rebuilds a tracker by replaying all of its events, at each read and once more for each action. It needs
no more than the state and the last few turns, so older turns are replaced by the few events that lead to
the same state: slots, the active form with its rejection and interruption, and pause. Replaying the short
list gives the same slots, loop, latest message and follow-up action as replaying the long one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    ConversationPaused,
    Event,
    LoopInterrupted,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker


def newest_turns(sender_id: str, events: Sequence[Event], slots: Iterable[Slot], keep: int) -> list[Event]:
    """Return the events to keep live: the state before the newest ``keep`` turns, then these turns whole.

    Nothing before the latest session start or restart is kept: both reset the conversation, and what is
    carried over is set by events after them.
    """
    current = list(events)[_latest_reset(events) :]
    cut = _start_of_turn(current, keep)
    if cut == 0:
        return current
    before = DialogueStateTracker.from_events(sender_id, current[:cut], slots)
    return [*_as_events(before, current[cut - 1].timestamp), *current[cut:]]


def _latest_reset(events: Sequence[Event]) -> int:
    """Return the index of the latest event that resets the conversation, or of the action that made it."""
    for index in range(len(events) - 1, -1, -1):
        if isinstance(events[index], SessionStarted | Restarted):
            made_by_action = index > 0 and isinstance(events[index - 1], ActionExecuted)
            return index - 1 if made_by_action else index
    return 0


def _start_of_turn(events: Sequence[Event], keep: int) -> int:
    """Return where the ``keep``-th newest turn begins, at the listening before it; 0 when all stay."""
    spoken = [index for index, event in enumerate(events) if isinstance(event, UserUttered)]
    if len(spoken) <= keep:
        return 0
    for index in range(spoken[-keep] - 1, spoken[-keep - 1], -1):
        event = events[index]
        if isinstance(event, ActionExecuted) and event.action_name == ACTION_LISTEN_NAME:
            return index
    return spoken[-keep]


def _as_events(tracker: DialogueStateTracker, timestamp: float) -> list[Event]:
    """Return events that lead an empty tracker to this one's state, in the order Rasa writes them."""
    state: list[Event] = []
    loop = tracker.active_loop
    if loop is not None and loop.name is not None:
        state += [
            _message_of(loop.trigger_message or {}, timestamp),
            ActionExecuted(loop.name, timestamp=timestamp),
            ActiveLoop(loop.name, timestamp=timestamp),
        ]
    state += [
        SlotSet(name, slot.value, timestamp=timestamp)
        for name, slot in tracker.slots.items()
        if slot.value != slot.initial_value
    ]
    if loop is not None and loop.name is not None and loop.rejected:
        state.append(ActionExecutionRejected(loop.name, timestamp=timestamp))
    if loop is not None and loop.name is not None and loop.is_interrupted:
        state.append(LoopInterrupted(True, timestamp=timestamp))
    if tracker.is_paused():
        state.append(ConversationPaused(timestamp=timestamp))
    return state


def _message_of(parsed: dict[str, Any], timestamp: float) -> UserUttered:
    """Return the message that a form was begun with: a form remembers it."""
    return UserUttered(
        parsed.get("text"),
        parsed.get("intent"),
        parsed.get("entities"),
        parsed or None,
        timestamp=timestamp,
        message_id=parsed.get("message_id"),
        metadata=parsed.get("metadata"),
    )


def asked_slot(tracker: DialogueStateTracker) -> str | None:
    """Return which slot the assistant has just asked for, or None."""
    value: Any = tracker.get_slot("requested_slot") if "requested_slot" in tracker.slots else None
    return value if isinstance(value, str) else None
