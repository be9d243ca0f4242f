"""Every kind of message and event, unknown ones, and what somebody might send instead."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wechat import pushes as p
from bot.channels.wechat.errors import BadBody
from bot.channels.wechat.parsing import parse
from bot.channels.wechat.reading import LARGEST_BODY, read
from tests.wechat_server import Account

COMMON = {"ToUserName": "gh_1", "FromUserName": "o_1", "CreateTime": "1714037059"}


def parsed(kind: str, **fields: Any) -> p.Push:
    return parse({**COMMON, "MsgType": kind, "MsgId": "24544564112431242", **fields})


def event(name: str, **fields: Any) -> p.Push:
    return parse({**COMMON, "MsgType": "event", "Event": name, **fields})


@pytest.mark.parametrize(
    ("push", "kind", "expected"),
    [
        (parsed("text", Content="码黄了"), p.Text, {"content": "码黄了", "menu_id": None}),
        (parsed("text", Content="满意", bizmsgmenuid="101"), p.Text, {"menu_id": "101"}),
        (parsed("image", PicUrl="http://x", MediaId="m"), p.Image, {"media_id": "m"}),
        (parsed("voice", MediaId="m", Format="amr"), p.Voice, {"format": "amr", "recognition": ""}),
        (
            parsed("voice", MediaId="m", Format="AMR", Recognition="我的码"),
            p.Voice,
            {"recognition": "我的码"},
        ),
        (parsed("video", MediaId="m", ThumbMediaId="t"), p.Video, {"media_id": "m"}),
        (parsed("shortvideo", MediaId="m"), p.Video, {}),
        (
            parsed("location", Location_X="30.65", Location_Y="104.06"),
            p.Location,
            {"latitude": 30.65, "longitude": 104.06},
        ),
        (parsed("link", Title="通告", Url="http://x"), p.Link, {"title": "通告"}),
        (parsed("miniprogrampage", Title="健康码", AppId="wx"), p.MiniProgramPage, {"title": "健康码"}),
        (parsed("file", Title="a.pdf"), p.OtherMessage, {"kind": "file"}),
        (parsed("sticker_of_2030"), p.OtherMessage, {"kind": "sticker_of_2030"}),
        (event("subscribe"), p.Subscribe, {"scene": ""}),
        (event("subscribe", EventKey="qrscene_123", Ticket="T"), p.Subscribe, {"scene": "123"}),
        (event("unsubscribe"), p.Unsubscribe, {}),
        (event("SCAN", EventKey="hall-3", Ticket="T"), p.Scan, {"scene": "hall-3"}),
        (event("CLICK", EventKey="my_code"), p.Click, {"menu_key": "my_code"}),
        (event("VIEW", EventKey="http://x"), p.Opened, {"what": "page"}),
        (event("view_miniprogram", EventKey="pages/i"), p.Opened, {"what": "mini_program"}),
        (
            event("scancode_waitmsg", EventKey="k", ScanCodeInfo={"ScanType": "qrcode", "ScanResult": "1"}),
            p.Picked,
            {"scanned": "1", "menu_key": "k"},
        ),
        (
            event("pic_sysphoto", EventKey="k", SendPicsInfo={"Count": "1"}),
            p.Picked,
            {"what": "pic_sysphoto"},
        ),
        (event("location_select", EventKey="k"), p.Picked, {"scanned": ""}),
        (
            event("TEMPLATESENDJOBFINISH", MsgID="7", Status="success"),
            p.NoticeDelivered,
            {"reason": ""},
        ),
        (
            event("TEMPLATESENDJOBFINISH", MsgID="7", Status="failed:user block"),
            p.NoticeDelivered,
            {"reason": "user block"},
        ),
        (
            event("TEMPLATESENDJOBFINISH", MsgID="7", Status="failed: system failed"),
            p.NoticeDelivered,
            {"reason": "system failed"},
        ),
        (
            event("user_enter_tempsession", SessionFrom="scene=yellow"),
            p.EnteredService,
            {"source": "scene=yellow"},
        ),
        (event("LOCATION", Latitude="30", Longitude="104"), p.OtherEvent, {"kind": "LOCATION"}),
        (event("kf_create_session", KfAccount="a@b"), p.OtherEvent, {}),
        (event("debug_demo", debug_str="x"), p.OtherEvent, {"kind": "debug_demo"}),
        (event(""), p.OtherEvent, {"kind": ""}),
    ],
)
def test_each_kind(push: p.Push, kind: type, expected: dict[str, Any]) -> None:
    assert type(push) is kind
    assert {name: getattr(push, name) for name in expected} == expected
    assert (push.to, push.openid, push.created) == ("gh_1", "o_1", 1714037059)


@pytest.mark.parametrize("as_json", [False, True])
def test_choices_about_notices_in_both_formats(as_json: bool) -> None:
    entries = [
        {"TemplateId": "t1", "SubscribeStatusString": "accept", "PopupScene": "2"},
        {"TemplateId": "t2", "SubscribeStatusString": "reject", "PopupScene": "2"},
    ]
    inner: Any = {"List": entries}
    body = Account(as_json=as_json).write(
        {**COMMON, "MsgType": "event", "Event": "subscribe_msg_popup_event", "SubscribeMsgPopupEvent": inner}
    )
    push = parse(read(body))
    assert isinstance(push, p.ConsentChanged)
    assert push.choices == (p.TemplateChoice("t1", "accept", 2), p.TemplateChoice("t2", "reject", 2))


@pytest.mark.parametrize("as_json", [False, True])
def test_receipts_of_notices_in_both_formats(as_json: bool) -> None:
    entry = {"TemplateId": "t1", "MsgID": "1700827132819554304", "ErrorCode": 0, "ErrorStatus": "success"}
    refused = {**entry, "MsgID": "1700827132819554305", "ErrorCode": 43101, "ErrorStatus": "user block"}
    keys = set()
    for sent, reason in ((entry, ""), (refused, "user block")):
        fields = {**COMMON, "MsgType": "event", "Event": "subscribe_msg_sent_event"}
        inner: Any = sent if as_json else {"List": sent}
        wrapped: Any = {"List": inner} if as_json else {"SubscribeMsgSentEvent": inner}
        push = parse(read(Account(as_json=as_json).write({**fields, **wrapped})))
        assert isinstance(push, p.NoticesSent)
        assert push.receipts == (p.TemplateSent("t1", str(sent["MsgID"]), reason),)
        keys.add(push.key)
    assert len(keys) == 2, "two receipts of one second are two events"


def test_what_is_said_of_a_template_in_words_nobody_documented_is_no_yes() -> None:
    entry = {"TemplateId": "t1", "SubscribeStatusString": "filter", "PopupScene": "x"}
    push = event("subscribe_msg_change_event", SubscribeMsgChangeEvent={"List": entry})
    assert isinstance(push, p.ConsentChanged)
    assert push.choices == (p.TemplateChoice("t1", "reject"),)


def test_the_key_of_a_message_tells_people_and_times_apart() -> None:
    """WxJava #333: the same MsgId came for several people, and some never got an answer."""
    keys = {
        parse({**COMMON, "MsgType": "text", "MsgId": "1", "Content": "a", **more}).key
        for more in ({}, {"FromUserName": "o_2"}, {"CreateTime": "1714037060"}, {"MsgId": "2"})
    }
    assert len(keys) == 4


