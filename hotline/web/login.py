"""Log-in by work number, password and one-time code; proving it again; log-out."""

from __future__ import annotations

from typing import Any

from sanic import Blueprint, response

from ..accounts.errors import BadAccount, WrongCode, WrongEntry
from ..accounts.first_start import demo_people
from ..accounts.people import number_of
from ..accounts.permissions import role_book
from ..accounts.sessions import Stage
from ..desk import Desk
from ..errors import NotLoggedIn, TooManyTries
from ..menu import home_of
from ..sessions import Session, new_session
from .gate import address_of
from .reading import chats_of
from .ways_back import safe_path, with_next

#: Nobody is let in with more; longer input is not hashed.
MAX_TYPED = 200


def blueprint() -> Any:
    """Return the routes under `/login`, `/logout` and the home page."""
    routes = Blueprint("login")
    routes.add_route(_home, "/")
    routes.add_route(_form, "/login", methods=["GET"])
    routes.add_route(_try, "/login", methods=["POST"])
    routes.add_route(_code_form, "/login/code", methods=["GET"])
    routes.add_route(_code, "/login/code", methods=["POST"])
    routes.add_route(_again_form, "/login/again", methods=["GET"])
    routes.add_route(_again, "/login/again", methods=["POST"])
    routes.add_route(_logout, "/logout", methods=["POST"])
    return routes


async def begin_session(request: Any, number: str, stage: Stage = "full") -> None:
    """Give the browser a session with a new id and end the one it had."""
    desk: Desk = request.app.ctx.desk
    fresh, before = new_session(number, desk.unix(), 0), request.ctx.session
    address, browser = address_of(request), request.headers.get("User-Agent", "")

    def exchange() -> int:
        desk.sessions.end(before.session_id)
        return desk.sessions.begin(
            fresh.session_id, number, stage, desk.unix(), address=address, browser=browser
        )

    expires = await desk.on_thread(exchange)
    who = request.ctx.agent if stage == "full" else None
    request.ctx.new_session = Session(fresh.session_id, number, fresh.form_token, expires, who)
    request.ctx.session = request.ctx.new_session


async def _home(request: Any) -> Any:
    return response.redirect(home_of(request.ctx.session), status=303)


async def _form(request: Any) -> Any:
    wanted = safe_path(request.args.get("next", ""))
    if request.ctx.session.logged_in:
        return response.redirect(wanted, status=303)
    return _page(request, 200, wanted=wanted)


async def _try(request: Any) -> Any:
    desk: Desk = request.app.ctx.desk
    address, wanted = address_of(request), safe_path(_field(request, "next"))
    typed, password = _field(request, "work_number"), _field(request, "password")
    try:
        number = number_of(typed)
    except BadAccount as error:
        return _page(request, 422, error.sentence, typed, wanted)
    try:
        account = await desk.on_slow_thread(
            lambda: desk.entry.by_password(number, password, address, desk.unix())
        )
    except TooManyTries as refusal:
        await desk.note("-", "login.refused", address, work_number=number)
        return _wait(_page(request, 429, _patience(refusal), number, wanted), refusal)
    except WrongEntry as error:
        await desk.note("-", "login.failed", address, work_number=number)
        return _page(request, 403, error.sentence, number, wanted)
    if account.second_factor:
        await begin_session(request, number, "code")
        return response.redirect(with_next("/login/code", wanted), status=303)
    await desk.note(number, "login.succeeded", address)
    await begin_session(request, number)
    return response.redirect(wanted, status=303)


async def _code_form(request: Any) -> Any:
    _half_way(request)
    return _code_page(request, 200)


async def _code(request: Any) -> Any:
    desk: Desk = request.app.ctx.desk
    number, address, typed = _half_way(request), address_of(request), _field(request, "code")
    try:
        kind = await desk.on_slow_thread(lambda: desk.entry.by_code(number, typed, address, desk.unix()))
    except TooManyTries as refusal:
        await desk.note("-", "login.refused", address, work_number=number)
        return _wait(_code_page(request, 429, _patience(refusal)), refusal)
    except WrongCode as error:
        await desk.note("-", "login.code_failed", address, work_number=number)
        return _code_page(request, 403, error.sentence)
    await desk.note(number, "login.succeeded", address, second_factor=kind)
    await begin_session(request, number)
    return response.redirect(safe_path(_field(request, "next")), status=303)


