"""Fields of a form, and how each reads its value from a message.

A reader gets the turn and whether its field is the one being asked for. A value nobody asked for is taken only when it
cannot be anything else (a token, a word of a closed list); the field that was asked for is read more generously.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from actions import speech
from actions.turn import DOCUMENT_KINDS, Turn
from privacy.documents import identity_fault

Reader = Callable[[Turn, bool], Any]
Values = Mapping[str, Any]


class Fault(Exception):  # noqa: N818 - answered in words, not a failure
    """A value that was understood and cannot be right.

    Args:
        key: response key that says what is wrong and asks again.
        values: placeholders of that response.
    """

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


@dataclass(frozen=True)
class Option:
    """One answer of a closed list.

    Attributes:
        value: as it is kept.
        key: response key; its first wording is the button's title, all of them are understood when typed.
    """

    value: str
    key: str


@dataclass(frozen=True)
class Field:
    """One thing a form asks for.

    Attributes:
        name: of the field. Ends in ``person_name``, ``document_number``, ``phone`` or ``otp`` where such a value
            is expected, so that the privacy step looks for it (``bot/inbound.py``).
        read: finds the value in a message; None when it is not there.
        options: choices to tap.
        needed: whether the field is asked for, given the other values.
        check: raises Fault for a value that cannot be right.
        shown: the value as it is read back to the person.
        undoes: fields that lose their meaning when this one changes.
        secret: not read back before the form is sent.
    """

    name: str
    read: Reader
    options: tuple[Option, ...] = ()
    needed: Callable[[Values], bool] = lambda values: True
    check: Callable[[Turn, Any], None] = lambda turn, value: None
    shown: Callable[[Turn, Any], str] = lambda turn, value: turn.masked(str(value))
    undoes: tuple[str, ...] = ()
    secret: bool = False


def token(*kinds: str) -> Reader:
    """Read a masked value of one of these kinds (``NAME``, ``PHONE``, ``ID`` …), as its token."""

    def read(turn: Turn, asked: bool) -> str | None:
        return next(iter(turn.tokens(*kinds)), None)

    return read


#: Any identity document's number.
document = token(*DOCUMENT_KINDS)


def choice(name: str, options: tuple[Option, ...]) -> Reader:
    """Read one of ``options``: tapped as the field ``name``, or said in one of their wordings."""

    def read(turn: Turn, asked: bool) -> str | None:
        tapped = turn.first("choice")
        if tapped is not None:
            field, _, value = tapped.value.partition("=")
            return value if field == name and any(value == o.value for o in options) else None
        if not asked or turn.text.startswith("/"):
            return None
        return _said(turn, options)

    return read


def _said(turn: Turn, options: tuple[Option, ...]) -> str | None:
    """The option of which the longest wording stands in the message; None when two options fit as well."""
    text = turn.text.lower()
    fitting = [
        (len(word), option.value)
        for option in options
        for words in turn.kit.words.wordings(option.key).values()
        for word in words
        if word.lower() in text
    ]
    if not fitting:
        return None
    longest = max(size for size, _ in fitting)
    values = {value for size, value in fitting if size == longest}
    return values.pop() if len(values) == 1 else None


def one_of(name: str, options: tuple[Option, ...], **more: Any) -> Field:
    """A field with a closed list of answers."""
    titles = {option.value: option.key for option in options}

    def shown(turn: Turn, value: Any) -> str:
        return title(turn, titles[value])

    return Field(name, choice(name, options), options, shown=shown, **more)


def title(turn: Turn, key: str) -> str:
    """The first wording of a key in the person's language: how a field or a choice is called."""
    wordings = turn.kit.words.wordings(key)
    return (wordings.get(turn.language) or wordings["zh"])[0]


def own_words(shortest: int = 2, longest: int = 300) -> Reader:
    """Read the message itself, when it was asked for and is neither a tap nor a question in between."""

    def read(turn: Turn, asked: bool) -> str | None:
        text = turn.text.strip()
        if not asked or text.startswith("/") or not shortest <= len(text) <= longest:
            return None
        return None if turn.asks_something_else() else text

    return read


def yes_no(turn: Turn, asked: bool) -> str | None:
    """Read yes or no, when asked."""
    return {"affirm": "yes", "deny": "no"}.get(turn.intent) if asked else None


def day(turn: Turn, asked: bool) -> str | None:
    """Read a date the understanding found, as ISO text; generous words only when asked."""
    found = turn.first("date")
    if found is None or not asked:
        return None
    said = re.match(r"\d{4}-\d{2}-\d{2}", found.value)
    return said.group(0) if said else None


def shown_day(turn: Turn, value: Any) -> str:
    """“9月5日”."""
    return speech.day(date.fromisoformat(value), turn.language)


def sound_document(turn: Turn, value: Any) -> None:
    """Refuse an identity card number with a wrong check character, region or birth date.

    Raises:
        Fault: saying so.
    """
    secret = turn.reveal(value)
    if secret is None or secret.kind != "ID":
        return
    fault = identity_fault(secret.value, local_day(turn.now))
    if fault is not None:
        raise Fault(f"form.document.{fault}")


def local_day(moment: datetime) -> date:
    """The day in China."""
    return moment.astimezone(speech.CHINA).date()
