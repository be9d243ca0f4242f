"""The code of somebody who has just been given one, as a picture that counts for some minutes."""

from __future__ import annotations

import uuid

from actions import speech
from actions.persons import Subject
from actions.pictures import Card, code_picture
from actions.turn import Turn
from backend_client import MakePass


async def say_live(turn: Turn, who: Subject) -> None:
    """Show the code of a person as a picture with a QR.

    Raises:
        PlatformError: the platform could not make it.
    """
    made = await turn.kit.platform.run(
        lambda p: p.make_pass(who.access.session, who.person_id, MakePass(kind="live"), key=uuid.uuid4().hex)
    )
    until = speech.clock(made.expires_at, turn.language)
    word = speech.colour(made.colour, turn.language)
    card = Card(
        payload=made.payload or "",
        colour=made.colour,
        word=word,
        title=turn.word("apply.picture.title"),
        lines=[made.name_masked, turn.word("apply.picture.until", until=until)],
    )
    turn.say_picture(
        turn.word("apply.picture", until=until),
        code_picture(card, "health-code.png"),
        made.expires_at - made.issued_at,
        [turn.button("topic.ask_offline_code", "ask_offline_code")],
    )
