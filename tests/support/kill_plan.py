"""Plans of a death: which process dies at which of its commits (``tests/support/killing`` carries them out)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal


def lay(plan: Path, who: str, at: int, when: Literal["before", "after"]) -> None:
    """Let the process started as ``python -m who`` die at its ``at``-th commit from now on.

    The file appears whole: a commit that looks at this moment must not read half of it.
    """
    draft = plan.with_suffix(".draft")
    draft.write_text(json.dumps({"who": who, "at": at, "when": when}))
    draft.replace(plan)
