"""Customer-service messages by kind, and their JSON (official: “发送客服消息”)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from bot.channels.wechat.xml_text import printable


@dataclass(frozen=True)
class Choice:
    """A choice to tap: what it reads, and the id that comes back (``bizmsgmenuid``)."""

    choice_id: str
    title: str


@dataclass(frozen=True)
class Outgoing:
    """A message to one person."""

    def simpler(self) -> Outgoing | None:
        """Return the message for accounts that lack this kind; None when there is no simpler one."""
        return None


@dataclass(frozen=True)
class TextOut(Outgoing):
    """Words; at most 2,000 bytes, links are allowed."""

    content: str = field(repr=False)


@dataclass(frozen=True)
class MenuOut(Outgoing):
    """Words with choices below; a tap comes back as the person's message."""

    head: str = field(repr=False)
    choices: tuple[Choice, ...]
    tail: str = ""

    def simpler(self) -> Outgoing:
        """Return text with links that say the same when tapped."""
        return TextOut(with_links(self.head, self.choices, self.tail))


@dataclass(frozen=True)
class ImageOut(Outgoing):
    """A picture that was uploaded."""

    media_id: str


@dataclass(frozen=True)
class LinkOut(Outgoing):
    """A page with title and description, and perhaps the address of a picture (a mini-program's “link”)."""

    title: str
    description: str
    url: str
    picture_url: str = ""


@dataclass(frozen=True)
class NewsOut(Outgoing):
    """The same for a 公众号: one article that opens a page."""

    title: str
    description: str
    url: str
    picture_url: str = ""


@dataclass(frozen=True)
class MiniProgramOut(Outgoing):
    """A card that opens a page of a mini-program; in its own customer service it is named by no ``app_id``."""

    title: str
    app_id: str
    page: str
    thumb_media_id: str


def content(message: Outgoing) -> dict[str, Any]:
    """Return the JSON of a message, without its addressee."""
    if isinstance(message, TextOut):
        return {"msgtype": "text", "text": {"content": printable(message.content)}}
    if isinstance(message, MenuOut):
        choices = [{"id": c.choice_id, "content": printable(c.title)} for c in message.choices]
        menu = {
            "head_content": printable(message.head),
            "list": choices,
            "tail_content": printable(message.tail),
        }
        return {"msgtype": "msgmenu", "msgmenu": menu}
    if isinstance(message, ImageOut):
        return {"msgtype": "image", "image": {"media_id": message.media_id}}
    if isinstance(message, LinkOut):
        link = {"title": message.title, "description": message.description, "url": message.url}
        return {"msgtype": "link", "link": {**link, "thumb_url": message.picture_url}}
    if isinstance(message, NewsOut):
        article = {"title": message.title, "description": message.description, "url": message.url}
        return {"msgtype": "news", "news": {"articles": [{**article, "picurl": message.picture_url}]}}
    if isinstance(message, MiniProgramOut):
        card = {"title": printable(message.title), "pagepath": message.page}
        card |= {"appid": message.app_id} if message.app_id else {}
        return {
            "msgtype": "miniprogrampage",
            "miniprogrampage": {**card, "thumb_media_id": message.thumb_media_id},
        }
    raise TypeError(f"no JSON for {type(message).__name__}")


def link(choice: Choice) -> str:
    """Return a link inside text that sends the choice's words when tapped (works in passive replies too)."""
    words = quote(choice.title, safe="")
    title = choice.title.replace("<", "＜").replace(">", "＞")
    return f'<a href="weixin://bizmsgmenu?msgmenucontent={words}&msgmenuid={choice.choice_id}">{title}</a>'


def with_links(head: str, choices: Sequence[Choice], tail: str = "") -> str:
    """Return words with the choices as links, one a line."""
    return "\n".join(part for part in (head, *(link(choice) for choice in choices), tail) if part)
