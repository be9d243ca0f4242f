"""C4: the application for a code of one's own, from the document to the code on the screen."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, ClassVar

from actions import consents, identity, speech
from actions.base import open_form
from actions.document_fields import DOCUMENT_NAMES, WIRE, document_fields, is_guarded, stated
from actions.drafts import Draft, open_draft
from actions.fields import Field
from actions.home_fields import HOME_FIELDS, address_of, declaration_of, division_choices
from actions.persons import Subject
from actions.phone_proof import ProvesPhone, phone_fields, proved
from actions.shown_codes import say_live
from actions.turn import Button, Turn
from backend_client import (
    ApplicantIn,
    ApplicationIn,
    ApplicationResult,
    Conflict,
    IdentityMismatch,
    InvalidInput,
    PlatformError,
    Receipt,
)


class ApplicantForm(ProvesPhone):
    """What applications share: the document first, places to choose, refusals of the platform."""

    wire: ClassVar[Mapping[str, str]] = WIRE

    def _store(self, turn: Turn, draft: Draft, found: Mapping[str, Any]) -> None:
        """Keep the kind of document first: what a number or name must look like depends on it."""
        kind = {name: value for name, value in found.items() if name == "document_type"}
        if kind:
            super()._store(turn, draft, kind)
        super()._store(turn, draft, {name: value for name, value in found.items() if name not in kind})

    def choices(self, turn: Turn, field: Field, draft: Draft) -> list[Button]:
        """Divisions of the same name where the address left that open."""
        return division_choices(turn) if field.name == "division" else super().choices(turn, field, draft)

    def ask_document_again(self, turn: Turn, draft: Draft) -> None:
        """Name and document do not belong together: ask for the name, then the number again."""
        for name in ("document_number", "checked"):
            draft.values.pop(name, None)
        draft.key = uuid.uuid4().hex  # the refused request is kept under the old one
        self.ask_again(turn, draft, "person_name", "apply.mismatch")

    async def repair(self, turn: Turn, draft: Draft, error: InvalidInput) -> None:
        """Ask again for the field the platform refuses; a proof that is over is made anew."""
        draft.values.pop("checked", None)
        draft.save(turn)
        if error.field == "phone_proof":
            await self.proof_lost(turn, draft)
        else:
            self._refused(turn, draft, self.wire.get(error.field, error.field))


class ApplyForm(ApplicantForm):
    """Applies for a code."""

    form: ClassVar[str] = "apply_form"
    prefix: ClassVar[str] = "apply"
    purposes: ClassVar[tuple[str, ...]] = ("identity", "health")
    schema: ClassVar[tuple[Field, ...]] = (
        *document_fields("checked"),
        *phone_fields(lambda values: True, "checked"),
        *HOME_FIELDS,
    )

    async def ask_next(self, turn: Turn) -> None:
        """Turn children over to a guardian and find out early whether there is a code already."""
        draft = open_draft(turn, self.form)
        if is_guarded(turn, draft):
            turn.say(
                "apply.guarded", [turn.button("start_family", "apply_family_code", choice="family=start")]
            )
            self.finish(turn)
            return
        agreed = consents.granted(turn, self.purposes)
        known = "otp" in draft.values and self._missing(draft) not in DOCUMENT_NAMES
        if agreed and known and "checked" not in draft.values and await self._check(turn, draft):
            return
        await super().ask_next(turn)

    async def _check(self, turn: Turn, draft: Draft) -> bool:
        """Ask the platform where the applicant stands; True when that was answered and nothing is to be asked."""
        phone = proved(turn, draft)
        if phone is None:
            await self.proof_lost(turn, draft)
            return True
        try:
            found = await turn.kit.platform.run(
                lambda p: p.check_applicant(ApplicantIn(**stated(turn, draft), **phone))
            )
        except IdentityMismatch:
            self.ask_document_again(turn, draft)
        except InvalidInput as error:
            await self.repair(turn, draft, error)
        except Conflict as conflict:
            await self._conflict(turn, draft, conflict)
        else:
            return await self._stands(turn, draft, found.standing)
        return True

    async def _stands(self, turn: Turn, draft: Draft, standing: str) -> bool:
        """Go on with what the platform knows of the applicant; True when nothing more is asked."""
        if standing in ("other_phone", "reviewing"):
            self._say_standing(turn, standing)
            return True
        draft.values["checked"] = standing
        draft.save(turn)
        if standing == "has_code":
            await self._send(turn, draft)
            return True
        return False

    async def submit(self, turn: Turn, draft: Draft) -> None:
        """Apply, once, and show the code or tell the receipt."""
        phone = proved(turn, draft)
        if phone is None:
            await self.proof_lost(turn, draft)
            return
        request = self._request(turn, draft, phone)
        try:
            made = await turn.kit.platform.run(lambda p: p.create_application(request, key=draft.key))
        except IdentityMismatch:
            self.ask_document_again(turn, draft)
        except InvalidInput as error:
            await self.repair(turn, draft, error)
        except Conflict as conflict:
            await self._conflict(turn, draft, conflict)
        else:
            await self._tell(turn, made)

    def _request(self, turn: Turn, draft: Draft, phone: dict[str, str]) -> ApplicationIn:
        values = draft.values
        if values.get("checked") == "has_code":
            # Nothing more is asked of somebody who has a code: what a form would add is not looked at then.
            draft = Draft(draft.form, draft.key, draft.begun, {**values, **_NOTHING})
        return ApplicationIn(
            **stated(turn, draft),
            **phone,
            address=address_of(draft),
            declaration=declaration_of(draft),
            channel=turn.channel,
            conversation_id=turn.conversation_id,
        )

    async def _tell(self, turn: Turn, made: ApplicationResult) -> None:
        self.finish(turn)
        if made.receipt is not None:
            tell_receipt(turn, "apply.reviewing", made.receipt)
            return
        if made.session is None or made.person_id is None:
            turn.say("trouble.internal", [turn.button("person", "request_human")])
            return
        access = identity.remember(turn, made.session)
        turn.say(
            f"apply.{made.state}.{made.colour}",
            [turn.button("topic.ask_turn_green", "ask_turn_green")] if made.colour != "green" else [],
            private=True,
            name=made.session.name_masked,
        )
        await show(turn, Subject(access, made.person_id, None))

    async def _conflict(self, turn: Turn, draft: Draft, conflict: Conflict) -> None:
        if conflict.code == "idempotency_mismatch":
            # Sent before, and the proof of the phone is another one by now: what was done then is found by asking anew.
            draft.key = uuid.uuid4().hex
            draft.save(turn)
            await self.submit(turn, draft)
        elif conflict.reason == "guarded":
            turn.say(
                "apply.guarded", [turn.button("start_family", "apply_family_code", choice="family=start")]
            )
            self.finish(turn)
        else:
            self._say_standing(turn, conflict.reason or "other_phone")

    def _say_standing(self, turn: Turn, standing: str) -> None:
        """Say that there is a registration or a review; nothing about whose or which."""
        if standing == "reviewing":
            turn.say("apply.standing.reviewing", [turn.button("topic.query_ticket", "query_ticket")])
        else:
            turn.say(
                "apply.standing.other_phone",
                [
                    turn.button("my_code", "query_code_status"),
                    turn.button("phone_lost", "account_problem", choice="account=phone_lost"),
                    turn.button("person", "request_human"),
                ],
            )
        self.finish(turn)


#: Stands for what is not asked of somebody who has a code already.
_NOTHING = {"division": {"code": "510000", "name": ""}, "street": "-", "health": "well"}


async def show(turn: Turn, who: Subject) -> None:
    """Show the code as a picture; when the picture cannot be made the words stand by themselves."""
    try:
        await say_live(turn, who)
    except PlatformError:
        turn.say("apply.no_picture", [turn.button("my_code", "query_code_status")])


def tell_receipt(turn: Turn, key: str, receipt: Receipt, **values: object) -> None:
    """Tell number, fetch code and until when."""
    turn.say(
        key,
        [turn.button("topic.query_ticket", "query_ticket")],
        private=True,
        number=receipt.number,
        code=receipt.fetch_code,
        due=speech.moment(receipt.due_at, turn.language),
        **values,
    )


async def start(turn: Turn) -> None:
    """Open the application."""
    await open_form(turn, ApplyForm.form)
