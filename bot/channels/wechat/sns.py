"""Who stands behind the code of a login: WeChat says it once for each code, so nothing here is ever tried again.

Official: “网页授权” (``sns/oauth2/access_token``), “小程序登录” (``sns/jscode2session``). Of the answer the openid
alone is read. Tokens, ``session_key``, unionid are not: what is not read cannot leak; channels are joined by consent.
"""

from __future__ import annotations

import re
from typing import Final

from bot.channels.wechat.accounts import Account
from bot.channels.wechat.errors import Outcome, Refused, Unreachable
from bot.channels.wechat.wire import Wire

OAUTH_PATH: Final = "/sns/oauth2/access_token"
LOGIN_PATH: Final = "/sns/jscode2session"
_CODE: Final = re.compile(r"[A-Za-z0-9_-]{6,128}", re.ASCII)
_OPENID: Final = re.compile(r"[A-Za-z0-9_-]{6,64}", re.ASCII)
_BAD_CODE: Final = 40029


class LoginCodes:
    """Exchanges one account's codes.

    Every method raises:
        Refused: ``outcome`` is ``RESTART_OAUTH`` for a code that is none, was used or is too old.
        Unreachable: no answer, or one without an openid.
    """

    def __init__(self, account: Account, wire: Wire) -> None:
        """Ask through ``wire``."""
        self._account = account
        self._wire = wire

    async def of_page(self, code: str) -> str:
        """Return the openid behind the code a page was opened with."""
        return await self._openid(OAUTH_PATH, "code", code, {"grant_type": "authorization_code"})

    async def of_mini_program(self, code: str) -> str:
        """Return the openid behind the code of ``wx.login``."""
        return await self._openid(LOGIN_PATH, "js_code", code, {"grant_type": "authorization_code"})

    async def _openid(self, path: str, field: str, code: str, more: dict[str, str]) -> str:
        if not _CODE.fullmatch(code):
            raise Refused(path, _BAD_CODE, Outcome.RESTART_OAUTH)  # WeChat need not be asked
        query = {"appid": self._account.app_id, "secret": self._account.app_secret, field: code, **more}
        openid = (await self._wire.get(path, None, query)).get("openid")
        if not isinstance(openid, str) or not _OPENID.fullmatch(openid):
            raise Unreachable(f"{path}: no openid in the answer")
        return openid
