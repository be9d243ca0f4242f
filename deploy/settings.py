"""What the launcher knows of the processes: names, addresses, where they keep things."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Service:
    """One process of the product.

    Attributes:
        name: its name in the Procfile.
        host: address it binds.
        port: port it binds.
        health: path that answers 200 when it can work.
    """

    name: str
    host: str
    port: int
    health: str = "/healthz"

    @property
    def url(self) -> str:
        """Base address."""
        return f"http://{self.host}:{self.port}"


@dataclass(frozen=True)
class Settings:
    """Settings of the launcher.

    Attributes:
        var_dir: run-time state of all processes.
        demo: load the demonstration set at the first start.
        services: the processes in the order they are started.
    """

    var_dir: Path
    demo: bool
    services: tuple[Service, ...]

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> Settings:
        """Settings of this environment, with the defaults of the embedded product."""

        def port(name: str, default: int) -> int:
            return int(env.get(f"JKT_{name}_PORT", default))

        def host(name: str) -> str:
            return env.get(f"JKT_{name}_HOST", "127.0.0.1")

        return cls(
            var_dir=Path(env.get("JKT_VAR_DIR", str(ROOT / "var"))),
            demo=env.get("JKT_DEMO", "1") != "0",
            services=(
                Service("platform", host("BACKEND"), port("BACKEND", 8000)),
                Service("actions", host("ACTIONS"), port("ACTIONS", 5055)),
                Service("desk", host("DESK"), port("DESK", 8080)),
                Service("bot", host("BOT"), port("BOT", 5005), "/readyz"),
            ),
        )

    def environment(self, env: Mapping[str, str] = os.environ) -> dict[str, str]:
        """The environment handed to the processes: where the others are, and quiet libraries."""
        platform, actions, desk, bot = self.services
        defaults = {
            "JKT_VAR_DIR": str(self.var_dir),
            "JKT_DEMO": "1" if self.demo else "0",
            "JKT_CLOCK": "demo" if self.demo else "real",
            "JKT_BACKEND_URL": platform.url,
            "JKT_ACTIONS_URL": actions.url,
            "JKT_DESK_URL": desk.url,
            "JKT_BOT_URL": bot.url,
            "RASA_TELEMETRY_ENABLED": "false",
            "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "PYTHONUNBUFFERED": "1",
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
        }
        return {**defaults, **env}
