"""A copy of one's data (P1): after identity, as one file to save, for a day."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import ClassVar

from actions import consents, joined, speech
from actions.base import Topic
from actions.copies import as_zip, gather, heard
from actions.rights import tell_receipts, wants_receipts
from actions.turn import Turn

#: How long the file can be fetched.
LIFETIME = timedelta(hours=24)


class ExportMyData(Topic):
    """Gathers what bot, vault, consents and platform hold and hands it over as a file."""

    intents: ClassVar[tuple[str, ...]] = ("export_my_data",)

    def name(self) -> str:
        """Rasa's name of the action."""
        return "action_export_my_data"

    async def handle(self, turn: Turn) -> None:
        """Only the verified person gets it, and only with the consent to look at health data: it is in there."""
        if wants_receipts(turn):
            tell_receipts(turn)
            return
        access = turn.access()
        consents.require(turn, "health")
        held = await turn.kit.platform.run(lambda p: p.export_person(access.session))
        others = joined.others(turn)
        said = await asyncio.to_thread(heard, turn, others)
        media = as_zip(turn, gather(turn, held, said, others))
        until = speech.moment(turn.now + LIFETIME, turn.language)
        button = turn.link("download_copy", media, LIFETIME)
        turn.say(
            "copy.ready",
            [button, turn.button("who_looked", "ask_privacy", choice="accesses=all")],
            until=until,
        )
        if others:
            turn.say("joining.exported", channels=joined.channels(turn, others))
