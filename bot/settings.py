"""Every setting of the bot's process, read once from the environment, with its default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
"""The project's root: where Rasa's own files lie."""


@dataclass(frozen=True)
class Settings:
    """How this process runs.

    Attributes:
        var_dir: all run-time state; git-ignored.
        host, port: where the bot listens; loopback unless told otherwise.
        bot_db, vault_db: SQLAlchemy addresses.
        redis_url: locks between processes; empty: this process is the only one.
        amqp_url: where events go; empty: a file of JSON lines.
        actions_url, backend_url, desk_url: the other processes, asked by ``/readyz``.
        model: the trained model.
        endpoints: Rasa's own file of stores and servers.
        rest: whether the loopback REST channel is on.
        live_turns: how many of the newest turns Rasa sees.
        longest_message: characters; longer ones are refused in words.
        most_waiting: messages of one person that may wait behind a running turn.
        voice: whether speech is understood where the extra is installed.
        voice_threads: processors its recogniser may use.
        turn_limit: seconds after which a turn is given up and answered with an excuse.
    """

    var_dir: Path = Path("var")
    host: str = "127.0.0.1"
    port: int = 5005
    bot_db: str = "sqlite:///var/db/bot.sqlite3"
    vault_db: str = "sqlite:///var/db/vault.sqlite3"
    redis_url: str = ""
    amqp_url: str = ""
    actions_url: str = "http://127.0.0.1:5055"
    backend_url: str = "http://127.0.0.1:8000"
    desk_url: str = "http://127.0.0.1:8080"
    bot_url: str = "http://127.0.0.1:5005"
    model: Path = Path("models/assistant.tar.gz")
    endpoints: Path = Path("endpoints.yml")
    rest: bool = True
    live_turns: int = 5
    longest_message: int = 500
    most_waiting: int = 20
    turn_limit: float = 30.0
    voice: bool = True
    voice_threads: int = 2

    @property
    def secrets_dir(self) -> Path:
        """Where the secrets of this installation lie."""
        return self.var_dir / "secrets"

    @property
    def events_file(self) -> Path:
        """Where events go when there is no broker."""
        return self.var_dir / "log" / "events.jsonl"


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read the settings from variables with the prefix ``JKT_``; relative paths are inside the project.

    Raises:
        ValueError: a number is none.
    """

    def text(name: str, default: str) -> str:
        return environment.get(f"JKT_{name}") or default

    def path(name: str, default: Path) -> Path:
        return ROOT / text(name, str(default))

    var_dir = path("VAR_DIR", Path("var"))
    bot_url = text("BOT_URL", "http://127.0.0.1:5005").rstrip("/")
    return Settings(
        var_dir=var_dir,
        host=text("BOT_HOST", "127.0.0.1"),
        port=int(text("BOT_PORT", str(_port_of(bot_url)))),
        bot_db=text("BOT_DB", f"sqlite:///{var_dir}/db/bot.sqlite3"),
        vault_db=text("VAULT_DB", f"sqlite:///{var_dir}/db/vault.sqlite3"),
        redis_url=text("REDIS_URL", ""),
        amqp_url=text("AMQP_URL", ""),
        actions_url=text("ACTIONS_URL", "http://127.0.0.1:5055").rstrip("/"),
        backend_url=text("BACKEND_URL", "http://127.0.0.1:8000").rstrip("/"),
        desk_url=text("DESK_URL", "http://127.0.0.1:8080").rstrip("/"),
        bot_url=bot_url,
        model=path("MODEL", Path("models/assistant.tar.gz")),
        endpoints=path("ENDPOINTS", Path("endpoints.yml")),
        rest=text("REST", "1") == "1",
        live_turns=int(text("LIVE_TURNS", "5")),
        longest_message=int(text("LONGEST_MESSAGE", "500")),
        most_waiting=int(text("MOST_WAITING", "20")),
        turn_limit=float(text("TURN_LIMIT", "30")),
        voice=text("VOICE", "1") == "1",
        voice_threads=int(text("VOICE_THREADS", "2")),
    )


def _port_of(url: str) -> int:
    last = url.rsplit(":", 1)[-1]
    return int(last) if last.isdigit() else 5005
