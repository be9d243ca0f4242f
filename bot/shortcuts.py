"""Work that Rasa does anew in every turn although nothing has changed, done once.

Each shortcut gives what Rasa's own code gives (``tests/bot/test_shortcuts.py``):

- the class of a stored event is searched among all subclasses, for each event read;
- rules are searched by the words of the message before they are searched by its intent, which can only find rules
  written with ``user:`` (end-to-end); ours have none, so that search is left out.
"""

from __future__ import annotations

from typing import Any, Final

from rasa.core.policies.rule_policy import RulePolicy
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.utils.common import all_subclasses

_RULES_BY_INTENT: Final = RulePolicy._find_action_from_rules
_RESOLVE: Final = Event.resolve_by_type

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


def install() -> None:
    """Let this process's Rasa take the shortcuts."""
    Event.resolve_by_type = staticmethod(event_class)
    RulePolicy._find_action_from_rules = action_from_rules
