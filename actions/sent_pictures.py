"""Pictures a person sends where nothing has asked for one."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from actions.base import Topic
from actions.door import check_picture, on_duty
from actions.turn import Turn


class SendPicture(Topic):
    """Says what pictures are for; one that serves nothing is deleted at once."""

    intents: ClassVar[tuple[str, ...]] = ("send_picture",)
    resumable: ClassVar[bool] = False

    def name(self) -> str:
        """Rasa's name of the action."""
        return "action_send_picture"

    async def handle(self, turn: Turn) -> None:
        """Explain; forms that want pictures take them before this is reached. Staff on duty send codes to check."""
        picture = turn.first("picture")
        if picture is None:
            turn.say("picture.how", [turn.button("start_appeal", "submit_appeal")])
            return
        if turn.active_form is None and on_duty(turn):
            await check_picture(turn, picture.value)
            await asyncio.to_thread(turn.kit.media.drop, picture.value, turn.conversation_id)
            return
        await asyncio.to_thread(turn.kit.media.drop, picture.value, turn.conversation_id)
        if turn.active_form is None:
            turn.say("picture.not_wanted", [turn.button("start_appeal", "submit_appeal")])
        else:
            turn.say("picture.not_here")
