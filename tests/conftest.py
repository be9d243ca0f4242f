"""Fixtures that start the whole product; everything else lives beside its tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sanic.mixins.routes import RouteMixin

from tests.support.stack import ROOT, Stack, running

#: Everybody in the tests opens the page from this machine.
_ONE_ADDRESS = {"JKT_WEB_SESSIONS_PER_MINUTE": "600"}


def _read_handlers_once() -> None:
    """Sanic parses the source of each handler of each application; tests open many of the same ones."""
    read = RouteMixin._determine_error_format
    known: dict[Any, str] = {}

    def once(self: Any, handler: Any) -> str:
        code = getattr(handler, "__code__", handler)
        if code not in known:
            known[code] = read(self, handler)
        return known[code]

    RouteMixin._determine_error_format = once


_read_handlers_once()


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The running product, shared by the session's conversations."""
    if not list((ROOT / "models").glob("*.tar.gz")):
        pytest.fail("no model: run `make train` first")
    with running(Path(tmp_path_factory.mktemp("var")), _ONE_ADDRESS) as product:
        yield product
