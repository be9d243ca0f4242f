"""What a person may ask about their own data (P1): what they agreed to, taking it back, and who looked.

General questions about privacy stay with the policy entries.
"""

from __future__ import annotations

import logging
import re
import uuid
from typing import ClassVar

from actions import consents, joined, joining, speech
from actions.accesses import LOOKED
from actions.base import FORMS, TOPICS, Topic, answer, open_form
from actions.fields import title
from actions.policy import Policy
from actions.turn import Turn
from backend_client import NotVerified, PlatformError

log = logging.getLogger(__name__)

_RECEIPTS = re.compile(
    r"(?:同意|授权)(?:过|了|的(?:是|都是)?)?(?:些|过)?(?:什么|啥子?|哪些|哪几)|(?:同意|授权)(?:记录|回执)"
    r"|what (?:did|have) i agree",
    re.IGNORECASE,
)
_WITHDRAW = re.compile(
    r"(?:撤回|撤销|收回|取消|反悔|不想再?).{0,12}(?:同意|授权)|(?:同意|授权).{0,8}(?:撤回|撤销|收回|取消|拿回来)|不同意了|^我反悔了"
    r"|withdraw.{0,20}consent|revoke",
    re.IGNORECASE,
)
_HEALTH_ONLY = re.compile(r"健康信息|health", re.IGNORECASE)


def wants_receipts(turn: Turn) -> bool:
    """Whether the message asks what was agreed to."""
    return _tapped(turn, "receipts") or bool(_RECEIPTS.search(turn.text))


def wants_withdrawal(turn: Turn) -> bool:
    """Whether the message takes consent back."""
    return _tapped(turn, "withdraw") or bool(_WITHDRAW.search(turn.text))


class AskPrivacy(Topic):
    """Consent receipts, withdrawal and who looked; everything else about privacy from the policy entries."""

    intents: ClassVar[tuple[str, ...]] = ("ask_privacy",)

    def name(self) -> str:
        """Rasa's name of the action."""
        return "action_ask_privacy"

    async def handle(self, turn: Turn) -> None:
        """Find out which of them is meant."""
        if _tapped(turn, "give"):
            await self._give(turn)
        elif wants_withdrawal(turn):
            await withdraw(turn)
        elif wants_receipts(turn):
            tell_receipts(turn)
        elif _tapped(turn, "accesses") or LOOKED.search(turn.text):
            await answer(turn, TOPICS["who_looked"])
        else:
            await Policy().handle(turn)

    async def _give(self, turn: Turn) -> None:
        """Show the card to somebody who said no before and wishes it now."""
        if turn.slots.get("last_person_topic"):
            turn.set("pending_topic", turn.slots["last_person_topic"])
        await open_form(turn, "consent_form")


async def withdraw(turn: Turn) -> None:
    """Take consent back at once: all of it, or that to health data when the message names it alone.

    Without the consent to be verified nobody is: here at once, and on the platform, whose session is ended.
    """
    tapped = turn.first("choice")
    only_health = (tapped is not None and tapped.value == "withdraw=health") or (
        tapped is None and bool(_HEALTH_ONLY.search(turn.text))
    )
    session = turn.session_if_verified()
    gone = consents.withdraw(turn, ("health",) if only_health else None)
    if not gone:
        turn.say("consent.none")
        return
    names = speech.join((consents.name(turn, purpose) for purpose in gone), turn.language)
    if "identity" not in gone:
        turn.say("consent.withdrawn.part", names=names)
        return
    stopped = _stop_form(turn)
    ended = session is None or await _signed_out(turn, session)
    turn.say("consent.withdrawn" if ended else "consent.withdrawn.later", names=names)
    _separate(turn)
    if stopped:
        turn.say("consent.withdrawn.form", title=stopped)


def _separate(turn: Turn) -> None:
    """Without the consent to be verified nothing stays joined to this conversation."""
    receipt, ended = joined.end(turn.kit, [turn.conversation_id], turn.now)
    if ended:
        turn.say("joining.ended", receipt=receipt, ended=joined.channels(turn, ended), left="")


def _stop_form(turn: Turn) -> str:
    """Close the form that is open, for its person is verified no more; return what it was for, empty without one."""
    if turn.active_form is None:
        return ""
    key = f"{getattr(FORMS[turn.active_form], 'prefix', '')}.title"
    turn.set("requested_slot", None)
    turn.active_form = None
    return title(turn, key if key in turn.kit.words.keys else "consent.form.any")


async def _signed_out(turn: Turn, session: str) -> bool:
    """End the session on the platform; False when it does not answer, and the session ends by itself."""
    try:
        await turn.kit.platform.run(lambda p: p.end_session(session, key=uuid.uuid4().hex))
    except NotVerified:
        return True
    except PlatformError as error:
        log.warning("session_not_ended", extra={"error": type(error).__name__})
        return False
    return True


def tell_receipts(turn: Turn) -> None:
    """Say what was agreed to and taken back, and how to take back the rest."""
    lines = [*consents.receipts(turn, joined.ledger_names(turn)), *joining.receipts(turn)]
    if not lines:
        turn.say("consent.none")
        return
    buttons = []
    if consents.granted(turn, ("identity",)):
        buttons.append(turn.button("withdraw", "ask_privacy", choice="withdraw=all"))
    if consents.granted(turn, ("health",)):
        buttons.append(turn.button("withdraw_health", "ask_privacy", choice="withdraw=health"))
    turn.say("consent.receipts", buttons, lines="\n".join(lines))


def _tapped(turn: Turn, what: str) -> bool:
    choice = turn.first("choice")
    return choice is not None and choice.value.split("=")[0] == what
