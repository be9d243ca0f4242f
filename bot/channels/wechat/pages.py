"""Pages of the mini-program: which answer and which notice lead to which page (``data/wechat/mini_program.yml``).

A page is opened by a card in the mini-program's customer service and by a link in the 公众号. Its path is the same for
everybody: who opens it is the mini-program's to know.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from bot.channels.wechat.errors import NotConfigured
from bot.channels.wechat.templates import address, mapping
from bot.channels.wechat.wire import Blob
from bot.refusals import is_english
from privacy.notices import KINDS

#: Topic of a notice of a kind.
NOTICE: Final = "notice."
_LANGUAGES: Final = {"zh", "en"}
#: Bytes of a title: longer ones are cut on the card.
_MOST_TITLE: Final = 60
#: Bytes of the picture on the card; WeChat takes 10 MB, a card shows a thumb.
_MOST_PICTURE: Final = 64 * 1024
_PNG: Final = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Page:
    """A page.

    Attributes:
        name: of this installation's own.
        path: inside the mini-program.
        titles: what it is called, by language.
    """

    name: str
    path: str
    titles: Mapping[str, str]

    def title(self, answering: str) -> str:
        """Return what the page is called below an answer that reads so."""
        return self.titles["en" if is_english(answering) else "zh"]


@dataclass(frozen=True)
class Pages:
    """The pages of the mini-program by what leads to them.

    Attributes:
        picture: on the cards.
        by_topic: by intent of the answer, or ``notice.<kind>``.
    """

    picture: Blob = field(repr=False)
    by_topic: Mapping[str, Page]

    def after(self, topics: Sequence[str]) -> Page | None:
        """Return the page that goes with the last of these topics that has one."""
        return next((self.by_topic[topic] for topic in reversed(topics) if topic in self.by_topic), None)


def load_pages(path: Path, intents: Iterable[str] | None = None) -> Pages:
    """Return the pages of the file.

    Args:
        path: the file; its picture lies beside it.
        intents: those that exist, to be compared with.

    Raises:
        NotConfigured: names what is wrong: a page, its title, its path, what leads to it, or the picture.
    """
    try:
        raw = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise NotConfigured(f"{path} cannot be read: {type(error).__name__}") from error
    body = mapping(path.name, raw, {"entrances", "picture", "pages"})
    known = None if intents is None else frozenset(intents)
    by_topic: dict[str, Page] = {}
    pages = body.get("pages")
    if not isinstance(pages, dict):
        raise NotConfigured("pages: names and values are expected")
    for name, entry in pages.items():
        page, topics = _page(str(name), entry, known)
        for topic in topics:
            if topic in by_topic:
                raise NotConfigured(f"pages.{name}: {topic} leads to {by_topic[topic].name} already")
            by_topic[topic] = page
    return Pages(_picture(path.parent, body.get("picture")), by_topic)


def _page(name: str, raw: Any, intents: frozenset[str] | None) -> tuple[Page, list[str]]:
    where = f"pages.{name}"
    entry = mapping(where, raw, {"title", "path", "answers", "notices"})
    titles = mapping(f"{where}.title", entry.get("title"), _LANGUAGES)
    if set(titles) != _LANGUAGES or not all(_is_title(title) for title in titles.values()):
        raise NotConfigured(f"{where}.title: zh and en, {_MOST_TITLE} bytes at most, without < and >")
    path = address(f"{where}.path", entry.get("path"), mini_program=True)
    answers, notices = _names(where, entry, "answers"), _names(where, entry, "notices")
    if not path or not (answers or notices):
        raise NotConfigured(f"{where}: a path, and answers or notices that lead there")
    unknown = [answer for answer in answers if intents is not None and answer not in intents]
    unknown += [kind for kind in notices if kind not in KINDS]
    if unknown:
        raise NotConfigured(f"{where}: there is no {', '.join(unknown)}")
    return Page(name, path, dict(titles)), [*answers, *(f"{NOTICE}{kind}" for kind in notices)]


def _is_title(title: Any) -> bool:
    return (
        isinstance(title, str)
        and title.isprintable()
        and 0 < len(title.encode()) <= _MOST_TITLE
        and not set(title) & set("<>")
    )


def _names(where: str, entry: Mapping[str, Any], what: str) -> list[str]:
    names = entry.get(what, [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise NotConfigured(f"{where}.{what}: a list of names")
    return names


def _picture(folder: Path, name: Any) -> Blob:
    if not isinstance(name, str) or Path(name).name != name:
        raise NotConfigured("picture: the name of a file beside mini_program.yml")
    try:
        content = (folder / name).read_bytes()
    except OSError as error:
        raise NotConfigured(f"picture: {name} cannot be read: {type(error).__name__}") from error
    if not content.startswith(_PNG) or len(content) > _MOST_PICTURE:
        raise NotConfigured(f"picture: {name} is a PNG of {_MOST_PICTURE // 1024} KiB at most")
    return Blob("image/png", content)
