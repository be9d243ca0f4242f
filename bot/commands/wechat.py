"""``python -m bot wechat menu show | push ACCOUNT``: the menu at the bottom of a 公众号."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from typing import Any

from bot.channels.wechat.accounts import Account
from bot.channels.wechat.client import WeChatClient
from bot.channels.wechat.errors import WeChatError
from bot.channels.wechat.menu import Menu
from bot.channels.wechat.oauth import page_from_chat
from bot.channels.wechat.settings import WeChatSettings
from bot.channels.wechat.tokens import Tokens, TokenStore
from bot.channels.wechat.wire import Wire
from bot.settings import ROOT, read_settings
from privacy.database import open_engine
from privacy.errors import PrivacyError
from privacy.secrets import SecretStore


def menu(verb: str, name: str | None) -> int:
    """Show or push the menu; the return value is the exit code.

    Args:
        verb: ``show`` prints ours, and what WeChat shows when an account is named; ``push`` sends ours to WeChat.
        name: the account.
    """
    try:
        settings = WeChatSettings.from_environment(os.environ, ROOT)
        buttons = Menu.load(ROOT / "data" / "wechat" / "menu.yml")
        if name is None:
            _print(buttons.for_wechat(settings.public_url))
            return 0 if verb == "show" else _wrong("an account must be named")
        account = _account(settings, name)
        if account is None:
            return _wrong(f"no account {name!r} in JKT_WECHAT_ACCOUNTS")
        ours = buttons.for_wechat(settings.public_url, page_from_chat(account, settings.public_url))
        _print(asyncio.run(_ask(settings, account, ours if verb == "push" else None)))
    except (WeChatError, PrivacyError) as error:
        return _wrong(str(error))
    return 0


def _account(settings: WeChatSettings, name: str) -> Account | None:
    secrets = SecretStore(read_settings(os.environ).secrets_dir)
    return next((a for a in settings.accounts(os.environ, secrets) if a.name == name), None)


async def _ask(settings: WeChatSettings, account: Account, ours: list[dict[str, Any]] | None) -> Any:
    """Push ``ours`` when it is given; returns what WeChat shows."""
    bot = read_settings(os.environ)
    wire = Wire(settings.base_url)
    store = TokenStore(open_engine(bot.bot_db), SecretStore(bot.secrets_dir).get("wechat"))
    client = WeChatClient(wire, Tokens(account.app_id, account.app_secret, wire, store))
    try:
        if ours is not None:
            await client.create_menu(ours)
        return await client.menu()
    finally:
        await wire.close()


def _print(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def _wrong(what: str) -> int:
    sys.stderr.write(what + "\n")
    return 1
