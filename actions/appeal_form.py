"""The form of an appeal: what is contested and why, the days in question, pictures, a phone, once to the platform."""

from __future__ import annotations

import asyncio
import base64
import re
from functools import partial
from typing import Any, ClassVar

from actions import notices, speech
from actions.drafts import Draft, open_draft
from actions.field_form import CONSENT, RESUME, FieldForm
from actions.fields import Field, Option, Values, one_of, own_words, title, token
from actions.turn import Button, Turn
from backend_client import AppealIn, Evidence, EvidenceIn, PlatformClient
from privacy.errors import PrivacyError

MOST_PICTURES = 5
SHORTEST = 10
LONGEST = 500

_REASONS = tuple(
    Option(reason, f"appeal.reason.{reason}")
    for reason in ("not_there", "tests_done", "isolation_over", "misjudged", "other")
)
_NO_MORE = re.compile(
    r"^(?:没有?了?|没得了?|就这些|发完了?|完了|好了|没有?图片?|没有?照片|不发了?|不用了?"
    r"|no more|no pictures|none|done|that'?s all)[。.!！]?$",
    re.IGNORECASE,
)
_ONE_LESS = re.compile(r"删|不要(?:上|刚才|最后|这)|去掉|撤掉|remove|delete", re.IGNORECASE)


def _tapped(name: str, turn: Turn) -> str | None:
    tapped = turn.first("choice")
    if tapped is None:
        return None
    field, _, value = tapped.value.partition("=")
    return value if field == name else None


def _rule(turn: Turn, asked: bool) -> str | None:
    return _tapped("rule", turn)


def _shown_rule(turn: Turn, value: object) -> str:
    return str(open_draft(turn, AppealForm.form).values["rules"].get(value, value))


def _says_where(values: Values) -> bool:
    return values.get("reason") in ("not_there", "misjudged", "other")


def _says_why(values: Values) -> bool:
    return values.get("reason") in ("tests_done", "isolation_over", "misjudged", "other")


def _phone(turn: Turn, asked: bool) -> str | None:
    return token("PHONE")(turn, asked) or ("none" if asked and turn.intent == "deny" else None)


def _shown_phone(turn: Turn, value: object) -> str:
    return turn.word("ticket.no_phone") if value == "none" else turn.masked(str(value))


def _shown_count(turn: Turn, value: object) -> str:
    return turn.word("appeal.pictures", count=value) if value else turn.word("appeal.no_pictures")


def _nothing(turn: Turn, asked: bool) -> Any:
    """Pictures are taken by the form itself, one message each."""
    return None


def _keep(session: str, request: EvidenceIn, key: str, platform: PlatformClient) -> Evidence:
    return platform.keep_evidence(session, request, key=key)


