"""Fields of a person's document, shared by every form that asks for one: kind, name, number, birth, last day."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from actions.drafts import Draft, open_draft
from actions.fields import Fault, Field, Option, Values, choice, local_day, title, token
from actions.speech import full_day
from actions.turn import DOCUMENT_KINDS, Turn
from privacy.documents import age, birth_date, document_fault, kind_of_card, name_fault

KINDS = tuple(
    Option(kind, f"document.kind.{kind}")
    for kind in (
        "id_card",
        "passport",
        "hk_macao_permit",
        "taiwan_permit",
        "permanent_residence",
        "residence_permit",
    )
)
#: What the understanding calls them.
_SAID = {
    "身份证": "id_card",
    "护照": "passport",
    "港澳通行证": "hk_macao_permit",
    "台胞证": "taiwan_permit",
    "永居证": "permanent_residence",
    "港澳台居民居住证": "residence_permit",
}
_SHAPES = (
    ("hk_macao_permit", re.compile(r"[HM]\d{8}(\d{2})?")),
    ("permanent_residence", re.compile(r"[A-Z]{3}\d{12}")),
    ("taiwan_permit", re.compile(r"\d{8}|\d{10}[A-Z]?")),
)
#: Kinds whose number does not tell the birth date.
_WITHOUT_BIRTH = frozenset({"passport", "hk_macao_permit", "taiwan_permit"})
GUARDED_AGE = 14
_OLDEST = 130
_WRITTEN = re.compile(r"(?<!\d)(\d{4})\s?[-./年]\s?(\d{1,2})\s?[-./月]\s?(\d{1,2})(?!\d)")
_RUN = re.compile(r"(?<!\d)((?:19|20)\d\d)(\d\d)(\d\d)(?!\d)")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_ENGLISH = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\s+([A-Za-z]{3})[a-z]*\.?,?\s+(\d{4})")
_AMERICAN = re.compile(r"([A-Za-z]{3})[a-z]*\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
_CHOSEN = choice("document_type", KINDS)


def read_kind(turn: Turn, asked: bool) -> str | None:
    """Read the kind of document: tapped, named, or shown by a number that can be nothing else."""
    number = turn.reveal(next(iter(turn.tokens(*DOCUMENT_KINDS)), None))
    certain = kind_of_card(number.value) if number is not None else None
    if certain is not None:
        return certain
    named = next((_SAID[e.value] for e in turn.all("document_type") if e.value in _SAID), None)
    chosen = _CHOSEN(turn, asked) or named
    if chosen is not None or number is None:
        return str(chosen) if chosen else None
    held = open_draft(turn, turn.active_form or "").values.get("document_type")
    return None if held else _kind_of(number.kind, number.value)


def _kind_of(masked_as: str, number: str) -> str:
    shaped = next((kind for kind, shape in _SHAPES if shape.fullmatch(number)), "passport")
    if masked_as == "ID":
        return "id_card"
    return shaped if masked_as == "PERMIT" else "passport"


def kind_of(draft: Draft) -> str:
    """The kind of document in a draft."""
    return str(draft.values.get("document_type") or "id_card")


def sound_number(turn: Turn, value: Any) -> None:
    """Refuse a number that cannot be one of its kind.

    Raises:
        Fault: saying what is wrong with it.
    """
    secret = turn.reveal(value)
    if secret is None:
        return
    kind = kind_of(open_draft(turn, turn.active_form or ""))
    fault = document_fault(kind, secret.value, local_day(turn.now))
    if fault == "format":
        raise Fault(f"document.format.{kind}")
    if fault is not None:
        raise Fault(f"form.document.{fault}")


def sound_name(turn: Turn, value: Any) -> None:
    """Refuse a name that no document of the kind has.

    Raises:
        Fault: saying how the document writes it.
    """
    secret = turn.reveal(value)
    draft = open_draft(turn, turn.active_form or "")
    if secret is not None and "document_type" in draft.values and name_fault(kind_of(draft), secret.value):
        raise Fault("document.name")


def read_date(turn: Turn, asked: bool) -> str | None:
    """Read a whole date, also of another century, in the spellings of documents; ISO text."""
    if not asked or turn.text.startswith("/"):
        return None
    return written_date(turn.text)


def written_date(text: str) -> str | None:
    """The first whole date in a text, None when there is none."""
    found = _WRITTEN.search(text) or _RUN.search(text)
    parts = [int(part) for part in found.groups()] if found else _english(text)
    if parts is None:
        return None
    try:
        return date(*parts).isoformat()
    except ValueError:
        return None


def _english(text: str) -> list[int] | None:
    found = _ENGLISH.search(text)
    day, month, year = found.groups() if found else (None, None, None)
    if found is None:
        found = _AMERICAN.search(text)
        month, day, year = found.groups() if found else (None, None, None)
    if day is None or month is None or year is None or month.lower() not in _MONTHS:
        return None
    return [int(year), _MONTHS.index(month.lower()) + 1, int(day)]


def sound_birth(turn: Turn, value: Any) -> None:
    """Refuse a birth date that lies ahead or too far back.

    Raises:
        Fault: asking for it again.
    """
    born = date.fromisoformat(value)
    if born > local_day(turn.now) or age(born, local_day(turn.now)) > _OLDEST:
        raise Fault("document.birth")


def still_valid(turn: Turn, value: Any) -> None:
    """Refuse a document that is over.

    Raises:
        Fault: saying so.
    """
    if date.fromisoformat(value) < local_day(turn.now):
        raise Fault("document.expired", day=full_day(date.fromisoformat(value), turn.language))


def shown_date(turn: Turn, value: Any) -> str:
    """“1990年5月17日”."""
    return full_day(date.fromisoformat(value), turn.language)


def shown_kind(turn: Turn, value: Any) -> str:
    """What the kind is called."""
    return title(turn, f"document.kind.{value}")


def needs_birth(values: Values) -> bool:
    """Whether the number does not tell the birth date."""
    return values.get("document_type") in _WITHOUT_BIRTH


def needs_end(values: Values) -> bool:
    """Whether the document has a last day."""
    return values.get("document_type") not in (None, "id_card")


def born(turn: Turn, draft: Draft) -> date | None:
    """The birth date, from the number or as it was said; None while it is not known."""
    secret = turn.reveal(draft.values.get("document_number"))
    told = birth_date(kind_of(draft), secret.value, local_day(turn.now)) if secret is not None else None
    said = draft.values.get("birth_date")
    return told or (date.fromisoformat(said) if said else None)


def is_guarded(turn: Turn, draft: Draft) -> bool:
    """Whether this is a child for whom a guardian acts."""
    day = born(turn, draft)
    return day is not None and age(day, local_day(turn.now)) < GUARDED_AGE


def document_fields(*undoes: str) -> tuple[Field, ...]:
    """The five fields; a change of any of them undoes ``undoes``."""
    return (
        Field("document_type", read_kind, KINDS, shown=shown_kind, undoes=undoes),
        Field("person_name", token("NAME"), check=sound_name, undoes=undoes),
        Field("document_number", token(*DOCUMENT_KINDS), check=sound_number, undoes=undoes),
        Field(
            "birth_date",
            read_date,
            needed=needs_birth,
            check=sound_birth,
            shown=shown_date,
            undoes=undoes,
        ),
        Field("valid_until", read_date, needed=needs_end, check=still_valid, shown=shown_date, undoes=undoes),
    )


def stated(turn: Turn, draft: Draft) -> dict[str, Any]:
    """What the platform is told of the person: values behind tokens, dates as text."""
    name, number = turn.reveal(draft.values["person_name"]), turn.reveal(draft.values["document_number"])
    return {
        "name": name.value if name else "",
        "document_type": kind_of(draft),
        "document_number": number.value if number else "",
        "birth_date": draft.values.get("birth_date") if needs_birth(draft.values) else None,
        "valid_until": draft.values.get("valid_until") if needs_end(draft.values) else None,
    }


#: Names of the five fields.
DOCUMENT_NAMES = ("document_type", "person_name", "document_number", "birth_date", "valid_until")
#: The platform's names of these fields by ours.
WIRE = {"name": "person_name", "phone_proof": "otp"}
