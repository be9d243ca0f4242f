"""Accounts: passwords, waiting after wrong guesses, one-time codes, and what separates duties."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyotp
import pytest
from argon2 import PasswordHasher
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.accounts import second_factor
from hotline.accounts.book import AccountBook
from hotline.accounts.entry import Entry
from hotline.accounts.errors import (
    AccountChanged,
    BadAccount,
    LastAdministrator,
    NumberTaken,
    RolesApart,
    WeakPassword,
    WrongCode,
    WrongEntry,
)
from hotline.accounts.passwords import Passwords, check_strength, one_time_password
from hotline.accounts.pauses import LONGEST_PAUSE_S, Pauses, network_of, pause_after
from hotline.accounts.people import Profile
from hotline.errors import TooManyTries
from hotline.store import open_store

NOW = 1_700_000_000
GOOD = "竹林-铁轨-37-豆花-天空"
ADMIN = Profile("甲", frozenset({"admin"}), capacity=0)
AGENT = Profile("乙", frozenset({"agent"}), languages=("en", "zh"), districts=("510107",), topics=("code",))


@pytest.fixture
def engine(tmp_path: Path) -> Any:
    return open_store(f"sqlite:///{tmp_path}/desk.sqlite3")


@pytest.fixture
def book(engine: Any) -> AccountBook:
    return AccountBook(engine, b"n" * 32, demo=False)


@pytest.fixture(scope="module")
def passwords() -> Passwords:
    return Passwords(1, 64, 1)


@pytest.fixture
def entry(engine: Any, book: AccountBook, passwords: Passwords) -> Entry:
    book.add("A001", AGENT, passwords.hashed(GOOD), must_change=False)
    return Entry(book, passwords, Pauses(engine, 5, 20), least=12)


# passwords


def test_hash_is_argon2id_and_no_two_are_the_same(passwords: Passwords) -> None:
    first, second = passwords.hashed(GOOD), passwords.hashed(GOOD)
    assert first.startswith("$argon2id$") and first != second
    assert passwords.matches(first, GOOD) and not passwords.matches(first, GOOD + "x")


def test_two_keyboards_type_the_same_password(passwords: Passwords) -> None:
    stored = passwords.hashed("ｃａｆｅ\u0301 竹林 37")
    assert passwords.matches(stored, "caf\u00e9 竹林 37")


@pytest.mark.parametrize("stored", ["", "x", "$argon2id$v=19$m=64,t=1,p=1$AAAA$BBBB"])
def test_damaged_hash_lets_nobody_in(passwords: Passwords, stored: str) -> None:
    assert not passwords.matches(stored, "")
    assert not passwords.matches(stored, GOOD)


def test_log_in_renews_a_hash_of_older_parameters(entry: Entry, book: AccountBook, engine: Any) -> None:
    stronger = replace(entry, passwords=Passwords(2, 128, 1))
    before = book.get("A001").password
    stronger.by_password("A001", GOOD, "10.0.0.1", NOW)
    after = book.get("A001").password
    assert after != before and "m=128,t=2" in after
    stronger.by_password("A001", GOOD, "10.0.0.1", NOW)
    assert book.get("A001").password == after


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("短短短", "至少12位"),
        ("a" * 201, "最多200位"),
        ("我的A001竹林铁轨三十七", "工号"),
        ("aaaaaaaaaaaaaaaa", "重复"),
        ("abababababab", "重复"),
        ("password123456", "太常见"),
        ("P@ssw0rd-P@ssw0rd", "太常见"),
        ("qwertyuiop[]1234", "太常见"),
        ("Tianfu@Chengdu2022", "太常见"),
        ("woaini5201314zhang", "太常见"),
        ("1q2w3e4r!@#$1q2w3e4r", "太常见"),
        ("987654321098765", "太常见"),
    ],
)
def test_weak_password_is_refused_in_plain_words(password: str, said: str) -> None:
    with pytest.raises(WeakPassword, match=said):
        check_strength(password, "A001", 12)


@pytest.mark.parametrize(
    "password", [GOOD, "correct horse battery", "luzhou-9-kiwi-rail", "今天下雨我没有带伞呀真糟"]
)
def test_good_password_needs_no_rare_signs(password: str) -> None:
    check_strength(password, "A001", 12)


@settings(max_examples=200)
@given(st.builds(one_time_password))
def test_one_time_password_passes_the_rule(password: str) -> None:
    check_strength(password, "A001", 12)


# log-in


@pytest.mark.parametrize("state", ["wrong", "nobody", "closed", "demonstration over"])
def test_who_is_not_let_in_costs_the_same_work_and_hears_the_same_words(
    entry: Entry, book: AccountBook, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    looked_at: list[str] = []
    verify = PasswordHasher.verify

    def counted(self: PasswordHasher, stored: str, given: str) -> bool:
        looked_at.append(stored.rsplit("$", 2)[0])
        return bool(verify(self, stored, given))

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    if state == "closed":
        book.disable("A001", 1)
    if state == "demonstration over":
        book.add("D9", AGENT, book.get("A001").password, must_change=False, demo=True)
    number = {"nobody": "X1", "demonstration over": "D9"}.get(state, "A001")
    with pytest.raises(WrongEntry, match="工号或密码不对。"):
        entry.by_password(number, "wrong" if state == "wrong" else GOOD, "10.0.0.1", NOW)
    assert looked_at == ["$argon2id$v=19$m=64,t=1,p=1"]


def test_pauses_grow_and_end() -> None:
    grown = [pause_after(failures, 5) for failures in range(3, 14)]
    assert grown == [0, 0, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]
    assert pause_after(10_000, 5) == LONGEST_PAUSE_S


def test_each_wrong_guess_after_a_pause_makes_a_longer_one(engine: Any) -> None:
    pauses, now, waits = Pauses(engine, 2, 100), NOW, []
    for _ in range(5):
        try:
            pauses.begin("A001", "10.0.0.1", now)
        except TooManyTries as refusal:
            waits.append(refusal.retry_after)
            now += refusal.retry_after
            pauses.begin("A001", "10.0.0.1", now)
    assert waits == [60, 120, 240]
    pauses.forget("A001")
    pauses.begin("A001", "10.0.0.1", now)


def test_guesses_at_the_same_moment_are_counted_one_by_one(engine: Any) -> None:
    pauses, start, looked_at = Pauses(engine, 5, 100), threading.Barrier(16), []

    def guess() -> None:
        start.wait()
        try:
            pauses.begin("A001", "10.0.0.1", NOW)
        except TooManyTries:
            return
        looked_at.append(1)

    threads = [threading.Thread(target=guess) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(looked_at) == 5


def test_ones_own_log_in_does_not_clear_guesses_at_others(engine: Any) -> None:
    """Somebody with an account could otherwise guess for ever, logging in between."""
    pauses = Pauses(engine, 5, 6)
    refused = None
    for number in range(20):
        try:
            pauses.begin(f"X{number}", "10.0.0.1", NOW)
            pauses.begin("A001", "10.0.0.1", NOW)
            pauses.succeeded("A001", "10.0.0.1")
        except TooManyTries:
            refused = number
            break
    assert refused == 5


def test_failures_of_yesterday_are_forgotten(engine: Any) -> None:
    pauses = Pauses(engine, 2, 100)
    for _ in range(2):
        pauses.begin("A001", "10.0.0.1", NOW)
    pauses.begin("A001", "10.0.0.1", NOW + 86_401)
    pauses.begin("A001", "10.0.0.1", NOW + 86_401)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::1", "::1"),
        ("nonsense", "nonsense"),
    ],
)
def test_an_address_of_version_six_is_counted_by_its_line(address: str, network: str) -> None:
    assert network_of(address) == network


# one-time codes


@pytest.fixture
def enrolled(entry: Entry, book: AccountBook) -> str:
    """The secret of A001 after turning one-time codes on."""
    secret = book.waiting_secret("A001", second_factor.new_secret())
    entry.turn_on("A001", pyotp.TOTP(secret).at(NOW - 60 - 30), NOW - 60)
    return secret


def test_code_of_now_one_before_and_one_after_is_right_and_no_other() -> None:
    secret = second_factor.new_secret()
    totp, step = pyotp.TOTP(secret), int(NOW) // 30
    found = [second_factor.step_of(secret, totp.at(NOW + 30 * offset), NOW) for offset in range(-3, 4)]
    assert found == [None, None, step - 1, step, step + 1, None, None]


@given(st.text(max_size=12))
def test_any_text_is_no_code(typed: str) -> None:
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    codes = {pyotp.TOTP(secret).at(NOW + 30 * offset) for offset in (-1, 0, 1)}
    found = second_factor.step_of(secret, typed, NOW)
    assert (found is not None) == ("".join(typed.split()) in codes)


def test_code_with_the_gap_apps_show_is_read() -> None:
    secret = second_factor.new_secret()
    code = pyotp.TOTP(secret).at(NOW)
    assert second_factor.step_of(secret, f" {code[:3]} {code[3:]} ", NOW) is not None


def test_a_code_works_once_and_no_earlier_one_after_it(entry: Entry, enrolled: str) -> None:
    totp = pyotp.TOTP(enrolled)
    entry.by_code("A001", totp.at(NOW), "10.0.0.1", NOW)
    for code in (totp.at(NOW), totp.at(NOW - 30)):
        with pytest.raises(WrongCode):
            entry.by_code("A001", code, "10.0.0.1", NOW)
    assert entry.by_code("A001", totp.at(NOW + 30), "10.0.0.1", NOW + 30) == "code"


def test_the_code_that_turned_it_on_does_not_log_in(entry: Entry, book: AccountBook) -> None:
    secret = book.waiting_secret("A001", second_factor.new_secret())
    code = pyotp.TOTP(secret).at(NOW)
    entry.turn_on("A001", code, NOW)
    with pytest.raises(WrongCode):
        entry.by_code("A001", code, "10.0.0.1", NOW)


def test_qr_grows_and_shrinks_with_its_page() -> None:
    """Without a view box a page that makes the picture smaller shows a corner of it, which no phone reads."""
    svg = second_factor.qr_of(second_factor.new_secret(), "A001")
    assert "viewBox" in svg
    assert "width=" not in svg.split(">")[0]
    assert "style" not in svg


def test_two_windows_with_one_code_let_one_in(entry: Entry, enrolled: str) -> None:
    code, let_in, start = pyotp.TOTP(enrolled).at(NOW), [], threading.Barrier(4)

    def try_it(number: int) -> None:
        start.wait()
        try:
            let_in.append(entry.by_code("A001", code, f"10.0.0.{number}", NOW))
        except (WrongCode, TooManyTries):
            return

    threads = [threading.Thread(target=try_it, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert let_in == ["code"]


def test_recovery_codes_work_once_each_and_are_not_kept(entry: Entry, book: AccountBook, engine: Any) -> None:
    secret = book.waiting_secret("A001", second_factor.new_secret())
    codes = entry.turn_on("A001", pyotp.TOTP(secret).at(NOW), NOW)
    assert len(set(codes)) == 10
    assert entry.by_code("A001", codes[0].upper().replace("-", " "), "10.0.0.1", NOW) == "recovery"
    with pytest.raises(WrongCode):
        entry.by_code("A001", codes[0], "10.0.0.1", NOW)
    assert book.codes_left("A001") == 9
    fresh = entry.new_codes("A001")
    with pytest.raises(WrongCode):
        entry.by_code("A001", codes[1], "10.0.0.1", NOW)
    assert entry.by_code("A001", fresh[1], "10.0.0.1", NOW) == "recovery"
    stored = Path(engine.url.database).read_bytes()
    assert not any(second_factor.recovery_form(code).encode() in stored for code in [*codes, *fresh])


def test_secret_is_sealed_for_its_account(
    book: AccountBook, entry: Entry, enrolled: str, engine: Any
) -> None:
    assert book.secret("A001") == enrolled
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    assert enrolled.encode() not in Path(engine.url.database).read_bytes()


def test_wrong_codes_are_counted_like_wrong_passwords(entry: Entry, enrolled: str) -> None:
    totp = pyotp.TOTP(enrolled)
    refused = 0
    for _ in range(8):
        try:
            entry.by_password("A001", GOOD, "10.0.0.1", NOW)
            entry.by_code("A001", "000000" if totp.at(NOW) != "000000" else "000001", "10.0.0.1", NOW)
        except WrongCode:
            continue
        except TooManyTries:
            refused += 1
    assert refused >= 5


# accounts


def test_account_comes_back_as_it_was_put_in(book: AccountBook) -> None:
    book.add("A001", AGENT, "hash", must_change=True)
    found = book.get("A001")
    assert (found.profile, found.must_change, found.version) == (AGENT, True, 1)
    assert "hash" not in repr(found)


def test_a_number_is_given_once(book: AccountBook) -> None:
    book.add("A001", AGENT, "hash", must_change=True)
    with pytest.raises(NumberTaken):
        book.add("A001", ADMIN, "hash", must_change=True)
    assert book.get("A001").profile == AGENT


def test_last_administrator_stays(book: AccountBook) -> None:
    book.add("M1", ADMIN, "hash", must_change=False)
    book.add("M2", ADMIN, "hash", must_change=False)
    book.disable("M2", 1)
    with pytest.raises(LastAdministrator):
        book.disable("M1", 1)
    with pytest.raises(LastAdministrator):
        book.change("M1", AGENT, 1)
    assert not book.get("M1").disabled
    assert book.get("M1").profile.roles == {"admin"}
    book.disable("M2", 2, disabled=False)
    book.change("M1", AGENT, 1)


def test_administrator_of_the_demonstration_does_not_count_without_it(engine: Any, book: AccountBook) -> None:
    book.add("M1", ADMIN, "hash", must_change=False)
    book.add("M2", ADMIN, "hash", must_change=False, demo=True)
    with pytest.raises(LastAdministrator):
        book.disable("M1", 1)
    AccountBook(engine, b"n" * 32, demo=True).disable("M1", 1)


def test_two_administrators_cannot_remove_each_other_at_the_same_moment(book: AccountBook) -> None:
    for number in ("M1", "M2"):
        book.add(number, ADMIN, "hash", must_change=False)
    start, refused = threading.Barrier(2), []

    def remove(number: str) -> None:
        start.wait()
        try:
            book.disable(number, 1)
        except LastAdministrator:
            refused.append(number)

    threads = [threading.Thread(target=remove, args=(number,)) for number in ("M1", "M2")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1


def test_change_from_an_old_form_is_refused(book: AccountBook) -> None:
    book.add("A001", AGENT, "hash", must_change=False)
    book.change("A001", replace(AGENT, capacity=5), 1)
    with pytest.raises(AccountChanged):
        book.change("A001", replace(AGENT, capacity=9), 1)
    assert book.get("A001").profile.capacity == 5


@pytest.mark.parametrize(
    "roles", [{"admin", "agent"}, {"admin", "auditor"}, {"auditor", "leader"}, {"admin", "quality"}]
)
def test_roles_that_check_each_other_are_not_held_together(book: AccountBook, roles: set[str]) -> None:
    with pytest.raises(RolesApart, match="不能既是"):
        book.add("A001", replace(AGENT, roles=frozenset(roles)), "hash", must_change=False)


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"name": "长" * 41},
        {"name": "换\n行"},
        {"roles": frozenset()},
        {"roles": frozenset({"king"})},
        {"roles": frozenset({"department"})},
        {"capacity": -1},
        {"capacity": 21},
        {"languages": ("<b>",)},
        {"topics": tuple(f"t{n}" for n in range(31))},
    ],
)
def test_profile_that_cannot_be_so_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(BadAccount):
        replace(AGENT, **change).checked()
