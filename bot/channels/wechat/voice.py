"""How something is said to a person: composed, cut to size with a page for the whole, choices noted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.channels.wechat import full_text
from bot.channels.wechat.accounts import Account
from bot.channels.wechat.choices import Choices
from bot.channels.wechat.composing import (
    Composed,
    Script,
    are_numbered,
    compose,
    in_mini_program,
    with_subscription,
)
from bot.channels.wechat.line import Line
from bot.channels.wechat.oauth import page_from_chat
from bot.channels.wechat.outgoing import Outgoing
from bot.channels.wechat.pages import NOTICE, Pages
from bot.message import OutboundMessage
from privacy.media import MediaStore

Says = Callable[[str, str], str]


@dataclass(frozen=True)
class Voice:
    """Puts answers into WeChat's words. Everything here reads or writes a database: call it on a thread.

    Attributes:
        choices: where offered choices are noted.
        media: where pages for long answers are kept.
        public_url: below which people reach pages and files.
        pages: pages of the mini-program that answers lead to.
        says: the channel's own sentences, by name, in the language of a sample.
    """

    choices: Choices
    media: MediaStore
    public_url: str
    pages: Pages
    says: Says

    def composed(self, messages: Sequence[OutboundMessage], *, with_pictures: bool) -> Composed:
        """Put messages together; pictures that cannot be shown themselves become links."""
        composed = compose(messages, self.public_url)
        if with_pictures or not composed.pictures:
            return composed
        shown = [(_picture_title(n), f"{self.public_url}{p}") for n, p in enumerate(composed.pictures)]
        return replace(composed, links=(*shown, *composed.links), pictures=())

    def as_text(self, line: Line, conversation_id: str, composed: Composed) -> str:
        """Return the one text of a passive reply."""
        script = self._script(line, conversation_id, composed)
        return script.as_text(self._page(line, script, conversation_id))

    def as_service_message(self, line: Line, conversation_id: str, composed: Composed) -> Outgoing:
        """Return the one customer-service message."""
        script = self._script(line, conversation_id, composed)
        return script.as_service_message(self._page(line, script, conversation_id))

    def _script(self, line: Line, conversation_id: str, composed: Composed) -> Script:
        composed = with_subscription(composed, line.account, self.public_url)
        composed = self._with_page(composed, line.account)
        abilities = line.account.abilities
        numbered = are_numbered(composed.buttons, abilities)
        choices = self.choices.offer(conversation_id, composed.buttons, numbered=numbered)
        return Script(composed, choices, abilities, numbered)

    def page_of_notice(self, account: Account, chosen: str) -> str:
        """Return what a tap on a subscribed notice opens: our page as the person, unless another is ``chosen``."""
        ours = page_from_chat(account, self.public_url)
        return ours if ours is not None and chosen.rstrip("/") in ("", self.public_url) else chosen

    def _with_page(self, composed: Composed, account: Account) -> Composed:
        """Return the message with a link to the page that goes with it; a mini-program shows a card instead."""
        page, ours = self.pages.after(composed.topics), page_from_chat(account, self.public_url)
        opened = account.mini_program
        if page is not None and opened is not None:
            fallback = opened.fallback or ours or self.public_url
            there = in_mini_program(opened.app_id, page.path, fallback)
            link = (page.title(composed.text), there)
        elif ours is not None and any(topic.startswith(NOTICE) for topic in composed.topics):
            link = (self.says("open_page", composed.text), ours)
        else:
            return composed
        return replace(composed, links=(*composed.links, link))

    def _page(self, line: Line, script: Script, conversation_id: str) -> str | None:
        if not script.is_too_long:
            return None
        way_on = page_from_chat(line.account, self.public_url)
        return full_text.keep(self.media, conversation_id, script.composed, self.public_url, way_on)


def _picture_title(number: int) -> str:
    return "打开图片" if number == 0 else f"打开图片{number + 1}"
