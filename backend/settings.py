"""Every setting of the platform, read once from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path

from backend.outbox.backoff import MAX_ATTEMPTS
from backend.outbox.sending import Subscriber
from backend.outbox.subscribers import read_subscribers
from backend.pass_keys import PassKeys
from backend.pass_keys import load as load_pass_keys
from privacy.secrets import SecretStore

#: Client ids that may sign requests, and the name of the secret each one signs with.
CLIENT_SECRETS = {
    "assistant": "platform_service",
    "desk": "platform_desk",
    "province": "platform_province",
    "bot": "platform_bot",
}


@dataclass(frozen=True)
class Settings:
    """What a platform process needs to know before it starts.

    Attributes:
        database_url: SQLAlchemy URL of the store.
        clients: HMAC secret by client id.
        pass_keys: the Ed25519 keys of codes to be shown.
        record_key: 32 bytes that seal stored answers and hash one-time passwords.
        host, port: where to listen.
        demo: shows `/dev/outbox` to loopback callers.
        clock: `real` or `demo` (2022-09-05 09:00 +08:00 at the start, running on).
        threads: database work at the same time.
        client_rate: requests a second a client may make in the long run.
        client_burst: requests a client may make at once.
        messages_per_hour: one-time passwords sent to one phone within an hour.
        identity_tries_per_hour: tries for one phone or one document within an hour.
        max_body_bytes: the longest request body that is read.
        subscribers: who is told of events.
        event_attempts: tries of one event before it goes to the dead letters.
        max_picture_bytes: the longest body of a request that carries a picture.
    """

    database_url: str
    clients: Mapping[str, bytes] = field(repr=False)
    record_key: bytes = field(repr=False)
    pass_keys: PassKeys = field(repr=False)
    host: str = "127.0.0.1"
    port: int = 8000
    demo: bool = False
    clock: str = "real"
    threads: int = 8
    client_rate: float = 1000.0
    client_burst: int = 2000
    messages_per_hour: int = 5
    identity_tries_per_hour: int = 10
    max_body_bytes: int = 65_536
    subscribers: tuple[Subscriber, ...] = ()
    event_attempts: int = MAX_ATTEMPTS
    max_picture_bytes: int = 1_500_000

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Return the settings of this process.

        Raises:
            ValueError: when a number is not a number, or `JKT_CLOCK` is neither real nor demo.
        """
        var = Path(environment.get("JKT_VAR_DIR", "var"))
        demo = environment.get("JKT_DEMO", "1") == "1"
        clock = environment.get("JKT_CLOCK", "demo" if demo else "real")
        if clock not in {"real", "demo"}:
            raise ValueError(f"JKT_CLOCK must be real or demo, not {clock!r}")
        secrets = SecretStore(var / "secrets")
        bot = environment.get("JKT_BOT_URL", "http://127.0.0.1:5005").rstrip("/") + "/platform/events"
        return cls(
            database_url=environment.get("JKT_BACKEND_DB", f"sqlite:///{var}/db/backend.sqlite3"),
            clients={client: secrets.get(name) for client, name in CLIENT_SECRETS.items()},
            record_key=secrets.get("platform_records"),
            pass_keys=load_pass_keys(secrets, datetime.now(timezone.utc)),
            host=environment.get("JKT_BACKEND_HOST", "127.0.0.1"),
            port=int(environment.get("JKT_BACKEND_PORT", "8000")),
            demo=demo,
            clock=clock,
            threads=int(environment.get("JKT_BACKEND_THREADS", "8")),
            client_rate=float(environment.get("JKT_BACKEND_RATE", "1000")),
            client_burst=int(environment.get("JKT_BACKEND_BURST", "2000")),
            messages_per_hour=int(environment.get("JKT_MESSAGES_PER_HOUR", "100" if demo else "5")),
            identity_tries_per_hour=int(environment.get("JKT_IDENTITY_TRIES", "200" if demo else "10")),
            subscribers=read_subscribers(environment.get("JKT_EVENT_SUBSCRIBERS", f"bot={bot}"), secrets.get),
            event_attempts=int(environment.get("JKT_EVENT_ATTEMPTS", str(MAX_ATTEMPTS))),
        )