def test_the_key_of_a_message_without_id_is_its_content() -> None:
    one, same, other = (parse({**COMMON, "MsgType": "file", "Title": t}).key for t in ("a", "a", "b"))
    assert one == same != other


def test_the_key_of_events_is_who_when_and_what() -> None:
    base = event("CLICK", EventKey="a")
    assert base.key == event("CLICK", EventKey="a").key
    assert base.key != event("CLICK", EventKey="b").key
    assert base.key != event("VIEW", EventKey="a").key


def test_ids_are_text_in_cloud_mode_too() -> None:
    assert "49d72d_1555684067" in parsed("text", Content="a", MsgId="49d72d_1555684067").key


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"MsgType": "text"},
        {**COMMON},
        {**COMMON, "MsgType": "text", "FromUserName": ""},
        {**COMMON, "MsgType": "text", "FromUserName": "o" * 129},
        {**COMMON, "MsgType": "text", "FromUserName": "o\n1"},
        {**COMMON, "MsgType": "text", "CreateTime": "soon"},
        {**COMMON, "MsgType": "text", "CreateTime": "-1"},
        {**COMMON, "MsgType": "text", "CreateTime": "９"},
        {**COMMON, "MsgType": "image"},
        {**COMMON, "MsgType": "location", "Location_X": "nan", "Location_Y": "1"},
        {**COMMON, "MsgType": "location", "Location_X": "91", "Location_Y": "1"},
        {**COMMON, "MsgType": "location"},
        {**COMMON, "MsgType": {"a": "b"}},
    ],
)
def test_what_lacks_what_it_lives_by_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(BadBody):
        parse(fields)


