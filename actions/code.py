"""The code: its colour now (C1), why (C2), how and when it turns green (C3), and the pop-up on it (V3)."""

from __future__ import annotations

import logging
import re
from abc import abstractmethod
from typing import Any, ClassVar

from actions import speech
from actions.notices import offer
from actions.personal import PersonalTopic
from actions.persons import Subject
from actions.places import recalled
from actions.policy import tell_policy
from actions.shown_codes import say_live
from actions.turn import Button, NeedsIdentity, Turn
from actions.wishes import recalled_wish, remember_wish
from backend_client import Code, PlatformError
from wording.code import (
    as_of,
    brief_green,
    next_step,
    popup_lines,
    reason_line,
    status,
    unknown_lines,
    when_green,
)

log = logging.getLogger(__name__)

_SHOWN_SITES = 2
#: Words by which somebody asks about the pop-up on their own code rather than about pop-ups.
_OWN = re.compile(
    r"(我|俺|咱).{0,4}(码|有|上|咋|怎么|为什么|为啥|的)|为什么我|为啥我|\b(my|i|me)\b", re.IGNORECASE
)

_SHOW = re.compile(
    r"亮码|亮一下码|出示.{0,4}码|把?码.{0,3}(?:打开|调出来|亮出来)|码的?图|二维码"
    r"|\bshow (?:me )?(?:my|the|her|his) code\b|\bqr\b",
    re.IGNORECASE,
)


class _OfCode(PersonalTopic):
    """A topic that reads one person's code first."""

    instead: ClassVar[tuple[tuple[str, str], ...]] = (
        ("how_to_link", "manage_family"),
        ("my_code", "query_code_status"),
    )

    async def tell(self, turn: Turn, who: Subject) -> None:
        """Read the code, then answer from it."""
        code = await turn.kit.platform.run(lambda p: p.code(who.access.session, who.person_id))
        await self.tell_code(turn, who, code)

    @abstractmethod
    async def tell_code(self, turn: Turn, who: Subject, code: Code) -> None:
        """Answer from the code."""


class CodeStatus(_OfCode):
    """C1: the colour in words, since when, valid until, what it allows."""

    intents: ClassVar[tuple[str, ...]] = ("query_code_status",)

    def name(self) -> str:
        """Rasa's name of the action."""
        return "action_code_status"

    async def handle(self, turn: Turn) -> None:
        """Keep in mind that a picture is wanted while identity comes in between."""
        if _wants_picture(turn):
            remember_wish(turn, self.intents[0], "show")
        await super().handle(turn)

    async def tell(self, turn: Turn, who: Subject) -> None:
        """Show the code as a picture when that is wanted and it can be shown, else tell it."""
        code = await turn.kit.platform.run(lambda p: p.code(who.access.session, who.person_id))
        wanted = _wants_picture(turn) or recalled_wish(turn, self.intents[0]) is not None
        if wanted and code.colour != "none" and not code.checkin_expired:
            await say_live(turn, who)
        else:
            await self.tell_code(turn, who, code)
        turn.clear("wish")

    async def tell_code(self, turn: Turn, who: Subject, code: Code) -> None:
        """The colour, then validity, pop-up and what is still to do."""
        lines = [
            status(turn, who.label(turn.language), code),
            *brief_green(turn, code),
            *popup_lines(turn, code),
        ]
        if code.checkin_expired:
            lines.append(turn.word("code.checkin_expired"))
        elif code.valid_until and code.colour != "none":
            lines.append(turn.word("code.valid_until", until=speech.moment(code.valid_until, turn.language)))
        if code.colour in ("yellow", "red") and code.requirements:
            lines.append(next_step(turn, code))
        lines += [*unknown_lines(turn, code), as_of(turn, code)]
        question, choice = offer(turn, "code")
        turn.say_text("\n".join([*lines, *question]), [*_choices(turn, code), *choice], private=True)


class ColourReason(_OfCode):
    """C2: the rules behind the colour, with their events and dates; nothing about other people."""

    intents: ClassVar[tuple[str, ...]] = ("ask_color_reason",)

    def name(self) -> str:
        """Rasa's name of the action."""
        return "action_color_reason"

    async def tell_code(self, turn: Turn, who: Subject, code: Code) -> None:
        """The reasons, then the way to green and the way to contest."""
        lines = [status(turn, who.label(turn.language), code)]
        lines += [reason_line(turn, reason) for reason in code.reasons]
        lines += [*brief_green(turn, code), *popup_lines(turn, code)]
        if code.colour in ("yellow", "red"):
            lines.append(next_step(turn, code))
        elif not (code.reasons or code.popup or code.unknown or code.colour == "none"):
            lines.append(turn.word("code.nothing_holds"))
        lines += [*unknown_lines(turn, code), as_of(turn, code)]
        question, choice = offer(turn, "code")
        turn.say_text("\n".join([*lines, *question]), [*_choices(turn, code), *choice], private=True)


