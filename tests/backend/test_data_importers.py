"""Imports: as a whole or not at all, errors with their lines, nothing twice, the history of risk areas."""

from __future__ import annotations

import shutil
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from backend import importers
from backend.clock import CHINA
from backend.database import Database
from backend.importers.risk_areas import read_moment
from backend.models import Division, DivisionAlias, ImportRun, RiskArea, RiskSnapshot, Site, ZoneTown
from backend.pass_keys import PassKeys
from backend.settings import Settings

from .conftest import SECRETS
from .data_support import GAZETTEER, rows_of, shared_list

SITES = "name,city,district,address,phone,hours,open_24h,source_url\n"
RISK = "snapshot,level,city,county,area,source\n"


def run(settings: Settings, what: str, path: Path, *options: str) -> int:
    return importers.main([what, str(path), "--no-progress", *options], settings)


@pytest.fixture(scope="module")
def divided_file(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with all divisions; tests work on copies."""
    file = Path(shutil.copy(migrated_file, tmp_path_factory.mktemp("divided") / "divided.sqlite3"))
    divided = Settings(
        database_url=f"sqlite:///{file}", clients=SECRETS, record_key=b"r" * 32, pass_keys=PassKeys(b"p" * 32)
    )
    assert run(divided, "divisions", GAZETTEER / "divisions.csv") == 0
    return file


@pytest.fixture
def with_divisions(settings: Settings, divided_file: Path) -> Settings:
    shutil.copy(divided_file, settings.database_url.removeprefix("sqlite:///"))
    return settings


def count(database: Database, table: type) -> int:
    with database.read() as session:
        return session.execute(select(func.count()).select_from(table)).scalar_one()


def test_all_divisions_with_aliases_and_zones(with_divisions: Settings, database: Database) -> None:
    assert count(database, Division) == 3330
    assert count(database, DivisionAlias) > 200
    assert count(database, ZoneTown) > 50
    with database.read() as session:
        assert session.get(Division, "510107005").path == "四川省成都市武侯区玉林街道"


def test_importing_again_changes_nothing(
    with_divisions: Settings, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert run(with_divisions, "divisions", GAZETTEER / "divisions.csv") == 0
    assert "0 new, 0 changed, 3330 as before" in capsys.readouterr().out
    assert count(database, Division) == 3330


def test_a_bad_row_stops_the_whole_import(
    with_divisions: Settings, database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "sites.csv"
    file.write_text(
        SITES
        + "甲医院,成都市,武侯区,一环路1号,,,,名单 2022-01-02\n"
        + '"乙医院\n分院",成都市,不存在区,二环路2号,,,,名单 2022-01-02\n'
        + "丙医院,成都市,锦江区,三环路3号,,,maybe,名单\n",
        encoding="utf-8",
    )
    assert run(with_divisions, "sites", file) == 1
    errors = capsys.readouterr().err
    assert "nothing was imported" in errors
    assert "line 3: district" in errors
    assert "line 5: open_24h" in errors
    assert count(database, Site) == 0


def test_bad_rows_can_be_skipped(
    with_divisions: Settings, database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "sites.csv"
    file.write_text(
        SITES + "甲医院,成都市,武侯区,一环路1号,,24小时,,名单 2022-01-02\n丁医院,火星,,,,,,名单\n",
        encoding="utf-8",
    )
    assert run(with_divisions, "sites", file, "--skip-bad") == 0
    output = capsys.readouterr()
    assert "1 new" in output.out
    assert "1 skipped" in output.out
    assert "line 3: city" in output.err
    with database.read() as session:
        site = session.execute(select(Site)).scalar_one()
        assert (site.open_24h, site.county_code, site.data_date) == (True, "510107", date(2022, 1, 2))


def test_a_changed_row_is_updated_not_doubled(
    with_divisions: Settings, database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "sites.csv"
    for phone in ("028-1", "028-2", "028-2"):
        file.write_text(
            SITES + f"甲医院,成都市,新津县,兴园8路,{phone},,,名单 2022-01-02\n", encoding="utf-8-sig"
        )
        assert run(with_divisions, "sites", file) == 0
    with database.read() as session:
        site = session.execute(select(Site)).scalar_one()
        assert (site.phone, site.county_code) == ("028-2", "510118")


def test_one_site_twice_in_a_file_is_an_error(
    with_divisions: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "sites.csv"
    row = "甲医院,成都市,武侯区,一环路1号,,,,名单 2022-01-02\n"
    file.write_text(SITES + row + row.replace("1号", "１号"), encoding="utf-8")
    assert run(with_divisions, "sites", file) == 1
    assert "the same site as in line 2" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xff\xfe\x00", "not UTF-8"),
        ("名称,地址\n甲,乙\n".encode(), "lacks the columns"),
        (b"", "lacks the columns"),
        (SITES.encode() + b"a\x00b,,,\n", "NUL"),
        (SITES.encode() + b'"open,quote\n', "not CSV"),
        (SITES.encode() + b"a,b,c,d,e,f,g,h,i,j\n", "cells"),
        (None, "cannot be read"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_words(
    settings: Settings,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    content: bytes | None,
    message: str,
) -> None:
    file = tmp_path / "list.csv"
    if content is not None:
        file.write_bytes(content)
    assert run(settings, "sites", file) == 1
    assert message in capsys.readouterr().err


def test_an_unknown_list_is_a_wrong_command_line(settings: Settings, tmp_path: Path) -> None:
    assert run(settings, "weather", tmp_path / "list.csv") == 2


@pytest.mark.parametrize(
    ("label", "moment"),
    [
        ("2022-09-04 8时", datetime(2022, 9, 4, 8, tzinfo=CHINA)),
        ("2022-09-15 09时", datetime(2022, 9, 15, 9, tzinfo=CHINA)),
        ("2022-07-22 0时", datetime(2022, 7, 22, tzinfo=CHINA)),
        ("2022-09-05", datetime(2022, 9, 5, tzinfo=CHINA)),
        ("2022-09-05T06:30:00", datetime(2022, 9, 5, 6, 30, tzinfo=CHINA)),
        ("2022-02-30 8时", None),
        ("昨天", None),
    ],
)
def test_the_moment_of_a_snapshot(label: str, moment: datetime | None) -> None:
    assert read_moment(label) == moment


def snapshot(hour: str, *areas: str) -> str:
    return "".join(f"{hour},高风险,成都市,锦江区,{area},来源\n" for area in areas)


def test_areas_have_the_time_they_were_listed(
    with_divisions: Settings, database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "risk.csv"
    parts = {
        1: snapshot("2022-09-01 8时", "甲小区", "乙小区"),
        2: snapshot("2022-09-02 8时", "甲小区"),
        3: snapshot("2022-09-03 8时", "甲小区", "乙小区"),
    }
    for number in (1, 3, 2):  # the middle one comes late and closes 乙小区
        file.write_text(RISK + parts[number], encoding="utf-8")
        assert run(with_divisions, "risk-areas", file) == 0
    with database.read() as session:
        rows = session.execute(select(RiskArea.text, RiskArea.since, RiskArea.until)).all()
    day = lambda number: datetime(2022, 9, number, 8, tzinfo=CHINA)  # noqa: E731
    assert sorted((text, since, until) for text, since, until in rows) == [
        ("乙小区", day(1), day(2)),
        ("乙小区", day(3), None),
        ("甲小区", day(1), None),
    ]


def test_a_snapshot_imported_again_replaces_itself(
    with_divisions: Settings, database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "risk.csv"
    for area in ("甲小区", "丙小区"):
        file.write_text(RISK + snapshot("2022-09-01 8时", area), encoding="utf-8")
        assert run(with_divisions, "risk-areas", file) == 0
    assert count(database, RiskSnapshot) == 1
    with database.read() as session:
        assert session.execute(select(RiskArea.text)).scalars().all() == ["丙小区"]


@pytest.mark.parametrize(
    ("what", "name", "rows"),
    [
        ("sites", "sites.csv", 381),
        ("vaccine-sites", "vaccine_sites.csv", 188),
        ("risk-areas", "risk_areas_sichuan.csv", 2413),
    ],
)
def test_the_shared_lists_import_as_they_are(
    with_divisions: Settings,
    database: Database,
    capsys: pytest.CaptureFixture[str],
    what: str,
    name: str,
    rows: int,
) -> None:
    file = shared_list(name)
    assert len(rows_of(file)) == rows
    for _ in range(2):
        assert run(with_divisions, what, file) == 0
    assert "0 new, 0 changed" in capsys.readouterr().out.splitlines()[-1]
    with database.read() as session:
        runs = session.execute(select(ImportRun).where(ImportRun.kind == what)).scalars().all()
    assert [(one.rows, one.skipped) for one in runs] == [(rows, 0), (rows, 0)]


def test_every_shared_site_has_a_county_and_most_a_position(
    with_divisions: Settings, database: Database
) -> None:
    assert run(with_divisions, "sites", shared_list("sites.csv")) == 0
    with database.read() as session:
        sites = session.execute(select(Site.lat, Site.precision, Site.county_code)).all()
    assert sum(site.lat is not None for site in sites) >= 378
    assert all(len(site.county_code) >= 6 for site in sites)
    assert {site.precision for site in sites} <= {"town", "county", None}
