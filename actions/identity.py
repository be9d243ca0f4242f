"""Consent, then identity: name, document, phone, one-time password (P1)."""

from __future__ import annotations

import time
from typing import ClassVar

from actions import consents, handover, speech
from actions.base import run_pending
from actions.forms import Form
from actions.turn import DOCUMENT_KINDS, Access, Button, Turn
from backend_client import (
    Conflict,
    ForbiddenPerson,
    IdentityMismatch,
    InvalidInput,
    Locked,
    NotFound,
    PersonSession,
    RedeemHandover,
    StartVerification,
    WrongCode,
)
from privacy.documents import identity_fault, is_foreign_card, is_minor
from privacy.vault import Secret

#: What the card asks for; to verify somebody the first alone is needed.
PURPOSES = ("identity", "health")
#: Below this age a parent or other guardian decides (个人信息保护法第三十一条).
GUARDED_AGE = 14

_TAKEN_FROM = {"NAME": "person_name", "PHONE": "phone", **dict.fromkeys(DOCUMENT_KINDS, "document_number")}
_TAKEN_FROM_MESSAGES = ("person_name", "document_number", "phone")


class IdentityForm(Form):
    """Finds out who is asking; verified for this conversation and channel for 30 minutes."""

    form: ClassVar[str] = "identity_form"
    label_key: ClassVar[str] = "identity.label"
    fields: ClassVar[tuple[str, ...]] = (
        "consent",
        "carried",
        "person_name",
        "document_number",
        "guardian",
        "phone",
        "otp",
    )

    async def take(self, turn: Turn, waiting: str) -> bool:
        """Take an identity that was handed over, consent, values, or the one-time password."""
        handed = handover.received(turn)
        if handed is not None:
            turn.set("verification_id", handed)
            return await self._go_on(turn)
        if waiting == "carried" and await self._take_carried(turn):
            return True
        asked = {"consent": PURPOSES, "guardian": ("guardian",)}.get(waiting)
        if asked is not None and consents.answer(turn, asked) is not None:
            return await self._consented(turn, asked[0])
        took = self._take_values(turn)
        if waiting == "otp":
            return await self._take_otp(turn) or (took and await self._go_on(turn))
        return took and await self._go_on(turn)

    def _take_values(self, turn: Turn) -> bool:
        took = False
        for kind, slot in _TAKEN_FROM.items():
            tokens = turn.tokens(kind)
            if not tokens:
                continue
            took = True
            if tokens[0] != turn.slots.get(slot):
                self.forget(turn, slot)
                turn.set(slot, tokens[0])
        return took

    def forget(self, turn: Turn, field: str) -> None:
        """Drop a value; a changed one makes the sent password worthless."""
        turn.clear(field)
        if field == "document_number":
            consents.drop(turn, "guardian")
        if field != "consent":
            turn.clear("verification_id", "otp")

    def before(self, turn: Turn, waiting: str) -> str:
        """The field filled before; an identity that was not brought along is no field to go back to."""
        field = super().before(turn, waiting)
        return "consent" if field == "carried" else field

    def unclear(self, turn: Turn, waiting: str) -> None:
        """Say what would be understood."""
        turn.say(f"identity_form.unclear.{waiting}", _use_it(turn) if waiting == "carried" else ())

    async def _go_on(self, turn: Turn) -> bool:
        await self.ask_next(turn)
        return True

    async def _take_carried(self, turn: Turn) -> bool:
        """Take yes or no to an identity that came from another conversation; False when it is neither."""
        if turn.intent == "affirm":
            handover.accept(turn)
        elif turn.intent == "deny":
            turn.clear("verification_id")
            if not turn.slots.get("pending_topic"):
                turn.say("identity.carried_refused")
                self.end(turn)
                return True
        else:
            return False
        return await self._go_on(turn)

    async def _consented(self, turn: Turn, needed: str) -> bool:
        if consents.granted(turn, (needed,)):
            if needed == "identity":
                handover.accept(turn)  # what the card was shown for
            await self.ask_next(turn)
        else:
            key = "consent.refused.guardian" if needed == "guardian" else "identity.refused"
            turn.say(key, [turn.button("person", "request_human")])
            turn.clear("pending_topic", "person_name", "document_number", "phone")
            self.end(turn)
        return True

    async def ask_next(self, turn: Turn) -> None:
        """Ask for the next missing value; with all there, send the one-time password."""
        if self._wrong_document(turn):
            turn.clear("document_number")
            turn.set("requested_slot", "document_number")
            turn.say("identity.bad_document")
            return
        missing = next((field for field in _TAKEN_FROM_MESSAGES if not turn.slots.get(field)), None)
        handed = handover.waiting(turn)
        if not consents.granted(turn, ("identity",)):
            turn.set("requested_slot", "consent")
            if handed is not None and handed.asks:
                turn.say("identity.carried")
            consents.ask(turn, PURPOSES)
        elif handed is not None and handed.asks:
            turn.set("requested_slot", "carried")
            turn.say("identity.ask.carried", _use_it(turn))
        elif handed is not None:
            await self._redeem(turn, handed.token)
        elif self._needs_guardian(turn):
            turn.set("requested_slot", "guardian")
            consents.ask(turn, ("guardian",))
        elif missing:
            self._ask(turn, missing)
        elif turn.slots.get("verification_id"):
            self._ask(turn, "otp")
        else:
            await self._send_password(turn)

    def _ask(self, turn: Turn, field: str) -> None:
        turn.set("requested_slot", field)
        if field == "otp":
            turn.say("identity.ask.otp", phone=turn.masked(str(turn.slots.get("phone") or "")))
        else:
            turn.say(f"identity.ask.{field}")

    def _wrong_document(self, turn: Turn) -> bool:
        secret = turn.reveal(turn.slots.get("document_number"))
        if secret is None or secret.kind != "ID":
            return False
        return identity_fault(secret.value, turn.now.astimezone(speech.CHINA).date()) is not None

    def _needs_guardian(self, turn: Turn) -> bool:
        """Whether the card is a child's and no guardian has agreed yet."""
        secret = turn.reveal(turn.slots.get("document_number"))
        if secret is None or secret.kind != "ID" or consents.granted(turn, ("guardian",)):
            return False
        return is_minor(secret.value, turn.now.astimezone(speech.CHINA).date(), GUARDED_AGE)

    async def _send_password(self, turn: Turn) -> None:
        values = {
            slot: turn.reveal(turn.slots.get(slot)) for slot in ("person_name", "document_number", "phone")
        }
        forgotten = [slot for slot, secret in values.items() if secret is None]
        if forgotten:
            turn.clear(*forgotten)
            self._ask(turn, forgotten[0])
            return
        turn.set("requested_slot", "otp")
        try:
            started = await turn.kit.platform.run(lambda p: p.start_verification(_request(turn, values)))
        except (IdentityMismatch, NotFound):
            self._mismatch(turn)
        except InvalidInput as error:
            field = {"name": "person_name", "phone": "phone"}.get(error.field, "document_number")
            turn.clear(field)
            turn.set("requested_slot", field)
            turn.say(f"identity_form.unclear.{field}")
        except Locked as error:
            self._locked(turn, error)
        else:
            turn.set("verification_id", started.verification_id)
            turn.say("identity.ask.otp", phone=started.phone_masked)

    def _mismatch(self, turn: Turn) -> None:
        turn.set("requested_slot", "document_number")
        turn.clear("document_number")
        fields = ("person_name", "document_number", "phone")
        turn.say(
            "identity.mismatch",
            [turn.button(f"fix.{field}", "go_back", field=field) for field in fields]
            + [turn.button("person", "request_human")],
        )

    def _locked(self, turn: Turn, error: Locked) -> None:
        turn.clear("verification_id", "otp")
        turn.say(
            "identity.locked",
            [turn.button("person", "request_human")],
            wait=speech.minutes(error.retry_after or 900, turn.language),
        )
        self.end(turn)

    async def _take_otp(self, turn: Turn) -> bool:
        tokens = turn.tokens("OTP")
        secret = turn.reveal(tokens[0]) if tokens else None
        if secret is None:
            return False
        verification_id = str(turn.slots.get("verification_id"))
        try:
            confirmed = await turn.kit.platform.run(
                lambda p: p.confirm_verification(verification_id, secret.value)
            )
        except WrongCode as error:
            turn.say("identity.wrong_code", left=error.attempts_left)
        except (NotFound, InvalidInput):
            turn.clear("verification_id")
            turn.say("identity.code_expired")
            await self._send_password(turn)
        except Locked as error:
            self._locked(turn, error)
        else:
            await self._verified(turn, confirmed)
        return True

    async def _redeem(self, turn: Turn, token: str) -> None:
        """Verify the person by what their front end has handed over; when that is not possible, ask as always."""
        request = RedeemHandover(token=token, channel=turn.channel, conversation_id=turn.conversation_id)
        turn.clear("verification_id")
        try:
            confirmed = await turn.kit.platform.run(lambda p: p.redeem_handover(request))
        except (Conflict, ForbiddenPerson, InvalidInput):
            turn.say("identity.handover_failed")
            await self.ask_next(turn)
        else:
            await self._verified(turn, confirmed)

    async def _verified(self, turn: Turn, confirmed: PersonSession) -> None:
        remember(turn, confirmed)
        turn.clear("verification_id", "otp")
        self.end(turn)
        turn.say("identity.verified", _ways_on(turn), private=True, name=confirmed.name_masked)
        await run_pending(turn)


