"""Greetings, thanks, who are you; language and reading mode."""

from __future__ import annotations

import re
from typing import ClassVar

from actions.base import Topic
from actions.policy import take_dispute
from actions.turn import Turn

_OFF = re.compile(r"关|取消|退出|不用|普通|正常|off|normal|standard", re.IGNORECASE)
_TO_ENGLISH = re.compile(r"english|英文|英语|英語", re.IGNORECASE)
_LOW_SCORE = re.compile(
    r"不满意|差评|很差|太差|失望|[^\d]?[12]\s*(?:分|星)|bad|terrible|unsatisf", re.IGNORECASE
)


class SmallTalk(Topic):
    """Courtesy, briefly."""

    intents: ClassVar[tuple[str, ...]] = (
        "greet",
        "goodbye",
        "thank",
        "bot_challenge",
        "chitchat",
        "rate_service",
    )
    resumable: ClassVar[bool] = False

    def name(self) -> str:
        """Rasa's name of the action."""
        return "action_small_talk"

    async def handle(self, turn: Turn) -> None:
        """Answer in kind; a bad mark is met with a person."""
        if turn.intent == "greet":
            choices = ("query_code_status", "find_test_site", "query_risk_area", "query_test_result")
            turn.say("small.greet", [turn.button(f"topic.{c}", c) for c in choices])
        elif turn.intent == "rate_service" and take_dispute(turn):
            return
        elif turn.intent == "rate_service" and _LOW_SCORE.search(turn.text):
            turn.say(
                "small.rate_low", [turn.button("ticket", "complain"), turn.button("person", "request_human")]
            )
        else:
            turn.say(f"small.{turn.intent}")


class SwitchLanguage(Topic):
    """Chinese or English from now on."""

    intents: ClassVar[tuple[str, ...]] = ("switch_language",)
    resumable: ClassVar[bool] = False

    def name(self) -> str:
        """Rasa's name of the action."""
        return "action_switch_language"

    async def handle(self, turn: Turn) -> None:
        """Switch to the language named, else to the other one."""
        turn.set("language", "en" if _TO_ENGLISH.search(turn.text) else "zh")
        turn.say("small.language")


class ElderMode(Topic):
    """L2: plain short words, one step at a time; on or off."""

    intents: ClassVar[tuple[str, ...]] = ("elder_mode",)
    resumable: ClassVar[bool] = False

    def name(self) -> str:
        """Rasa's name of the action."""
        return "action_elder_mode"

    async def handle(self, turn: Turn) -> None:
        """Switch it and say how to switch back."""
        on = not _OFF.search(turn.text)
        turn.set("elder_mode", on)
        turn.say("small.elder_on" if on else "small.elder_off", [turn.button("person", "request_human")])