async def _again_form(request: Any) -> Any:
    return _again_page(request, 200, safe_path(request.args.get("next", "")))


async def _again(request: Any) -> Any:
    """Take the password once more before something dangerous, and give the session a new id."""
    desk: Desk = request.app.ctx.desk
    number, address = request.ctx.session.agent, address_of(request)
    wanted, password = safe_path(_field(request, "next")), _field(request, "password")
    try:
        await desk.on_slow_thread(lambda: desk.entry.again(number, password, address, desk.unix()))
    except TooManyTries as refusal:
        await desk.note(number, "login.refused", address)
        return _wait(_again_page(request, 429, wanted, _patience(refusal)), refusal)
    except WrongEntry as error:
        await desk.note(number, "login.again_failed", address)
        return _again_page(request, 403, wanted, error.sentence)
    await desk.note(number, "login.again", address)
    await desk.on_thread(lambda: desk.sessions.prove(request.ctx.session.session_id, desk.unix()))
    return response.redirect(wanted, status=303)


async def _logout(request: Any) -> Any:
    desk: Desk = request.app.ctx.desk
    session = request.ctx.session
    await desk.on_thread(lambda: desk.sessions.end(session.session_id))
    if session.logged_in:
        await desk.note(session.agent, "logout", address_of(request))
        await _leave_chats(request, session.agent)
    request.ctx.new_session = new_session("", desk.unix(), 60)
    return response.redirect("/login", status=303)


async def _leave_chats(request: Any, number: str) -> None:
    """Give back the chats of somebody who has logged out everywhere, at once and not when the page falls silent."""
    desk: Desk = request.app.ctx.desk
    if request.ctx.session.may("chat.take") and not await desk.on_thread(
        lambda: desk.sessions.of(number, desk.unix())
    ):
        await chats_of(request).left(number)


def _half_way(request: Any) -> str:
    """Return the number of somebody whose password was right and whose code is to come.

    Raises:
        NotLoggedIn: nobody is half-way.
    """
    present = request.ctx.present
    if present is None or present.stage != "code":
        raise NotLoggedIn
    number: str = present.agent.number
    return number


def _field(request: Any, name: str) -> str:
    given = request.form.get(name) or ""
    return given[:MAX_TYPED]


def _patience(refusal: TooManyTries) -> str:
    return f"输错次数太多，请{-(-refusal.retry_after // 60)}分钟后再试。"


def _wait(answer: Any, refusal: TooManyTries) -> Any:
    answer.headers["Retry-After"] = str(refusal.retry_after)
    return answer


def _page(request: Any, status: int, fault: str = "", number: str = "", wanted: str = "/") -> Any:
    desk: Desk = request.app.ctx.desk
    html = desk.pages.render(
        "login",
        title="登录",
        session=request.ctx.session,
        fault=fault,
        work_number=number,
        wanted=wanted,
        demo=[(one.number, one.profile.name, role_book().labels(one.profile.roles)) for one in demo_people()]
        if desk.settings.demo
        else [],
    )
    return response.html(html, status=status)


def _code_page(request: Any, status: int, fault: str = "") -> Any:
    wanted = safe_path(request.args.get("next", "") or _field(request, "next"))
    html = request.app.ctx.desk.pages.render(
        "login_code", title="输入验证码", session=request.ctx.session, fault=fault, wanted=wanted
    )
    return response.html(html, status=status)


def _again_page(request: Any, status: int, wanted: str, fault: str = "") -> Any:
    html = request.app.ctx.desk.pages.render(
        "login_again", title="再次输入密码", session=request.ctx.session, fault=fault, wanted=wanted
    )
    return response.html(html, status=status)
