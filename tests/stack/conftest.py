"""A product that dies when it is told to; and what the processes logged when a test of the whole product fails."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.stack import Stack, running

_SHOWN = 3000


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, None]:
    """Add the ends of the logs to the report of a failed test."""
    outcome = yield
    report = outcome.get_result()
    if report.when != "call" or not report.failed:
        return
    for fixture in getattr(item, "funcargs", {}).values():
        stack = fixture[0] if isinstance(fixture, tuple) else fixture
        if isinstance(stack, Stack):
            report.sections += [
                (f"log of {name}", stack.log(name)[-_SHOWN:])
                for name in ("actions", "bot", "desk", "platform")
            ]


@pytest.fixture(scope="session")
def frail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stack, Path]]:
    """A product of its own whose processes die as a plan file says; with the plan."""
    folder = tmp_path_factory.mktemp("frail")
    plan = folder / "plan.json"
    extra = {
        "JKT_TEST_KILL_PLAN": str(plan),
        "PYTHONPATH": str(Path(__file__).resolve().parents[1] / "support" / "killing"),
    }
    with running(folder / "var", extra) as stack:
        yield stack, plan
