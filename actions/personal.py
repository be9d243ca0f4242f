"""Topics about one person: whose data is meant is found out once, in one way."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from actions import speech
from actions.base import Topic
from actions.persons import NotLinked, SeveralLinked, Subject, subject
from actions.turn import Turn


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
            choices = [turn.button(key, intent) for key, intent in self.instead]
            turn.say("family.not_linked", choices, relation=missing.relation)
        except SeveralLinked as several:
            turn.say("family.several", names=speech.join(several.names, turn.language), private=True)
        else:
            await self.tell(turn, who)

    @abstractmethod
    async def tell(self, turn: Turn, who: Subject) -> None:
        """Answer about this person."""
