"""Roles as data: which exist, what each may, and which may not be held together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from .errors import BadAccount, RolesApart

_FILE = Path(__file__).with_name("roles.yml")


@dataclass(frozen=True)
class Role:
    """A role with its label and what it may."""

    key: str
    label: str
    about: str
    may: frozenset[str]


@dataclass(frozen=True)
class RoleBook:
    """The whole of `roles.yml`.

    Attributes:
        permissions: label by permission, in the order of the file.
        roles: role by key, in the order of the file.
        not_own: permissions nobody uses on what is their own.
        apart: pairs of roles that one account may not hold.
    """

    permissions: Mapping[str, str]
    roles: Mapping[str, Role]
    not_own: frozenset[str]
    apart: tuple[frozenset[str], ...]

    def granted(self, roles: Iterable[str]) -> frozenset[str]:
        """Return what roles may together; a role that is no longer in the file grants nothing."""
        may = (self.roles[role].may for role in roles if role in self.roles)
        return frozenset[str]().union(*may)

    def labels(self, roles: Iterable[str]) -> str:
        """Return roles in words, in the order of the file: 坐席、班长."""
        wanted = frozenset(roles)
        return "、".join(role.label for key, role in self.roles.items() if key in wanted)

    def check(self, roles: Iterable[str]) -> frozenset[str]:
        """Return the roles as a set.

        Raises:
            BadAccount: none, or one that does not exist.
            RolesApart: two that one account may not hold.
        """
        wanted = frozenset(roles)
        if not wanted or wanted - self.roles.keys():
            raise BadAccount("请至少选一个角色。")
        for pair in self.apart:
            if pair <= wanted:
                one, other = (role.label for key, role in self.roles.items() if key in pair)
                raise RolesApart(f"同一个账号不能既是{one}又是{other}。")
        return wanted


def read(raw: Mapping[str, Any]) -> RoleBook:
    """Return the book of a parsed file.

    Raises:
        ValueError: a role may what is not a permission, or a rule names what does not exist.
    """
    permissions: dict[str, str] = dict(raw["permissions"])
    roles = {
        key: Role(key, one["label"], one["about"], frozenset(one["may"])) for key, one in raw["roles"].items()
    }
    not_own, apart = frozenset(raw["not_own"]), tuple(frozenset(pair) for pair in raw["apart"])
    for word in not_own.union(*(role.may for role in roles.values())) - permissions.keys():
        raise ValueError(f"roles.yml: {word} is not a permission")
    for role in frozenset[str]().union(*apart) - roles.keys():
        raise ValueError(f"roles.yml: {role} is not a role")
    return RoleBook(permissions, roles, not_own, apart)


@lru_cache(maxsize=1)
def role_book() -> RoleBook:
    """Return the book of `roles.yml`, read once."""
    return read(yaml.safe_load(_FILE.read_text("utf-8")))
