"""Accounts in the store. Every change names the version it was made from, and one administrator always stays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from privacy.sealing import Sealer

from .errors import AccountChanged, LastAdministrator, NoSuchAccount, NumberTaken
from .people import Account, Profile
from .tables import account_roles, account_skills, accounts, recovery_codes

_KINDS = ("languages", "districts", "topics")


class AccountBook:
    """Reads and changes accounts."""

    def __init__(self, engine: Any, key: bytes, *, demo: bool) -> None:
        """Use the desk's store; `key` seals the secrets of second factors, `demo` opens demonstration accounts."""
        self._engine = engine
        self._sealer = Sealer(key)
        self._demo = demo

    def find(self, number: str) -> Account | None:
        """Return an account that can be used just now; `None` for a closed one, too."""
        found = self._one(number)
        return found if found is not None and self.usable(found) else None

    def get(self, number: str) -> Account:
        """Return an account, closed or not.

        Raises:
            NoSuchAccount: nobody has this number.
        """
        found = self._one(number)
        if found is None:
            raise NoSuchAccount
        return found

    def everybody(self) -> list[Account]:
        """Return all accounts by number."""
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(accounts).order_by(accounts.c.number)).all()
            return [_account(connection, row) for row in rows]

    def usable(self, account: Account) -> bool:
        """Tell whether an account may log in as things stand."""
        return not account.disabled and (self._demo or not account.demo)

    def add(
        self, number: str, profile: Profile, password: str, *, must_change: bool, demo: bool = False
    ) -> None:
        """Add an account; `password` is a hash.

        Raises:
            BadAccount, RolesApart: the profile cannot be so.
            NumberTaken: the number has an account.
        """
        profile.checked()
        try:
            with self._engine.begin() as connection:
                connection.execute(
                    sa.insert(accounts).values(
                        number=number,
                        name=profile.name,
                        department=profile.department,
                        capacity=profile.capacity,
                        password=password,
                        must_change=must_change,
                        disabled=False,
                        demo=demo,
                        totp_step=0,
                        seen_at=0,
                        version=1,
                    )
                )
                _write_lists(connection, number, profile)
        except IntegrityError as error:
            raise NumberTaken from error

    def change(self, number: str, profile: Profile, version: int) -> None:
        """Give an account another profile.

        Raises:
            BadAccount, RolesApart, AccountChanged, LastAdministrator.
        """
        profile.checked()
        with self._keeping_an_administrator() as connection:
            _touch(
                connection,
                number,
                version,
                name=profile.name,
                department=profile.department,
                capacity=profile.capacity,
            )
            for table in (account_roles, account_skills):
                connection.execute(sa.delete(table).where(table.c.number == number))
            _write_lists(connection, number, profile)

    def disable(self, number: str, version: int, *, disabled: bool = True) -> None:
        """Close an account, or open it again.

        Raises:
            AccountChanged, LastAdministrator.
        """
        with self._keeping_an_administrator() as connection:
            _touch(connection, number, version, disabled=disabled)

    def set_password(self, number: str, password: str, *, must_change: bool) -> None:
        """Store the hash of a new password."""
        self._set(number, password=password, must_change=must_change, version=accounts.c.version + 1)

    def rehash(self, number: str, old: str, new: str) -> None:
        """Replace a hash by one of the same password with today's parameters, if it is still there."""
        mine = sa.and_(accounts.c.number == number, accounts.c.password == old)
        with self._engine.begin() as connection:
            connection.execute(sa.update(accounts).where(mine).values(password=new))

    def seen(self, number: str, now: float) -> None:
        """Write down that somebody logged in."""
        self._set(number, seen_at=int(now))

    def waiting_secret(self, number: str, fresh: str) -> str:
        """Return the second factor's secret that waits to be confirmed, `fresh` when there is none yet."""
        sealed = self._sealer.seal(fresh.encode(), f"totp:{number}")
        none_yet = sa.and_(accounts.c.number == number, accounts.c.totp_waiting.is_(None))
        with self._engine.begin() as connection:
            connection.execute(sa.update(accounts).where(none_yet).values(totp_waiting=sealed))
        return self._secret(number, "totp_waiting") or fresh

    def secret(self, number: str) -> str | None:
        """Return the secret of the second factor; `None` when it is off."""
        return self._secret(number, "totp_secret")

    def confirm_secret(self, number: str, step: int, codes: Iterable[str]) -> None:
        """Turn the second factor on with the waiting secret, the used step, and recovery codes."""
        with self._engine.begin() as connection:
            mine = accounts.c.number == number
            connection.execute(
                sa.update(accounts)
                .where(mine)
                .values(
                    totp_secret=accounts.c.totp_waiting,
                    totp_waiting=None,
                    totp_step=step,
                    version=accounts.c.version + 1,
                )
            )
            self._write_codes(connection, number, codes)

    def drop_secret(self, number: str) -> None:
        """Turn the second factor off."""
        with self._engine.begin() as connection:
            connection.execute(
                sa.update(accounts)
                .where(accounts.c.number == number)
                .values(totp_secret=None, totp_waiting=None, version=accounts.c.version + 1)
            )
            connection.execute(sa.delete(recovery_codes).where(recovery_codes.c.number == number))

    def use_step(self, number: str, step: int) -> bool:
        """Take a code's step, once and in order; False when it, or a later one, was taken."""
        later = sa.and_(accounts.c.number == number, accounts.c.totp_step < step)
        with self._engine.begin() as connection:
            taken = connection.execute(sa.update(accounts).where(later).values(totp_step=step))
        return bool(taken.rowcount == 1)

    def new_codes(self, number: str, codes: Iterable[str]) -> None:
        """Replace the recovery codes."""
        with self._engine.begin() as connection:
            self._write_codes(connection, number, codes)

    def use_code(self, number: str, code: str) -> bool:
        """Take a recovery code, once."""
        mine = sa.and_(
            recovery_codes.c.number == number, recovery_codes.c.digest == self._digest(number, code)
        )
        with self._engine.begin() as connection:
            return bool(connection.execute(sa.delete(recovery_codes).where(mine)).rowcount == 1)

    def codes_left(self, number: str) -> int:
        """Return how many recovery codes are left."""
        query = sa.select(sa.func.count()).select_from(recovery_codes)
        with self._engine.connect() as connection:
            return int(connection.execute(query.where(recovery_codes.c.number == number)).scalar_one())

    def _one(self, number: str) -> Account | None:
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(accounts).where(accounts.c.number == number)).first()
            return None if row is None else _account(connection, row)

    def _secret(self, number: str, column: str) -> str | None:
        query = sa.select(accounts.c[column]).where(accounts.c.number == number)
        with self._engine.connect() as connection:
            sealed = connection.execute(query).scalar()
        return None if sealed is None else self._sealer.open(sealed, f"totp:{number}").decode()

    def _set(self, number: str, **values: Any) -> None:
        with self._engine.begin() as connection:
            connection.execute(sa.update(accounts).where(accounts.c.number == number).values(**values))

    @contextmanager
    def _keeping_an_administrator(self) -> Iterator[Any]:
        """Open a transaction that fails when it takes the last administrator away."""
        with self._engine.begin() as connection:
            # The write comes first and touches all: two administrators cannot close each other at the same moment.
            connection.execute(sa.update(accounts).values(version=accounts.c.version))
            before = self._administrators(connection)
            yield connection
            if before and not self._administrators(connection):
                raise LastAdministrator

    def _administrators(self, connection: Any) -> int:
        """Count those who can manage accounts as things stand."""
        query = (
            sa.select(sa.func.count())
            .select_from(accounts.join(account_roles, accounts.c.number == account_roles.c.number))
            .where(account_roles.c.role == "admin", accounts.c.disabled.is_(False))
        )
        if not self._demo:
            query = query.where(accounts.c.demo.is_(False))
        return int(connection.execute(query).scalar_one())

    def _write_codes(self, connection: Any, number: str, codes: Iterable[str]) -> None:
        connection.execute(sa.delete(recovery_codes).where(recovery_codes.c.number == number))
        rows = [{"number": number, "digest": self._digest(number, code)} for code in codes]
        connection.execute(sa.insert(recovery_codes), rows)

    def _digest(self, number: str, code: str) -> str:
        return self._sealer.digest(f"recovery:{number}", code)


