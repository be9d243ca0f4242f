"""`python -m hotline accounts …`: accounts from the terminal of the machine, for the first one and for emergencies."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from .errors import AccountError
from .passwords import one_time_password
from .people import Profile, number_of
from .permissions import role_book

if TYPE_CHECKING:
    from ..desk import Desk


def add_to(commands: Any) -> None:
    """Add the command to the parser of `python -m hotline`."""
    parser = commands.add_parser("accounts", help="add, list, reset, unlock, disable and enable accounts")
    what = parser.add_subparsers(dest="what", required=True, metavar="what")
    what.add_parser("list", help="every account with roles and state")
    add = what.add_parser("add", help="add an account and print its one-time password")
    add.add_argument("number")
    add.add_argument("--name", required=True)
    add.add_argument("--role", required=True, action="append", choices=list(role_book().roles))
    add.add_argument("--department", default="")
    add.add_argument("--language", action="append", default=[])
    add.add_argument("--district", action="append", default=[])
    add.add_argument("--topic", action="append", default=[])
    add.add_argument("--capacity", type=int, default=3)
    reset = what.add_parser("reset", help="print a new one-time password; end all sessions")
    reset.add_argument("number")
    reset.add_argument("--second-factor", action="store_true", help="also turn one-time codes off")
    for name, does in (
        ("unlock", "let somebody try again at once after wrong passwords"),
        ("disable", "close an account and end its sessions"),
        ("enable", "open a closed account"),
    ):
        what.add_parser(name, help=does).add_argument("number")


def run(desk: Desk, chosen: argparse.Namespace) -> int:
    """Carry a command out; return the exit status."""
    try:
        if chosen.what == "list":
            _list(desk)
        else:
            _change(desk, chosen, number_of(chosen.number))
    except AccountError as error:
        sys.stderr.write(f"{error.sentence}\n")
        return 1
    finally:
        desk.close()
    return 0


def _list(desk: Desk) -> None:
    waiting = desk.entry.pauses.waiting(desk.unix())
    for account in desk.accounts.everybody():
        marks = [
            word
            for word, holds in (
                ("closed", account.disabled),
                ("demonstration", account.demo),
                ("new password due", account.must_change),
                ("one-time codes", account.second_factor),
                (f"waits {waiting.get(account.number, 0)} s", account.number in waiting),
            )
            if holds
        ]
        roles = ",".join(sorted(account.profile.roles))
        print(f"{account.number:<12} {roles:<20} {account.profile.name} {', '.join(marks)}".rstrip())


def _change(desk: Desk, chosen: argparse.Namespace, number: str) -> None:
    if chosen.what == "add":
        profile = Profile(
            name=chosen.name,
            roles=frozenset(chosen.role),
            department=chosen.department,
            languages=tuple(chosen.language) or ("zh",),
            districts=tuple(chosen.district),
            topics=tuple(chosen.topic),
            capacity=chosen.capacity,
        )
        first = one_time_password()
        desk.accounts.add(number, profile, desk.entry.passwords.hashed(first), must_change=True)
        print(first)
    elif chosen.what == "reset":
        desk.accounts.get(number)
        print(reset(desk, number, second_factor=chosen.second_factor))
    elif chosen.what == "unlock":
        desk.accounts.get(number)
        desk.entry.pauses.forget(number)
    else:
        account = desk.accounts.get(number)
        desk.accounts.disable(number, account.version, disabled=chosen.what == "disable")
        desk.sessions.end_all(number)
    note_from_terminal(desk, f"account.{_DONE[chosen.what]}", number)


_DONE = {
    "add": "added",
    "reset": "reset",
    "unlock": "unlocked",
    "disable": "disabled",
    "enable": "enabled",
}


def reset(desk: Desk, number: str, *, second_factor: bool) -> str:
    """Give an account a one-time password and end its sessions; return the password, told this once. Blocking."""
    first = one_time_password()
    desk.accounts.set_password(number, desk.entry.passwords.hashed(first), must_change=True)
    if second_factor:
        desk.accounts.drop_secret(number)
    desk.entry.pauses.forget(number)
    desk.sessions.end_all(number)
    return first


def note_from_terminal(desk: Desk, action: str, subject: str) -> None:
    """Write down what was done at the terminal, by nobody who is known."""
    desk.audit.record("-", action, subject, at=desk.now(), request_id="terminal")
