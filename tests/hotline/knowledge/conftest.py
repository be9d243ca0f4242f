"""A desk whose editors have two entries, an editor and two reviewers with browsers, and the assistant's way in."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from backend_client.signing import signed_headers
from hotline.accounts.people import Profile
from tests.hotline.conftest import PASSWORD, SERVICE_SECRET, Agent, Running, serve, settings_for
from tests.hotline.fake_platform import FakePlatform
from tests.hotline.knowledge.letters import Letters

ROOT = Path(__file__).parents[3]
ROLES = {"E": ["editor"], "R": ["reviewer"], "B": ["editor", "reviewer"]}
SOURCES = """
office: {name: 某某卫生健康委, url: "https://example.org/a", date: 2022-04-08, trust: O}
"""
ENTRY = """
  - id: {id}
    question: {question}
    variants: [{question}一, {question}二, {question}三, {question}四, how about {id}]
    answer:
      plain: {plain}
      detail: 细节在这里。
      elderly: 短句。
      english: In English.
    intents: [ask_policy]
    region: "{region}"
    valid_from: {valid_from}
    valid_to: {valid_to}
    source: office
"""


def entry_text(**changed: str) -> str:
    """One entry of a file, with everything it needs."""
    values = {
        "id": "spoons",
        "question": "勺子放在哪里",
        "plain": "勺子在抽屉里。",
        "region": "510000",
        "valid_from": "2022-01-01",
        "valid_to": "null",
    }
    return ENTRY.format(**{**values, **changed})


def content(**changed: Any) -> dict[str, Any]:
    """An entry as a version holds it."""
    words = changed.pop("question", "筷子在哪里拿")
    whole = {
        "id": "chopsticks",
        "question": words,
        "variants": [f"{words}一", f"{words}二", f"{words}三", f"{words}四", "where are the chopsticks"],
        "answer": {
            "plain": "筷子在门口。",
            "detail": "在门口的架子上。",
            "elderly": "在门口。",
            "english": "By the door.",
        },
        "intents": ["ask_policy"],
        "region": "510000",
        "valid_from": "2022-01-01",
        "source": {"name": "某某卫生健康委", "url": "https://example.org/a", "trust": "O"},
        "owner": "编辑组",
    }
    return {**whole, **changed}


def typed(**changed: str) -> dict[str, Any]:
    """What an editor types into the form for that entry."""
    whole = content()
    fields: dict[str, Any] = {
        "id": whole["id"],
        "topic": "kitchen",
        "question": whole["question"],
        "variants": "\n".join(whole["variants"]),
        **{f"answer.{name}": text for name, text in whole["answer"].items()},
        "intents": "ask_policy",
        "region": "510000",
        "valid_from": "2022-01-01",
        **{f"source.{name}": text for name, text in whole["source"].items()},
        "owner": "编辑组",
    }
    return {**fields, **changed}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The product's data: a table of sources and one topic of two entries."""
    policies = tmp_path / "data" / "policies"
    policies.mkdir(parents=True)
    (policies / "sources.yml").write_text(SOURCES, "utf-8")
    forks = entry_text(id="forks", question="叉子是什么颜色", plain="叉子是银色的。")
    (policies / "kitchen.yml").write_text(f"owner: 编辑组\nentries:{entry_text()}{forks}", "utf-8")
    (tmp_path / "data" / "responses").symlink_to(ROOT / "data" / "responses")
    return tmp_path / "data"


@pytest.fixture
def desk(platform: FakePlatform, tmp_path: Path, data: Path) -> Iterator[Running]:
    """A desk that has read the files."""
    for running in serve(settings_for(platform.url, tmp_path, data_dir=data, domain=ROOT / "domain.yml")):
        running.desk.knowledge.finder.make_encoder = Letters
        running.desk.knowledge.take_files()
        yield running


def edit_file(data: Path, old: str, new: str) -> None:
    """Change the topic file, as a new release of the product does."""
    path = data / "policies" / "kitchen.yml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def add_person(desk: Running, number: str) -> None:
    """Give a work number an account, if it has none."""
    book, passwords = desk.desk.accounts, desk.desk.entry.passwords
    if book.find(number) is None:
        profile = Profile("王编辑", frozenset(ROLES[number[0]]), capacity=0)
        book.add(number, profile, passwords.hashed(PASSWORD), must_change=False)


@pytest.fixture
def people(desk: Running) -> Callable[[str], Agent]:
    """Logs somebody in by work number: E… edits, R… reviews, B… may do both."""

    def log_in(number: str) -> Agent:
        add_person(desk, number)
        agent = Agent(desk.url)
        assert agent.log_in(number).status_code == 200
        return agent

    return log_in


@pytest.fixture
def editor(people: Callable[[str], Agent]) -> Agent:
    return people("E001")


@pytest.fixture
def reviewer(people: Callable[[str], Agent]) -> Agent:
    return people("R001")


def move(agent: Agent, entry_id: str, to: str, **fields: str) -> requests.Response:
    """Press a button of an entry's page, as it stands there."""
    path = f"/knowledge/entries/{entry_id}"
    return agent.press(agent.get(path), f"{path}/moves", {"to": to, **fields})


def write(agent: Agent, entry_id: str, press: str = "submit", **fields: str) -> requests.Response:
    """Change an entry by its form."""
    path = f"/knowledge/entries/{entry_id}/edit"
    return agent.press(agent.get(path), path, {**fields, "press": press})


def told(desk: Running) -> dict[str, str]:
    """What is told now: the plain answer of every entry."""
    room = desk.desk.knowledge
    library, now = room.editing.library(), room.clock.now()
    versions = {file.entry_id: file.told(now) for file in library.entries.values()}
    return {key: version.content["answer"]["plain"] for key, version in versions.items() if version}


def call(
    desk: Running, method: str, path: str, body: object = None, headers: dict[str, str] | None = None
) -> requests.Response:
    """Ask the desk's API as the assistant does."""
    sent = b"" if body is None else json.dumps(body).encode()
    signed = signed_headers(
        "assistant",
        SERVICE_SECRET,
        method=method,
        path_with_query=path,
        body=sent,
        now=desk.clock[0],
        nonce=uuid.uuid4().hex,
    )
    return requests.request(
        method, desk.url + path, data=sent, headers={**signed, **(headers or {})}, timeout=20
    )
