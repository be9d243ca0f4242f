"""V2: staff at the door: a shift, checks by code or document number, people without a code written down.

Staff mode is a shift of the platform, whose token lies in the vault until its end. Without it nothing is looked up,
whatever is typed; with it the answer is a word and what to do.
"""

from __future__ import annotations

import asyncio
import re
from datetime import datetime
from typing import ClassVar

from actions import speech
from actions.base import TOPICS, Topic, open_form
from actions.turn import DOCUMENT_KINDS, Button, Turn
from actions.wishes import once_key, recalled_wish, remember_wish
from backend_client import CheckIn, ForbiddenPerson, RateLimited, Venue
from passes.errors import NothingRead
from passes.scanning import read_picture
from privacy.errors import PrivacyError

PURPOSES = ("entry", "medical", "transport", "sampling")
_PREFIX = "door="
_START = re.compile(
    r"(?:我是|我在).{0,14}(?:要|开始|想|来)(?:查验|核验|查码|上岗)|(?:开始|开启|打开)(?:查验|核验|查码)|我要(?:查验|核验|查码)|上岗(?:了)?$"
    r"|\bstart (?:checking|my shift)\b",
    re.IGNORECASE,
)
_END = re.compile(r"下班|下岗|交班|(?:退出|结束|停止)(?:查验|核验|查码)|\bend (?:my )?shift\b", re.IGNORECASE)
_LANE = re.compile(
    r"^(?:我要)?(?:无码|没码).{0,4}登记|登记(?:一[个位下]|这[个位])?.{0,6}(?:老人|没码|无码|没手机)"
    r"|\bregister a visitor\b",
    re.IGNORECASE,
)


class StaffCheck(Topic):
    """Checking people: how it works is answered from knowledge; who is on duty checks."""

    intents: ClassVar[tuple[str, ...]] = ("staff_check",)

    def name(self) -> str:
        """Rasa's name of the action."""
        return "action_staff_check"

    async def handle(self, turn: Turn) -> None:
        """What is shown or typed is checked; else what is wanted is done."""
        subject = next(iter(turn.tokens("CODE", *DOCUMENT_KINDS)), None)
        if subject is not None:
            await _look(turn, subject)
            return
        wish = wished(turn) or recalled_wish(turn, self.intents[0])
        act, _, rest = (wish or "").partition(":")
        if act == "start":
            remember_wish(turn, self.intents[0], str(wish))
            await _start(turn, rest)
        elif act == "end":
            await _end(turn)
        elif act == "lane":
            await _lane(turn)
        elif act == "purpose":
            await _by_number(turn, rest)
        else:
            await TOPICS["ask_policy"].handle(turn)
            if turn.first("policy_entry") is None:
                turn.say("door.offer", [_choice(turn, "door_start", "start")])


def wished(turn: Turn) -> str | None:
    """start, end, lane or purpose, with what belongs to it after a colon; None for a question."""
    tapped = turn.first("choice")
    if tapped is not None and tapped.value.startswith(_PREFIX):
        return tapped.value.removeprefix(_PREFIX)
    if turn.text.startswith("/"):
        return None
    if _START.search(turn.text):
        return "start"
    if not on_duty(turn):
        return None
    if _END.search(turn.text):
        return "end"
    return "lane" if _LANE.search(turn.text) else None


def on_duty(turn: Turn) -> bool:
    """Whether a shift of this conversation is running, as far as the assistant knows; the platform decides."""
    until = turn.slots.get("shift_until")
    return (
        bool(turn.slots.get("shift")) and until is not None and turn.now < datetime.fromisoformat(str(until))
    )


async def _start(turn: Turn, code: str) -> None:
    access = turn.access()
    held = await turn.kit.platform.run(lambda p: p.my_venues(access.session))
    fitting = [venue for venue in held.items if code in ("", venue.code)]
    if not fitting:
        turn.clear("wish")
        turn.say("door.no_venue", [turn.button("venue_apply", "ask_venue_code", choice="venue=apply")])
        return
    if len(fitting) > 1:
        turn.say("door.which", [_of(venue) for venue in fitting])
        return
    venue = fitting[0]
    shift = await turn.kit.platform.run(
        lambda p: p.start_shift(access.session, venue.code, key=once_key(turn, "shift"))
    )
    turn.clear("wish")
    turn.set("shift", turn.kit.vault.put(turn.conversation_id, "SHIFT", shift.shift_token))
    turn.set("shift_until", shift.ends_at.isoformat())
    turn.set("shift_venue", venue.name)
    until = speech.moment(shift.ends_at, turn.language)
    turn.say("door.started", _duties(turn), venue=venue.name, until=until)


