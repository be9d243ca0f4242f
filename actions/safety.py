"""Danger first (H3), symptoms next: nothing about codes before that."""

from __future__ import annotations

import re
from typing import ClassVar

from actions.base import Topic
from actions.turn import Turn

#: Which number is called for what; the first that fits leads.
_CALLS = (
    (
        "self_harm",
        re.compile(
            r"不想活|自杀|轻生|跳楼|割腕|结束生命|活不下去|kill myself|suicide|end my life", re.IGNORECASE
        ),
    ),
    ("fire", re.compile(r"着火|起火|火灾|失火|燃起来|煤气|燃气|爆炸|\bfire\b|gas leak", re.IGNORECASE)),
    (
        "crime",
        re.compile(
            r"报警|抢劫|打人|打架|砍|家暴|被骗|诈骗|偷|跟踪|拐|绑架|robbed|attack|stolen|police|violence",
            re.IGNORECASE,
        ),
    ),
)


class Emergency(Topic):
    """Severe symptoms, self-harm, fire, crime: the number to call at once, what to tell them, and a person."""

    intents: ClassVar[tuple[str, ...]] = ("emergency",)
    resumable: ClassVar[bool] = False

    def name(self) -> str:
        """Rasa's name of the action."""
        return "action_emergency"

    async def handle(self, turn: Turn) -> None:
        """Name the right number; 120 when in doubt."""
        kind = next((kind for kind, pattern in _CALLS if pattern.search(turn.text)), "medical")
        turn.say(f"emergency.{kind}")
        turn.hand_over("emergency")


class Symptoms(Topic):
    """Fever, cough: go to a fever clinic, no medicine advice."""

    intents: ClassVar[tuple[str, ...]] = ("report_symptoms",)

    def name(self) -> str:
        """Rasa's name of the action."""
        return "action_symptoms"

    async def handle(self, turn: Turn) -> None:
        """Official guidance in words, with 120 for danger."""
        turn.say("symptoms.guidance", [turn.button("person", "request_human")])
