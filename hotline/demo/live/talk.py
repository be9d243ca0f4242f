"""What is said to what: a citizen's answers to an agent, an agent's steps with a citizen. Pure but for the dice."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from .script import Course, Script, Story

Left = Literal["nothing", "part", "all"]
#: Small answers of a citizen beyond the story's own lines; whoever goes on asking gets silence.
MOST_SMALL: Final = 6
#: Answers an agent gives before the talk is brought to an end.
MOST_ANSWERS: Final = 3


@dataclass
class CitizenSide:
    """A citizen in a chat: what an agent must know, what the story asks, a few small answers, then nothing."""

    story: Story
    script: Script
    dice: random.Random
    asked: int = 0
    small: int = 0

    def answer(self, said: str) -> str:
        """Return what is answered to words of an agent; "" for nothing."""
        rule = next(rule for rule in self.script.replies[self.story.language] if rule.when.search(said))
        if not rule.say:
            return ""
        if self.asked < len(self.story.then) and not (rule.first or rule.ends):
            self.asked += 1
            return self.story.then[self.asked - 1]
        if self.small >= MOST_SMALL:
            return ""
        self.small += 1
        return self.dice.choice(rule.say)


@dataclass(frozen=True)
class Answer:
    """What an agent found to say to a question, and how much of it an office must still settle."""

    text: str
    left: Left


@dataclass
class AgentSide:
    """An agent in a chat.

    Attributes:
        language: of the citizen, zh or en.
        canned: the desk's canned replies by title, filled in.
        said: what was answered, so that nothing is said twice.
    """

    script: Script
    language: str
    canned: Mapping[str, str]
    said: list[str] = field(default_factory=list)

    def line(self, what: str) -> str:
        """Return one of the usual lines, as the team's canned reply has it, if there is one."""
        title = self.script.raw["canned"].get(what, "")
        if self.language == "zh" and title in self.canned:
            return self.canned[title]
        return self.script.says(self.language, what)

    def answer(self, found: Sequence[Mapping[str, Any]]) -> Answer:
        """Return what is told of what the knowledge base found; an honest line when it is not sure."""
        wording = "english" if self.language == "en" else "answer"
        for hit in found:
            if hit["sure"] and hit[wording] and hit[wording] not in self.said:
                self.said.append(hit[wording])
                return Answer(
                    hit[wording], "part" if self.script.unsettled.search(hit[wording]) else "nothing"
                )
        return Answer(self.line("unsure"), "all")

    def opening(self, reason: str, *, handed_on: bool) -> list[str]:
        """Return how a chat that came for this reason is begun."""
        if handed_on:
            return [self.line("goes_on")]
        if reason == "emergency":
            return [self.line("danger")]
        return [self.line("greets"), self.line("soothes")] if reason == "distress" else [self.line("greets")]

    def is_question(self, words: str) -> bool:
        """Tell whether a citizen wants to know something."""
        return self.script.question[self.language].search(words) is not None

    def course(self, wanted: Course, left: Collection[Left]) -> Course:
        """Return how a chat goes on after its answers.

        An office has a part in it only when they leave something; who was promised an answer gets a work order for it.
        """
        if "all" not in left and wanted not in ("asks_in", "orders"):
            return wanted
        if not {"part", "all"}.intersection(left):
            return "answers"
        return (
            "asks_in" if wanted == "asks_in" and self.language == "zh" else "orders"
        )  # offices speak Chinese


def open_question(transcript: Sequence[Mapping[str, Any]], side: AgentSide) -> str:
    """Return what a citizen last wanted of the assistant, before it was a person; "" when there is nothing."""
    said = [str(line["text"]) for line in transcript if line["who"] == "person"]
    before = said[-2] if len(said) > 1 else ""
    return next((words for words in reversed(said) if side.is_question(words)), before)


def last_question(events: Sequence[Mapping[str, Any]], side: AgentSide) -> str:
    """Return what a citizen last wanted to know in a chat; "" when it was nothing."""
    said = [str(event["body"]["text"]) for event in events if event["kind"] == "citizen"]
    return next((words for words in reversed(said) if side.is_question(words)), "")


def unanswered(events: Sequence[Mapping[str, Any]]) -> str:
    """Return the last words of a citizen in a chat that no agent has answered; "" when there are none."""
    spoken = [event for event in events if event["kind"] in ("citizen", "agent")]
    return str(spoken[-1]["body"]["text"]) if spoken and spoken[-1]["kind"] == "citizen" else ""
