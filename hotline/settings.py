"""Every setting of the desk, read once from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from privacy.secrets import SecretStore

from .chats.settings import ChatSettings

ROOT = Path(__file__).resolve().parent.parent

#: Client ids that may call the desk's API, and the name of the secret each one signs with.
SERVICE_SECRETS = {"assistant": "desk_service", "exchange": "desk_exchange"}


@dataclass(frozen=True)
class Settings:
    """What a desk process needs to know before it starts.

    Attributes:
        database_url: SQLAlchemy URL of the desk's own store.
        platform_url: address of the platform without `/v1`.
        platform_secret: HMAC key of client id `desk` at the platform.
        services: HMAC secret by client id of those who call the desk's API.
        session_key: 32 bytes that sign session cookies.
        account_key: 32 bytes that seal secrets of second factors and hash recovery codes.
        secrets: where one-time passwords of the first start are kept.
        demo: the demonstration's people may log in.
        chats: how chats with citizens run.
        host, port: where to listen.
        proxies: how many proxies of ours tell the address they were asked from.
        secure_cookies: send cookies over https only; on when a proxy ends TLS before the desk.
        session_hours: an agent logs in again after this long.
        idle_minutes: and after this long without a request.
        proof_minutes: the password is asked again for dangerous things after this long.
        second_factor_required: one-time codes are turned on before anything else; else they are offered.
        password_length: characters of a new password.
        hash_time, hash_memory_kib, hash_lanes: argon2id's passes, memory and lanes.
        reveals_per_day: whole values one agent may see in a day.
        looks_per_day: codes one agent may look at in a day, in calls and chats.
        anchors: file the audit's head is written to every `anchor_minutes`; `None` for none.
        yellow_at, red_at: parts of the time limit after which an order turns yellow, then red.
        login_tries: wrong guesses at one account before its first pause.
        address_tries: wrong guesses from one address before its first pause.
        data_dir: the product's data: policy entries as seed, names of places; none: the store alone.
        domain: the assistant's `domain.yml`, whose intents an entry may name.
    """

    database_url: str
    platform_url: str
    platform_secret: bytes = field(repr=False)
    services: Mapping[str, bytes] = field(repr=False)
    session_key: bytes = field(repr=False)
    account_key: bytes = field(repr=False)
    secrets: SecretStore
    chats: ChatSettings
    demo: bool = False
    host: str = "127.0.0.1"
    port: int = 8080
    proxies: int = 0
    secure_cookies: bool = False
    session_hours: float = 8.0
    idle_minutes: float = 30.0
    proof_minutes: float = 10.0
    second_factor_required: bool = False
    password_length: int = 12
    hash_time: int = 3
    hash_memory_kib: int = 65_536
    hash_lanes: int = 1
    yellow_at: float = 0.7
    red_at: float = 0.9
    login_tries: int = 5
    address_tries: int = 20
    data_dir: Path | None = None
    domain: Path | None = None
    reveals_per_day: int = 30
    looks_per_day: int = 100
    anchors: Path | None = None
    anchor_minutes: float = 60.0

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Return the settings of this process.

        Raises:
            ValueError: a number is not one, or out of its range; the message names the variable.
            privacy.errors.SecretUnusable: a secret's file is damaged or open to others.
        """
        var = Path(environment.get("JKT_VAR_DIR", "var"))
        secrets = SecretStore(var / "secrets")
        demo = environment.get("JKT_DEMO", "1") != "0"
        return cls(
            database_url=environment.get("JKT_DESK_DB") or f"sqlite:///{var}/db/desk.sqlite3",
            platform_url=environment.get("JKT_BACKEND_URL", "http://127.0.0.1:8000"),
            platform_secret=secrets.get("platform_desk"),
            services={client: secrets.get(name) for client, name in SERVICE_SECRETS.items()},
            session_key=secrets.get("desk_session"),
            account_key=secrets.get("desk_accounts"),
            secrets=secrets,
            demo=demo,
            chats=ChatSettings.from_environment(environment, secrets),
            host=environment.get("JKT_DESK_HOST", "127.0.0.1"),
            port=_whole(environment, "JKT_DESK_PORT", 8080),
            proxies=_whole(environment, "JKT_DESK_PROXIES", 0),
            data_dir=Path(environment.get("JKT_DATA_DIR", str(ROOT / "data"))),
            domain=ROOT / "domain.yml",
            secure_cookies=environment.get("JKT_DESK_SECURE", "0") == "1",
            session_hours=_number(environment, "JKT_DESK_SESSION_HOURS", "8"),
            idle_minutes=_number(environment, "JKT_DESK_IDLE_MINUTES", "30"),
            proof_minutes=_number(environment, "JKT_DESK_PROOF_MINUTES", "10"),
            second_factor_required=_second_factor(environment, demo=demo),
            password_length=_whole(environment, "JKT_DESK_PASSWORD_LENGTH", 12, least=8),
            hash_time=_whole(environment, "JKT_DESK_HASH_TIME", 3, least=1),
            hash_memory_kib=_whole(environment, "JKT_DESK_HASH_MEMORY_KIB", 65_536, least=8_192),
            hash_lanes=_whole(environment, "JKT_DESK_HASH_LANES", 1, least=1),
            login_tries=_whole(environment, "JKT_DESK_LOGIN_TRIES", 5, least=1),
            anchors=Path(environment.get("JKT_DESK_ANCHORS") or var / "log" / "desk_audit_anchors.jsonl"),
            anchor_minutes=_whole(environment, "JKT_DESK_ANCHOR_MINUTES", 60, least=1),
            reveals_per_day=_whole(environment, "JKT_DESK_REVEALS_PER_DAY", 30),
            looks_per_day=_whole(environment, "JKT_DESK_LOOKS_PER_DAY", 100),
            address_tries=_whole(environment, "JKT_DESK_ADDRESS_TRIES", 20, least=1),
        )


def _second_factor(environment: Mapping[str, str], *, demo: bool) -> bool:
    """Return whether everybody must have a second factor; in the demonstration it is offered."""
    word = environment.get("JKT_DESK_SECOND_FACTOR") or ("offered" if demo else "required")
    if word not in ("required", "offered"):
        raise ValueError(f"JKT_DESK_SECOND_FACTOR must be required or offered, not {word!r}")
    return word == "required"


def _whole(environment: Mapping[str, str], name: str, default: int, *, least: int = 0) -> int:
    number = int(_number(environment, name, str(default)))
    if number < least:
        raise ValueError(f"{name} must be at least {least}, not {number}")
    return number


def _number(environment: Mapping[str, str], name: str, default: str) -> float:
    text = environment.get(name) or default
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"{name} must be a number, not {text!r}") from None
