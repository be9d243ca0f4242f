"""The skills of routing name intents that the assistant has."""

from __future__ import annotations

from pathlib import Path

import yaml

from hotline.chats.topics import skill_of

ROOT = Path(__file__).resolve().parents[2]


def test_every_intent_that_routes_is_one_of_the_assistants() -> None:
    named = yaml.safe_load((ROOT / "hotline" / "chats" / "topics.yml").read_text("utf-8"))
    intents = yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))["intents"]
    assert not set(named) - set(intents)
    assert skill_of("submit_appeal") == "appeal"
    assert skill_of("nothing_known") == "nothing_known"
