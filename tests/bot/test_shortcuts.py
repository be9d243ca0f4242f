"""The shortcuts give what Rasa gives."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    Event,
    FollowupAction,
    LoopInterrupted,
    Restarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity
from rasa.shared.utils.common import all_subclasses

from bot import shortcuts

ROOT = Path(__file__).resolve().parents[2]
DOMAIN = Domain.load(str(ROOT / "domain.yml"))


def test_every_event_is_read_by_its_own_class() -> None:
    for kind in all_subclasses(Event):
        assert shortcuts.event_class(kind.type_name) is shortcuts._RESOLVE(kind.type_name)


def test_an_unknown_event_is_refused_or_gets_the_default() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        shortcuts.event_class("nonsense")
    assert shortcuts.event_class("nonsense", SlotSet) is SlotSet
    assert shortcuts.event_class("topic") is None


def test_no_slot_of_ours_is_found_in_messages_and_one_that_would_be_is_seen() -> None:
    assert not shortcuts.finds_slots(Domain.load(str(ROOT / "domain.yml")))
    for mapping in ("{type: from_text}", "{type: custom, action: action_x}"):
        other = Domain.from_yaml(
            f'version: "3.1"\nactions: [action_x]\nslots: {{s: {{type: any, mappings: [{mapping}]}}}}'
        )
        assert shortcuts.finds_slots(other)


_events = st.one_of(
    st.builds(lambda v: SlotSet("whose", v), st.one_of(st.none(), st.text(max_size=3))),
    st.builds(ActiveLoop, st.sampled_from([None, "identity_form", "apply_form"])),
    st.builds(lambda t: UserUttered(t, {"name": "greet"}), st.text(max_size=5)),
    st.builds(ActionExecuted, st.sampled_from(["action_listen", "action_help", "identity_form"])),
    st.builds(BotUttered, st.text(max_size=5)),
    st.builds(lambda: FollowupAction("action_listen")),
    st.builds(lambda: LoopInterrupted(True)),
    st.builds(Restarted),
)


@given(st.lists(_events, max_size=8))
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_a_copied_tracker_is_in_the_state_of_a_replayed_one_and_apart_from_the_first(
    events: list[Event],
) -> None:
    tracker = DialogueStateTracker.from_events("c1", events, DOMAIN.slots)
    ours, theirs = shortcuts.tracker_copy(tracker), tracker.travel_back_in_time(float("inf"))
    everything = EventVerbosity.ALL
    assert ours.current_state(everything) == theirs.current_state(everything)
    assert (ours.active_loop, ours.followup_action) == (theirs.active_loop, theirs.followup_action)
    ours.update(SlotSet("language", "en"))
    assert tracker.get_slot("language") is None
    assert len(tracker.events) == len(ours.events) - 1


def test_no_rule_or_story_is_written_with_the_words_of_a_message() -> None:
    """The search by words is left out because it can find nothing."""
    files = [*(ROOT / "data" / "rules").glob("*.yml"), *(ROOT / "data").glob("stories/*.yml")]
    for path in files:
        content = yaml.safe_load(path.read_text("utf-8"))
        for flow in [*content.get("rules", []), *content.get("stories", [])]:
            assert not any("user" in step for step in flow["steps"]), path.name
