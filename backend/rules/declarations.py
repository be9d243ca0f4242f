"""What a declaration of health means.

A temperature of 37.3 °C and more, and symptoms, are abnormal health (Luzhou's Q&A of 2021, trust M); a declaration is
valid for 14 days at most (乐山市卫健委 2021-01-30, trust O).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

FEVER = 37.3
VALIDITY_DAYS = 14


def health_of(temperature: float | None, symptoms: Collection[str]) -> Literal["normal", "abnormal"]:
    """Return whether a declaration is abnormal. Temperatures in °C; None: not measured, and no fever felt."""
    feverish = temperature is not None and temperature >= FEVER
    return "abnormal" if feverish or symptoms else "normal"
