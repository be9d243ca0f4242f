"""Work orders (H2): taken down with a number, asked about by number; also a call-back at a chosen time."""

from __future__ import annotations

import hashlib
import re
from typing import ClassVar

from actions import joined, notices, speech
from actions.appeals import asks_for_appeal, tell_progress
from actions.base import Topic, open_form
from actions.drafts import Draft, open_draft
from actions.field_form import FieldForm
from actions.fields import Field, Option, one_of, own_words, token
from actions.places import named_division
from actions.turn import Button, Turn
from backend_client import NotFound, OrderWish, ServiceRequest, ServiceRequestIn

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
#: What is done again after a refusal: title of the choice, its intent and value.
_AGAIN = {
    "application": ("start_apply", "apply_code", "apply=start"),
    "name": ("fix_name", "account_problem", "account=name"),
    "document": ("fix_document", "account_problem", "account=document"),
    "phone_lost": ("phone_lost", "account_problem", "account=phone_lost"),
    "face_check": ("face_review", "account_problem", "account=face"),
}
#: The choice of who would rather be verified than look for the fetch code.
_MINE = "order=mine"
#: What is asked of an order by a tap: the wish and, when it was opened with one, the fetch code's token.
_WISH = re.compile(
    r"wish=(?P<wish>urge|withdraw|withdraw_yes|reopen|rate[1-5]?)(?:;(?P<code><OTP#[0-9a-z]+>))?"
)
_SAID = {
    "urge": re.compile(r"催|快点|urge|hurry", re.IGNORECASE),
    "withdraw": re.compile(r"撤回|撤销|不用办了|withdraw|cancel", re.IGNORECASE),
    "reopen": re.compile(r"没(?:有)?解决|重新办|not (?:re)?solved|reopen", re.IGNORECASE),
    "rate": re.compile(r"评价|打分|\brate\b", re.IGNORECASE),
}
#: What is asked back before it is done, and the choices.
_QUESTIONS = {"withdraw": ("withdraw_yes",), "rate": ("rate5", "rate4", "rate3", "rate2", "rate1")}
_TITLE = 24
_MOST_LISTED = 6
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
    known: dict[str, object] = {"kind": kind, "category": category}
    if content:
        known |= {"content": content, **_whereabouts(turn)}
    await open_form(turn, WorkOrderForm.form, known)


def _whereabouts(turn: Turn) -> dict[str, str]:
    """The division that the words of the matter name, if they name one."""
    code = named_division(turn)
    return {"division": code} if code else {}


#: The category of a work order that asks for a call: without a phone it cannot be.
CALL_BACK = "call_back"


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


class QueryTicket(Topic):
    """Progress of a work order, by its fetch code or to whom it belongs, and of an appeal."""

    intents: ClassVar[tuple[str, ...]] = ("query_ticket",)

    def name(self) -> str:
        """Rasa's name of the action."""
        return "action_query_ticket"

    async def handle(self, turn: Turn) -> None:
        """Look it up, or ask for what is missing."""
        number = turn.first("ticket_number")
        if asks_for_appeal(turn, number.value if number else None):
            await tell_progress(turn, number.value if number else None)
            return
        if number is None:
            await self._without_number(turn)
            return
        code = self._fetch_code(turn, number.value) or _shared(turn).get(number.value.upper())
        tapped = turn.first("choice")
        if code is None and tapped is not None and tapped.value == _MINE:
            turn.access()
        wish = _WISH.fullmatch(str(tapped.value)) if tapped is not None else None
        if wish is not None and wish["code"] is not None:
            secret = turn.reveal(wish["code"])
            code = secret.value if secret is not None else None
        session = turn.session_if_verified()
        if code is None and session is None:
            self._ask_code(turn, number.value)
            return
        try:
            order = await turn.kit.platform.run(
                lambda p: p.service_request(number.value, code, session=session)
            )
        except NotFound:
            if code is None:
                turn.say("ticket.ask_code", number=number.value)
            else:
                turn.say("ticket.not_found", [turn.button("person", "request_human")])
            return
        asked = wish["wish"] if wish is not None else _said_wish(turn)
        if asked is not None:
            await self._carry_out(turn, order, asked, code, session)
            return
        turn.say_text(progress(turn, order), _ways_on(turn, order, code), private=True)

    async def _carry_out(
        self, turn: Turn, order: ServiceRequest, asked: str, code: str | None, session: str | None
    ) -> None:
        """Do what is asked of an order, or ask what is still to be known."""
        name = "rate" if asked.startswith("rate") else asked.removesuffix("_yes")
        if name not in order.wishes:
            lines = [turn.word(f"ticket.not_now.{name}", number=order.number), progress(turn, order)]
            turn.say_text("\n".join(lines), _ways_on(turn, order, code), private=True)
            return
        if asked in _QUESTIONS:
            choices = [_wish_button(turn, order.number, one, code) for one in _QUESTIONS[asked]]
            turn.say(f"ticket.ask.{asked}", choices, number=order.number)
            return
        given = OrderWish(
            wish=name,
            fetch_code=code,
            satisfaction=int(asked[-1]) if name == "rate" else None,
        )
        # The same wish of an order as it is now is one wish, however often it is tapped.
        key = hashlib.sha256(f"{order.number} {asked} {len(order.events)}".encode()).hexdigest()
        done = await turn.kit.platform.run(
            lambda p: p.wish_for_request(order.number, given, key=key, session=session)
        )
        due = speech.moment(done.due_at, turn.language)
        said = turn.word(f"ticket.wished.{name}", number=done.number, due=due)
        turn.say_text(said, _ways_on(turn, done, code), private=True)

    async def _without_number(self, turn: Turn) -> None:
        """Offer the work orders filed in joined conversations to their person; ask for the number without any."""
        if not turn.kit.joins.orders(turn.conversation_id):
            turn.say("ticket.ask_number")
            return
        turn.access()
        numbers = list(_shared(turn))[:_MOST_LISTED]
        buttons = [Button(number, "query_ticket", {"ticket_number": number}) for number in numbers]
        turn.say("joining.orders", buttons, lines="\n".join(f"· {number}" for number in numbers))

    @staticmethod
    def _ask_code(turn: Turn, number: str) -> None:
        """The fetch code opens it; so does showing who one is, for orders made by a verified person."""
        whose = {"ticket_number": number, "choice": _MINE}
        mine = Button(turn.word("button.ticket_mine"), "query_ticket", whose)
        turn.say("ticket.ask_code_or_identity", [mine], number=number)

    def _fetch_code(self, turn: Turn, number: str) -> str | None:
        secret = turn.reveal(next(iter(turn.tokens("OTP")), None))
        if secret is not None:
            return secret.value
        rest = re.sub(re.escape(number), " ", turn.text, flags=re.IGNORECASE)
        match = _FETCH_CODE.search(rest) or _FETCH_CODE_SMALL.search(rest)
        return match.group(1).upper() if match else None


