"""Every setting of this channel, read once from the environment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.channels.wechat.accounts import Account, load_accounts
from bot.channels.wechat.errors import NotConfigured
from bot.channels.wechat.wire import BASE_URL
from privacy.secrets import SecretStore

_PUBLIC: Final = re.compile(r"https?://[^\s/?#\"<>]+(?:/[^\s?#\"<>]*)?")
AUTHORIZE_URL: Final = "https://open.weixin.qq.com/connect/oauth2/authorize"
#: WeChat gives up after five seconds.
_MOST_PATIENT: Final = 4.5


@dataclass(frozen=True)
class WeChatSettings:
    """Settings of the WeChat channel.

    Attributes:
        accounts_file: the list of accounts; None: the channel is off. ``JKT_WECHAT_ACCOUNTS``.
        base_url: WeChat's interfaces. ``JKT_WECHAT_URL``.
        authorize_url: WeChat's page that says who opens ours. ``JKT_WECHAT_AUTHORIZE_URL``.
        public_url: where people reach this bot's pages and files. ``JKT_PUBLIC_URL``.
        patience: seconds an answer may take to be the answer to the push; after that it is sent as a message of its
            own. ``JKT_WECHAT_PATIENCE``.
    """

    accounts_file: Path | None = None
    base_url: str = BASE_URL
    authorize_url: str = AUTHORIZE_URL
    public_url: str = ""
    patience: float = 3.5

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], root: Path) -> WeChatSettings:
        """Read the settings; a relative file is inside ``root``.

        Raises:
            NotConfigured: names the variable that is wrong.
        """
        file = environment.get("JKT_WECHAT_ACCOUNTS", "")
        public_url = environment.get("JKT_PUBLIC_URL", "").rstrip("/")
        if file and not _PUBLIC.fullmatch(public_url):
            raise NotConfigured("JKT_PUBLIC_URL: WeChat needs the https address of this bot for links")
        patience = environment.get("JKT_WECHAT_PATIENCE", "") or "3.5"
        if not re.fullmatch(r"\d{1,2}(?:\.\d{1,3})?", patience) or not 0 < float(patience) <= _MOST_PATIENT:
            raise NotConfigured(f"JKT_WECHAT_PATIENCE: seconds above 0, at most {_MOST_PATIENT}")
        return cls(
            accounts_file=root / file if file else None,
            base_url=environment.get("JKT_WECHAT_URL", "") or BASE_URL,
            authorize_url=environment.get("JKT_WECHAT_AUTHORIZE_URL", "") or AUTHORIZE_URL,
            public_url=public_url,
            patience=float(patience),
        )

    def accounts(self, environment: Mapping[str, str], secrets: SecretStore) -> list[Account]:
        """Return the accounts, with their secrets from the environment or else from files.

        A secret ``wechat_<account>_<what>`` is the variable ``JKT_WECHAT_<ACCOUNT>_<WHAT>`` or a file of its name in
        the folder of secrets.

        Raises:
            NotConfigured: an account or a secret is missing or wrong.
            SecretUnusable: a secret's file may be read by others.
        """

        def secret(name: str) -> str | None:
            return environment.get(f"JKT_{name.upper()}") or secrets.given(name)

        return load_accounts(self.accounts_file, secret) if self.accounts_file is not None else []
