"""The contract at work: `openapi.yaml` is read once, served, and every request is held against it.

What an endpoint receives has therefore the types the contract says: numbers are numbers, moments are aware
datetimes, defaults are filled in, unknown parameters and fields have been refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, FormatChecker, RefResolver

from backend.clock import CHINA
from backend.problems import InvalidInput, NotFound

CONTRACT = Path(__file__).with_name("openapi.yaml")
METHODS = ("get", "post", "put", "patch", "delete")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)")
_INTEGER = re.compile(r"-?\d{1,18}")
_NUMBER = re.compile(r"-?\d{1,18}(\.\d{1,18})?")


def parse_moment(text: str) -> datetime:
    """Return an RFC 3339 time as an aware datetime in China.

    A blank where the offset's plus sign was is read as the plus it was before somebody forgot to escape it.

    Raises:
        ValueError: for anything else.
    """
    text = re.sub(r"(?<=\d) (?=\d\d:\d\d$)", "+", text)
    if not _MOMENT.fullmatch(text):
        raise ValueError("not an RFC 3339 time with an offset")
    text = text.upper().replace("Z", "+00:00")
    if "." in text:
        head, _, tail = text.partition(".")
        digits = re.match(r"\d+", tail)
        assert digits is not None  # noqa: S101 - the shape was matched above
        text = f"{head}.{digits[0].ljust(6, '0')}{tail[digits.end() :]}"
    try:
        return datetime.fromisoformat(text).astimezone(CHINA)
    except OverflowError as error:
        raise ValueError("out of the calendar") from error


_formats = FormatChecker(formats=())


@_formats.checks("date-time", raises=ValueError)
def _is_moment(value: object) -> bool:
    return not isinstance(value, str) or bool(parse_moment(value))


@_formats.checks("date", raises=ValueError)
def _is_date(value: object) -> bool:
    return not isinstance(value, str) or bool(date.fromisoformat(value))


@dataclass(frozen=True)
class Parameter:
    """One query or path parameter and the checks of its schema."""

    name: str
    place: str
    required: bool
    schema: Mapping[str, Any]
    validator: Any

    def read(self, raw: str) -> Any:
        """Return the typed value of `raw`.

        Raises:
            InvalidInput: when the contract does not allow it.
        """
        value = _typed(raw, self.schema)
        _check(self.validator, value, self.name)
        if self.schema.get("format") == "date-time":
            return parse_moment(raw)
        return value


@dataclass(frozen=True)
class Operation:
    """One method of one path: its parameters and the validator of its body (None when it takes none)."""

    operation_id: str
    parameters: tuple[Parameter, ...]
    body: Any

    def read_query(self, query: Mapping[str, list[str]]) -> dict[str, Any]:
        """Return the typed query; optional parameters that were not sent hold their default or None.

        Raises:
            InvalidInput: for unknown, repeated, missing or wrong parameters.
        """
        known = {p.name: p for p in self.parameters if p.place == "query"}
        for name, values in query.items():
            if name not in known:
                raise InvalidInput((name[:60], "unknown parameter"))
            if len(values) > 1:
                raise InvalidInput((name, "given more than once"))
        typed: dict[str, Any] = {}
        for name, parameter in known.items():
            if name in query:
                typed[name] = parameter.read(query[name][0])
            elif parameter.required:
                raise InvalidInput((name, "is required"))
            else:
                typed[name] = parameter.schema.get("default")
        return typed

    def check_path(self, values: Mapping[str, str]) -> None:
        """Raise NotFound when a path parameter has a shape that no identifier has."""
        for parameter in self.parameters:
            if parameter.place == "path" and not parameter.validator.is_valid(values.get(parameter.name)):
                raise NotFound(f"no such {parameter.name}")

    def check_body(self, body: object) -> None:
        """Raise InvalidInput, naming each field, when the body is not what the contract says."""
        if self.body is not None:
            _check(self.body, body, "")


class Contract:
    """The whole document, and its operations by method and path template."""

    def __init__(self, document: dict[str, Any]) -> None:
        """Compile the validators of `document`."""
        self.document = document
        self._resolver = RefResolver("", document)
        self.operations: dict[tuple[str, str], Operation] = {}
        for path, item in document["paths"].items():
            for method in METHODS:
                if method in item:
                    template = re.sub(r"\{(\w+)\}", r"<\1>", path)
                    self.operations[(method.upper(), template)] = self._operation(item[method])

    def _operation(self, item: dict[str, Any]) -> Operation:
        body = None
        if "requestBody" in item:
            body = self._validator(item["requestBody"]["content"]["application/json"]["schema"])
        parameters = [self._parameter(self.resolve(p)) for p in item.get("parameters", [])]
        return Operation(item["operationId"], tuple(parameters), body)

    def _parameter(self, item: dict[str, Any]) -> Parameter:
        schema = self.resolve(item["schema"])
        return Parameter(
            item["name"], item["in"], item.get("required", False), schema, self._validator(schema)
        )

    def _validator(self, schema: dict[str, Any]) -> Any:
        return Draft202012Validator(schema, resolver=self._resolver, format_checker=_formats)

    def resolve(self, item: dict[str, Any]) -> dict[str, Any]:
        """Return `item`, or what its `$ref` points at."""
        if "$ref" not in item:
            return item
        resolved: dict[str, Any] = self._resolver.resolve(item["$ref"])[1]
        return resolved

    def validator(self, schema_name: str) -> Any:
        """Return the validator of a named schema; used to hold answers against the contract in tests."""
        return self._validator({"$ref": f"#/components/schemas/{schema_name}"})


def _typed(raw: str, schema: Mapping[str, Any]) -> Any:
    readers: dict[Any, Callable[[], Any]] = {
        "integer": lambda: int(raw) if _INTEGER.fullmatch(raw) else raw,
        "number": lambda: float(raw) if _NUMBER.fullmatch(raw) else raw,
        "boolean": lambda: {"true": True, "false": False, "1": True, "0": False}.get(raw, raw),
    }
    kind = schema.get("type")
    if kind in readers:
        return readers[kind]()
    if schema.get("format") == "date-time":
        return re.sub(r"(?<=\d) (?=\d\d:\d\d$)", "+", raw)
    return raw


def _check(validator: Any, value: object, name: str) -> None:
    errors = []
    for error in validator.iter_errors(value):
        field = ".".join([name, *(str(part) for part in error.absolute_path)]).strip(".")
        errors.append((field or "body", _reason(error)))
    if errors:
        raise InvalidInput(*sorted(set(errors))[:10])


def _reason(error: Any) -> str:
    """Say what is wrong without repeating the value, which may be personal."""
    wanted = error.validator_value
    sentences: dict[str, str] = {
        "required": "is missing: " + ", ".join(map(str, _missing(error))),
        "additionalProperties": "holds unknown fields",
        "type": f"must be {wanted}",
        "enum": f"must be one of {wanted}",
        "pattern": f"must match {wanted}",
        "format": f"is not a {wanted}",
        "minLength": f"needs at least {wanted} character",
        "maxLength": f"may have at most {wanted} characters",
        "minimum": f"must be at least {wanted}",
        "maximum": f"must be at most {wanted}",
        "maxItems": f"may have at most {wanted} items",
    }
    return sentences.get(error.validator, f"does not satisfy {error.validator}")


def _missing(error: Any) -> list[str]:
    if error.validator != "required" or not isinstance(error.instance, dict):
        return []
    return [name for name in error.validator_value if name not in error.instance]


@lru_cache(maxsize=1)
def load_contract() -> Contract:
    """Return the contract, read once per process."""
    document: dict[str, Any] = yaml.safe_load(CONTRACT.read_text(encoding="utf-8"))
    return Contract(document)
