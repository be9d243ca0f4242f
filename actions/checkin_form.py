"""The form of a check-in: one card that most answer with one tap; whoever is not well is asked further."""

from __future__ import annotations

import re
from typing import ClassVar

from actions import notices, speech
from actions.drafts import Draft
from actions.field_form import FieldForm
from actions.fields import Fault, Field, Option, Values, choice, title
from actions.turn import Button, Turn
from backend_client import Declaration, DeclarationIn, Symptom

#: From this temperature on a declaration is abnormal (the platform decides; the form explains).
FEVER = 37.3
LOWEST, HIGHEST = 34.0, 43.0
SYMPTOMS: tuple[Symptom, ...] = ("fever", "cough", "fatigue", "blocked_nose", "sore_throat", "other")

_WELL = (Option("yes", "checkin.option.well"), Option("no", "checkin.option.unwell"))
_YES_NO = (Option("yes", "checkin.option.yes"), Option("no", "checkin.option.no"))
_SYMPTOM_OPTIONS = tuple(Option(name, f"checkin.symptom.{name}") for name in (*SYMPTOMS, "none"))
_DEGREES = re.compile(r"(?<![\d.])(\d{2}(?:\.\d{1,2})?|\d{2}度\d)\s*(?:℃|°C?|度|degrees)?", re.IGNORECASE)
_WITH_UNIT = re.compile(r"体温|℃|°|度|temperature|degrees", re.IGNORECASE)
_NOT_MEASURED = re.compile(r"没量|没有量|没测|不知道|not measured|don'?t know", re.IGNORECASE)


def _temperature(turn: Turn, asked: bool) -> str | None:
    """A temperature in °C, or that none was taken; unasked only with its unit or its name."""
    text = turn.text
    tapped = turn.first("choice")
    if tapped is not None:
        return "none" if tapped.value == "temperature=none" else None
    if text.startswith("/"):
        return None
    if asked and (_NOT_MEASURED.search(text) or turn.intent == "deny"):
        return "none"
    found = _DEGREES.search(text)
    if found is None or not (asked or _WITH_UNIT.search(text)):
        return None
    return found.group(1).replace("度", ".")


def _sound_temperature(turn: Turn, value: str) -> None:
    """Refuse what no thermometer shows.

    Raises:
        Fault: saying so.
    """
    if value != "none" and not LOWEST <= float(value) <= HIGHEST:
        raise Fault("checkin.refused.temperature")


def _symptoms(turn: Turn, asked: bool) -> str | None:
    """Symptoms by their words, several at once, joined by commas; ``none`` when there are none."""
    tapped = turn.first("choice")
    if tapped is not None:
        field, _, value = tapped.value.partition("=")
        return value if field == "symptoms" else None
    if turn.text.startswith("/"):
        return None
    text = turn.text.lower()
    named = [name for name in SYMPTOMS if _says(turn, f"checkin.symptom.{name}", text)]
    if named:
        return None if re.search(r"没有|不(?:发|咳)|无症状|no ", text) and not asked else ",".join(named)
    return "none" if asked and (turn.intent == "deny" or _says(turn, "checkin.symptom.none", text)) else None


def _says(turn: Turn, key: str, text: str) -> bool:
    return any(w.lower() in text for words in turn.kit.words.wordings(key).values() for w in words)


def _well(turn: Turn, asked: bool) -> str | None:
    """Whether all is well: tapped, said, or shown by a temperature or a symptom."""
    said = choice("well", _WELL)(turn, asked)
    if said is not None:
        return said
    if _temperature(turn, False) or (asked and _symptoms(turn, False)):
        return "no"
    return {"affirm": "yes", "deny": "no"}.get(turn.intent) if asked else None


def _yes_no(turn: Turn, name: str, asked: bool) -> str | None:
    said = choice(name, _YES_NO)(turn, asked)
    return said or ({"affirm": "yes", "deny": "no"}.get(turn.intent) if asked else None)


def _unwell(values: Values) -> bool:
    return values.get("well") == "no"


def abnormal(values: Values) -> bool:
    """Whether the values so far make the declaration abnormal."""
    degrees = values.get("temperature", "none")
    return (degrees != "none" and float(degrees) >= FEVER) or values.get("symptoms", "none") != "none"


def _to_confirm(values: Values) -> bool:
    return _unwell(values) and "contact" in values and abnormal(values)


def _sure(turn: Turn, asked: bool) -> str | None:
    """Only a clear yes sends an abnormal declaration."""
    return "yes" if asked and turn.intent == "affirm" else None


