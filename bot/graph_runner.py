"""Running a trained graph node after node, in an order worked out once.

Rasa hands each message to dask, which plans the same graph anew every time: a good part of a short turn. The order
of the nodes follows from the schema and the targets alone, so it is kept.
"""

from __future__ import annotations

from typing import Any

from rasa.core import processor
from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import GraphSchema
from rasa.engine.runner.dask import DaskGraphRunner


class PlainGraphRunner(DaskGraphRunner):
    """Runs the nodes that the targets need, each after those it needs itself."""

    def run(self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        """Run the graph (see parent class for full docstring).

        Raises:
            GraphRunError: an input has the name of a node.
        """
        wanted = tuple(targets or self._graph_schema.target_names)
        outputs: dict[str, Any] = {name: (name, value) for name, value in (inputs or {}).items()}
        clash = outputs.keys() & self._graph_schema.nodes.keys()
        if clash:
            raise GraphRunError(f"inputs named like nodes: {', '.join(sorted(clash))}")
        for name, needs in self._plan(wanted):
            # what nobody provides goes in as its name; the node says what is missing
            outputs[name] = self._instantiated_nodes[name](*(outputs.get(need, need) for need in needs))
        return dict(outputs[name] for name in wanted)

    def _plan(self, targets: tuple[str, ...]) -> list[tuple[str, tuple[str, ...]]]:
        """The nodes for these targets in running order, each with what it needs."""
        plans: dict[tuple[str, ...], list[tuple[str, tuple[str, ...]]]] = self.__dict__.setdefault(
            "_plans", {}
        )
        if targets not in plans:
            plans[targets] = _in_order(self._graph_schema.minimal_graph_schema(list(targets)))
        return plans[targets]


def _in_order(schema: GraphSchema) -> list[tuple[str, tuple[str, ...]]]:
    needs = {name: tuple(node.needs.values()) for name, node in schema.nodes.items()}
    order: list[tuple[str, tuple[str, ...]]] = []
    placed: set[str] = set()

    def place(name: str) -> None:
        if name in placed or name not in needs:
            return
        placed.add(name)
        for need in needs[name]:
            place(need)
        order.append((name, needs[name]))

    for name in needs:
        place(name)
    return order


def install() -> None:
    """Let Rasa run trained models this way; training keeps dask."""
    processor.DaskGraphRunner = PlainGraphRunner
