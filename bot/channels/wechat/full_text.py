"""“查看全文”: an answer that is too long for a message, as a page behind an address nobody can guess, for a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from html import escape
from typing import Final

from bot.channels.wechat.composing import Composed
from privacy.media import Media, MediaStore

LIFETIME: Final = timedelta(days=1)
_STYLE: Final = (
    "body{font:1.15rem/1.7 sans-serif;margin:0 auto;max-width:40rem;padding:1rem;color:#1a1a1a;background:#fff}"
    "a{color:#0b57d0}p{white-space:pre-wrap;overflow-wrap:anywhere;margin:0 0 1rem}"
)


def page(composed: Composed, way_on: str | None = None) -> Media:
    """Return the page: the words, and what they link to. Choices stay in the chat.

    ``way_on`` is the address that opens the assistant's own page from the chat.
    """
    links = "".join(
        f'<p><a href="{escape(url)}" rel="noopener noreferrer">{escape(title)}</a></p>'
        for title, url in composed.links
    )
    html = (
        '<!doctype html><html lang="zh"><meta charset="utf-8"><title>全文</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<style>{_STYLE}</style><main>{_paragraphs(composed.text.split(chr(10) * 2))}{links}"
        f"<p>回到微信对话里继续办理{_on_the_page(way_on)}。急事请打12345。</p></main></html>"
    )
    return Media("text/html; charset=utf-8", "full-text.html", html.encode("utf-8", "replace"))


def keep(
    store: MediaStore, conversation_id: str, composed: Composed, public_url: str, way_on: str | None = None
) -> str:
    """Keep the page for a day; returns its address."""
    return f"{public_url}/media/{store.put(conversation_id, page(composed, way_on), LIFETIME)}"


def _on_the_page(address: str | None) -> str:
    return f'，或者<a href="{escape(address)}">在网页上接着办</a>' if address else ""


def _paragraphs(texts: Sequence[str]) -> str:
    return "".join(f"<p>{escape(text)}</p>" for text in texts if text.strip())
