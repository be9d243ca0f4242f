"""The start of a session: what a person need not say again after an hour's silence, slot by slot.

Rasa's own start copies every slot ever set, once for each time it was set, so a permanent conversation grows without
end. Ours names the few that outlive a session; identity and places do not.
"""

from __future__ import annotations

from typing import Any, Final

from rasa.core.actions import action as rasa_actions
from rasa.core.actions.action import ActionSessionStart
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, SessionStarted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

#: Slots that outlive a session: how to speak to the person, the consent already given, and forms to take up later.
CARRIED: Final = (
    "language",
    "elder_mode",
    "consent",
    "drafts",
    "notice_offers",
    "shift",
    "shift_until",
    "shift_venue",
)


class SessionStart(ActionSessionStart):
    """Begins a session with the last value of each carried slot, and listens."""

    async def run(
        self, output_channel: Any, nlg: Any, tracker: DialogueStateTracker, domain: Domain
    ) -> list[Event]:
        """Return the events that begin the session."""
        kept = [(name, tracker.get_slot(name)) for name in CARRIED if name in tracker.slots]
        return [
            SessionStarted(),
            *(SlotSet(name, value) for name, value in kept if value is not None),
            ActionExecuted(ACTION_LISTEN_NAME),
        ]


def install() -> None:
    """Let Rasa use this start: it builds its default actions from the names in its own module."""
    rasa_actions.ActionSessionStart = SessionStart
