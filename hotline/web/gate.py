"""What every request passes: a correlation id, then by its path a signature, a session, or nothing.

`/v1/…` is for services and needs a signature. `/healthz`, `/readyz` and `/static/…` are open. Everything else is a
page: it needs what `permits.py` says of its route, and every post the session's form token. A page of which nothing is
said there is closed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from backend_client import correlation

from ..accounts.people import Agent
from ..accounts.sessions import Present
from ..desk import Desk
from ..errors import FirstThings, FormExpired, NotAllowed, NotLoggedIn, ProveAgain, TooLong
from ..sessions import COOKIE, Session, new_session, seal, unseal
from .permits import Permit, permit_of, service_may
from .ringing import PATH as RINGING

ANONYMOUS_LIFETIME_S = 3600.0
TOKEN_HEADER = "X-Form-Token"  # noqa: S105 – a header's name
#: Paths that pages ask for by themselves: nothing that somebody does.
_BY_THEMSELVES = frozenset({RINGING})
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
        if not service_may(request.ctx.client_id, request.path):
            raise NotAllowed(request.ctx.client_id)
        return
    request.ctx.session = await _session(request, desk)
    request.ctx.agent = request.ctx.session.who
    if request.method not in SAFE_METHODS and not request.ctx.session.accepts(_token(request)):
        raise FormExpired
    if _is_foreign_socket(request):
        raise FormExpired
    # Without a route no handler follows: a stranger learns nothing of it, an agent reads that there is no such page.
    permit = permit_of(request) if request.route is not None else Permit()
    await _admit(request, desk, permit)


async def _admit(request: Any, desk: Desk, permit: Permit | None) -> None:
    """Let a request through to its handler, or say why not."""
    if permit is not None and permit.early:
        return
    agent, present = request.ctx.agent, request.ctx.present
    if agent is None:
        raise NotLoggedIn
    if permit is None or not _allowed(agent, permit):
        await desk.note(agent.number, "access.refused", request.path[:128])
        raise NotAllowed(permit.permission if permit else "")
    if not permit.settling:
        _settled(desk, present)
    if permit.proof and not present.proved:
        raise ProveAgain


def _allowed(agent: Agent, permit: Permit) -> bool:
    """Tell whether somebody has one of the permissions that open a page."""
    words = [word for word in (permit.permission, permit.other) if word]
    return not words or any(agent.may(word) for word in words)


def _settled(desk: Desk, present: Present) -> None:
    if present.must_change:
        raise FirstThings("/profile/password")
    if desk.settings.second_factor_required and not present.second_factor:
        raise FirstThings("/profile/second-factor")


async def _session(request: Any, desk: Desk) -> Session:
    """Return the browser's session; one that is over, or whose account is closed, is nobody's."""
    request.ctx.present = None
    known = unseal(request.cookies.get(COOKIE, ""), desk.settings.session_key, desk.unix())
    if known is not None and not known.agent:
        return known
    if known is not None:
        session_id, used = known.session_id, request.path not in _BY_THEMSELVES
        present: Present | None = await desk.on_thread(
            lambda: desk.sessions.find(session_id, desk.unix(), used=used)
        )
        if present is not None:
            request.ctx.present = present
            return replace(known, who=present.agent) if present.stage == "full" else known
    request.ctx.new_session = new_session("", desk.unix(), ANONYMOUS_LIFETIME_S)
    return request.ctx.new_session


def address_of(request: Any) -> str:
    """Return the address a request comes from, as told by as many proxies as the settings name."""
    return request.remote_addr or request.ip


def _token(request: Any) -> str:
    given = request.headers.get(TOKEN_HEADER) or request.form.get("form_token", "")
    return given if isinstance(given, str) else ""


def _is_foreign_socket(request: Any) -> bool:
    """Tell whether another site's page opens a WebSocket, which no form token guards."""
    if request.headers.get("Upgrade", "").casefold() != "websocket":
        return False
    return urlsplit(request.headers.get("Origin", "")).netloc != request.headers.get("Host", "")


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
