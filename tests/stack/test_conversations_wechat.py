"""Every conversation file once more, by people in WeChat: the same outcome through another door."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.doors import scenes_at
from tests.support.stack import ROOT
from tests.support.wechat import Plays

pytestmark = pytest.mark.stack
SCRIPTS = scenes_at("wechat")
#: Products that play side by side.
_AT_ONCE = 2


@pytest.fixture(scope="module")
def plays(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plays]:
    """All scripts whose tests were chosen, being played."""
    if not list((ROOT / "models").glob("*.tar.gz")):
        pytest.fail("no model: run `make train` first")
    chosen: list[Any] = [item for item in request.session.items if item.fspath == request.node.fspath]
    names = [item.callspec.params["name"] for item in chosen]
    running = Plays(
        tmp_path_factory.mktemp("plays"), [(name, SCRIPTS[name]) for name in names], min(_AT_ONCE, len(names))
    )
    yield running
    running.close()


@pytest.mark.parametrize("name", list(SCRIPTS))
def test_conversation_in_wechat_goes_as_written(plays: Plays, name: str) -> None:
    plays.result(name)
