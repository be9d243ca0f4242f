"""One request to WeChat's servers: time limits, a breaker, and errors that hold neither token nor words."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import aiohttp

from bot.channels.wechat.breaker import Breaker
from bot.channels.wechat.errcodes import outcome
from bot.channels.wechat.errors import NotSent, Refused, Unreachable

BASE_URL: Final = "https://api.weixin.qq.com"
_OK: Final = 200
_LARGEST_ANSWER: Final = 256 * 1024


@dataclass(frozen=True)
class Limits:
    """Seconds for a connection and for a whole request, and when the breaker opens and for how long."""

    connect: float = 2.0
    total: float = 5.0
    failures: int = 5
    cool_down: float = 10.0


@dataclass(frozen=True)
class Blob:
    """A file WeChat keeps: its MIME type as WeChat says, and its bytes."""

    media_type: str
    content: bytes


class Wire:
    """WeChat's HTTP. Connections are kept; one wire a process."""

    def __init__(self, base_url: str = BASE_URL, limits: Limits | None = None) -> None:
        """Talk to ``base_url``: WeChat's, or a server of one's own in tests."""
        self._base_url = base_url.rstrip("/")
        self._limits = limits or Limits()
        self._breaker = Breaker(self._limits.failures, self._limits.cool_down, time.monotonic)
        self._session: aiohttp.ClientSession | None = None

    async def post(self, path: str, body: Mapping[str, Any], token: str | None = None) -> dict[str, Any]:
        """Send JSON (UTF-8, nothing escaped: WeChat would show the escapes) and return WeChat's answer.

        Raises:
            Refused: the answer holds an errcode that is not 0.
            Unreachable: no answer, in no time, or one that is no answer of WeChat's.
        """
        data = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        headers = {"Content-Type": "application/json; charset=utf-8"}
        blob = await self._ask("POST", path, token, {}, data=data, headers=headers)
        return _answer(path, blob)

    async def get(
        self, path: str, token: str | None, query: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """Ask for JSON; raises as :meth:`post`."""
        return _answer(path, await self._ask("GET", path, token, query or {}))

    async def upload(self, path: str, token: str, query: Mapping[str, str], file: Blob) -> dict[str, Any]:
        """Send a file as a form; raises as :meth:`post`."""
        form = aiohttp.FormData()
        form.add_field("media", file.content, filename="media", content_type=file.media_type)
        return _answer(path, await self._ask("POST", path, token, query, data=form))

    async def download(self, path: str, token: str, query: Mapping[str, str], largest: int) -> Blob:
        """Fetch a file of at most ``largest`` bytes.

        Raises:
            Refused: WeChat answers with an errcode instead.
            Unreachable: no answer in time, or more bytes than that.
        """
        blob = await self._ask("GET", path, token, query, largest=largest)
        if "json" in blob.media_type or "text/plain" in blob.media_type:
            _answer(path, blob)
        return blob

    async def close(self) -> None:
        """Let the connections go."""
        if self._session is not None:
            await self._session.close()

    async def _ask(
        self,
        method: str,
        path: str,
        token: str | None,
        query: Mapping[str, str],
        largest: int = _LARGEST_ANSWER,
        **sent: Any,
    ) -> Blob:
        if not self._breaker.admits():
            raise NotSent(f"{path}: not asked, WeChat did not answer before")
        parameters = dict(query) if token is None else {"access_token": token, **query}
        try:
            async with self._kept().request(
                method, f"{self._base_url}{path}", params=parameters, **sent
            ) as answer:
                blob = await _read(path, answer, largest)
        except (aiohttp.ClientConnectorError, aiohttp.ServerTimeoutError) as error:
            self._breaker.failed()
            raise NotSent(
                f"{path}: {type(error).__name__}"
            ) from None  # its words hold the address with the token
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
            self._breaker.failed()
            raise Unreachable(f"{path}: {type(error).__name__}") from None
        except Unreachable:
            self._breaker.failed()
            raise
        self._breaker.succeeded()
        return blob

    def _kept(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            limits = aiohttp.ClientTimeout(total=self._limits.total, connect=self._limits.connect)
            self._session = aiohttp.ClientSession(timeout=limits, trust_env=False)
        return self._session


async def _read(path: str, answer: aiohttp.ClientResponse, largest: int) -> Blob:
    if answer.status != _OK:
        raise Unreachable(f"{path}: status {answer.status}")
    content = bytearray()
    async for part in answer.content.iter_chunked(64 * 1024):
        content += part
        if len(content) > largest:
            raise Unreachable(f"{path}: more than {largest} bytes")
    return Blob(answer.headers.get("Content-Type", "").split(";")[0].strip().lower(), bytes(content))


def _answer(path: str, blob: Blob) -> dict[str, Any]:
    try:
        value = json.loads(blob.content)
    except (ValueError, RecursionError):
        raise Unreachable(f"{path}: the answer is not JSON") from None
    if not isinstance(value, dict):
        raise Unreachable(f"{path}: the answer is not an object")
    errcode = value.get("errcode", 0)
    if not isinstance(errcode, int):
        raise Unreachable(f"{path}: errcode is not a number")
    if errcode:
        raise Refused(path, errcode, outcome(errcode))
    return value
