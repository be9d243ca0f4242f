"""YAML that remembers its lines, so that a fault can be named where it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from backend.colour.errors import Fault

Steps = tuple[str | int, ...]


class _Loader(yaml.SafeLoader):
    """YAML whose dates stay text: the schema looks at them, and a wrong one is a fault with a line."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class Document:
    """A YAML file: its content, and the line of every value in it."""

    def __init__(self, path: Path) -> None:
        """Read `path`; what cannot be read, or names a key twice, is in `faults`."""
        here = Path.cwd()
        self.name = str(path.relative_to(here) if path.is_relative_to(here) else path)
        self.content: Any = None
        self.faults: list[Fault] = []
        self._lines: dict[Steps, int] = {(): 1}
        loader = _Loader(path.read_text(encoding="utf-8"))
        try:
            node = loader.get_single_node()
            if node is not None:
                self._walk(node, ())
                self.content = loader.construct_document(node)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + 1 if mark else 1
            self.faults.append(Fault(self.name, line, "", "format", f"not YAML: {error.problem}"))
        finally:
            loader.dispose()

    def line(self, *steps: str | int) -> int:
        """Return the line of the value at `steps`, or of the nearest value around it."""
        while steps not in self._lines:
            steps = steps[:-1]
        return self._lines[steps]

    def _walk(self, node: yaml.Node, steps: Steps) -> None:
        self._lines[steps] = node.start_mark.line + 1
        if isinstance(node, yaml.SequenceNode):
            for index, item in enumerate(node.value):
                self._walk(item, (*steps, index))
        elif isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, value in node.value:
                if key.value in seen:
                    line = key.start_mark.line + 1
                    self.faults.append(Fault(self.name, line, "", "format", f"{key.value} is said twice"))
                seen.add(key.value)
                below = (*steps, key.value)
                self._walk(value, below)
                # an alias stands on the line of its key, its content elsewhere
                self._lines[below] = key.start_mark.line + 1
