"""Work orders (H2): taken down with a number, asked about by number, a person named at once (H1)."""

from __future__ import annotations

import re
from typing import ClassVar

from actions import speech
from actions.appeals import asks_for_appeal, tell_progress
from actions.base import Topic, open_form
from actions.drafts import Draft
from actions.field_form import FieldForm
from actions.fields import Field, Option, one_of, own_words, token
from actions.turn import Button, Turn
from backend_client import NotFound, ServiceRequest, ServiceRequestIn

_KIND_OF = {"submit_appeal": "appeal"}
_REPORT = re.compile(r"举报|乱收费|造假|倒卖|report", re.IGNORECASE)
_SUGGEST = re.compile(r"建议|希望你们|suggest", re.IGNORECASE)
_COMPLAIN = re.compile(r"投诉|态度|没人上班|不管|complain", re.IGNORECASE)
#: Fetch codes as the platform makes them: six capitals and digits without 0, 1, I and O. Typed in small letters they
#: are believed only with a digit among them.
_FETCH_CODE = re.compile(r"(?<![0-9A-Za-z-])([2-9A-HJ-NP-Z]{6})(?![0-9A-Za-z])")
_FETCH_CODE_SMALL = re.compile(
    r"(?<![0-9A-Za-z-])(?=[a-zA-Z]*[2-9])([2-9a-hj-np-zA-HJ-NP-Z]{6})(?![0-9A-Za-z])"
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
    known = {"kind": kind, "category": category, **({"content": content} if content else {})}
    await open_form(turn, WorkOrderForm.form, known)


class Complain(Topic):
    """H2: complaints, reports, suggestions and what the assistant cannot do become a work order."""

    intents: ClassVar[tuple[str, ...]] = ("complain",)
    resumable: ClassVar[bool] = False

    def name(self) -> str:
        """Rasa's name of the action."""
        return "action_complain"

    async def handle(self, turn: Turn) -> None:
        """Open the form; a button brings no words, so the form asks for them."""
        typed = not turn.text.startswith("/")
        content = turn.text if typed and len(turn.text) >= _SHORTEST * 2 else None
        category = turn.slots.get("last_topic") or "complain"
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
    """Progress of a work order by number and fetch code, and of an appeal by number or without."""

    intents: ClassVar[tuple[str, ...]] = ("query_ticket",)

    def name(self) -> str:
        """Rasa's name of the action."""
        return "action_query_ticket"

    async def handle(self, turn: Turn) -> None:
        """Look it up, or ask for what is missing; the newest one of this conversation needs no typing."""
        number = turn.first("ticket_number")
        if asks_for_appeal(turn, number.value if number else None):
            await tell_progress(turn, number.value if number else None)
            return
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


_KINDS = tuple(
    Option(kind, f"ticket.kind.{kind}")
    for kind in ("consult", "help", "complaint", "report", "suggestion", "appeal")
)


def _phone(turn: Turn, asked: bool) -> str | None:
    return token("PHONE")(turn, asked) or ("none" if asked and turn.intent == "deny" else None)


def _shown_phone(turn: Turn, value: object) -> str:
    return turn.word("ticket.no_phone") if value == "none" else turn.masked(str(value))


class WorkOrderForm(FieldForm):
    """Takes down a work order: the matter, a phone if wished, a look over it, then once to the platform."""

    form: ClassVar[str] = "work_order_form"
    prefix: ClassVar[str] = "ticket"
    schema: ClassVar[tuple[Field, ...]] = (
        one_of("kind", _KINDS),
        Field("content", own_words(_SHORTEST)),
        Field("phone", _phone, shown=_shown_phone),
    )

    def question(self, turn: Turn, field: Field, draft: Draft) -> tuple[str, dict[str, object]]:
        """An appeal is asked for in other words than a complaint."""
        if field.name == "content":
            return f"ticket.ask.content.{'appeal' if draft.values['kind'] == 'appeal' else 'any'}", {}
        return super().question(turn, field, draft)

    def choices(self, turn: Turn, field: Field, draft: Draft) -> list[Button]:
        """The phone may be left out, the whole given up."""
        if field.name == "phone":
            return [turn.button("no_phone", "deny")]
        return (
            [turn.button("stop", "stop")] if field.name == "content" else super().choices(turn, field, draft)
        )

    async def submit(self, turn: Turn, draft: Draft) -> None:
        """Send it and tell number and fetch code."""
        phone = turn.reveal(draft.values["phone"]) if draft.values["phone"] != "none" else None
        content = turn.masked(draft.values["content"])
        request = ServiceRequestIn(
            kind=draft.values["kind"],
            category=draft.values["category"],
            title=title_of(content),
            content=content,
            division_code=turn.slots.get("place_code"),
            contact_phone=phone.value if phone else None,
            conversation_id=turn.conversation_id,
            channel=turn.channel,
        )
        session = turn.session_if_verified()
        order = await turn.kit.platform.run(
            lambda p: p.create_service_request(request, key=draft.key, session=session)
        )
        turn.say(
            "ticket.created",
            private=True,
            number=order.number,
            code=order.fetch_code or "",
            due=speech.moment(order.due_at, turn.language),
        )
        self.finish(turn)
