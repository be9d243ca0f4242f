"""A new session keeps what the person should not have to say again, and nothing else."""

from __future__ import annotations

from rasa.core.actions import action as rasa_actions
from rasa.core.channels.channel import CollectingOutputChannel
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from bot.session import CARRIED, SessionStart, install

DOMAIN = Domain.from_yaml(
    "version: '3.1'\nslots:\n"
    + "".join(
        f"  {name}:\n    type: any\n    mappings:\n      - type: custom\n"
        for name in (*CARRIED, "session", "document_number")
    )
)


async def test_only_listed_slots_are_carried_and_each_once() -> None:
    changes = [SlotSet("language", value) for value in ("en", "zh") * 50]
    secrets = [SlotSet("session", "<SESSION#aaaaaaaa>"), SlotSet("document_number", "<ID#aaaaaaaa>")]
    tracker = DialogueStateTracker.from_events(
        "s", [*changes, *secrets, SlotSet("consent", True)], DOMAIN.slots
    )
    events = await SessionStart().run(CollectingOutputChannel(), None, tracker, DOMAIN)
    carried = {event.key: event.value for event in events if isinstance(event, SlotSet)}
    assert carried == {"language": "zh", "consent": True}
    assert len([event for event in events if isinstance(event, SlotSet)]) == 2


def test_rasa_uses_it_after_installation() -> None:
    before = rasa_actions.ActionSessionStart
    try:
        install()
        assert any(isinstance(a, SessionStart) for a in rasa_actions.default_actions())
    finally:
        rasa_actions.ActionSessionStart = before
