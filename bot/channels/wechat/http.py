"""The routes of this channel.

``/wechat/<account>`` is asked by WeChat alone, ``/wechat/<account>/oauth/…`` by browsers inside WeChat, and
``/mini/<account>/…`` by mini-programs.
"""

from __future__ import annotations

import json
from typing import Final

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, text
from sanic.response import json as json_response

from bot.channels.wechat.gateway import Answer, Gateway
from bot.channels.wechat.mini_login import MiniLogin, Said
from bot.channels.wechat.oauth import Redirect, SignIn

_XML: Final = "text/xml; charset=utf-8"
_LARGEST_JSON: Final = 4096
_SECRET_HEADERS: Final = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


def register(routes: Blueprint, gateway: Gateway, sign_in: SignIn, mini_login: MiniLogin) -> None:
    """Add the routes to ``routes``."""
    _add_pushes(routes, gateway)
    _add_sign_in(routes, sign_in)
    _add_mini_login(routes, mini_login)


def _add_pushes(routes: Blueprint, gateway: Gateway) -> None:

    @routes.get("/wechat/<account:str>", name="verify")
    async def verify(request: Request, account: str) -> HTTPResponse:
        answer = gateway.verify(account, _query(request))
        return text(answer.body, status=answer.status)

    @routes.post("/wechat/<account:str>", name="receive")
    async def receive(request: Request, account: str) -> HTTPResponse | None:
        answer = await gateway.receive(account, _query(request), request.body)
        if answer.name is None:
            return text(answer.body, status=answer.status)
        await _send(request, answer)
        await gateway.sent(answer)
        return None


def _add_sign_in(routes: Blueprint, sign_in: SignIn) -> None:
    @routes.get("/wechat/<account:str>/oauth/start", name="sign_in")
    async def start(request: Request, account: str) -> HTTPResponse:
        framed = request.headers.get("sec-fetch-dest", "document") != "document"
        return _redirect(await sign_in.start(account, framed=framed))

    @routes.get("/wechat/<account:str>/oauth/callback", name="signed_in")
    async def callback(request: Request, account: str) -> HTTPResponse:
        cookies = request.headers.get("cookie", "")
        return _redirect(await sign_in.callback(account, _query(request), cookies))


def _add_mini_login(routes: Blueprint, mini_login: MiniLogin) -> None:
    @routes.post("/mini/<account:str>/login", name="mini_login")
    async def login(request: Request, account: str) -> HTTPResponse:
        address = request.remote_addr or request.ip
        return _said(await mini_login.login(account, _json(request), address))

    @routes.post("/mini/<account:str>/handover", name="mini_handover")
    async def handover(request: Request, account: str) -> HTTPResponse:
        authorization = request.headers.get("authorization", "")
        return _said(await mini_login.hand_over(account, _json(request), authorization))


def _redirect(to: Redirect) -> HTTPResponse:
    """Send the browser on; what it was sent here with stays behind."""
    answer = HTTPResponse(status=302 if to.location else 404, headers=dict(_SECRET_HEADERS))
    if to.location:
        answer.headers["Location"] = to.location
    for one in to.cookies:
        answer.headers.add("Set-Cookie", one)
    return answer


def _said(said: Said) -> HTTPResponse:
    return json_response(said.body, status=said.status, headers=dict(_SECRET_HEADERS))


def _json(request: Request) -> object:
    """The body as JSON; None for one that is none, or larger than any of ours."""
    if len(request.body) > _LARGEST_JSON:
        return None
    try:
        value: object = json.loads(request.body)
    except (ValueError, RecursionError):
        return None
    return value


async def _send(request: Request, answer: Answer) -> None:
    """Write the answer now; when WeChat has gone, this raises CancelledError and the answer counts as not sent."""
    response = await request.respond(status=answer.status, content_type=_XML)
    await response.send(answer.body.encode(), True)


def _query(request: Request) -> dict[str, str]:
    return {name: values[0] for name, values in request.args.items()}
