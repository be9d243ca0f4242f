"""Secrets are made once and stay private; consent is a list that only grows."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from privacy.consent import ConsentLedger, subject_of
from privacy.errors import SecretUnusable
from privacy.secrets import SecretStore


def test_a_secret_is_made_once_and_is_private(tmp_path: Path) -> None:
    store = SecretStore(tmp_path / "secrets")
    first = store.get("vault")
    assert len(first) == 32 and store.get("vault") == first != store.get("payload")
    assert stat.S_IMODE((tmp_path / "secrets" / "vault").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700
    assert len(store.text("desk_password")) >= 16
    assert sorted(path.name for path in (tmp_path / "secrets").iterdir()) == [
        "desk_password",
        "payload",
        "vault",
    ]


def test_many_that_ask_at_once_get_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: SecretStore(tmp_path).get("vault"), range(64)))
    assert len(set(answers)) == 1


@pytest.mark.parametrize("content", ["", "zz", "00", "00" * 31])
def test_a_broken_secret_is_an_error(tmp_path: Path, content: str) -> None:
    path = tmp_path / "vault"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(SecretUnusable):
        SecretStore(tmp_path).get("vault")


def test_a_secret_others_may_read_is_an_error(tmp_path: Path) -> None:
    SecretStore(tmp_path).get("vault")
    (tmp_path / "vault").chmod(0o640)
    with pytest.raises(SecretUnusable):
        SecretStore(tmp_path).get("vault")


@pytest.mark.parametrize("name", ["../vault", "", "a/b", "A", ".hidden"])
def test_a_name_is_a_plain_word(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="name of a secret"):
        SecretStore(tmp_path).get(name)


def test_the_latest_word_counts_and_the_earlier_stay(tmp_path: Path) -> None:
    now = datetime(2022, 9, 5, tzinfo=timezone.utc)
    ledger = ConsentLedger(f"sqlite:///{tmp_path}/consent.sqlite3", lambda: now)
    me = subject_of("conversation", "web")
    assert ledger.current(me, "identity") is None
    ledger.record(me, "identity", "1", granted=True)
    now += timedelta(days=1)
    ledger.record(me, "identity", "2", granted=False)
    latest = ledger.current(me, "identity")
    assert latest is not None and (latest.granted, latest.version, latest.at) == (False, "2", now)
    assert ledger.current(me, "family") is None
    assert ledger.current(subject_of("conversation", "wechat"), "identity") is None


def test_a_subject_names_nobody() -> None:
    assert "conversation" not in subject_of("conversation", "web")
    assert subject_of("a", "bc") != subject_of("ab", "c")
