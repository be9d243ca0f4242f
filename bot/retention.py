"""The bot's part of retention: conversations become figures, everything else goes."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

import sqlalchemy as sa

from bot.channels.web.store import purge_messages
from bot.channels.wechat import forgetting
from bot.channels.wechat.people import People
from bot.desk.letters import purge_letters
from bot.event_relay import FileSink
from bot.identity.tickets import purge_tickets
from bot.notices.ledger import purge_deliveries
from bot.settings import Settings
from bot.tracker_tables import TrackerTables
from privacy.consent import ConsentLedger
from privacy.database import open_engine
from privacy.erasure import Erasures
from privacy.joins import Joins
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
    people = People(settings.vault_db, key, lambda: clock().timestamp())
    consents, erasures = ConsentLedger(settings.vault_db, clock), Erasures(settings.vault_db, key, clock)
    joins = Joins(settings.vault_db, key, clock)
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
        Store(
            "wechat_messages",
            clock,
            first(own, "SELECT min(at) FROM wechat_pushes"),
            lambda before: forgetting.purge_messages(own, before.timestamp()),
        ),
        Store(
            "wechat_choices",
            clock,
            first(own, "SELECT min(at) FROM wechat_choices"),
            lambda before: forgetting.purge_choices(own, before.timestamp()),
        ),
        Store(
            "desk_letters",
            clock,
            first(
                own,
                "SELECT min(at) FROM (SELECT at FROM desk_letters WHERE kind <> 'erase'"
                " UNION ALL SELECT at FROM desk_waiting) AS owed",
            ),
            lambda before: purge_letters(own, before.timestamp()),
        ),
        Store(
            "wechat_people",
            clock,
            lambda: _moment(people.oldest()),
            lambda before: people.purge(before.timestamp()),
        ),
        Store(
            "wechat_consents",
            clock,
            first(own, "SELECT min(at) FROM wechat_consents"),
            lambda before: forgetting.purge_consents(own, before.timestamp()),
        ),
        Store(
            "notice_deliveries",
            clock,
            first(own, "SELECT min(at) FROM notice_deliveries"),
            lambda before: purge_deliveries(own, before.timestamp()),
        ),
        Store(
            "identity_tickets",
            clock,
            first(own, "SELECT min(given_at) FROM identity_tickets"),
            lambda before: purge_tickets(own, before.timestamp()),
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
        Store("joins", clock, joins.oldest, joins.purge),
        Store("join_receipts", clock, joins.oldest_receipt, joins.purge_receipts),
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
