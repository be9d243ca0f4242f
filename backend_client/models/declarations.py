"""Check-in (打卡): what is declared of a person's health."""

from __future__ import annotations

from typing import Literal

from .base import Answer, Moment, Question, Text
from .people import Colour

Symptom = Literal["fever", "cough", "fatigue", "blocked_nose", "sore_throat", "other"]


class DeclarationIn(Question):
    """A declaration; `temperature` in °C, left out when not measured; `corrects` takes an earlier one back."""

    temperature: float | None = None
    symptoms: tuple[Symptom, ...]
    risk_stay: bool
    contact: bool
    corrects: str | None = None


class Declaration(Answer):
    """A declaration that counts. `colour` is the code that follows, told with the declaration alone."""

    declaration_id: Text
    at: Moment
    temperature: float | None = None
    symptoms: tuple[Symptom, ...]
    risk_stay: bool
    contact: bool
    health: Literal["normal", "abnormal"]
    corrects: Text | None = None
    valid_until: Moment
    colour: Colour | None = None
