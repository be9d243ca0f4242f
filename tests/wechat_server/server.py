"""The server: WeChat's interfaces over HTTP, and pushes with its three tries."""

from __future__ import annotations

import asyncio
import itertools
import json
import secrets
from collections import Counter, defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from xml.etree.ElementTree import ParseError

import aiohttp
from aiohttp import web

from tests.wechat_server import logins
from tests.wechat_server.account import Account
from tests.wechat_server.limits import Allowance, StableToken
from tests.wechat_server.phone import FAULT, Phone, Seen, read_text

TRIES = 3
PATIENCE = 5.0
MOST_BYTES = 2048
#: Seconds for which WeChat keeps what an account uploads.
MEDIA_LIFE = 3 * 86_400.0


@dataclass(frozen=True)
class SentNotice:
    """A subscribed notice that was taken."""

    phone: Phone
    template_id: str
    message_id: str


@dataclass
class Delivery:
    """What became of a push.

    Attributes:
        statuses: HTTP status of each try; None when nothing came in five seconds.
        seconds: how long each try took.
        answer: body of the try that was answered.
        shown: what the person saw of it, if anything.
        fault: what WeChat has against the answer, if anything.
    """

    statuses: list[int | None] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    answer: str | None = None
    shown: Seen | None = None
    fault: str = ""