def _use_it(turn: Turn) -> list[Button]:
    """Yes or no to an identity that came from another conversation."""
    return [turn.button("use_identity", "affirm"), turn.button("not_here", "deny")]


def _ways_on(turn: Turn) -> list[Button]:
    """On the page of an installation with a 公众号: the way to go on there without being asked again."""
    if turn.channel != "web" or not turn.kit.in_wechat:
        return []
    return [turn.button("to_wechat", "inform", choice=handover.TO_WECHAT)]


def remember(turn: Turn, confirmed: PersonSession) -> Access:
    """Hold a verified person for this conversation, until the platform's session ends."""
    token = turn.kit.vault.put(turn.conversation_id, "SESSION", confirmed.session_token)
    turn.set("session", token)
    turn.set("session_until", time.time() + (confirmed.expires_at - turn.now).total_seconds())
    turn.set("person_id", confirmed.person_id)
    return Access(confirmed.session_token, confirmed.person_id)


class ConsentForm(Form):
    """Asks for the consent to health data of somebody who is verified and was never asked for it."""

    form: ClassVar[str] = "consent_form"
    label_key: ClassVar[str] = "consent.label"
    fields: ClassVar[tuple[str, ...]] = ("consent",)

    async def take(self, turn: Turn, waiting: str) -> bool:
        """Take yes or no, then answer what was asked."""
        agreed = consents.answer(turn, ("health",))
        if agreed is None:
            return False
        self.end(turn)
        if agreed:
            await run_pending(turn)
        else:
            turn.clear("pending_topic")
            turn.say(
                "consent.missing.health", [turn.button("agree_health", "ask_privacy", choice="give=health")]
            )
        return True

    async def ask_next(self, turn: Turn) -> None:
        """Show the card."""
        turn.set("requested_slot", "consent")
        consents.ask(turn, ("health",))

    async def leave(self, turn: Turn) -> None:
        """Leave it: not answering is no consent."""
        turn.say("consent.stopped")

    def forget(self, turn: Turn, field: str) -> None:
        """Nothing is filled in here."""

    def unclear(self, turn: Turn, waiting: str) -> None:
        """Say what would be understood."""
        turn.say("consent.unclear.consent")


def document_type(secret: Secret) -> str:
    """The platform's name for the kind of document; which permit it is the platform finds out."""
    if secret.kind == "ID":
        return "permanent_residence" if is_foreign_card(secret.value) else "id_card"
    return secret.kind.lower()


def _request(turn: Turn, values: dict[str, Secret | None]) -> StartVerification:
    name, document, phone = values["person_name"], values["document_number"], values["phone"]
    assert name and document and phone  # noqa: S101 - checked by the caller
    return StartVerification(
        name=name.value,
        document_type=document_type(document),
        document_number=document.value,
        phone=phone.value,
        channel=turn.channel,
        conversation_id=turn.conversation_id,
    )
