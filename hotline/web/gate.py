"""What every request passes: a correlation id, then by its path a signature, a session, or nothing.

`/v1/…` is for services and needs a signature. `/healthz`, `/readyz` and `/static/…` are open. Everything else is a
page: it needs a logged-in session (but for the log-in itself), and every post the session's form token. A new
page is therefore closed unless somebody opens it here.
"""

from __future__ import annotations

from typing import Any

from backend_client import correlation

from ..desk import Desk
from ..errors import FormExpired, NotLoggedIn, TooLong
from ..sessions import COOKIE, Session, new_session, seal, unseal

ANONYMOUS_LIFETIME_S = 3600.0
SAFE_METHODS = frozenset({"GET", "HEAD"})
POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def install_gate(app: Any) -> None:
    """Put the gate in front of all handlers of `app`, and the headers behind them."""
    app.register_middleware(_enter, "request")
    app.register_middleware(_leave, "response")


def is_service_path(path: str) -> bool:
    """Tell whether a path belongs to the API."""
    return path.startswith("/v1/")


def is_open_path(path: str) -> bool:
    """Tell whether anybody may see a path."""
    return path in {"/healthz", "/readyz"} or path.startswith("/static/")


async def _enter(request: Any) -> None:
    correlation.request_id.set(request.headers.get(correlation.HEADER, ""))
    correlation.request_id.set(correlation.current())
    desk: Desk = request.app.ctx.desk
    if is_open_path(request.path):
        return
    # Sanic enters here also after it has refused a body, which then looks like a form without its token.
    length = request.headers.get("Content-Length", "0")
    if not length.isdecimal() or int(length) > request.app.config.REQUEST_MAX_SIZE:
        raise TooLong
    if is_service_path(request.path):
        target, body = request.raw_url.decode("latin-1"), request.body
        request.ctx.client_id = await desk.on_thread(
            lambda: desk.guard.check(request.headers, request.method, target, body, desk.unix())
        )
        return
    request.ctx.session = await _session(request, desk)
    if request.method not in SAFE_METHODS and not request.ctx.session.accepts(_token(request)):
        raise FormExpired
    if not request.ctx.session.logged_in and request.path != "/login":
        raise NotLoggedIn


async def _session(request: Any, desk: Desk) -> Session:
    session = unseal(request.cookies.get(COOKIE, ""), desk.settings.session_key, desk.unix())
    if session is not None:
        known = session
        if not await desk.on_thread(lambda: desk.ended.has(known.session_id)):
            return known
    request.ctx.new_session = new_session("", desk.unix(), ANONYMOUS_LIFETIME_S)
    return request.ctx.new_session


def _token(request: Any) -> str:
    given = request.form.get("form_token", "")
    return given if isinstance(given, str) else ""


async def _leave(request: Any, response: Any) -> None:
    response.headers[correlation.HEADER] = correlation.request_id.get()
    for name, value in HEADERS.items():
        response.headers[name] = value
    if not request.path.startswith("/static/"):
        response.headers["Cache-Control"] = "no-store"
    session = getattr(request.ctx, "new_session", None)
    if session is not None:
        _set_cookie(response, session, request.app.ctx.desk)


def _set_cookie(response: Any, session: Session, desk: Desk) -> None:
    cookies = response.cookies
    cookies[COOKIE] = seal(session, desk.settings.session_key)
    cookies[COOKIE]["httponly"] = True
    cookies[COOKIE]["samesite"] = "Strict"
    cookies[COOKIE]["path"] = "/"
    cookies[COOKIE]["max-age"] = max(0, session.expires - int(desk.unix()))
    if desk.settings.secure_cookies:
        cookies[COOKIE]["secure"] = True
