"""Conversation files, played by people in WeChat: through pushes, signed and sealed, to a running product.

:class:`ByWeChat` stands where a ``Stack`` stands for the player. :class:`Plays` plays all scripts beside the tests, on
several products at once: much of a script's time is waiting for processes that it has killed.
"""

from __future__ import annotations

import asyncio
import html
import re
import sqlite3
import threading
import time
from collections.abc import Coroutine, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import yaml

from bot.channels.wechat.people import People, Person
from privacy.secrets import SecretStore
from tests.support.conversation import Player, WentWrong, personas
from tests.support.stack import Stack
from tests.wechat_server import Account, Delivery, Phone, RealClock, Seen, WeChat

T = TypeVar("T")
ACCOUNT = "main"
MINI = "mini"
_TAP = "tap in WeChat: "
_SEEN = "seen in WeChat: "
#: Seconds until everything that a message leads to must have been said.
_PATIENCE = 40.0
_TAGS = re.compile(r"<style>.*?</style>|<[^>]+>", re.DOTALL)


class RunningWeChat:
    """A WeChat on real time, with its own thread; use it as a context."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self.server = WeChat(RealClock())

    def __enter__(self) -> RunningWeChat:
        self._thread.start()
        self.run(self.server.start())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.run(self.server.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def run(self, work: Coroutine[Any, Any, T], limit: float = _PATIENCE * 2) -> T:
        """Run something on WeChat's own loop, ``limit`` seconds at most."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(limit)


class ByWeChat:
    """A running product, talked to through a 公众号 of its own."""

    name = ACCOUNT

    def __init__(
        self,
        folder: Path,
        wechat: RunningWeChat,
        notices: dict[str, Any] | None = None,
        more: Mapping[str, str] | None = None,
    ) -> None:
        """``notices`` is what the accounts file says of subscribed notices, ``more`` are further settings."""
        folder.mkdir(parents=True)
        accounts = folder / "accounts.yml"
        self._wechat = wechat
        self.account = wechat.server.add(Account(app_id=f"wx{folder.name.encode().hex()[:20]}00"))
        entry: dict[str, Any] = {
            "name": ACCOUNT,
            "kind": "service",
            **_console(self.account),
        }
        if notices is not None:
            entry["notices"] = notices
            templates = notices["templates"].values()
            self.account.templates = {template["id"]: set(template["fields"]) for template in templates}
        self.mini = wechat.server.add(_mini_program(folder.name))
        entries = [entry, {"name": MINI, "kind": "mini_program", **_console(self.mini)}]
        accounts.write_text(yaml.safe_dump(entries), "utf-8")
        extra = {
            "JKT_WECHAT_ACCOUNTS": str(accounts),
            "JKT_WECHAT_URL": wechat.server.url,
            **_secrets(ACCOUNT, self.account),
            **_secrets(MINI, self.mini),
            **(more or {}),
        }
        self.stack = Stack(folder / "var", extra)
        self.stack.env["JKT_PUBLIC_URL"] = self.stack.service("bot").url
        self.account.url = f"{self.stack.service('bot').url}/wechat/{ACCOUNT}"
        self.mini.url = f"{self.stack.service('bot').url}/wechat/{MINI}"
        self._shown: dict[str, int] = {}
        self._pictures: dict[str, bytes] = {}

    def __getattr__(self, name: str) -> Any:
        """Everything that is not said in WeChat is the product's."""
        return getattr(self.stack, name)

    def say(self, sender: str, message: str) -> list[dict[str, object]]:
        """Type or tap something; returns what is new on the screen."""
        phone = self._phone(sender)
        tapped = message.startswith(_TAP)
        does = phone.tap(message.removeprefix(_TAP)) if tapped else phone.say(message)
        self._done(self._wechat.run(does))
        return self._news(phone)

    def send_picture(self, sender: str, picture: bytes) -> list[dict[str, object]]:
        """Send a picture; returns what is new on the screen."""
        phone = self._phone(sender)
        self._done(self._wechat.run(phone.send_picture(picture)))
        return self._news(phone)

    def send_voice(self, sender: str, recording: bytes) -> list[dict[str, object]]:
        """Send a voice message; returns what is new on the screen."""
        phone = self._phone(sender)
        media_id = self._wechat.server.keep("audio/amr", recording)
        self._done(self._wechat.run(phone.send("voice", MediaId=media_id, Format="amr")))
        return self._news(phone)

    def hear(self, sender: str) -> list[dict[str, object]]:
        """What is new on the screen without a word of one's own."""
        return self._news(self._phone(sender))

    def _done(self, delivery: Delivery) -> None:
        if delivery.fault:
            raise WentWrong(f"WeChat shows a fault: {delivery.fault}\n{delivery.answer}")

    def fetch(self, address: str) -> bytes:
        """What lies behind a link, or a picture that was shown."""
        return self._pictures[address] if address in self._pictures else self.stack.fetch(address)

    def work_orders(self, sender: str) -> list[dict[str, Any]]:
        """Work orders of somebody's conversation."""
        return self.stack.work_orders(self.conversation(sender))

    def pass_days(self, sender: str, days: float) -> None:
        """Let somebody's conversation lie for days."""
        self.stack.pass_days(self.conversation(sender), days)

    def conversation(self, sender: str) -> str:
        """The id of somebody's conversation."""
        key = SecretStore(self.stack.folder / "secrets").get("vault")
        people = People(f"sqlite:///{self.stack.folder}/db/vault.sqlite3", key)
        return people.conversation(Person(self.name, self._phone(sender).openid))

    def handset(self, sender: str) -> Phone:
        """Somebody's WeChat; what it does runs on WeChat's own loop."""
        return self._phone(sender)

    def _phone(self, sender: str) -> Phone:
        return self._wechat.server.phone(self.account, f"o-{sender}")

    def _news(self, phone: Phone) -> list[dict[str, object]]:
        """What is on the screen now and was not when it was looked at last, once all is said."""
        self._settle(phone)
        before = self._shown.get(phone.openid, 0)
        news = phone.seen[before:]
        self._shown[phone.openid] = before + len(news)
        return [self._answer(f"{_SEEN}{phone.openid} {before + n}", seen) for n, seen in enumerate(news)]

    def _settle(self, phone: Phone) -> None:
        """Wait until nothing is being answered and nothing is on its way to this person."""
        conversation = self.conversation(phone.openid.removeprefix("o-"))
        end = time.monotonic() + _PATIENCE
        while self._under_way(conversation):
            if time.monotonic() > end:
                raise TimeoutError("something is still to be said")
            time.sleep(0.01)

    def _under_way(self, conversation: str) -> bool:
        soon = time.time() + 60
        file = self.stack.folder / "db" / "bot.sqlite3"
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=10)) as store:
            (waiting,) = store.execute(
                "SELECT (SELECT count(*) FROM wechat_pushes WHERE conversation_id = ? AND state != 'done')"
                " + (SELECT count(*) FROM wechat_outbox WHERE conversation_id = ? AND sealed IS NOT NULL"
                " AND not_before < ?)",
                (conversation, conversation, soon),
            ).fetchone()
        return bool(waiting)

    def _answer(self, name: str, seen: Seen) -> dict[str, object]:
        """One message on the screen in the shape the player knows; a long one with the page it leads to."""
        buttons = [{"title": title, "payload": f"{_TAP}{title}"} for title in seen.choices]
        buttons += [{"title": title, "url": url} for title, url in seen.links.items()]
        answer: dict[str, object] = {"text": seen.text, "buttons": buttons}
        if "查看全文" in seen.links:
            page = self.stack.fetch(seen.links["查看全文"]).decode()
            answer["text"] = f"{seen.text}\n{html.unescape(_TAGS.sub(' ', page))}"
        if seen.content:
            self._pictures[name] = seen.content
            answer["image"] = name
        return answer


