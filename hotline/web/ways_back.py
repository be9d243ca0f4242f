"""Where to go on after a log-in: a path of the desk, whatever was asked for."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

LONGEST = 300


def safe_path(wanted: str) -> str:
    """Return the wanted path when it is one of ours, else `/`.

    Browsers read `//host`, `/\\host` and control characters as ways out of a site (open redirect, CWE-601).
    """
    fits = wanted.startswith("/") and len(wanted) <= LONGEST and wanted.isascii() and wanted.isprintable()
    if not fits or wanted.startswith("//") or "\\" in wanted or " " in wanted:
        return "/"
    parts = urlsplit(wanted)
    if parts.scheme or parts.netloc or parts.path.startswith("/login"):
        return "/"
    return wanted


def with_next(page: str, wanted: str) -> str:
    """Return the address of a page that leads on to a path; the home page needs no leading."""
    path = safe_path(wanted)
    return page if path == "/" else f"{page}?next={quote(path, safe='')}"
