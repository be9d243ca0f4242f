"""Shows what the processes logged when a test of the whole product fails."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

from tests.support.stack import Stack

_SHOWN = 3000


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, None]:
    """Add the ends of the logs to the report of a failed test."""
    outcome = yield
    report = outcome.get_result()
    for fixture in getattr(item, "funcargs", {}).values():
        if report.when == "call" and report.failed and isinstance(fixture, Stack):
            report.sections += [
                (f"log of {name}", fixture.log(name)[-_SHOWN:]) for name in ("actions", "bot", "platform")
            ]
