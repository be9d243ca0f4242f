"""Forms in which a phone is proved: a one-time password goes to it, the right answer gives a proof for 30 minutes.

Such a form has the fields ``phone`` and ``otp``. The value of ``otp`` is the proof, as a vault token; the check under
way stands in the draft beside the fields as ``check_id``.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

from actions import consents, speech
from actions.drafts import Draft, open_draft
from actions.field_form import FieldForm
from actions.fields import Fault, Field, token
from actions.turn import Button, Turn
from backend_client import (
    Conflict,
    IdentityMismatch,
    InvalidInput,
    Locked,
    NotFound,
    StartPhoneCheck,
    WrongCode,
)

_MOBILE = re.compile(r"1[3-9]\d{9}|\+(?!86)\d{7,14}")


def sound_phone(turn: Turn, value: Any) -> None:
    """Refuse what cannot receive a text message.

    Raises:
        Fault: asking for a mobile.
    """
    secret = turn.reveal(value)
    if secret is not None and not _MOBILE.fullmatch(secret.value):
        raise Fault("phone.mobile")


def nothing(_turn: Turn, _asked: bool) -> None:
    """A field no message fills by itself."""


def phone_fields(needed: Any = lambda values: True, *undoes: str) -> tuple[Field, ...]:
    """The phone and its proof."""
    return (
        Field(
            "phone",
            token("PHONE"),
            needed=needed,
            check=sound_phone,
            undoes=("otp", "check_id", *undoes),
        ),
        Field("otp", nothing, needed=needed, secret=True),
    )


class ProvesPhone(FieldForm):
    """A form with a phone to prove; ``other_phone`` is said when it must be another one."""

    other_phone: ClassVar[str] = "phone.mobile"

    async def ask_next(self, turn: Turn) -> None:
        """Send the password when the proof is next, else ask as always."""
        draft = open_draft(turn, self.form)
        if not consents.granted(turn, self.purposes) or self._missing(draft) != "otp":
            await super().ask_next(turn)
        elif "check_id" in draft.values:
            self._ask_password(turn, draft)
        else:
            await self._send_password(turn, draft)

    async def take(self, turn: Turn, waiting: str) -> bool:
        """Take the password, or the wish for another one."""
        if waiting != "otp":
            return await super().take(turn, waiting)
        draft = open_draft(turn, self.form)
        tapped = turn.first("choice")
        if tapped is not None and tapped.value == "otp=resend":
            draft.values.pop("check_id", None)
            draft.save(turn)
            await self._send_password(turn, draft)
            return True
        password = turn.reveal(next(iter(turn.tokens("OTP")), None))
        if password is None:
            return await super().take(turn, waiting)
        await self._confirm(turn, draft, password.value)
        return True

    async def proof_lost(self, turn: Turn, draft: Draft) -> None:
        """The proof is over: say so and send another password."""
        draft.values.pop("otp", None)
        draft.values.pop("check_id", None)
        draft.save(turn)
        turn.say("phone.again")
        await self.ask_next(turn)

    def _ask_password(self, turn: Turn, draft: Draft) -> None:
        self._wait_for(turn, "otp")
        shown = turn.masked(draft.values["phone"])
        again = Button(turn.word("button.resend"), "inform", {"choice": "otp=resend"})
        turn.say("phone.ask.otp", [again, turn.button("fix.phone", "go_back", field="phone")], phone=shown)

    async def _send_password(self, turn: Turn, draft: Draft) -> None:
        phone = turn.reveal(draft.values["phone"])
        if phone is None:
            self.ask_again(turn, draft, "phone", f"{self.prefix}.ask.phone")
            return
        self._wait_for(turn, "otp")
        try:
            check_id = await self.send(turn, draft, phone.value)
        except Locked as error:
            self._locked(turn, error)
            return
        except InvalidInput:
            self.ask_again(turn, draft, "phone", "phone.mobile")
            return
        except IdentityMismatch:
            self.ask_again(turn, draft, "phone", self.other_phone)
            return
        draft.values["check_id"] = check_id
        draft.save(turn)
        self._ask_password(turn, draft)

    async def send(self, turn: Turn, draft: Draft, phone: str) -> str:
        """Have a password sent to the phone and return the check's id.

        Raises:
            Locked, InvalidInput, RateLimited: the platform refuses.
            IdentityMismatch: it is not the phone it must be.
        """
        number = turn.reveal(draft.values.get("document_number"))
        request = StartPhoneCheck(
            phone=phone,
            document_number=number.value if number else phone,
            channel=turn.channel,
            conversation_id=turn.conversation_id,
        )
        return (await turn.kit.platform.run(lambda p: p.start_phone_check(request))).check_id

    async def prove(self, turn: Turn, draft: Draft, check_id: str, password: str) -> str:
        """Exchange the password for the proof.

        Raises:
            WrongCode, Locked, Conflict, NotFound, InvalidInput: as the platform says.
        """
        return (await turn.kit.platform.run(lambda p: p.confirm_phone_check(check_id, password))).phone_proof

    async def _confirm(self, turn: Turn, draft: Draft, password: str) -> None:
        check_id = str(draft.values.get("check_id") or "none")
        try:
            proof = await self.prove(turn, draft, check_id, password)
        except WrongCode as error:
            turn.say("identity.wrong_code", left=error.attempts_left)
            return
        except Locked as error:
            self._locked(turn, error)
            return
        except (Conflict, NotFound, InvalidInput):
            draft.values.pop("check_id", None)
            draft.save(turn)
            turn.say("identity.code_expired")
            await self._send_password(turn, draft)
            return
        draft.values["otp"] = turn.kit.vault.put(turn.conversation_id, "SESSION", proof)
        draft.values.pop("check_id", None)
        draft.save(turn)
        await self.ask_next(turn)

    def _locked(self, turn: Turn, error: Locked) -> None:
        wait = speech.minutes(error.retry_after or 900, turn.language)
        turn.say("identity.locked", [turn.button("person", "request_human")], wait=wait)
        self.end(turn)


def proved(turn: Turn, draft: Draft) -> dict[str, str] | None:
    """Phone and proof as the platform takes them; None when the proof is over."""
    phone, proof = turn.reveal(draft.values.get("phone")), turn.reveal(draft.values.get("otp"))
    return {"phone": phone.value, "phone_proof": proof.value} if phone and proof else None
