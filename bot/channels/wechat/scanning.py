"""From the page into the 公众号 by a QR: whoever scans it is not yet the person at the page.

The chat that scans shows a number; the page shows it among two others and asks whether its person has scanned. Only the
right number, tapped on the page at the first try, brings the identity; the chat asks once more before it is used.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any, Final

import segno

from bot.channels.wechat.errors import CallFailed
from bot.channels.wechat.line import Line, Lines
from bot.channels.wechat.people import People
from bot.identity.arrivals import LINK
from bot.identity.passing import Passing, Place
from bot.identity.tickets import FIVE_MINUTES, Tickets
from bot.message import Button, OutboundMessage
from bot.signing import PayloadSigner
from privacy.media import Media, MediaStore

#: What a QR of this kind stands for begins with.
SCENE: Final = "id_"
_SCENE: Final = "scene"
_SCAN: Final = "scan"
_NUMBERS: Final = 3
_MODULE: Final = 8
_SAMPLES: Final = {"en": "English please"}
Says = Callable[[str, str], str]
SayOnPage = Callable[[str, OutboundMessage], Awaitable[None]]
_chance = random.SystemRandom()


@dataclass
class Scans:
    """QRs of pages.

    Attributes:
        lines: of the accounts; the first that makes QRs is the one that is scanned.
        tickets, passing, people, signer, media: of the process.
        says: the channel's own sentences, in the language of a sample.
        page: shows something in a page's conversation; None: there is no page.
    """

    lines: Lines
    tickets: Tickets
    passing: Passing
    people: People
    signer: PayloadSigner
    media: MediaStore
    says: Says
    page: SayOnPage | None = None

    async def told(self, page: str, what: Mapping[str, Any]) -> OutboundMessage | None:
        """Do what an action of a page's conversation asks for; returns what is said there."""
        sample = _SAMPLES.get(str(what.get("language")), "")
        if what.get("continue_in") == "wechat":
            return await self._way_on(page, sample)
        if isinstance(what.get("scanned"), str):
            return await self._confirmed(page, what["scanned"], sample)
        return None

    async def scanned(self, scene: str, chat: Place) -> str:
        """Show the page which number the chat that has scanned shows; returns what is said in the chat."""
        body = await asyncio.to_thread(self.tickets.take, _SCENE, scene.removeprefix(SCENE))
        if body is None or self.page is None:
            return self.says("scan_over", "")
        page, sample = body["conversation_id"], body["sample"]
        numbers = [str(number) for number in _chance.sample(range(10, 100), _NUMBERS)]
        mine = _chance.choice(numbers)
        held = {"channel": chat.channel, "conversation_id": chat.conversation_id, "number": mine}
        ticket = await asyncio.to_thread(self.tickets.give, _SCAN, held, page)

        def choice(title: str, number: str) -> Button:
            return Button(title, self.signer.sign(page, f'/inform{{"choice": "scanned={ticket}:{number}"}}'))

        choices = [choice(number, number) for number in numbers]
        choices.append(choice(self.says("scan_not_me", sample), "none"))
        await self.page(page, OutboundMessage(self.says("scan_whose", sample), tuple(choices)))
        return self.says("scan_number", "").replace("{number}", mine)

    async def _way_on(self, page: str, sample: str) -> OutboundMessage:
        """Bring the identity to the chat this page was opened from; show a QR when none is known, or reached."""
        chat = await asyncio.to_thread(self._chat_behind, page)
        if chat is not None:
            done = await self.passing.hand_on(Place("web", page), chat, asks=False)
            return OutboundMessage(self.says("into_done" if done else "into_not_possible", sample))
        line = next((line for line in self.lines.values() if line.account.abilities.sign_in), None)
        if line is None:
            return OutboundMessage(self.says("into_not_here", sample))
        try:
            picture = await self._qr(line, page, sample)
        except CallFailed:
            return OutboundMessage(self.says("into_later", sample))
        return OutboundMessage(
            self.says("into_scan", sample), image=picture, custom={"alt": self.says("into_alt", sample)}
        )

    def _chat_behind(self, page: str) -> Place | None:
        link = self.tickets.held(LINK, page)
        if link is None or self.people.find(link["conversation_id"]) is None:
            return None
        return Place(link["channel"], link["conversation_id"])

    async def _qr(self, line: Line, page: str, sample: str) -> str:
        body = {"conversation_id": page, "sample": sample}
        ticket = await asyncio.to_thread(self.tickets.give, _SCENE, body)
        url = await line.client.create_qr(f"{SCENE}{ticket}", int(FIVE_MINUTES))
        drawn = BytesIO()
        segno.make(url, error="m", micro=False).save(drawn, kind="png", scale=_MODULE)
        media = Media("image/png", "wechat.png", drawn.getvalue())
        kept = await asyncio.to_thread(self.media.put, page, media, timedelta(seconds=FIVE_MINUTES))
        return f"/media/{kept}"

    async def _confirmed(self, page: str, choice: str, sample: str) -> OutboundMessage:
        """Bring the identity to the chat whose number was tapped; one tap, right or wrong, is all there is."""
        ticket, _, number = choice.partition(":")
        scan = await asyncio.to_thread(self.tickets.take, _SCAN, ticket, page)
        if scan is None:
            return OutboundMessage(self.says("scan_over", sample))
        if number != scan["number"]:
            return OutboundMessage(self.says("scan_refused", sample))
        chat = Place(scan["channel"], scan["conversation_id"])
        done = await self.passing.hand_on(Place("web", page), chat, asks=True)
        return OutboundMessage(self.says("scan_confirmed" if done else "into_not_possible", sample))
