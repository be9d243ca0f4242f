"""Passive replies: the answer that goes back in the response to a push (official: “被动回复用户消息”)."""

from __future__ import annotations

from bot.channels.wechat.pushes import Push
from bot.channels.wechat.xml_text import cdata

#: Says that nothing follows in this response; always in clear.
NOTHING = "success"


def text_reply(push: Push, content: str, now: float) -> str:
    """Return the XML that says ``content`` to whoever sent ``push``; must not be empty, 2,000 bytes at most."""
    return _reply(push, "text", f"<Content>{cdata(content)}</Content>", now)


def image_reply(push: Push, media_id: str, now: float) -> str:
    """Return the XML that shows a picture that was uploaded to WeChat."""
    return _reply(push, "image", f"<Image><MediaId>{cdata(media_id)}</MediaId></Image>", now)


def _reply(push: Push, kind: str, body: str, now: float) -> str:
    return (
        f"<xml><ToUserName>{cdata(push.openid)}</ToUserName><FromUserName>{cdata(push.to)}</FromUserName>"
        f"<CreateTime>{int(now)}</CreateTime><MsgType>{cdata(kind)}</MsgType>{body}</xml>"
    )
