"""A person's rights over their data: who looked, a copy, deletion."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .base import Answer, Flag, Moment, Question, Text, Whole
from .orders import AppealState, RequestState
from .people import Code, DocumentMasked

AccessReader = Literal["self", "relative", "desk", "venue", "operator"]


class Access(Answer):
    """One reading of the person's data: when, by whom, what, and why."""

    at: Moment
    reader: AccessReader
    reader_name: Text | None = None
    kind: Text
    purpose: Text
    reference: Text | None = None


LookPurpose = Literal[
    "call_explain",
    "call_order",
    "call_appeal",
    "call_emergency",
    "chat_explain",
    "chat_order",
    "chat_appeal",
    "chat_emergency",
]


class LookedChat(Question):
    """A chat, the person verified in its conversation, and which linked relative is meant, if one is."""

    chat_id: str
    conversation_id: str
    person_id: str
    relation: str | None = None
    relative_id: str | None = None


class CodeLookIn(Question):
    """Whose code an agent wishes to see, and why: a caller's by document number, else by phone; or that of a chat."""

    agent: str
    purpose: LookPurpose
    call: str | None = None
    chat: LookedChat | None = None
    document_number: str | None = Field(default=None, repr=False)
    phone: str | None = Field(default=None, repr=False)


class CodeLook(Answer):
    """Somebody's code, and whose it is, masked."""

    name_masked: Text
    documents: tuple[DocumentMasked, ...]
    code: Code


class OpenAppeal(Answer):
    """An appeal under way; `own`: about the code of whoever was verified, else a relative's."""

    number: Text
    state: AppealState
    created_at: Moment
    own: Flag


class OpenOrder(Answer):
    """A work order under way; `here`: opened in the conversation that was asked about."""

    number: Text
    title: Text
    state: RequestState
    here: Flag


class OpenCases(Answer):
    """What the person of a conversation has open, the newest first."""

    appeals: tuple[OpenAppeal, ...]
    orders: tuple[OpenOrder, ...]


RevealField = Literal["name", "phone", "document"]
RevealPurpose = Literal["callback", "identity", "work_order", "emergency"]


class Revealed(Answer):
    """One whole value of a case; it is shown and kept nowhere."""

    number: Text
    field: RevealField
    value: Text = Field(repr=False)


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
    reason: Literal["epidemic", "visit", "shown_code", "archive", "audit", "account"]


class SessionEnded(Answer):
    """When a person's sessions in a conversation ended."""

    ended_at: Moment


class Erasure(Answer):
    """The platform's part of a deletion."""

    receipt: Text
    at: Moment
    deleted: tuple[ErasedPart, ...]
    kept: tuple[KeptPart, ...]
