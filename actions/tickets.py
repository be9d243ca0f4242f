"""Work orders (H2): taken down with a number, asked about by number, a person named at once (H1)."""

from __future__ import annotations

import re
import uuid
from typing import ClassVar

from actions import speech
from actions.base import Topic, open_form
from actions.forms import Form
from actions.policy import answer_from_knowledge
from actions.turn import Button, Turn
from backend_client import NotFound, ServiceRequest, ServiceRequestIn

_KIND_OF = {"submit_appeal": "appeal", "delete_my_data": "help", "export_my_data": "help"}
_REPORT = re.compile(r"举报|乱收费|造假|倒卖|report", re.IGNORECASE)
_SUGGEST = re.compile(r"建议|希望你们|suggest", re.IGNORECASE)
_COMPLAIN = re.compile(r"投诉|态度|没人上班|不管|complain", re.IGNORECASE)
#: Fetch codes as the platform makes them: six capitals and digits without 0, 1, I and O. Typed in small letters they
#: are believed only with a digit among them.
_FETCH_CODE = re.compile(r"(?<![0-9A-Za-z-])([2-9A-HJ-NP-Z]{6})(?![0-9A-Za-z])")
_FETCH_CODE_SMALL = re.compile(
    r"(?<![0-9A-Za-z-])(?=[a-zA-Z]*[2-9])([2-9a-hj-np-zA-HJ-NP-Z]{6})(?![0-9A-Za-z])"
)
_ASKS_HOW = re.compile(
    r"怎么|如何|咋个?|啷个|多久|几天|好久|哪里|在哪|要什么|需要|吗|how|where", re.IGNORECASE
)
_SHORTEST = 6
_TITLE = 24
_OPENING = re.compile(r"^(?:我?要|想|帮我)?(?:投诉|举报|反映|申诉|建议)(?:一下)?[，,：: ]*")
_CLAUSE_END = re.compile(r"[，,。；;！!？?\n]")


def request_kind(intent: str, text: str) -> str:
    """The kind of request (GB/T 33358: 咨询, 求助, 投诉, 举报, 建议) the words show."""
    if intent in _KIND_OF:
        return _KIND_OF[intent]
    for kind, pattern in (("report", _REPORT), ("suggestion", _SUGGEST), ("complaint", _COMPLAIN)):
        if pattern.search(text):
            return kind
    return "complaint" if intent == "complain" else "help"


async def open_work_order(turn: Turn, kind: str, category: str, content: str | None) -> None:
    """Open the work order form, with what was said already as its content when it says enough."""
    turn.set("ticket_kind", kind)
    turn.set("ticket_category", category)
    turn.set("ticket_key", uuid.uuid4().hex)
    turn.clear("ticket_phone", "ticket_confirm")
    turn.set("ticket_content", content)
    await open_form(turn, "work_order_form")


class Complain(Topic):
    """H2: complaints, reports, suggestions, appeals and what the assistant cannot do become a work order."""

    intents: ClassVar[tuple[str, ...]] = ("complain", "submit_appeal")
    resumable: ClassVar[bool] = False

    def name(self) -> str:
        """Rasa's name of the action."""
        return "action_complain"

    async def handle(self, turn: Turn) -> None:
        """Open the form; a button brings no words, so the form asks for them."""
        if turn.active_form:
            turn.say("ticket.after_form", [turn.button("stop", "stop")])
            return
        if turn.intent == "submit_appeal" and _ASKS_HOW.search(turn.text) and answer_from_knowledge(turn):
            turn.say("ticket.appeal_offer", [turn.button("start_appeal", "submit_appeal")])
            return
        typed = not turn.text.startswith("/")
        content = turn.text if typed and len(turn.text) >= _SHORTEST * 2 else None
        category = (
            turn.intent if turn.intent == "submit_appeal" else turn.slots.get("last_topic") or "complain"
        )
        await open_work_order(turn, request_kind(turn.intent, turn.text), category, content)


class RequestHuman(Topic):
    """H1: a person, never refused or delayed: 12345 by phone at once, or a work order with call-back."""

    intents: ClassVar[tuple[str, ...]] = ("request_human",)
    resumable: ClassVar[bool] = False

    def name(self) -> str:
        """Rasa's name of the action."""
        return "action_request_human"

    async def handle(self, turn: Turn) -> None:
        """Say how to reach a person now."""
        turn.clear("failures")
        turn.say("person.now", [turn.button("ticket", "complain")])


class QueryTicket(Topic):
    """Progress of a work order by number and fetch code."""

    intents: ClassVar[tuple[str, ...]] = ("query_ticket",)

    def name(self) -> str:
        """Rasa's name of the action."""
        return "action_query_ticket"

    async def handle(self, turn: Turn) -> None:
        """Look it up, or ask for what is missing; the newest one of this conversation needs no typing."""
        number = turn.first("ticket_number")
        if number is None:
            turn.say("ticket.ask_number")
            return
        code = self._fetch_code(turn, number.value)
        if code is None:
            turn.say("ticket.ask_code", number=number.value)
            return
        try:
            order = await turn.kit.platform.run(lambda p: p.service_request(number.value, code))
        except NotFound:
            turn.say("ticket.not_found", [turn.button("person", "request_human")])
            return
        turn.say_text(progress(turn, order), private=True)

    def _fetch_code(self, turn: Turn, number: str) -> str | None:
        secret = turn.reveal(next(iter(turn.tokens("OTP")), None))
        if secret is not None:
            return secret.value
        rest = re.sub(re.escape(number), " ", turn.text, flags=re.IGNORECASE)
        match = _FETCH_CODE.search(rest) or _FETCH_CODE_SMALL.search(rest)
        return match.group(1).upper() if match else None


