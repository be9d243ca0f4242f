"""The channel as it stands in a process, in front of a scripted assistant; as many processes as a test wants."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import yaml
from aiohttp import web

from bot.channels.wechat.accounts import load_accounts
from bot.channels.wechat.channel import WeChatContext, WeChatParts, build_context
from bot.channels.wechat.entering import load_entrances
from bot.channels.wechat.menu import Menu
from bot.channels.wechat.pages import load_pages
from bot.channels.wechat.people import People, Person
from bot.identity.passing import Passing
from bot.identity.tickets import Tickets
from bot.message import InboundMessage
from bot.notices.courier import Courier
from bot.notices.ledger import Receipt
from bot.pictures import Pictures
from bot.refusals import Refusals
from bot.signing import PayloadSigner
from bot.tracker_tables import TrackerTables
from bot.voice import Deaf, SpeechRecogniser
from privacy.database import open_engine
from privacy.erasure import Erasures
from privacy.media import Media, MediaStore
from privacy.vault import Vault
from tests.wechat_server import Account, WeChat

ROOT = Path(__file__).resolve().parents[2]
KEY = b"k" * 32
SIGNER = PayloadSigner(b"s" * 32)
MENU = Menu.load(ROOT / "data" / "wechat" / "menu.yml")
ENTRANCES = load_entrances(ROOT / "data" / "wechat" / "mini_program.yml")
PAGES = load_pages(ROOT / "data" / "wechat" / "mini_program.yml")
SAYS = Refusals.load(ROOT / "data" / "responses" / "wechat.yml", "wechat.").sentence
PUBLIC = "https://jkt.example.cn"


class ScriptedDoor:
    """Answers from a script, echoes what is not in it; ``慢…`` waits until it is released."""

    def __init__(self) -> None:
        self.received: list[InboundMessage] = []
        self.asked: list[InboundMessage] = []
        self.script: dict[str, list[dict[str, Any]]] = {}
        self.release = asyncio.Event()
        self.arrived = asyncio.Event()

    async def ask(self, message: InboundMessage) -> None:
        """Note what was asked unseen."""
        self.asked.append(message)

    async def receive(self, message: InboundMessage, output: Any) -> None:
        """Answer one message."""
        self.received.append(message)
        self.arrived.set()
        if message.text.startswith("慢"):
            await self.release.wait()
        meant = SIGNER.verify(message.sender_id, message.text) if message.kind == "payload" else None
        said = self.script.get(
            meant or message.text, [{"text": f"收到：{meant or message.text or message.kind}"}]
        )
        for answer in said:
            await output.send_response(message.sender_id, dict(answer))

    @property
    def texts(self) -> list[str]:
        """What was asked, in order."""
        return [message.text for message in self.received]

    def turns(self) -> Counter[str]:
        """How often each text was asked."""
        return Counter(self.texts)


class Process:
    """One process: the channel behind a server, with its postman."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.door = ScriptedDoor()
        self.context: WeChatContext = build_context(house.parts(self.door), _no_rasa)
        self.tasks = [asyncio.ensure_future(self.context.postman.run())]
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def start(self) -> Process:
        """Listen; pushes of all accounts go here from now on."""
        app = web.Application()
        app.router.add_get("/wechat/{account}", self._verify)
        app.router.add_post("/wechat/{account}", self._receive)
        app.router.add_get("/wechat/{account}/oauth/{step}", self._sign_in)
        app.router.add_post("/mini/{account}/{step}", self._mini)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"  # type: ignore[union-attr]
        for name, account in self.house.accounts.items():
            account.url = f"{self.url}/wechat/{name}"
        return self

    async def stop(self) -> None:
        """End, as a process that is killed does: nothing is finished, nothing is noted."""
        living = {*self.tasks, *self.context.turns._tasks, *self.context.postman._under_way.values()}
        while living:  # Python 3.10's wait_for may swallow a cancellation
            for task in living:
                task.cancel()
            _, living = await asyncio.wait(living, timeout=0.05)
        if self._runner is not None:
            self._runner._shutdown_timeout = 0.01
            await self._runner.cleanup()
        await self.context.wire.close()

    async def _verify(self, request: web.Request) -> web.Response:
        answer = self.context.gateway.verify(request.match_info["account"], dict(request.query))
        return web.Response(text=answer.body, status=answer.status)

    async def _receive(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        answer = await self.context.gateway.receive(request.match_info["account"], dict(request.query), body)
        response = web.Response(text=answer.body, status=answer.status)
        await response.prepare(request)
        await response.write_eof()
        await self.context.gateway.sent(answer)
        return response

    async def _sign_in(self, request: web.Request) -> web.Response:
        account, step = request.match_info["account"], request.match_info["step"]
        sign_in = self.context.sign_in
        if step == "start":
            to = await sign_in.start(account)
        else:
            to = await sign_in.callback(account, dict(request.query), request.headers.get("Cookie", ""))
        response = web.Response(status=302 if to.location else 404, headers={"Location": to.location})
        for cookie in to.cookies:
            response.headers.add("Set-Cookie", cookie)
        return response

    async def _mini(self, request: web.Request) -> web.Response:
        account, mini = request.match_info["account"], self.context.mini_login
        if request.match_info["step"] == "login":
            said = await mini.login(account, await request.json(), request.remote or "")
        else:
            said = await mini.hand_over(
                account, await request.json(), request.headers.get("Authorization", "")
            )
        return web.json_response(said.body, status=said.status)


class House:
    """Stores that processes share, and a WeChat with accounts."""

    def __init__(self, folder: Path, wechat: WeChat, patience: float = 3.5) -> None:
        self.folder, self.wechat, self.clock, self.patience = folder, wechat, wechat.clock, patience
        self.engine = open_engine(f"sqlite:///{folder}/bot.sqlite3")
        self.vault_url = f"sqlite:///{folder}/vault.sqlite3"
        self.media = MediaStore(self.vault_url, KEY, self.now)
        self.erasures = Erasures(self.vault_url, KEY, self.now)
        self.people = People(self.vault_url, KEY, self.clock)
        self.recogniser: SpeechRecogniser = Deaf()
        self.courier: Courier | None = None
        self.farewell: Callable[[str], None] = lambda _conversation: None
        self.tickets = Tickets(self.engine, KEY, self.clock)
        self.tables = TrackerTables(f"sqlite:///{folder}/bot.sqlite3")
        self.passing = Passing(Vault(self.vault_url, KEY, self.now), self.tables, self.clock)
        self.accounts: dict[str, Account] = {}
        self.kinds: dict[str, str] = {}
        self.templates: dict[str, dict[str, Any]] = {}
        self.mini_programs: dict[str, dict[str, Any]] = {}
        self._processes: list[Process] = []

    def now(self) -> datetime:
        """The time, with its zone."""
        return datetime.fromtimestamp(self.clock(), timezone.utc)

    async def heard(self, receipt: Receipt) -> None:
        """Take a receipt of a notice, where there is somebody to tell."""
        if self.courier is not None:
            await self.courier.heard(receipt)

    def _farewell(self, conversation: str) -> None:
        self.farewell(conversation)

    def add(self, name: str, kind: str = "service", **more: Any) -> Account:
        """An account of this installation and of WeChat."""
        number = len(self.accounts)
        chosen = {
            "app_id": f"wx00000000000{number}",
            "original_id": f"gh_0000000{number}",
            "has_menus": kind == "service",
            "may_send": kind != "subscription",
            "returns_menu_ids": kind not in ("test", "mini_program"),
            "is_mini_program": kind == "mini_program",
            **more,
        }
        self.accounts[name], self.kinds[name] = self.wechat.add(Account(**chosen)), kind
        return self.accounts[name]

    def parts(self, door: ScriptedDoor) -> WeChatParts:
        """What a process is made of."""
        return WeChatParts(
            door=lambda _on_new_message: door,
            engine=self.engine,
            key=KEY,
            people=self.people,
            signer=SIGNER,
            pictures=Pictures(self.media),
            media=self.media,
            erasures=self.erasures,
            menu=MENU,
            says=SAYS,
            accounts=load_accounts(self._file(), self._secrets().get),
            base_url=self.wechat.url,
            public_url=PUBLIC,
            patience=self.patience,
            heard=self.heard,
            farewell=self._farewell,
            tickets=self.tickets,
            passing=self.passing,
            entrances=ENTRANCES,
            pages=PAGES,
            authorize_url=f"{self.wechat.url}/connect/oauth2/authorize",
            recogniser=self.recogniser,
            clock=self.clock,
            sleep=self.clock.sleep,
        )

    async def process(self) -> Process:
        """Start a process."""
        started = await Process(self).start()
        self._processes.append(started)
        return started

    async def close(self) -> None:
        """End every process."""
        for process in self._processes:
            with contextlib.suppress(Exception):
                await process.stop()

    def conversation(self, name: str, openid: str) -> str:
        """The id of somebody's conversation."""
        return self.people.conversation(Person(name, openid))

    def file(self, address: str) -> Media:
        """What lies behind an address of ours."""
        return self.media.get(address.removeprefix(f"{PUBLIC}/media/"))

    def stored(self) -> bytes:
        """Every byte of every store."""
        return b"".join(path.read_bytes() for path in sorted(self.folder.glob("*.sqlite3*")))

    def _file(self) -> Path:
        entries = [
            {
                "name": name,
                "kind": self.kinds[name],
                "app_id": account.app_id,
                "original_id": account.original_id,
                "mode": account.mode,
                **({"notices": self.templates[name]} if name in self.templates else {}),
                **({"mini_program": self.mini_programs[name]} if name in self.mini_programs else {}),
            }
            for name, account in self.accounts.items()
        ]
        path = self.folder / "accounts.yml"
        path.write_text(yaml.safe_dump(entries), "utf-8")
        return path

    def _secrets(self) -> dict[str, str]:
        found = {}
        for name, account in self.accounts.items():
            found[f"wechat_{name}_token"] = account.token
            found[f"wechat_{name}_aes_key"] = account.aes_key
            found[f"wechat_{name}_app_secret"] = account.app_secret
        return found


async def _no_rasa(_message: Any) -> None:
    """The scripted door needs no handler behind it."""
