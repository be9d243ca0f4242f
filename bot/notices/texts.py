"""The last way: a text message, which the platform words and sends to the phone the person is registered with."""

from __future__ import annotations

import asyncio

from backend_client import AsyncPlatform, PlatformError, RateLimited, TextNotice, Unavailable
from bot.notices.ways import Attempt, Letter, Verdict
from privacy.notices import Subscriptions


class PlatformTexts:
    """Asks the platform for text messages, for those who let us."""

    def __init__(self, platform: AsyncPlatform, subscriptions: Subscriptions) -> None:
        """Ask ``platform`` as its client ``bot``; ``subscriptions`` knows who may be told by text."""
        self._platform = platform
        self._subscriptions = subscriptions

    async def tell(self, letter: Letter) -> Attempt:
        """Let the person be told by text, once for the event however often it is asked for."""
        notice = letter.notice
        place = (notice.to.conversation_id, letter.kind, notice.to.about)
        line = await asyncio.to_thread(self._subscriptions.line, *place)
        if line is None or not line.text or not line.owner:
            return Attempt(Verdict.REFUSED, "no_consent")
        request = TextNotice(person_id=line.owner, language="en" if line.language == "en" else "zh")
        key = f"text-{notice.event_id}-{line.owner}"
        try:
            await self._platform.run(lambda p: p.text_notice(notice.event_id, request, key=key))
        except (Unavailable, RateLimited) as error:
            return Attempt(Verdict.LATER, type(error).__name__)
        except PlatformError as error:
            return Attempt(Verdict.REFUSED, type(error).__name__)
        return Attempt(Verdict.TOLD)
