"""The page's modules as one file: on a slow network every further file costs a round trip.

Each module becomes a function that returns what it exports, in the order in which they need each other. Only the forms
of ``import`` and ``export`` that the page uses are known; anything else ends the start of the process with its name.
There are no live bindings: an exported name is what it was when its module had run. Comments and indentation stay
behind: a tenth of what would travel.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from typing import Final

_IMPORT: Final = re.compile(
    r'^import\s*(?:\*\s*as\s+(?P<all>\w+)|(?P<default>\w+)|\{(?P<names>[^}]*)\})\s*from\s*"(?P<path>[^"]+)";?',
    re.MULTILINE,
)
_DECLARED: Final = re.compile(r"^export (?=(?:const|function|async function|class)\s+(\w+))", re.MULTILINE)
_LISTED: Final = re.compile(r"(?<![\w$.])export\{([^}]*)\};?")
_DEFAULT: Final = re.compile(r"(?<![\w$.])export default function\(")
#: A line that is nothing but a comment, and what stands before the first word of any other.
_NOT_RUN: Final = re.compile(r"^[ \t]*//[^\n]*\n|^[ \t]+", re.MULTILINE)
_LEFT: Final = re.compile(r"^\s*(?:import|export)\b(?!\()", re.MULTILINE)


class CannotBundle(Exception):  # noqa: N818 - read as a sentence
    """A module uses a form of import or export that is not known here, or needs a file that is not there."""


def bundle(sources: Mapping[str, str], start: str) -> str:
    """Return the module ``start`` and all it needs as one script.

    Args:
        sources: text of every module by its path; imports are relative to it.
        start: path of the module that starts the page.

    Raises:
        CannotBundle: names the module.
    """
    order: list[str] = []
    _visit(start, sources, order, ())
    return "const $ = {};\n" + "".join(_wrapped(name, bare(sources[name])) for name in order)


def bare(source: str) -> str:
    """Return a script without its comment lines and its indentation; white space in ``html`...``` says nothing."""
    return _NOT_RUN.sub("", source)


def _visit(name: str, sources: Mapping[str, str], order: list[str], above: tuple[str, ...]) -> None:
    if name in order:
        return
    if name not in sources or name in above:
        raise CannotBundle(f"{name}: missing, or needs itself")
    for match in _IMPORT.finditer(sources[name]):
        _visit(_resolved(name, match["path"]), sources, order, (*above, name))
    order.append(name)


def _resolved(name: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), path))


def _wrapped(name: str, source: str) -> str:
    exported: dict[str, str] = {}

    def listed(match: re.Match[str]) -> str:
        exported.update((new, old) for old, new in _pairs(match[1]))
        return ""

    def declared(match: re.Match[str]) -> str:
        exported[match[1]] = match[1]
        return ""

    def imported(match: re.Match[str]) -> str:
        module = f'$["{_resolved(name, match["path"])}"]'
        if match["all"]:
            return f"const {match['all']} = {module};"
        if match["default"]:
            return f"const {match['default']} = {module}.default;"
        names = ", ".join(f"{old}: {new}" for old, new in _pairs(match["names"]))
        return f"const {{ {names} }} = {module};"

    body = _IMPORT.sub(imported, source)
    body = _DECLARED.sub(declared, _LISTED.sub(listed, body))
    body, defaults = _DEFAULT.subn("const $default = function(", body)
    if defaults:
        exported["default"] = "$default"
    if _LEFT.search(body):
        raise CannotBundle(f"{name}: a form of import or export that is not known here")
    names = ", ".join(f"{new}: {old}" for new, old in exported.items())
    return f'$["{name}"] = (() => {{\n{body}\nreturn {{ {names} }};\n}})();\n'


def _pairs(names: str) -> list[tuple[str, str]]:
    """Read ``a, b as c`` as pairs of the name there and the name here."""
    parts = [part.split(" as ") for part in re.split(r"\s*,\s*", names.strip()) if part]
    return [(part[0].strip(), part[-1].strip()) for part in parts]
