"""The conversation as plain HTML, for browsers that run no script."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from html import escape
from typing import Any, Final
from urllib.parse import urlsplit

from bot.channels.web.store import Stored

_CHINA: Final = timezone(timedelta(hours=8))
_LINKS: Final = re.compile(r"https?://[!#-&*-;=?-~]+|(?<![\d.:-])12345(?![\d.:-])")
_PICTURE_REFUSED: Final = "这张图片没有收到。请选10MB以内的JPG或PNG图片再发一次，也可以用文字说明。"
_SAYS: Final = {"person": "我", "assistant": "助手", "agent": "坐席", "notice": "通知"}


def conversation(messages: Sequence[Stored]) -> str:
    """Return the messages as HTML; only the newest answers keep their buttons."""
    last_said = max((m.seq for m in messages if m.sender == "person"), default=0)
    return "".join(_message(message, buttons=message.seq > last_said) for message in messages)


def picture_refused() -> str:
    """Return what the form says when its picture cannot be taken."""
    return f'<article class="message theirs"><div class="words"><p>{_PICTURE_REFUSED}</p></div></article>'


def titles(messages: Sequence[Stored]) -> dict[str, str]:
    """Return what each payload's button says: the form sends the payload alone."""
    buttons = (button for message in messages for button in message.body.get("buttons", ()))
    return {button["payload"]: button["title"] for button in buttons if "payload" in button}


def _message(message: Stored, *, buttons: bool) -> str:
    side = "mine" if message.sender == "person" else "theirs"
    body = message.body
    parts = [f'<span class="hidden">{_SAYS[message.sender]}：</span>']
    if body.get("text"):
        parts += [f"<p>{_line(line)}</p>" for line in str(body["text"]).split("\n") if line.strip()]
    if body.get("image") and is_safe_image(str(body["image"])):
        alt = str((body.get("custom") or {}).get("alt") or "助手发来的图片")
        parts.append(f'<img class="picture" src="{escape(str(body["image"]))}" alt="{escape(alt)}">')
    choices = _buttons(body.get("buttons", ())) if buttons else ""
    when = _when(message.at)
    return (
        f'<article class="message {side}"><div class="words">{"".join(parts)}</div>'
        f'{choices}<p class="when">{when}</p></article>'
    )


def _buttons(buttons: Sequence[dict[str, Any]]) -> str:
    return f'<div class="chips">{"".join(map(_button, buttons))}</div>' if buttons else ""


def _button(button: dict[str, Any]) -> str:
    title = escape(button["title"])
    if "url" in button:
        return f'<a class="chip" href="{escape(button["url"])}" rel="noopener noreferrer">{title}</a>'
    return f'<button class="chip" name="payload" value="{escape(button["payload"])}">{title}</button>'


def _line(text: str) -> str:
    parts: list[str] = []
    position = 0
    for match in _LINKS.finditer(text):
        parts += [escape(text[position : match.start()]), _link(match.group())]
        position = match.end()
    return "".join(parts) + escape(text[position:])


def _link(found: str) -> str:
    address = "tel:12345" if found == "12345" else found
    if "@" in address.split("?", 1)[0]:  # a name before the host hides where a link leads
        return escape(found)
    return f'<a href="{escape(address)}" rel="noopener noreferrer">{escape(found)}</a>'


def is_safe_image(address: str) -> bool:
    """Whether a picture may be shown: our own or over http(s), or a picture inside the address."""
    if address.startswith("data:image/"):
        return True
    return urlsplit(address).scheme in ("http", "https") or re.match(r"/[^/\\]", address) is not None


def _when(at: datetime) -> str:
    local = at.astimezone(_CHINA)
    return f"{local.month}月{local.day}日 {local.hour}:{local.minute:02d}"
