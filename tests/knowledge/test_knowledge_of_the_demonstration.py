"""What simulated citizens ask the desk's agents, the knowledge base knows: an agent there answers from it."""

from __future__ import annotations

from datetime import date

from hotline.demo.live.script import script
from knowledge import KnowledgeIndex

DAY = date(2022, 9, 5)


def test_what_simulated_citizens_ask_is_known(index: KnowledgeIndex) -> None:
    asked = [words for story in script().stories if story.mood != "danger" for words in story.then]
    unknown = [words for words in asked if not any(hit.confident for hit in index.search(words, DAY))]
    assert unknown == []
