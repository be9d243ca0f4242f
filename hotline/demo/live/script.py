"""What simulated people may say: `live.yml`, read. Pure."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal

import yaml

Mood = Literal["calm", "upset", "danger"]
Course = Literal["answers", "hands_on", "gives_back", "asks_in", "orders", "reopens"]
_LIVE: Final = Path(__file__).parent.with_name("live.yml")
_USUAL_SHARE: Final = 2


@dataclass(frozen=True)
class Story:
    """Why somebody comes, and in which words.

    Attributes:
        first: said to the assistant, line by line.
        asking: asks for a person; "" for one of the usual ways, or because danger calls one by itself.
        then: asked of the agent, line by line.
        content: the assistant's answer is enough.
    """

    first: tuple[str, ...]
    then: tuple[str, ...]
    asking: str = ""
    mood: Mood = "calm"
    language: str = "zh"
    large_type: bool = False
    content: bool = False
    share: int = _USUAL_SHARE


@dataclass(frozen=True)
class CallStory:
    """What an agent writes down in a call, line by line, and whether an order comes of it."""

    notes: tuple[str, ...]
    order: bool


@dataclass(frozen=True)
class Rule:
    """What a citizen may answer (nothing: stays silent) to words of an agent in which `when` is found.

    `first`: what the agent asks is answered before the story goes on. `ends`: with these words the agent takes leave;
    nobody begins a new question then.
    """

    when: re.Pattern[str]
    say: tuple[str, ...]
    first: bool = False
    ends: bool = False


@dataclass(frozen=True)
class Script:
    """Everything that is said and how often; `raw` is the file, for what needs no more than a look."""

    stories: tuple[Story, ...]
    contented: tuple[Story, ...]
    calls: tuple[CallStory, ...]
    replies: Mapping[str, tuple[Rule, ...]]
    question: Mapping[str, re.Pattern[str]]
    unsettled: re.Pattern[str]
    raw: Mapping[str, Any]

    def says(self, language: str, what: str) -> str:
        """Return a line of an agent."""
        return str(self.raw["says"][language][what])

    def asking(self, story: Story, dice: random.Random) -> str:
        """Return how the person of a story asks for an agent."""
        usual = self.raw["asking"]["en" if story.language == "en" else story.mood]
        return story.asking or str(dice.choice(usual))

    def happens(self, what: str, dice: random.Random) -> bool:
        """Tell whether something happens that `live.yml` counts of a hundred."""
        return dice.random() * 100 < float(self.raw[what])

    def course(self, dice: random.Random) -> Course:
        """Return how a chat goes on."""
        return weighed(self.raw["courses"], dice)

    def rating(self, mood: Mood, dice: random.Random) -> int:
        """Return how content somebody is, 1 to 5."""
        return int(weighed(self.raw["ratings"][mood], dice))


def weighed(weights: Mapping[Any, float], dice: random.Random) -> Any:
    """Return one of the keys, each as often as its weight says."""
    return dice.choices(list(weights), list(weights.values()))[0]


def deck(stories: Sequence[Story], dice: random.Random) -> Iterator[Story]:
    """Yield stories for ever, each as often as its share says, and none twice in a row."""
    last: Story | None = None
    while True:
        cards = [story for story in stories for _ in range(story.share)]
        dice.shuffle(cards)
        while cards:
            at = next((n for n, story in enumerate(cards) if story is not last), 0)
            last = cards.pop(at)
            yield last


@lru_cache(maxsize=1)
def script() -> Script:
    """Return `live.yml`."""
    raw: Mapping[str, Any] = yaml.safe_load(_LIVE.read_text("utf-8"))
    return Script(
        stories=tuple(
            Story(**{**one, "first": tuple(one["first"]), "then": tuple(one["then"])})
            for one in raw["stories"]
        ),
        contented=tuple(Story(tuple(lines), (), content=True) for lines in raw["contented"]),
        calls=tuple(CallStory(tuple(one["notes"]), one["order"]) for one in raw["calls"]),
        replies={
            language: tuple(
                Rule(**{**one, "when": re.compile(one["when"]), "say": tuple(one["say"])}) for one in rules
            )
            for language, rules in raw["replies"].items()
        },
        question={language: re.compile(words) for language, words in raw["question"].items()},
        unsettled=re.compile(raw["unsettled"], re.IGNORECASE),
        raw=raw,
    )
