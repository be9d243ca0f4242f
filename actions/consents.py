"""Consent (P1): asked before personal data is used, one receipt a purpose, refusable, revocable.

A purpose has a version; when the wording changes, the version changes and people are asked again. The slot ``consent``
holds the versions a person agreed to in this conversation; the ledger holds every word they gave.
"""

from __future__ import annotations

from collections.abc import Iterable

from actions.turn import Turn
from privacy.consent import subject_of

#: Purpose → version of its wording in ``data/responses/consent.yml``.
VERSIONS = {"identity": "2022-09-01", "health": "2022-09-01"}


def granted(turn: Turn, purposes: Iterable[str]) -> bool:
    """Whether the person agreed to all of these purposes in their present wording."""
    held = _held(turn)
    return all(held.get(purpose) == VERSIONS[purpose] for purpose in purposes)


def ask(turn: Turn, purposes: Iterable[str]) -> None:
    """Ask for the purposes that are missing, in one message."""
    missing = [p for p in purposes if not granted(turn, (p,))]
    key = "identity.ask.consent" if "identity" in missing else f"consent.ask.{missing[0]}"
    turn.say(key, [turn.button("agree", "affirm"), turn.button("refuse", "deny")])


def answer(turn: Turn, purposes: Iterable[str]) -> bool | None:
    """Take yes or no and keep a receipt for each purpose; None when the message is neither."""
    if turn.intent not in ("affirm", "deny"):
        return None
    yes = turn.intent == "affirm"
    subject = subject_of(turn.conversation_id, turn.channel)
    held = _held(turn)
    for purpose in purposes:
        if granted(turn, (purpose,)):
            continue
        turn.kit.consent.record(subject, purpose, VERSIONS[purpose], yes)
        if yes:
            held[purpose] = VERSIONS[purpose]
    turn.set("consent", held or None)
    return yes


def _held(turn: Turn) -> dict[str, str]:
    held = turn.slots.get("consent")
    return dict(held) if isinstance(held, dict) else {}
