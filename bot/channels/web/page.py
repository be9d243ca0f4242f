"""The page's files: read once, named by their content, compressed once."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template
from typing import Any, Final

import brotli

from bot.channels.web.bundle import bare, bundle
from bot.channels.web.look import Look, Theme
from bot.channels.web.settings import WebSettings

STATIC: Final = Path(__file__).parent / "static"
WORDS: Final = Path(__file__).parent / "words.json"
WIDGET: Final = "widget.js"
"""For other sites' pages: never loaded by our own."""
FIRST: Final = "first.js"
"""Stands inside the page, so that the chosen look costs no round trip; the policy knows it by its hash."""
SCRIPT: Final = "page.js"
"""All modules in one; each is served by itself too, for looking into it."""
SCRIPTS: Final = (".js", ".mjs")
_DARK_WHEN: Final[dict[Theme | None, str]] = {
    None: "(prefers-color-scheme: dark)",
    "dark": "all",
    "light": "not all",
}
_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_HOST: Final = re.compile(r"[A-Za-z0-9.-]+(:\d{1,5})?|\[[0-9A-Fa-f:]+\](:\d{1,5})?")


@dataclass(frozen=True)
class Asset:
    """One file, as it is and compressed in two ways; ``tag`` changes with its content."""

    body: bytes
    zipped: bytes
    squeezed: bytes
    content_type: str
    tag: str

    def for_those_who_take(self, accepted: str) -> tuple[bytes, str]:
        """Return the smallest form that ``accepted`` (``Accept-Encoding``) allows, and its name in HTTP, if any."""
        for coding, body in (("br", self.squeezed), ("gzip", self.zipped)):
            if takes(accepted, coding):
                return body, coding
        return self.body, ""


class Page:
    """The files below ``static/``, served under ``/static/<version>/`` where they never change."""

    def __init__(self, directory: Path = STATIC, *, hears: bool = False) -> None:
        """Read everything now; a change of a file needs a restart. ``hears``: speech is understood here."""
        self._hears = hears
        files = sorted(path for path in directory.rglob("*") if path.suffix in _TYPES)
        self.assets = {
            str(path.relative_to(directory)): _made(path.read_bytes(), path.suffix) for path in files
        }
        scripts = {name: asset.body.decode() for name, asset in self.assets.items() if name.endswith(SCRIPTS)}
        self.assets[SCRIPT] = _made(bundle(scripts, "app.js").encode(), ".js")
        self._first = bare(scripts[FIRST])
        digest = hashlib.sha256(self._first.encode()).digest()
        self.first_hash = f"'sha256-{base64.b64encode(digest).decode('ascii')}'"
        self.version = _version(self.assets)
        self._template = Template((directory / "index.html").read_text(encoding="utf-8"))
        self.words: dict[str, dict[str, Any]] = json.loads(WORDS.read_text(encoding="utf-8"))

    def html(
        self, look: Look, *, client_id: str, log: str = "", token: str = "", invitation: str = ""
    ) -> str:
        """Return the page.

        Args:
            look: language, type and colours.
            client_id: the id under which the page's form (used without JavaScript) sends its one message.
            log: the conversation so far as HTML; empty shows the welcome.
            token: the session token the form sends.
            invitation: to a conversation that the script opens once something is said.
        """
        words = self.words[look.language]
        plain = {name: escape(text) for name, text in words.items() if isinstance(text, str)}
        return self._template.substitute(
            plain,
            first=self._first,
            static=f"/static/{self.version}",
            language=look.language,
            view=look.view,
            type="large" if look.large else "normal",
            theme=look.theme or "",
            dark=_DARK_WHEN[look.theme],
            other_view="normal" if look.large else "elder",
            other_view_name=words["normal" if look.large else "elder"],
            other_view_label=words["normal_label" if look.large else "elder_label"],
            introduction=_introduction(words, large=look.large),
            suggestions="" if log else _suggestions(words),
            hears="yes" if self._hears else "no",
            client_id=escape(client_id),
            token=escape(token),
            invitation=escape(invitation),
            log=log,
            talking="talking" if log else "fresh",
        )


def _introduction(words: dict[str, Any], *, large: bool) -> str:
    text = escape(words["introduction_elder" if large else "introduction"])
    return text.replace("{hotline}", '<a class="phone" href="tel:12345">12345</a>')


def _suggestions(words: dict[str, Any]) -> str:
    buttons = "".join(
        f'<button class="suggestion" name="chip" value="{escape(text)}">{escape(text)}</button>'
        for text in words["suggestions"]
    )
    return f'<div class="suggestions" role="group" aria-label="{escape(words["often"])}">{buttons}</div>'


def takes(accepted: str, coding: str) -> bool:
    """Whether ``Accept-Encoding`` names this coding and does not refuse it."""
    for part in accepted.split(","):
        name, _, weight = part.partition(";")
        if name.strip().lower() == coding:
            return weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False


def security_headers(settings: WebSettings, host: str | None, first_hash: str) -> dict[str, str]:
    """Return the headers of every answer of this channel.

    ``first_hash`` is the one script that may stand inside the page (``Page.first_hash``).
    ``host`` (the request's ``Host``) is named for WebSocket because browsers before 2022 do not take it as ``'self'``.
    """
    sockets = f" ws://{host} wss://{host}" if host and _HOST.fullmatch(host) else ""
    ancestors = " ".join(settings.frame_ancestors) or "'none'"
    policy = [
        "default-src 'self'",
        f"script-src 'self' {first_hash}",
        f"connect-src 'self'{sockets}",
        " ".join(["img-src 'self' data:", *settings.image_sources]),
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        f"frame-ancestors {ancestors}",
    ]
    headers = {
        "Content-Security-Policy": "; ".join(policy),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "geolocation=(self), camera=(), microphone=(self), payment=()",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    if not settings.frame_ancestors:
        headers["X-Frame-Options"] = "DENY"
    return headers


def _version(assets: Mapping[str, Asset]) -> str:
    """Return what changes when any file does."""
    digest = hashlib.sha256()
    for name, asset in assets.items():
        digest.update(f"{name}\0{len(asset.body)}\0".encode() + asset.body)
    return digest.hexdigest()[:16]


def _made(body: bytes, suffix: str) -> Asset:
    return Asset(
        body,
        gzip.compress(body, 9, mtime=0),
        brotli.compress(body, quality=11),
        _TYPES[suffix],
        hashlib.sha256(body).hexdigest()[:16],
    )
