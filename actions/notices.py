"""Notices (C9): offered once, opened and closed by a word or a tap, kind by kind, each with its own receipt.

Who asks for a notice gets a line in ``privacy.notices``; the bot pushes exactly to those lines, so what is closed is
closed from that second.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import ClassVar, Final

from actions import consents, joining, speech
from actions.personal import PersonalTopic
from actions.persons import Subject
from actions.policy import Policy
from actions.turn import Button, Turn
from privacy.notices import KINDS, THIS_CONVERSATION, Subscription

_OF_A_FORM = re.compile(r"/|(?:确认)?提交|确认|再试一次|submit|confirm|try again", re.IGNORECASE)
#: Kinds about requests made in the conversation itself: nobody needs to be verified for them.
_OF_CONVERSATION: Final = frozenset({"order"})

_OFF = re.compile(
    r"不要再|别再|莫再|不用再?(?:通知|提醒|发)|关闭|关掉|关了|取消|退订|不想再?(?:收|接)|停(?:止|了|掉)|"
    r"\b(?:stop|turn off|switch off|unsubscribe|no more|cancel)\b",
    re.IGNORECASE,
)
_ON = re.compile(
    r"开通|打开|开启|订阅|通知我|提醒我|告诉我|\b(?:notify me|tell me when|turn on|switch on|subscribe|let me know)\b",
    re.IGNORECASE,
)
_VIEW = re.compile(
    r"(?:开|订)了?(?:哪些|啥|什么)|哪些.*通知|通知(?:设置|管理)|我的通知|怎么.*(?:开通|订阅|设置)|查看消息|"
    r"\b(?:which notices|what notices|notice settings|notification settings|my notices|my notifications)\b",
    re.IGNORECASE,
)
#: Our own text messages; a question about them, or about those of others, is none of these wishes.
_TEXT_OFF = re.compile(
    r"(?:请|以后)*(?:不要|别|莫|不用|不想|停止|关闭|关掉|取消)(?:再)?(?:给我|收|发|送|接)*短信(?:提醒|通知|了|嘛|哈|咯)*[。！!]?"
    r"|短信(?:提醒|通知)?(?:就)?(?:不要|别|莫|不用)(?:再)?(?:给我)?发(?:了|嘛|哈)*[。！!]?"
    r"|(?:please )?(?:no|stop|stop sending|don't send)(?: me)?(?: any)?(?: more)? (?:text messages|texts|sms)[.!]?",
    re.IGNORECASE,
)
_TEXT_ON = re.compile(
    r"(?:请|也)*(?:可以|开通|打开|开启|要)(?:给我)?(?:发)?短信(?:提醒|通知|了|吧)*[。！!]?"
    r"|(?:please )?(?:send me|turn on) (?:text messages|texts|sms)[.!]?",
    re.IGNORECASE,
)
#: Where a notice that does not arrive may be told by text, and where people subscribe in WeChat itself.
_IN_WECHAT: Final = frozenset({"wechat", "mini_program"})

#: Messages and calls of others, or a question about them: for the knowledge base.
_OF_OTHERS = re.compile(
    r"短信|电话|公众号|12320|没有?通知|没收到|为什么|为啥|会不会|\bsms\b|\btext message|\bcall(?:ed|s)?\b|\bwhy\b",
    re.IGNORECASE,
)
#: The narrower words come first: “申诉有结果” is about the appeal, “离线码” not about the colour.
_ABOUT: Final = {
    "case": re.compile(r"申诉|申领|办理|\b(?:appeals?|applications?)\b", re.IGNORECASE),
    "family": re.compile(r"绑定|\blink(?:ed|s)?\b", re.IGNORECASE),
    "order": re.compile(r"工单|投诉|\b(?:work orders?|requests?)\b", re.IGNORECASE),
    "reminder": re.compile(
        r"打卡|到期|过期|离线码|\b(?:check-?in|offline|expir\w*|reminders?)\b", re.IGNORECASE
    ),
    "result": re.compile(r"结果|核酸|报告|检测|\b(?:results?|tests?)\b", re.IGNORECASE),
    "code": re.compile(r"变色|变码|颜色|转绿|变黄|变红|码|\b(?:colou?r|code)\b", re.IGNORECASE),
}


def offer(turn: Turn, kind: str) -> tuple[list[str], list[Button]]:
    """The question whether to be told in future and its choice; nothing when it was asked before or is settled."""
    purpose = _purpose(kind)
    offered = list(turn.slots.get("notice_offers") or [])
    if kind in offered or consents.granted(turn, (purpose,)) or consents.refused(turn, purpose):
        return [], []
    turn.set("notice_offers", [*offered, kind])
    turn.set("notice_wish", f"offer:{kind}")
    return [turn.word(f"notice.offer.{kind}")], [_choice(turn, "notify_me", f"on:{kind}")]


def offered_kind(turn: Turn) -> str | None:
    """The kind that the last message offered, for a “yes” or “no” that follows it.

    A button of the form before it, tapped twice, and “提交”, sent twice, are no answer to the offer.
    """
    wish = str(turn.slots.get("notice_wish") or "")
    if not wish.startswith("offer:") or _OF_A_FORM.match(turn.text.strip()):
        return None
    return wish.removeprefix("offer:")


class Notices(PersonalTopic):
    """C9: which notices there are, on and off; what others sent is answered from the knowledge base."""

    intents: ClassVar[tuple[str, ...]] = ("ask_notification",)
    resumable: ClassVar[bool] = False
    purposes: ClassVar[tuple[str, ...]] = ()

    def name(self) -> str:
        """Rasa's name of the action."""
        return "action_notices"

    async def handle(self, turn: Turn) -> None:
        """Do what is wished; a wish that waited for the person to be verified is carried out then."""
        if joining.names_where(turn):
            joining.tell_in(turn, joining.wish_of(turn).removeprefix("tell:"))
            return
        wish = wish_of(turn)
        if wish is None:
            await Policy().handle(turn)
            return
        verb, _, kind = wish.partition(":")
        if verb == "on" and kind not in _OF_CONVERSATION:
            turn.set("notice_wish", wish)  # it outlives being verified and being asked which relative
            await super().handle(turn)
            return
        if verb == "on":
            _subscribe(turn, kind, THIS_CONVERSATION, "", None)
        elif verb == "off":
            close(turn, KINDS if kind == "all" else (kind,))
        elif verb == "no":
            decline(turn, kind)
        elif verb == "text":
            by_text(turn, wished=kind == "on")
        else:
            show(turn)
        turn.clear("notice_wish")

    async def tell(self, turn: Turn, who: Subject) -> None:
        """Begin to tell, of the person meant."""
        _, _, kind = str(turn.slots["notice_wish"]).partition(":")
        _subscribe(turn, kind, who.person_id, who.access.person_id, who.relation)
        turn.clear("notice_wish")


