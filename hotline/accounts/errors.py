# ruff: noqa: N818 – a name says what happened
"""What the accounts refuse. `sentence` is for the person who asked.

::

    AccountError                    anything below
    ├── WrongEntry                  number, password or code is wrong, or the account is closed: which is not told
    ├── WeakPassword                the new password breaks the rule
    ├── WrongCode                   a one-time code that is not right or was used
    ├── NoSuchAccount
    ├── NumberTaken                 the work number has an account
    ├── BadAccount                  a field that cannot be so
    ├── RolesApart                  roles that one account may not hold together
    ├── LastAdministrator           nobody would be left to manage accounts
    └── AccountChanged              somebody else changed the account since the form was opened
"""

from __future__ import annotations


class AccountError(Exception):
    """A refusal with a sentence for its reader."""

    sentence = "账号操作没有完成。"

    def __init__(self, sentence: str = "") -> None:
        self.sentence = sentence or self.sentence
        super().__init__(self.sentence)


class WrongEntry(AccountError):
    """Not let in."""

    sentence = "工号或密码不对。"


class WeakPassword(AccountError):
    """A password that is too easy to guess."""


class WrongCode(AccountError):
    """A code that is wrong, over, or was used."""

    sentence = "验证码不对，或者已经用过。请等下一个验证码。"


class NoSuchAccount(AccountError):
    """Nobody has this work number."""

    sentence = "没有这个工号。"


class NumberTaken(AccountError):
    """Somebody has this work number."""

    sentence = "这个工号已经有账号了。"


class BadAccount(AccountError):
    """A field outside what it may be."""


class RolesApart(AccountError):
    """Two roles that check each other."""


class LastAdministrator(AccountError):
    """The last one who can manage accounts stays."""

    sentence = "这是最后一个管理员，不能停用，也不能去掉管理员角色。请先增加另一个管理员。"


class AccountChanged(AccountError):
    """The compared version is not the present one."""

    sentence = "这个账号刚刚被别人改过，请看最新内容再改。"
