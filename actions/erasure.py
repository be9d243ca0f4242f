"""Deletion of one's data (P1): what goes, what the law keeps and why, then done, with a numbered report."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from actions import consents, joined, speech
from actions.base import Topic, open_form
from actions.drafts import Draft, open_draft
from actions.erasing import carry_out, kept_lines, kept_reasons, report
from actions.field_form import CONFIRM, FieldForm
from actions.fields import Field, Option, one_of, title
from actions.joined_erasing import erase_joined
from actions.rights import wants_withdrawal, withdraw
from actions.turn import Button, NeedsIdentity, Turn
from backend_client import PlatformError
from privacy.erasure import Erasure

_ACCOUNT = re.compile(r"注销|销户|关闭账|销号|close my account|deregister", re.IGNORECASE)
_HERE = re.compile(r"聊天记录|对话|历史消息|刚才|conversation|chat|told you", re.IGNORECASE)

_SCOPES = (
    Option("conversation", "erasure.scope.conversation"),
    Option("all", "erasure.scope.all"),
    Option("account", "erasure.scope.account"),
)


class DeleteMyData(Topic):
    """Deletion, or how far one is, or consent taken back."""

    intents: ClassVar[tuple[str, ...]] = ("delete_my_data",)
    resumable: ClassVar[bool] = False

    def name(self) -> str:
        """Rasa's name of the action."""
        return "action_delete_my_data"

    async def handle(self, turn: Turn) -> None:
        """Say how far a deletion is that is not over; else open the form."""
        if wants_withdrawal(turn):
            await withdraw(turn)
            return
        running = turn.kit.erasures.latest(turn.conversation_id)
        if running is not None and not running.told:
            await _progress(turn, running)
            return
        try:
            await open_form(turn, EraseForm.form, _known(turn))
        except NeedsIdentity:  # the form is open and waits for it
            turn.clear("session", "session_until")
            await open_form(turn, "identity_form")


def _known(turn: Turn) -> dict[str, Any]:
    if _ACCOUNT.search(turn.text):
        return {"scope": "account"}
    return {"scope": "conversation"} if _HERE.search(turn.text) else {}


class EraseForm(FieldForm):
    """How much is deleted, a look over it, then once."""

    form: ClassVar[str] = "erase_form"
    prefix: ClassVar[str] = "erasure"
    schema: ClassVar[tuple[Field, ...]] = (one_of("scope", _SCOPES),)

    async def ask_next(self, turn: Turn) -> None:
        """Ask for the scope; what lies on the platform is deleted for its person alone, so they are verified first.

        Raises:
            NeedsIdentity: the scope needs it and nobody is verified.
        """
        draft = open_draft(turn, self.form)
        if draft.values.get("scope", "conversation") != "conversation":
            self._wait_for(turn, CONFIRM)
            turn.access()
        await super().ask_next(turn)

    def _show(self, turn: Turn, draft: Draft) -> None:
        scope = draft.values["scope"]
        kept = "\n".join(kept_lines(turn.word, kept_reasons(scope)))
        check = turn.word(f"erasure.check.{scope}", kept=kept)
        others = turn.kit.joins.others(turn.conversation_id)
        if others:
            named = joined.channels(turn, others)
            key = "joining.erase.here" if scope == "conversation" else "joining.erase.all"
            check = "\n".join([turn.word(key, channels=named), check])
        turn.say_text(
            check, [Button(title(turn, "button.erase"), "affirm"), turn.button("do_not_erase", "stop")]
        )

    async def _take_confirm(self, turn: Turn, draft: Draft) -> bool:
        """Take “确认删除” as it is typed for what it says: a yes, not one more wish to delete."""
        said = turn.text.strip(" 。.！!").lower()
        if any(
            said == word.lower()
            for voice in turn.kit.words.wordings("button.erase").values()
            for word in voice
        ):
            turn.intent = "affirm"
        return await super()._take_confirm(turn, draft)

    async def submit(self, turn: Turn, draft: Draft) -> None:
        """Write it down, delete, and say what came of it; what waits for the platform is gone on with by itself."""
        scope = draft.values["scope"]
        session = turn.access().session if scope != "conversation" else None
        whose = {
            "conversation_id": turn.conversation_id,
            "channel": turn.channel,
            "session": session,
            "language": turn.language,
            "elder": turn.voice.elder,
        }
        others = joined.others(turn) if scope != "conversation" else []
        also = await erase_joined(turn, others, draft.key)
        erasure = turn.kit.erasures.register(draft.key, scope, whose, turn.now)
        self.finish(turn)
        turn.clear("consent", *consents.PERSONAL_SLOTS)
        try:
            done = await carry_out(turn.kit, erasure)
        except PlatformError:
            turn.say(
                "erasure.waiting",
                [turn.button("erasure_progress", "delete_my_data", choice="progress")],
                receipt=erasure.receipt,
            )
            return
        _tell(turn, done)
        if also:
            turn.say(
                "joining.erased",
                channels=joined.channels(turn, others),
                receipts=speech.join(also, turn.language),
            )


async def _progress(turn: Turn, erasure: Erasure) -> None:
    """Say the report when it is there, else that it goes on."""
    try:
        done = await carry_out(turn.kit, erasure)
    except PlatformError:
        turn.say(
            "erasure.waiting",
            [turn.button("erasure_progress", "delete_my_data", choice="progress")],
            receipt=erasure.receipt,
        )
        return
    _tell(turn, done)


def _tell(turn: Turn, erasure: Erasure) -> None:
    turn.say_text(report(turn.kit, erasure), private=True)
    turn.kit.erasures.tell(erasure.receipt)
