"""The first administrator, and the people of the demonstration: made when they are missing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from privacy.secrets import SecretStore

from .book import AccountBook
from .errors import NumberTaken
from .passwords import Passwords
from .people import Profile

FIRST_NUMBER = "ADMIN"
#: Names of files in `var/secrets`: the first administrator's one-time password; that of all demonstration accounts.
FIRST_PASSWORD = "desk_admin_password"  # noqa: S105 – a file's name
DEMO_PASSWORD = "desk_password"  # noqa: S105 – a file's name
_DEMO = Path(__file__).with_name("demo.yml")


@dataclass(frozen=True)
class DemoPerson:
    """One of `demo.yml`."""

    number: str
    profile: Profile


@lru_cache(maxsize=1)
def demo_people() -> tuple[DemoPerson, ...]:
    """Return the people of the demonstration."""
    raw: list[dict[str, Any]] = yaml.safe_load(_DEMO.read_text("utf-8"))
    return tuple(
        DemoPerson(
            one["number"],
            Profile(
                name=one["name"],
                roles=frozenset(one["roles"]),
                department=one.get("department", ""),
                languages=tuple(one["languages"]),
                districts=tuple(one["districts"]),
                topics=tuple(one["topics"]),
                capacity=one["capacity"],
            ),
        )
        for one in raw
    )


def prepare(book: AccountBook, passwords: Passwords, secrets: SecretStore, *, demo: bool) -> list[str]:
    """Make what is missing; return the numbers that were added.

    The administrator is made only while nobody but the demonstration's people has an account: whoever was removed later
    does not come back.
    """
    known = book.everybody()
    added = []
    if all(account.demo for account in known):
        profile = Profile("初始管理员", frozenset({"admin"}), capacity=0)
        first = passwords.hashed(secrets.text(FIRST_PASSWORD))
        added += _add(book, FIRST_NUMBER, profile, first, must_change=True)
    if demo:
        numbers = {account.number for account in known}
        missing = [person for person in demo_people() if person.number not in numbers]
        if missing:
            shared = passwords.hashed(secrets.text(DEMO_PASSWORD))
            for person in missing:
                added += _add(book, person.number, person.profile, shared, must_change=False, demo=True)
    return added


def _add(
    book: AccountBook,
    number: str,
    profile: Profile,
    password: str,
    *,
    must_change: bool,
    demo: bool = False,
) -> list[str]:
    try:
        book.add(number, profile, password, must_change=must_change, demo=demo)
    except NumberTaken:
        return []  # another process has just made it
    return [number]


def forget_first_password(secrets: SecretStore, number: str) -> None:
    """Delete the file of the one-time password once its owner has chosen another."""
    if number == FIRST_NUMBER:
        secrets.path(FIRST_PASSWORD).unlink(missing_ok=True)