class WeChat:
    """The platform. ``clock`` is its time (see ``clock``); pushes are given up on after five of its seconds."""

    def __init__(self, clock: Any) -> None:
        self.clock = clock
        self.accounts: dict[str, Account] = {}
        self.phones: dict[tuple[str, str], Phone] = {}
        self.tokens: defaultdict[str, StableToken] = defaultdict(lambda: StableToken(clock))
        self.allowances: defaultdict[tuple[str, str], Allowance] = defaultdict(Allowance)
        self.calls: Counter[str] = Counter()
        self.bodies: list[tuple[str, Any]] = []
        self.errcodes: defaultdict[str, deque[int]] = defaultdict(deque)
        self.before: dict[str, Callable[[], Awaitable[None]]] = {}
        self.after: dict[str, Callable[[], Awaitable[None]]] = {}
        self.agreed: set[tuple[str, str, str]] = set()
        self.sent: list[SentNotice] = []
        self.sends_receipts = False
        self._receipts: set[asyncio.Future[Delivery]] = set()
        self.media: dict[str, tuple[str, bytes]] = {}
        self.uploaded: dict[str, tuple[str, float]] = {}
        self.codes: dict[str, logins.Code] = {}
        self.scenes: dict[str, tuple[str, float]] = {}
        self._ids = itertools.count(24_000_000_000_000_000)
        self._runner: web.AppRunner | None = None
        self._session: aiohttp.ClientSession | None = None
        self.url = ""

    async def start(self) -> None:
        """Listen on a free port."""
        app = web.Application(client_max_size=16 * 1024 * 1024)
        app.router.add_route("*", "/{path:.*}", self._serve)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"  # type: ignore[union-attr]
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))

    async def stop(self) -> None:
        """Close everything."""
        if self._session is not None:
            await self._session.close()
        if self._runner is not None:
            await self._runner.cleanup()

    def add(self, account: Account) -> Account:
        """Register an account."""
        self.accounts[account.app_id] = account
        return account

    def phone(self, account: Account, openid: str | None = None) -> Phone:
        """A person who knows the account."""
        openid = openid or f"o{secrets.token_urlsafe(20)}"
        key = (account.app_id, openid)
        if key not in self.phones:
            self.phones[key] = Phone(self, account, openid)
        return self.phones[key]

    def keep(self, media_type: str, content: bytes) -> str:
        """Keep a file; returns its media id."""
        media_id = secrets.token_urlsafe(32)
        self.media[media_id] = (media_type, content)
        return media_id

    def next_id(self) -> str:
        """The id of a message, 64 bits."""
        return str(next(self._ids))

    def grant(self, phone: Phone, what: str) -> None:
        """Let the account send, for something the person did."""
        self.allowances[phone.account.app_id, phone.openid].grant(what, self.clock())

    async def push(self, phone: Phone, fields: dict[str, Any], grants: str | None) -> Delivery:
        """Push, up to three times, and show the person what comes back."""
        if grants:
            self.grant(phone, grants)
        query, body = phone.account.request(fields, self.clock())
        delivery = Delivery()
        for _ in range(TRIES):
            began = self.clock()
            status, answer = await self.post(phone.account, query, body)
            delivery.statuses.append(status)
            delivery.seconds.append(self.clock() - began)
            if status is not None:
                delivery.answer = answer
                break
        delivery.shown = self._shown(phone, delivery)
        if delivery.shown is not None and not phone.account.is_mini_program:
            phone.show(delivery.shown)
        return delivery

    async def post(self, account: Account, query: dict[str, str], body: bytes) -> tuple[int | None, str]:
        """One try: status and body, or None when five seconds pass or the connection fails."""
        request = asyncio.ensure_future(self._request(account, query, body))
        patience = asyncio.ensure_future(self.clock.sleep(PATIENCE))
        await asyncio.wait({request, patience}, return_when=asyncio.FIRST_COMPLETED)
        done = request.done()
        for task in (request, patience):
            task.cancel()
        await asyncio.gather(request, patience, return_exceptions=True)
        if not done or request.exception() is not None:
            return None, ""
        return request.result()

    async def _request(self, account: Account, query: dict[str, str], body: bytes) -> tuple[int, str]:
        assert self._session is not None
        url = f"{account.url}?{urlencode(query)}"
        async with self._session.post(url, data=body, headers={"Content-Type": "text/xml"}) as answer:
            return answer.status, await answer.text()

    def _shown(self, phone: Phone, delivery: Delivery) -> Seen | None:
        if delivery.answer is None or delivery.statuses[-1] != 200:
            delivery.fault = f"answered with {delivery.statuses}"
            return Seen("fault", "text", FAULT)
        if delivery.answer in ("", "success"):
            return None
        try:
            reply = phone.account.read_reply(delivery.answer)
            assert reply["ToUserName"] == phone.openid
            assert reply["FromUserName"] == phone.account.original_id
            assert str(reply["CreateTime"]).isdigit()
            if reply["MsgType"] == "image":
                return Seen("passive", "image", content=self.media[reply["Image"]["MediaId"]][1])
            assert reply["MsgType"] == "text"
            assert 0 < len(reply["Content"].encode()) < MOST_BYTES
        except (ValueError, KeyError, AssertionError, ParseError, TypeError) as error:
            delivery.fault = f"{type(error).__name__}: {error}"
            return Seen("fault", "text", FAULT)
        return read_text("passive", reply["Content"])

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        path = request.path
        self.calls[path] += 1
        if path in self.before:
            await self.before[path]()
        if path == "/cgi-bin/stable_token":
            return self._token(await request.json())
        if path in logins.WITHOUT_TOKEN:
            if self.errcodes[path] and (code := self.errcodes[path].popleft()):
                return _said(code)
            return logins.answer(self, request)
        account = self._account(request.query.get("access_token", ""))
        if isinstance(account, int):
            return _said(account)
        if self.errcodes[path]:
            code = self.errcodes[path].popleft()
            if code:
                return _said(code)
        handler = _HANDLERS.get(path)
        answer = await handler(self, account, request) if handler else _said(-1)
        if path in self.after:
            await self.after[path]()
        return answer

    def _token(self, body: dict[str, Any]) -> web.Response:
        if self.errcodes["/cgi-bin/stable_token"]:
            return _said(self.errcodes["/cgi-bin/stable_token"].popleft())
        account = self.accounts.get(body.get("appid", ""))
        if account is None:
            return _said(40013)
        if body.get("secret") != account.app_secret:
            return _said(40125)
        given = self.tokens[account.app_id].ask(force=body.get("force_refresh") is True)
        if isinstance(given, int):
            return _said(given)
        return web.json_response({"access_token": given[0], "expires_in": given[1]})

    def _account(self, token: str) -> Account | int:
        refusals = [40001]
        for app_id, account in self.accounts.items():
            refusal = self.tokens[app_id].refusal(token)
            if refusal == 0:
                return account
            refusals.append(refusal)
        return max(refusals)

    async def _send(self, account: Account, request: web.Request) -> web.Response:
        raw = await request.read()
        body = json.loads(raw)
        self.bodies.append((request.path, body))
        phone = self.phones.get((account.app_id, body.get("touser", "")))
        refusal = self._refusal(account, phone, body, raw)
        if refusal == 0:
            refusal = self.allowances[account.app_id, body["touser"]].refusal(self.clock())
        if refusal == 0 and phone is not None:
            phone.show(self._service_message(body))
        return _said(refusal)

    def _refusal(self, account: Account, phone: Phone | None, body: dict[str, Any], raw: bytes) -> int:
        if not account.may_send:
            return 48001
        if phone is None:
            return 40003
        if body["msgtype"] == "miniprogrampage":
            return self._card_refusal(account, body["miniprogrampage"])
        return _words_refusal(account, body, raw)

    def _card_refusal(self, account: Account, card: dict[str, Any]) -> int:
        """40200 where there are no cards, 40007 for a picture that is no picture of this account, or too old."""
        if not account.has_cards:
            return 40200
        owner, until = self.uploaded.get(card["thumb_media_id"], ("", 0.0))
        if owner != account.app_id or until <= self.clock():
            return 40007
        names_itself = account.is_mini_program or bool(card.get("appid"))
        return 0 if card["title"] and card["pagepath"] and names_itself else 44004

    def _service_message(self, body: dict[str, Any]) -> Seen:
        kind, part = body["msgtype"], body[body["msgtype"]]
        if kind == "text":
            return read_text("service", part["content"])
        if kind == "msgmenu":
            titles = [choice["content"] for choice in part["list"]]
            seen = read_text("service", "\n".join([part["head_content"], *titles, part["tail_content"]]))
            seen.kind = kind
            seen.choices |= {choice["content"]: choice["id"] for choice in part["list"]}
            return seen
        if kind == "miniprogrampage":
            page = part.get("appid", ""), part["pagepath"]
            picture = self.media[part["thumb_media_id"]][1]
            return Seen("service", kind, part["title"], pages={part["title"]: page}, content=picture)
        if kind == "image":
            return Seen("service", kind, content=self.media[part["media_id"]][1])
        return Seen("service", kind, json.dumps(part, ensure_ascii=False))

    async def _typing(self, account: Account, request: web.Request) -> web.Response:
        body = await request.json()
        phone = self.phones.get((account.app_id, body["touser"]))
        if phone is None:
            return _said(40003)
        if body["command"] not in ("Typing", "CancelTyping"):
            return _said(45072)
        if body["command"] == "Typing" and phone.typing[-1:] == ["Typing"]:
            return _said(45081)
        phone.typing.append(body["command"])
        return _said(0)

    async def _menu(self, account: Account, request: web.Request) -> web.Response:
        buttons = (await request.json())["button"]
        for button in buttons:
            if len(button["name"].encode()) > 16 or len(buttons) > 3:
                return _said(40018)
            for inner in button.get("sub_button") or ():
                if len(inner["name"].encode()) > 40 or len(button["sub_button"]) > 5:
                    return _said(40025)
        account.menu = buttons
        return _said(0)

    async def _menu_info(self, account: Account, _request: web.Request) -> web.Response:
        return web.json_response(
            {"is_menu_open": int(account.menu is not None), "selfmenu_info": {"button": account.menu or []}}
        )

    async def _media(self, _account: Account, request: web.Request) -> web.StreamResponse:
        found = self.media.get(request.query.get("media_id", ""))
        if found is None:
            return _said(40007)
        return web.Response(body=found[1], content_type=found[0])

    async def _upload(self, account: Account, request: web.Request) -> web.Response:
        part = (await request.post())["media"]
        media_id = self.keep(part.content_type, part.file.read())  # type: ignore[union-attr]
        self.uploaded[media_id] = account.app_id, self.clock() + MEDIA_LIFE
        return web.json_response({"type": "image", "media_id": media_id, "created_at": int(self.clock())})

    async def receipt(self, notice: SentNotice, status: str = "success") -> Delivery:
        """Push what became of a subscribed notice."""
        return await notice.phone.tells("sent", **receipt_of(notice, status))

    async def _subscribed(self, account: Account, request: web.Request) -> web.Response:
        body = await request.json()
        self.bodies.append((request.path, body))
        if request.path.endswith("bizsend") == account.is_mini_program:
            return _said(48001)
        phone = self.phones.get((account.app_id, body["touser"]))
        if phone is None:
            return _said(40003)
        template_id = body["template_id"]
        refusal = _template_refusal(account, template_id, body["data"])
        key = (account.app_id, phone.openid, template_id)
        if not refusal and account.templates is not None and key not in self.agreed:
            refusal = 43101
        if refusal:
            return _said(refusal)
        if not account.is_long_term:
            self.agreed.discard(key)
        words = {name: field["value"] for name, field in body["data"].items()}
        links = {"点击查看": body["page"]} if body.get("page") else {}
        phone.show(Seen("subscribed", "notice", "\n".join(words.values()), links=links))
        notice = SentNotice(phone, template_id, self.next_id())
        self.sent.append(notice)
        if self.sends_receipts:
            task = asyncio.ensure_future(self.receipt(notice))
            self._receipts.add(task)
            task.add_done_callback(self._receipts.discard)
        return web.json_response({"errcode": 0, "errmsg": "ok", "msgid": int(notice.message_id)})

    async def _qr(self, account: Account, request: web.Request) -> web.Response:
        body = await request.json()
        scene = body["action_info"]["scene"]["scene_str"]
        if account.is_mini_program or body["action_name"] != "QR_STR_SCENE" or not 1 <= len(scene) <= 64:
            return _said(40066)
        url = f"http://weixin.qq.com/q/{secrets.token_urlsafe(12)}"
        self.scenes[url] = scene, self.clock() + body["expire_seconds"]
        return web.json_response({"ticket": "t", "expire_seconds": body["expire_seconds"], "url": url})

    async def _notice(self, account: Account, request: web.Request) -> web.Response:
        body = await request.json()
        self.bodies.append((request.path, body))
        phone = self.phones.get((account.app_id, body["touser"]))
        if phone is None:
            return _said(40003)
        phone.show(Seen("notice", "notice", json.dumps(body["data"], ensure_ascii=False)))
        return web.json_response({"errcode": 0, "errmsg": "ok", "msgid": int(self.next_id())})


