"""Reading a body, XML or JSON, into plain dictionaries: small, without entities, and never a surprise."""

from __future__ import annotations

import json
from typing import Any, Final
from xml.parsers import expat

from bot.channels.wechat.errors import BadBody

#: Bytes of a push; WeChat's largest, sealed and in compatible mode, have some 10 KiB.
LARGEST_BODY: Final = 64 * 1024
_DEEPEST: Final = 8
_MOST_ELEMENTS: Final = 1000

#: What a body becomes: text, dictionaries by element name, and lists of repeated elements.
Tree = dict[str, Any]


def read(body: bytes) -> Tree:
    """Return the fields of a body.

    Raises:
        BadBody: larger than :data:`LARGEST_BODY`, neither XML nor a JSON object, or with a document type.
    """
    if len(body) > LARGEST_BODY:
        raise BadBody(f"more than {LARGEST_BODY} bytes")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadBody("not UTF-8") from error
    return _json(text) if text.lstrip()[:1] == "{" else _xml(text)


def _json(text: str) -> Tree:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadBody("not JSON") from error
    return _flattened(value, 0)


def _flattened(value: Any, depth: int) -> Any:
    """JSON in the shape of XML: every scalar is text."""
    if depth > _DEEPEST:
        raise BadBody("nested too deeply")
    if isinstance(value, dict):
        return {str(key): _flattened(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, list):
        return [_flattened(inner, depth + 1) for inner in value]
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def _xml(text: str) -> Tree:
    parser = expat.ParserCreate()
    builder = _Builder()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    try:
        parser.Parse(text, True)  # as text: whatever encoding its declaration names
    except (expat.ExpatError, ValueError) as error:
        raise BadBody("not XML") from error
    if not isinstance(builder.root, dict):
        raise BadBody("no elements")
    return builder.root


def _refuse_doctype(*_: object) -> None:
    """Where there is no document type there are no entities."""
    raise BadBody("a document type is not allowed")


class _Builder:
    """Turns elements into dictionaries; the root element's name does not matter."""

    def __init__(self) -> None:
        self.root: Any = None
        self._open: list[tuple[Tree, list[str]]] = []
        self._count = 0

    def start(self, _name: str, _attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self._open) > _DEEPEST or self._count > _MOST_ELEMENTS:
            raise BadBody("nested too deeply or too many elements")
        self._open.append(({}, []))

    def data(self, text: str) -> None:
        if self._open:
            self._open[-1][1].append(text)

    def end(self, name: str) -> None:
        children, texts = self._open.pop()
        value: Any = children or "".join(texts)
        if not self._open:
            self.root = value
            return
        siblings = self._open[-1][0]
        if name not in siblings:
            siblings[name] = value
        elif isinstance(siblings[name], list):
            siblings[name].append(value)
        else:
            siblings[name] = [siblings[name], value]
