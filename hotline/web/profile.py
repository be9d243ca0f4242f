"""One's own account: password, one-time codes, sessions."""

from __future__ import annotations

from typing import Any

from sanic import Blueprint, response

from .. import words
from ..accounts import second_factor
from ..accounts.errors import AccountError, WrongCode
from ..accounts.permissions import role_book
from ..accounts.sessions import handle_of
from ..desk import Desk
from ..errors import TooManyTries
from .gate import address_of
from .login import begin_session

MAX_TYPED = 300


def blueprint() -> Any:
    """Return the routes under `/profile`."""
    routes = Blueprint("profile")
    routes.add_route(_overview, "/profile")
    routes.add_route(_password_form, "/profile/password", methods=["GET"])
    routes.add_route(_password, "/profile/password", methods=["POST"])
    routes.add_route(_factor_form, "/profile/second-factor", methods=["GET"])
    routes.add_route(_factor, "/profile/second-factor", methods=["POST"])
    routes.add_route(_factor_off, "/profile/second-factor/off", methods=["POST"])
    routes.add_route(_new_codes, "/profile/recovery-codes", methods=["POST"])
    routes.add_route(_end_sessions, "/profile/sessions/ends", methods=["POST"])
    return routes


async def _overview(request: Any) -> Any:
    desk: Desk = request.app.ctx.desk
    agent, present = request.ctx.agent, request.ctx.present
    listed, left = await desk.on_thread(
        lambda: (desk.sessions.of(agent.number, desk.unix()), desk.accounts.codes_left(agent.number))
    )
    book = role_book()
    html = desk.pages.render(
        "profile",
        title="我的账号",
        session=request.ctx.session,
        agent=agent,
        roles=book.labels(agent.roles),
        may=[label for word, label in book.permissions.items() if word in agent.permissions],
        second_factor=present.second_factor,
        factor_required=desk.settings.second_factor_required,
        codes_left=left,
        sessions=[
            {
                "handle": one.handle,
                "mine": one.handle == handle_of(request.ctx.session.session_id),
                "began": words.spoken_unix(one.began),
                "seen": words.spoken_unix(one.seen),
                "address": one.address,
                "browser": one.browser or "未知",
            }
            for one in listed
        ],
        done=_DONE.get(request.args.get("done", ""), ""),
    )
    return response.html(html)


_DONE = {
    "password": "密码已更换，别处的登录都已退出。",
    "off": "验证码登录已关闭。",
    "ended": "选中的登录已退出。",
}


async def _password_form(request: Any) -> Any:
    return _password_page(request, 200)


async def _password(request: Any) -> Any:
    desk: Desk = request.app.ctx.desk
    number, address = request.ctx.agent.number, address_of(request)
    old, new, again = (_field(request, name) for name in ("old", "new", "again"))
    if new != again:
        return _password_page(request, 422, "两次输入的新密码不一样。")
    try:
        await desk.on_slow_thread(lambda: desk.entry.change_password(number, old, new, address, desk.unix()))
    except TooManyTries as refusal:
        return _password_page(request, 429, f"输错次数太多，请{-(-refusal.retry_after // 60)}分钟后再试。")
    except AccountError as error:
        return _password_page(request, 422, error.sentence)
    await desk.note(number, "account.password_changed", number)
    await desk.on_thread(lambda: desk.sessions.end_all(number))
    await begin_session(request, number)
    return response.redirect("/profile?done=password", status=303)


async def _factor_form(request: Any) -> Any:
    return await _factor_page(request, 200)


async def _factor(request: Any) -> Any:
    desk: Desk = request.app.ctx.desk
    number, typed = request.ctx.agent.number, _field(request, "code")
    try:
        codes = await desk.on_thread(lambda: desk.entry.turn_on(number, typed, desk.unix()))
    except WrongCode as error:
        return await _factor_page(request, 422, error.sentence)
    await desk.note(number, "account.second_factor_on", number)
    await desk.on_thread(lambda: desk.sessions.end_all(number))
    await begin_session(request, number)
    return _codes_page(request, codes)


async def _factor_off(request: Any) -> Any:
    desk: Desk = request.app.ctx.desk
    number = request.ctx.agent.number
    if desk.settings.second_factor_required:
        raise AccountError("这里必须用验证码登录，不能关闭。换手机请用恢复码登录，再重新绑定。")
    await desk.on_thread(lambda: desk.accounts.drop_secret(number))
    await desk.note(number, "account.second_factor_off", number)
    return response.redirect("/profile?done=off", status=303)


async def _new_codes(request: Any) -> Any:
    desk: Desk = request.app.ctx.desk
    number = request.ctx.agent.number
    if not request.ctx.present.second_factor:
        raise AccountError("请先打开验证码登录。")
    codes = await desk.on_thread(lambda: desk.entry.new_codes(number))
    await desk.note(number, "account.recovery_codes", number)
    return _codes_page(request, codes, new=True)


async def _end_sessions(request: Any) -> Any:
    """End one session of one's own, or all but this one."""
    desk: Desk = request.app.ctx.desk
    number, present_id = request.ctx.agent.number, request.ctx.session.session_id
    handle = _field(request, "handle")
    if handle:
        await desk.on_thread(lambda: desk.sessions.end_listed(number, handle))
    else:
        await desk.on_thread(lambda: desk.sessions.end_all(number, but=present_id))
    await desk.note(number, "account.sessions_ended", number, all=not handle)
    return response.redirect("/profile?done=ended", status=303)


def _field(request: Any, name: str) -> str:
    given = request.form.get(name) or ""
    return given[:MAX_TYPED]


def _password_page(request: Any, status: int, fault: str = "") -> Any:
    desk: Desk = request.app.ctx.desk
    html = desk.pages.render(
        "password",
        title="更换密码",
        session=request.ctx.session,
        fault=fault,
        forced=request.ctx.present.must_change,
        least=desk.settings.password_length,
    )
    return response.html(html, status=status)


async def _factor_page(request: Any, status: int, fault: str = "") -> Any:
    desk: Desk = request.app.ctx.desk
    number = request.ctx.agent.number
    secret = await desk.on_thread(lambda: desk.accounts.waiting_secret(number, second_factor.new_secret()))
    html = desk.pages.render(
        "second_factor",
        title="验证码登录",
        session=request.ctx.session,
        fault=fault,
        replaces=request.ctx.present.second_factor,
        forced=desk.settings.second_factor_required and not request.ctx.present.second_factor,
        qr=second_factor.qr_of(secret, number),
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
    )
    return response.html(html, status=status)


def _codes_page(request: Any, codes: list[str], *, new: bool = False) -> Any:
    html = request.app.ctx.desk.pages.render(
        "recovery_codes", title="恢复码", session=request.ctx.session, codes=codes, new=new
    )
    return response.html(html)