class ByMiniProgram(ByWeChat):
    """The same product, talked to through the customer service of its mini-program."""

    name = MINI

    def __init__(self, product: ByWeChat) -> None:
        """Share the product of somebody else's."""
        self._wechat, self.stack, self.account = product._wechat, product.stack, product.mini
        self._shown, self._pictures = {}, {}


def _mini_program(name: str) -> Account:
    """A mini-program: what is answered to a push is not shown, choices are numbers."""
    return Account(
        app_id=f"wx{name.encode().hex()[:20]}01",
        original_id="gh_mini00000000",
        is_mini_program=True,
        has_menus=False,
        returns_menu_ids=False,
    )


def _console(account: Account) -> dict[str, str]:
    """What the accounts file says of an account."""
    return {"app_id": account.app_id, "original_id": account.original_id, "mode": account.mode}


def _secrets(name: str, account: Account) -> dict[str, str]:
    return {
        f"JKT_WECHAT_{name.upper()}_TOKEN": account.token,
        f"JKT_WECHAT_{name.upper()}_AES_KEY": account.aes_key,
        f"JKT_WECHAT_{name.upper()}_APP_SECRET": account.app_secret,
    }


class Plays:
    """Plays scripts on ``count`` products at once; each product plays its share in order."""

    def __init__(self, folder: Path, scripts: Sequence[tuple[str, dict[str, Any]]], count: int) -> None:
        self._folder = folder
        self._results: dict[str, Future[None]] = {name: Future() for name, _ in scripts}
        self._threads = ThreadPoolExecutor(count)
        self._stopped = threading.Event()
        for number in range(count):
            self._threads.submit(self._play_share, number, scripts[number::count])

    def result(self, name: str) -> None:
        """Wait until a script was played; raises what went wrong."""
        self._results[name].result()

    def close(self) -> None:
        """Play nothing more, and wait for what is running."""
        self._stopped.set()
        self._threads.shutdown()

    def _play_share(self, number: int, share: Sequence[tuple[str, dict[str, Any]]]) -> None:
        try:
            with ExitStack() as closing_all:
                wechat = closing_all.enter_context(RunningWeChat())
                product = ByWeChat(self._folder / f"wechat{number}", wechat)
                product.stack.prepare()
                closing_all.callback(product.stack.stop)
                product.stack.start()
                for name, script in share:
                    if self._stopped.is_set():
                        return
                    self._play(product, name, script)
        except BaseException as failure:  # noqa: BLE001 - each test of the share reports it
            for name, _ in share:
                if not self._results[name].done():
                    self._results[name].set_exception(failure)

    def _play(self, product: ByWeChat, name: str, script: dict[str, Any]) -> None:
        persona = personas()[script["persona"]] if script.get("persona") else {}
        try:
            Player(product, persona).play(script)  # type: ignore[arg-type]
        except Exception as problem:  # noqa: BLE001 - the test of this script reports it
            log = product.stack.log("bot")[-2000:]
            self._results[name].set_exception(AssertionError(f"{problem}\n--- log of bot:\n{log}"))
        else:
            self._results[name].set_result(None)
        finally:
            product.stack.ensure_running()
