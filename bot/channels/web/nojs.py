"""The conversation as plain HTML, for browsers that run no script."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from html import escape
from typing import Any, Final
from urllib.parse import urlsplit

from bot.channels.web.store import Stored

_CHINA: Final = timezone(timedelta(hours=8))
_LINKS: Final = re.compile(r"https?://[!#-&*-;=?-~]+|(?<![\d.:-])12345(?![\d.:-])")
#: What only script can do: a position. (The signature behind the second ~ differs by conversation.)
_NEEDS_SCRIPT: Final = re.compile(r"~/share_location(\{\})?~")
_ASKS_PICTURE: Final = re.compile(r"~/send_picture(\{\})?~")
#: The form's answer opens at what was said last.
_LATEST: Final = ' id="latest"'
Words = Mapping[str, Any]


def conversation(messages: Sequence[Stored], words: Words) -> str:
    """Return the messages as HTML, labelled in ``words``; only the newest answers keep their buttons."""
    last_said = max((m.seq for m in messages if m.sender == "person"), default=0)
    return "".join(
        _message(message, words, buttons=message.seq > last_said, is_latest=message.seq == last_said)
        for message in messages
    )


def refused(code: str, words: Words) -> str:
    """Return what the form says when it could not take what was sent."""
    text = words["refusals"][code]
    return f'<article class="message theirs"><div class="words" role="alert"><p>{_line(text)}</p></div></article>'


def titles(messages: Sequence[Stored]) -> dict[str, str]:
    """Return what each payload's button says: the form sends the payload alone."""
    buttons = (button for message in messages for button in message.body.get("buttons", ()))
    return {button["payload"]: button["title"] for button in buttons if "payload" in button}


def _message(message: Stored, words: Words, *, buttons: bool, is_latest: bool) -> str:
    side = "mine" if message.sender == "person" else "theirs"
    body = message.body
    parts = [f'<span class="hidden">{words["senders"][message.sender]}{words["colon"]}</span>']
    custom = body.get("custom") or {}
    for text in (body.get("text"), custom.get("detail")):
        parts += [f"<p>{_line(line)}</p>" for line in str(text or "").split("\n") if line.strip()]
    if body.get("image") and is_safe_image(str(body["image"])):
        alt = str(custom.get("alt") or words["picture_alt"])
        parts.append(f'<img class="picture" src="{escape(str(body["image"]))}" alt="{escape(alt)}">')
    choices = _buttons(body.get("buttons", ()), words) if buttons else ""
    when = _when(message.at, words)
    return (
        f'<article class="message {side}"{_LATEST if is_latest else ""}><div class="words">{"".join(parts)}</div>'
        f'{choices}<p class="when">{when}</p></article>'
    )


def _buttons(buttons: Sequence[dict[str, Any]], words: Words) -> str:
    shown = [button for button in buttons if not _NEEDS_SCRIPT.match(button.get("payload", ""))]
    made = "".join(_button(button, words) for button in shown)
    return f'<div class="chips">{made}</div>' if made else ""


def _button(button: dict[str, Any], words: Words) -> str:
    if _ASKS_PICTURE.match(button.get("payload", "")):
        return f'<a class="chip" href="#picture">{words["picture_button"]}</a>'
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


def _when(at: datetime, words: Words) -> str:
    local = at.astimezone(_CHINA)
    said: str = words["date"].format(month=local.month, day=local.day, hour=local.hour, minute=local.minute)
    return said
