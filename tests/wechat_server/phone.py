"""A person with WeChat: what they see, what they can tap."""

from __future__ import annotations

import asyncio
import html
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from tests.wechat_server import logins
from tests.wechat_server.account import Account

if TYPE_CHECKING:
    from tests.wechat_server.server import Delivery, WeChat

FAULT = "该公众号提供的服务出现故障，请稍后再试"
_NUMBERED = re.compile(r"^(\d+) (.+)$", re.MULTILINE)
_LINK = re.compile(r'<a\s+href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
_IN_MINI_PROGRAM = re.compile(
    r'<a\s+href="[^"]*"\s+data-miniprogram-appid="([^"]*)"\s+data-miniprogram-path="([^"]*)">(.*?)</a>',
    re.DOTALL,
)


@dataclass
class Seen:
    """One message on the screen.

    Attributes:
        how: passive, service (customer-service message), subscribed (a notice) or fault.
        kind: text, msgmenu, image …
        text: as it reads, links as their words.
        choices: what a tap would send: title → id; “#3” where the third is chosen by typing its number.
        links: title → address.
        content: bytes of a picture.
        pages: title → app id and path of a page of a mini-program, on a card or behind a link.
    """

    how: str
    kind: str
    text: str = ""
    choices: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    content: bytes = b""
    pages: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass
class Phone:
    """One person and one account."""

    wechat: WeChat
    account: Account
    openid: str
    seen: list[Seen] = field(default_factory=list)
    typing: list[str] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def say(self, text: str, **more: Any) -> Delivery:
        """Type something."""
        return await self.send("text", Content=text, **more)

    async def tap(self, title: str) -> Delivery:
        """Tap a choice that is on the screen, the newest of that name."""
        for message in reversed(self.seen):
            if message.choices.get(title, "").startswith("#"):
                return await self.say(message.choices[title][1:])
            if title in message.choices:
                more = {"bizmsgmenuid": message.choices[title]} if self.account.returns_menu_ids else {}
                self.wechat.grant(self, "click")
                return await self.wechat.push(self, self._fields("text", Content=title, **more), grants=None)
        raise LookupError(f"no choice {title!r} on the screen")

    async def send(self, kind: str, **fields: Any) -> Delivery:
        """Send a message of any kind."""
        return await self.wechat.push(self, self._fields(kind, **fields), grants="message")

    async def send_picture(self, picture: bytes) -> Delivery:
        """Send a picture."""
        return await self.send(
            "image", PicUrl="http://mmbiz.qpic.cn/x", MediaId=self.wechat.keep("image/jpeg", picture)
        )

    async def send_place(self, latitude: float, longitude: float) -> Delivery:
        """Share a position."""
        place = {"Location_X": latitude, "Location_Y": longitude, "Scale": 16, "Label": "某某路1号"}
        return await self.send("location", **place)

    async def does(self, event: str, grants: str | None = None, **fields: Any) -> Delivery:
        """Cause an event."""
        return await self.wechat.push(self, self._fields("event", Event=event, **fields), grants=grants)

    async def follows(self) -> Delivery:
        """Begin to follow the account."""
        return await self.does("subscribe", "subscribe", EventKey="")

    async def scans(self, url: str, *, follows: bool = True) -> Delivery | None:
        """Scan a QR of the account; None when WeChat says that it is too old."""
        scene, until = self.wechat.scenes[url]
        if self.wechat.clock() >= until:
            return None
        if follows:
            return await self.does("SCAN", "scan", EventKey=scene, Ticket="t")
        return await self.does("subscribe", "subscribe", EventKey=f"qrscene_{scene}", Ticket="t")

    async def enters(self, source: str = "") -> Delivery:
        """Open a mini-program's customer service by a button with this session-from."""
        return await self.does("user_enter_tempsession", "enter", SessionFrom=source)

    def login_code(self) -> str:
        """What ``wx.login`` of the mini-program returns."""
        return logins.new_code(self, "mini")

    def browser(self, public_url: str, served_at: str) -> logins.Browser:
        """A web view of this phone; what is published at ``public_url`` is served at ``served_at``."""
        return logins.Browser(self, public_url, served_at)

    async def clicks(self, key: str) -> Delivery:
        """Tap a button of the menu at the bottom."""
        return await self.does("CLICK", "click", EventKey=key)

    async def subscribes(self, template_id: str, said: str = "accept", scene: str = "2") -> Delivery:
        """Choose in the pop-up of a page whether to get a notice."""
        self._choose(template_id, said)
        return await self.tells("popup", TemplateId=template_id, SubscribeStatusString=said, PopupScene=scene)

    async def changes(self, template_id: str, said: str = "reject") -> Delivery:
        """Change one's mind in WeChat's settings."""
        self._choose(template_id, said)
        return await self.tells("change", TemplateId=template_id, SubscribeStatusString=said)

    async def tells(self, what: str, **entry: Any) -> Delivery:
        """Let WeChat tell of a notice: popup, change or sent; its shape differs between XML and JSON."""
        listed: dict[str, Any] = {"List": [entry] if self.account.as_json else entry}
        wrapped = listed if self.account.as_json else {f"SubscribeMsg{what.capitalize()}Event": listed}
        return await self.does(f"subscribe_msg_{what}_event", **wrapped)

    def _choose(self, template_id: str, said: str) -> None:
        key = (self.account.app_id, self.openid, template_id)
        if said == "accept":
            self.wechat.agreed.add(key)
        else:
            self.wechat.agreed.discard(key)

    def _fields(self, kind: str, **fields: Any) -> dict[str, Any]:
        common = {
            "ToUserName": self.account.original_id,
            "FromUserName": self.openid,
            "CreateTime": int(self.wechat.clock()),
            "MsgType": kind,
        }
        return {**common, **fields, **({} if kind == "event" else {"MsgId": self.wechat.next_id()})}

    def show(self, message: Seen) -> None:
        """Put a message on the screen."""
        self.seen.append(message)
        self._news.set()

    async def sees(self, count: int, limit: float = 20.0) -> list[Seen]:
        """Wait until so many messages are on the screen; returns them all."""

        async def enough() -> None:
            while len(self.seen) < count:
                self._news.clear()
                await self._news.wait()

        await asyncio.wait_for(enough(), limit)
        return self.seen

    @property
    def text(self) -> str:
        """Everything on the screen."""
        return "\n".join(message.text for message in self.seen)


def read_text(how: str, content: str) -> Seen:
    """A text message with its links."""
    seen = Seen(how, "text")
    for written, words in _LINK.findall(content):
        address = html.unescape(written)
        if address.startswith("weixin://bizmsgmenu"):
            query = parse_qs(urlsplit(address).query)
            seen.choices[query["msgmenucontent"][0]] = query.get("msgmenuid", [""])[0]
        else:
            seen.links[words] = address
    for app_id, path, words in _IN_MINI_PROGRAM.findall(content):
        seen.pages[words] = app_id, html.unescape(path)
    for number, title in _NUMBERED.findall(content.partition("回复数字选择：")[2]):
        seen.choices[title] = f"#{number}"
    seen.text = _LINK.sub(lambda link: link.group(2), content)
    return seen
