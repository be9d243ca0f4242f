"""Accounts as pages: list, one account, a new one, and what each role may."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from sanic import Blueprint, response

from .. import words
from ..accounts.commands import reset
from ..accounts.errors import AccountError, BadAccount, NoSuchAccount
from ..accounts.passwords import one_time_password
from ..accounts.people import Account, Profile, number_of
from ..accounts.permissions import role_book
from ..desk import Desk
from ..errors import BadRequest, NotAllowed

MAX_TYPED = 400
_SKILLS = ("languages", "districts", "topics")


def blueprint() -> Any:
    """Return the routes under `/accounts`, and `/roles`."""
    routes = Blueprint("accounts")
    routes.add_route(_list, "/accounts", methods=["GET"])
    routes.add_route(_add, "/accounts", methods=["POST"])
    routes.add_route(_new, "/accounts/new", methods=["GET"])
    routes.add_route(_one, "/accounts/<number:str>", methods=["GET"], unquote=True)
    routes.add_route(_change, "/accounts/<number:str>", methods=["POST"], unquote=True)
    routes.add_route(_act, "/accounts/<number:str>/acts", methods=["POST"], unquote=True)
    routes.add_route(_roles, "/roles")
    return routes


async def _list(request: Any) -> Any:
    desk: Desk = request.app.ctx.desk
    everybody, waiting = await desk.on_thread(
        lambda: (desk.accounts.everybody(), desk.entry.pauses.waiting(desk.unix()))
    )
    html = desk.pages.render(
        "accounts",
        title="账号",
        session=request.ctx.session,
        rows=[
            {
                "number": account.number,
                "name": account.profile.name,
                "roles": role_book().labels(account.profile.roles),
                "department": account.profile.department,
                "state": _state_of(desk, account, waiting),
                "seen": words.spoken_unix(account.seen_at) if account.seen_at else "没有登录过",
            }
            for account in everybody
        ],
    )
    return response.html(html)


def _state_of(desk: Desk, account: Account, waiting: dict[str, int]) -> str:
    if not desk.accounts.usable(account):
        return "已停用"
    if account.number in waiting:
        return f"输错次数太多，还要等{-(-waiting[account.number] // 60)}分钟"
    if account.must_change:
        return "等他换密码"
    return "正常，有验证码" if account.second_factor else "正常"


async def _new(request: Any) -> Any:
    return _form_page(request, 200, None, Profile("", frozenset()))


async def _one(request: Any, number: str) -> Any:
    account = await _account(request, number)
    return _form_page(request, 200, account, account.profile)


async def _add(request: Any) -> Any:
    """Add an account and show its one-time password, this once."""
    desk: Desk = request.app.ctx.desk
    typed = _field(request, "number")
    profile = Profile("", frozenset())
    try:
        profile = _profile_of(request)
        number, first = number_of(typed), one_time_password()
        await desk.on_slow_thread(
            lambda: desk.accounts.add(number, profile, desk.entry.passwords.hashed(first), must_change=True)
        )
    except AccountError as error:
        return _form_page(request, 422, None, profile, error.sentence, number=typed)
    await desk.note(request.ctx.agent.number, "account.added", number, roles=sorted(profile.roles))
    return _password_page(request, number, first)


async def _change(request: Any, number: str) -> Any:
    desk: Desk = request.app.ctx.desk
    account = await _account(request, number)
    _not_own(request, account.number)
    version = _version(request)
    profile = account.profile
    try:
        profile = _profile_of(request)
        await desk.on_thread(lambda: desk.accounts.change(account.number, profile, version))
    except AccountError as error:
        return _form_page(request, 422, account, profile, error.sentence)
    await desk.note(
        request.ctx.agent.number,
        "account.changed",
        account.number,
        before=sorted(account.profile.roles),
        after=sorted(profile.roles),
    )
    if profile.roles != account.profile.roles or profile.department != account.profile.department:
        await desk.on_thread(lambda: desk.sessions.end_all(account.number))
    return response.redirect(f"{_href(account.number)}?done=changed", status=303)


async def _act(request: Any, number: str) -> Any:
    """Reset, unlock, close or open an account, or end its sessions."""
    desk: Desk = request.app.ctx.desk
    account = await _account(request, number)
    _not_own(request, account.number)
    act = _field(request, "act")
    if act in ("reset", "reset_factor"):
        first = await desk.on_slow_thread(
            lambda: reset(desk, account.number, second_factor=act == "reset_factor")
        )
        await desk.note(
            request.ctx.agent.number, "account.reset", account.number, second_factor=act == "reset_factor"
        )
        return _password_page(request, account.number, first)
    version = _version(request)
    try:
        done = await desk.on_thread(lambda: _simple_act(desk, act, account.number, version))
    except AccountError as error:
        return _form_page(request, 422, account, account.profile, error.sentence)
    await desk.note(request.ctx.agent.number, f"account.{done}", account.number)
    return response.redirect(f"{_href(account.number)}?done={done}", status=303)


def _simple_act(desk: Desk, act: str, number: str, version: int) -> str:
    acts: dict[str, tuple[str, Callable[[], object]]] = {
        "unlock": ("unlocked", lambda: desk.entry.pauses.forget(number)),
        "disable": ("disabled", lambda: desk.accounts.disable(number, version)),
        "enable": ("enabled", lambda: desk.accounts.disable(number, version, disabled=False)),
        "end": ("sessions_ended", lambda: None),
    }
    if act not in acts:
        raise BadRequest("act", "unknown")
    done, work = acts[act]
    work()
    if act in ("disable", "end"):
        desk.sessions.end_all(number)
    return done


async def _roles(request: Any) -> Any:
    book = role_book()
    html = request.app.ctx.desk.pages.render(
        "roles",
        title="角色和权限",
        session=request.ctx.session,
        roles=list(book.roles.values()),
        permissions=book.permissions,
        not_own=book.not_own,
        apart=[
            "和".join(book.roles[role].label for role in book.roles if role in pair) for pair in book.apart
        ],
    )
    return response.html(html)


async def _account(request: Any, number: str) -> Account:
    desk: Desk = request.app.ctx.desk
    try:
        wanted = number_of(number)
    except BadAccount as error:
        raise NoSuchAccount from error
    return await desk.on_thread(lambda: desk.accounts.get(wanted))


def _not_own(request: Any, number: str) -> None:
    """Nobody changes what they themselves may.

    Raises:
        NotAllowed: it is the administrator's own account.
    """
    if not request.ctx.agent.may("accounts.manage", owner=number):
        raise NotAllowed("accounts.manage")


def _profile_of(request: Any) -> Profile:
    languages, districts, topics = (tuple(_field(request, name).split()) for name in _SKILLS)
    capacity = _field(request, "capacity")
    return Profile(
        name=_field(request, "name").strip(),
        roles=frozenset(request.form.getlist("roles", [])),
        department=_field(request, "department").strip(),
        languages=languages,
        districts=districts,
        topics=topics,
        capacity=int(capacity) if capacity.isascii() and capacity.isdigit() else -1,
    ).checked()


def _version(request: Any) -> int:
    given = _field(request, "version")
    if not (given.isascii() and given.isdigit() and len(given) <= 9):  # noqa: PLR2004 – fits an integer
        raise BadRequest("version", "a whole number")
    return int(given)


def _field(request: Any, name: str) -> str:
    given = request.form.get(name) or ""
    return given[:MAX_TYPED]


def _href(number: str) -> str:
    return f"/accounts/{quote(number, safe='')}"


_DONE = {
    "changed": "已保存。",
    "unlocked": "可以马上再登录了。",
    "disabled": "账号已停用，他的登录都已退出。",
    "enabled": "账号已启用。",
    "sessions_ended": "他的登录都已退出。",
}


def _form_page(
    request: Any, status: int, account: Account | None, profile: Profile, fault: str = "", *, number: str = ""
) -> Any:
    desk: Desk = request.app.ctx.desk
    html = desk.pages.render(
        "account",
        title=f"账号 {account.number}" if account else "新增账号",
        session=request.ctx.session,
        account=account,
        number=number,
        profile=profile,
        fault=fault,
        roles=list(role_book().roles.values()),
        manages=account is None or request.ctx.agent.may("accounts.manage", owner=account.number),
        own=account is not None and account.number == request.ctx.agent.number,
        closed=account is not None and not desk.accounts.usable(account),
        done=_DONE.get(request.args.get("done", ""), ""),
    )
    return response.html(html, status=status)


def _password_page(request: Any, number: str, first: str) -> Any:
    html = request.app.ctx.desk.pages.render(
        "first_password",
        title="一次性密码",
        session=request.ctx.session,
        number=number,
        first=first,
        href=_href(number),
    )
    return response.html(html)