async def _end(turn: Turn) -> None:
    secret = turn.reveal(turn.slots.get("shift"))
    if secret is not None:
        await turn.kit.platform.run(lambda p: p.end_shift(secret.value, key=once_key(turn, "shift-end")))
    _off_duty(turn)
    turn.say("door.ended")


async def _look(turn: Turn, token: str) -> None:
    """Check what was shown; a number needs a purpose first."""
    if not on_duty(turn):
        _off_duty(turn)
        turn.say("door.not_on_duty", [_choice(turn, "door_start", "start")])
        return
    if token.startswith("<CODE#"):
        secret = turn.reveal(token)
        await check_payload(turn, secret.value if secret else "")
        return
    turn.set("check_subject", token)
    buttons = [_choice(turn, f"door_purpose.{purpose}", f"purpose:{purpose}") for purpose in PURPOSES]
    turn.say("door.purpose", buttons)


async def _by_number(turn: Turn, purpose: str) -> None:
    secret = turn.reveal(turn.slots.get("check_subject"))
    turn.clear("check_subject")
    if secret is None or purpose not in PURPOSES:
        turn.say("door.send_again")
        return
    await _check(turn, CheckIn(shift_token="", purpose=purpose, document_number=secret.value))


async def check_picture(turn: Turn, media_id: str) -> None:
    """Check the code on a picture that was sent; the picture is not kept."""
    try:
        media = await asyncio.to_thread(turn.kit.media.get, media_id, turn.conversation_id)
        texts = await asyncio.to_thread(read_picture, media.content)
    except (NothingRead, PrivacyError):
        turn.say("door.no_qr", _duties(turn))
        return
    await check_payload(turn, texts[0])


async def check_payload(turn: Turn, payload: str) -> None:
    """Check a code by its text."""
    await _check(turn, CheckIn(shift_token="", purpose="entry", payload=payload[:500]))


async def _check(turn: Turn, check: CheckIn) -> None:
    secret = turn.reveal(turn.slots.get("shift"))
    if secret is None or not on_duty(turn):
        _off_duty(turn)
        turn.say("door.not_on_duty", [_choice(turn, "door_start", "start")])
        return
    wish = check.copy(update={"shift_token": secret.value})
    try:
        found = await turn.kit.platform.run(lambda p: p.check_person(wish, key=once_key(turn, "check")))
    except ForbiddenPerson:
        _off_duty(turn)
        turn.say("door.not_on_duty", [_choice(turn, "door_start", "start")])
    except RateLimited as error:
        turn.say("door.too_fast", wait=speech.minutes(error.retry_after or 60, turn.language))
    else:
        lane = [_choice(turn, "door_lane", "lane")] if found.verdict in ("not_valid", "no_code") else []
        turn.say(f"door.verdict.{found.verdict}", [*lane, _choice(turn, "door_end", "end")], private=True)


async def _lane(turn: Turn) -> None:
    if on_duty(turn):
        await open_form(turn, "lane_form")
    else:
        turn.say("door.not_on_duty", [_choice(turn, "door_start", "start")])


def _off_duty(turn: Turn) -> None:
    turn.clear("shift", "shift_until", "shift_venue", "check_subject")


def _duties(turn: Turn) -> list[Button]:
    return [_choice(turn, "door_lane", "lane"), _choice(turn, "door_end", "end")]


def _of(venue: Venue) -> Button:
    return Button(venue.name, "staff_check", {"choice": f"{_PREFIX}start:{venue.code}"})


def _choice(turn: Turn, key: str, act: str) -> Button:
    return turn.button(key, "staff_check", choice=f"{_PREFIX}{act}")
