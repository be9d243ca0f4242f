"""Accounts, secrets and the menu: read strictly, and what is wrong is named without a secret."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.channels.wechat.accounts import load_accounts
from bot.channels.wechat.errors import NotConfigured
from bot.channels.wechat.menu import Menu
from bot.channels.wechat.settings import WeChatSettings
from privacy.errors import SecretUnusable
from privacy.secrets import SecretStore
from tests.wechat.house import MENU, ROOT
from tests.wechat_server import Account, WeChat

ENTRY = {"name": "main", "kind": "service", "app_id": "wx0123456789", "original_id": "gh_1", "mode": "safe"}
SECRETS = {
    "wechat_main_token": "a-token",
    "wechat_main_aes_key": "k" * 43,
    "wechat_main_app_secret": "an-app-secret",
}


def load(tmp_path: Path, *entries: dict[str, Any], secrets: dict[str, str] | None = None) -> Any:
    path = tmp_path / "accounts.yml"
    path.write_text(yaml.safe_dump(list(entries)), "utf-8")
    return load_accounts(path, (SECRETS if secrets is None else secrets).get)


def test_an_account_as_it_should_be(tmp_path: Path) -> None:
    (account,) = load(tmp_path, ENTRY)
    assert (account.name, account.channel, account.door.mode) == ("main", "wechat", "safe")
    assert "a-token" not in repr(account)
    assert "an-app-secret" not in repr(account)


def test_a_mini_program_is_a_channel_of_its_own(tmp_path: Path) -> None:
    (account,) = load(tmp_path, {**ENTRY, "kind": "mini_program"})
    assert account.channel == "mini_program"
    assert not account.abilities.passive


def test_an_account_may_have_less_than_its_kind(tmp_path: Path) -> None:
    (account,) = load(tmp_path, {**ENTRY, "customer_service": False, "message_menus": False})
    assert (account.abilities.customer_service, account.abilities.message_menus) == (False, False)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"name": "Main"}, "name"),
        ({"name": None}, "name"),
        ({"kind": "private"}, "kind"),
        ({"mode": "secret"}, "mode"),
        ({"app_id": "0123"}, "app_id"),
        ({"original_id": "main"}, "original_id"),
        ({"customer_service": "yes"}, "customer_service"),
        ({"token": "a-token"}, "token"),
    ],
)
def test_what_is_wrong_with_an_account_is_named(tmp_path: Path, changed: dict[str, Any], named: str) -> None:
    with pytest.raises(NotConfigured, match=named):
        load(tmp_path, {**ENTRY, **changed})


@pytest.mark.parametrize("missing", list(SECRETS))
def test_a_missing_secret_is_named(tmp_path: Path, missing: str) -> None:
    with pytest.raises(NotConfigured, match=missing):
        load(tmp_path, ENTRY, secrets={k: v for k, v in SECRETS.items() if k != missing})


def test_two_accounts_do_not_share_a_name(tmp_path: Path) -> None:
    with pytest.raises(NotConfigured, match="same name"):
        load(tmp_path, ENTRY, {**ENTRY, "app_id": "wx999999999", "original_id": "gh_2"})


@pytest.mark.parametrize("content", ["", "a: b", "[1]", "{", "- name: [x]"])
def test_a_file_that_is_no_list_of_accounts(tmp_path: Path, content: str) -> None:
    path = tmp_path / "accounts.yml"
    path.write_text(content, "utf-8")
    with pytest.raises(NotConfigured):
        load_accounts(path, SECRETS.get)


def test_secrets_come_from_the_environment_or_from_files_that_nobody_else_reads(tmp_path: Path) -> None:
    (tmp_path / "accounts.yml").write_text(yaml.safe_dump([ENTRY]), "utf-8")
    environment = {"JKT_WECHAT_ACCOUNTS": "accounts.yml", "JKT_PUBLIC_URL": "https://jkt.example.cn/"}
    settings = WeChatSettings.from_environment(environment, tmp_path)
    secrets = SecretStore(tmp_path)
    for name, value in SECRETS.items():
        (tmp_path / name).write_text(value + "\n")
        (tmp_path / name).chmod(0o600)
    (account,) = settings.accounts({"JKT_WECHAT_MAIN_TOKEN": "another"}, secrets)
    assert account.door.token == "another"
    assert account.app_secret == "an-app-secret"
    (tmp_path / "wechat_main_app_secret").chmod(0o644)
    with pytest.raises(SecretUnusable, match="wechat_main_app_secret"):
        settings.accounts({}, secrets)


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"JKT_WECHAT_ACCOUNTS": "a.yml"}, "JKT_PUBLIC_URL"),
        ({"JKT_WECHAT_ACCOUNTS": "a.yml", "JKT_PUBLIC_URL": "jkt.example.cn"}, "JKT_PUBLIC_URL"),
        ({"JKT_WECHAT_PATIENCE": "5"}, "JKT_WECHAT_PATIENCE"),
        ({"JKT_WECHAT_PATIENCE": "0"}, "JKT_WECHAT_PATIENCE"),
        ({"JKT_WECHAT_PATIENCE": "soon"}, "JKT_WECHAT_PATIENCE"),
    ],
)
def test_a_wrong_setting_is_named(environment: dict[str, str], named: str) -> None:
    with pytest.raises(NotConfigured, match=named):
        WeChatSettings.from_environment(environment, Path())


# The menu ------------------------------------------------------------------------------------------------


def test_the_menu_at_hand_is_one_that_wechat_takes() -> None:
    for button in MENU.for_wechat("https://jkt.example.cn"):
        for leaf in button["sub_button"]:
            assert leaf.get("key") in MENU.says or leaf["url"].startswith("https://jkt.example.cn/")
            assert len(leaf["name"]) <= 8, "longer names are cut on the screen"
        assert len(button["name"]) <= 4


def _longer(raw: Any) -> None:
    raw["menu"][0]["name"] = "六个字的名字"


def _fourth(raw: Any) -> None:
    raw["menu"].append({"name": "四", "opens": "/"})


def _sixth(raw: Any) -> None:
    raw["menu"][0]["buttons"].append({"name": "六", "opens": "/"})


def _same_key(raw: Any) -> None:
    raw["menu"][0]["buttons"][0]["key"] = raw["menu"][0]["buttons"][1]["key"]


def _idle(raw: Any) -> None:
    del raw["menu"][0]["buttons"][0]["says"]


@pytest.mark.parametrize("spoil", [_longer, _fourth, _sixth, _same_key, _idle])
def test_a_menu_that_wechat_would_refuse_is_refused_here(
    tmp_path: Path, spoil: Callable[[Any], None]
) -> None:
    raw = yaml.safe_load((ROOT / "data" / "wechat" / "menu.yml").read_text("utf-8"))
    path = tmp_path / "menu.yml"
    path.write_text(yaml.safe_dump(raw, allow_unicode=True), "utf-8")
    Menu.load(path)
    spoil(raw)
    path.write_text(yaml.safe_dump(raw, allow_unicode=True), "utf-8")
    with pytest.raises(NotConfigured):
        Menu.load(path)


async def test_the_menu_is_pushed_and_shown(tmp_path: Path, wechat: WeChat) -> None:
    account = wechat.add(Account(app_id=ENTRY["app_id"], app_secret="an-app-secret"))
    (tmp_path / "accounts.yml").write_text(yaml.safe_dump([ENTRY]), "utf-8")
    environment = {
        "JKT_VAR_DIR": str(tmp_path),
        "JKT_PUBLIC_URL": "https://jkt.example.cn",
        "JKT_WECHAT_ACCOUNTS": str(tmp_path / "accounts.yml"),
        "JKT_WECHAT_URL": wechat.url,
        **{f"JKT_{name.upper()}": value for name, value in SECRETS.items()},
    }
    code, printed = await command(environment, "menu", "push", "main")
    assert code == 0, printed
    page = "https://jkt.example.cn/wechat/main/oauth/start"  # whoever opens it from the chat goes on as the same person
    assert account.menu == MENU.for_wechat("https://jkt.example.cn", page)
    assert page in json.dumps(account.menu)
    code, printed = await command(environment, "menu", "show")
    assert json.loads(printed) == MENU.for_wechat("https://jkt.example.cn")
    account.app_secret = "changed in the console"
    wechat.tokens.clear()
    (tmp_path / "db" / "bot.sqlite3").unlink()
    code, printed = await command(environment, "menu", "show", "main")
    assert code == 1
    assert "40125" in printed
    assert "an-app-secret" not in printed
    code, printed = await command(environment, "menu", "push", "other")
    assert code == 1
    assert "other" in printed


async def command(environment: dict[str, str], *words: str) -> tuple[int, str]:
    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "bot", "wechat", *words],
            cwd=ROOT,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    done = await asyncio.to_thread(run)
    return done.returncode, done.stdout or done.stderr


TEMPLATE = {
    "id": "VRR0UEO9VJOLs0MHlU0OilqX6MVFDwH3",
    "page": "https://h5.example.cn/code",
    "fields": {"thing1": {"zh": "{whose}的健康码状态有更新", "en": "Code was updated"}, "time2": "{time}"},
}


def test_templates_of_notices_are_read_with_their_words(tmp_path: Path) -> None:
    notices = {"subscribe": "https://h5.example.cn/notices", "templates": {"code": TEMPLATE}}
    (account,) = load(tmp_path, {**ENTRY, "notices": notices})
    template = account.templates.by_kind["code"]
    at = datetime.fromisoformat("2022-09-05T09:05:00+08:00")
    assert template.values(at, "zh", own=False) == {
        "thing1": "您家人的健康码状态有更新",
        "time2": "2022年9月5日 09:05",
    }
    assert template.values(at, "en", own=True)["thing1"] == "Code was updated"
    assert (template.page, account.templates.subscribe) == (TEMPLATE["page"], notices["subscribe"])


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"id": "short"}, "code.id"),
        ({"id": None}, "code.id"),
        ({"fields": {}}, "code.fields"),
        ({"fields": {"thing1": "二十一个字二十一个字二十一个字二十一个字二"}}, "thing1: 1 to 20"),
        ({"fields": {"thing1": "{whose}" + "字" * 18}}, "thing1: 1 to 20"),
        ({"fields": {"thing1": ""}}, "thing1: 1 to 20"),
        ({"fields": {"phrase1": "有更新了请看"}}, "phrase1: 1 to 5"),
        ({"fields": {"phrase1": "new"}}, "phrase1: 1 to 5 Chinese"),
        ({"fields": {"time1": "2022-09-05"}}, "time1: {time}"),
        ({"fields": {"date1": "{time}"}}, "date1: {date}"),
        ({"fields": {"name1": "王小明"}}, "name1: a field is"),
        ({"fields": {"thing": "有更新"}}, "thing: a field is"),
        ({"fields": {"thing1": 5}}, "thing1: words"),
        ({"fields": {"thing1": {"zh": "有更新"}}}, "thing1: words"),
        ({"fields": {"thing1": "{name}有更新"}}, "thing1: .* filled in"),
        ({"fields": {"thing1": "您的码变成黄码"}}, "thing1: nothing about health"),
        ({"fields": {"thing1": "核酸结果阴性"}}, "thing1: nothing about health"),
        ({"fields": {"thing1": {"zh": "有更新", "en": "Code is yellow"}}}, "thing1: nothing about health"),
        ({"page": "http://h5.example.cn"}, "page: an https"),
        ({"page": "https://h5.example.cn/?openid={openid}"}, "page: an https"),
        ({"page": "https://h5.example.cn/?openid=1"}, "page: an address names nobody"),
        ({"color": "red"}, "unknown color"),
    ],
)
def test_what_is_wrong_with_a_template_is_named(tmp_path: Path, changed: dict[str, Any], named: str) -> None:
    entry = {**ENTRY, "notices": {"templates": {"code": {**TEMPLATE, **changed}}}}
    with pytest.raises(NotConfigured, match=named):
        load(tmp_path, entry)


@pytest.mark.parametrize(
    ("notices", "named"),
    [
        ([], "notices: names and values"),
        ({"template": {}}, "unknown template"),
        ({"templates": {"weather": TEMPLATE}}, "unknown weather"),
        ({"templates": {"code": TEMPLATE, "result": TEMPLATE}}, "same id"),
        ({"subscribe": "pages/notices"}, "subscribe: an https"),
    ],
)
def test_what_is_wrong_with_the_notices_of_an_account_is_named(
    tmp_path: Path, notices: Any, named: str
) -> None:
    with pytest.raises(NotConfigured, match=named):
        load(tmp_path, {**ENTRY, "notices": notices})


def test_a_mini_program_opens_its_own_pages(tmp_path: Path) -> None:
    entry = {**ENTRY, "kind": "mini_program"}
    notices = {"subscribe": "pages/notices/index", "templates": {"code": {**TEMPLATE, "page": "pages/code"}}}
    (account,) = load(tmp_path, {**entry, "notices": notices})
    assert account.templates.by_kind["code"].page == "pages/code"
    with pytest.raises(NotConfigured, match="a page of the mini-program"):
        load(tmp_path, {**entry, "notices": {"templates": {"code": TEMPLATE}}})


def test_an_account_names_its_mini_program(tmp_path: Path) -> None:
    named = {"app_id": "wxabcdef123456", "fallback": "https://h5.example.cn/code"}
    (account,) = load(tmp_path, {**ENTRY, "mini_program": named})
    assert account.mini_program is not None
    assert (account.mini_program.app_id, account.mini_program.fallback) == tuple(named.values())
    assert load(tmp_path, ENTRY)[0].mini_program is None


@pytest.mark.parametrize(
    ("named", "wrong"),
    [
        ("wxabcdef123456", "mini_program: names and values"),
        ({}, "mini_program.app_id"),
        ({"app_id": 'wx"><script>'}, "mini_program.app_id"),
        ({"app_id": "wxabcdef123456", "fallback": "http://x.example.cn"}, "fallback: an https"),
        ({"app_id": "wxabcdef123456", "page": "x"}, "unknown page"),
    ],
)
def test_what_is_wrong_with_a_named_mini_program_is_named(tmp_path: Path, named: Any, wrong: str) -> None:
    with pytest.raises(NotConfigured, match=wrong):
        load(tmp_path, {**ENTRY, "mini_program": named})


def test_a_mini_program_names_no_other_one(tmp_path: Path) -> None:
    entry = {**ENTRY, "kind": "mini_program", "mini_program": {"app_id": "wxabcdef123456"}}
    with pytest.raises(NotConfigured, match="names no other one"):
        load(tmp_path, entry)
