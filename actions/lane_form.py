"""The lane for people without a code: who was let in by hand, written down by staff on duty."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from actions.door import on_duty
from actions.drafts import Draft
from actions.field_form import FieldForm
from actions.fields import Fault, Field, document, own_words, sound_document, token
from actions.turn import Button, Turn
from backend_client import ForbiddenPerson, LaneEntryIn

_DEGREES = re.compile(r"(?<!\d)(\d{2}(?:[.．点]\d)?)(?:\s*(?:度|℃|°c?))?(?![\d])", re.IGNORECASE)
#: From here on people are shown to the fever clinic (泸州 2021: 37.3 °C and more).
FEVER = 37.3
_COLDEST, _HOTTEST = 34.0, 43.0
NONE = "none"


def _or_none(*kinds: str) -> Any:
    read = token(*kinds)

    def or_none(turn: Turn, asked: bool) -> str | None:
        return read(turn, asked) or (NONE if asked and turn.intent == "deny" else None)

    return or_none


def _document(turn: Turn, asked: bool) -> str | None:
    return document(turn, asked) or (NONE if asked and turn.intent == "deny" else None)


def _temperature(turn: Turn, asked: bool) -> str | None:
    found = _DEGREES.search(turn.text) if asked and not turn.text.startswith("/") else None
    return found.group(1).replace("点", ".").replace("．", ".") if found else None


def _plausible(turn: Turn, value: Any) -> None:
    if not _COLDEST <= float(value) <= _HOTTEST:
        raise Fault("lane.implausible.temperature")


def _sound(turn: Turn, value: Any) -> None:
    if value != NONE:
        sound_document(turn, value)


def _shown(turn: Turn, value: Any) -> str:
    return turn.word("lane.none") if value == NONE else turn.masked(str(value))


def _degrees(turn: Turn, value: Any) -> str:
    return turn.word("lane.degrees", value=value)


class LaneForm(FieldForm):
    """Name, document if there is one, temperature, a companion's phone, what for."""

    form: ClassVar[str] = "lane_form"
    prefix: ClassVar[str] = "lane"
    schema: ClassVar[tuple[Field, ...]] = (
        Field("visitor_person_name", token("NAME")),
        Field("visitor_document_number", _document, check=_sound, shown=_shown),
        Field("temperature", _temperature, check=_plausible, shown=_degrees),
        Field("companion_phone", _or_none("PHONE"), shown=_shown),
        Field("purpose", own_words(2, 60)),
    )
    wire: ClassVar[dict[str, str]] = {
        "name": "visitor_person_name",
        "document_number": "visitor_document_number",
    }

    def choices(self, turn: Turn, field: Field, draft: Draft) -> list[Button]:
        """A document and a companion may be missing."""
        if field.name in ("visitor_document_number", "companion_phone"):
            return [turn.button("lane_none", "deny")]
        return super().choices(turn, field, draft)

    async def submit(self, turn: Turn, draft: Draft) -> None:
        """Write it down on the platform, for the shift that is running."""
        shift = turn.reveal(turn.slots.get("shift"))
        if shift is None or not on_duty(turn):
            turn.say("door.not_on_duty", [turn.button("door_start", "staff_check", choice="door=start")])
            self.end(turn)
            return
        entry = LaneEntryIn(
            shift_token=shift.value,
            name=_value(turn, draft, "visitor_person_name") or "",
            document_number=_value(turn, draft, "visitor_document_number"),
            companion_phone=_value(turn, draft, "companion_phone"),
            temperature=float(draft.values["temperature"]),
            purpose=turn.masked(draft.values["purpose"]),
        )
        try:
            made = await turn.kit.platform.run(lambda p: p.register_without_code(entry, key=draft.key))
        except ForbiddenPerson:
            turn.say("door.not_on_duty", [turn.button("door_start", "staff_check", choice="door=start")])
        else:
            key = "lane.done.fever" if entry.temperature >= FEVER else "lane.done"
            turn.say(key, [turn.button("door_end", "staff_check", choice="door=end")], days=made.kept_days)
        self.finish(turn)


def _value(turn: Turn, draft: Draft, name: str) -> str | None:
    secret = turn.reveal(draft.values[name]) if draft.values[name] != NONE else None
    return secret.value if secret else None
