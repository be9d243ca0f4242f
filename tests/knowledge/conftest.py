"""The shipped entries and their index, built once, and a folder of entries to edit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge import KnowledgeIndex, PolicyStore, shared_encoder
from knowledge.places import PlaceNames

ROOT = Path(__file__).resolve().parents[2]

SOURCES = """
office: {name: 某某卫生健康委, url: "https://example.org/a", date: 2022-04-08, trust: O}
"""

ENTRY = """
  - id: {id}
    question: {question}
    variants: [{question}一, {question}二, {question}三, {question}四, how about {id}]
    answer:
      plain: {plain}
      detail: 细节。
      elderly: 短句。
      english: In English.
    intents: [ask_policy]
    region: "{region}"
    valid_from: {valid_from}
    valid_to: {valid_to}
    source: {source}
"""

EntryText = Callable[..., str]


@pytest.fixture(scope="session")
def shipped() -> PolicyStore:
    """The entries of the product; any fault in them is an error here."""
    return PolicyStore(ROOT / "data" / "policies", strict=True)


@pytest.fixture(scope="session")
def index(shipped: PolicyStore) -> KnowledgeIndex:
    """The search as the product runs it."""
    places = PlaceNames.read(ROOT / "data" / "gazetteer" / "divisions.csv")
    return KnowledgeIndex(shipped, shared_encoder(), places=places)


@pytest.fixture
def entry_text() -> EntryText:
    """Writes one entry with everything it needs."""

    def write(**changed: str) -> str:
        values = {
            "id": "spoons",
            "question": "勺子放在哪里",
            "plain": "勺子在抽屉里。",
            "region": "510000",
            "valid_from": "2022-01-01",
            "valid_to": "null",
            "source": "office",
        }
        return ENTRY.format(**{**values, **changed})

    return write


@pytest.fixture
def folder(tmp_path: Path, entry_text: EntryText) -> Path:
    """A folder with the table of sources and one topic of two entries."""
    (tmp_path / "sources.yml").write_text(SOURCES, "utf-8")
    forks = entry_text(id="forks", question="叉子是什么颜色", plain="叉子是银色的。")
    (tmp_path / "kitchen.yml").write_text(f"owner: 编辑组\nentries:{entry_text()}{forks}", "utf-8")
    return tmp_path
