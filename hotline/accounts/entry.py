"""The log-in: number and password, then the one-time code where it is on. Blocking; call it on a thread.

Whoever is not let in learns nothing: the same words and the same work for a wrong password, a number nobody has, and a
closed account.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from . import second_factor
from .book import AccountBook
from .errors import WrongCode, WrongEntry
from .passwords import MAX_PASSWORD, Passwords, check_strength
from .pauses import Pauses
from .people import Account


@dataclass(frozen=True)
class Entry:
    """Decides who comes in.

    Attributes:
        book, passwords, pauses: what it decides by.
        least: characters of a new password.
        on_change: told of the number whose owner has chosen a password.
    """

    book: AccountBook
    passwords: Passwords
    pauses: Pauses
    least: int
    on_change: Callable[[str], None] = lambda _number: None

    def by_password(self, number: str, password: str, address: str, now: float) -> Account:
        """Return the account whose password this is; with a second factor that is half the way.

        Raises:
            TooManyTries: too early after wrong ones; not looked at.
            WrongEntry: not let in.
        """
        self.pauses.begin(number, address, now)
        account = self.book.find(number)
        right = self.passwords.matches(account.password if account else None, password)
        if account is None or not right:
            raise WrongEntry
        if self.passwords.outdated(account.password):
            self.book.rehash(number, account.password, self.passwords.hashed(password[:MAX_PASSWORD]))
        if not account.second_factor:
            self._entered(number, address, now)
        return account

    def by_code(self, number: str, typed: str, address: str, now: float) -> str:
        """Take a one-time code or a recovery code; return which it was: `code` or `recovery`.

        Raises:
            TooManyTries: too early after wrong ones; not looked at.
            WrongCode: wrong, over, or used before.
        """
        self.pauses.begin(number, address, now)
        kind = self._take(number, typed, now)
        self._entered(number, address, now)
        return kind

    def again(self, number: str, password: str, address: str, now: float) -> None:
        """Let somebody who is logged in prove that it is still them.

        Raises:
            TooManyTries, WrongEntry.
        """
        self.pauses.begin(number, address, now)
        account = self.book.find(number)
        if not self.passwords.matches(account.password if account else None, password):
            raise WrongEntry("密码不对。")
        self.pauses.succeeded(number, address)

    def change_password(self, number: str, old: str, new: str, address: str, now: float) -> None:
        """Replace a password by one of its owner's choice.

        Raises:
            TooManyTries, WrongEntry: the old one is not right.
            WeakPassword: the new one breaks the rule or is the old one.
        """
        check_strength(new, number, self.least)
        self.again(number, old, address, now)
        if self.passwords.matches(self.book.get(number).password, new):
            raise WrongEntry("新密码要和现在的不一样。")
        self.book.set_password(number, self.passwords.hashed(new), must_change=False)
        self.on_change(number)

    def turn_on(self, number: str, typed: str, now: float) -> list[str]:
        """Turn the second factor on with the first right code; return the recovery codes, told this once.

        Raises:
            WrongCode: the code does not belong to the secret that was shown.
        """
        secret = self.book.waiting_secret(number, second_factor.new_secret())
        step = second_factor.step_of(secret, typed, now)
        if step is None:
            raise WrongCode("验证码不对。请看手机上最新的6位数字，并确认手机的时间是准的。")
        codes = second_factor.new_recovery_codes()
        self.book.confirm_secret(number, step, map(second_factor.recovery_form, codes))
        return codes

    def new_codes(self, number: str) -> list[str]:
        """Replace the recovery codes; return the new ones, told this once."""
        codes = second_factor.new_recovery_codes()
        self.book.new_codes(number, map(second_factor.recovery_form, codes))
        return codes

    def _take(self, number: str, typed: str, now: float) -> str:
        secret = self.book.secret(number)
        step = second_factor.step_of(secret, typed, now) if secret else None
        if step is not None and self.book.use_step(number, step):
            return "code"
        if secret and self.book.use_code(number, second_factor.recovery_form(typed)):
            return "recovery"
        raise WrongCode

    def _entered(self, number: str, address: str, now: float) -> None:
        self.pauses.succeeded(number, address)
        self.book.seen(number, now)
