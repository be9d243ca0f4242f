"""The history of a code as the API shows it."""

from __future__ import annotations

from typing import Any

from backend.models import CodeChange
from backend.registry.people import written


def show_change(change: CodeChange) -> dict[str, Any]:
    """Return the CodeChange object."""
    return {
        "colour": change.colour,
        "previous_colour": change.previous_colour,
        "since": written(change.since),
        "reasons": change.reasons,
    }
