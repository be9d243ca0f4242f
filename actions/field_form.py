"""Forms made of fields: everything they share, so that a form is its list of fields and what it sends.

Words of a form ``apply_form`` stand in ``data/responses`` under its prefix ``apply``::

    apply.ask.<field>        the question
    apply.label.<field>      what the field is called; further wordings are names people use for it
    apply.option.<field>.…   choices (by convention; an Option names its key)
    apply.unclear.<field>    said when the answer was not understood; form.unclear when missing
    apply.refused.<field>    said when the platform refuses the value; form.refused when missing
    apply.stopped            said when the person leaves; form.kept when missing
    apply.title              what the form is for, in a few words (“申领健康码”)

Every form can be interrupted, corrected, left, taken up again days later, and sent once and only once.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from actions import consents
from actions.drafts import Draft, drop_draft, open_draft
from actions.fields import Fault, Field, title
from actions.forms import Form
from actions.joined_drafts import take_over
from actions.turn import Button, Turn
from backend_client import Conflict, IdentityMismatch, InvalidInput

RESUME, CONSENT, CONFIRM = "resume", "consent", "confirm"


class FieldForm(Form):
    """A form that is a list of fields.

    Attributes:
        prefix: of its response keys.
        schema: its fields, in the order they are asked.
        needs_person: whether only a verified person may fill it.
        purposes: consents it needs before the first field.
        confirms: whether it is read back before it is sent.
        wire: names of the platform's fields by ours, where they differ, to place a refusal.
    """

    prefix: ClassVar[str] = ""
    schema: ClassVar[tuple[Field, ...]] = ()
    needs_person: ClassVar[bool] = False
    purposes: ClassVar[tuple[str, ...]] = ()
    confirms: ClassVar[bool] = True
    wire: ClassVar[Mapping[str, str]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Name the fields and the place of their words."""
        super().__init_subclass__(**kwargs)
        cls.fields = (*(field.name for field in cls.schema), CONFIRM)
        cls.label_key = f"{cls.prefix}.label"

    @abstractmethod
    async def submit(self, turn: Turn, draft: Draft) -> None:
        """Send the draft to the platform under ``draft.key`` and say what came of it.

        Raises:
            Fault: something must be asked again; name the field with ``self.ask_again``.
            PlatformError: said in words by the form; the draft stays.
        """

    async def prepare(self, turn: Turn, draft: Draft) -> None:
        """Fill in what is known already when the form opens; nothing by default."""

    def question(self, turn: Turn, field: Field, draft: Draft) -> tuple[str, dict[str, object]]:
        """Response key and placeholders of the question for ``field``."""
        return f"{self.prefix}.ask.{field.name}", {}

    def choices(self, turn: Turn, field: Field, draft: Draft) -> list[Button]:
        """Choices below the question for ``field``."""
        return [
            Button(title(turn, option.key), "inform", {"choice": f"{field.name}={option.value}"})
            for option in field.options
        ]

    # Opening and leaving ------------------------------------------------------------------------------

    def admit(self, turn: Turn) -> None:
        """Let nobody in who may not fill the form.

        Raises:
            NeedsIdentity: the person must be verified first.
        """
        if self.needs_person:
            turn.access()

    async def begin(self, turn: Turn, known: Mapping[str, Any] | None = None) -> None:
        """Open the form: take up a draft if there is one, else begin with what the message says already.

        With ``known`` an older draft is dropped and these values are taken as given.
        """
        if known is not None:
            drop_draft(turn, self.form)
            await self._fresh(turn, open_draft(turn, self.form), known)
            return
        draft = open_draft(turn, self.form)
        if not draft.values and await take_over(turn, self.form):
            draft = open_draft(turn, self.form)
        if draft.values:
            self._wait_for(turn, RESUME)
            label = self.label(turn, self._missing(draft) or CONFIRM)
            turn.say(
                "form.resume",
                [turn.button("continue", "affirm"), turn.button("restart", "deny")],
                title=title(turn, f"{self.prefix}.title"),
                label=label,
            )
            return
        await self._fresh(turn, draft)

    async def _fresh(self, turn: Turn, draft: Draft, known: Mapping[str, Any] | None = None) -> None:
        draft.values.update(known or {})
        await self.prepare(turn, draft)
        for field in self.schema:
            value = field.read(turn, False) if field.needed(draft.values) else None
            if value is not None and field.name not in draft.values:
                draft.values[field.name] = value
        draft.save(turn)
        await self.ask_next(turn)

    async def leave(self, turn: Turn) -> None:
        """Say that what was filled in is kept."""
        own = f"{self.prefix}.stopped"
        turn.say(own if own in turn.kit.words.keys else "form.kept")

    async def go_on(self, turn: Turn) -> None:
        """Say where the form was, and ask again."""
        missing = self._missing(open_draft(turn, self.form))
        turn.say("form.go_on", label=self.label(turn, missing or CONFIRM))
        await self.ask_next(turn)

    def finish(self, turn: Turn) -> None:
        """The form is done: forget its draft and close it."""
        drop_draft(turn, self.form)
        self.end(turn)

    # One message --------------------------------------------------------------------------------------

    async def take(self, turn: Turn, waiting: str) -> bool:
        """Take what the message gives: an answer to resuming, consent or confirming, or values of fields."""
        if waiting == RESUME:
            return await self._take_resume(turn)
        if waiting == CONSENT:
            return await self._take_consent(turn)
        draft = open_draft(turn, self.form)
        found = self._read(turn, draft, waiting)
        if found:
            self._store(turn, draft, found)
            await self.ask_next(turn)
            return True
        return waiting == CONFIRM and await self._take_confirm(turn, draft)

    def _read(self, turn: Turn, draft: Draft, waiting: str) -> dict[str, Any]:
        asked = next((field for field in self.schema if field.name == waiting), None)
        first = [asked] if asked is not None else []
        found: dict[str, Any] = {}
        for field in [*first, *(f for f in self.schema if f is not asked)]:
            if field is not asked and not field.needed({**draft.values, **found}):
                continue
            value = field.read(turn, field is asked)
            if value is not None and value not in found.values():
                found[field.name] = value
        return {name: value for name, value in found.items() if draft.values.get(name) != value}

    def _store(self, turn: Turn, draft: Draft, found: Mapping[str, Any]) -> None:
        """Keep sound values.

        Raises:
            Fault: for the first that is not; those before it are kept.
        """
        for field in self.schema:
            if field.name not in found:
                continue
            try:
                field.check(turn, found[field.name])
            except Fault:
                draft.values.pop(field.name, None)
                draft.save(turn)
                self._wait_for(turn, field.name)
                raise
            for later in field.undoes:
                draft.values.pop(later, None)
            draft.values[field.name] = found[field.name]
        draft.save(turn)

    async def _take_resume(self, turn: Turn) -> bool:
        if turn.intent == "affirm":
            await self.ask_next(turn)
        elif turn.intent == "deny":
            drop_draft(turn, self.form)
            await self._fresh(turn, open_draft(turn, self.form))
        else:
            return False
        return True

    async def _take_consent(self, turn: Turn) -> bool:
        answer = consents.answer(turn, self.purposes)
        if answer is None:
            return False
        if answer and consents.granted(turn, self.purposes):
            await self.ask_next(turn)
        else:
            turn.say("form.no_consent", [turn.button("person", "request_human")])
            self.finish(turn)
        return True

    async def _take_confirm(self, turn: Turn, draft: Draft) -> bool:
        if self._missing(draft) is not None:  # its time was over before it was confirmed
            turn.say("form.forgotten")
            await self._fresh(turn, draft)
        elif turn.intent in ("affirm", "repeat"):
            await self._send(turn, draft)
        elif turn.intent == "deny":
            filled = [f for f in self.schema if f.name in draft.values and not f.secret]
            buttons = [Button(self.label(turn, f.name), "go_back", {"field": f.name}) for f in filled]
            turn.say("form.which_wrong", buttons)
        else:
            return False
        return True

    # Asking and sending -------------------------------------------------------------------------------

    async def ask_next(self, turn: Turn) -> None:
        """Ask for consent, then the next missing field, then show it all; without a look over it, send it."""
        if not consents.granted(turn, self.purposes):
            self._wait_for(turn, CONSENT)
            consents.ask(turn, self.purposes)
            return
        draft = open_draft(turn, self.form)
        missing = self._missing(draft)
        if missing is not None:
            self._ask(turn, draft, missing)
        elif self.confirms:
            self._wait_for(turn, CONFIRM)
            self._show(turn, draft)
        else:
            await self._send(turn, draft)

    def _missing(self, draft: Draft) -> str | None:
        return next(
            (f.name for f in self.schema if f.needed(draft.values) and f.name not in draft.values), None
        )

    def _ask(self, turn: Turn, draft: Draft, name: str) -> None:
        field = next(f for f in self.schema if f.name == name)
        key, values = self.question(turn, field, draft)
        self._wait_for(turn, name)
        turn.say_text(turn.word(key, **values), self.choices(turn, field, draft))

    def _show(self, turn: Turn, draft: Draft) -> None:
        lines = [
            turn.word("form.line", label=self.label(turn, f.name), value=f.shown(turn, draft.values[f.name]))
            for f in self.schema
            if f.needed(draft.values) and not f.secret and draft.values.get(f.name) is not None
        ]
        text = turn.word("form.check", title=title(turn, f"{self.prefix}.title"), lines="\n".join(lines))
        turn.say_text(
            text,
            [turn.button("submit", "affirm"), turn.button("change", "deny"), turn.button("stop", "stop")],
        )

    async def _send(self, turn: Turn, draft: Draft) -> None:
        self._wait_for(turn, CONFIRM)
        forgotten = [f.name for f in self.schema if self._is_forgotten(turn, draft.values.get(f.name))]
        if forgotten:
            for name in forgotten:
                draft.values.pop(name)
            draft.save(turn)
            turn.say("form.forgotten")
            await self.ask_next(turn)
            return
        try:
            await self.submit(turn, draft)
        except InvalidInput as error:
            self._refused(turn, draft, self.wire.get(error.field, error.field))
        except IdentityMismatch:
            self._refused(turn, draft, "document_number")
        except Conflict:
            await self.conflicting(turn, draft)

    async def conflicting(self, turn: Turn, draft: Draft) -> None:
        """Say that the platform's state speaks against it (already done, limit reached); the form ends."""
        own = f"{self.prefix}.conflict"
        key = own if own in turn.kit.words.keys else "form.conflict"
        turn.say(key, [turn.button("person", "request_human")])
        self.finish(turn)

    def ask_again(self, turn: Turn, draft: Draft, name: str, key: str, **values: object) -> None:
        """Drop a value and ask for it again, with the words of ``key``."""
        draft.values.pop(name, None)
        draft.save(turn)
        self._wait_for(turn, name)
        turn.say_text(turn.word(key, **values))

    def _refused(self, turn: Turn, draft: Draft, name: str) -> None:
        if name not in self.fields:
            turn.say("trouble.refused", [turn.button("person", "request_human")])
            return
        own = f"{self.prefix}.refused.{name}"
        key = own if own in turn.kit.words.keys else "form.refused"
        self.ask_again(turn, draft, name, key, **({} if key == own else {"label": self.label(turn, name)}))

    @staticmethod
    def _is_forgotten(turn: Turn, value: Any) -> bool:
        """Whether a value is a token the vault no longer knows."""
        return (
            isinstance(value, str)
            and value.startswith("<")
            and turn.is_token(value)
            and not turn.reveal(value)
        )

    def _wait_for(self, turn: Turn, name: str) -> None:
        turn.set("requested_slot", f"{self.form}.{name}")

    # What the shared steps ask ------------------------------------------------------------------------

    def forget(self, turn: Turn, field: str) -> None:
        """Drop a field that is corrected, and what depends on it."""
        draft = open_draft(turn, self.form)
        chosen = next((f for f in self.schema if f.name == field), None)
        for name in (field, *(chosen.undoes if chosen else ())):
            draft.values.pop(name, None)
        draft.save(turn)

    def label(self, turn: Turn, field: str) -> str:
        """What a field is called; resuming, consent and confirming have names of their own."""
        shared = f"form.label.{field}"
        return title(turn, shared if shared in turn.kit.words.keys else f"{self.label_key}.{field}")

    def before(self, turn: Turn, waiting: str) -> str:
        """The last field filled before the one that is asked."""
        values = open_draft(turn, self.form).values
        names = [f.name for f in self.schema]
        end = names.index(waiting) if waiting in names else len(names)
        return next((name for name in reversed(names[:end]) if name in values), names[0])

    def unclear(self, turn: Turn, waiting: str) -> None:
        """Say that the answer was not understood, in the field's words where it has some."""
        own = f"{self.prefix}.unclear.{waiting}"
        if own in turn.kit.words.keys:
            turn.say(own)
        else:
            turn.say("form.unclear", label=self.label(turn, waiting))
