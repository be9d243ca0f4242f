"""Joining one's own conversations (P1): begun in one, finished in another by a code, listed, and ended by a word."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar, Final

from actions import joined, speech
from actions.base import Topic, open_form
from actions.forms import Form
from actions.turn import Button, Turn
from privacy.errors import (
    CircleFull,
    CodeOver,
    JoinRefused,
    OtherPerson,
    OwnConversation,
    TooManyGuesses,
    UnknownCode,
)
from privacy.joins import Member

INTENT: Final = "join_channels"
_PREFIX: Final = "join="
_END = re.compile(
    r"取消|解除|解绑|解開|断开|斷開|断了|断掉|分开|分開|拆开|拆了|撤[销掉回]?|退出|(?:不要|不想|别|莫|不用|不)再?.{0,8}(?:连|連|联|聯|绑|一起)"
    r"|un-?link|disconnect|un-?join|separate|\b(?:stop|end|cancel|undo|remove)\b",
    re.IGNORECASE,
)
_ALL = re.compile(r"全部|所有|都|全|\ball\b|every", re.IGNORECASE)
_SHOW = re.compile(
    r"哪些|哪几|哪里|几个|幾個|多少|什么|啥|查看|看看|看一下|看下|列|有没有|有没得|没得|没有|是不是|情况|记录|状态"
    r"|\b(?:which|what|list|show|am i|are my|is my)\b",
    re.IGNORECASE,
)
_HAVE_CODE = re.compile(
    r"(?:关联码|關聯碼|连接码|連接碼)|\b(?:join(?:ing)?|link(?:ing)?|pairing) code\b", re.IGNORECASE
)
_ABOUT_CODE = re.compile(
    r"怎么|咋|在哪|哪里|是什么|是啥|给我|要一?个|拿|新|\b(?:get|need|new|give|where|how)\b", re.IGNORECASE
)
_NOTICES_TO = re.compile(
    r"(?:通知|提醒|消息|notices?|notif\w*).{0,12}(?:发到|发去|发给|发在|改到|送到|推到|只发|去|\bto\b|\bin\b|\bon\b).{0,8}"
    r"(?P<where>微信|公众号|公眾號|小程序|网页|網頁|网站|最近|wechat|mini|page|web)",
    re.IGNORECASE,
)
_CHANNELS: Final = {
    "mini_program": re.compile(r"小程序|mini", re.IGNORECASE),
    "wechat": re.compile(r"微信|公众号|公眾號|wechat|weixin", re.IGNORECASE),
    "web": re.compile(r"网页|網頁|网站|浏览器|\bweb|\bpage|browser|site", re.IGNORECASE),
}


class Joining(Topic):
    """Joins, lists, ends; says where notices go."""

    intents: ClassVar[tuple[str, ...]] = (INTENT,)
    resumable: ClassVar[bool] = False

    def name(self) -> str:
        """Rasa's name of the action."""
        return "action_join_channels"

    async def handle(self, turn: Turn) -> None:
        """Find out which of them is meant; only joining needs to know who is asking."""
        wish = wish_of(turn)
        if wish == "show":
            show(turn)
        elif wish.startswith("end"):
            end(turn, everything=wish == "end_all")
        elif wish.startswith("tell:"):
            tell_in(turn, wish.removeprefix("tell:"))
        elif turn.tokens("JOIN"):
            redeem(turn, turn.tokens("JOIN")[0])
        else:
            turn.access()
            await open_form(turn, JoinForm.form)
            if wish == "code":
                ask_code(turn)


def wish_of(turn: Turn) -> str:
    """What is wished: ``start``, ``code``, ``show``, ``end``, ``end_all``, ``tell:<where>``."""
    tapped = turn.first("choice")
    if tapped is not None and tapped.value.startswith(_PREFIX):
        return tapped.value.removeprefix(_PREFIX)
    text = turn.text
    if turn.tokens("JOIN"):
        return "code"
    if names_where(turn):
        return f"tell:{_named_channel(text) or 'last'}"
    if _END.search(text):
        return "end_all" if _ALL.search(text) else "end"
    if _HAVE_CODE.search(text) and not _ABOUT_CODE.search(text):
        return "code"
    return "show" if _SHOW.search(text) else "start"


def names_where(turn: Turn) -> bool:
    """Whether the message says in which conversation notices are wanted (“通知发到微信”)."""
    return bool(_NOTICES_TO.search(turn.text)) and not turn.text.startswith("/")


