"""From the fields of a body to a typed push. Kinds that are not known become ``OtherMessage`` or ``OtherEvent``."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterable
from typing import Any, Final

from bot.channels.wechat.errors import BadBody
from bot.channels.wechat.pushes import (
    Click,
    ConsentChanged,
    EnteredService,
    Event,
    Image,
    Link,
    Location,
    Message,
    MiniProgramPage,
    NoticeDelivered,
    NoticesSent,
    Opened,
    OtherEvent,
    OtherMessage,
    Picked,
    Push,
    Scan,
    Subscribe,
    TemplateChoice,
    TemplateSent,
    Text,
    Unsubscribe,
    Video,
    Voice,
)
from bot.channels.wechat.reading import Tree

_LONGEST_ID: Final = 128
_LONGEST_FIELD: Final = 8192
_LONGEST_REASON: Final = 40
Base = tuple[str, str, int, str]


def parse(fields: Tree) -> Push:
    """Return the push in the fields of a body.

    Raises:
        BadBody: what every push has is missing or of another form, or a field its kind lives by is.
    """
    base = (_id(fields, "ToUserName"), _id(fields, "FromUserName"), _created(fields))
    kind = _text(fields, "MsgType").lower()
    if not kind:
        raise BadBody("no MsgType")
    if kind == "event":
        return _event(fields, (*base, event_key(fields)))
    read = _MESSAGES.get(kind)
    push = (*base, message_key(fields))
    return read(fields, push) if read else OtherMessage(*push, kind=kind[:_LONGEST_ID])


def message_key(fields: Tree) -> str:
    """Return what names a message: its id alone is not enough, it has been seen with two people (WxJava #333)."""
    message_id = _text(fields, "MsgId")
    if not message_id:  # an undocumented kind: the same body is the same message
        body = json.dumps(fields, sort_keys=True, ensure_ascii=False).encode("utf-8", "surrogatepass")
        message_id = hashlib.sha256(body).hexdigest()
    return _joined("message", message_id, _text(fields, "CreateTime"), _text(fields, "FromUserName"))


def event_key(fields: Tree) -> str:
    """Return what names an event; events have no id, but receipts name the message they are about.

    Two receipts of one person may be made in the same second, and two choices too: what they are about tells which.
    """
    names = ("CreateTime", "FromUserName", "EventKey", "Event", "MsgID", "MsgId")
    about = [json.dumps(entry, sort_keys=True, ensure_ascii=False) for entry in _entries(fields)]
    return _joined("event", *(_text(fields, name) for name in names), *about)


def _joined(*parts: str) -> str:
    return json.dumps(parts, ensure_ascii=False)


def _event(fields: Tree, base: Base) -> Event:
    name = _text(fields, "Event")
    read = _EVENTS.get(name.lower())
    return read(fields, base) if read else OtherEvent(*base, kind=name[:_LONGEST_ID])


def _location(fields: Tree, base: Base) -> Message:
    latitude, longitude = _degrees(fields, "Location_X", 90), _degrees(fields, "Location_Y", 180)
    return Location(*base, latitude=latitude, longitude=longitude)


def _picked(fields: Tree, base: Base) -> Event:
    info = fields.get("ScanCodeInfo")
    scanned = _text(info, "ScanResult") if isinstance(info, dict) else ""
    return Picked(
        *base, what=_text(fields, "Event").lower(), menu_key=_text(fields, "EventKey"), scanned=scanned
    )


def _subscribe(fields: Tree, base: Base) -> Event:
    return Subscribe(*base, scene=_text(fields, "EventKey").removeprefix("qrscene_"))


def _delivered(fields: Tree, base: Base) -> Event:
    return NoticeDelivered(*base, message_id=_text(fields, "MsgID"), reason=_reason(_text(fields, "Status")))


def _consent(fields: Tree, base: Base) -> Event:
    """Official: the choices stand in a list below an element named after the event (``SubscribeMsgPopupEvent``)."""
    return ConsentChanged(*base, choices=tuple(_choice(entry) for entry in _entries(fields)))


def _choice(entry: Tree) -> TemplateChoice:
    """One choice; a word that is not documented is no yes."""
    said = _text(entry, "SubscribeStatusString").lower()
    scene = _text(entry, "PopupScene")
    return TemplateChoice(
        template_id=_text(entry, "TemplateId")[:_LONGEST_ID],
        said="accept" if said == "accept" else "ban" if said == "ban" else "reject",
        scene=int(scene) if scene.isascii() and scene.isdigit() and len(scene) == 1 else None,
    )


def _sent(fields: Tree, base: Base) -> Event:
    receipts = (
        TemplateSent(
            template_id=_text(entry, "TemplateId")[:_LONGEST_ID],
            message_id=_text(entry, "MsgID")[:_LONGEST_ID],
            reason="" if _text(entry, "ErrorCode") == "0" else _reason(_text(entry, "ErrorStatus")),
        )
        for entry in _entries(fields)
    )
    return NoticesSent(*base, receipts=tuple(receipts))


def _reason(status: str) -> str:
    """WeChat's words for why something was not delivered; empty for ``success``."""
    said = status.strip().lower().removeprefix("failed:").strip()
    return "" if said == "success" else (said[:_LONGEST_REASON] or "failed")


def _entries(value: Any) -> Iterable[Tree]:
    """Every dictionary with a template id, wherever it stands: the envelopes differ between XML and JSON."""
    if isinstance(value, list):
        for inner in value:
            yield from _entries(inner)
    elif isinstance(value, dict):
        if isinstance(value.get("TemplateId"), str) and value["TemplateId"]:
            yield value
        for inner in value.values():
            yield from _entries(inner)


_MESSAGES: Final[dict[str, Callable[[Tree, Base], Message]]] = {
    "text": lambda f, b: Text(*b, content=_text(f, "Content"), menu_id=_text(f, "bizmsgmenuid") or None),
    "image": lambda f, b: Image(*b, media_id=_id(f, "MediaId")),
    "voice": lambda f, b: Voice(
        *b,
        media_id=_id(f, "MediaId"),
        format=_text(f, "Format").lower(),
        recognition=_text(f, "Recognition").strip(),
    ),
    "video": lambda f, b: Video(*b, media_id=_text(f, "MediaId")),
    "shortvideo": lambda f, b: Video(*b, media_id=_text(f, "MediaId")),
    "location": _location,
    "link": lambda f, b: Link(*b, title=_text(f, "Title")),
    "miniprogrampage": lambda f, b: MiniProgramPage(*b, title=_text(f, "Title")),
}
_EVENTS: Final[dict[str, Callable[[Tree, Base], Event]]] = {
    "subscribe": _subscribe,
    "unsubscribe": lambda _f, b: Unsubscribe(*b),
    "scan": lambda f, b: Scan(*b, scene=_text(f, "EventKey")),
    "click": lambda f, b: Click(*b, menu_key=_text(f, "EventKey")),
    "view": lambda _f, b: Opened(*b, what="page"),
    "view_miniprogram": lambda _f, b: Opened(*b, what="mini_program"),
    **dict.fromkeys(
        (
            "scancode_push",
            "scancode_waitmsg",
            "pic_sysphoto",
            "pic_photo_or_album",
            "pic_weixin",
            "location_select",
        ),
        _picked,
    ),
    "templatesendjobfinish": _delivered,
    **dict.fromkeys(("subscribe_msg_popup_event", "subscribe_msg_change_event"), _consent),
    "subscribe_msg_sent_event": _sent,
    "user_enter_tempsession": lambda f, b: EnteredService(*b, source=_text(f, "SessionFrom")),
}


def _text(fields: Tree, name: str) -> str:
    value = fields.get(name, "")
    return value[:_LONGEST_FIELD] if isinstance(value, str) else ""


def _id(fields: Tree, name: str) -> str:
    value = _text(fields, name).strip()
    if not value or len(value) > _LONGEST_ID or not value.isprintable():
        raise BadBody(f"no {name}")
    return value


def _created(fields: Tree) -> int:
    value = _text(fields, "CreateTime").strip()
    if not (value.isascii() and value.isdigit() and len(value) <= 13):  # noqa: PLR2004 - thirteen: milliseconds
        raise BadBody("no CreateTime")
    return int(value)


def _degrees(fields: Tree, name: str, limit: float) -> float:
    try:
        value = float(_text(fields, name))
    except ValueError as error:
        raise BadBody(f"no {name}") from error
    if math.isnan(value) or abs(value) > limit:
        raise BadBody(f"no {name}")
    return value
