"""Log-in with the desk's password and a work number; log-out."""

from __future__ import annotations

import re
from typing import Any

from sanic import Blueprint, response

from ..desk import Desk
from ..errors import TooManyTries
from ..sessions import new_session, same_secret

WORK_NUMBER = re.compile(r"[A-Za-z0-9]{1,20}")
MAX_PASSWORD = 200


def blueprint() -> Any:
    """Return the routes `/login` and `/logout`."""
    routes = Blueprint("login")
    routes.add_route(_form, "/login", methods=["GET"])
    routes.add_route(_try, "/login", methods=["POST"])
    routes.add_route(_logout, "/logout", methods=["POST"])
    return routes


async def _form(request: Any) -> Any:
    if request.ctx.session.logged_in:
        return response.redirect("/orders", status=303)
    return _page(request, 200)


async def _try(request: Any) -> Any:
    desk: Desk = request.app.ctx.desk
    number = (request.form.get("work_number") or "").strip()
    password = (request.form.get("password") or "")[:MAX_PASSWORD]
    if not WORK_NUMBER.fullmatch(number):
        return _page(request, 422, "请填写工号，只能用字母和数字。")
    try:
        await desk.on_thread(lambda: desk.limit.begin(request.ip, desk.unix()))
    except TooManyTries as refusal:
        await desk.note("-", "login.refused", request.ip)
        minutes = -(-refusal.retry_after // 60)
        answer = _page(request, 429, f"输错次数太多，请{minutes}分钟后再试。", number)
        answer.headers["Retry-After"] = str(refusal.retry_after)
        return answer
    if not same_secret(password, desk.settings.password):
        await desk.note("-", "login.failed", request.ip, work_number=number)
        return _page(request, 403, "工号或密码不对。", number)
    await desk.on_thread(lambda: desk.limit.succeeded(request.ip))
    await desk.note(number, "login.succeeded", request.ip)
    request.ctx.new_session = new_session(number, desk.unix(), desk.settings.session_hours * 3600)
    return response.redirect("/orders", status=303)


async def _logout(request: Any) -> Any:
    desk: Desk = request.app.ctx.desk
    session = request.ctx.session
    await desk.on_thread(lambda: desk.ended.end(session.session_id, session.expires, desk.unix()))
    await desk.note(session.agent, "logout", request.ip)
    request.ctx.new_session = new_session("", desk.unix(), 60)
    return response.redirect("/login", status=303)


def _page(request: Any, status: int, fault: str = "", number: str = "") -> Any:
    html = request.app.ctx.desk.pages.render(
        "login", title="登录", session=request.ctx.session, fault=fault, work_number=number
    )
    return response.html(html, status=status)
