"""Rasa's tracker store: bounded live tracker, append-only history, events in an outbox, in one transaction.

Differences from Rasa's SQL store, each for a reason of ``docs/decisions/tracker-store.md``: a conversation costs
the same at turn 300 as at turn 5; a failed read raises instead of beginning an empty conversation; a write
names the version it has read; Chinese is stored as Chinese; the event loop is not blocked; personal data
that slipped through is scrubbed.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable
from typing import Any, Final

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted
from rasa.shared.core.trackers import DialogueStateTracker

from bot.live_state import asked_slot, newest_turns
from bot.scrubbing import scrub_event
from bot.settings import read_settings
from bot.tracker_tables import TrackerTables

_READ: Final = "read_from_store"
"""Attribute on a tracker: the version it was read at and how many of its events are stored already."""


class BoundedTrackerStore(TrackerStore):
    """Keeps the newest turns of a conversation live and everything in a history.

    In ``endpoints.yml``::

        tracker_store:
          type: bot.tracker_store.BoundedTrackerStore
          url: ${JKT_BOT_DB}      # left out: the setting of that name with its default
          live_turns: 5           # left out: the setting JKT_LIVE_TURNS
    """

    def __init__(
        self,
        domain: Domain | None = None,
        host: str | None = None,
        event_broker: Any = None,
        live_turns: int | None = None,
        tables: TrackerTables | None = None,
    ) -> None:
        """Open the store.

        Args:
            domain: replaced by the model's when one is loaded.
            host: SQLAlchemy address (Rasa passes ``url`` under this name).
            event_broker: refused: events go through the outbox.
            live_turns: turns that stay live.
            tables: given by the process that has opened the database already.
        """
        if event_broker is not None:
            raise ValueError("events are taken from the outbox (bot.event_relay); remove event_broker")
        super().__init__(domain, None)
        settings = read_settings(os.environ)
        self.tables = tables or TrackerTables(host or settings.bot_db)
        self.live_turns = live_turns or settings.live_turns

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Return the live tracker; None only when the database says that there is no such conversation.

        Raises:
            StoreFailed: the database could not be read.
        """
        row = await asyncio.to_thread(self.tables.read, sender_id)
        if row is None:
            return None
        tracker = DialogueStateTracker.from_dict(sender_id, row.events, self.domain.slots)
        setattr(tracker, _READ, (row.version, len(tracker.events)))
        return tracker

    async def create_tracker(self, sender_id: str, append_action_listen: bool = True) -> DialogueStateTracker:
        """Return a new tracker without storing it: its first turn does."""
        tracker = self.init_tracker(sender_id)
        if append_action_listen:
            tracker.update(ActionExecuted("action_listen"))
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store what is new and bound what is live.

        Raises:
            ConversationChanged: somebody else has written this conversation since it was read.
            StoreFailed: the database could not be written.
        """
        version, stored = getattr(tracker, _READ, (None, 0))
        events = list(tracker.events)
        fresh = [scrub_event(event.as_dict()) for event in events[stored:]]
        kept = newest_turns(tracker.sender_id, events, self.domain.slots, self.live_turns)
        known = {id(event): data for event, data in zip(events[stored:], fresh, strict=True)}
        rows = [known.get(id(event)) or event.as_dict() for event in kept]
        written = await asyncio.to_thread(
            self.tables.write, tracker.sender_id, version, rows, fresh, asked_slot(tracker)
        )
        setattr(tracker, _READ, (written, len(events)))

    async def retrieve_full_tracker(self, conversation_id: str) -> DialogueStateTracker | None:
        """Return a tracker of the whole history; None when there is none."""
        events = await asyncio.to_thread(self.tables.read_history, conversation_id)
        if not events:
            return None
        return DialogueStateTracker.from_dict(conversation_id, events, self.domain.slots)

    async def exists(self, conversation_id: str) -> bool:
        """Tell whether the conversation is known, without rebuilding it."""
        return await asyncio.to_thread(self.tables.read, conversation_id) is not None

    async def keys(self) -> Iterable[str]:
        """Return the ids of all live conversations."""
        return await asyncio.to_thread(self.tables.senders)

    async def requested_slot(self, sender_id: str) -> str | None:
        """Return which slot the assistant has just asked this person for."""
        return await asyncio.to_thread(self.tables.requested_slot, sender_id)
