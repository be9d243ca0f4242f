"""The platform's contract as the client's tests see it: operations, checks of requests, answers at will."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import yaml
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker, RefResolver  # type: ignore[import-untyped]

from tests.backend_client.scripted_server import Received

CONTRACT = Path(__file__).parents[2] / "backend" / "openapi.yaml"
CHINA = dt.timezone(dt.timedelta(hours=8))
METHODS = ("get", "post", "put", "patch", "delete")
Schema = dict[str, Any]
# Hypothesis wants bounds without a zone and adds its own.
_START, _END = dt.datetime(1900, 1, 1), dt.datetime(2100, 1, 1)  # noqa: DTZ001


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    name: str
    method: str
    path: str
    item: Schema
    session_allowed: bool
    session_required: bool


class Contract:
    """`backend/openapi.yaml`."""

    @cached_property
    def document(self) -> Schema:
        loaded: Schema = yaml.safe_load(CONTRACT.read_text(encoding="utf-8"))
        return loaded

    @cached_property
    def operations(self) -> dict[str, Operation]:
        """Operations of `/v1` by operation id."""
        found = {}
        for path, methods in self.document["paths"].items():
            for method in METHODS:
                if path.startswith("/v1/") and method in methods:
                    item = methods[method]
                    ways = ["personSession" in way for way in item.get("security", [])]
                    found[item["operationId"]] = Operation(
                        item["operationId"], method.upper(), path, item, any(ways), bool(ways) and all(ways)
                    )
        return found

    def resolve(self, schema: Schema) -> Schema:
        """Follow `$ref`."""
        while "$ref" in schema:
            node: Any = self.document
            for step in schema["$ref"].removeprefix("#/").split("/"):
                node = node[step]
            schema = node
        return schema

    def faults(self, schema: Schema, value: object) -> list[str]:
        """Return what is wrong with a value."""
        resolver = RefResolver("", self.document)
        validator = Draft202012Validator(schema, resolver=resolver, format_checker=FormatChecker())
        return [error.message for error in validator.iter_errors(value)]

    def request_faults(self, operation: Operation, request: Received, body: object) -> list[str]:
        """Return everything about a request that the operation does not allow."""
        parts = urlsplit(request.target)
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(operation.path))
        match = re.fullmatch(pattern, parts.path)
        if request.method != operation.method or match is None:
            return [f"{request.method} {parts.path} is not {operation.method} {operation.path}"]
        values = {
            "path": {name: unquote(value) for name, value in match.groupdict().items()},
            "query": dict(parse_qsl(parts.query, keep_blank_values=True)),
            "header": {n: request.headers[n] for n in ("idempotency-key",) if n in request.headers},
        }
        faults = self._parameter_faults(operation, values)
        if "requestBody" in operation.item:
            content = operation.item["requestBody"]["content"]
            faults += self.faults(content["application/json"]["schema"], body)
        elif request.body:
            faults.append("takes no body")
        has_session = "x-person-session" in request.headers
        if (has_session and not operation.session_allowed) or (
            not has_session and operation.session_required
        ):
            faults.append("session")
        return faults

    def _parameter_faults(self, operation: Operation, values: dict[str, dict[str, str]]) -> list[str]:
        faults = []
        for parameter in map(self.resolve, operation.item.get("parameters", [])):
            raw = values[parameter["in"]].pop(
                parameter["name"].lower() if parameter["in"] == "header" else parameter["name"], None
            )
            schema = self.resolve(parameter["schema"])
            if raw is None:
                faults += [f"{parameter['name']} is missing"] if parameter.get("required") else []
            else:
                typed = {"integer": int, "number": float, "boolean": {"true": True, "false": False}.get}
                value = typed.get(schema.get("type", ""), str)(raw)  # type: ignore[operator]
                faults += self.faults(schema, value)
        return faults + [f"unknown {place} {name}" for place, left in values.items() for name in left]

    def success(self, operation: Operation) -> tuple[int, Schema]:
        """Return status and schema of the operation's good answer."""
        (status,) = [code for code in operation.item["responses"] if code.startswith("2")]
        content = operation.item["responses"][status]["content"]
        return int(status), content["application/json"]["schema"]

    def answers(self, schema: Schema) -> st.SearchStrategy[Any]:
        """Return a strategy of values that the schema allows."""
        schema = self.resolve(schema)
        if "enum" in schema:
            return st.sampled_from(schema["enum"])
        if "const" in schema:
            return st.just(schema["const"])
        if "anyOf" in schema:
            return st.one_of([self.answers(choice) for choice in schema["anyOf"]])
        kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        return st.one_of([self._of_type(kind, schema) for kind in kinds])

    def _of_type(self, kind: str, schema: Schema) -> st.SearchStrategy[Any]:
        if kind == "object":
            required = set(schema.get("required", []))
            parts = {name: self.answers(part) for name, part in schema["properties"].items()}
            return st.fixed_dictionaries(
                {name: part for name, part in parts.items() if name in required},
                optional={name: part for name, part in parts.items() if name not in required},
            )
        if kind == "array":
            return st.lists(self.answers(schema["items"]), max_size=2)
        if kind == "string":
            return _texts(schema)
        low, high = schema.get("minimum", -1000), schema.get("maximum", 100_000)
        simple: dict[str, st.SearchStrategy[Any]] = {
            "null": st.none(),
            "boolean": st.booleans(),
            "integer": st.integers(low, high),
            "number": st.integers(low, high) | st.floats(low, high),
        }
        return simple[kind]


def _texts(schema: Schema) -> st.SearchStrategy[str]:
    if schema.get("format") == "date-time":
        moments = st.datetimes(_START, _END, timezones=st.just(CHINA))
        return moments.map(dt.datetime.isoformat) | moments.map(lambda m: f"{m:%Y-%m-%dT%H:%M:%S}.5Z")
    if schema.get("format") == "date":
        return st.dates().map(dt.date.isoformat)
    if "pattern" in schema:
        return st.from_regex(schema["pattern"], fullmatch=True)
    return st.text(st.characters(exclude_categories=["Cs"]), min_size=schema.get("minLength", 0), max_size=10)
