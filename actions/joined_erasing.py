"""Deletion of the conversations joined with one whose person deletes everything: each with a receipt of its own."""

from __future__ import annotations

from collections.abc import Sequence

from actions import joined
from actions.erasing import carry_out, report
from actions.turn import Turn
from backend_client import PlatformError
from privacy.erasure import Erasure
from privacy.joins import Member
from wording.words import Voice


async def erase_joined(turn: Turn, members: Sequence[Member], key: str) -> list[str]:
    """Delete joined conversations; return their receipts.

    All are written down before any is deleted, under keys made of ``key``: what a kill or an absent platform leaves
    undone is gone on with by itself.
    """
    begun = [_register(turn, member, f"{key[:40]}.{number}") for number, member in enumerate(members)]
    leaving = [turn.conversation_id, *(m.conversation_id for m in members)]
    if members:
        joined.end(turn.kit, leaving, turn.now, tell=False)
    for erasure in begun:
        await _carry_out(turn, erasure)
    return [erasure.receipt for erasure in begun]


def _register(turn: Turn, member: Member, key: str) -> Erasure:
    whose = {
        "conversation_id": member.conversation_id,
        "channel": member.channel,
        "session": None,
        "language": member.language,
        "elder": member.elder,
    }
    return turn.kit.erasures.register(key, "conversation", whose, turn.now)


async def _carry_out(turn: Turn, erasure: Erasure) -> None:
    """Do what can be done now and leave the report for the conversation it is about."""
    try:
        done = await carry_out(turn.kit, erasure)
    except PlatformError:
        return
    if done.conversation_id and not done.report:
        voice = Voice(done.language, done.elder)
        why = turn.kit.words.say("joining.erased_from_afar", voice, seed=done.receipt)
        turn.kit.erasures.leave_report(done.receipt, f"{why}\n{report(turn.kit, done)}")