def wish_of(turn: Turn) -> str | None:
    """What the person wishes: ``on:``, ``off:`` or ``no:<kind>``, ``text:on|off``, ``show``; None for a question."""
    tapped = turn.first("choice")
    if tapped is not None and tapped.value.startswith("notice="):
        return tapped.value.removeprefix("notice=")
    if turn.intent not in Notices.intents or turn.text.startswith("/"):
        waiting = str(turn.slots.get("notice_wish") or "")
        return waiting.replace("offer:", "on:") or None
    return wish_in(turn.text)


def wish_in(text: str) -> str | None:
    """The wish that words express; None when they ask about something else."""
    said = text.strip()
    if wants_no_text(said):
        return "text:off"
    if _TEXT_ON.fullmatch(said):
        return "text:on"
    if _OF_OTHERS.search(text):
        return None
    kind = next((kind for kind, words in _ABOUT.items() if words.search(text)), None)
    if _OFF.search(text):
        return f"off:{kind or 'all'}"
    if _VIEW.search(text) or (_ON.search(text) and kind is None):
        return "show"
    return f"on:{kind}" if _ON.search(text) else None


def close(turn: Turn, kinds: Sequence[str]) -> None:
    """Tell no more, from this second, in whichever of the joined conversations it was asked for."""
    lines = [*turn.kit.subscriptions.of_conversation(turn.conversation_id), *_elsewhere(turn)]
    on = {_purpose(line.kind) for line in lines if line.kind in kinds}
    gone = dict.fromkeys([*consents.withdraw(turn, [_purpose(kind) for kind in kinds]), *sorted(on)])
    turn.kit.subscriptions.remove(turn.conversation_id, kinds)
    for member in turn.kit.joins.others(turn.conversation_id):
        turn.kit.subscriptions.remove(member.conversation_id, kinds)
    if gone:
        names = _names(turn, [purpose.removeprefix("notice_") for purpose in gone])
        turn.say("notice.off", [_choice(turn, "notices", "show")], names=names)
    else:
        turn.say("notice.none", [_choice(turn, "notices", "show")])