@pytest.mark.parametrize(
    "body",
    [
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><xml><Content>&b;</Content></xml>',
        b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><xml><Content>&f;</Content></xml>',
        b'<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd"><xml><Content>a</Content></xml>',
        b"<xml>&undefined;</xml>",
        b"<xml>" + b"<a>" * 20 + b"</a>" * 20 + b"</xml>",
        b"<xml>" + b"<a/>" * 2000 + b"</xml>",
        b'{"a":' * 5000 + b"1" + b"}" * 5000,
        b'{"a":' * 12 + b"1" + b"}" * 12,
        b"<xml><a>" + b"x" * LARGEST_BODY + b"</a></xml>",
        '<?xml version="1.0" encoding="utf-16"?><xml><a>b</a></xml>'.encode("utf-16"),
        b"<xml><a>\x00</a></xml>",
        b"<xml><a>\xff</a></xml>",
    ],
    ids=[
        "entity bomb",
        "file",
        "dtd",
        "undefined",
        "deep",
        "wide",
        "deep json",
        "12 deep",
        "large",
        "utf-16",
        "nul",
        "bytes",
    ],
)
def test_bombs_and_garbage_are_refused(body: bytes) -> None:
    with pytest.raises(BadBody):
        read(body)


@given(
    body=st.one_of(
        st.binary(max_size=400), st.text(alphabet="<>/xml&![CDATA]a;?- \"='", max_size=200).map(str.encode)
    )
)
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    with contextlib.suppress(BadBody):
        assert isinstance(read(body), dict)


_SCALARS = st.one_of(st.text(max_size=12), st.integers(), st.floats(), st.none(), st.booleans())
_VALUES = st.one_of(
    _SCALARS, st.lists(_SCALARS, max_size=2), st.builds(lambda v: {"TemplateId": [v]}, _SCALARS)
)
_NAMES = st.one_of(
    st.sampled_from(["MsgType", "Event", "EventKey", "MsgId", "MsgID", "Content", "MediaId", "CreateTime"]),
    st.sampled_from(["Location_X", "Location_Y", "Title", "List", "ScanCodeInfo", "Status", "TemplateId"]),
)
_KINDS = st.sampled_from(["text", "image", "voice", "video", "location", "link", "event", "file"])
_EVENTS = st.sampled_from(
    ["subscribe", "CLICK", "scancode_push", "subscribe_msg_popup_event", "TEMPLATESENDJOBFINISH"]
)


@given(kind=_KINDS, name=_EVENTS, fields=st.dictionaries(_NAMES, _VALUES, max_size=5))
def test_any_fields_are_parsed_or_refused(kind: str, name: str, fields: dict[str, Any]) -> None:
    body = json.dumps({**COMMON, "MsgType": kind, "Event": name, **fields}).encode()
    try:
        push = parse(read(body))
    except BadBody:
        return
    assert push.openid == "o_1"
    assert "o_1" not in repr(push)
