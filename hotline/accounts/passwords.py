"""Passwords: hashed with argon2id, and a rule for new ones that says in plain words what is wrong."""

from __future__ import annotations

import re
import secrets
import unicodedata
from functools import lru_cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from .errors import WeakPassword

MAX_PASSWORD = 200
_COMMON = Path(__file__).with_name("common_passwords.txt")
_LEET = str.maketrans("@$!034|", "asio" + "eal")
_LEAST_DISTINCT = 5
_LEAST_OWN = 4
_ROWS = ("abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890", "0987654321")
_LEAST_RUN = 4
#: Letters that cannot be mistaken for each other when read from paper.
_ONE_TIME_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


class Passwords:
    """Hashes passwords and checks them, in the same time for an account that does not exist."""

    def __init__(self, time_cost: int, memory_kib: int, lanes: int) -> None:
        """Use argon2id (RFC 9106) with these parameters; hashes made with others still check."""
        self._hasher = PasswordHasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=lanes)
        self._nobody = self._hasher.hash(secrets.token_urlsafe(16))

    def hashed(self, password: str) -> str:
        """Return the hash to store."""
        return self._hasher.hash(_folded(password))

    def matches(self, stored: str | None, given: str) -> bool:
        """Tell whether a password is right; `None`, for nobody, costs the same and never matches."""
        try:
            right = self._hasher.verify(stored or self._nobody, _folded(given[:MAX_PASSWORD]))
        except (VerificationError, InvalidHashError):
            return False
        return right and stored is not None

    def outdated(self, stored: str) -> bool:
        """Tell whether a hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(stored)


def check_strength(password: str, number: str, least: int) -> None:
    """Let a good new password pass: length first, then what is easy to guess.

    Raises:
        WeakPassword: with what to do about it.
    """
    text = _folded(password)
    if len(text) < least:
        raise WeakPassword(
            f"密码至少{least}位，现在是{len(text)}位。可以用几个不相干的词连起来，好记又难猜。"
        )
    if len(text) > MAX_PASSWORD:
        raise WeakPassword(f"密码最多{MAX_PASSWORD}位。")
    if number.casefold() in text.casefold():
        raise WeakPassword("密码里不要有自己的工号。")
    if len(set(text)) < _LEAST_DISTINCT:
        raise WeakPassword("密码里重复的字符太多，请换一个。")
    if len(_own_part(text)) < _LEAST_OWN:
        raise WeakPassword("这个密码太常见，很容易被猜到，请换一个。")


def one_time_password() -> str:
    """Return a password for the first log-in: four groups of four letters, 79 bits."""
    groups = ("".join(secrets.choice(_ONE_TIME_LETTERS) for _ in range(4)) for _ in range(4))
    return "-".join(groups)


def _own_part(text: str) -> str:
    """Return what is left without common passwords, rows of the keyboard, dates and repetitions."""
    left = text.casefold().translate(_LEET)
    plain = text.casefold()
    for word in _common():
        left, plain = left.replace(word, ""), plain.replace(word, "")
    left, plain = (_without_runs(re.sub(r"(?:19|20)\d{2}", "", one)) for one in (left, plain))
    shorter = min(left, plain, key=len)
    return re.sub(r"(.+?)\1+", r"\1", re.sub(r"[\W_]", "", shorter))


def _without_runs(text: str) -> str:
    for row in _ROWS:
        for run in (row, row[::-1]):
            for size in range(len(run), _LEAST_RUN - 1, -1):
                for start in range(len(run) - size + 1):
                    text = text.replace(run[start : start + size], "")
    return text


@lru_cache(maxsize=1)
def _common() -> tuple[str, ...]:
    """Return the words of the list, longest first, so that none hides a longer one."""
    lines = (line.strip() for line in _COMMON.read_text("utf-8").splitlines())
    return tuple(sorted((line for line in lines if line and not line.startswith("#")), key=len, reverse=True))


def _folded(password: str) -> str:
    """Return the password in one form of Unicode, so that two keyboards type the same (NIST SP 800-63B 5.1.1.2)."""
    return unicodedata.normalize("NFKC", password)
