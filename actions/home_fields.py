"""Where somebody lives and how they are: the address with its division, and the declaration of health."""

from __future__ import annotations

from typing import Any

from actions.drafts import Draft
from actions.fields import Fault, Field, Option, Values, choice, own_words, title
from actions.places import DIVISION_KINDS, SICHUAN, outside_sichuan
from actions.turn import Button, Turn
from backend_client import Address, DeclarationIn

_MOST_CHOICES = 6
_FINE = ("town", "district")
_ADDRESS_FIELDS = ("street", "division")
YES_NO = (Option("yes", "declare.yes"), Option("no", "declare.no"))
WELL = (Option("well", "declare.well"), Option("not", "declare.not_well"))
SYMPTOMS = tuple(
    Option(name, f"declare.symptom.{name}")
    for name in ("none", "fever", "cough", "fatigue", "blocked_nose", "sore_throat", "other")
)


def read_division(turn: Turn, asked: bool) -> dict[str, str] | None:
    """Read the division somebody lives in, from the address itself or by itself.

    Raises:
        Fault: the place lies outside Sichuan.
    """
    tapped = turn.first("choice")
    if tapped is not None and tapped.value.startswith("division="):
        code, _, name = tapped.value.removeprefix("division=").partition("|")
        return {"code": code, "name": name}
    if not str(turn.slots.get("requested_slot") or "").endswith(_ADDRESS_FIELDS) or turn.text.startswith("/"):
        return None
    beyond = outside_sichuan(turn)
    if beyond is not None:
        raise Fault("address.outside", place=beyond)
    for entity in turn.all(*_FINE):
        code = str(entity.extra.get("adcode") or "")
        if code.lstrip("F").startswith(SICHUAN) and len(entity.extra.get("candidates") or []) < 2:  # noqa: PLR2004
            return {"code": code, "name": str(entity.extra.get("path") or entity.value)}
    return None


def division_choices(turn: Turn) -> list[Button]:
    """Choices when the name the person used belongs to several divisions."""
    found: list[dict[str, Any]] = next(
        (e.extra["candidates"] for e in turn.all(*DIVISION_KINDS) if e.extra.get("candidates")), []
    )
    return [
        Button(name, "inform", {"choice": f"division={c['adcode']}|{name}"})
        for c in found[:_MOST_CHOICES]
        for name in (str(c["path"]).removeprefix("四川省"),)
    ]


def _answer(name: str, options: tuple[Option, ...]) -> Any:
    """Read a choice that may also be said with yes or no alone."""
    read_choice = choice(name, options)
    plain = {"affirm": options[0].value, "deny": options[1].value}

    def read(turn: Turn, asked: bool) -> str | None:
        found = read_choice(turn, asked)
        return found if found is not None or not asked else plain.get(turn.intent)

    return read


def _shown(options: tuple[Option, ...]) -> Any:
    keys = {option.value: option.key for option in options}
    return lambda turn, value: title(turn, keys[value])


def _not_well(values: Values) -> bool:
    return values.get("health") == "not"


HOME_FIELDS: tuple[Field, ...] = (
    Field("street", own_words(4, 100), undoes=("division",)),
    Field("division", read_division, shown=lambda _turn, value: str(value["name"])),
    Field(
        "health", _answer("health", WELL), WELL, shown=_shown(WELL), undoes=("ill", "risk_stay", "contact")
    ),
    Field("ill", choice("ill", SYMPTOMS), SYMPTOMS, needed=_not_well, shown=_shown(SYMPTOMS)),
    Field("risk_stay", _answer("risk_stay", YES_NO), YES_NO, needed=_not_well, shown=_shown(YES_NO)),
    Field("contact", _answer("contact", YES_NO), YES_NO, needed=_not_well, shown=_shown(YES_NO)),
)


def address_of(draft: Draft) -> Address:
    """The address as the platform takes it."""
    return Address(division_code=draft.values["division"]["code"], street=draft.values["street"])


def declaration_of(draft: Draft) -> DeclarationIn:
    """The declaration as the platform takes it."""
    values = draft.values
    if values["health"] == "well":
        return DeclarationIn(symptoms=(), risk_stay=False, contact=False)
    symptoms = () if values["ill"] == "none" else (values["ill"],)
    return DeclarationIn(
        symptoms=symptoms, risk_stay=values["risk_stay"] == "yes", contact=values["contact"] == "yes"
    )
