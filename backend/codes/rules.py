"""The rule book of this process."""

from __future__ import annotations

from functools import lru_cache

from backend.colour import RuleBook, load_rules


@lru_cache(maxsize=1)
def rule_book() -> RuleBook:
    """Return the rules of `backend/colour/rules`, read once a process.

    Raises:
        RuleFilesError: when a file has a fault; the message names file and line.
    """
    return load_rules()
