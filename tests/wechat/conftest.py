"""A WeChat of our own, and what the product needs to talk to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.channels.wechat.client import WeChatClient
from bot.channels.wechat.tokens import Tokens, TokenStore
from bot.channels.wechat.wire import Limits, Wire
from privacy.database import open_engine
from tests.wechat.house import House
from tests.wechat_server import Account, ManualClock, WeChat


@pytest.fixture
def clock() -> ManualClock:
    """Time, moved by the test."""
    return ManualClock()


@pytest.fixture
async def wechat(clock: ManualClock) -> AsyncIterator[WeChat]:
    """A running WeChat."""
    server = WeChat(clock)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
def account(wechat: WeChat) -> Account:
    """An account that may do everything."""
    return wechat.add(Account())


@pytest.fixture
def engine(tmp_path: Path) -> Any:
    """A database of this test."""
    return open_engine(f"sqlite:///{tmp_path}/bot.sqlite3")


class Clients:
    """Makes clients of one WeChat, each as if it were a process of its own."""

    def __init__(self, wechat: WeChat, engine: Any, clock: ManualClock) -> None:
        self.wechat, self.engine, self.clock = wechat, engine, clock
        self.slept: list[float] = []
        self._wires: list[Wire] = []

    def __call__(self, account: Account, limits: Limits | None = None) -> WeChatClient:
        """A new client."""
        wire = Wire(self.wechat.url, limits)
        self._wires.append(wire)
        store = TokenStore(self.engine, b"k" * 32)
        tokens = Tokens(account.app_id, account.app_secret, wire, store, self.clock)

        async def sleep(seconds: float) -> None:
            self.slept.append(seconds)

        return WeChatClient(wire, tokens, sleep=sleep)

    async def close(self) -> None:
        """Close what was opened."""
        for wire in self._wires:
            await wire.close()


@pytest.fixture
async def clients(wechat: WeChat, engine: Any, clock: ManualClock) -> AsyncIterator[Clients]:
    """Clients of this test's WeChat."""
    made = Clients(wechat, engine, clock)
    yield made
    await made.close()


@pytest.fixture
def client(clients: Callable[..., WeChatClient], account: Account) -> WeChatClient:
    """A client of the account."""
    return clients(account)


@pytest.fixture
async def house(tmp_path: Path, wechat: WeChat) -> AsyncIterator[House]:
    """Stores and accounts; a test adds accounts, then starts processes."""
    built = House(tmp_path, wechat)
    yield built
    await built.close()
