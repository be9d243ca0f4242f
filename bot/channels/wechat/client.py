"""What we ask of WeChat, one method a call; the same for 公众号 and mini-program unless it says otherwise."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from bot.channels.wechat.errors import ALARMING, NotSent, Outcome, Refused, Unreachable
from bot.channels.wechat.outgoing import Outgoing, content
from bot.channels.wechat.tokens import Tokens
from bot.channels.wechat.wire import Blob, Wire

logger = logging.getLogger(__name__)
T = TypeVar("T")

#: Pauses before the tries that follow a “busy” or a call that surely was not sent, in seconds.
_PAUSES: Final = (0.3, 1.0)
#: Bytes of a picture or a voice that is fetched; WeChat's own limits are 10 MB and 2 MB.
LARGEST_MEDIA: Final = 10 * 1024 * 1024


@dataclass(frozen=True)
class Paths:
    """WeChat's addresses. Those of customer service may change for mini-programs, so that they can be set."""

    send: str = "/cgi-bin/message/custom/send"
    typing: str = "/cgi-bin/message/custom/typing"
    subscribed: str = "/cgi-bin/message/subscribe/bizsend"

    @classmethod
    def of(cls, channel: str) -> Paths:
        """Return the addresses for accounts of a channel: mini-programs have an interface of their own for notices."""
        return cls(subscribed="/cgi-bin/message/subscribe/send") if channel == "mini_program" else cls()


class WeChatClient:
    """One account's calls.

    Every method raises:
        Refused: with the outcome that follows from WeChat's errcode; after the one retry with a new token, and two
            later ones when WeChat was busy.
        Unreachable: no answer. It is not known whether WeChat carried the call out, unless it is ``NotSent``.
    """

    def __init__(
        self,
        wire: Wire,
        tokens: Tokens,
        paths: Paths | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Take the account's tokens; ``sleep`` waits between tries."""
        self._wire = wire
        self._tokens = tokens
        self._paths = paths or Paths()
        self._sleep = sleep

    async def send(self, openid: str, message: Outgoing) -> None:
        """Send a customer-service message; it counts against the person's quota.

        A message menu, which not every kind of account has (40200), is sent as text with links instead.
        """
        try:
            await self._post(self._paths.send, {"touser": openid, **content(message)})
        except Refused as refused:
            simpler = message.simpler() if refused.outcome is Outcome.DOWNGRADE else None
            if simpler is None:
                raise
            await self._post(self._paths.send, {"touser": openid, **content(simpler)})

    async def show_typing(self, openid: str, *, on: bool) -> None:
        """Show or hide “对方正在输入”; that it cannot be shown now is no failure."""
        command = "Typing" if on else "CancelTyping"
        try:
            await self._post(self._paths.typing, {"touser": openid, "command": command})
        except Refused as refused:
            if refused.outcome is not Outcome.IGNORE:
                raise

    async def send_template(
        self, openid: str, template_id: str, fields: Mapping[str, str], url: str = ""
    ) -> str:
        """Send a template message (服务号); returns the id its receipt will name."""
        body = {"touser": openid, "template_id": template_id, "data": _values(fields)}
        answer = await self._post("/cgi-bin/message/template/send", {**body, "url": url} if url else body)
        return str(answer.get("msgid", ""))

    async def send_subscribed(
        self, openid: str, template_id: str, fields: Mapping[str, str], page: str = ""
    ) -> str:
        """Send a notice the person subscribed to (公众号订阅通知, 小程序订阅消息).

        Returns:
            The id its receipt will name; empty where WeChat does not tell it.
        """
        body = {"touser": openid, "template_id": template_id, "data": _values(fields)}
        answer = await self._post(self._paths.subscribed, {**body, "page": page} if page else body)
        return str(answer.get("msgid") or "")

    async def create_menu(self, buttons: Sequence[Mapping[str, Any]]) -> None:
        """Put a menu in place of the present one."""
        await self._post("/cgi-bin/menu/create", {"button": list(buttons)})

    async def menu(self) -> dict[str, Any]:
        """Return the present menu as WeChat describes it."""
        return await self._calling(
            lambda token: self._wire.get("/cgi-bin/get_current_selfmenu_info", token), repeatable=True
        )

    async def create_qr(self, scene: str, seconds: int) -> str:
        """Return what a QR must say that stands for ``scene`` (64 characters at most) for so long (服务号)."""
        body = {
            "expire_seconds": seconds,
            "action_name": "QR_STR_SCENE",
            "action_info": {"scene": {"scene_str": scene}},
        }
        answer = await self._calling(
            lambda token: self._wire.post("/cgi-bin/qrcode/create", body, token), repeatable=True
        )
        url = answer.get("url")
        if not isinstance(url, str) or not url:
            raise Unreachable("/cgi-bin/qrcode/create: no url in the answer")
        return url

    async def fetch_media(self, media_id: str, largest: int = LARGEST_MEDIA) -> Blob:
        """Return a picture or voice that a person sent; WeChat keeps it for three days."""
        query = {"media_id": media_id}
        return await self._calling(
            lambda token: self._wire.download("/cgi-bin/media/get", token, query, largest), repeatable=True
        )

    async def upload_image(self, picture: Blob) -> str:
        """Hand a picture to WeChat for three days; returns its media id."""
        answer = await self._calling(
            lambda token: self._wire.upload("/cgi-bin/media/upload", token, {"type": "image"}, picture),
            repeatable=True,
        )
        media_id = answer.get("media_id")
        if not isinstance(media_id, str):
            raise Unreachable("/cgi-bin/media/upload: no media_id in the answer")
        return media_id

    async def _post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return await self._calling(lambda token: self._wire.post(path, body, token))

    async def _calling(self, call: Callable[[str], Awaitable[T]], *, repeatable: bool = False) -> T:
        """Call, again with a new token when the old one is refused, again a little later when WeChat is busy.

        A call that may have been carried out is only made again when that does no harm (``repeatable``).
        """
        for pause in (*_PAUSES, None):
            try:
                return await self._with_token(call)
            except Refused as refused:
                if refused.outcome in ALARMING:
                    logger.error("WeChat refuses: %s", refused)  # noqa: TRY400 - its place says nothing
                if refused.outcome is not Outcome.BUSY or pause is None:
                    raise
            except Unreachable as failure:
                if pause is None or not (repeatable or isinstance(failure, NotSent)):
                    raise
            await self._sleep(pause)
        raise AssertionError("the last try returns or raises")

    async def _with_token(self, call: Callable[[str], Awaitable[T]]) -> T:
        token = await self._tokens.get()
        try:
            return await call(token)
        except Refused as refused:
            if refused.outcome is not Outcome.TOKEN:
                raise
        return await call(await self._tokens.replace(token))


def _values(fields: Mapping[str, str]) -> dict[str, dict[str, str]]:
    return {name: {"value": value} for name, value in fields.items()}
