"""The page's files: read once, named by their content, compressed once."""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template
from typing import Final

from bot.channels.web.settings import WebSettings

STATIC: Final = Path(__file__).parent / "static"
_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_HOST: Final = re.compile(r"[A-Za-z0-9.-]+(:\d{1,5})?|\[[0-9A-Fa-f:]+\](:\d{1,5})?")


@dataclass(frozen=True)
class Asset:
    """One file, as it is and compressed."""

    body: bytes
    zipped: bytes
    content_type: str


class Page:
    """The files below ``static/``, served under ``/static/<version>/`` where they never change."""

    def __init__(self, directory: Path = STATIC) -> None:
        """Read everything now; a change of a file needs a restart."""
        files = sorted(path for path in directory.rglob("*") if path.suffix in _TYPES)
        self.assets = {str(path.relative_to(directory)): _asset(path) for path in files}
        digest = hashlib.sha256()
        for name, asset in self.assets.items():
            digest.update(f"{name}\0{len(asset.body)}\0".encode() + asset.body)
        self.version = digest.hexdigest()[:16]
        self._template = Template((directory / "index.html").read_text(encoding="utf-8"))

    def html(self, *, client_id: str, log: str = "", token: str = "") -> str:
        """Return the page.

        Args:
            client_id: the id under which the page's form (used without JavaScript) sends its one message.
            log: the conversation so far as HTML; empty shows the welcome.
            token: the session token the form sends.
        """
        modules = "".join(
            f'<link rel="modulepreload" href="/static/{self.version}/{escape(name)}">'
            for name in self.assets
            if name.endswith((".js", ".mjs"))
        )
        return self._template.substitute(
            static=f"/static/{self.version}",
            modules=modules,
            client_id=escape(client_id),
            token=escape(token),
            log=log,
            talking="talking" if log else "fresh",
        )


def security_headers(settings: WebSettings, host: str | None) -> dict[str, str]:
    """Return the headers of every answer of this channel.

    ``host`` (the request's ``Host``) is named for WebSocket because browsers before 2022 do not take it as ``'self'``.
    """
    sockets = f" ws://{host} wss://{host}" if host and _HOST.fullmatch(host) else ""
    ancestors = " ".join(settings.frame_ancestors) or "'none'"
    policy = [
        "default-src 'self'",
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
        "Permissions-Policy": "geolocation=(self), camera=(), microphone=(), payment=()",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    if not settings.frame_ancestors:
        headers["X-Frame-Options"] = "DENY"
    return headers


def _asset(path: Path) -> Asset:
    body = path.read_bytes()
    return Asset(body, gzip.compress(body, 9, mtime=0), _TYPES[path.suffix])
