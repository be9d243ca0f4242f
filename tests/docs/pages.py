"""Reads the project's Markdown pages: links, headings, commands, names of files and settings."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
#: Folders made by installing, training, running and testing; those that begin with a dot are left out as well.
MADE = frozenset({"var", "models", "results", "__pycache__", "node_modules"})

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INDENTED = re.compile(r"(?:^(?: {4}|\t).*\n?)+", re.MULTILINE)
_INLINE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(
    r"(?<!\\)\[[^\]]*\]\(([^)\s]+)\)|<img[^>]*\ssrc=\"([^\"]+)\"|^\[[^\]]+\]: (\S+)", re.MULTILINE
)
_HEADING = re.compile(r"^(#{1,6}) +(.+?) *#*$", re.MULTILINE)
_SHELL = {"sh", "bash", "console", ""}
_COMMAND = re.compile(r"(?:make|python -m|pytest) .+")


class Command(NamedTuple):
    """A command a reader is told to type."""

    page: str
    line: str


@dataclass(frozen=True)
class Document:
    """One Markdown page of the project."""

    name: str
    text: str

    @property
    def prose(self) -> str:
        """The page without blocks of code and without inline code."""
        return _INLINE.sub("", _FENCE.sub("", self.text))

    @property
    def headings(self) -> list[tuple[int, str]]:
        """Level and words of each heading."""
        return [(len(marks), words) for marks, words in _HEADING.findall(_FENCE.sub("", self.text))]

    @property
    def anchors(self) -> set[str]:
        """What ``#…`` may follow the page's name, as GitHub makes it."""
        found: dict[str, int] = {}
        anchors = set()
        for _, words in self.headings:
            plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", words).lower().strip()
            slug = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
            count = found[slug] = found.get(slug, -1) + 1
            anchors.add(f"{slug}-{count}" if count else slug)
        return anchors

    @property
    def links(self) -> list[str]:
        """Targets of links and pictures."""
        return [next(filter(None, groups)) for groups in _LINK.findall(self.prose)]

    @property
    def blocks(self) -> list[str]:
        """Blocks of code, fenced ones whatever their language."""
        return [body for _, body in _FENCE.findall(self.text)]

    @property
    def names(self) -> list[str]:
        """What stands in inline code."""
        return _INLINE.findall(_FENCE.sub("", self.text))

    def commands(self) -> Iterator[Command]:
        """Commands in shell blocks, indented blocks and inline code."""
        shell = [body for language, body in _FENCE.findall(self.text) if language in _SHELL]
        rest = _FENCE.sub("", self.text)
        lines = [line for body in (*shell, *_INDENTED.findall(rest)) for line in _joined(body)]
        for raw in (*lines, *_INLINE.findall(rest)):
            line = re.split(r"\s{2,}|\s#", raw.strip())[0].removeprefix("$ ").removeprefix(".venv/bin/")
            if _COMMAND.fullmatch(line):
                yield Command(self.name, line)


def _joined(block: str) -> list[str]:
    """Lines of a block, those that go on after a backslash put together."""
    return re.sub(r"\\\n\s*", "", block).splitlines()


@lru_cache(maxsize=1)
def tracked() -> frozenset[str]:
    """Every file that belongs to the project and is there; without git, every file that is not made by running it."""
    if not (ROOT / ".git").exists():
        return frozenset(_walked())
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return frozenset(name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file())


def _walked() -> Iterator[str]:
    for folder, below, names in os.walk(ROOT):
        below[:] = [name for name in below if name not in MADE and not name.startswith(".")]
        yield from (str((Path(folder) / name).relative_to(ROOT)) for name in names)


@lru_cache(maxsize=1)
def folders() -> frozenset[str]:
    """Every folder that holds a file of the project."""
    return frozenset(str(parent) for name in tracked() for parent in Path(name).parents)


@lru_cache(maxsize=1)
def documents() -> dict[str, Document]:
    """Every Markdown page by name."""
    names = sorted(name for name in tracked() if name.endswith(".md"))
    return {name: Document(name, (ROOT / name).read_text("utf-8")) for name in names}


def all_commands() -> list[Command]:
    """Commands of all pages, each line once."""
    once = {command.line: command for page in documents().values() for command in page.commands()}
    return list(once.values())
