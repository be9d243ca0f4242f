"""What a turn says, as one message: WeChat lets us send five, and one long look is better than five short rings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import quote

from bot.channels.wechat.accounts import Abilities, Account
from bot.channels.wechat.outgoing import Choice, MenuOut, Outgoing, TextOut, link
from bot.channels.wechat.splitting import MOST_BYTES, size, split
from bot.message import Button, OutboundMessage

#: Anything WeChat might take for a tag: only we write links.
_TAG_LIKE: Final = re.compile(r"<(?=\s*/?\s*[a-zA-Z])")
_OWN: Final = re.compile(r"/media/med_[a-z2-7]{26}")
_PHONE: Final = re.compile(r"tel:([0-9-]+)")
_SUBSCRIBE: Final = re.compile(r"subscribe:([a-z]+)")
#: Stands between the address for clients without mini-programs and a page of a mini-program.
_MINI_PROGRAM: Final = "#mini-program="
_MENU_CHOICES: Final = 10
#: Bytes that choices as links may take of a message; more of them are numbered.
_MOST_FOR_LINKS: Final = 1200
#: Bytes that links and choices together may take.
_MOST_FOR_FOOT: Final = 1500
#: Bytes of JSON that stand around the title of a choice in a menu.
_BESIDE_A_TITLE: Final = 40


@dataclass(frozen=True)
class Composed:
    """The answers of a turn, put together.

    Attributes:
        text: all words.
        links: titles and addresses that open something.
        buttons: choices to tap, with their signed payloads.
        pictures: addresses of our own pictures.
        topics: what the answers are about (see ``OutboundMessage``), in their order.
    """

    text: str = field(repr=False)
    links: tuple[tuple[str, str], ...] = ()
    buttons: tuple[Button, ...] = ()
    pictures: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing."""
        return not (self.text or self.links or self.buttons or self.pictures)


def compose(messages: Sequence[OutboundMessage], public_url: str) -> Composed:
    """Put the messages of a turn together; own addresses become absolute below ``public_url``.

    Choices of what was said last come first: they answer what stands right above them.
    """
    found: list[dict[str, Button]] = []
    texts = [_plain(message.text.strip()) for message in messages if message.text and message.text.strip()]
    links: dict[str, str] = {}
    for message in messages:
        choices: dict[str, Button] = {}
        for button in message.buttons:
            phone = _PHONE.fullmatch(button.payload)
            if phone:  # WeChat makes numbers tappable, not links to them
                texts.append(f"{_plain(button.title)}：{phone.group(1)}")
            elif _OWN.fullmatch(button.payload):
                links[button.title] = f"{public_url}{button.payload}"
            elif button.payload.startswith(("https://", "http://")):
                links[button.title] = button.payload
            else:
                choices[button.title] = button
        found.append(choices)
    buttons = {title: button for choices in reversed(found) for title, button in choices.items()}
    pictures = [m.image for m in messages if m.image and _OWN.fullmatch(m.image)]
    return Composed(
        "\n\n".join(texts),
        tuple(links.items()),
        tuple(buttons.values()),
        tuple(dict.fromkeys(pictures)),
        tuple(message.about for message in messages if message.about),
    )


