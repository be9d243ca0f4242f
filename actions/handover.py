"""An identity that comes from elsewhere, or goes on to another conversation (``docs/identity-handover.md``).

What comes is a token instead of a one-time password. The bot's door puts it into the vault and names it in a choice.
Until consent is given it waits in the slot of the verification under way, which a platform's own id never looks like.
What another conversation of the assistant sends is marked: its person is asked by one tap, whatever was agreed before.

What goes on is a token too: made with the session of this conversation, for one other conversation that the bot names,
and told to the bot alone.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from typing import Any, Final

from actions.turn import NeedsIdentity, Turn
from backend_client import HandOver, PlatformError
from privacy.kinds import kind_of

log = logging.getLogger(__name__)

_HANDED: Final = "handover="
_CARRIED: Final = "carried="
_HANDING: Final = "handing="
_SCANNED: Final = "scanned="
#: The choice that leads into WeChat.
TO_WECHAT: Final = "to_wechat"
#: Stands before a token in the vault whose person is to be asked.
_TO_ASK: Final = "?"


@dataclass(frozen=True)
class Waiting:
    """A token that waits to be redeemed; ``asks``: its person has not said yet that they want it here."""

    token: str
    asks: bool


def received(turn: Turn) -> str | None:
    """Return the vault token of what this message hands over; None when it hands over nothing."""
    kept = _kept(turn, _HANDED)
    if kept is not None:
        return kept
    kept = _kept(turn, _CARRIED)
    secret = turn.reveal(kept)
    return (
        None
        if secret is None
        else turn.kit.vault.put(turn.conversation_id, "SESSION", _TO_ASK + secret.value)
    )


def waiting(turn: Turn) -> Waiting | None:
    """Return what waits to be redeemed; None when there is nothing, or its time is over."""
    held = str(turn.slots.get("verification_id") or "")
    if kind_of(held) != "SESSION":
        return None
    secret = turn.reveal(held)
    if secret is None:
        turn.clear("verification_id")
        return None
    return Waiting(secret.value.removeprefix(_TO_ASK), secret.value.startswith(_TO_ASK))


def accept(turn: Turn) -> None:
    """Note that the person wants the identity that waits."""
    held = waiting(turn)
    if held is not None:
        turn.set("verification_id", turn.kit.vault.put(turn.conversation_id, "SESSION", held.token))


async def hand_on(turn: Turn) -> bool:
    """Do what this message asks for another conversation of the same person; False when it asks nothing of the kind."""
    kept = _kept(turn, _HANDING)
    if kept is not None:
        await _issue(turn, _target(turn, kept))
        return True
    tapped = turn.first("choice")
    choice = "" if tapped is None else str(tapped.value)
    if choice.startswith(_SCANNED):
        _tell_bot(turn, {"scanned": choice.removeprefix(_SCANNED), "language": turn.language})
        return True
    if choice == TO_WECHAT:
        _to_wechat(turn)
        return True
    return False


def _to_wechat(turn: Turn) -> None:
    """Let the bot show the way into WeChat; whoever is not verified (any more) is told so."""
    if turn.session_if_verified() is None:
        turn.say("handover.verify_first", [turn.button("topic.query_code_status", "query_code_status")])
    else:
        _tell_bot(turn, {"continue_in": "wechat", "language": turn.language})


async def _issue(turn: Turn, target: dict[str, Any] | None) -> None:
    """Make a token for ``target`` and leave it to the bot: none when nobody is verified here, or it may not be."""
    token = None
    if target is not None:
        where = HandOver(channel=target["channel"], conversation_id=target["conversation_id"])
        try:
            session = turn.access().session
            issued = await turn.kit.platform.run(lambda p: p.issue_handover(session, where))
            token = turn.kit.vault.put(turn.conversation_id, "SESSION", issued.token)
        except (NeedsIdentity, PlatformError) as error:
            log.info("identity_not_handed_on", extra={"reason": type(error).__name__})
    _tell_bot(turn, {"token": token})


def _target(turn: Turn, kept: str) -> dict[str, Any] | None:
    """The conversation that the bot names behind a vault token: channel and conversation_id."""
    secret = turn.reveal(kept)
    try:
        target = json.loads(secret.value) if secret is not None else None
    except ValueError:
        return None
    return target if isinstance(target, dict) and "conversation_id" in target else None


def _tell_bot(turn: Turn, what: dict[str, Any]) -> None:
    """Say something to the bot that no channel shows (``bot/identity``)."""
    turn.dispatcher.utter_message(json_message={"identity": what})


def _kept(turn: Turn, choice: str) -> str | None:
    tapped = turn.first("choice")
    if tapped is None or not str(tapped.value).startswith(choice):
        return None
    token = str(tapped.value).removeprefix(choice)
    return token if kind_of(token) == "SESSION" else None
