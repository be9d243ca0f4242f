"""A code as something to show: live on a screen for minutes, offline on paper for seven days.

Whoever has just been given a code is shown it with ``say_live``; ``offline_code.py`` hands out the other kind.
"""

from __future__ import annotations

import asyncio
import uuid
from datetime import timedelta

from actions import speech
from actions.persons import Subject
from actions.pictures import Card, code_picture
from actions.printables import Sheet, offline_sheet
from actions.turn import Button, Turn
from backend_client import Code, MakePass, Pass

#: How long a picture or page stays where it can be fetched.
FETCHED = timedelta(hours=1)


async def say_live(turn: Turn, who: Subject) -> None:
    """Show the code of a person as a picture with a QR that counts for some minutes.

    Raises:
        Conflict: no code, or its check-in has run out.
        PlatformError: the platform could not make it.
    """
    made = await turn.kit.platform.run(
        lambda p: p.make_pass(who.access.session, who.person_id, MakePass(kind="live"), key=uuid.uuid4().hex)
    )
    until = speech.clock(made.expires_at, turn.language)
    words = turn.word("shown.live", whose=who.label(turn.language), until=until)
    card = _card(turn, made, "shown.title.live", [turn.word("shown.live.note", until=until)])
    buttons = [
        turn.button("show_again", "query_code_status", choice="code=show"),
        turn.button("offline_start", "ask_offline_code", choice="offline=issue"),
    ]
    turn.say_picture(
        words,
        code_picture(card, "health-code.png"),
        made.expires_at - made.issued_at,
        buttons,
        alt=_alt(turn, made),
    )


async def say_offline(turn: Turn, who: Subject, made: Pass, key: str) -> None:
    """Show an offline code as a picture, with its page to print and what can be done with it; ``key`` are the words."""
    until = speech.moment(made.expires_at, turn.language)
    text = turn.word(key, whose=who.label(turn.language), until=until, serial=made.serial)
    notes = [turn.word("shown.until", until=until), turn.word("shown.card.note", serial=made.serial)]
    card = _card(turn, made, "shown.title.offline", notes)
    picture = await asyncio.to_thread(code_picture, card, "offline-code.png")
    page = await asyncio.to_thread(
        offline_sheet, _sheet(turn, made, until)
    )  # a font is cut down to what it needs
    buttons: list[Button] = [
        turn.link("offline_pdf", page, FETCHED),
        turn.button("offline_renew", "ask_offline_code", choice="offline=renew"),
        turn.button("offline_revoke", "ask_offline_code", choice="offline=revoke"),
    ]
    turn.say_picture(text, picture, FETCHED, buttons, alt=_alt(turn, made))


def cannot_be_shown(turn: Turn, who: Subject, code: Code) -> bool:
    """Say why a code cannot be shown now (there is none, or its check-in has run out); False when it can."""
    whose = who.label(turn.language)
    if code.colour == "none":
        buttons = [turn.button("how_to_apply", "apply_code"), turn.button("person", "request_human")]
        turn.say("shown.no_code", buttons, private=True, whose=whose)
    elif code.checkin_expired:
        turn.say(
            "shown.checkin_expired", [turn.button("checkin", "health_checkin")], private=True, whose=whose
        )
    else:
        return False
    return True


def _card(turn: Turn, made: Pass, title: str, notes: list[str]) -> Card:
    return Card(
        payload=made.payload or "",
        colour=made.colour,
        word=turn.word(f"shown.colour.{made.colour}"),
        title=turn.word(title),
        lines=[_holder(turn, made), *notes],
    )


def _sheet(turn: Turn, made: Pass, until: str) -> Sheet:
    return Sheet(
        payload=made.payload or "",
        colour=made.colour,
        word=turn.word(f"shown.colour.{made.colour}"),
        title=turn.word("shown.title.offline"),
        name=_holder(turn, made),
        facts=[turn.word("shown.until", until=until)],
        notes=[
            turn.word(f"shown.sheet.{note}", serial=made.serial) for note in ("scan", "ends", "lost", "help")
        ],
    )


def _holder(turn: Turn, made: Pass) -> str:
    return turn.word("shown.holder", name=made.name_masked, document=made.document_masked)


def _alt(turn: Turn, made: Pass) -> str:
    return turn.word("shown.alt", colour=turn.word(f"shown.colour.{made.colour}"), name=made.name_masked)
