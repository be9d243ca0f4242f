"""Whether the bot can answer: its model and the processes it needs, one fact each."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final

import aiohttp

from bot.settings import Settings

_TIME_LIMIT: Final = aiohttp.ClientTimeout(total=1.5)
_OK: Final = 200


@dataclass(frozen=True)
class Part:
    """One thing the bot needs: its name, whether it is there, and what is wrong when not."""

    part: str
    ok: bool
    detail: str = ""

    def as_dict(self) -> dict[str, object]:
        """Return the fact as JSON."""
        return asdict(self)


async def parts(settings: Settings, *, model_loaded: bool) -> list[Part]:
    """Return model, actions, backend and desk, asked at the same time and for 1.5 seconds at most."""
    urls: Mapping[str, str] = {
        "actions": settings.actions_url,
        "backend": settings.backend_url,
        "desk": settings.desk_url,
    }
    model = Part("model", model_loaded, "" if model_loaded else "loading")
    async with aiohttp.ClientSession(timeout=_TIME_LIMIT) as session:
        others = await asyncio.gather(*(_reach(session, name, url) for name, url in urls.items()))
    return [model, *others]


async def _reach(session: aiohttp.ClientSession, name: str, url: str) -> Part:
    try:
        async with session.get(f"{url}/healthz") as answer:
            if answer.status == _OK:
                return Part(name, ok=True)
            return Part(name, ok=False, detail=f"{url} answers {answer.status}")
    except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
        return Part(name, ok=False, detail=f"{url} does not answer: {type(error).__name__}")