def _named_channel(text: str) -> str | None:
    return next((name for name, words in _CHANNELS.items() if words.search(text)), None)


# What is told ------------------------------------------------------------------------------------------


def show(turn: Turn) -> None:
    """What is joined since when, where notices go, and the ways to change it."""
    members = turn.kit.joins.members(turn.conversation_id)
    if not members:
        turn.say("joining.none", [_choice(turn, "join_start", "start")])
        return
    told = turn.kit.joins.told(turn.conversation_id)
    lines = [_line(turn, member) for member in members]
    buttons = [_choice(turn, "join_end", "end")]
    if len(members) > 2:  # noqa: PLR2004 - a pair ends as a whole
        buttons.append(_choice(turn, "join_end_all", "end_all"))
    for number, member in enumerate(members):
        if member != told:
            title = turn.word("button.notices_to", channel=joined.channel(turn, member))
            buttons.append(Button(title, INTENT, {"choice": f"{_PREFIX}tell:{number}"}))
    if any(member.named for member in members):
        buttons.append(_choice(turn, "notices_to_last", "tell:last"))
    told_where = joined.channel(turn, told) if told is not None else ""
    turn.say("joining.list", _one_each(buttons), lines="\n".join(lines), told=told_where)


def _line(turn: Turn, member: Member) -> str:
    is_here = member.conversation_id == turn.conversation_id
    return turn.word(
        "joining.line.here" if is_here else "joining.line",
        channel=joined.channel(turn, member),
        when=_when(turn, member.joined_at),
    )


def receipts(turn: Turn) -> list[str]:
    """When this conversation was joined and separated, one line each, the newest first."""
    return [
        turn.word(f"joining.receipt.{entry.act}", when=_when(turn, entry.at), receipt=entry.receipt)
        for entry in turn.kit.joins.history(turn.conversation_id)
    ]


def tell_in(turn: Turn, where: str) -> None:
    """Let notices go to the conversation named, or to the one spoken in last."""
    members = turn.kit.joins.members(turn.conversation_id)
    if not members:
        turn.say("joining.none", [_choice(turn, "join_start", "start")])
        return
    if where == "last":
        turn.kit.joins.name_for_notices(turn.conversation_id, None)
        turn.say("joining.told.last")
        return
    chosen = _chosen(turn, members, where)
    if chosen is None:
        turn.say("joining.told.unknown", [_choice(turn, "join_show", "show")])
        return
    turn.kit.joins.name_for_notices(turn.conversation_id, chosen.conversation_id)
    turn.say(
        "joining.told", [_choice(turn, "notices_to_last", "tell:last")], channel=joined.channel(turn, chosen)
    )


def _chosen(turn: Turn, members: list[Member], where: str) -> Member | None:
    """The member of a tapped line, else of the channel named; of several, the one spoken in last."""
    if where.isdigit():
        return members[int(where)] if int(where) < len(members) else None
    return max((m for m in members if m.channel == where), key=lambda m: m.seen_at, default=None)


# The way back ------------------------------------------------------------------------------------------


def end(turn: Turn, *, everything: bool) -> None:
    """End it at once, for the conversation named, else this one; nobody needs to be verified for that."""
    members = turn.kit.joins.members(turn.conversation_id)
    if not members:
        turn.say("joining.none_to_end", [_choice(turn, "join_start", "start")])
        return
    named = None if turn.text.startswith("/") else _named_channel(turn.text)
    leaving = [m.conversation_id for m in members if everything or m.channel == named]
    receipt, ended = joined.end(turn.kit, leaving or [turn.conversation_id], turn.now)
    left = [m for m in members if m not in ended]
    key = "joining.ended.some" if left else "joining.ended"
    turn.say(key, receipt=receipt, ended=joined.channels(turn, ended), left=joined.channels(turn, left))


# The two halves ----------------------------------------------------------------------------------------


def offer(turn: Turn) -> None:
    """Keep the consent and give out a code."""
    access = turn.access()
    try:
        code = turn.kit.joins.offer(joined.here(turn), access.person_id)
    except OtherPerson:
        turn.say("joining.refused.before", [_choice(turn, "join_end", "end")])
        return
    joined.agree(turn.kit, joined.here(turn))
    turn.say("joining.code", private=True, code=code)


