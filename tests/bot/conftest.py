"""A tiny model on the real footing: what the bot's own tests talk to."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import rasa.model_training
import redis

from bot.agent import BotAgent
from bot.channels.rest import RestOutput
from bot.footing import Footing
from bot.lock_store import ConversationLockStore
from bot.message import InboundMessage
from bot.settings import Settings
from bot.tracker_store import BoundedTrackerStore
from tests.support.postgres import own_schema

os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of keywords and rules, trained once a session."""
    folder = tmp_path_factory.mktemp("models")
    before = Path.cwd()
    os.chdir(folder)  # Rasa keeps its cache in the working folder
    try:
        result = rasa.model_training.train(
            domain=str(FIXTURES / "domain.yml"),
            config=str(FIXTURES / "config.yml"),
            training_files=[str(FIXTURES / "nlu.yml"), str(FIXTURES / "rules.yml")],
            output=str(folder),
            fixed_model_name="tiny",
            force_training=True,
        )
    finally:
        os.chdir(before)
    assert result.code == 0
    return folder / "tiny.tar.gz"


@pytest.fixture
def footing(tmp_path: Path) -> Any:
    """Stores and secrets of one test."""
    return Footing.build(
        Settings(
            var_dir=tmp_path,
            bot_db=f"sqlite:///{tmp_path}/db/bot.sqlite3",
            vault_db=f"sqlite:///{tmp_path}/db/vault.sqlite3",
        )
    )


class Talk:
    """A conversation with the tiny model through the real door."""

    def __init__(self, footing: Any, model: Path, lock_store: Any = None) -> None:
        self.footing = footing
        self.store = BoundedTrackerStore(tables=footing.tables, live_turns=footing.settings.live_turns)
        self.agent = BotAgent(tracker_store=self.store, lock_store=lock_store or ConversationLockStore())
        self.agent.load_model(str(model))
        self.inbound = footing.inbound(self.agent.handle_message)

    async def say(self, text: str, sender: str = "person", **fields: Any) -> list[dict[str, Any]]:
        """Send a message and return the answers in the shape of the REST channel."""
        output = RestOutput(self.footing.signer)
        await self.inbound.receive(InboundMessage("rest", sender, text=text, **fields), output)
        return output.messages

    async def words(self, text: str, sender: str = "person", **fields: Any) -> list[str]:
        """Send a message and return the texts of the answers."""
        return [message["text"] for message in await self.say(text, sender, **fields)]


@pytest.fixture
async def talk(footing: Any, tiny_model: Path) -> AsyncIterator[Talk]:
    """A conversation partner on fresh stores."""
    yield Talk(footing, tiny_model)


@pytest.fixture
def talk_with(tiny_model: Path) -> Callable[..., Talk]:
    """Build a partner on given stores and changed settings."""

    def build(footing: Any, lock_store: Any = None, **settings: Any) -> Talk:
        return Talk(replace(footing, settings=replace(footing.settings, **settings)), tiny_model, lock_store)

    return build


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """A schema of this test's own on PostgreSQL."""
    with own_schema("bot") as url:
        yield url


@pytest.fixture
def redis_url() -> str:
    """A Redis for tests; skipped with its reason when there is none."""
    url = os.environ.get("JKT_TEST_REDIS", "redis://127.0.0.1:6379/9")
    try:
        redis.Redis.from_url(url, socket_connect_timeout=1).ping()
    except redis.RedisError:
        pytest.skip("Redis is not reachable at 127.0.0.1:6379 (JKT_TEST_REDIS)")
    return url
