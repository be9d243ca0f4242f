"""Commands for editors: `python -m knowledge lint | search | measure | calibrate`."""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from knowledge import calibration, measure
from knowledge.checks import Standing, rivals, voice
from knowledge.encoder import CachedEncoder, shared_encoder
from knowledge.errors import PolicyFileError
from knowledge.measure import Figures, Shift
from knowledge.models import PolicyEntry
from knowledge.places import PlaceNames
from knowledge.ranking import CALIBRATION_FILE
from knowledge.search import Hit, KnowledgeIndex
from knowledge.store import PolicyStore

_ROOT = Path(__file__).resolve().parent.parent
_POLICIES = _ROOT / "data" / "policies"
_GAZETTEER = _ROOT / "data" / "gazetteer" / "divisions.csv"


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    options = _parser().parse_args(arguments)
    logging.disable(logging.INFO)
    if options.command == "lint":
        return _lint(options.folder)
    encoder = CachedEncoder(shared_encoder())
    index = _index(options.folder, encoder)
    if options.command == "search":
        hits = index.search(options.question, options.date, options.region, options.intent, options.limit)
        _show(hits)
        return 0
    if options.command == "measure":
        outcomes = measure.ask(index, measure.questions())
        topics = {entry.id: topic for topic, entry in PolicyStore(options.folder).by_topic()}
        if options.changed is None:
            _figures(measure.by_topic(outcomes, topics))
            return 0
        after = measure.ask(_index(options.changed, encoder), measure.questions())
        return _shifts(measure.compare(outcomes, after))
    return _calibrate(index, PolicyStore(options.folder))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m knowledge", description="知识条目：检查、试搜、校准")
    parser.add_argument("--folder", type=Path, default=_POLICIES, help="条目所在的文件夹")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("lint", help="检查全部条目，逐行指出错误")
    search = commands.add_parser("search", help="看一个问题会得到哪一条")
    search.add_argument("question", help="市民的问题")
    search.add_argument("--date", type=date.fromisoformat, default=None, required=True, help="哪一天问的")
    search.add_argument("--region", default=None, help="行政区划代码，如 510100")
    search.add_argument("--intent", default=None, help="意图（可不填）")
    search.add_argument("--limit", type=int, default=3, help="最多几条")
    measured = commands.add_parser("measure", help="用检验问题看每个主题答得准不准、全不全")
    measured.add_argument(
        "--changed", type=Path, help="改过的条目所在的文件夹：看哪些检验问题的答复会变，变差时返回1"
    )
    commands.add_parser("calibrate", help="按现有条目重新校准把握程度")
    return parser


def _lint(folder: Path) -> int:
    try:
        store = PolicyStore(folder, strict=True)
    except PolicyFileError as error:
        print(error, file=sys.stderr)
        print(f"共 {len(error.faults)} 处错误", file=sys.stderr)
        return 1
    entries = store.current().entries
    faults = list(_spoken_faults(entries))
    if faults:
        print("\n".join(faults), file=sys.stderr)
        print(f"共 {len(faults)} 处错误", file=sys.stderr)
        return 1
    unknown = sum(entry.is_unknown for entry in entries)
    print(f"{len(entries)} 条，没有错误（其中 {unknown} 条如实说明不清楚）")
    return 0


def _spoken_faults(entries: Sequence[PolicyEntry]) -> Iterator[str]:
    """What the desk's form would say of each entry beside the others."""
    standing = [Standing(entry) for entry in entries]
    for one in standing:
        for problem in (*voice(one.entry), *rivals(one, standing)):
            yield f"{one.entry.id}: {problem.field}: {problem.reason}"


def _index(folder: Path, encoder: CachedEncoder) -> KnowledgeIndex:
    places = PlaceNames.read(_GAZETTEER) if _GAZETTEER.exists() else None
    return KnowledgeIndex(PolicyStore(folder), encoder, places=places)


def _figures(figures: dict[str, Figures]) -> None:
    print("topic\tasked\trecall@1\trecall@3\ttold\tprecision")
    for topic, one in figures.items():
        shares = (one.recall, one.recall3, one.told, one.precision)
        cells = ["-" if share is None else f"{share:.3f}" for share in shares]
        print("\t".join([topic or "全部", str(one.asked), *cells]))


def _shifts(shifts: list[Shift]) -> int:
    for shift in shifts:
        mark = "✕" if shift.is_worse else " "
        before, after = (one.told or "如实说不知道" for one in (shift.before, shift.after))
        print(f"{mark} {shift.before.question.text}：{before} → {after}")
    worse = sum(shift.is_worse for shift in shifts)
    print(f"{len(shifts)} 个检验问题的答复会变，其中 {worse} 个变差")
    return 1 if worse else 0


def _show(hits: list[Hit]) -> None:
    if not hits or not hits[0].confident:
        print("没有把握的答案：助手会说不清楚，并请市民打12345。")
    for hit in hits:
        print(
            f"\n[{'有把握' if hit.confident else '　可能'}] {hit.score:.2f}  {hit.entry.id}  {hit.entry.question}"
        )
        print(f"  {hit.entry.answer.plain}")
        print(f"  {_validity(hit.entry)}；来源：{hit.entry.source.name}")


def _validity(entry: PolicyEntry) -> str:
    until = entry.valid_to.isoformat() if entry.valid_to else "未定"
    return f"地区 {entry.region}，有效 {entry.valid_from.isoformat()} 至 {until}"


def _calibrate(index: KnowledgeIndex, store: PolicyStore) -> int:
    figures = calibration.fit(calibration.hold_out(index.ranker, store.current().entries))
    calibration.write(figures, CALIBRATION_FILE)
    print(json.dumps(figures, indent=2, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
