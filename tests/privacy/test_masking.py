"""Masking and the vault: what goes in comes back in its own conversation, and nowhere else."""

from __future__ import annotations

import sqlite3
import unicodedata
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from privacy.errors import UnknownToken, VaultTampered
from privacy.kinds import KINDS, LIFETIMES, TOKEN, kind_of
from privacy.masking import Masker, mask_value, neutralise, scrub
from privacy.vault import Vault

KEY = bytes(range(32))
START = datetime(2022, 9, 5, 1, 0, tzinfo=timezone.utc)


class Clock:
    """A clock that only tests turn."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """The vault's clock."""
    return Clock()


@pytest.fixture
def vault(tmp_path: Path, clock: Clock) -> Vault:
    """An empty vault."""
    return Vault(f"sqlite:///{tmp_path}/vault.sqlite3", KEY, clock)


def test_a_masked_text_is_read_back_through_the_vault(vault: Vault) -> None:
    masked = Masker(vault).mask("我叫王小明，电话138 1234 5678", "c")
    assert TOKEN.sub("", masked.text) == "我叫，电话"
    assert [vault.get("c", token).value for token in masked.tokens] == ["王小明", "13812345678"]
    assert [kind_of(token) for token in masked.tokens] == ["NAME", "PHONE"]


def test_a_wrong_number_is_named_as_wrong(vault: Vault) -> None:
    masked = Masker(vault).mask("510104199003071230", "c")
    assert masked.invalid == set(masked.tokens) and len(masked.tokens) == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.text(max_size=80), st.sampled_from([None, "name", "phone", "otp", "document"]))
def test_masking_twice_changes_nothing_but_what_looks_like_a_token(
    vault: Vault, text: str, expects: str | None
) -> None:
    class Fixed:
        def put(self, conversation_id: str, kind: str, value: str) -> str:
            return f"<{kind}#aaaaaaaa>"

    once = Masker(Fixed()).mask(text, "c", expects)
    assert once.text.count("#aaaaaaaa>") >= len(once.tokens)
    assert scrub(once.text) == scrub(scrub(once.text))


@pytest.mark.parametrize(
    "typed",
    [
        "<ID#aaaaaaaa>",
        "＜ID＃aaaaaaaa＞",
        "< ID #aaaaaaaa>",
        "<id#aaaaaaaa>",
        "＜ＩＤ#aaaaaaaa>",
        "<SESSION#aaaaaaaa>",
    ],
)
def test_a_typed_token_never_resolves(vault: Vault, typed: str) -> None:
    masked = Masker(vault).mask(f"查{typed}的码", "c")
    assert not TOKEN.search(masked.text)
    assert not TOKEN.search(unicodedata.normalize("NFKC", masked.text))


def test_a_copied_token_of_the_same_conversation_does_not_resolve_either(vault: Vault) -> None:
    [token] = Masker(vault).mask("13812345678", "c").tokens
    assert token not in Masker(vault).mask(f"电话是{token}", "c").text


def test_a_text_without_look_alikes_is_left_alone() -> None:
    text = "a < b # c <b> 😀"
    assert neutralise(text) == text


def test_scrubbing_leaves_tokens_and_is_final() -> None:
    assert scrub("<ID#k7m2q9xa>打13812345678") == "<ID#k7m2q9xa>打<PHONE>"


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("PHONE", "13812345678", "138****5678"),
        ("PHONE", "02887654321", "028****4321"),
        ("ID", "51010419900307123X", "51**************3X"),
        ("PASSPORT", "E12345678", "E1*****78"),
        ("PERMIT", "12345678", "1******8"),
        ("NAME", "王小明", "王**"),
        ("NAME", "欧阳娜娜", "欧阳**"),
        ("NAME", "张三", "张*"),
        ("NAME", "John Smith", "J*** S****"),
        ("NAME", "阿卜杜拉·买买提", "阿*******"),
        ("OTP", "123456", "****"),
        ("GEO", "30.6,104.0", "****"),
    ],
)
def test_values_shown_to_people_are_starred(kind: str, value: str, shown: str) -> None:
    assert mask_value(kind, value) == shown  # type: ignore[arg-type]