def _shared(turn: Turn) -> dict[str, str]:
    """Fetch codes by number of the work orders filed in this and in joined conversations, for their person alone."""
    return dict(turn.kit.joins.orders(turn.conversation_id)) if joined.others(turn) else {}


def _decided(order: ServiceRequest) -> str:
    return {"application": "application", "face_check": "face"}.get(order.reviews or "", "account")


def _said_wish(turn: Turn) -> str | None:
    """What is asked of an order in words."""
    return next((wish for wish, pattern in _SAID.items() if pattern.search(turn.text)), None)


def _wish_button(turn: Turn, number: str, wish: str, code: str | None) -> Button:
    """A choice that asks for something; the fetch code goes with it as a token of the vault."""
    token = turn.kit.vault.put(turn.conversation_id, "OTP", code) if code else None
    choice = f"wish={wish};{token}" if token else f"wish={wish}"
    return turn.button(f"order.{wish}", "query_ticket", ticket_number=number, choice=choice)


def _ways_on(turn: Turn, order: ServiceRequest, code: str | None) -> list[Button]:
    """What may be asked for now; after a review, what was refused again, and what was granted to look at."""
    if order.decision is None or order.reviews is None:
        return [_wish_button(turn, order.number, wish, code) for wish in order.wishes]
    if order.decision == "reject":
        title, intent, again = _AGAIN[order.reviews]
        return [turn.button(title, intent, choice=again), turn.button("person", "request_human")]
    return [turn.button("my_code", "query_code_status")] if order.reviews == "application" else []


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
    if order.merged_into:
        lines[0] = turn.word("ticket.state.merged", number=order.number, other=order.merged_into)
    if order.reviews and order.decision:
        lines[0] = turn.word(f"ticket.{order.decision}.{_decided(order)}", number=order.number)
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
        """An appeal is asked for in other words than a complaint, a phone to be called on otherwise than any."""
        if field.name == "content":
            return f"ticket.ask.content.{'appeal' if draft.values['kind'] == 'appeal' else 'any'}", {}
        if field.name == "phone" and draft.values.get("category") == CALL_BACK:
            return "person.call_back.phone", {}
        return super().question(turn, field, draft)

    def choices(self, turn: Turn, field: Field, draft: Draft) -> list[Button]:
        """The phone may be left out, the whole given up."""
        if field.name == "phone":
            called_back = draft.values.get("category") == CALL_BACK
            return [turn.button("stop", "stop")] if called_back else [turn.button("no_phone", "deny")]
        return (
            [turn.button("stop", "stop")] if field.name == "content" else super().choices(turn, field, draft)
        )

    async def take(self, turn: Turn, waiting: str) -> bool:
        """Take a value; where the matter was comes with its words."""
        taken = await super().take(turn, waiting)
        if taken and waiting == "content" and turn.active_form == self.form:
            draft = open_draft(turn, self.form)
            draft.values.update(_whereabouts(turn))
            draft.save(turn)
        return taken

    async def submit(self, turn: Turn, draft: Draft) -> None:
        """Send it and tell number and fetch code."""
        phone = turn.reveal(draft.values["phone"]) if draft.values["phone"] != "none" else None
        content = turn.masked(draft.values["content"])
        if (
            "division" not in draft.values
        ):  # as it was when first sent: sent again, it must be the same request
            draft.values["division"] = turn.slots.get("place_code")
            draft.save(turn)
        request = ServiceRequestIn(
            kind=draft.values["kind"],
            category=draft.values.get("category", "complain"),
            title=title_of(content),
            content=content,
            division_code=draft.values["division"],
            contact_phone=phone.value if phone else None,
            conversation_id=turn.conversation_id,
            channel=turn.channel,
        )
        session = turn.session_if_verified()
        order = await turn.kit.platform.run(
            lambda p: p.create_service_request(request, key=draft.key, session=session)
        )
        turn.kit.joins.share_order(turn.conversation_id, order.number, order.fetch_code or "")
        created = turn.word(
            "ticket.created",
            number=order.number,
            code=order.fetch_code or "",
            due=speech.moment(order.due_at, turn.language),
        )
        question, choice = notices.offer(turn, "order")
        turn.say_text("\n".join([created, *question]), choice, private=True)
        self.finish(turn)
