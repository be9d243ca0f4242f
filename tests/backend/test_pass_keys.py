"""Changing the key that signs codes: nobody at a door is left without, nothing that counts stops counting."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from backend.pass_keys import KEPT, NEXT, PRESENT, NotPrepared, change, load, main, prepare, replace_leaked
from passes.errors import UnknownKey
from passes.keys import private_key, published, read_keys
from passes.payload import OFFLINE_LIFE, Pass, new_serial, sign, verify
from privacy.secrets import SecretStore

NOW = datetime(2022, 9, 5, 1, tzinfo=timezone.utc)
CODE = Pass("offline", new_serial(), NOW, NOW + OFFLINE_LIFE, "green", "王*", "51**12")


@pytest.fixture
def secrets(tmp_path):
    return SecretStore(tmp_path / "secrets")


def signed(secrets, now=NOW):
    return sign(CODE, private_key(load(secrets, now).signing))


def test_the_next_key_is_published_before_it_signs(secrets):
    before = load(secrets, NOW)
    prepare(secrets)
    prepared = load(secrets, NOW)
    assert prepared.signing == before.signing
    assert len(prepared.trusted()) == 2
    change(secrets, NOW)
    assert load(secrets, NOW).signing != before.signing
    assert set(load(secrets, NOW).trusted()) == set(prepared.trusted())


def test_a_code_of_the_old_key_counts_as_long_as_it_would_have(secrets):
    old = signed(secrets)
    prepare(secrets)
    change(secrets, NOW)
    new = signed(secrets)
    for text in (old, new):
        assert verify(text, load(secrets, NOW + OFFLINE_LIFE).trusted()).name == CODE.name
    much_later = load(secrets, NOW + KEPT + timedelta(seconds=1)).trusted()
    assert verify(new, much_later).name == CODE.name
    with pytest.raises(UnknownKey):
        verify(old, much_later)


def test_a_door_that_fetched_after_the_preparation_needs_no_network_at_the_change(secrets):
    load(secrets, NOW)
    prepare(secrets)
    fetched = read_keys(json.dumps({"keys": published(load(secrets, NOW).trusted())}))
    change(secrets, NOW)
    assert verify(signed(secrets), fetched).name == CODE.name


def test_a_change_that_was_killed_half_way_is_repeated(secrets, monkeypatch):
    old = signed(secrets)
    prepare(secrets)
    with monkeypatch.context() as killed:
        killed.setattr("pathlib.Path.replace", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            change(secrets, NOW)
    assert verify(signed(secrets), load(secrets, NOW).trusted()).name == CODE.name
    change(secrets, NOW)
    assert not secrets.path(NEXT).exists()
    assert verify(old, load(secrets, NOW).trusted()).name == CODE.name


def test_the_old_private_key_is_gone_and_no_file_is_readable_by_others(secrets):
    old = load(secrets, NOW).signing
    prepare(secrets)
    change(secrets, NOW)
    files = list(secrets.directory.iterdir())
    assert not any(old.hex() in file.read_text() for file in files)
    assert {file.stat().st_mode & 0o077 for file in files} == {0}


def test_nothing_changes_without_a_preparation(secrets, capsys):
    old = load(secrets, NOW).signing
    with pytest.raises(NotPrepared):
        change(secrets, NOW)
    assert main(["change"], {"JKT_VAR_DIR": str(secrets.directory.parent)}) == 1
    assert "prepare" in capsys.readouterr().err
    assert load(secrets, NOW).signing == old


def test_the_commands_do_both_steps(secrets, capsys):
    old = load(secrets, NOW).signing
    environment = {"JKT_VAR_DIR": str(secrets.directory.parent)}
    assert main(["prepare"], environment) == 0
    assert main(["change"], environment) == 0
    assert "next start" in capsys.readouterr().out
    assert secrets.get(PRESENT) != old


def test_after_a_leak_nothing_signed_before_is_believed(secrets):
    first = signed(secrets)
    prepare(secrets)
    change(secrets, NOW)
    second = signed(secrets)
    prepare(secrets)
    replace_leaked(secrets)
    keys = load(secrets, NOW).trusted()
    assert len(keys) == 1
    assert verify(signed(secrets), keys).serial == CODE.serial
    for text in (first, second):
        with pytest.raises(UnknownKey):
            verify(text, keys)


def test_the_platform_publishes_all_of_them(settings, start_platform, secrets):
    prepare(secrets)
    keys = load(secrets, NOW)
    platform = start_platform(replace(settings, pass_keys=keys))
    answer = platform.http.get(f"{platform.url}/pass-keys", timeout=10)
    assert set(read_keys(answer.text)) == set(keys.trusted())
