"""C8: changes of an account: the phone, the name, the document; and what a person has to look at."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from actions.apply_form import ApplicantForm, tell_receipt
from actions.document_fields import document_fields, stated
from actions.drafts import Draft
from actions.field_form import FieldForm
from actions.fields import Field, Option, Values, one_of, own_words, title, token
from actions.phone_proof import ProvesPhone, phone_fields, proved
from actions.turn import Turn
from backend_client import (
    AccountReviewIn,
    Conflict,
    CorrectionIn,
    IdentityMismatch,
    InvalidInput,
    PhoneChange,
)


class PhoneForm(ProvesPhone):
    """Puts a new phone in the place of the old one; who fills it has shown the old one works."""

    form: ClassVar[str] = "phone_form"
    prefix: ClassVar[str] = "phone_form"
    needs_person: ClassVar[bool] = True
    schema: ClassVar[tuple[Field, ...]] = phone_fields()
    confirms: ClassVar[bool] = False
    wire: ClassVar[Mapping[str, str]] = {"phone_proof": "otp"}

    async def submit(self, turn: Turn, draft: Draft) -> None:
        """Change it once."""
        phone, session = proved(turn, draft), turn.access().session
        if phone is None:
            await self.proof_lost(turn, draft)
            return
        try:
            person = await turn.kit.platform.run(
                lambda p: p.change_phone(session, PhoneChange(**phone), key=draft.key)
            )
        except InvalidInput:
            await self.proof_lost(turn, draft)
            return
        self.finish(turn)
        turn.say("phone_form.done", private=True, phone=person.phone_masked or "")


_DOCUMENT = tuple(
    f for f in document_fields() if f.name in ("document_type", "person_name", "document_number")
)


class ReviewForm(ApplicantForm):
    """Takes down what nobody can be verified for, with a phone for the answer, and gives a receipt."""

    kind: ClassVar[str] = ""
    done: ClassVar[str] = ""
    purposes: ClassVar[tuple[str, ...]] = ("identity",)
    schema: ClassVar[tuple[Field, ...]] = (*_DOCUMENT, *phone_fields(), Field("evidence", own_words(2, 300)))

    async def submit(self, turn: Turn, draft: Draft) -> None:
        """Send it once and tell the receipt."""
        phone = proved(turn, draft)
        if phone is None:
            await self.proof_lost(turn, draft)
            return
        facts = stated(turn, draft)
        request = AccountReviewIn(
            kind=self.kind,
            **{name: facts[name] for name in ("name", "document_type", "document_number")},
            **phone,
            evidence=turn.masked(draft.values["evidence"]),
            channel=turn.channel,
            conversation_id=turn.conversation_id,
        )
        try:
            receipt = await turn.kit.platform.run(lambda p: p.create_account_review(request, key=draft.key))
        except InvalidInput as error:
            await self.repair(turn, draft, error)
            return
        self.finish(turn)
        tell_receipt(turn, self.done, receipt, after=receipt.after)


class PhoneLostForm(ReviewForm):
    """The old phone is gone."""

    form: ClassVar[str] = "phone_lost_form"
    prefix: ClassVar[str] = "phone_lost"
    kind: ClassVar[str] = "phone_lost"
    done: ClassVar[str] = "phone_lost.done"


class FaceForm(ReviewForm):
    """The face check fails again and again."""

    form: ClassVar[str] = "face_form"
    prefix: ClassVar[str] = "face"
    kind: ClassVar[str] = "face_check"
    done: ClassVar[str] = "face.done"


_WHAT = (Option("name", "correction.what.name"), Option("document", "correction.what.document"))


_CARD = ("document_type", "document_number", "valid_until")


def _of_document(needed: Callable[[Values], bool]) -> Callable[[Values], bool]:
    return lambda values: values.get("what") == "document" and needed(values)


class CorrectionForm(ApplicantForm):
    """Asks for a correction of the name or the document on record."""

    form: ClassVar[str] = "correction_form"
    prefix: ClassVar[str] = "correction"
    needs_person: ClassVar[bool] = True
    wire: ClassVar[Mapping[str, str]] = {"name": "new_person_name"}
    schema: ClassVar[tuple[Field, ...]] = (
        one_of("what", _WHAT, undoes=("new_person_name", "document_type", "document_number", "valid_until")),
        Field("new_person_name", token("NAME"), needed=lambda values: values.get("what") == "name"),
        *(replace(f, needed=_of_document(f.needed), undoes=()) for f in document_fields() if f.name in _CARD),
    )

    async def submit(self, turn: Turn, draft: Draft) -> None:
        """Send it once and tell the receipt with what changes."""
        session, request = turn.access().session, self._request(turn, draft)
        try:
            receipt = await turn.kit.platform.run(
                lambda p: p.create_correction(session, request, key=draft.key)
            )
        except IdentityMismatch:
            draft.key = uuid.uuid4().hex
            wrong = "new_person_name" if draft.values["what"] == "name" else "document_number"
            self.ask_again(turn, draft, wrong, "correction.mismatch")
        except InvalidInput as error:
            await self.repair(turn, draft, error)
        except Conflict as conflict:
            known = f"correction.conflict.{conflict.reason}"
            key = known if known in turn.kit.words.keys else "form.conflict"
            turn.say(key, [turn.button("person", "request_human")])
            self.finish(turn)
        else:
            self.finish(turn)
            tell_receipt(
                turn,
                "correction.done",
                receipt,
                what=title(turn, f"correction.what.{request.what}"),
                before=receipt.before,
                after=receipt.after,
            )

    def _request(self, turn: Turn, draft: Draft) -> CorrectionIn:
        values: dict[str, Any] = {"what": draft.values["what"]}
        if values["what"] == "name":
            name = turn.reveal(draft.values["new_person_name"])
            values["name"] = name.value if name else None
        else:
            number = turn.reveal(draft.values["document_number"])
            values["document_type"] = draft.values["document_type"]
            values["document_number"] = number.value if number else None
            values["valid_until"] = draft.values.get("valid_until")
        return CorrectionIn(**values, channel=turn.channel, conversation_id=turn.conversation_id)


FORMS_BY_CHOICE: Mapping[str, type[FieldForm]] = {
    "phone": PhoneForm,
    "phone_lost": PhoneLostForm,
    "name": CorrectionForm,
    "document": CorrectionForm,
    "face": FaceForm,
}
