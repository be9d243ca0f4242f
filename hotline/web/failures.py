"""Errors as answers: problem documents for services, plain Chinese pages for agents."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import structlog
from sanic import response
from sanic.exceptions import SanicException

from backend_client import (
    Conflict,
    InvalidInput,
    NotFound,
    PlatformError,
    RateLimited,
    Unavailable,
    correlation,
)

from ..accounts.errors import AccountError
from ..errors import DeskError, FirstThings, FormExpired, NotAllowed, NotLoggedIn, ProveAgain
from .chat_moves import wants_json
from .gate import SAFE_METHODS, is_open_path, is_service_path
from .ways_back import with_next

log = structlog.get_logger(__name__)

#: Status and sentence for an agent, by what the platform said; the first that fits counts.
PLATFORM_SAYINGS: tuple[tuple[type[PlatformError], int, str], ...] = (
    (NotFound, 404, "平台上没有这张工单，请核对单号。"),
    (Conflict, 409, "这张工单刚刚被别人处理过，请看最新状态再操作。"),
    (InvalidInput, 422, "平台没有接受填写的内容，请检查字数和格式后再提交。"),
    (RateLimited, 503, "操作太频繁，请过一会儿再试。"),
    (Unavailable, 503, "平台暂时没有回应，请过一会儿再试。"),
)
PAGE_SAYINGS = {
    400: "提交的内容不完整，请从工单页面重新操作。",
    403: "页面已过期，请返回上一页刷新后再试。",
    404: "没有这个页面。",
    405: "不支持这样的操作。",
    413: "提交的内容太长。",
}
NOT_ALLOWED = "您的角色没有这项权限。需要的话请找班长或管理员。"
UNEXPECTED = "系统出了点问题，请稍后再试。如果一直这样，请把编号告诉管理员。"


def install(app: Any) -> None:
    """Answer every error of `app` in its caller's form."""
    app.error_handler.add(DeskError, _desk_error)
    app.error_handler.add(AccountError, _account_error)
    app.error_handler.add(PlatformError, _platform_error)
    app.error_handler.add(SanicException, _http_error)
    app.error_handler.add(Exception, _unexpected)


def saying_of(error: PlatformError) -> tuple[int, str]:
    """Return the HTTP status and the sentence for an agent."""
    for kind, status, sentence in PLATFORM_SAYINGS:
        if isinstance(error, kind):
            return status, sentence
    return 502, UNEXPECTED


def problem(status: int, code: str, detail: str, **more: Any) -> Any:
    """Return a problem document (RFC 9457) like the platform's."""
    document = {
        "type": f"urn:jkt:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        **more,
    }
    headers = {"Retry-After": str(more["retry_after"])} if "retry_after" in more else None
    return response.json(
        document, status=status, headers=headers, content_type="application/problem+json", ensure_ascii=False
    )


def page(request: Any, status: int, sentence: str) -> Any:
    """Return a page with one sentence, the way back and the number to tell the administrator."""
    session = getattr(request.ctx, "session", None)
    html = request.app.ctx.desk.pages.render(
        "message",
        title="操作没有完成",
        session=session,
        sentence=sentence,
        reference=correlation.request_id.get() if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "",
    )
    return response.html(html, status=status)


def _wants_page(request: Any) -> bool:
    path = request.path
    return not is_service_path(path) and not is_open_path(path) and not wants_json(path)


async def _desk_error(request: Any, error: DeskError) -> Any:
    if not _wants_page(request):
        return problem(error.status, error.code, error.detail, **error.more)
    if isinstance(error, NotLoggedIn) or (isinstance(error, FormExpired) and request.path == "/login"):
        wanted = request.path if request.method in SAFE_METHODS else "/"
        return response.redirect(with_next("/login", wanted), status=303)
    if isinstance(error, FirstThings):
        return response.redirect(error.path, status=303)
    if isinstance(error, ProveAgain):
        wanted = request.path if request.method in SAFE_METHODS else _form_page(request)
        return response.redirect(with_next("/login/again", wanted), status=303)
    sentence = NOT_ALLOWED if isinstance(error, NotAllowed) else PAGE_SAYINGS.get(error.status, UNEXPECTED)
    return page(request, error.status, sentence)


def _form_page(request: Any) -> str:
    """Return the path of the page whose form was posted; what was typed there is typed again."""
    return urlsplit(request.headers.get("Referer", "")).path or "/"


async def _account_error(request: Any, error: AccountError) -> Any:
    return page(request, 422, error.sentence)


async def _platform_error(request: Any, error: PlatformError) -> Any:
    status, sentence = saying_of(error)
    if not _wants_page(request):
        return problem(503, "unavailable", error.code)
    return page(request, status, sentence)


async def _http_error(request: Any, error: Any) -> Any:
    status = getattr(error, "status_code", 500)
    if not _wants_page(request):
        code = "not_found" if status == HTTPStatus.NOT_FOUND else "bad_request"
        return problem(status, code if status < HTTPStatus.INTERNAL_SERVER_ERROR else "internal", "")
    return page(request, status, PAGE_SAYINGS.get(status, UNEXPECTED))


async def _unexpected(request: Any, error: Exception) -> Any:
    log.error(
        "desk request failed",
        route=getattr(request.route, "path", ""),
        method=request.method,
        kind=type(error).__name__,
        request_id=correlation.request_id.get(),
        exc_info=error,
    )
    if not _wants_page(request):
        return problem(500, "internal", "")
    return page(request, 500, UNEXPECTED)
