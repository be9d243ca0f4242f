"""Replies: nobody's words leave their element, nothing is too long, no character and no link is cut."""

from __future__ import annotations

import html
import re
from xml.etree import ElementTree

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.wechat import full_text
from bot.channels.wechat.accounts import Abilities
from bot.channels.wechat.composing import Script, are_numbered, compose
from bot.channels.wechat.outgoing import Choice, MenuOut, TextOut, content, with_links
from bot.channels.wechat.parsing import parse
from bot.channels.wechat.replies import image_reply, text_reply
from bot.channels.wechat.splitting import MOST_BYTES, size, split
from bot.message import Button, OutboundMessage
from tests.wechat_server.phone import read_text

PUSH = parse(
    {"ToUserName": "gh_1", "FromUserName": "o_1", "CreateTime": "1", "MsgType": "text", "Content": "x"}
)


def test_a_reply_goes_back_to_whom_it_came_from() -> None:
    xml = ElementTree.fromstring(
        text_reply(PUSH, '您的码是绿码。\n<a href="https://x.cn">详细</a>', 1714037059.9)
    )
    said = {child.tag: child.text for child in xml}
    assert said == {
        "ToUserName": "o_1",
        "FromUserName": "gh_1",
        "CreateTime": "1714037059",
        "MsgType": "text",
        "Content": '您的码是绿码。\n<a href="https://x.cn">详细</a>',
    }
    assert ElementTree.fromstring(image_reply(PUSH, "m1", 1.0)).findtext("Image/MediaId") == "m1"


@given(st.text(st.one_of(st.characters(), st.sampled_from("]>[<!CDAT")), max_size=60))
def test_words_never_become_elements(text: str) -> None:
    """wechatpy and WeRoBot let ``]]></Content><MsgType>`` through."""
    for words in (text, f"]]></Content><MsgType>news</MsgType><Content>{text}", f"a]]>{text}]]>"):
        xml = ElementTree.fromstring(text_reply(PUSH, words, 1.0))
        assert [child.tag for child in xml] == [
            "ToUserName",
            "FromUserName",
            "CreateTime",
            "MsgType",
            "Content",
        ]
        kept = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", words)
        assert (xml.findtext("Content") or "") == kept.replace("\r\n", "\n").replace("\r", "\n")


_PIECES = st.lists(
    st.one_of(
        st.text(max_size=40),
        st.sampled_from(["一二三。", "👨‍👩‍👧‍👦", "🇨🇳", "é́", "\n\n", "，", "词 "]),
        st.builds(lambda n: f'<a href="https://x.cn/{n}">看{n}</a>', st.integers(0, 10**9)),
    ),
    max_size=30,
).map("".join)


@given(text=_PIECES, most=st.integers(60, 200))
def test_pieces_fit_and_nothing_is_lost(text: str, most: int) -> None:
    pieces = split(text, most)
    assert all(0 < size(piece) <= most for piece in pieces)
    assert _letters("".join(pieces)) == _letters(text)
    for piece in pieces:
        assert piece.count("<a ") == piece.count("</a>")


@given(st.integers(0, 60))
def test_joined_emoji_stay_whole(before: int) -> None:
    family = "👨‍👩‍👧‍👦"
    assert sum(piece.count(family) for piece in split("字" * before + family * 8, 60)) == 8


def test_a_link_that_is_too_large_is_kept_as_its_words() -> None:
    assert split(f'看<a href="https://x.cn/{"y" * 3000}">全文</a>') == ["看全文"]


def test_sentences_are_kept_together() -> None:
    sentence = "这是一个完整的句子，不应该从中间断开。"
    pieces = split(sentence * 100)
    assert all(piece.endswith("。") for piece in pieces)
    assert max(size(piece) for piece in pieces) <= MOST_BYTES


def test_choices_become_links_that_send_their_words() -> None:
    choices = (Choice("a1", "满意&感谢"), Choice("a2", '<b>"不"满意</b>'))
    seen = read_text("passive", with_links("您满意吗？", choices))
    assert seen.choices == {"满意&感谢": "a1", '<b>"不"满意</b>': "a2"}
    assert seen.text == '您满意吗？\n满意&感谢\n＜b＞"不"满意＜/b＞'
    menu = MenuOut("您满意吗？", choices)
    assert content(menu)["msgmenu"]["list"][0] == {"id": "a1", "content": "满意&感谢"}
    assert menu.simpler() == TextOut(with_links("您满意吗？", choices))


_BUTTONS = st.lists(
    st.builds(Button, st.text(min_size=1, max_size=30), st.just("~/affirm~0123456789abcdef")), max_size=40
)
_LINKS = st.lists(
    st.builds(
        lambda n, path: Button(f"链接{n}", f"https://x.cn/{path}"),
        st.integers(0, 99),
        st.text("路a/", max_size=80),
    ),
    max_size=12,
)
_ABILITIES = st.sampled_from(
    [Abilities(), Abilities(message_menus=False), Abilities(links=False, message_menus=False)]
)


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=60)
@given(
    text=st.builds(lambda words, n: words * n, _PIECES, st.integers(0, 8)),
    buttons=_BUTTONS,
    links=_LINKS,
    abilities=_ABILITIES,
)
def test_whatever_is_said_fits_and_what_does_not_fit_is_on_a_page(
    text: str, buttons: list[Button], links: list[Button], abilities: Abilities
) -> None:
    composed = compose([OutboundMessage(text, (*buttons, *links))], "https://jkt.example.cn")
    choices = tuple(Choice("abcdefghij", button.title) for button in composed.buttons)
    script = Script(composed, choices, abilities, are_numbered(composed.buttons, abilities))
    url = "https://jkt.example.cn/media/med_" + "a" * 26
    said = script.as_text(url)
    assert size(said) <= MOST_BYTES
    assert ("查看全文" in said) == script.is_too_long
    sent = script.as_service_message(url)
    words = sent.head if isinstance(sent, MenuOut) else sent.content  # type: ignore[attr-defined]
    assert size(words) <= MOST_BYTES
    page = full_text.page(composed).content.decode()
    if script.is_too_long:
        assert all(html.escape(title) in page for title, _ in composed.links)
        assert "查看全文" in words


def _letters(text: str) -> str:
    return re.sub(r"\s", "", text)