class AppealForm(FieldForm):
    """Takes an appeal. ``held`` in its draft are the pictures so far, ``pictures`` is their number when done."""

    form: ClassVar[str] = "appeal_form"
    prefix: ClassVar[str] = "appeal"
    schema: ClassVar[tuple[Field, ...]] = (
        Field("rule", _rule, needed=lambda values: bool(values.get("rules")), shown=_shown_rule),
        one_of("reason", _REASONS, undoes=("why",)),
        Field("why", own_words(SHORTEST, LONGEST), needed=_says_why),
        Field("stay", own_words(SHORTEST, LONGEST), needed=_says_where),
        Field("pictures", _nothing, shown=_shown_count),
        Field("phone", _phone, shown=_shown_phone),
    )
    needs_person: ClassVar[bool] = True
    wire = {"evidence": "pictures", "contact_phone": "phone", "content": "why"}

    def question(self, turn: Turn, field: Field, draft: Draft) -> tuple[str, dict[str, object]]:
        """The why is asked for in the words of the reason; the pictures say how many there are."""
        if field.name == "why":
            return f"appeal.ask.why.{draft.values['reason']}", {}
        if field.name == "pictures":
            held = len(draft.values.get("held") or ())
            return ("appeal.ask.pictures", {}) if not held else self._so_far(held)
        return super().question(turn, field, draft)

    def choices(self, turn: Turn, field: Field, draft: Draft) -> list[Button]:
        """The code's own reasons; the ways to add, end and remove pictures; no phone."""
        if field.name == "rule":
            rules: dict[str, str] = draft.values["rules"]
            return [Button(text, "inform", {"choice": f"rule={rule}"}) for rule, text in rules.items()]
        if field.name == "pictures":
            return self._picture_buttons(turn, len(draft.values.get("held") or ()))
        if field.name == "phone":
            return [turn.button("no_phone", "deny")]
        return super().choices(turn, field, draft)

    # Pictures -----------------------------------------------------------------------------------------

    async def step(self, turn: Turn) -> None:
        """“发完了” and “没有图片” end the pictures, whatever else they could mean in other places."""
        if self.waiting(turn) == "pictures" and _NO_MORE.match(turn.text.strip()):
            self._end_pictures(turn)
            await self.ask_next(turn)
        else:
            await super().step(turn)

    async def take(self, turn: Turn, waiting: str) -> bool:
        """Take a picture whatever is asked; what ends or shortens the list when pictures are asked for."""
        picture = turn.first("picture")
        if picture is not None and waiting not in (RESUME, CONSENT):
            await self._add(turn, picture.value, waiting)
            return True
        if waiting == "pictures" and turn.intent == "deny":
            self._end_pictures(turn)
            await self.ask_next(turn)
            return True
        if waiting == "pictures" and (_tapped("pictures", turn) or _ONE_LESS.search(turn.text)):
            await self._pictures_tapped(turn)
            return True
        return await super().take(turn, waiting)

    async def _add(self, turn: Turn, picture: str, waiting: str) -> None:
        draft = open_draft(turn, self.form)
        held = list(draft.values.get("held") or ())
        if len(held) >= MOST_PICTURES:
            await asyncio.to_thread(turn.kit.media.drop, picture, turn.conversation_id)
            turn.say("appeal.enough_pictures")
        elif picture not in held:
            held.append(picture)
        draft.values["held"] = held
        if "pictures" in draft.values:
            draft.values["pictures"] = len(held)
        draft.save(turn)
        if waiting != "pictures":
            turn.say("appeal.picture_noted", count=len(held))
        elif len(held) >= MOST_PICTURES:
            self._end_pictures(turn)
        await self.ask_next(turn)

    def _end_pictures(self, turn: Turn) -> None:
        draft = open_draft(turn, self.form)
        draft.values["pictures"] = len(draft.values.get("held") or ())
        draft.save(turn)

    async def _pictures_tapped(self, turn: Turn) -> None:
        if _tapped("pictures", turn) == "done":
            self._end_pictures(turn)
        else:
            draft = open_draft(turn, self.form)
            held = list(draft.values.get("held") or ())
            if held:
                await asyncio.to_thread(turn.kit.media.drop, held.pop(), turn.conversation_id)
                turn.say("appeal.picture_removed")
            draft.values["held"] = held
            draft.save(turn)
        await self.ask_next(turn)

    @staticmethod
    def _so_far(held: int) -> tuple[str, dict[str, object]]:
        return "appeal.ask.more_pictures", {"count": held, "left": MOST_PICTURES - held}

    @staticmethod
    def _picture_buttons(turn: Turn, held: int) -> list[Button]:
        add = turn.button("send_picture", "send_picture")
        if not held:
            return [add, Button(turn.word("button.no_pictures"), "inform", {"choice": "pictures=done"})]
        return [
            add,
            Button(turn.word("button.pictures_done"), "inform", {"choice": "pictures=done"}),
            Button(turn.word("button.picture_undo"), "inform", {"choice": "pictures=undo"}),
        ]

    # Sending ------------------------------------------------------------------------------------------

    async def submit(self, turn: Turn, draft: Draft) -> None:
        """Hand the pictures over one by one, then the appeal; each under a key of its own, so that each counts once."""
        access = turn.access()
        evidence = await self._hand_over(turn, draft, access.session)
        if evidence is None:
            return
        values = draft.values
        phone = turn.reveal(values["phone"]) if values["phone"] != "none" else None
        # one wording, whatever message sends it: sent again, it must be the same request
        why = values.get("why") or title(turn, f"appeal.reason.{values['reason']}")
        request = AppealIn(
            person_id=values["person"] if values["person"] != access.person_id else None,
            reason=values["reason"],
            rule_id=values.get("rule"),
            content=turn.masked(why),
            stay=turn.masked(values["stay"]) if values.get("stay") else None,
            contact_phone=phone.value if phone else None,
            evidence=tuple(evidence) or None,
        )
        appeal = await turn.kit.platform.run(
            lambda p: p.create_appeal(access.session, request, key=draft.key)
        )
        for picture in values.get("held") or ():
            await asyncio.to_thread(turn.kit.media.drop, picture, turn.conversation_id)
        created = turn.word(
            "appeal.created",
            number=appeal.number,
            due=speech.moment(appeal.due_at, turn.language),
            pictures=_shown_count(turn, len(evidence)),
        )
        question, choice = notices.offer(turn, "case")
        buttons = [turn.button("appeal_progress", "query_ticket", choice="appeal"), *choice]
        turn.say_text("\n".join([created, *question]), buttons, private=True)
        self.finish(turn)

    async def _hand_over(self, turn: Turn, draft: Draft, session: str) -> list[str] | None:
        """Ids of the pictures on the platform; None when one has been forgotten and pictures are asked for again."""
        kept: list[str] = []
        for picture in draft.values.get("held") or ():
            try:
                media = await asyncio.to_thread(turn.kit.media.get, picture, turn.conversation_id)
            except PrivacyError:
                draft.values["held"] = [p for p in draft.values["held"] if p != picture]
                self.ask_again(turn, draft, "pictures", "appeal.picture_forgotten")
                return None
            request = EvidenceIn(media_type="image/jpeg", content=base64.b64encode(media.content).decode())
            key = f"{draft.key}:{picture}"
            evidence = await turn.kit.platform.run(partial(_keep, session, request, key))
            kept.append(evidence.evidence_id)
        return kept