def decline(turn: Turn, kind: str) -> None:
    """Keep the no to an offer; it is not asked again."""
    consents.refuse(turn, _purpose(kind))
    turn.clear("notice_wish")
    turn.say("notice.declined", name=_name(turn, kind))


def show(turn: Turn) -> None:
    """What is on, with a tap for each kind."""
    lines = [*turn.kit.subscriptions.of_conversation(turn.conversation_id), *_elsewhere(turn)]
    on = {line.kind for line in lines}
    buttons = [
        Button(
            turn.word("button.notice_off" if kind in on else "button.notice_on", name=_name(turn, kind)),
            "ask_notification",
            {"choice": f"notice={'off' if kind in on else 'on'}:{kind}"},
        )
        for kind in KINDS
    ]
    if len(on) > 1:
        buttons.append(_choice(turn, "notices_off", "off:all"))
    if not lines:
        turn.say("notice.show.none", buttons)
        return
    names = [_name(turn, line.kind) + (f"（{line.relation}）" if line.relation else "") for line in lines]
    turn.say("notice.show", buttons, names=speech.join(dict.fromkeys(names), turn.language))


def _elsewhere(turn: Turn) -> list[Subscription]:
    """What was asked for in joined conversations: they are told as one."""
    return [
        line
        for member in turn.kit.joins.others(turn.conversation_id)
        for line in turn.kit.subscriptions.of_conversation(member.conversation_id)
    ]


def wants_no_text(text: str) -> bool:
    """Whether words ask for no text messages of ours, whatever else they sound like."""
    return _TEXT_OFF.fullmatch(text.strip()) is not None


def by_text(turn: Turn, *, wished: bool) -> None:
    """Tell by text too, or never, when a notice does not arrive; the notices themselves stay as they are."""
    lines = turn.kit.subscriptions.of_conversation(turn.conversation_id)
    if not wished:
        consents.refuse(turn, consents.TEXT)
        others = (member.conversation_id for member in turn.kit.joins.others(turn.conversation_id))
        for conversation_id in (turn.conversation_id, *others):
            turn.kit.subscriptions.allow_text(conversation_id, allowed=False)
        turn.say("notice.text.off")
    elif turn.channel not in _IN_WECHAT:
        turn.say("notice.text.page")
    elif not lines:
        turn.say("notice.show.none", [_choice(turn, "notices", "show")])
    else:
        consents.give(turn, consents.TEXT)
        turn.kit.subscriptions.allow_text(turn.conversation_id, allowed=True)
        turn.say("notice.on", what=consents.wording(turn, consents.TEXT))


def _takes_text(turn: Turn, kind: str) -> bool:
    """Whether a new notice may be told by text: said with it, unless the person has said no to it before."""
    known = kind not in _OF_CONVERSATION  # a stranger has no phone on record
    if turn.channel not in _IN_WECHAT or not known or consents.refused(turn, consents.TEXT):
        return False
    consents.give(turn, consents.TEXT)
    return True


def _subscribe(turn: Turn, kind: str, about: str, owner: str, relation: str | None) -> None:
    consents.give(turn, _purpose(kind))
    text = _takes_text(turn, kind)
    turn.kit.subscriptions.add(
        Subscription(
            conversation_id=turn.conversation_id,
            channel=turn.channel,
            kind=kind,
            about=about,
            owner=owner,
            relation=relation,
            language=turn.language,
            elder=turn.voice.elder,
            text=text,
        )
    )
    what = [
        consents.wording(turn, purpose) for purpose in (_purpose(kind), *([consents.TEXT] if text else []))
    ]
    turn.say("notice.on", [*_in_wechat(turn, kind), _choice(turn, "notices", "show")], what="".join(what))


def _in_wechat(turn: Turn, kind: str) -> list[Button]:
    """The way to subscribe in WeChat itself; the channel opens it where its account has one, else leaves it out."""
    if turn.channel not in _IN_WECHAT:
        return []
    return [Button(turn.word("button.subscribe_in_wechat"), "", url=f"subscribe:{kind}")]


def _purpose(kind: str) -> str:
    return f"notice_{kind}"


def _name(turn: Turn, kind: str) -> str:
    return consents.name(turn, _purpose(kind))


def _names(turn: Turn, kinds: Iterable[str]) -> str:
    return speech.join([_name(turn, kind) for kind in kinds], turn.language)


def _choice(turn: Turn, key: str, wish: str) -> Button:
    return Button(turn.word(f"button.{key}"), "ask_notification", {"choice": f"notice={wish}"})
