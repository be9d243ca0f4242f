"""The shortcuts give what Rasa gives."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from rasa.shared.core.events import Event, SlotSet
from rasa.shared.utils.common import all_subclasses

from bot import shortcuts

ROOT = Path(__file__).resolve().parents[2]


def test_every_event_is_read_by_its_own_class() -> None:
    for kind in all_subclasses(Event):
        assert shortcuts.event_class(kind.type_name) is shortcuts._RESOLVE(kind.type_name)


def test_an_unknown_event_is_refused_or_gets_the_default() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        shortcuts.event_class("nonsense")
    assert shortcuts.event_class("nonsense", SlotSet) is SlotSet
    assert shortcuts.event_class("topic") is None


def test_no_rule_or_story_is_written_with_the_words_of_a_message() -> None:
    """The search by words is left out because it can find nothing."""
    files = [*(ROOT / "data" / "rules").glob("*.yml"), *(ROOT / "data").glob("stories/*.yml")]
    for path in files:
        content = yaml.safe_load(path.read_text("utf-8"))
        for flow in [*content.get("rules", []), *content.get("stories", [])]:
            assert not any("user" in step for step in flow["steps"]), path.name
