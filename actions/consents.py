"""Consent (P1): asked for each purpose by itself, kept as a receipt, refusable, and taken back as easily as given.

A purpose has versions (``data/privacy/consent.yml``); who agreed to an older wording is asked again. The slot
``consent`` holds the versions a person agreed to in this conversation; the ledger holds every word they gave.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from actions import speech
from actions.fields import title
from actions.turn import Button, NeedsConsent, Turn
from privacy.consent import Consent, subject_of

#: What belongs to a person who is no longer verified: forgotten with the consent to verify them.
PERSONAL_SLOTS: Final = (
    "person_name",
    "document_number",
    "document_type",
    "phone",
    "otp",
    "verification_id",
    "session",
    "session_until",
    "person_id",
    "whose",
    "location",
    "drafts",
    "parked",
    "pending_topic",
    "pending_words",
    "then",
    "journey",
    "relatives",
    "last_person_topic",
)


#: What the purposes of notices begin with (``actions/notices.py``).
NOTICE: Final = "notice_"
_NOBODY: Final[Mapping[str, str]] = MappingProxyType({})
#: Words of the ledger that are read back at once.
_SHOWN: Final = 12
#: To be told by text when a notice does not arrive.
TEXT: Final = "notice_text"


def granted(turn: Turn, purposes: Iterable[str]) -> bool:
    """Whether the person agreed to all of these purposes in their present wording."""
    held = _held(turn)
    return all(held.get(purpose) == turn.kit.consent_texts[purpose].version for purpose in purposes)


def require(turn: Turn, *purposes: str) -> None:
    """Let only those on who agreed to all of these purposes.

    Raises:
        NeedsConsent: naming the ones that are missing.
    """
    missing = tuple(p for p in purposes if not granted(turn, (p,)))
    if missing:
        raise NeedsConsent(missing)


def refused(turn: Turn, purpose: str) -> bool:
    """Whether the person has said no to the present wording: they are not asked again unless they wish it."""
    last = turn.kit.consent.current(_subject(turn), purpose)
    return last is not None and not last.granted and last.version == turn.kit.consent_texts[purpose].version


def ask(turn: Turn, purposes: Iterable[str]) -> None:
    """Ask for the purposes that are missing: one card, a choice for each."""
    missing = [p for p in purposes if not granted(turn, (p,))]
    buttons = [Button(turn.word("button.agree"), "affirm", {"choice": f"consent={'+'.join(missing)}"})]
    if len(missing) == 1:
        turn.say("consent.ask.one", [*buttons, turn.button("refuse", "deny")], what=wording(turn, missing[0]))
        return
    first_only = {"choice": f"consent={missing[0]}"}
    buttons.append(Button(title(turn, "button.agree_first"), "affirm", first_only))
    what = "\n".join(f"{n}. {wording(turn, purpose)}" for n, purpose in enumerate(missing, 1))
    turn.say("consent.ask.several", [*buttons, turn.button("refuse", "deny")], what=what)


def answer(turn: Turn, purposes: Iterable[str]) -> bool | None:
    """Take yes or no to each missing purpose and keep a receipt of each.

    Returns:
        Whether anything was agreed to; None when the message is no answer to the card.
    """
    missing = [p for p in purposes if not granted(turn, (p,))]
    agreed = _agreed(turn, missing)
    if agreed is None:
        return None
    held = _held(turn)
    for purpose in missing:
        version = turn.kit.consent_texts[purpose].version
        turn.kit.consent.record(_subject(turn), purpose, version, purpose in agreed)
        if purpose in agreed:
            held[purpose] = version
    turn.set("consent", held or None)
    return bool(agreed)


def give(turn: Turn, purpose: str) -> None:
    """Keep a yes to one purpose that the person asked for in words or by a tap, with its receipt."""
    version = turn.kit.consent_texts[purpose].version
    turn.kit.consent.record(_subject(turn), purpose, version, True)
    turn.set("consent", {**_held(turn), purpose: version})


def refuse(turn: Turn, purpose: str) -> None:
    """Keep a no to one purpose, so that it is not asked for again."""
    turn.kit.consent.record(_subject(turn), purpose, turn.kit.consent_texts[purpose].version, False)
    drop(turn, purpose)


def withdraw(turn: Turn, purposes: Iterable[str] | None = None) -> list[str]:
    """Take consent back, at once; without ``purposes`` all of it.

    Without the consent to verify a person nobody is verified any more: the session and everything personal in
    this conversation are forgotten with it.

    Returns:
        The purposes that were taken back.
    """
    held = _held(turn)
    gone = [p for p in (held if purposes is None else purposes) if p in held]
    for purpose in gone:
        turn.kit.consent.record(_subject(turn), purpose, held.pop(purpose), False)
    turn.set("consent", held or None)
    notices = [p.removeprefix(NOTICE) for p in gone if p.startswith(NOTICE)]
    if TEXT in gone:
        turn.kit.subscriptions.allow_text(turn.conversation_id, allowed=False)
    if "identity" in gone or notices:
        turn.kit.subscriptions.remove(turn.conversation_id, None if "identity" in gone else notices)
    if "identity" in gone:
        turn.kit.vault.forget(turn.conversation_id)
        turn.clear(*PERSONAL_SLOTS)
    return gone


def drop(turn: Turn, purpose: str) -> None:
    """Hold a consent no longer, without a word of the person: what it was given for has changed."""
    held = _held(turn)
    if held.pop(purpose, None) is not None:
        turn.set("consent", held or None)


def receipts(turn: Turn, beside: Mapping[str, str] = _NOBODY) -> list[str]:
    """What this person said to each purpose and when, the newest first, one line each.

    ``beside`` are further ledger names of the person, each with where that was said (“微信”).
    """
    said = [("", word) for word in turn.kit.consent.history(_subject(turn))]
    for subject, where in beside.items():
        said += [(where, word) for word in turn.kit.consent.history(subject)]
    said.sort(key=lambda entry: entry[1].at, reverse=True)
    return [
        turn.word("joining.said_in", line=_receipt(turn, word), where=where)
        if where
        else _receipt(turn, word)
        for where, word in said[:_SHOWN]
    ]


def name(turn: Turn, purpose: str) -> str:
    """What a purpose is called."""
    names = turn.kit.consent_texts[purpose].name
    return names.get(turn.language) or names["zh"]


def _receipt(turn: Turn, word: Consent) -> str:
    known = word.purpose in turn.kit.consent_texts
    wording = turn.kit.consent_texts[word.purpose].wording(turn.voice, word.version) if known else ""
    return turn.word(
        "consent.receipt.given" if word.granted else "consent.receipt.taken_back",
        name=name(turn, word.purpose) if known else word.purpose,
        when=f"{word.at.astimezone(speech.CHINA).year}年{speech.moment(word.at)}"
        if turn.language == "zh"
        else f"{speech.moment(word.at, 'en')} {word.at.astimezone(speech.CHINA).year}",
        version=word.version,
        wording=wording,
    )


def _agreed(turn: Turn, missing: list[str]) -> set[str] | None:
    """Which of the missing purposes the message agrees to; None when it is no answer."""
    tapped = turn.first("choice")
    if tapped is not None and tapped.value.startswith("consent="):
        return set(tapped.value.removeprefix("consent=").split("+")) & set(missing)
    text = turn.text.lower()
    if any(word.lower() in text for words in _only_first(turn) for word in words):
        return set(missing[:1])
    return {"affirm": set(missing), "deny": set[str]()}.get(turn.intent)


def _only_first(turn: Turn) -> Iterable[tuple[str, ...]]:
    return turn.kit.words.wordings("button.agree_first").values()


def wording(turn: Turn, purpose: str) -> str:
    """The present wording of a purpose."""
    return turn.kit.consent_texts[purpose].wording(turn.voice)


def _subject(turn: Turn) -> str:
    return subject_of(turn.conversation_id, turn.channel)


def _held(turn: Turn) -> dict[str, str]:
    held = turn.slots.get("consent")
    return dict(held) if isinstance(held, dict) else {}
