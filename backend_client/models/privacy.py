"""A person's rights over their data: who looked, a copy, deletion."""

from __future__ import annotations

from typing import Literal

from .base import Answer, Moment, Question, Text, Whole

AccessReader = Literal["self", "relative", "desk", "venue", "operator"]


class Access(Answer):
    """One reading of the person's data: when, by whom, what, and why."""

    at: Moment
    reader: AccessReader
    reader_name: Text | None = None
    kind: Text
    purpose: Text
    reference: Text | None = None


class ExportField(Answer):
    """One named value of a copy, as text."""

    name: Text
    value: Text | None = None


class ExportItem(Answer):
    """One row of a copy."""

    fields: tuple[ExportField, ...]


class ExportSection(Answer):
    """One kind of data of a copy, and where the platform holds it."""

    section: Text
    source: Text
    items: tuple[ExportItem, ...]


class PersonExport(Answer):
    """Everything the platform holds of a person, unmasked."""

    as_of: Moment
    sections: tuple[ExportSection, ...]


class ErasureIn(Question):
    """A confirmed deletion, under the receipt number the person was told."""

    receipt: str
    conversation_id: str
    channel: str
    account: bool


class ErasedPart(Answer):
    """What was deleted, or freed of the person: how many records."""

    section: Text
    count: Whole


class KeptPart(Answer):
    """What stays, how many records, and on what ground."""

    section: Text
    count: Whole
    reason: Literal["epidemic", "archive", "audit", "account"]


class Erasure(Answer):
    """The platform's part of a deletion."""

    receipt: Text
    at: Moment
    deleted: tuple[ErasedPart, ...]
    kept: tuple[KeptPart, ...]
