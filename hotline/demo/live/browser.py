"""The browser of a simulated colleague: logs in, asks and posts as the desk's pages do, holds the stream."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

import aiohttp

from .forms import fields_of
from .wire import LIMIT, SERVER_ERROR, TOO_MANY, Away, Refused

TOKEN_HEADER: Final = "X-Form-Token"  # noqa: S105 – a header's name
_REFUSED: Final = 400
_SEE_OTHER: Final = 303
#: The log-in is over or was never there.
LOGGED_OUT: Final = 401


class WrongPassword(Exception):  # noqa: N818 - read as a sentence
    """The desk does not let this account in with the demonstration's password."""


class Browser:
    """One agent's browser; `number` is the work number."""

    def __init__(self, url: str, number: str) -> None:
        """Open nothing yet."""
        self.url = url
        self.number = number
        self._http: aiohttp.ClientSession | None = None
        self._token = ""

    async def log_in(self, password: str) -> None:
        """Log in, with a fresh set of cookies.

        Raises:
            WrongPassword: the desk says no.
            Away: it does not answer.
        """
        await self.close()
        jar = aiohttp.CookieJar(unsafe=True, quote_cookie=False)
        self._http = aiohttp.ClientSession(cookie_jar=jar, timeout=LIMIT)
        form = fields_of(await self.page("/login"), "/login") or {}
        typed = {**form, "work_number": self.number, "password": password}
        async with self._http.post(f"{self.url}/login", data=typed, allow_redirects=False) as answer:
            if answer.status >= SERVER_ERROR or answer.status == TOO_MANY:
                raise Away
            if answer.status != _SEE_OTHER:
                raise WrongPassword(self.number)
        on_every_page = fields_of(await self.page("/profile"), "/logout")
        if on_every_page is None:  # a new password or a second factor is asked for first
            raise WrongPassword(self.number)
        self._token = on_every_page["form_token"]

    async def log_out(self) -> None:
        """End the session at the desk."""
        if self._token:
            await self.send_form("/logout", {})
        await self.close()

    async def close(self) -> None:
        """Let go of the connections."""
        self._token = ""
        if self._http is not None:
            await self._http.close()

    async def get(self, path: str, **query: str) -> dict[str, Any]:
        """Ask for a document."""
        async with self._session.get(self.url + path, params=query) as answer:
            return await _document(answer)

    async def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Send a document."""
        headers = {TOKEN_HEADER: self._token}
        async with self._session.post(self.url + path, json=body, headers=headers) as answer:
            return await _document(answer)

    async def page(self, path: str) -> str:
        """Open a page."""
        async with self._session.get(self.url + path) as answer:
            _check(answer.status)
            return await answer.text()

    async def form(self, path: str, action: str) -> dict[str, str]:
        """Open a page; return the fields of its form that goes to `action`."""
        fields = fields_of(await self.page(path), action)
        if fields is None:  # another page was shown instead
            raise Refused(_REFUSED, "form")
        return fields

    async def send_form(self, path: str, fields: Mapping[str, str]) -> str:
        """Send a form; return the path of the page that follows, which is `path` when an answer stands there."""
        data = {**fields, "form_token": self._token}
        async with self._session.post(self.url + path, data=data, allow_redirects=False) as answer:
            _check(answer.status)
            return answer.headers.get("Location", path)

    @asynccontextmanager
    async def stream(self, after: int | None) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        """Open the stream of the agents' page, to go on after an event; `None` begins anew."""
        ticket = (await self.post("/desk/live/tickets", {}))["ticket"]
        async with self._session.ws_connect(f"{self.url}/desk/ws", origin=self.url, max_msg_size=0) as line:
            page = uuid.uuid4().hex
            await line.send_json({"type": "open", "ticket": ticket, "page": page, "after": after})
            yield line

    @property
    def _session(self) -> aiohttp.ClientSession:
        if self._http is None or self._http.closed:
            raise Away
        return self._http


async def _document(answer: aiohttp.ClientResponse) -> dict[str, Any]:
    if answer.status >= SERVER_ERROR:
        raise Away
    try:
        body: dict[str, Any] = await answer.json(content_type=None)
    except ValueError:
        body = {}
    _check(answer.status, str(body.get("code") or ""))
    return body


def _check(status: int, code: str = "") -> None:
    if status >= SERVER_ERROR:
        raise Away
    if status >= _REFUSED:
        raise Refused(status, code)


async def is_up(url: str, path: str) -> bool:
    """Tell whether a process answers there that it can work."""
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as http,
            http.get(url + path) as answer,
        ):
            return answer.status < _REFUSED
    except (aiohttp.ClientError, asyncio.TimeoutError):
        return False
