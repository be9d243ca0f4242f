"""What recognition returns."""

from __future__ import annotations

from dataclasses import dataclass, field

from privacy.kinds import Kind


@dataclass(frozen=True, order=True)
class Finding:
    """One piece of personal data in a text.

    Attributes:
        start: first character in the text.
        end: one after the last.
        kind: what it is.
        value: canonical: half-width, no blanks or dashes, X in upper case; never part of ``repr``.
        valid: False when it is shaped like its kind but cannot be right (check character, length).
    """

    start: int
    end: int
    kind: Kind
    value: str = field(repr=False)
    valid: bool = True
