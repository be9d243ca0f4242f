"""Every setting of the desk, read once from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from privacy.secrets import SecretStore

#: Client ids that may ask about conversations, and the name of the secret each one signs with.
SERVICE_SECRETS = {"assistant": "desk_service"}


@dataclass(frozen=True)
class Settings:
    """What a desk process needs to know before it starts.

    Attributes:
        database_url: SQLAlchemy URL of the desk's own store.
        platform_url: address of the platform without `/v1`.
        platform_secret: HMAC key of client id `desk` at the platform.
        services: HMAC secret by client id of those who call the desk's API.
        session_key: 32 bytes that sign session cookies.
        password: what an agent types to log in; generated at the first start.
        host, port: where to listen.
        secure_cookies: send cookies over https only; on when a proxy ends TLS before the desk.
        session_hours: an agent logs in again after this long.
        yellow_at, red_at: parts of the time limit after which an order turns yellow, then red.
        login_tries: wrong passwords from one address within `login_window_s` before log-in rests.
        login_window_s: seconds.
    """

    database_url: str
    platform_url: str
    platform_secret: bytes = field(repr=False)
    services: Mapping[str, bytes] = field(repr=False)
    session_key: bytes = field(repr=False)
    password: str = field(repr=False)
    host: str = "127.0.0.1"
    port: int = 8080
    secure_cookies: bool = False
    session_hours: float = 8.0
    yellow_at: float = 0.7
    red_at: float = 0.9
    login_tries: int = 5
    login_window_s: int = 900

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Return the settings of this process.

        Raises:
            ValueError: a number is not one; the message names the variable.
            privacy.errors.SecretUnusable: a secret's file is damaged or open to others.
        """
        var = Path(environment.get("JKT_VAR_DIR", "var"))
        secrets = SecretStore(var / "secrets")
        return cls(
            database_url=environment.get("JKT_DESK_DB") or f"sqlite:///{var}/db/desk.sqlite3",
            platform_url=environment.get("JKT_BACKEND_URL", "http://127.0.0.1:8000"),
            platform_secret=secrets.get("platform_desk"),
            services={client: secrets.get(name) for client, name in SERVICE_SECRETS.items()},
            session_key=secrets.get("desk_session"),
            password=secrets.text("desk_password"),
            host=environment.get("JKT_DESK_HOST", "127.0.0.1"),
            port=int(_number(environment, "JKT_DESK_PORT", "8080")),
            secure_cookies=environment.get("JKT_DESK_SECURE", "0") == "1",
            session_hours=_number(environment, "JKT_DESK_SESSION_HOURS", "8"),
        )


def _number(environment: Mapping[str, str], name: str, default: str) -> float:
    text = environment.get(name) or default
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"{name} must be a number, not {text!r}") from None
