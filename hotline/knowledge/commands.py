"""`python -m hotline knowledge …`: entries as files, so that a province can keep them in git."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from knowledge import PolicyFileError, PolicyStore
from knowledge.exchange import content_of, digest

from ..accounts.errors import AccountError
from ..accounts.people import agent_of, number_of
from .editing import Editing

if TYPE_CHECKING:
    import datetime as dt

    from ..desk import Desk

EDIT = "knowledge.edit"


def add_to(commands: Any) -> None:
    """Add the command to the parser of `python -m hotline`."""
    parser = commands.add_parser("knowledge", help="write entries to files, and read drafts from files")
    what = parser.add_subparsers(dest="what", required=True, metavar="what")
    export = what.add_parser("export", help="write what is told now, in the format of data/policies")
    export.add_argument("folder", type=Path)
    bring = what.add_parser("import", help="make a draft of every entry that differs; nothing is published")
    bring.add_argument("folder", type=Path)
    bring.add_argument("--as", dest="number", required=True, help="work number of the editor they belong to")


def run(desk: Desk, chosen: argparse.Namespace) -> int:
    """Carry a command out; return the exit status."""
    try:
        asyncio.run(desk.knowledge.clock.refresh())
        desk.knowledge.take_files()
        if chosen.what == "export":
            return _export(desk, chosen.folder)
        return _import(desk, chosen.folder, number_of(chosen.number))
    except (AccountError, PolicyFileError, OSError) as error:
        sys.stderr.write(f"{getattr(error, 'sentence', error)}\n")
        return 1
    finally:
        desk.close()


def _export(desk: Desk, folder: Path) -> int:
    written = desk.knowledge.as_files()
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in written.items():
        (folder / name).write_text(text, "utf-8")
    print(f"{len(written)} 个文件写到 {folder}")
    return 0


def _import(desk: Desk, folder: Path, number: str) -> int:
    account = desk.accounts.get(number)
    if not agent_of(number, account.profile).may(EDIT):
        sys.stderr.write(f"{number} 没有编写知识条目的权限。\n")
        return 1
    drafted, waiting = bring_in(
        desk.knowledge.editing, PolicyStore(folder, strict=True), number, desk.knowledge.real_now()
    )
    at = desk.now()
    for entry_id in drafted:
        desk.audit.record(number, "knowledge.created", entry_id, at=at, request_id="import")
    print(f"{len(drafted)} 条有差别，已存为 {number} 的草稿；提交审核以后才会发布")
    for entry_id in waiting:
        print(f"{entry_id}：已有草稿或待审的版本，没有导入")
    return 0


def bring_in(
    editing: Editing, store: PolicyStore, person: str, now: dt.datetime
) -> tuple[list[str], list[str]]:
    """Make a draft of every entry that differs from what was last published.

    Returns the entries that got one, and those that already have something open. Entries that the files do not have
    stay as they are: taking one away is a decision of its own.
    """
    drafted: list[str] = []
    waiting: list[str] = []
    library = editing.library()
    for topic, entry in store.by_topic():
        content = content_of(entry)
        file = library.entries.get(entry.id)
        if file is None:
            editing.create(entry.id, topic, content, person, now)
            drafted.append(entry.id)
            continue
        published = [v for v in file.versions if v.state == "published"]
        newest = max(published, key=lambda v: v.order, default=None)
        if newest is not None and newest.kind == "tell" and digest(newest.content) == digest(content):
            continue
        if file.open is not None:
            waiting.append(entry.id)
            continue
        editing.begin(entry.id, content, person, now, step="imported")
        drafted.append(entry.id)
    return drafted, waiting
