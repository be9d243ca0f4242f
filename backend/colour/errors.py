"""What can go wrong in the colour rules.

ColourError
├── InvalidEvent     an event that cannot be read: a naive time, a word outside the vocabulary
└── RuleFilesError   rule files cannot be used; carries the faults, each with file and line
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["format", "reference", "never", "impossible", "overlap", "contradiction", "gap"]


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that is wrong in a rule file, said so that an editor can go to the line.

    Attributes:
        file: path of the file, as it was given.
        line: line of the value at fault, from 1.
        rule: id of the rule, empty when the file as a whole is meant.
        kind: what sort of fault it is.
        reason: what is wrong, in one sentence.
    """

    file: str
    line: int
    rule: str
    kind: Kind
    reason: str

    def __str__(self) -> str:
        where = f"{self.rule}: " if self.rule else ""
        return f"{self.file}:{self.line}: {self.kind}: {where}{self.reason}"


class ColourError(Exception):
    """Base of everything this package raises."""


class InvalidEvent(ColourError):  # noqa: N818 - reads as what it says
    """An event holds a naive time or a word the vocabulary does not know."""


class RuleFilesError(ColourError):
    """Rule files hold faults; `faults` names file and line of each."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        """Keep the faults and make them the message."""
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))
