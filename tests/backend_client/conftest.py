"""A scripted platform on loopback and clients that sleep not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from backend_client import BreakerPolicy, PlatformClient, RetryPolicy, Surroundings, Timeouts
from tests.backend_client.scripted_server import ScriptedServer

SECRET = b"s" * 32


@dataclass
class Machine:
    """A machine whose time moves only when told, and whose sleeps are written down."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def surroundings(self) -> Surroundings:
        return Surroundings(monotonic=lambda: self.now, sleep=self.sleep, chance=lambda: 0.5)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def connect(server: ScriptedServer, machine: Machine) -> Iterator[Callable[..., PlatformClient]]:
    """Return a function that makes a client of the scripted server."""
    made: list[PlatformClient] = []

    def make(**changes: object) -> PlatformClient:
        options: dict[str, object] = {
            "timeouts": Timeouts(connect=5.0, read=10.0, total=60.0),
            "retry": RetryPolicy(tries=3),
            "breaker": BreakerPolicy(threshold=1000, cool_down=10.0),
            "surroundings": machine.surroundings(),
            **changes,
        }
        made.append(PlatformClient(server.url, "assistant", SECRET, **options))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture
def client(connect: Callable[..., PlatformClient]) -> PlatformClient:
    return connect()
