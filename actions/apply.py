"""C4: how to get a code, and getting one; foreigners and documents of other kinds."""

from __future__ import annotations

import re
from typing import ClassVar

from actions.apply_form import ApplyForm
from actions.asking import asks_how, chosen
from actions.base import Topic, open_form
from actions.policy import tell_policy
from actions.turn import Turn

_WANTS = re.compile(r"申领|申请|办码|办个?码|注册|apply|register|get (?:a|my) code", re.IGNORECASE)


class Apply(Topic):
    """Explains how to apply, or opens the application."""

    intents: ClassVar[tuple[str, ...]] = ("apply_code", "ask_passport_foreigner")
    resumable: ClassVar[bool] = False

    def name(self) -> str:
        """Rasa's name of the action."""
        return "action_apply"

    async def handle(self, turn: Turn) -> None:
        """Open the form for whoever wants it done; else answer and offer to begin."""
        detail = turn.first("policy_entry") is not None
        if not detail and (chosen(turn, "apply") or self._wants_it_done(turn)):
            await open_form(turn, ApplyForm.form)
            return
        tell_policy(turn)
        if not detail and turn.active_form is None:
            turn.say("apply.offer", [turn.button("start_apply", "apply_code", choice="apply=start")])

    def _wants_it_done(self, turn: Turn) -> bool:
        if asks_how(turn):
            return False
        if turn.intent == "apply_code":
            return True
        return not turn.text.startswith("/") and bool(_WANTS.search(turn.text))