def progress(turn: Turn, order: ServiceRequest) -> str:
    """State, due date and reply of a work order in words."""
    lines = [
        turn.word(
            f"ticket.state.{order.state}",
            number=order.number,
            created=speech.day(order.created_at, turn.language),
            due=speech.moment(order.due_at, turn.language),
        )
    ]
    if order.reply:
        lines.append(turn.word("ticket.reply", reply=order.reply))
    return "\n".join(lines)


def title_of(content: str) -> str:
    """What the matter is, for a list: without “我要投诉”, cut at a clause or marked as cut."""
    matter = _OPENING.sub("", content.strip()) or content.strip()
    clause = _CLAUSE_END.split(matter, maxsplit=1)[0] if len(matter) > _TITLE else matter
    return clause if len(clause) <= _TITLE else clause[: _TITLE - 1] + "…"


class WorkOrderForm(Form):
    """Takes down a work order: the matter, a phone if wished, a look over it, then once to the platform."""

    form: ClassVar[str] = "work_order_form"
    label_key: ClassVar[str] = "ticket.label"
    fields: ClassVar[tuple[str, ...]] = ("ticket_content", "ticket_phone", "ticket_confirm")

    async def take(self, turn: Turn, waiting: str) -> bool:
        """Take the matter, the phone or the confirmation."""
        taken = await getattr(self, f"_take_{waiting.removeprefix('ticket_')}")(turn)
        return bool(taken)

    async def _take_content(self, turn: Turn) -> bool:
        if turn.text.startswith("/") or len(turn.text.strip()) < _SHORTEST:
            return False
        turn.set("ticket_content", turn.text)
        await self.ask_next(turn)
        return True

    async def _take_phone(self, turn: Turn) -> bool:
        tokens = turn.tokens("PHONE")
        if not tokens and turn.intent != "deny":
            return False
        turn.set("ticket_phone", tokens[0] if tokens else "none")
        await self.ask_next(turn)
        return True

    async def _take_confirm(self, turn: Turn) -> bool:
        if turn.intent in ("affirm", "repeat"):
            await self._submit(turn)
            return True
        if turn.intent == "deny":
            turn.clear("ticket_content")
            await self.ask_next(turn)
            return True
        return False

    async def ask_next(self, turn: Turn) -> None:
        """Ask for the matter, the phone, then show it all before it is sent."""
        if not turn.slots.get("ticket_content"):
            self._ask(
                turn,
                "ticket_content",
                f"ticket.ask.content.{self._wording(turn)}",
                [turn.button("stop", "stop")],
            )
        elif not turn.slots.get("ticket_phone"):
            self._ask(turn, "ticket_phone", "ticket.ask.phone", [turn.button("no_phone", "deny")])
        else:
            phone = turn.reveal(turn.slots["ticket_phone"])
            turn.set("requested_slot", "ticket_confirm")
            turn.say(
                "ticket.ask.confirm",
                [
                    turn.button("submit", "affirm"),
                    turn.button("rewrite", "deny"),
                    turn.button("stop", "stop"),
                ],
                kind=turn.word(f"ticket.kind.{turn.slots['ticket_kind']}"),
                content=turn.masked(turn.slots["ticket_content"]),
                phone=turn.masked(turn.slots["ticket_phone"]) if phone else turn.word("ticket.no_phone"),
            )

    def _wording(self, turn: Turn) -> str:
        return "appeal" if turn.slots.get("ticket_kind") == "appeal" else "any"

    def _ask(self, turn: Turn, slot: str, key: str, buttons: list[Button]) -> None:
        turn.set("requested_slot", slot)
        turn.say(key, buttons)

    async def _submit(self, turn: Turn) -> None:
        phone = turn.reveal(turn.slots["ticket_phone"])
        content = turn.masked(turn.slots["ticket_content"])
        request = ServiceRequestIn(
            kind=turn.slots["ticket_kind"],
            category=turn.slots["ticket_category"],
            title=title_of(content),
            content=content,
            division_code=turn.slots.get("place_code"),
            contact_phone=phone.value if phone else None,
            conversation_id=turn.conversation_id,
            channel=turn.channel,
        )
        key = turn.slots["ticket_key"]
        order = await turn.kit.platform.run(lambda p: p.create_service_request(request, key=key))
        turn.say(
            "ticket.created",
            private=True,
            number=order.number,
            code=order.fetch_code or "",
            due=speech.moment(order.due_at, turn.language),
        )
        turn.clear("ticket_content", "ticket_phone", "ticket_confirm", "ticket_key")
        self.end(turn)
