"""The bot's part of retention: conversations become figures, everything else goes."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

import sqlalchemy as sa

from bot.channels.web.store import purge_messages
from bot.event_relay import FileSink
from bot.settings import Settings
from bot.tracker_tables import TrackerTables
from privacy.consent import ConsentLedger
from privacy.database import open_engine
from privacy.erasure import Erasures
from privacy.media import MediaStore
from privacy.retention import Store, load_rules
from privacy.secrets import SecretStore
from privacy.vault import Vault, utc_now

logger = logging.getLogger(__name__)
_VAULT_RULES = {"vault": None, "vault_positions": "GEO", "vault_sessions": "SESSION"}


def stores(settings: Settings, tables: TrackerTables, clock: Callable[[], datetime] = utc_now) -> list[Store]:
    """Return what the bot's process deletes in its own database and in the one it shares with the actions."""
    key = SecretStore(settings.secrets_dir).get("vault")
    vault, media = Vault(settings.vault_db, key, clock), MediaStore(settings.vault_db, key, clock)
    consents, erasures = ConsentLedger(settings.vault_db, clock), Erasures(settings.vault_db, key, clock)
    shared, own, events = open_engine(settings.vault_db), tables.engine, FileSink(settings.events_file)

    def first(engine: Any, query: str) -> Callable[[], datetime | None]:
        return lambda: _moment(_scalar(engine, query))

    def expiring(rule: str, query: str, purge: Callable[[datetime], int]) -> Store:
        """Things that carry their own end: what is over goes, whatever the cut says."""
        keep = load_rules()[rule].keep
        ends = first(shared, query)

        def oldest() -> datetime | None:
            end = ends()
            return None if end is None else end - keep

        return Store(rule, clock, oldest, lambda before: purge(before + keep))

    return [
        Store(
            "conversations",
            clock,
            first(own, "SELECT min(timestamp) FROM conversation_events"),
            lambda before: tables.purge(before.timestamp()),
        ),
        Store(
            "events_file",
            clock,
            lambda: _moment(events.oldest()),
            lambda before: events.purge(before.timestamp()),
        ),
        Store(
            "page_messages",
            clock,
            first(own, "SELECT min(at_ms) / 1000.0 FROM web_messages"),
            lambda before: purge_messages(own, before),
        ),
        *(
            expiring(
                rule,
                "SELECT min(expires_at) FROM vault_entries" + (f" WHERE kind = '{kind}'" if kind else ""),  # noqa: S608
                vault.purge,
            )
            for rule, kind in _VAULT_RULES.items()
        ),
        expiring("media", "SELECT min(expires_at) FROM media", media.purge),
        Store("consents", clock, consents.oldest, consents.purge),
        Store("erasures", clock, first(shared, "SELECT min(begun_at) FROM erasures"), erasures.purge),
    ]


def _scalar(engine: Any, query: str) -> float | None:
    try:
        with engine.connect() as connection:
            value = connection.execute(sa.text(query)).scalar()
    except sa.exc.DBAPIError:  # the page has not been opened yet: its tables are missing
        return None
    return None if value is None else float(value)


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, timezone.utc)
