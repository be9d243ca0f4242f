"""What a push means to the assistant: a message for it, words of our own at once, or nothing to be said."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from bot.channels.wechat import pushes as p
from bot.channels.wechat.choices import Choices
from bot.channels.wechat.coordinates import to_wgs84
from bot.channels.wechat.entering import Entrances
from bot.channels.wechat.errors import CallFailed
from bot.channels.wechat.line import Line
from bot.channels.wechat.menu import Menu
from bot.channels.wechat.quota import Trigger
from bot.channels.wechat.scanning import SCENE
from bot.identity.passing import Place
from bot.message import Button, InboundMessage, OutboundMessage
from bot.pictures import Pictures
from bot.signing import PayloadSigner
from bot.voice import LARGEST, NotHeard, SpeechRecogniser
from privacy.pictures import NotAPicture, PictureTooLarge

Says = Callable[[str, str], str]


class ScannedPages(Protocol):
    """What stands behind QRs of pages."""

    async def scanned(self, scene: str, chat: Place) -> str:
        """Return what is said in the chat that has scanned."""


@dataclass(frozen=True)
class Entered:
    """A chat that was opened together with an identity: what is said first, and the message that brings it."""

    greeting: Sequence[OutboundMessage]
    brings: InboundMessage


#: A message for the assistant, what is said at once, or both.
Meaning = InboundMessage | Sequence[OutboundMessage] | Entered
#: Choices under what was heard. The words themselves lie sealed with the choice and are not said before it is tapped.
_SAID: Final = "heard:"
_AGAIN: Final = "/speak_again"
_TYPE: Final = "/type_instead"
#: Choices that a phone carries out itself on the page; here the person is told how.
_BY_HAND: Final = {
    "/share_location": "location",
    "/send_picture": "picture",
    _AGAIN: "voice_again",
    _TYPE: "voice_type",
}
_HELD: Final = re.compile(r"~(/[a-z_]+)(?:\{\})?~[0-9a-f]+")
_NUMBER: Final = re.compile(r"\s*([1-9][0-9]?)\s*[.。、]?\s*")


@dataclass(frozen=True)
class Interpreter:
    """Understands pushes.

    Attributes:
        choices: what was offered.
        pictures: takes pictures.
        recogniser: makes words of speech.
        signer: signs what our own buttons say.
        menu: what menu buttons say.
        entrances: what is said to whoever opens a mini-program's customer service.
        scans: what a scanned QR of a page stands for.
        says: the channel's own sentences, by name, in the language of a sample (``data/responses/wechat.yml``).
    """

    choices: Choices
    pictures: Pictures
    recogniser: SpeechRecogniser
    signer: PayloadSigner
    menu: Menu
    says: Says
    entrances: Entrances
    scans: ScannedPages

    async def meaning(self, line: Line, push: p.Push, conversation_id: str, name: str) -> Meaning:
        """Return what ``push`` means in its conversation; ``name`` is the push's own, for finding doubles.

        Pictures and speech are fetched here; what cannot be fetched is said to be so.
        """
        base: dict[str, Any] = {
            "channel": line.account.channel,
            "sender_id": conversation_id,
            "client_id": name,
        }
        if isinstance(push, p.Text):
            return await self._text(line, push, base)
        if isinstance(push, p.Location):
            place = to_wgs84(push.latitude, push.longitude)
            return InboundMessage(kind="location", location=place, **base)
        if isinstance(push, p.Image):
            return InboundMessage(
                kind="image", picture=await self._picture(line, push, conversation_id), **base
            )
        if isinstance(push, p.Voice):
            return await self._voice(line, push, base)
        return await self._happened(line, push, base) or self._spoken_for(push, base)

    async def _happened(self, line: Line, push: p.Push, base: dict[str, Any]) -> Meaning | None:
        """Events that may bring an identity along: a chat that was opened, a page's QR that was scanned."""
        if isinstance(push, p.EnteredService):
            return await self._entered(push, base)
        if isinstance(push, p.Subscribe | p.Scan) and push.scene.startswith(SCENE):
            chat = Place(line.account.channel, base["sender_id"])
            return (OutboundMessage(await self.scans.scanned(push.scene, chat)),)
        return None

    def _spoken_for(self, push: p.Push, base: dict[str, Any]) -> Meaning:
        """What other pushes say by themselves."""
        if isinstance(push, p.Click):
            text = self.menu.says.get(push.menu_key)
            return self._own("unreadable") if text is None else InboundMessage(text=text, **base)
        if isinstance(push, p.Picked) and push.scanned:
            return InboundMessage(text=push.scanned, **base)
        if isinstance(push, p.Link | p.MiniProgramPage) and push.title.strip():
            return InboundMessage(text=push.title, **base)
        if isinstance(push, p.Subscribe | p.Scan):
            return self._welcome(base["sender_id"], "welcome", self.menu.welcome)
        return self._own("unreadable") if isinstance(push, p.Message) else ()

    async def _text(self, line: Line, push: p.Text, base: dict[str, Any]) -> Meaning:
        button = await asyncio.to_thread(self._chosen, line, push, base["sender_id"])
        if button is None:
            return InboundMessage(text=push.content, **base)
        asked = _HELD.fullmatch(button.payload)
        if asked and asked.group(1) in _BY_HAND:
            return self._own(_BY_HAND[asked.group(1)], button.title)
        said = self.signer.verify(base["sender_id"], button.payload)
        if said is not None and said.startswith(_SAID):
            return InboundMessage(text=said.removeprefix(_SAID), **base)
        return InboundMessage(kind="payload", text=button.payload, **base)

    def _chosen(self, line: Line, push: p.Text, conversation_id: str) -> Button | None:
        """The choice that was tapped: by its id; where ids do not come back, by its words or its number."""
        if push.menu_id is not None:
            return self.choices.by_id(conversation_id, push.menu_id)
        number = _NUMBER.fullmatch(push.content)
        if number is None and line.account.abilities.returns_ids:
            return None
        newest = self.choices.newest(conversation_id)
        if number and newest.numbered and int(number.group(1)) <= len(newest.buttons):
            return newest.buttons[int(number.group(1)) - 1]
        if line.account.abilities.returns_ids:
            return None
        return next((button for button in newest.buttons if button.title == push.content.strip()), None)

    def is_tap(self, line: Line, push: p.Push, conversation_id: str) -> bool:
        """Whether a message is a tapped choice, which lets us send less than a message does."""
        if not isinstance(push, p.Text):
            return False
        if push.menu_id is not None:
            return True
        typed = _NUMBER.fullmatch(push.content) is not None
        return not typed and self._chosen(line, push, conversation_id) is not None

    async def _picture(self, line: Line, push: p.Image, conversation_id: str) -> str | None:
        """The id of the picture, kept as any channel's; None when it did not arrive, which the gate says."""
        try:
            blob = await line.client.fetch_media(push.media_id)
            return await self.pictures.keep(conversation_id, blob.content)
        except (CallFailed, NotAPicture, PictureTooLarge):
            return None

    async def _voice(self, line: Line, push: p.Voice, base: dict[str, Any]) -> Meaning:
        if push.recognition:
            return InboundMessage(text=push.recognition, **base)
        if not self.recogniser.is_installed:
            return self._own("voice_not_installed")
        try:
            blob = await line.client.fetch_media(push.media_id, LARGEST)
            heard = await self.recogniser.recognise(blob.content)
        except CallFailed:
            return self._own("voice_unavailable")
        except NotHeard as error:
            return self._own(f"voice_{error.reason}")
        return self._heard(base["sender_id"], heard.text)

    def _heard(self, conversation_id: str, words: str) -> Meaning:
        """Show what was heard; it counts as said when it is tapped."""
        sign = self.signer.sign
        choices = (
            Button(self.says("voice_yes", words), sign(conversation_id, _SAID + words)),
            Button(self.says("voice_choice_again", words), sign(conversation_id, _AGAIN)),
            Button(self.says("voice_choice_type", words), sign(conversation_id, _TYPE)),
        )
        return (OutboundMessage(self.says("heard", words).replace("{words}", words), choices),)

    async def _entered(self, push: p.EnteredService, base: dict[str, Any]) -> Meaning:
        """A greeting that fits the page; with an identity, that comes first and the choices stay out."""
        came = await asyncio.to_thread(self.entrances.read, push.source, base["sender_id"])
        if came.token is None:
            choices = came.choices or self.menu.welcome
            return self._welcome(base["sender_id"], came.greeting, choices)
        greeting = (OutboundMessage(self.says(came.greeting, "")),)
        return Entered(greeting, InboundMessage(text=came.token, **base))

    def _welcome(self, conversation_id: str, sentence: str, said: Sequence[str]) -> Sequence[OutboundMessage]:
        sign = self.signer.sign
        choices = tuple(Button(words, sign(conversation_id, words)) for words in said)
        return (OutboundMessage(self.says(sentence, ""), choices),)

    def _own(self, sentence: str, answering: str = "") -> Sequence[OutboundMessage]:
        return (OutboundMessage(self.says(sentence, answering)),)


def trigger(line: Line, push: p.Push, *, tapped: bool) -> Trigger | None:
    """Return what a push lets us send (see ``quota``).

    Args:
        line: the account.
        push: what came.
        tapped: whether its words are a choice that was offered: a tap grants less than a message.
    """
    if isinstance(push, p.Message):
        return Trigger.MENU if tapped else Trigger.MESSAGE
    if isinstance(push, p.Subscribe):
        return Trigger.SUBSCRIBE
    if isinstance(push, p.Scan):
        return Trigger.SCAN
    if isinstance(push, p.Click) or (isinstance(push, p.Picked) and push.what.startswith("scancode")):
        return Trigger.MENU
    return Trigger.ENTER if isinstance(push, p.EnteredService) else None