class TurnGreen(_OfCode):
    """C3: the remaining steps of this person, with dates and places."""

    intents: ClassVar[tuple[str, ...]] = ("ask_turn_green",)

    def name(self) -> str:
        """Rasa's name of the action."""
        return "action_turn_green"

    async def tell_code(self, turn: Turn, who: Subject, code: Code) -> None:
        """What is done, what remains, when it can be green, and where to test."""
        if code.colour == "green":
            lines = brief_green(turn, code) or [
                turn.word("code.already_green", whose=who.label(turn.language))
            ]
            lines += popup_lines(turn, code)
        elif code.colour == "none":
            lines = [status(turn, who.label(turn.language), code)]
        else:
            lines = [next_step(turn, code), *when_green(turn, code)]
            lines += await _where(turn, code)
            lines += [reason_line(turn, reason) for reason in code.reasons[:1]]
        lines += [*unknown_lines(turn, code), as_of(turn, code)]
        turn.say_text("\n".join(lines), _choices(turn, code), private=True)


class PopUp(_OfCode):
    """V3: the pop-up of 入川码, from the person's own code when they ask about theirs, else from the rules."""

    intents: ClassVar[tuple[str, ...]] = ("ask_entry_code",)

    def name(self) -> str:
        """Rasa's name of the action."""
        return "action_entry_code"

    async def handle(self, turn: Turn) -> None:
        """Whose pop-up: one's own needs to know who asks, a general question needs nobody."""
        if _OWN.search(turn.text) or _is_known(turn):
            await super().handle(turn)
        else:
            tell_policy(turn)

    async def tell_code(self, turn: Turn, who: Subject, code: Code) -> None:
        """What it is, why it is there, how it ends, by when to test, and what is allowed meanwhile."""
        if code.popup is None and code.colour == "green" and not _OWN.search(turn.text):
            tell_policy(turn)
            return
        lines = popup_lines(turn, code)
        if lines:
            lines.append(turn.word("code.popup_allowed"))
        else:
            lines = [status(turn, who.label(turn.language), code), turn.word(_no_popup(code))]
            lines += [reason_line(turn, reason) for reason in code.reasons[:1]]
            if code.colour in ("yellow", "red"):
                lines.append(next_step(turn, code))
        lines += [*unknown_lines(turn, code), as_of(turn, code)]
        turn.say_text("\n".join(lines), _choices(turn, code), private=True)


def _is_known(turn: Turn) -> bool:
    try:
        turn.access()
    except NeedsIdentity:
        return False
    return True


def _no_popup(code: Code) -> str:
    """Why there is no pop-up: another colour takes its place, or none is there."""
    if any(reason.category == "entry_overdue" for reason in code.reasons):
        return "code.popup_overdue"
    return "code.popup_displaced" if code.colour in ("yellow", "red") else "code.popup_none"


async def _where(turn: Turn, code: Code) -> list[str]:
    """Sites for yellow codes near the person: where they last spoke of, else where the event happened."""
    if code.colour != "yellow":
        return []
    here = recalled(turn)
    region = next((r.region for r in code.reasons if r.region and not r.region.endswith("0000")), None)
    if here is not None and here.point is not None:
        query: dict[str, Any] = {"lat": here.point[0], "lon": here.point[1]}
    elif (here is not None and here.code) or region:
        query = {"division": here.code if here is not None and here.code else region}
    else:
        return [turn.word("code.where_ask")]
    try:
        page = await turn.kit.platform.run(
            lambda p: p.nearest_sites(**query, yellow=True, limit=_SHOWN_SITES)
        )
    except PlatformError as error:  # the answer is worth telling without places
        log.info("sites_not_known", extra={"error": type(error).__name__})
        return []
    names = [site.name for site in page.items]
    return [turn.word("code.where", sites=speech.join(names, turn.language))] if names else []


def _wants_picture(turn: Turn) -> bool:
    tapped = turn.first("choice")
    return (tapped is not None and tapped.value == "code=show") or bool(_SHOW.search(turn.text))


def _choices(turn: Turn, code: Code) -> list[Button]:
    if code.colour in ("yellow", "red"):
        where = turn.button("yellow_sites" if code.colour == "yellow" else "sites", "find_test_site")
        return [where, turn.button("appeal", "submit_appeal"), turn.button("person", "request_human")]
    if code.colour == "none":
        return [turn.button("how_to_apply", "apply_code"), turn.button("person", "request_human")]
    show = turn.button("show_code", "query_code_status", choice="code=show")
    return [show, turn.button("results", "query_test_result"), turn.button("sites", "find_test_site")]