def redeem(turn: Turn, token: str) -> None:
    """Join with the conversation the code was given out in, if the same person is verified in both.

    Raises:
        NeedsIdentity: nobody is verified here.
    """
    access = turn.access()
    secret = turn.reveal(token)
    words = joined.letter(turn.kit, "joining.letter.done", "joining.letter.done")
    try:
        if secret is None:
            raise CodeOver
        done = turn.kit.joins.redeem(secret.value, joined.here(turn), access.person_id, turn.now, words)
    except JoinRefused as error:
        _refused(turn, error)
        return
    joined.agree(turn.kit, done.offered)
    joined.agree(turn.kit, joined.here(turn))
    with_whom = [m for m in done.members if m.conversation_id != turn.conversation_id]
    turn.say(
        "joining.done",
        [_choice(turn, "join_show", "show"), _choice(turn, "join_end", "end")],
        receipt=done.receipt,
        channels=joined.channels(turn, with_whom),
    )


def _refused(turn: Turn, error: JoinRefused) -> None:
    again = [_choice(turn, "join_code", "code"), turn.button("person", "request_human")]
    if isinstance(error, UnknownCode) and error.left:
        turn.say("joining.refused.unknown", again, left=error.left)
    elif isinstance(error, UnknownCode | TooManyGuesses):
        wait = error.wait if isinstance(error, TooManyGuesses) else 900
        turn.say("joining.refused.guesses", again[1:], wait=speech.minutes(wait, turn.language))
    elif isinstance(error, OtherPerson):
        turn.say("joining.refused.person", again[1:])
    elif isinstance(error, CircleFull):
        turn.say("joining.refused.full", [_choice(turn, "join_show", "show")])
    elif isinstance(error, OwnConversation):
        turn.say("joining.refused.own")
    else:
        turn.say("joining.refused.over", [_choice(turn, "join_start", "start")])


class JoinForm(Form):
    """The card with its yes and no; or the code that another conversation has given out."""

    form: ClassVar[str] = "join_form"
    label_key: ClassVar[str] = "joining.label"
    fields: ClassVar[tuple[str, ...]] = ("consent", "join_code")

    async def take(self, turn: Turn, waiting: str) -> bool:
        """Take yes or no to the card, the code, or another wish about joining."""
        codes = turn.tokens("JOIN")
        if codes:
            redeem(turn, codes[0])
            self.end(turn)
            return True
        if turn.intent == INTENT:
            await self._other_wish(turn)
            return True
        if waiting != "consent" or turn.intent not in ("affirm", "deny"):
            return False
        if turn.intent == "affirm":
            offer(turn)
        else:
            turn.say("joining.declined")
        self.end(turn)
        return True

    async def _other_wish(self, turn: Turn) -> None:
        wish = wish_of(turn)
        if wish == "code":
            ask_code(turn)
        elif wish == "start":
            turn.set("requested_slot", f"{self.form}.consent")
            await self.ask_next(turn)
        else:
            self.end(turn)
            await Joining().handle(turn)

    async def ask_next(self, turn: Turn) -> None:
        """Show the card, or ask for the code again."""
        if self.waiting(turn) == "join_code":
            ask_code(turn)
            return
        turn.set("requested_slot", f"{self.form}.consent")
        buttons = [
            turn.button("agree", "affirm"),
            _choice(turn, "join_code", "code"),
            turn.button("refuse", "deny"),
        ]
        what = turn.kit.consent_texts[joined.PURPOSE].wording(turn.voice)
        turn.say("joining.card", buttons, what=what)

    async def leave(self, turn: Turn) -> None:
        """Leave it: not answering is no consent."""
        turn.say("joining.declined")

    def forget(self, turn: Turn, field: str) -> None:
        """Nothing is filled in here."""

    def unclear(self, turn: Turn, waiting: str) -> None:
        """Say what would be understood."""
        turn.say(f"joining.unclear.{waiting}")


def ask_code(turn: Turn) -> None:
    """Ask for the code that the other conversation has shown."""
    turn.set("requested_slot", f"{JoinForm.form}.join_code")
    turn.say("joining.ask.join_code", [turn.button("stop", "stop")])


def _choice(turn: Turn, key: str, wish: str) -> Button:
    return turn.button(key, INTENT, choice=f"{_PREFIX}{wish}")


def _one_each(buttons: Iterable[Button]) -> list[Button]:
    return list({button.title: button for button in buttons}.values())


def _when(turn: Turn, at: float) -> str:
    return speech.moment(datetime.fromtimestamp(at, speech.CHINA), turn.language)
