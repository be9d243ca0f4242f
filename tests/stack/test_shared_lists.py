"""The shared lists of real institutions and risk areas, imported as they are and asked about in chat."""

from __future__ import annotations

import csv
import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.backend import test_data_risk_list as risk_list
from tests.backend.data_support import real_list
from tests.support.stack import ROOT, Stack, running

pytestmark = pytest.mark.stack
SHARED = Path(os.environ.get("JKT_SHARED_DATA", ROOT.parent / "shared" / "data"))


@pytest.fixture(scope="module")
def real_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack with the shared lists on top of the demonstration set."""
    if not (SHARED / "sites.csv").exists():
        pytest.skip(f"the shared lists are not at {SHARED} (JKT_SHARED_DATA)")
    with running(Path(tmp_path_factory.mktemp("real"))) as product:
        for kind, name in (
            ("sites", "sites.csv"),
            ("vaccine-sites", "vaccine_sites.csv"),
            ("risk-areas", "risk_areas_sichuan.csv"),
        ):
            product.command("backend", "import", kind, str(SHARED / name))
        yield product


def divisions() -> list[dict[str, str]]:
    with (ROOT / "data" / "gazetteer" / "divisions.csv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def counties() -> list[dict[str, str]]:
    rows = divisions()
    names = {row["adcode"]: row["name"] for row in rows}
    return [
        {"name": row["name"], "city": names[row["parent_adcode"]]} for row in rows if row["level"] == "county"
    ]


def test_every_county_is_answered_with_its_own_site_or_plainly_without(real_stack: Stack) -> None:
    wrong = []
    for county in counties():
        asked = f"{county['city']}{county['name']}" if county["name"] == "市中区" else county["name"]
        said = "\n".join(
            str(m.get("text")) for m in real_stack.say(uuid.uuid4().hex, f"{asked}哪里可以做核酸")
        )
        own = f"{county['name']}的检测点" in said and "1." in said
        none = f"{county['name']}的数据里没有检测点" in said and "最近的是" in said and "1." in said
        if not (own or none):
            wrong.append((asked, said[:80]))
    assert not wrong


LEVELS = {0: "低风险", 1: "中风险", 2: "高风险"}


def test_buildings_of_the_real_list_get_their_level_in_chat(real_stack: Stack) -> None:
    names = {row["adcode"]: row["name"] for row in divisions()}
    asked = risk_list.questions(risk_list.plain_rows(real_list(risk_list.SNAPSHOT)[0]))
    wrong = []
    for kind in ("range", "list", "exception", "bracket", "shop front"):
        for _, question, division, rank in [item for item in asked if item[0] == kind][::40][:14]:
            typed = f"{names[division]}{question}"
            typed += "" if question.endswith("吗") else "是高风险吗"
            said = "\n".join(str(m.get("text")) for m in real_stack.say(uuid.uuid4().hex, typed))
            first = said.splitlines()[0]
            if f"是{LEVELS[rank]}区" not in first:
                wrong.append((kind, typed, LEVELS[rank], first[:60]))
    assert not wrong
