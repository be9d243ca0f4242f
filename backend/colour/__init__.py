"""The colour of a health code: dated rules as data, and a pure engine that derives the code from events."""

from __future__ import annotations

from backend.colour.derivation import (
    Derivation,
    Holding,
    NextColour,
    PastChange,
    ShownPopUp,
    derive,
    derive_with_history,
    history,
)
from backend.colour.endings import Requirement
from backend.colour.errors import ColourError, Fault, InvalidEvent, RuleFilesError
from backend.colour.reading import load_rules
from backend.colour.rulebook import Rule, RuleBook
from backend.colour.words import summary

__all__ = [
    "ColourError",
    "Derivation",
    "Fault",
    "Holding",
    "InvalidEvent",
    "NextColour",
    "PastChange",
    "Requirement",
    "Rule",
    "RuleBook",
    "RuleFilesError",
    "ShownPopUp",
    "derive",
    "derive_with_history",
    "history",
    "load_rules",
    "summary",
]
