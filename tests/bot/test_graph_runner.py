"""The plain runner gives what dask gives, in the same order, and plans a graph once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage

from bot.graph_runner import PlainGraphRunner

ran: list[str] = []


class Adds(GraphComponent):
    """Adds a number to what it gets."""

    def __init__(self, number: int) -> None:
        self.number = number

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Adds:
        return cls(config["number"])

    def add(self, left: int, right: int = 0) -> int:
        ran.append(str(self.number))
        return left + right + self.number


def node(number: int, **needs: str) -> SchemaNode:
    return SchemaNode(
        needs=needs, uses=Adds, constructor_name="create", fn="add", config={"number": number}, eager=True
    )


SCHEMA = GraphSchema(
    {
        "last": node(100, left="middle", right="first"),
        "first": node(1, left="given"),
        "middle": node(10, left="first"),
        "unused": node(1000, left="given"),
    }
)


@pytest.fixture
def runners(tmp_path: Path) -> tuple[PlainGraphRunner, DaskGraphRunner]:
    context = ExecutionContext(SCHEMA, "model")
    storage = LocalModelStorage(tmp_path)
    return tuple(kind.create(SCHEMA, storage, context) for kind in (PlainGraphRunner, DaskGraphRunner))  # type: ignore[return-value]


@pytest.mark.parametrize("targets", [["last"], ["middle", "first"], ["first"]])
def test_both_give_the_same(runners: tuple[PlainGraphRunner, DaskGraphRunner], targets: list[str]) -> None:
    plain, dask = (runner.run({"given": 5}, targets) for runner in runners)
    assert plain == dask


def test_only_what_is_needed_runs_each_node_once_and_after_its_needs(
    runners: tuple[PlainGraphRunner, Any],
) -> None:
    ran.clear()
    assert runners[0].run({"given": 5}, ["last"]) == {"last": 122}
    assert ran == ["1", "10", "100"]


def test_an_input_named_like_a_node_is_refused(runners: tuple[PlainGraphRunner, Any]) -> None:
    with pytest.raises(GraphRunError):
        runners[0].run({"first": 5}, ["last"])
