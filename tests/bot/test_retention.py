"""The bot's retention with a moved clock, on both stores: what stays after 180 days has nobody in it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from bot.channels.web.store import forget_messages
from bot.event_relay import EventRelay, FileSink
from bot.retention import stores
from bot.settings import Settings
from bot.tracker_tables import TrackerTables
from privacy.consent import ConsentLedger
from privacy.media import Media, MediaStore
from privacy.retention import load_rules, plan, run
from privacy.secrets import SecretStore
from privacy.vault import Vault

START = datetime(2022, 9, 5, 1, tzinfo=timezone.utc)


class Clock:
    def __init__(self) -> None:
        self.moment = START

    def __call__(self) -> datetime:
        return self.moment


@pytest.fixture(params=["sqlite", "postgresql"])
def parts(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    url = (
        f"sqlite:///{tmp_path}/all.sqlite3"
        if request.param == "sqlite"
        else request.getfixturevalue("postgres_url")
    )
    settings, clock = Settings(var_dir=tmp_path, bot_db=url, vault_db=url), Clock()
    tables = TrackerTables(url)
    forget_messages(tables.engine, "nobody")
    return settings, tables, clock, stores(settings, tables, clock)


def say(tables: TrackerTables, sender: str, at: datetime) -> None:
    event = {
        "event": "user",
        "timestamp": at.timestamp(),
        "text": "我码咋黄了",
        "parse_data": {"intent": {"name": "ask_color_reason"}},
    }
    tables.write(sender, None, [event], [event], None)


def cells(tables: TrackerTables, table: str) -> list[tuple[Any, ...]]:
    with tables.engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {table}")]


def test_conversations_become_figures_after_180_days(parts: Any) -> None:
    settings, tables, clock, kept = parts
    say(tables, "web-someone", START)
    say(tables, "web-other", START + timedelta(days=100))
    relay = EventRelay(tables, FileSink(settings.events_file))
    relay.drain()
    clock.moment = START + timedelta(days=179)
    assert not any(run(kept).values())
    clock.moment = START + timedelta(days=181)
    gone = run(kept)
    assert gone["conversations"] == gone["events_file"] == 1
    assert cells(tables, "conversation_figures") == [("2022-09-05", "intent", "ask_color_reason", 1)]
    assert "web-someone" not in settings.events_file.read_text("utf-8")
    assert "web-other" in settings.events_file.read_text("utf-8")
    assert [row[0] for row in cells(tables, "live_conversations")] == ["web-other"]


def test_vault_positions_and_pictures_go_when_their_time_is_over(parts: Any) -> None:
    settings, tables, clock, kept = parts
    key = SecretStore(settings.secrets_dir).get("vault")
    vault, media = Vault(settings.vault_db, key, clock), MediaStore(settings.vault_db, key, clock)
    vault.put("c1", "PHONE", "19900000001")
    vault.put("c1", "GEO", "30.65,104.06")
    media.put("c1", Media("image/png", "code.png", b"x"), timedelta(hours=24))
    clock.moment = START + timedelta(minutes=61)
    run(kept)
    assert len(cells(tables, "vault_entries")) == 1
    assert len(cells(tables, "media")) == 1
    clock.moment = START + timedelta(days=31)
    run(kept)
    assert cells(tables, "vault_entries") == cells(tables, "media") == []


def test_the_last_word_on_consent_outlives_three_years_earlier_ones_do_not(parts: Any) -> None:
    settings, _, clock, kept = parts
    ledger = ConsentLedger(settings.vault_db, clock)
    ledger.record("s", "health", "2022-09-05", True)
    ledger.record("s", "health", "2022-09-05", False)
    clock.moment = START + timedelta(days=1095)
    assert run(kept)["consents"] == 0
    clock.moment = START + timedelta(days=1097)
    assert run(kept)["consents"] == 1
    assert [word.granted for word in ledger.history("s")] == [False]


def test_every_rule_of_the_bot_has_its_store_and_is_planned(parts: Any) -> None:
    *_, kept = parts
    assert {s.rule for s in kept} == {r.name for r in load_rules().values() if r.process == "bot"}
    assert len(plan(kept)) == len(kept)


def test_a_forgotten_conversation_leaves_store_outbox_and_file(parts: Any) -> None:
    settings, tables, _, _ = parts
    relay = EventRelay(tables, FileSink(settings.events_file))
    say(tables, "web-someone", START)
    relay.drain()
    say(tables, "web-other", START)
    tables.forget("web-someone")
    say(tables, "web-third", START)
    tables.forget("web-third")
    relay.drain()
    lines = [json.loads(line) for line in settings.events_file.read_text("utf-8").splitlines()]
    assert [line["sender_id"] for line in lines] == ["web-other"]
    assert not cells(tables, "event_outbox")
