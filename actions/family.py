"""C5: relatives: linked, listed, removed; who acts for oneself."""

from __future__ import annotations

import re
from typing import ClassVar

from actions import speech
from actions.asking import asks_how, chosen
from actions.base import Topic, open_form
from actions.family_form import FamilyForm, read_relation
from actions.notices import offer
from actions.policy import tell_policy
from actions.speech import kin
from actions.turn import Access, Button, Turn
from backend_client import FamilyMember, NotFound

_REMOVE = re.compile(r"删|移除|解绑|解除|取消绑定|remove|delete|unlink", re.IGNORECASE)
_ADD = re.compile(r"添加|加上|加一|增加|新增|绑定|\badd\b|\blink\b", re.IGNORECASE)
_HOLDERS = re.compile(r"谁.{0,4}(?:绑定|绑了|能看|可以看|管)|被谁|who (?:can|linked|has)", re.IGNORECASE)
_LIST = re.compile(r"哪些|有谁|哪几个|看看|查看|列表|名单|show|list|who", re.IGNORECASE)
_ABOUT = re.compile(r"最多|上限|几个|多少|年龄|需要什么|资料|how many|limit", re.IGNORECASE)
MOST = 5


class ApplyFamily(Topic):
    """Explains the family code, or opens the form for a relative."""

    intents: ClassVar[tuple[str, ...]] = ("apply_family_code",)
    resumable: ClassVar[bool] = False

    def name(self) -> str:
        """Rasa's name of the action."""
        return "action_apply_family"

    async def handle(self, turn: Turn) -> None:
        """Open the form for whoever wants it done; else answer and offer to begin."""
        if turn.first("policy_entry") is not None:
            tell_policy(turn)
        elif chosen(turn, "family") is not None or not asks_how(turn):
            relation = read_relation(turn, True) or turn.slots.get("whose")
            turn.clear("whose")
            await open_form(turn, FamilyForm.form, {"relation": relation} if relation else None)
        else:
            tell_policy(turn)
            if turn.active_form is None:
                turn.say(
                    "family.offer", [turn.button("start_family", "apply_family_code", choice="family=start")]
                )


class ManageFamily(Topic):
    """Lists who is linked, ends links after a look, and shows who acts for oneself."""

    intents: ClassVar[tuple[str, ...]] = ("manage_family",)
    resumable: ClassVar[bool] = False

    def name(self) -> str:
        """Rasa's name of the action."""
        return "action_manage_family"

    async def handle(self, turn: Turn) -> None:
        """Do what the words or the tapped choice say."""
        wish = chosen(turn, "family") or self._said(turn)
        step, _, link_id = wish.partition("|")
        if step == "about":
            tell_policy(turn)
            if turn.active_form is None and turn.first("policy_entry") is None:
                turn.say("family.offer", self._what_next(turn))
        elif step == "add":
            await open_form(turn, FamilyForm.form)
        elif step == "end":
            await self._end(turn, turn.access(), link_id)
        elif step == "holders":
            await self._holders(turn, turn.access())
        elif step == "remove":
            await self._remove(turn, turn.access(), link_id)
        else:
            await self._list(turn, turn.access())

    def _said(self, turn: Turn) -> str:
        text = turn.text
        if turn.first("policy_entry") is not None or _ABOUT.search(text):
            return "about"
        if _HOLDERS.search(text):
            return "holders"
        if _REMOVE.search(text) and not re.search(r"怎么|如何|咋|\bhow\b", text, re.IGNORECASE):
            return "remove"
        if _LIST.search(text) or text.startswith("/"):
            return "list"
        if asks_how(turn):
            return "about"
        return "add" if _ADD.search(text) else "list"

    def _what_next(self, turn: Turn) -> list[Button]:
        return [
            turn.button("start_family", "apply_family_code", choice="family=start"),
            turn.button("family_list", "manage_family", choice="family=list"),
        ]

    async def _members(self, turn: Turn, access: Access) -> tuple[FamilyMember, ...]:
        return (await turn.kit.platform.run(lambda p: p.family(access.session, limit=20))).items

    async def _list(self, turn: Turn, access: Access) -> None:
        members = await self._members(turn, access)
        holders = turn.button("family_holders", "manage_family", choice="family=holders")
        if not members:
            turn.say(
                "family.none",
                [turn.button("start_family", "apply_family_code", choice="family=start"), holders],
            )
            return
        lines = [
            turn.word(
                "family.line",
                who=kin(m.relation, turn.language),
                name=m.name_masked,
                colour=speech.colour(m.colour, turn.language),
            )
            for m in members
        ]
        buttons = [turn.button("family_remove", "manage_family", choice="family=remove"), holders]
        if len(members) < MOST:
            buttons.insert(0, turn.button("start_family", "apply_family_code", choice="family=start"))
        turn.say("family.list", buttons, private=True, lines="\n".join(lines), left=MOST - len(members))

    async def _remove(self, turn: Turn, access: Access, link_id: str) -> None:
        """Ask whom, then have a look, then end the link."""
        members = await self._members(turn, access)
        relation = read_relation(turn, True)
        fitting = [
            m
            for m in members
            if (link_id and m.link_id == link_id) or (not link_id and m.relation == relation)
        ]
        if len(fitting) == 1:
            member = fitting[0]
            turn.say(
                "family.look",
                [
                    Button(
                        turn.word("button.family_end"),
                        "manage_family",
                        {"choice": f"family=end|{member.link_id}"},
                    ),
                    turn.button("family_keep", "deny"),
                ],
                private=True,
                who=kin(member.relation, turn.language),
                name=member.name_masked,
            )
        elif not members:
            await self._list(turn, access)
        else:
            turn.say("family.remove_whom", [self._choice(turn, m) for m in fitting or members])

    def _choice(self, turn: Turn, member: FamilyMember) -> Button:
        title = f"{kin(member.relation, turn.language)} {member.name_masked}"
        return Button(title, "manage_family", {"choice": f"family=remove|{member.link_id}"})

    async def _end(self, turn: Turn, access: Access, link_id: str) -> None:
        try:
            ended = await turn.kit.platform.run(
                lambda p: p.remove_family(access.session, link_id, key=f"end-{link_id}")
            )
        except NotFound:
            turn.say("family.gone", [turn.button("family_list", "manage_family", choice="family=list")])
            return
        turn.clear("members", "whose")
        turn.say(
            "family.ended",
            [turn.button("family_list", "manage_family", choice="family=list")],
            private=True,
            who=kin(ended.relation, turn.language),
            name=ended.name_masked,
        )

    async def _holders(self, turn: Turn, access: Access) -> None:
        holders = (await turn.kit.platform.run(lambda p: p.family_holders(access.session))).items
        question, choice = offer(turn, "family")
        if not holders:
            turn.say_text("\n".join([turn.word("family.no_holders"), *question]), choice)
            return
        buttons = [
            Button(
                turn.word("family.end_holder", name=h.name_masked),
                "manage_family",
                {"choice": f"family=end|{h.link_id}"},
            )
            for h in holders
        ]
        names = speech.join([h.name_masked for h in holders], turn.language)
        said = [turn.word("family.holders", names=names), *question]
        turn.say_text("\n".join(said), [*buttons, *choice], private=True)
