"""C8: trouble with the account: what can be done here is done, the rest becomes a work order."""

from __future__ import annotations

import re
from typing import ClassVar

from actions.account_form import FORMS_BY_CHOICE
from actions.asking import chosen
from actions.base import Topic, open_form
from actions.policy import tell_policy
from actions.tickets import open_work_order
from actions.turn import Button, Turn

#: What the words are about; the first that fits decides.
_ABOUT = (
    ("face", re.compile(r"人脸|刷脸|脸|实人|face", re.IGNORECASE)),
    (
        "phone_lost",
        re.compile(
            r"(?:原来?|以前|旧|老|之前).{0,6}(?:号|手机|电话).{0,8}(?:停|注销|不用|没用|没在用|丢|销)|号.{0,4}(?:停机|注销|销户)|收不到.{0,4}验证码"
            r"|old (?:number|phone).{0,20}(?:gone|dead|lost|not work)|lost my (?:phone|number)",
            re.IGNORECASE,
        ),
    ),
    (
        "phone",
        re.compile(
            r"(?:换|改|更换|变更|修改|更新|换绑|两个|绑).{0,6}(?:手机号|手机|号码|电话|号)|(?:手机号|号码|电话).{0,6}(?:换|改|变)"
            r"|(?:change|new|update).{0,12}(?:phone|number)",
            re.IGNORECASE,
        ),
    ),
    ("name", re.compile(r"名字|姓名|改名|\bname\b", re.IGNORECASE)),
    ("document", re.compile(r"证件|身份证|护照|passport|\bid\b|document", re.IGNORECASE)),
)
_APP = re.compile(
    r"登不|登录|登陆|闪退|打不开|卡|黑屏|白屏|退出|注销|刷不出|加载|系统|报错|log ?in|crash|open|blank|error",
    re.IGNORECASE,
)


class AccountProblem(Topic):
    """Finds out what the trouble is and opens what helps."""

    intents: ClassVar[tuple[str, ...]] = ("account_problem",)
    resumable: ClassVar[bool] = False

    def name(self) -> str:
        """Rasa's name of the action."""
        return "action_account"

    async def handle(self, turn: Turn) -> None:
        """Open the tapped form; else explain and offer what fits."""
        tapped = chosen(turn, "account")
        if tapped == "app":
            await open_work_order(turn, "help", "account_problem", None)
        elif tapped is not None and tapped in FORMS_BY_CHOICE:
            known = {"what": tapped} if tapped in ("name", "document") else None
            await open_form(turn, FORMS_BY_CHOICE[tapped].form, known)
        elif turn.first("policy_entry") is not None:
            tell_policy(turn)
        else:
            self._offer(turn, self._about(turn))

    def _about(self, turn: Turn) -> str:
        if turn.text.startswith("/"):
            return "any"
        found = next((name for name, words in _ABOUT if words.search(turn.text)), None)
        return found or ("app" if _APP.search(turn.text) else "any")

    def _offer(self, turn: Turn, about: str) -> None:
        """Steps from the knowledge base where they help, then the choices."""
        if about in ("face", "app"):
            tell_policy(turn, only_sure=True)
        lost = self._choice(turn, "phone_lost", "phone_lost")
        works = self._choice(turn, "phone_works", "phone")
        choices = {
            "face": [self._choice(turn, "face_review", "face")],
            "phone_lost": [lost],
            "phone": [works, lost],
            "name": [self._choice(turn, "fix_name", "name")],
            "document": [self._choice(turn, "fix_document", "document")],
            "app": [self._choice(turn, "ticket", "app")],
            "any": [
                self._choice(turn, "change_phone", "phone"),
                lost,
                self._choice(turn, "fix_name", "name"),
                self._choice(turn, "fix_document", "document"),
                self._choice(turn, "face_review", "face"),
                self._choice(turn, "ticket", "app"),
            ],
        }
        turn.say(f"account.{about}", [*choices[about], turn.button("person", "request_human")])

    def _choice(self, turn: Turn, key: str, what: str) -> Button:
        return Button(turn.word(f"button.{key}"), "account_problem", {"choice": f"account={what}"})
