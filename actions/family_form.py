"""C5: a relative is linked, and gets a code when there is none; with consent in the way it can be given."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any, ClassVar

from actions import consents
from actions.apply_form import ApplicantForm, show, tell_receipt
from actions.base import TOPICS, answer
from actions.document_fields import document_fields, is_guarded, stated
from actions.drafts import Draft, open_draft
from actions.fields import Field, Option, Values, choice, title
from actions.home_fields import HOME_FIELDS, YES_NO, address_of, declaration_of
from actions.persons import Subject
from actions.phone_proof import phone_fields, proved
from actions.speech import kin
from actions.turn import Button, Turn
from backend_client import (
    AddFamily,
    ApplicantCheck,
    Conflict,
    ConsentStatement,
    FamilyApplicationIn,
    FamilyMember,
    IdentityMismatch,
    InvalidInput,
    MemberIn,
    StartVerification,
)

_OFFERED = ("母亲", "父亲", "儿子", "女儿", "奶奶", "爷爷", "妻子", "丈夫")
#: Words for several people, or for nobody in particular.
_NOT_ONE = frozenset(
    {"本人", "自己", "父母", "爷爷奶奶", "外公外婆", "老人", "亲戚", "家人", "朋友", "同事", "室友"}
)
STATEMENTS = tuple(
    Option(value, f"family_form.word.{value.replace(':', '.')}")
    for value in (
        "member:in_person",
        "member:by_phone",
        "member:in_writing",
        "guardian:in_person",
        "guardian:by_phone",
    )
)


def read_relation(turn: Turn, asked: bool) -> str | None:
    """Read what the relative is to the person."""
    tapped = turn.first("choice")
    if tapped is not None and tapped.value.startswith("relation="):
        return tapped.value.removeprefix("relation=")
    named = [e.value for e in turn.all("person_relation") if e.value not in _NOT_ONE]
    return named[0] if named else None


def _consent(values: Values) -> Any:
    return values.get("consent")


def _states(values: Values) -> bool:
    """Whether somebody's word on the consent is needed: children, and people without a phone of their own."""
    if _consent(values) == "guardian":
        return True
    own_phone = values.get("standing") == "new" and values.get("own_phone") == "yes"
    return _consent(values) == "no_own_phone" and not own_phone


def _proves(values: Values) -> bool:
    """Whether a phone of the relative's own shows the consent."""
    if values.get("standing") == "has_code":
        return _consent(values) == "session"
    return _consent(values) != "guardian" and values.get("own_phone") == "yes"


def _is_new(values: Values) -> bool:
    return values.get("standing") == "new"


def _new_and(needed: Any) -> Any:
    return lambda values: _is_new(values) and needed(values)


def _grown_and_new(values: Values) -> bool:
    return _is_new(values) and _consent(values) == "no_own_phone"


_OWN_PHONE = choice("own_phone", YES_NO)


def _read_own_phone(turn: Turn, asked: bool) -> str | None:
    found = _OWN_PHONE(turn, asked)
    if found is not None or not asked:
        return found
    return "yes" if turn.tokens("PHONE") else {"affirm": "yes", "deny": "no"}.get(turn.intent)


