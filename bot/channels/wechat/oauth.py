"""The page in WeChat learns from which chat it was opened: 网页授权, ``snsapi_base``, its state bound to the browser.

``start`` gives the browser a cookie and WeChat a state; ``callback`` believes a code only together with both, once,
within five minutes. The openid becomes the id of the chat at once and goes nowhere. What comes of it is a ticket in a
cookie that only ``POST /chat/arrival`` of the page gets to see: no address, log or page holds anything of it. Both end
at an address of our own that nobody can choose.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import urlencode

from bot.channels.wechat.accounts import Account
from bot.channels.wechat.errors import CallFailed, Outcome, Refused
from bot.channels.wechat.line import Line, Lines
from bot.channels.wechat.people import People, Person
from bot.identity.arrivals import ARRIVAL, ARRIVAL_COOKIE, ARRIVAL_PATH
from bot.identity.tickets import FIVE_MINUTES, Tickets

logger = logging.getLogger(__name__)

STATE: Final = "state"
BROWSER_COOKIE: Final = "jkt_browser"
#: Tells the page that it was opened from a chat; nothing more.
ARRIVED: Final = "/#from=wechat"
_OPEN: Final = "/"
_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{32}", re.ASCII)


@dataclass(frozen=True)
class Redirect:
    """Where the browser goes next, and the cookies it is given; 404 without a ``location``."""

    location: str = ""
    cookies: tuple[str, ...] = ()


class SignIn:
    """The sign-in of all accounts that have one."""

    def __init__(
        self, lines: Lines, tickets: Tickets, people: People, public_url: str, authorize_url: str
    ) -> None:
        """``authorize_url`` is WeChat's page; this bot is reached below ``public_url``."""
        self._lines = lines
        self._tickets = tickets
        self._people = people
        self._public_url = public_url
        self._authorize_url = authorize_url

    async def start(self, account: str, *, framed: bool = False, again: bool = False) -> Redirect:
        """Send the browser to WeChat.

        Args:
            account: whose address was opened.
            framed: whether another page shows this one in a frame: nobody signs in there.
            again: whether WeChat has not accepted a code before; the next one that it refuses is the last.
        """
        line = self._line(account)
        if line is None:
            return Redirect()
        if framed:
            return self._to(_OPEN)
        browser = secrets.token_urlsafe(24)
        body = {"browser": _digest(browser), "account": account, "again": again}
        state = await asyncio.to_thread(self._tickets.give, STATE, body)
        query = {
            "appid": line.account.app_id,
            "redirect_uri": f"{self._public_url}{_path(account)}/callback",
            "response_type": "code",
            "scope": "snsapi_base",
            "state": state,
        }
        cookie = self._cookie(BROWSER_COOKIE, browser, _path(account), "Lax")
        return Redirect(f"{self._authorize_url}?{urlencode(query)}#wechat_redirect", (cookie,))

    async def callback(self, account: str, query: Mapping[str, str], cookie_header: str) -> Redirect:
        """Take what WeChat sends the browser back with, and open the page; from the chat, when all of it is true."""
        line = self._line(account)
        if line is None:
            return Redirect()
        done = self._cookie(BROWSER_COOKIE, "", _path(account), "Lax", life=0)
        begun = await asyncio.to_thread(self._begun, account, query.get("state", ""), cookie_header)
        if begun is None:
            logger.warning("a sign-in of %s was refused: its state is not this browser's", account)
            return self._to(_OPEN, done)
        try:
            openid = await line.codes.of_page(query.get("code", ""))
        except Refused as refused:
            if refused.outcome is Outcome.RESTART_OAUTH and not begun["again"]:
                return await self.start(account, again=True)
            logger.warning("a sign-in of %s failed: %s", account, refused)
            return self._to(_OPEN, done)
        except CallFailed as failure:
            logger.warning("a sign-in of %s failed: %s", account, failure)
            return self._to(_OPEN, done)
        chat = {
            "channel": line.account.channel,
            "conversation_id": self._people.conversation(Person(account, openid)),
        }
        ticket = await asyncio.to_thread(self._tickets.give, ARRIVAL, chat)
        return self._to(ARRIVED, done, self._cookie(ARRIVAL_COOKIE, ticket, ARRIVAL_PATH, "Strict"))

    def _line(self, account: str) -> Line | None:
        line = self._lines.get(account)
        return line if line is not None and line.account.abilities.sign_in else None

    def _begun(self, account: str, state: str, cookie_header: str) -> Mapping[str, object] | None:
        """What ``start`` has noted for this state, if it was this browser and this account."""
        browser = cookie(cookie_header, BROWSER_COOKIE)
        if browser is None or not _SECRET.fullmatch(state):
            return None
        begun = self._tickets.take(STATE, state)
        if begun is None or begun["account"] != account:
            return None
        return begun if hmac.compare_digest(str(begun["browser"]), _digest(browser)) else None

    def _to(self, path: str, *cookies: str) -> Redirect:
        return Redirect(f"{self._public_url}{path}", cookies)

    def _cookie(self, name: str, value: str, path: str, same_site: str, life: float = FIVE_MINUTES) -> str:
        secure = "; Secure" if self._public_url.startswith("https:") else ""
        return f"{name}={value}; Path={path}; Max-Age={int(life)}; HttpOnly; SameSite={same_site}{secure}"


def cookie(header: str, name: str) -> str | None:
    """Return a cookie of ours from a ``Cookie`` header; None when there is none that could be ours."""
    try:
        found = SimpleCookie(header).get(name)
    except CookieError:
        return None
    return found.value if found is not None and _SECRET.fullmatch(found.value) else None


def page_from_chat(account: Account, public_url: str) -> str | None:
    """Return the address that opens the page from an account's chats; None where it has no sign-in."""
    return f"{public_url}{_path(account.name)}/start" if account.abilities.sign_in else None


def _path(account: str) -> str:
    return f"/wechat/{account}/oauth"


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
