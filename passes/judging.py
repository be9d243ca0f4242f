"""What a door should do with a pass: a pure function of the pass, the time and the list of revoked ones."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Literal

from passes.payload import Colour, Pass
from passes.revocations import Revocations

Verdict = Literal["pass", "restrict", "forbid"]
State = Literal["valid", "expired", "revoked", "not_yet"]

VERDICTS: Final[dict[Colour, Verdict]] = {"green": "pass", "yellow": "restrict", "red": "forbid"}
"""Green passes, yellow restricts, red forbids (成都日报 2021-11-09, 公告第16号)."""
CLOCK_DIFFERENCE: Final = timedelta(minutes=2)
"""How far the clock of a scanner may be behind the platform's."""


def state_of(facts: Pass, now: datetime, revoked: Revocations | None = None) -> State:
    """Return whether a pass counts at ``now``."""
    if revoked is not None and facts.serial in revoked:
        return "revoked"
    if now >= facts.expires_at:
        return "expired"
    return "valid" if now >= facts.issued_at - CLOCK_DIFFERENCE else "not_yet"