@given(st.sampled_from(KINDS), st.text(min_size=1, max_size=20))
def test_a_starred_value_never_shows_all(kind: str, value: str) -> None:
    assert mask_value(kind, value) != value or set(value) <= {"*"} or value.isspace()  # type: ignore[arg-type]


def test_the_same_value_has_one_token_in_one_conversation_and_others_elsewhere(vault: Vault) -> None:
    assert vault.put("a", "ID", "x") == vault.put("a", "ID", "x")
    assert vault.put("a", "ID", "x") != vault.put("b", "ID", "x")
    assert vault.put("a", "ID", "x") != vault.put("a", "PHONE", "x")


@pytest.mark.parametrize(
    "token", ["<ID#aaaaaaaa>", "<ID#AAAAAAAA>", "", "x", "<ID#aaaaaaa>", "<ID#aaaaaaaa> "]
)
def test_an_unknown_token_is_refused(vault: Vault, token: str) -> None:
    with pytest.raises(UnknownToken):
        vault.get("a", token)


def test_a_token_of_another_conversation_is_refused(vault: Vault) -> None:
    token = vault.put("a", "ID", "x")
    with pytest.raises(UnknownToken):
        vault.get("b", token)
    with pytest.raises(UnknownToken):
        vault.get("a", token.replace("<ID", "<PHONE"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_value_lives_as_long_as_its_kind_and_is_then_purged(vault: Vault, clock: Clock, kind: str) -> None:
    token = vault.put("a", kind, "x")  # type: ignore[arg-type]
    clock.now = START + LIFETIMES[kind] - timedelta(seconds=1)  # type: ignore[index]
    assert vault.get("a", token).value == "x"
    clock.now += timedelta(seconds=1)
    with pytest.raises(UnknownToken):
        vault.get("a", token)
    assert vault.purge(clock.now) == 1
    assert max(LIFETIMES.values()) <= timedelta(days=30)


def test_an_expired_value_given_again_gets_a_new_token(vault: Vault, clock: Clock) -> None:
    first = vault.put("a", "OTP", "123456")
    clock.now += timedelta(hours=2)
    second = vault.put("a", "OTP", "123456")
    assert first != second and vault.get("a", second).value == "123456"


def test_forgetting_a_conversation_leaves_the_others(vault: Vault) -> None:
    mine, theirs = vault.put("a", "ID", "x"), vault.put("b", "ID", "x")
    assert vault.forget("a") == 1
    with pytest.raises(UnknownToken):
        vault.get("a", mine)
    assert vault.get("b", theirs).value == "x"


def test_neither_value_nor_conversation_is_readable_in_the_file(vault: Vault, tmp_path: Path) -> None:
    vault.put("openid-of-a-person", "ID", "510104199003071236")
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"510104" not in content and b"openid" not in content


def test_another_key_opens_nothing(vault: Vault, tmp_path: Path, clock: Clock) -> None:
    token = vault.put("a", "ID", "x")
    with pytest.raises(UnknownToken):
        Vault(f"sqlite:///{tmp_path}/vault.sqlite3", bytes(32), clock).get("a", token)


def test_a_row_moved_to_another_conversation_is_noticed(vault: Vault, tmp_path: Path) -> None:
    token, other = vault.put("a", "ID", "x"), vault.put("b", "ID", "y")
    with sqlite3.connect(tmp_path / "vault.sqlite3") as database:
        [(sealed,)] = database.execute(
            "SELECT sealed FROM vault_entries WHERE token = ?", (other,)
        ).fetchall()
        database.execute("UPDATE vault_entries SET sealed = ? WHERE token = ?", (sealed, token))
    with pytest.raises(VaultTampered):
        vault.get("a", token)


@given(value=st.text(max_size=40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
def test_any_value_comes_back_as_it_was(vault: Vault, value: str) -> None:
    assert vault.get("a", vault.put("a", "NAME", value)).value == value


def test_a_secret_does_not_show_itself(vault: Vault) -> None:
    assert "秘密" not in repr(vault.get("a", vault.put("a", "NAME", "秘密")))
