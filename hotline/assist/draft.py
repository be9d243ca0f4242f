"""A work order drafted from notes: every field with the words it comes from, nothing that was not written. Pure.

Choices (kind, topic, division, urgency, group) are made only where words speak for them, and words of the draft are the
notes' own. What an agent has changed stays as they changed it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from .dangers import Danger
from .matters import Book, Heard, Recognised, place_in
from .notes import clauses, heard

TITLE: Final = 60
#: What an order must say before it is sent, and what is asked for when it is missing.
NEEDED: Final[Mapping[str, str]] = {
    "kind": "类型",
    "topic": "事项",
    "title": "标题",
    "content": "诉求内容",
    "division": "发生地区",
    "happened_at": "发生时间（哪天几点）",
    "phone": "回电号码",
}
_STARRED_PHONE: Final = re.compile(r"\d{3}[\s-]?\*{4}[\s-]?\d{4}")


@dataclass(frozen=True)
class Field:
    """One field of a draft: its value, and where in the notes the words for it stand."""

    name: str
    value: str
    start: int
    end: int


@dataclass(frozen=True)
class Draft:
    """The fields that notes fill in, by name; `missing` are labels of what they do not say."""

    fields: Mapping[str, Field]
    missing: tuple[str, ...]

    def words(self, name: str, notes: str) -> str:
        """Return the words of the notes a field comes from; "" for a field without."""
        field = self.fields.get(name)
        return notes[field.start : field.end] if field is not None else ""


@dataclass(frozen=True)
class Grounds:
    """What is known of notes before an order is drafted from them."""

    matter: Recognised | None
    heard: Heard
    danger: Danger | None


def draft(notes: str, grounds: Grounds, book: Book) -> Draft:
    """Return the draft of an order for notes."""
    said = heard(notes)
    found = [
        *_what(notes, said, grounds, book),
        *_where_and_when(notes, grounds.heard),
        *_who(said, book),
        _urgency(said, grounds.danger, book),
    ]
    fields = {field.name: field for field in found if field is not None}
    return Draft(fields, tuple(label for name, label in NEEDED.items() if name not in fields))


def _what(notes: str, said: str, grounds: Grounds, book: Book) -> list[Field | None]:
    matter = grounds.matter
    kind = next(
        (Field("kind", kind, *hit) for kind, pattern in book.kinds if (hit := _span(pattern, said))), None
    )
    if kind is None and matter is not None:
        kind = Field("kind", matter.matter.kind, matter.start, matter.end)
    topic = Field("topic", matter.matter.topic, matter.start, matter.end) if matter is not None else None
    start, end = _trimmed(notes)
    content = Field("content", notes[start:end], start, end) if end > start else None
    anchor = grounds.danger or matter
    return [kind, topic, _title(notes, anchor.start) if anchor is not None else None, content]


def _title(notes: str, anchor: int) -> Field | None:
    """The clause that says what it is about (danger, else the matter), with those after it while there is room."""
    said = clauses(notes)
    if not said:
        return None
    first = next((n for n, clause in enumerate(said) if clause.start <= anchor < clause.end), 0)
    start, end = said[first].start, min(said[first].end, said[first].start + TITLE)
    for clause in said[first + 1 :]:
        if clause.end - start > TITLE // 2 or "\n" in notes[end : clause.start]:
            break
        end = clause.end
    return Field("title", notes[start:end], start, end)


def _where_and_when(notes: str, known: Heard) -> list[Field | None]:
    place = place_in(notes)
    moment = next((moment for moment in known.moments if moment.at is not None), None)
    return [
        Field("division", known.division.value, known.division.start, known.division.end)
        if known.division
        else None,
        Field("place", notes[place[0] : place[1]], *place) if place is not None else None,
        Field("happened_at", written(moment.at), moment.start, moment.end)
        if moment is not None and moment.at is not None
        else None,
    ]


def written(at: dt.datetime) -> str:
    """Return a moment as a form's field holds it."""
    return f"{at:%Y-%m-%dT%H:%M}"


def _who(said: str, book: Book) -> list[Field | None]:
    phone = _span(_STARRED_PHONE, said)
    group = next(
        (
            Field("special_group", name, *hit)
            for name, pattern in book.groups
            if (hit := _span(pattern, said))
        ),
        None,
    )
    return [group, Field("phone", said[phone[0] : phone[1]], *phone) if phone is not None else None]


def _urgency(said: str, danger: Danger | None, book: Book) -> Field | None:
    if danger is not None:
        return Field("urgency", "critical", danger.start, danger.end)
    hit = _span(book.urgent, said)
    return Field("urgency", "urgent", *hit) if hit is not None else None


def _span(pattern: re.Pattern[str], text: str) -> tuple[int, int] | None:
    match = pattern.search(text)
    return match.span() if match is not None else None


def _trimmed(notes: str) -> tuple[int, int]:
    start = len(notes) - len(notes.lstrip())
    return start, max(start, len(notes.rstrip()))
