"""An account as it is stored, and the agent a request comes from."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .errors import BadAccount
from .permissions import RoleBook, role_book

WORK_NUMBER = re.compile(r"[A-Za-z0-9]{1,20}")
MAX_NAME = 40
MAX_DEPARTMENT = 60
MAX_CAPACITY = 20
MAX_SKILLS = 30
_SKILL = re.compile(r"[A-Za-z0-9_-]{1,32}")
#: A code of the catalogue of orders: a department with all its offices, or its office in a division.
_DEPARTMENT = re.compile(r"[a-z]{1,20}(:\d{6})?")


def number_of(typed: str) -> str:
    """Return a work number as it is stored: `a001` is `A001`.

    Raises:
        BadAccount: not letters and digits.
    """
    number = typed.strip().upper()
    if not WORK_NUMBER.fullmatch(number):
        raise BadAccount("工号只能用字母和数字，最多20个。")
    return number


@dataclass(frozen=True)
class Profile:
    """What an administrator fills in about a person.

    Attributes:
        name: the person's name.
        roles: keys of `roles.yml`.
        department: of whom the person is; the role `department` needs a code (`cdc:510100`), by which orders and
            chats come to it.
        languages, districts, topics: skills by which chats are routed: `zh`, `510107`, `travel`.
        capacity: chats at the same time; 0 takes none.
    """

    name: str
    roles: frozenset[str]
    department: str = ""
    languages: tuple[str, ...] = ("zh",)
    districts: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    capacity: int = 3

    def checked(self, book: RoleBook | None = None) -> Profile:
        """Return the profile itself.

        Raises:
            BadAccount: a field that cannot be so.
            RolesApart: roles that check each other.
        """
        (book or role_book()).check(self.roles)
        if not 0 < len(self.name) <= MAX_NAME or not self.name.isprintable():
            raise BadAccount(f"请填写姓名，最多{MAX_NAME}字。")
        if len(self.department) > MAX_DEPARTMENT or not self.department.isprintable():
            raise BadAccount(f"单位名称最多{MAX_DEPARTMENT}字。")
        if "department" in self.roles and not _DEPARTMENT.fullmatch(self.department):
            raise BadAccount("承办单位的账号要写明是哪个单位，填编号，例如 cdc:510100。")
        if not 0 <= self.capacity <= MAX_CAPACITY:
            raise BadAccount(f"同时接待的会话数在0到{MAX_CAPACITY}之间。")
        for skills in (self.languages, self.districts, self.topics):
            if len(skills) > MAX_SKILLS or not all(_SKILL.fullmatch(one) for one in skills):
                raise BadAccount("技能用字母、数字写，用空格隔开，例如 zh en。")
        return self


@dataclass(frozen=True)
class Account:
    """A stored account. `password` is an argon2 hash, never shown.

    Attributes:
        must_change: the next thing is a new password.
        demo: one of the demonstration; it logs in only while that runs.
        second_factor: whether one-time codes are on.
        version: grows with each change.
        seen_at: unix seconds of the last successful log-in, 0 for never.
    """

    number: str
    profile: Profile
    password: str = field(repr=False)
    must_change: bool
    disabled: bool
    demo: bool
    second_factor: bool
    version: int
    seen_at: int


@dataclass(frozen=True)
class Agent:
    """Who asks: an account's person with what they may.

    Handlers ask `agent.may("order.move")`; where something has an owner, `agent.may("knowledge.review", owner=author)`.
    """

    number: str
    profile: Profile
    permissions: frozenset[str]
    book: RoleBook = field(repr=False, compare=False)

    @property
    def name(self) -> str:
        """Return the person's name."""
        return self.profile.name

    @property
    def roles(self) -> frozenset[str]:
        """Return the keys of the roles."""
        return self.profile.roles

    @property
    def department(self) -> str:
        """Return the department the person belongs to, `""` for none."""
        return self.profile.department

    def may(self, permission: str, *, owner: str | None = None) -> bool:
        """Tell whether this person may do something, on a thing of `owner` (a work number) where it has one.

        Raises:
            ValueError: no such permission: a misspelt word would otherwise lock a door nobody can find.
        """
        if permission not in self.book.permissions:
            raise ValueError(f"no permission {permission!r} in roles.yml")
        if owner == self.number and permission in self.book.not_own:
            return False
        return permission in self.permissions


def agent_of(number: str, profile: Profile, book: RoleBook | None = None) -> Agent:
    """Return the agent of an account."""
    used = book or role_book()
    return Agent(number, profile, used.granted(profile.roles), used)