@dataclass(frozen=True)
class Script:
    """A composed message on its way to one account.

    Attributes:
        composed: what is said.
        choices: its buttons, with their ids.
        abilities: how the account shows choices.
        numbered: whether choices are chosen by a number.
    """

    composed: Composed
    choices: tuple[Choice, ...]
    abilities: Abilities
    numbered: bool

    @property
    def is_too_long(self) -> bool:
        """Whether something must be left to a page of its own: words that are cut, or links that do not fit."""
        return self._leaves_links or size(_joined(self.composed.text, self._foot)) > MOST_BYTES

    def as_text(self, full_text_url: str | None = None) -> str:
        """Return one text with everything in it; too long, it ends with a link to the whole."""
        return _fitted(
            self.composed.text, self._foot, full_text_url if self.is_too_long else None, MOST_BYTES
        )

    def as_service_message(self, full_text_url: str | None = None) -> Outgoing:
        """Return a message menu where the account has them, else text."""
        titles = sum(size(choice.title) + _BESIDE_A_TITLE for choice in self.choices)
        few = 0 < len(self.choices) <= _MENU_CHOICES and titles <= _MOST_FOR_LINKS
        if not (few and self.abilities.message_menus and self.composed.text) or self.numbered:
            return TextOut(self.as_text(full_text_url))
        url = full_text_url if self.is_too_long else None
        return MenuOut(_fitted(self.composed.text, self._links, url, MOST_BYTES - titles), self.choices)

    @property
    def _foot(self) -> str:
        return "\n".join(part for part in (self._links, self._choices) if part)

    @property
    def _leaves_links(self) -> bool:
        return size(self._all_links) + size(self._choices) > _MOST_FOR_FOOT

    @property
    def _links(self) -> str:
        return "" if self._leaves_links else self._all_links

    @property
    def _all_links(self) -> str:
        return "\n".join(anchor(title, url) for title, url in self.composed.links)

    @property
    def _choices(self) -> str:
        if not self.numbered:
            return "\n".join(link(choice) for choice in self.choices)
        numbered = [f"{number} {_plain(choice.title)}" for number, choice in enumerate(self.choices, 1)]
        return split("\n".join(["回复数字选择：", *numbered]), _MOST_FOR_FOOT)[0] if numbered else ""


def are_numbered(buttons: Sequence[Button], abilities: Abilities) -> bool:
    """Whether choices are chosen by a number: where links do not work, and where they would take too much room."""
    links = (link(Choice("x" * 10, button.title)) for button in buttons)
    return not abilities.links or sum(size(one) + 1 for one in links) > _MOST_FOR_LINKS


def with_subscription(composed: Composed, account: Account, public_url: str) -> Composed:
    """Return the message with the way to subscribe to notices, where the account has one; else without a word of it."""
    wished = {b.title: m.group(1) for b in composed.buttons if (m := _SUBSCRIBE.fullmatch(b.payload))}
    templates = account.templates
    links = tuple(
        (title, _subscribed_at(account, public_url))
        for title, kind in wished.items()
        if templates.subscribe and kind in templates.by_kind
    )
    buttons = tuple(button for button in composed.buttons if button.title not in wished)
    return replace(composed, links=(*composed.links, *links), buttons=buttons) if wished else composed


def _subscribed_at(account: Account, public_url: str) -> str:
    page = account.templates.subscribe
    if account.channel == "mini_program":
        return in_mini_program(account.app_id, page, public_url)
    return page


def in_mini_program(app_id: str, path: str, fallback: str) -> str:
    """Return the address of a mini-program's page for :func:`anchor`; clients that cannot open it get ``fallback``."""
    return f"{fallback}{_MINI_PROGRAM}{app_id}:{path}"


def anchor(title: str, url: str) -> str:
    """Return a link inside text that opens a page; one of a mini-program falls back to https on old clients."""
    page, _, mini_program = url.partition(_MINI_PROGRAM)
    opens = f'href="{_safe(page)}"'
    if mini_program:
        app_id, _, path = mini_program.partition(":")
        opens += f' data-miniprogram-appid="{_safe(app_id)}" data-miniprogram-path="{_safe(path)}"'
    return f"<a {opens}>{_plain(title)}</a>"


def _safe(url: str) -> str:
    return quote(url, safe="/:?#[]@!$&'()*+,;=%-._~")


def _fitted(text: str, foot: str, more_at: str | None, most: int) -> str:
    """``text`` and ``foot``, the text cut to what fits; with ``more_at`` a link to the whole stands in between."""
    more = f"……\n{anchor('查看全文', more_at)}" if more_at else ""
    if size(_joined(text + more, foot)) <= most:
        return _joined(text + more, foot)
    more = more or "……"
    head = split(text, most - size(_joined(more, foot)) - 2)[0]
    return _joined(head + more, foot)


def _joined(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)


def _plain(text: str) -> str:
    return _TAG_LIKE.sub("＜", text)
