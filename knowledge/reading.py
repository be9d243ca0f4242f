"""From the text of a policy file to entries, with the line of every mistake."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import yaml
from pydantic import ValidationError

from knowledge.errors import Fault
from knowledge.models import PolicyEntry, Source

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

SOURCES_FILE = "sources.yml"


def read_sources(name: str, text: str) -> tuple[dict[str, Source], list[Fault]]:
    """Read the table of sources: a mapping from a short key to a `Source`."""
    root, faults = _compose(name, text)
    if root is None:
        return {}, faults
    if not isinstance(root, yaml.MappingNode):
        return {}, [Fault(name, 1, "", "应为“键: 出处”的映射")]
    sources: dict[str, Source] = {}
    for key_node, value_node in root.value:
        key = str(key_node.value)
        line = key_node.start_mark.line + 1
        if key in sources:
            faults.append(Fault(name, line, key, "出处的键重复"))
            continue
        try:
            sources[key] = Source.parse_obj(_construct(value_node))
        except ValidationError as error:
            faults.extend(_validation_faults(name, value_node, key, error))
    return sources, faults


def read_entries(
    name: str, text: str, sources: Mapping[str, Source]
) -> tuple[list[tuple[int, PolicyEntry]], list[Fault]]:
    """Read the entries of one topic file.

    The file is a mapping with `owner` (who answers for the entries) and `entries` (a list). An entry's `source`
    is a key of the table of sources or is written out in place.

    Returns the good entries with their line numbers, and the faults of the others.
    """
    root, faults = _compose(name, text)
    if root is None:
        return [], faults
    top = {str(key.value): value for key, value in root.value} if isinstance(root, yaml.MappingNode) else {}
    entries_node = top.get("entries")
    if not isinstance(entries_node, yaml.SequenceNode):
        return [], [Fault(name, 1, "", "缺少 entries 列表")]
    owner = str(top["owner"].value) if isinstance(top.get("owner"), yaml.ScalarNode) else None
    unknown_keys = sorted(set(top) - {"owner", "entries"})
    faults.extend(Fault(name, top[key].start_mark.line + 1, key, "不认识的键") for key in unknown_keys)
    found: list[tuple[int, PolicyEntry]] = []
    for node in entries_node.value:
        line = node.start_mark.line + 1
        raw = _construct(node)
        if not isinstance(raw, dict):
            faults.append(Fault(name, line, "", "每条应为映射"))
            continue
        if owner is not None:
            raw.setdefault("owner", owner)
        label = str(raw.get("id", "?"))
        key = raw.get("source")
        if isinstance(key, str):
            if key not in sources:
                faults.append(Fault(name, _line_of(node, ("source",)), label, f"没有名为 {key} 的出处"))
                continue
            raw["source"] = sources[key]
        try:
            found.append((line, PolicyEntry.parse_obj(raw)))
        except ValidationError as error:
            faults.extend(_validation_faults(name, node, label, error))
    return found, faults


def clashes(located: Iterable[tuple[str, int, PolicyEntry]]) -> list[Fault]:
    """Two entries with one id, or two answers to one question on the same day in the same region."""
    faults: list[Fault] = []
    by_id: dict[str, tuple[str, int]] = {}
    by_place: dict[tuple[str, str], list[PolicyEntry]] = {}
    for name, line, entry in located:
        if entry.id in by_id:
            first_file, first_line = by_id[entry.id]
            faults.append(Fault(name, line, entry.id, f"编号重复，已见于 {first_file}:{first_line}"))
            continue
        by_id[entry.id] = (name, line)
        rivals = by_place.setdefault((entry.family, entry.region), [])
        faults.extend(
            Fault(name, line, entry.id, f"与 {rival.id} 在同一地区的有效期重叠")
            for rival in rivals
            if entry.overlaps(rival)
        )
        rivals.append(entry)
    return faults


def _compose(name: str, text: str) -> tuple[yaml.Node | None, list[Fault]]:
    try:
        root = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        return None, [Fault(name, line, "", f"不是合法的 YAML：{getattr(error, 'problem', None) or error}")]
    if root is None:
        return None, [Fault(name, 1, "", "文件是空的")]
    return root, []


def _construct(node: yaml.Node) -> Any:
    """The plain value of a node (tags of the safe loader only)."""
    loader = yaml.SafeLoader("")
    try:
        return loader.construct_document(node)
    finally:
        loader.dispose()


def _validation_faults(name: str, node: yaml.Node, label: str, error: ValidationError) -> list[Fault]:
    return [
        Fault(
            name,
            _line_of(node, problem["loc"]),
            f"{label} {'.'.join(str(step) for step in problem['loc'])}",
            str(problem["msg"]),
        )
        for problem in error.errors()
    ]


def _line_of(node: yaml.Node, path: Iterable[str | int]) -> int:
    """The line of the value at `path`, or of the last step that exists."""
    for step in path:
        following: yaml.Node | None = None
        if isinstance(node, yaml.MappingNode):
            following = next((value for key, value in node.value if key.value == step), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            following = node.value[step]
        if following is None:
            break
        node = following
    return int(node.start_mark.line) + 1