class FamilyForm(ApplicantForm):
    """Links a relative with a code, or applies for one without."""

    form: ClassVar[str] = "family_form"
    prefix: ClassVar[str] = "family_form"
    other_phone: ClassVar[str] = "family_form.other_phone"
    needs_person: ClassVar[bool] = True
    purposes: ClassVar[tuple[str, ...]] = ("identity", "health")
    schema: ClassVar[tuple[Field, ...]] = (
        Field("relation", read_relation, shown=lambda turn, value: kin(value, turn.language)),
        *(
            # the last day of a document is asked for when a code is applied for, not for a link
            replace(f, needed=_new_and(f.needed)) if f.name in ("birth_date", "valid_until") else f
            for f in document_fields("standing", "consent")
        ),
        Field(
            "own_phone",
            _read_own_phone,
            YES_NO,
            needed=_grown_and_new,
            shown=lambda turn, value: title(turn, f"declare.{value}"),
            undoes=("phone", "otp", "check_id", "word"),
        ),
        *phone_fields(_proves),
        Field(
            "word",
            choice("word", STATEMENTS),
            needed=_states,
            shown=lambda turn, value: title(turn, f"family_form.word.{value.replace(':', '.')}"),
        ),
        *(replace(field, needed=_new_and(field.needed)) for field in HOME_FIELDS),
    )

    async def ask_next(self, turn: Turn) -> None:
        """Find out where the relative stands once name and number are there."""
        turn.access()
        draft = open_draft(turn, self.form)
        agreed = consents.granted(turn, self.purposes)
        named = {"relation", "document_type", "person_name", "document_number"} <= set(draft.values)
        if agreed and named and "standing" not in draft.values and await self._check(turn, draft):
            return
        await super().ask_next(turn)

    def choices(self, turn: Turn, field: Field, draft: Draft) -> list[Button]:
        """Usual relations; the words of consent that fit; the rest as always."""
        if field.name == "relation":
            return [Button(kin(r, turn.language), "inform", {"choice": f"relation={r}"}) for r in _OFFERED]
        if field.name == "word":
            by = "guardian" if _consent(draft.values) == "guardian" else "member"
            fitting = [o for o in STATEMENTS if o.value.startswith(by)]
            return [
                *(Button(title(turn, o.key), "inform", {"choice": f"word={o.value}"}) for o in fitting),
                turn.button("not_agreed", "stop"),
            ]
        return super().choices(turn, field, draft)

    def question(self, turn: Turn, field: Field, draft: Draft) -> tuple[str, dict[str, object]]:
        """Questions name the relative."""
        who = (
            kin(str(draft.values.get("relation") or ""), turn.language) if "relation" in draft.values else ""
        )
        key = f"family_form.ask.{field.name}"
        if field.name == "word":
            key += ".guardian" if _consent(draft.values) == "guardian" else ".member"
        return key, {"who": who} if field.name != "relation" else {}

    async def _check(self, turn: Turn, draft: Draft) -> bool:
        """Ask where the relative stands; True when that was answered and nothing is to be asked."""
        facts = stated(turn, draft)
        asked = MemberIn(**{name: facts[name] for name in ("name", "document_type", "document_number")})
        session = turn.access().session
        try:
            found = await turn.kit.platform.run(lambda p: p.check_member(session, asked))
        except IdentityMismatch:
            self.ask_document_again(turn, draft)
            return True
        except InvalidInput as error:
            await self.repair(turn, draft, error)
            return True
        if found.standing not in ("new", "has_code"):
            self._say_conflict(turn, found.standing)
            return True
        draft.values["standing"] = found.standing
        draft.values["consent"] = self._basis(turn, draft, found)
        draft.save(turn)
        return False

    def _basis(self, turn: Turn, draft: Draft, found: ApplicantCheck) -> str:
        return "guardian" if is_guarded(turn, draft) else str(found.consent)

    # The phone that shows the consent ------------------------------------------------------------------

    async def send(self, turn: Turn, draft: Draft, phone: str) -> str:
        """Somebody with a code gets the password on the phone they are registered with."""
        if draft.values.get("standing") != "has_code":
            return await super().send(turn, draft, phone)
        facts = stated(turn, draft)
        request = StartVerification(
            **{name: facts[name] for name in ("name", "document_type", "document_number")},
            phone=phone,
            channel=turn.channel,
            conversation_id=turn.conversation_id,
        )
        return (await turn.kit.platform.run(lambda p: p.start_verification(request))).verification_id

    async def prove(self, turn: Turn, draft: Draft, check_id: str, password: str) -> str:
        """Their session is the consent; it is used for nothing else."""
        if draft.values.get("standing") != "has_code":
            return await super().prove(turn, draft, check_id, password)
        confirmed = await turn.kit.platform.run(lambda p: p.confirm_verification(check_id, password))
        return confirmed.session_token

    # Sending -------------------------------------------------------------------------------------------

    async def submit(self, turn: Turn, draft: Draft) -> None:
        """Link, or apply and link, once."""
        if is_guarded(turn, draft) and draft.values.get("consent") != "guardian":
            draft.values["consent"] = "guardian"
            draft.save(turn)
            await self.ask_next(turn)
            return
        phone = proved(turn, draft) if _proves(draft.values) else None
        if _proves(draft.values) and phone is None:
            await self.proof_lost(turn, draft)
            return
        try:
            await (self._link if draft.values["standing"] == "has_code" else self._apply)(turn, draft, phone)
        except IdentityMismatch:
            self.ask_document_again(turn, draft)
        except InvalidInput as error:
            await self.repair(turn, draft, error)
        except Conflict as conflict:
            await self._conflict(turn, draft, conflict)

    def _statement(self, draft: Draft) -> ConsentStatement | None:
        word = draft.values.get("word") if _states(draft.values) else None
        by, _, how = str(word or "").partition(":")
        return ConsentStatement(by=by, how=how) if word else None

    async def _link(self, turn: Turn, draft: Draft, phone: dict[str, str] | None) -> None:
        facts = stated(turn, draft)
        member = AddFamily(
            relation=draft.values["relation"],
            **{name: facts[name] for name in ("name", "document_type", "document_number")},
            consent_session=phone["phone_proof"] if phone else None,
            statement=self._statement(draft),
        )
        session = turn.access().session
        linked = await turn.kit.platform.run(lambda p: p.add_family(session, member, key=draft.key))
        self.finish(turn)
        await self._tell(turn, linked, "family_form.linked")

    async def _apply(self, turn: Turn, draft: Draft, phone: dict[str, str] | None) -> None:
        request = FamilyApplicationIn(
            relation=draft.values["relation"],
            **stated(turn, draft),
            **(phone or {}),
            statement=self._statement(draft),
            address=address_of(draft),
            declaration=declaration_of(draft),
            channel=turn.channel,
            conversation_id=turn.conversation_id,
        )
        session = turn.access().session
        made = await turn.kit.platform.run(
            lambda p: p.create_family_application(session, request, key=draft.key)
        )
        relation = kin(draft.values["relation"], turn.language)
        self.finish(turn)
        if made.receipt is not None:
            tell_receipt(turn, "family_form.reviewing", made.receipt, who=relation)
        elif made.member is not None:
            await self._tell(turn, made.member, f"family_form.approved.{made.member.colour}")

    async def _tell(self, turn: Turn, member: FamilyMember, key: str) -> None:
        """Say it, show the code, and answer what was asked before the link was missing."""
        who = kin(member.relation, turn.language)
        turn.say(key, private=True, who=who, name=member.name_masked)
        remember_member(turn, member.relation, member.person_id)
        waiting = turn.slots.get("after_link")
        turn.clear("after_link")
        if waiting in TOPICS and waiting is not None:
            turn.set("whose", member.relation)
            turn.intent, turn.text, turn.entities = str(waiting), f"/{waiting}", []
            await answer(turn, TOPICS[str(waiting)])
        elif member.colour != "none":
            await show(turn, Subject(turn.access(), member.person_id, member.relation))

    async def _conflict(self, turn: Turn, draft: Draft, conflict: Conflict) -> None:
        if conflict.code == "idempotency_mismatch":
            draft.key = uuid.uuid4().hex
            draft.save(turn)
            await self.submit(turn, draft)
            return
        if conflict.reason == "five_members":
            await self._say_full(turn)
            return
        self._say_conflict(turn, conflict.reason or "other")

    async def _say_full(self, turn: Turn) -> None:
        session = turn.access().session
        members = (await turn.kit.platform.run(lambda p: p.family(session))).items
        names = "、".join(f"{kin(m.relation, turn.language)}{m.name_masked}" for m in members)
        turn.say(
            "family.full",
            [turn.button("family_remove", "manage_family", choice="family=remove")],
            private=True,
            names=names,
        )
        self.finish(turn)

    def _say_conflict(self, turn: Turn, reason: str) -> None:
        known = f"family_form.standing.{reason}"
        key = known if known in turn.kit.words.keys else "family_form.standing.other"
        turn.say(
            key,
            [
                turn.button("family_list", "manage_family", choice="family=list"),
                turn.button("person", "request_human"),
            ],
        )
        self.finish(turn)


def remember_member(turn: Turn, relation: str, person_id: str) -> None:
    """Remember which of several relatives of one name is meant from now on."""
    turn.set("members", {**(turn.slots.get("members") or {}), relation: person_id})
