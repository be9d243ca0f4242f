"""The whole product: who is known on the page is known in the 公众号, and back, and from the mini-program, untyped."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
import yaml

from bot.channels.wechat.people import People, Person
from privacy.secrets import SecretStore
from tests.support.page import PagePerson
from tests.support.stack import Stack
from tests.support.wechat import RunningWeChat
from tests.wechat_server import Account, Phone
from tests.wechat_server.logins import SESSION_KEY

pytestmark = pytest.mark.stack
_PATIENCE = 40.0


@dataclass
class City:
    """A product with a 公众号 and a mini-program in one WeChat."""

    stack: Stack
    wechat: RunningWeChat
    accounts: dict[str, Account]

    @property
    def url(self) -> str:
        return self.stack.service("bot").url

    def phone(self, account: str) -> Phone:
        return self.wechat.server.phone(self.accounts[account])

    def run(self, work: Any) -> Any:
        return self.wechat.run(work)

    def token(self, channel: str, conversation_id: str) -> str:
        """What a front end of the province gets for a person it knows."""
        words = ["handover", "green", "--channel", channel, "--conversation", conversation_id]
        return self.stack.command("backend", *words).stdout.strip().splitlines()[-1]

    def opens_page(self, phone: Phone) -> tuple[PagePerson, Any]:
        """Open the page from the chat; returns its person and the browser."""
        browser = phone.browser(self.url, self.url)
        end = self.run(browser.open(f"{self.url}/wechat/main/oauth/start"))
        assert urlsplit(end).fragment == "from=wechat"
        person = PagePerson(self.stack)
        assert person.arrive(browser.cookies["jkt_arrival"][0])
        return person, browser


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    folder = tmp_path_factory.mktemp("city")
    with RunningWeChat() as wechat:
        accounts = {
            "main": wechat.server.add(Account(app_id="wx00000000000main")),
            "mini": wechat.server.add(
                Account(
                    app_id="wx00000000000mini", original_id="gh_mini", is_mini_program=True, has_menus=False
                )
            ),
        }
        file = folder / "accounts.yml"
        kinds = {"main": "service", "mini": "mini_program"}
        entries = [
            {"name": n, "kind": kinds[n], "app_id": a.app_id, "original_id": a.original_id, "mode": "safe"}
            for n, a in accounts.items()
        ]
        file.write_text(yaml.safe_dump(entries), "utf-8")
        extra = {
            "JKT_WECHAT_ACCOUNTS": str(file),
            "JKT_WECHAT_URL": wechat.server.url,
            "JKT_WECHAT_AUTHORIZE_URL": f"{wechat.server.url}/connect/oauth2/authorize",
        }
        for name, account in accounts.items():
            for what in ("token", "aes_key", "app_secret"):
                extra[f"JKT_WECHAT_{name.upper()}_{what.upper()}"] = getattr(account, what)
        stack = Stack(folder / "var", extra)
        stack.env["JKT_PUBLIC_URL"] = stack.service("bot").url
        for name, account in accounts.items():
            account.url = f"{stack.service('bot').url}/wechat/{name}"
        stack.prepare()
        stack.start()
        try:
            yield City(stack, wechat, accounts)
        finally:
            stack.stop()


def until(holds: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + _PATIENCE
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.05)


def known(city: City, phone: Phone) -> None:
    """Let the chat know its person, by a token of the province."""
    conversation = conversation_of(city, phone)
    city.run(phone.say(city.token("wechat", conversation)))
    until(lambda: "同意" in phone.seen[-1].choices, phone.text)
    city.run(phone.tap("同意"))
    until(lambda: "身份核实好了" in phone.text, phone.text)


def conversation_of(city: City, phone: Phone) -> str:
    key = SecretStore(city.stack.folder / "secrets").get("vault")
    return People(f"sqlite:///{city.stack.folder}/db/vault.sqlite3", key).conversation(
        Person("main" if phone.account is city.accounts["main"] else "mini", phone.openid)
    )


def test_known_in_the_chat_then_on_the_page_without_typing(city: City) -> None:
    phone = city.phone("main")
    known(city, phone)
    person, browser = city.opens_page(phone)
    until(lambda: "同意" in person.refresh().choices(), person.text())
    assert "另一个对话里核实过" in person.everything()
    assert "身份核实好了" not in person.everything()
    assert "身份核实好了" in person.send(tap="同意")
    assert "绿码" in person.send("我的码是啥颜色")
    seen = "\n".join([*browser.visited, *browser.shown, *(city.stack.log(n) for n in ("bot", "actions"))])
    assert phone.openid not in seen


def test_known_on_the_page_then_in_the_chat_without_typing(city: City) -> None:
    phone = city.phone("main")
    city.run(phone.follows())
    person, _ = city.opens_page(phone)
    person.hand_over(city.token("web", person.conversation_id))
    until(lambda: "同意" in person.refresh().choices(), person.text())
    person.send(tap="同意")
    assert "不用再核实身份" in person.send(tap="到微信里接着办")
    city.run(phone.say("我的码是啥颜色"))
    until(lambda: "同意" in phone.seen[-1].choices, phone.text)
    city.run(phone.tap("同意"))
    until(lambda: "绿码" in phone.text, phone.text)
    assert "姓名" not in phone.seen[-1].text


def test_from_the_mini_program_into_its_chat(city: City) -> None:
    phone = city.phone("mini")
    said = requests.post(f"{city.url}/mini/mini/login", json={"code": phone.login_code()}, timeout=20).json()
    handed = requests.post(
        f"{city.url}/mini/mini/handover",
        json={"token": city.token("mini_program", said["conversation_id"])},
        headers={"Authorization": f"Bearer {said['token']}"},
        timeout=20,
    )
    assert handed.status_code == 201, handed.text
    city.run(phone.enters(f"page=code&{handed.json()['session_from']}"))
    until(lambda: bool(phone.seen), "a greeting")
    assert "码的颜色" in phone.seen[0].text
    city.run(phone.tap("同意"))
    until(lambda: "身份核实好了" in phone.text, phone.text)
    city.run(phone.say("我的码是啥颜色"))
    until(lambda: phone.seen[-1].kind == "miniprogrampage", phone.text)
    assert "绿码" in phone.seen[-2].text
    assert phone.seen[-1].pages == {"我的健康码": ("", "pages/code/index")}
    stored = b"".join(p.read_bytes() for p in Path(city.stack.folder).rglob("*") if p.is_file())
    assert SESSION_KEY.encode() not in stored
    assert phone.openid not in city.stack.log("bot")
