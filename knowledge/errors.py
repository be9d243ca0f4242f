"""What can go wrong in the knowledge base.

KnowledgeError
├── PolicyFileError   a policy file cannot be used; carries the faults, each with file and line
└── UnknownEntry      no entry has that id
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong in a policy file, said so that an editor can go to the line."""

    file: str
    line: int
    where: str
    reason: str

    def __str__(self) -> str:
        where = f"{self.where}: " if self.where else ""
        return f"{self.file}:{self.line}: {where}{self.reason}"


class KnowledgeError(Exception):
    """Base of everything this package raises."""


class PolicyFileError(KnowledgeError):
    """Policy files hold faults; `faults` names file and line of each."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        """Keep the faults and make them the message."""
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class UnknownEntry(KnowledgeError):  # noqa: N818 - reads as what it says
    """No entry has that id."""
