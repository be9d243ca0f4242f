"""C6: the offline code: asked about, given out, shown again, renewed, ended; one's own and linked relatives'."""

from __future__ import annotations

import re
from typing import ClassVar

from actions import speech
from actions.base import TOPICS
from actions.personal import PersonalTopic
from actions.persons import Subject
from actions.shown_codes import cannot_be_shown, say_offline
from actions.turn import Turn
from actions.wishes import note_done, once_key, recalled_wish, remember_wish
from backend_client import Code, MakePass, Pass

_ASKS = re.compile(
    r"怎么|咋|啷个|如何|哪|几天|好久|多久|为啥|为什么|能不能|可不可以|可以.{0,12}[吗不]|[吗嘛不][?？]?$|[?？]$|有效期|区别|什么"
    r"|\b(?:how|where|what|can i|does|is it|is a)\b",
    re.IGNORECASE,
)
_FOR_ME = re.compile(
    r"(?:帮|给|替)(?:我|他|她|老|奶|爷|婆|公|妈|爸|娃|孩|儿|女|家).{0,8}(?:打|弄|开|下载?|做|生成|办|来|要|印)"
)
_ISSUE = re.compile(
    r"(?:打|弄|开|下|下载|生成|做|办|来|要|发|搞|印)个?(?:一|1)?(?:张|个).{0,6}(?:离线码|码|纸)|申请离线码|离线码申请|生成离线码"
    r"|(?:我要|我想要|要)(?:一张)?离线码|离线码.{0,8}发(?:我|给我|过来)|发.{0,4}离线码.{0,6}(?:过来|给我)"
    r"|\b(?:send|give|make|get|print|issue|i (?:want|need))\b.{0,24}\b(?:offline|paper|printed)\b",
    re.IGNORECASE,
)
_RENEW = re.compile(
    r"再(?:弄|打|下|办|搞|生成|来|开)一?张|重新(?:打|下载?|生成|弄|搞|开)|换(?:一张|新)|续(?:一下|期)"
    r"|更新离线码|续离线码|\brenew\b|new one",
    re.IGNORECASE,
)
_REVOKE = re.compile(
    r"作废|挂失|注销.{0,4}离线码|离线码.{0,6}(?:不要了|注销)|\b(?:revoke|cancel|end) (?:my|the|her|his)\b",
    re.IGNORECASE,
)
_LIST = re.compile(r"(?:有|开过|打过)(?:哪些|几张)|离线码(?:记录|列表)|\blist\b", re.IGNORECASE)
_PREFIX = "offline="


class OfflineCode(PersonalTopic):
    """Asking is answered from knowledge with a choice to begin; wanting is done."""

    intents: ClassVar[tuple[str, ...]] = ("ask_offline_code",)

    def name(self) -> str:
        """Rasa's name of the action."""
        return "action_offline_code"

    async def handle(self, turn: Turn) -> None:
        """Find out whether one is wanted, and by whom."""
        wish = wished(turn) or recalled_wish(turn, self.intents[0])
        if wish is None:
            turn.clear("wish")
            await TOPICS["ask_policy"].handle(turn)
            if turn.first("policy_entry") is None:
                turn.say(
                    "offline.offer", [turn.button("offline_start", self.intents[0], choice="offline=issue")]
                )
            return
        remember_wish(turn, self.intents[0], wish)
        await super().handle(turn)

    async def tell(self, turn: Turn, who: Subject) -> None:
        """Do what is wanted."""
        wish = recalled_wish(turn, self.intents[0], at_once=True) or "issue"
        held = await turn.kit.platform.run(lambda p: p.passes(who.access.session, who.person_id))
        living = next((made for made in held.items if made.state == "valid"), None)
        if wish == "list":
            _tell_list(turn, who, held.items)
        elif wish == "revoke":
            await _revoke(turn, who, living)
        elif wish == "issue" and living is not None:
            await say_offline(turn, who, living, "offline.still_valid")
        else:
            await _issue(turn, who, living)
        # Not before: a platform that fails is asked again for the same; afterwards the code or the list is shown again.
        note_done(turn, self.intents[0], "issue" if wish in ("issue", "renew") else "list")


def wished(turn: Turn) -> str | None:
    """What is wanted of an offline code: issue, renew, revoke or list; None when it is only asked about."""
    tapped = turn.first("choice")
    if tapped is not None and tapped.value.startswith(_PREFIX):
        return tapped.value.removeprefix(_PREFIX)
    if turn.text.startswith("/"):
        return None
    text = turn.text
    if _LIST.search(text):
        return "list"
    if _ASKS.search(text) and not _FOR_ME.search(text):
        return None
    for wish, pattern in (
        ("revoke", _REVOKE),
        ("renew", _RENEW),
        ("issue", _ISSUE),
        ("issue", _FOR_ME),
    ):
        if pattern.search(text):
            return wish
    return None


async def _issue(turn: Turn, who: Subject, living: Pass | None) -> None:
    code = await turn.kit.platform.run(lambda p: p.code(who.access.session, who.person_id))
    if _explains(turn, who, code):
        return
    wish = MakePass(kind="offline", replaces=living.serial if living else None)
    key = once_key(turn, "offline")
    made = await turn.kit.platform.run(
        lambda p: p.make_pass(who.access.session, who.person_id, wish, key=key)
    )
    await say_offline(turn, who, made, "offline.renewed" if living else "offline.made")


def _explains(turn: Turn, who: Subject, code: Code) -> bool:
    """Say why this person cannot have one now; False when they can."""
    if code.colour == "red":
        buttons = [turn.button("why_colour", "ask_color_reason"), turn.button("person", "request_human")]
        turn.say("offline.red", buttons, private=True, whose=who.label(turn.language))
        return True
    return cannot_be_shown(turn, who, code)


async def _revoke(turn: Turn, who: Subject, living: Pass | None) -> None:
    if living is None:
        turn.say("offline.none_to_revoke", private=True, whose=who.label(turn.language))
        return
    key = once_key(turn, "offline")
    ended = await turn.kit.platform.run(
        lambda p: p.revoke_pass(who.access.session, who.person_id, living.serial, key=key)
    )
    start = turn.button("offline_start", "ask_offline_code", choice="offline=issue")
    turn.say("offline.revoked", [start], private=True, serial=ended.serial)


def _tell_list(turn: Turn, who: Subject, held: tuple[Pass, ...]) -> None:
    whose = who.label(turn.language)
    if not held:
        start = turn.button("offline_start", "ask_offline_code", choice="offline=issue")
        turn.say("offline.list.none", [start], private=True, whose=whose)
        return
    lines = [
        turn.word(
            "offline.line",
            serial=made.serial,
            made=speech.day(made.issued_at, turn.language),
            state=turn.word(
                f"offline.state.{made.state}", until=speech.moment(made.expires_at, turn.language)
            ),
        )
        for made in held
    ]
    turn.say("offline.list", private=True, whose=whose, lines="\n".join(lines))
