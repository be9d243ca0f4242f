"""What can go wrong in the travel rules.

TravelError
└── RuleFilesError   rule files cannot be used; carries the faults, each with file and line
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that is wrong in a rule file: where, in which rule, and what."""

    file: str
    line: int
    rule: str
    reason: str

    def __str__(self) -> str:
        where = f"{self.rule}: " if self.rule else ""
        return f"{self.file}:{self.line}: {where}{self.reason}"


class TravelError(Exception):
    """Base of everything this package raises."""


class RuleFilesError(TravelError):
    """Rule files hold faults; `faults` names file and line of each."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        """Keep the faults and make them the message."""
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))