class CheckinForm(FieldForm):
    """Takes a declaration; in its draft ``fixes`` says that it corrects one, ``corrects`` which, when that is known."""

    form: ClassVar[str] = "checkin_form"
    prefix: ClassVar[str] = "checkin"
    schema: ClassVar[tuple[Field, ...]] = (
        Field("well", _well, options=_WELL, undoes=("temperature", "symptoms", "stay", "contact", "sure")),
        Field("temperature", _temperature, needed=_unwell, check=_sound_temperature, undoes=("sure",)),
        Field("symptoms", _symptoms, options=_SYMPTOM_OPTIONS, needed=_unwell, undoes=("sure",)),
        Field("stay", lambda turn, asked: _yes_no(turn, "stay", asked), options=_YES_NO, needed=_unwell),
        Field(
            "contact", lambda turn, asked: _yes_no(turn, "contact", asked), options=_YES_NO, needed=_unwell
        ),
        Field("sure", _sure, needed=_to_confirm),
    )
    needs_person: ClassVar[bool] = True
    confirms: ClassVar[bool] = False

    def question(self, turn: Turn, field: Field, draft: Draft) -> tuple[str, dict[str, object]]:
        """The card names whose; before an abnormal declaration is sent, what it does is said."""
        if field.name == "well":
            return "checkin.ask.well", {"whose": draft.values["whose"]}
        if field.name == "sure":
            return "checkin.ask.sure", {"what": _summary(turn, draft.values)}
        return super().question(turn, field, draft)

    def choices(self, turn: Turn, field: Field, draft: Draft) -> list[Button]:
        """Quick answers; an abnormal declaration can be sent or changed."""
        if field.name == "temperature":
            unknown = {"choice": "temperature=none"}
            return [Button(turn.word("button.not_measured"), "inform", unknown)]
        if field.name == "sure":
            return [
                turn.button("declare", "affirm"),
                turn.button("fix.temperature", "go_back", field="temperature"),
                turn.button("fix.symptoms", "go_back", field="symptoms"),
                turn.button("stop", "stop"),
            ]
        return super().choices(turn, field, draft)

    async def step(self, turn: Turn) -> None:
        """“都没有问题” is an answer, however much it sounds like the end of a talk."""
        if self.waiting(turn) == "well" and choice("well", _WELL)(turn, True) is not None:
            await self._hear(turn, "well")
        else:
            await super().step(turn)

    async def submit(self, turn: Turn, draft: Draft) -> None:
        """Send the declaration once and say what became of the code."""
        access = turn.access()
        values = draft.values
        degrees, symptoms = values.get("temperature", "none"), values.get("symptoms", "none")
        request = DeclarationIn(
            temperature=None if degrees == "none" else float(degrees),
            symptoms=() if symptoms == "none" else tuple(symptoms.split(",")),
            risk_stay=values.get("stay") == "yes",
            contact=values.get("contact") == "yes",
            corrects=values.get("corrects"),
        )
        person = values["person"]
        declared = await turn.kit.platform.run(
            lambda p: p.declare_health(access.session, person, request, key=draft.key)
        )
        self._tell(turn, draft, declared)
        self.finish(turn)

    def _tell(self, turn: Turn, draft: Draft, declared: Declaration) -> None:
        fixed = draft.values.get("fixes") and declared.health == "normal"
        key = "corrected" if fixed else declared.health
        until = speech.day(declared.valid_until, turn.language)
        lines = [turn.word(f"checkin.done.{key}", whose=draft.values["whose"], until=until)]
        if declared.colour in ("yellow", "red", "green"):
            colour = speech.colour(declared.colour, turn.language)
            lines.append(turn.word("checkin.colour_now", colour=colour))
        if declared.risk_stay or declared.contact:
            lines.append(turn.word("checkin.report"))
        lines.append(turn.word("data.as_of", when=speech.moment(declared.at, turn.language)))
        buttons = [turn.button("my_code", "query_code_status")]
        if declared.colour in ("yellow", "red"):
            buttons.append(turn.button("fix_checkin", "health_checkin", choice="checkin=fix"))
        else:
            question, choice = notices.offer(turn, "reminder")
            lines, buttons = [*lines, *question], [*buttons, *choice]
        turn.say_text("\n".join(lines), buttons, private=True)


def _summary(turn: Turn, values: Values) -> str:
    degrees, symptoms = values.get("temperature", "none"), values.get("symptoms", "none")
    parts = [] if degrees == "none" else [turn.word("checkin.degrees", degrees=degrees)]
    if symptoms != "none":
        parts += [title(turn, f"checkin.symptom.{name}") for name in symptoms.split(",")]
    return speech.join(parts, turn.language)


def described(turn: Turn, declared: Declaration) -> str:
    """A declaration in a few words: temperature and symptoms, or that all was well."""
    values = {
        "temperature": "none" if declared.temperature is None else f"{declared.temperature:g}",
        "symptoms": ",".join(declared.symptoms) or "none",
    }
    parts = [p for p in (_summary(turn, values),) if p]
    if declared.risk_stay:
        parts.append(turn.word("checkin.had_stay"))
    if declared.contact:
        parts.append(turn.word("checkin.had_contact"))
    return speech.join(parts, turn.language) or turn.word("checkin.all_well")
