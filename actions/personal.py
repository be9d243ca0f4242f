"""Topics about one person: whose data is meant is found out once, in one way."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from actions import speech
from actions.base import Topic
from actions.persons import NotLinked, SeveralLinked, Subject, subject
from actions.turn import Button, Turn


class PersonalTopic(Topic):
    """A topic that reads something about one person.

    Attributes:
        instead: choices (button, intent) offered when the relative meant is not linked.
        purposes: what the person must have agreed to before anything is read.
    """

    purposes: ClassVar[tuple[str, ...]] = ("health",)
    instead: ClassVar[tuple[tuple[str, str], ...]] = (("how_to_link", "manage_family"),)

    async def handle(self, turn: Turn) -> None:
        """Find out who is meant, then answer; nothing is read without consent."""
        try:
            who = await subject(turn, self.purposes)
        except NotLinked as missing:
            self._offer_link(turn, missing.relation)
        except SeveralLinked as several:
            self._ask_which(turn, several)
        else:
            await self.tell(turn, who)

    def _offer_link(self, turn: Turn, relation: str) -> None:
        """Offer to link the relative now; what was asked is answered afterwards."""
        turn.set("after_link", self._asked(turn))
        link = Button(turn.word("button.link_now"), "apply_family_code", {"choice": f"relation={relation}"})
        choices = [turn.button(key, intent) for key, intent in self.instead]
        turn.say("family.not_linked", [link, *choices], relation=speech.kin(relation, turn.language))

    def _ask_which(self, turn: Turn, several: SeveralLinked) -> None:
        """Ask which of the relatives that fit is meant."""
        relation = speech.kin(several.relation, turn.language)
        buttons = [
            Button(f"{relation} {m.name_masked}", self._asked(turn), {"choice": f"member={m.person_id}"})
            for m in several.members
        ]
        turn.say("family.several", buttons, private=True, relation=relation)

    def _asked(self, turn: Turn) -> str:
        return turn.intent if turn.intent in self.intents else self.intents[0]

    @abstractmethod
    async def tell(self, turn: Turn, who: Subject) -> None:
        """Answer about this person."""
