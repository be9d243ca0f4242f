"""Work that Rasa does anew in every turn although nothing has changed, done once.

Each shortcut gives what Rasa's own code gives (``tests/bot/test_shortcuts.py``):

- the class of a stored event is searched among all subclasses, for each event read;
- rules are searched by the words of the message before they are searched by its intent, which can only find rules
  written with ``user:`` (end-to-end); ours have none, so that search is left out;
- an action gets a copy of the tracker that is made by replaying every event; copying its state gives the same;
- slots are looked for in each message by the domain's mappings; ours are all written by actions, so there are none;
- each message's intent and entities are looked up in the domain, to warn a developer; training has done that.
"""

from __future__ import annotations

import copy
from collections import deque
from typing import Any, Final

from rasa.core.policies.rule_policy import RulePolicy
from rasa.core.processor import MessageProcessor
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.utils.common import all_subclasses

_RULES_BY_INTENT: Final = RulePolicy._find_action_from_rules
_RESOLVE: Final = Event.resolve_by_type
_EXTRACT: Final = MessageProcessor.run_action_extract_slots

_event_classes: dict[str, type[Event]] = {}


def event_class(type_name: str, default: type[Event] | None = None) -> type[Event] | None:
    """Return the class of events of this name (see ``Event.resolve_by_type``).

    Raises:
        ValueError: there is none and no default.
    """
    if not _event_classes:
        for kind in all_subclasses(Event):
            _event_classes.setdefault(kind.type_name, kind)
    known = _event_classes.get(type_name)
    return known if known is not None else _RESOLVE(type_name, default)


def action_from_rules(
    policy: RulePolicy, tracker: Any, domain: Domain, use_text_for_last_user_input: bool
) -> tuple[str | None, str | None, bool]:
    """Search the rules by intent; by words there is nothing to find."""
    if use_text_for_last_user_input:
        return None, None, False
    found: tuple[str | None, str | None, bool] = _RULES_BY_INTENT(policy, tracker, domain, False)
    return found


def tracker_copy(tracker: DialogueStateTracker) -> DialogueStateTracker:
    """Return a tracker in the same state, with events and slots of its own."""
    twin = copy.copy(tracker)
    twin.events = deque(tracker.events, tracker.events.maxlen)
    twin.slots = {name: copy.copy(slot) for name, slot in tracker.slots.items()}
    twin.active_loop = copy.copy(tracker.active_loop)
    twin.latest_action = copy.copy(tracker.latest_action)
    return twin


async def extract_slots(processor: MessageProcessor, output_channel: Any, tracker: Any) -> Any:
    """Look for slots in the message where the domain has a mapping that could find one."""
    if finds_slots(processor.domain):
        return await _EXTRACT(processor, output_channel, tracker)
    return tracker


def finds_slots(domain: Domain) -> bool:
    """Tell whether any slot is filled from messages rather than by actions alone; asked once of a domain."""
    known: bool | None = getattr(domain, "_finds_slots", None)
    if known is None:
        mappings = [mapping for slot in domain.slots for mapping in slot.mappings]
        known = any(mapping.get("type") != "custom" or "action" in mapping for mapping in mappings)
        domain._finds_slots = known
    return known


def check_nothing(_processor: MessageProcessor, _parse_data: dict[str, Any]) -> None:
    """Leave out the look-up that warns developers."""


def install() -> None:
    """Let this process's Rasa take the shortcuts."""
    Event.resolve_by_type = staticmethod(event_class)
    RulePolicy._find_action_from_rules = action_from_rules
    DialogueStateTracker.copy = tracker_copy
    MessageProcessor.run_action_extract_slots = extract_slots
    MessageProcessor._check_for_unseen_features = check_nothing
