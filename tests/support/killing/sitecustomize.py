"""Kills the process that reads this at one of its database commits, as a plan file says; for tests alone.

Python imports a module of this name at its start when its folder is on ``PYTHONPATH``. The plan is a JSON file named by
``JKT_TEST_KILL_PLAN``: ``{"who": "backend", "at": 3, "when": "before"}`` ends what was started as ``python -m backend``
right before its third commit since the plan was written. A plan that was carried out is removed.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

PLAN = os.environ.get("JKT_TEST_KILL_PLAN")
_counted: dict[str, int] = {}


def _due(when: str) -> bool:
    """Whether this commit is the one of the plan; counts on the way in."""
    try:
        text = Path(PLAN or "").read_text("utf-8")
    except OSError:
        return False
    plan = json.loads(text)
    if plan["who"] not in sys.orig_argv:
        return False
    if when == "before":
        _counted[text] = _counted.get(text, 0) + 1
    return bool(plan["when"] == when and _counted.get(text) == plan["at"])


def _die() -> None:
    Path(PLAN or "").unlink(missing_ok=True)
    os.kill(os.getpid(), signal.SIGKILL)


def _install() -> None:
    from sqlalchemy.engine.default import DefaultDialect  # noqa: PLC0415 - only where a plan may come

    commit = DefaultDialect.do_commit

    def do_commit(self: Any, connection: Any) -> None:
        if _due("before"):
            _die()
        commit(self, connection)
        if _due("after"):
            _die()

    DefaultDialect.do_commit = do_commit


if PLAN:
    _install()