_HANDLERS: dict[str, Callable[[WeChat, Account, web.Request], Awaitable[web.StreamResponse]]] = {
    "/cgi-bin/message/custom/send": WeChat._send,
    "/cgi-bin/message/custom/typing": WeChat._typing,
    "/cgi-bin/menu/create": WeChat._menu,
    "/cgi-bin/get_current_selfmenu_info": WeChat._menu_info,
    "/cgi-bin/media/get": WeChat._media,
    "/cgi-bin/qrcode/create": WeChat._qr,
    "/cgi-bin/media/upload": WeChat._upload,
    "/cgi-bin/message/template/send": WeChat._notice,
    "/cgi-bin/message/subscribe/bizsend": WeChat._subscribed,
    "/cgi-bin/message/subscribe/send": WeChat._subscribed,
}


def _words_refusal(account: Account, body: dict[str, Any], raw: bytes) -> int:
    kind = body["msgtype"]
    if kind == "msgmenu" and not account.has_menus:
        return 40200
    text = body["text"]["content"] if kind == "text" else json.dumps(body[kind], ensure_ascii=False)
    if not text:
        return 44004
    if len(text.encode()) > MOST_BYTES:
        return 45002
    return 47001 if b"\\u" in raw else 0


#: Characters of a field by its type.
_LONGEST = {"thing": 20, "phrase": 5, "character_string": 32, "const": 20}


def _template_refusal(account: Account, template_id: str, data: dict[str, Any]) -> int:
    """40037 for a template of somebody else, 47003 for fields that are not the template's or too long."""
    if account.templates is None:
        return 0
    if template_id not in account.templates:
        return 40037
    fits = all(
        0 < len(field["value"]) <= _LONGEST.get(name.rstrip("0123456789"), 32) for name, field in data.items()
    )
    return 0 if set(data) == account.templates[template_id] and fits else 47003


def receipt_of(notice: SentNotice, status: str) -> dict[str, Any]:
    """The entry of a receipt; WeChat's words for what went wrong are “user block” and “system failed”."""
    code = "0" if status == "success" else "1"
    return {
        "TemplateId": notice.template_id,
        "MsgID": notice.message_id,
        "ErrorCode": code,
        "ErrorStatus": status,
    }


def _said(errcode: int) -> web.Response:
    return web.json_response({"errcode": errcode, "errmsg": "ok" if errcode == 0 else "refused"})
