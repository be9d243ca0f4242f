"""The accounts of this installation: what their console shows, and how a kind of account differs from the others."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal, get_args

import yaml

from bot.channels.wechat.crypto import KeyRing, Seal
from bot.channels.wechat.envelope import Doorkeeper, Mode
from bot.channels.wechat.errors import NotConfigured
from bot.channels.wechat.templates import Templates, address, mapping, read_templates

Kind = Literal["service", "subscription", "test", "mini_program"]
Secret = Callable[[str], str | None]
_NAME: Final = re.compile(r"[a-z][a-z0-9]{0,23}")
_APP_ID: Final = re.compile(r"wx[0-9a-zA-Z]{6,62}")
_FIELDS: Final = frozenset(
    {
        "name",
        "kind",
        "app_id",
        "original_id",
        "mode",
        "customer_service",
        "message_menus",
        "notices",
        "mini_program",
    }
)


@dataclass(frozen=True)
class Abilities:
    """What a kind of account has.

    Attributes:
        passive: whether people see what is answered to a push.
        customer_service: whether messages may be sent later.
        message_menus: whether choices can be a menu.
        links: whether choices can be links inside text.
        returns_ids: whether a tapped choice comes back with its id.
        sign_in: whether pages can ask who opens them (网页授权), and QRs with a meaning can be made.
    """

    passive: bool = True
    customer_service: bool = True
    message_menus: bool = True
    links: bool = True
    returns_ids: bool = True
    sign_in: bool = True


#: 未认证订阅号 have no customer service (48001); 订阅号 and 测试号 no menus (40200), 测试号 return no ids; what a
#: mini-program answers to a push is not shown.
_ABILITIES: Final[Mapping[Kind, Abilities]] = {
    "service": Abilities(),
    "subscription": Abilities(customer_service=False, message_menus=False, sign_in=False),
    "test": Abilities(message_menus=False, returns_ids=False),
    "mini_program": Abilities(
        passive=False, message_menus=False, links=False, returns_ids=False, sign_in=False
    ),
}


@dataclass(frozen=True)
class MiniProgram:
    """The mini-program that belongs to a 公众号.

    Attributes:
        app_id: of the mini-program.
        fallback: https address for clients that cannot open it; empty: our own page.
    """

    app_id: str
    fallback: str = ""


@dataclass(frozen=True)
class Account:
    """One account.

    Attributes:
        name: of this installation's own; part of its address.
        channel: ``wechat`` or ``mini_program``, the channel of its conversations.
        app_id, app_secret: for calls.
        original_id: ``gh_…``, whom its pushes are addressed to.
        door: checks and opens its pushes.
        abilities: what it has.
        templates: its subscribed notices.
        mini_program: what its links open; None: pages of the web.
    """

    name: str
    channel: str
    app_id: str
    app_secret: str = field(repr=False)
    original_id: str
    door: Doorkeeper
    abilities: Abilities
    templates: Templates = field(default_factory=Templates)
    mini_program: MiniProgram | None = None


def load_accounts(path: Path, secret: Secret) -> list[Account]:
    """Return the accounts of a file, in its order.

    Args:
        path: a YAML list; its fields are described in ``docs/wechat.md``.
        secret: returns the secret of a name (``wechat_<account>_<token | app_secret | aes_key | previous_aes_key>``).

    Raises:
        NotConfigured: names the account and the field that is wrong, or the secret that is missing.
    """
    try:
        raw = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise NotConfigured(f"{path} cannot be read: {type(error).__name__}") from error
    if not isinstance(raw, list):
        raise NotConfigured(f"{path}: a list of accounts is expected")
    accounts = [_account(entry, secret) for entry in raw]
    for what in ("name", "app_id", "original_id"):
        values = [getattr(account, what) for account in accounts]
        if len(set(values)) != len(values):
            raise NotConfigured(f"{path}: two accounts have the same {what}")
    return accounts


def _account(entry: Any, secret: Secret) -> Account:
    if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
        raise NotConfigured("an account needs a name")
    name = entry["name"]
    if not _NAME.fullmatch(name):
        raise NotConfigured(f"{name!r}: a name has small letters and digits")
    unknown = set(entry) - _FIELDS
    if unknown:
        raise NotConfigured(f"{name}: unknown fields {', '.join(sorted(map(str, unknown)))}")
    kind = _one_of(entry, "kind", get_args(Kind))
    mode = _one_of(entry, "mode", get_args(Mode))
    app_id, original_id = str(entry.get("app_id", "")), str(entry.get("original_id", ""))
    if not _APP_ID.fullmatch(app_id) or not original_id.startswith("gh_"):
        raise NotConfigured(f"{name}: app_id (wx…) and original_id (gh_…) are needed")

    def needed(what: str) -> str:
        value = secret(f"wechat_{name}_{what}")
        if not value:
            raise NotConfigured(f"{name}: the secret wechat_{name}_{what} is missing")
        return value

    token = needed("token")
    keys = [] if mode == "plain" else [needed("aes_key"), secret(f"wechat_{name}_previous_aes_key")]
    seals = [Seal(key, app_id) for key in keys if key]
    return Account(
        name=name,
        channel="mini_program" if kind == "mini_program" else "wechat",
        app_id=app_id,
        app_secret=needed("app_secret"),
        original_id=original_id,
        door=Doorkeeper(token, mode, KeyRing(seals)),
        abilities=_abilities(kind, entry),
        templates=read_templates(name, entry.get("notices", {}), mini_program=kind == "mini_program"),
        mini_program=_mini_program(name, entry["mini_program"], kind) if "mini_program" in entry else None,
    )


def _mini_program(name: str, raw: Any, kind: Kind) -> MiniProgram:
    where = f"{name}: mini_program"
    if kind == "mini_program":
        raise NotConfigured(f"{where}: a mini-program names no other one")
    entry = mapping(where, raw, {"app_id", "fallback"})
    app_id = entry.get("app_id")
    if not isinstance(app_id, str) or not _APP_ID.fullmatch(app_id):
        raise NotConfigured(f"{where}.app_id: wx…, as its console shows it")
    return MiniProgram(app_id, address(f"{where}.fallback", entry.get("fallback", ""), mini_program=False))


def _one_of(entry: Mapping[str, Any], what: str, allowed: Sequence[Any]) -> Any:
    if entry.get(what) not in allowed:
        raise NotConfigured(f"{entry['name']}: {what} is one of {', '.join(allowed)}")
    return entry[what]


def _abilities(kind: Kind, entry: Mapping[str, Any]) -> Abilities:
    usual = _ABILITIES[kind]
    chosen = {what: entry.get(what, getattr(usual, what)) for what in ("customer_service", "message_menus")}
    if not all(isinstance(value, bool) for value in chosen.values()):
        raise NotConfigured(f"{entry['name']}: customer_service and message_menus are true or false")
    return replace(usual, **chosen)
