"""Who a code is applied for: what was stated, checked as far as a machine can check it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from backend.problems import Conflict, InvalidInput
from backend.registry.folding import fold_document
from privacy.documents import age, birth_date, canonical_name, document_fault, name_fault

#: Below this age a guardian acts (个人信息保护法 第三十一条).
GUARDED_AGE = 14
#: Documents without an end for everybody; all others say until when they hold.
_WITHOUT_END = frozenset({"id_card"})
#: Documents of people whose application a person looks at within a day (Chengdu, 2020-04).
FOREIGN = frozenset({"passport", "permanent_residence"})


@dataclass(frozen=True)
class Applicant:
    """A person as the documents say.

    Attributes:
        name: as the document writes it.
        document_type: one of the six.
        number: canonical.
        born: birth date, from the number where it tells it.
        valid_until: last day of the document, None for identity cards.
    """

    name: str
    document_type: str
    number: str
    born: date
    valid_until: date | None

    @property
    def foreign(self) -> bool:
        """Whether this is a foreigner."""
        return self.document_type in FOREIGN

    def is_guarded(self, now: datetime) -> bool:
        """Whether a guardian acts for this person."""
        return age(self.born, now.date()) < GUARDED_AGE

    def written(self) -> dict[str, Any]:
        """Return what is kept, as JSON values."""
        return {
            "name": self.name,
            "document_type": self.document_type,
            "document_number": self.number,
            "birth_date": self.born.isoformat(),
            "valid_until": self.valid_until and self.valid_until.isoformat(),
        }


def read_applicant(body: dict[str, Any], now: datetime) -> Applicant:
    """Return the applicant stated in a body.

    Raises:
        InvalidInput: naming each field that cannot be right.
    """
    kind, number, today = body["document_type"], fold_document(body["document_number"]), now.date()
    faults: list[tuple[str, str]] = []
    wrong_number = document_fault(kind, number, today)
    if wrong_number:
        faults.append(("document_number", wrong_number))
    wrong_name = name_fault(kind, body["name"].strip())
    if wrong_name:
        faults.append(("name", wrong_name))
    born = birth_date(kind, number, today) or _day(body.get("birth_date"))
    if born is None or born > today or born.year < 1880:  # noqa: PLR2004 - nobody alive
        faults.append(("birth_date", "is needed and cannot lie ahead"))
    valid_until = None if kind in _WITHOUT_END else _day(body.get("valid_until"))
    if kind not in _WITHOUT_END and (valid_until is None or valid_until < today):
        faults.append(("valid_until", "is needed and the document must be in force"))
    if faults or born is None:
        raise InvalidInput(*faults)
    return Applicant(canonical_name(kind, body["name"].strip()), kind, number, born, valid_until)


def refuse_guarded(applicant: Applicant, now: datetime) -> None:
    """Raise Conflict for a child: a guardian applies."""
    if applicant.is_guarded(now):
        raise Conflict("a guardian applies for a child under 14", reason="guarded")


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