def profile_in(connection: Any, row: Any) -> Profile:
    """Return the profile of a row of `accounts`."""
    roles = connection.execute(sa.select(account_roles.c.role).where(account_roles.c.number == row.number))
    skills: dict[str, list[str]] = {kind: [] for kind in _KINDS}
    stored = sa.select(account_skills.c.kind, account_skills.c.value).order_by(account_skills.c.value)
    for kind, value in connection.execute(stored.where(account_skills.c.number == row.number)):
        skills[kind].append(value)
    return Profile(
        row.name,
        frozenset(roles.scalars()),
        department=row.department,
        languages=tuple(skills["languages"]),
        districts=tuple(skills["districts"]),
        topics=tuple(skills["topics"]),
        capacity=row.capacity,
    )


def _touch(connection: Any, number: str, version: int, **values: Any) -> None:
    same = sa.and_(accounts.c.number == number, accounts.c.version == version)
    changed = connection.execute(sa.update(accounts).where(same).values(version=version + 1, **values))
    if changed.rowcount != 1:
        raise AccountChanged


def _account(connection: Any, row: Any) -> Account:
    return Account(
        number=row.number,
        profile=profile_in(connection, row),
        password=row.password,
        must_change=row.must_change,
        disabled=row.disabled,
        demo=row.demo,
        second_factor=row.totp_secret is not None,
        version=row.version,
        seen_at=row.seen_at,
    )


def _write_lists(connection: Any, number: str, profile: Profile) -> None:
    connection.execute(
        sa.insert(account_roles), [{"number": number, "role": role} for role in sorted(profile.roles)]
    )
    skills = [
        {"number": number, "kind": kind, "value": value}
        for kind in _KINDS
        for value in dict.fromkeys(getattr(profile, kind))
    ]
    if skills:
        connection.execute(sa.insert(account_skills), skills)
