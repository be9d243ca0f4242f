"""Who opens a page or a mini-program: codes, good once and for five minutes, and a web view with cookies."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
from aiohttp import web

if TYPE_CHECKING:
    from tests.wechat_server.phone import Phone
    from tests.wechat_server.server import WeChat

WITHOUT_TOKEN = {"/sns/oauth2/access_token": "page", "/sns/jscode2session": "mini"}
AUTHORIZE = "/connect/oauth2/authorize"
SESSION_KEY = "c2Vzc2lvbi1rZXktb2YtdGVzdHM="
UNIONID = "o6_bmasdasdsad6_2sgVt7hMZOPfL"


@dataclass
class Code:
    """What a code stands for."""

    app_id: str
    openid: str
    kind: str
    until: float
    used: bool = False


def new_code(phone: Phone, kind: str) -> str:
    """A code for the person with this phone."""
    code = secrets.token_urlsafe(24)
    until = phone.wechat.clock() + 300
    phone.wechat.codes[code] = Code(phone.account.app_id, phone.openid, kind, until)
    return code


def answer(wechat: WeChat, request: web.Request) -> web.Response:
    """``sns/oauth2/access_token`` and ``sns/jscode2session``, as documented."""
    kind, query = WITHOUT_TOKEN[request.path], request.query
    account = wechat.accounts.get(query.get("appid", ""))
    if account is None:
        return _refused(40013)
    if query.get("secret") != account.app_secret:
        return _refused(40125)
    code = wechat.codes.get(query.get("code" if kind == "page" else "js_code", ""))
    if code is None or code.kind != kind or code.app_id != account.app_id or code.until <= wechat.clock():
        return _refused(40029)
    if code.used:
        return _refused(40163)
    code.used = True
    known = {"openid": code.openid, "unionid": UNIONID}
    more = {"access_token": "a-user-token", "expires_in": 7200, "refresh_token": "r", "scope": "snsapi_base"}
    said = {**known, **more} if kind == "page" else {**known, "session_key": SESSION_KEY}
    return web.json_response(said, content_type="text/plain")


def _refused(errcode: int) -> web.Response:
    return web.json_response({"errcode": errcode, "errmsg": "refused"}, content_type="text/plain")


class Browser:
    """The web view of one phone.

    Attributes:
        cookies: name → value and path.
        visited: every address it has asked, of ours and of WeChat's.
        shown: every body it was shown.
    """

    def __init__(self, phone: Phone, public_url: str, served_at: str) -> None:
        self.phone, self.public_url, self.served_at = phone, public_url, served_at
        self.cookies: dict[str, tuple[str, str]] = {}
        self.visited: list[str] = []
        self.shown: list[str] = []

    async def open(self, address: str, most: int = 8) -> str:
        """Go to an address and wherever it leads; returns the last one."""
        for _ in range(most):
            self.visited.append(address)
            following = self._at_wechat(address) if AUTHORIZE in address else await self._at_ours(address)
            if following is None:
                return address
            address = following
        raise AssertionError(f"redirected more than {most} times")

    def _at_wechat(self, address: str) -> str:
        """WeChat's silent page: it knows who holds the phone, and sends the browser back with a code."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert (query["scope"], query["response_type"]) == ("snsapi_base", "code")
        assert address.endswith("#wechat_redirect")
        assert query["appid"] == self.phone.account.app_id
        back = {"code": new_code(self.phone, "page"), "state": query["state"]}
        return f"{query['redirect_uri']}?{urlencode(back)}"

    async def _at_ours(self, address: str) -> str | None:
        path = urlsplit(address).path
        if address.startswith(self.public_url) and not path.startswith("/wechat/"):
            return None  # the page: not of this channel
        url = address.replace(self.public_url, self.served_at, 1)
        sent = {name: value for name, (value, below) in self.cookies.items() if path.startswith(below)}
        header = "; ".join(f"{name}={value}" for name, value in sent.items())
        jar = aiohttp.DummyCookieJar()
        async with (
            aiohttp.ClientSession(cookie_jar=jar) as session,
            session.get(url, headers={"Cookie": header}, allow_redirects=False) as got,
        ):
            self.shown.append(await got.text())
            self._keep(got.headers.getall("Set-Cookie", []))
            return got.headers.get("Location") if got.status == 302 else None

    def _keep(self, headers: list[str]) -> None:
        for header in headers:
            for name, morsel in SimpleCookie(header).items():
                assert bool(morsel["secure"]) == self.public_url.startswith("https:")
                assert morsel["httponly"] and morsel["samesite"] in ("Lax", "Strict")
                if morsel["max-age"] == "0":
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = (morsel.value, morsel["path"])
