"""Settings of the action server, read once from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    """Where the action server finds its words, its secrets and its neighbours.

    Attributes:
        host: address to bind.
        port: port to bind.
        var_dir: run-time state.
        data_dir: responses, policies, gazetteer.
        platform_url: base address of the platform.
        bot_url: base address of the bot, asked for the history of a conversation.
        public_url: address people reach the assistant's page at, for codes on posters; empty: the bare code.
        desk_url: base address of the desk, asked for the entries its editors publish.
        knowledge_poll: seconds between two looks at them.
        vault_db: SQLAlchemy address of the vault and the consent ledger.
        in_wechat: whether the assistant has accounts in WeChat (``JKT_WECHAT_ACCOUNTS``).
    """

    host: str
    port: int
    var_dir: Path
    data_dir: Path
    platform_url: str
    public_url: str
    vault_db: str
    bot_url: str
    desk_url: str
    knowledge_poll: float
    in_wechat: bool = False

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> Settings:
        """Settings of this environment, with the defaults of the embedded product."""
        var_dir = Path(env.get("JKT_VAR_DIR", str(ROOT / "var")))
        return cls(
            host=env.get("JKT_ACTIONS_HOST", "127.0.0.1"),
            port=int(env.get("JKT_ACTIONS_PORT", "5055")),
            var_dir=var_dir,
            data_dir=Path(env.get("JKT_DATA_DIR", str(ROOT / "data"))),
            platform_url=env.get("JKT_BACKEND_URL", "http://127.0.0.1:8000"),
            bot_url=env.get("JKT_BOT_URL", "http://127.0.0.1:5005").rstrip("/"),
            desk_url=env.get("JKT_DESK_URL", "http://127.0.0.1:8080").rstrip("/"),
            knowledge_poll=float(env.get("JKT_KNOWLEDGE_POLL", "10")),
            public_url=env.get("JKT_PUBLIC_URL", "").rstrip("/"),
            in_wechat=bool(env.get("JKT_WECHAT_ACCOUNTS")),
            vault_db=env.get("JKT_VAULT_DB", f"sqlite:///{var_dir / 'db' / 'vault.sqlite3'}"),
        )

    @property
    def secrets_dir(self) -> Path:
        """Folder of generated secrets."""
        return self.var_dir / "secrets"

    @property
    def kept_knowledge(self) -> Path:
        """File of the last entries the desk handed out."""
        return self.var_dir / "knowledge" / "published.json"
