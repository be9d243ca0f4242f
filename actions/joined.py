"""What topics need to know of joined conversations (docs/decisions/joining.md): which, what they are called, their end.

What lies in another conversation is shown to its person alone: :func:`others` is empty until they are verified here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from actions import speech
from actions.kit import Kit
from actions.turn import Turn
from privacy.consent import subject_of
from privacy.joins import Member
from wording.words import Voice

PURPOSE: Final = "join"


def here(turn: Turn) -> Member:
    """This conversation, as the others know it."""
    return Member(turn.conversation_id, turn.channel, turn.language, turn.voice.elder)


def others(turn: Turn) -> list[Member]:
    """The conversations joined with this one, for the person who is verified here; none for anybody else."""
    if turn.session_if_verified() is None:
        return []
    return turn.kit.joins.others(turn.conversation_id, str(turn.slots["person_id"]))


def channel(turn: Turn, member: Member) -> str:
    """What a conversation is called: by its channel."""
    return _channel(turn.kit, member, turn.voice, turn.seed)


def channels(turn: Turn, members: Iterable[Member]) -> str:
    """What several conversations are called, each channel once."""
    return speech.join(dict.fromkeys(channel(turn, member) for member in members), turn.language)


def ledger_names(turn: Turn) -> dict[str, str]:
    """How the consent ledger names the person in the other conversations, with what these are called."""
    return {subject_of(m.conversation_id, m.channel): channel(turn, m) for m in others(turn)}


def letter(kit: Kit, key: str, ended: str) -> Any:
    """Words for a conversation in which nobody is speaking: ``key`` while it stays joined, else ``ended``."""

    def words(member: Member, receipt: str, members: Sequence[Member]) -> str:
        voice = Voice(member.language, member.elder)
        named = (_channel(kit, other, voice, receipt) for other in members if other != member)
        said = speech.join(dict.fromkeys(named), member.language)
        return kit.words.say(key if said else ended, voice, seed=receipt, receipt=receipt, channels=said)

    return words


def agree(kit: Kit, member: Member) -> None:
    """Keep the consent given in a conversation, once."""
    _record(kit, member, granted=True)


def end(kit: Kit, leaving: Collection[str], day: datetime, *, tell: bool = True) -> tuple[str, list[Member]]:
    """End the joining of these conversations, with the consents to it.

    Returns:
        The receipt and the conversations that are joined no more.
    """
    words = letter(kit, "joining.letter.left", "joining.letter.ended") if tell else None
    receipt, ended = kit.joins.leave(leaving, day, words)
    for member in ended:
        _record(kit, member, granted=False)
    return receipt, ended


def _record(kit: Kit, member: Member, *, granted: bool) -> None:
    subject = subject_of(member.conversation_id, member.channel)
    last = kit.consent.current(subject, PURPOSE)
    if (last is not None and last.granted) != granted:
        kit.consent.record(subject, PURPOSE, kit.consent_texts[PURPOSE].version, granted)


def _channel(kit: Kit, member: Member, voice: Voice, seed: str) -> str:
    key = f"joining.channel.{member.channel}"
    return kit.words.say(key if key in kit.words.keys else "joining.channel.other", voice, seed=seed)
