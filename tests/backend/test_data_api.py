"""Places over HTTP: divisions, sites and risk areas of a running platform, held against the contract."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backend import demo, importers
from backend.contract import load_contract
from backend.pass_keys import PassKeys
from backend.settings import Settings

from .conftest import SECRETS, ManualClock, RunningPlatform, running
from .data_support import GAZETTEER, ROOT, divisions, rows_of, shared_list


def checked(platform: RunningPlatform, path: str, schema: str, **query: Any) -> dict[str, Any]:
    """The body of a successful answer that keeps to the contract."""
    answer = platform.get(path, **query)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    errors = [error.message for error in load_contract().validator(schema).iter_errors(body)]
    assert not errors
    return body


def started(file: Path) -> Settings:
    return Settings(
        database_url=f"sqlite:///{file}",
        clients=SECRETS,
        record_key=b"r" * 32,
        pass_keys=PassKeys(b"p" * 32),
        demo=True,
        client_rate=1e6,
        client_burst=10**6,
    )


@pytest.fixture(scope="module")
def demonstrated(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlatform]:
    """A platform with the demonstration set alone."""
    file = Path(shutil.copy(migrated_file, tmp_path_factory.mktemp("places") / "backend.sqlite3"))
    clock = ManualClock()
    with running(started(file), clock) as platform:
        demo.load(platform.parts, ROOT)
        yield platform


@pytest.fixture(scope="module")
def stocked(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlatform]:
    """A platform with the demonstration set and then the shared lists, imported while it runs."""
    file = Path(shutil.copy(migrated_file, tmp_path_factory.mktemp("stocked") / "backend.sqlite3"))
    clock, settings = ManualClock(), started(file)
    lists = {
        "sites": "sites.csv",
        "vaccine-sites": "vaccine_sites.csv",
        "risk-areas": "risk_areas_sichuan.csv",
    }
    paths = {what: shared_list(name) for what, name in lists.items()}
    with running(settings, clock) as platform:
        demo.load(platform.parts, ROOT)
        assert platform.get("/v1/sites", division="510107").json()["items"]
        for what, path in paths.items():
            assert importers.main([what, str(path), "--no-progress"], settings) == 0
        yield platform


def test_divisions_by_name_and_by_code(demonstrated: RunningPlatform) -> None:
    found = checked(demonstrated, "/v1/divisions", "DivisionPage", name="市中区")
    assert [one["path"] for one in found["items"]] == ["四川省内江市市中区", "四川省乐山市市中区"]
    one = checked(demonstrated, "/v1/divisions/510117", "Division")
    assert one["name"] == "郫都区"
    assert "郫县" in one["aliases"]
    assert demonstrated.get("/v1/divisions/999999").status_code == 404
    assert demonstrated.get("/v1/divisions/abc").status_code == 404


def test_pages_of_divisions_hold_every_county_once(demonstrated: RunningPlatform) -> None:
    seen, cursor = [], None
    while True:
        query = {"level": "county", "limit": 50} | ({"cursor": cursor} if cursor else {})
        page = checked(demonstrated, "/v1/divisions", "DivisionPage", **query)
        seen += [one["code"] for one in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 183
    assert seen == sorted(seen)


def test_children_of_a_county(demonstrated: RunningPlatform) -> None:
    page = checked(
        demonstrated, "/v1/divisions", "DivisionPage", parent="510107", level="township", limit=100
    )
    assert "玉林街道" in [one["name"] for one in page["items"]]


def test_sites_of_a_district_and_their_filters(demonstrated: RunningPlatform) -> None:
    page = checked(demonstrated, "/v1/sites", "SitePage", division="510107")
    assert {one["division"]["code"] for one in page["items"]} == {"510107"}
    assert page["data_time"] == "2022-09-05T00:00:00+08:00"
    assert all("distance_m" not in one for one in page["items"])
    round_the_clock = checked(demonstrated, "/v1/sites", "SitePage", division="510107", open_24h="true")
    assert round_the_clock["items"]
    assert all(one["open_24h"] and one["open_now"] for one in round_the_clock["items"])
    yellow = checked(
        demonstrated, "/v1/sites", "SitePage", division="510100", yellow="true", service="antibody"
    )
    assert all(one["yellow_code"] and "antibody" in one["services"] for one in yellow["items"])
    assert (
        checked(demonstrated, "/v1/sites", "SitePage", q="华西 国学巷")["items"][0]["name"]
        == "四川大学华西医院"
    )


def test_sites_around_a_position_come_nearest_first(demonstrated: RunningPlatform) -> None:
    page = checked(demonstrated, "/v1/sites", "SitePage", lat=30.6553, lon=104.0780, limit=5)
    distances = [one["distance_m"] for one in page["items"]]
    assert distances == sorted(distances)
    assert distances[0] < 1_000
    following = checked(
        demonstrated, "/v1/sites", "SitePage", lat=30.6553, lon=104.0780, limit=5, cursor=page["next_cursor"]
    )
    assert following["items"][0]["distance_m"] >= distances[-1]
    assert not {one["site_id"] for one in page["items"]} & {one["site_id"] for one in following["items"]}


def test_pages_hold_every_site_once(demonstrated: RunningPlatform) -> None:
    for query in ({}, {"lat": 30.6, "lon": 104.0}):
        seen: list[str] = []
        cursor: dict[str, str] = {}
        while True:
            page = checked(demonstrated, "/v1/sites", "SitePage", limit=7, **query, **cursor)
            seen += [one["site_id"] for one in page["items"]]
            if page["next_cursor"] is None:
                break
            cursor = {"cursor": page["next_cursor"]}
        assert len(seen) == len(set(seen)) == len(rows_of(demo.HERE / "sites.csv"))


def test_open_now_follows_the_platform_clock(demonstrated: RunningPlatform) -> None:
    noon = demonstrated.clock.moment.replace(hour=13)
    morning = demonstrated.clock.moment
    try:
        names = [
            one["name"]
            for one in demonstrated.get("/v1/sites", division="510105", open_now="true").json()["items"]
        ]
        assert "成都市第三人民医院" in names
        demonstrated.clock.moment = noon
        names = [
            one["name"]
            for one in demonstrated.get("/v1/sites", division="510105", open_now="true").json()["items"]
        ]
        assert "成都市第三人民医院" not in names
        assert "四川省人民医院" in names
    finally:
        demonstrated.clock.moment = morning


def test_a_functional_zone_stands_for_its_streets(demonstrated: RunningPlatform) -> None:
    vaccine = checked(demonstrated, "/v1/vaccine-sites", "SitePage", division="F510101")
    assert "高新区石羊社区卫生服务中心" in [one["name"] for one in vaccine["items"]]
    assert checked(demonstrated, "/v1/sites", "SitePage", division="F510101")["items"]


def test_a_county_without_sites_gets_the_nearest(demonstrated: RunningPlatform) -> None:
    assert checked(demonstrated, "/v1/sites", "SitePage", division="513333")["items"] == []
    page = checked(demonstrated, "/v1/sites/nearest", "SitePage", division="513333", limit=3)
    distances = [one["distance_m"] for one in page["items"]]
    assert len(distances) == 3
    assert distances == sorted(distances)


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("/v1/sites", {"lat": 30.6}, 422),
        ("/v1/sites", {"lat": 300, "lon": 104}, 422),
        ("/v1/sites", {"division": "519999"}, 404),
        ("/v1/sites", {"cursor": "nonsense"}, 422),
        ("/v1/sites", {"cursor": "WzEsMiwzXQ"}, 422),
        ("/v1/sites/nearest", {}, 422),
        ("/v1/vaccine-sites/nearest", {"division": "519999"}, 404),
        ("/v1/risk-areas", {"division": "519999"}, 404),
        ("/v1/risk-areas", {"cursor": "WyJhIl0"}, 422),
        ("/v1/risk-areas/check", {}, 422),
        ("/v1/risk-areas/check", {"text": "甲", "division": "519999"}, 404),
    ],
)
def test_what_cannot_be_answered_is_a_problem(
    demonstrated: RunningPlatform, path: str, query: dict[str, Any], status: int
) -> None:
    answer = demonstrated.get(path, **query)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_risk_areas_of_a_district_with_counts(demonstrated: RunningPlatform) -> None:
    page = checked(demonstrated, "/v1/risk-areas", "RiskAreaPage", division="510104", limit=100)
    levels = [one["level"] for one in page["items"]]
    assert levels == sorted(levels, key=["high", "medium", "low"].index)
    assert page["counts"] == {level: levels.count(level) for level in ("high", "medium", "low")}
    only = checked(demonstrated, "/v1/risk-areas", "RiskAreaPage", division="510104", level="high", limit=100)
    assert {one["level"] for one in only["items"]} == {"high"}
    assert only["counts"] == page["counts"]
    assert checked(demonstrated, "/v1/risk-areas", "RiskAreaPage", division="510100")["counts"]["high"] > 5


def test_the_history_of_an_area(demonstrated: RunningPlatform) -> None:
    before = checked(
        demonstrated, "/v1/risk-areas", "RiskAreaPage", division="511123", at="2022-09-01T12:00:00+08:00"
    )
    assert [one["until"] for one in before["items"] if one["level"] == "high"] == [
        "2022-09-03T00:00:00+08:00"
    ]
    assert checked(demonstrated, "/v1/risk-areas", "RiskAreaPage", division="511123")["items"] == []
    long_ago = checked(demonstrated, "/v1/risk-areas", "RiskAreaPage", at="2020-01-01T00:00:00+08:00")
    assert (long_ago["items"], long_ago["data_time"]) == ([], None)
    assert (
        checked(
            demonstrated,
            "/v1/risk-areas/check",
            "RiskCheck",
            text="锦东庭园14栋",
            at="2020-01-01T00:00:00+08:00",
        )["verdict"]
        == "unknown"
    )


def test_pages_of_risk_areas_hold_each_once(demonstrated: RunningPlatform) -> None:
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = checked(demonstrated, "/v1/risk-areas", "RiskAreaPage", limit=9, **cursor)
        seen += [one["area_id"] for one in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert len(seen) == len(set(seen)) == sum(page["counts"].values())


def test_a_check_names_what_it_rests_on(demonstrated: RunningPlatform) -> None:
    body = checked(demonstrated, "/v1/risk-areas/check", "RiskCheck", text="锦东庭园14栋是不是高风险")
    assert (body["verdict"], body["division"]["code"]) == ("high", "510104")
    assert body["matches"][0]["how"] == "list"
    assert body["matches"][0]["area_text"].startswith("沙河街道锦东庭园14栋")
    assert [one["level"] for one in body["same_place"]] == ["medium"]


def test_each_county_has_an_institution_or_the_nearest(stocked: RunningPlatform) -> None:
    counties = [place for place in divisions().places if place.level == "county"]
    listed = {row["city"] + row["district"] for row in rows_of(shared_list("sites.csv"))}
    assert len(counties) == 183
    for county in counties:
        own = stocked.get("/v1/sites", division=county.code).json()["items"]
        if own:
            assert all(
                one["division"]["path"].startswith(county.path) or one["division"]["code"][0] == "F"
                for one in own
            )
            continue
        city = divisions().by_code[str(county.parent_code)].name
        assert city + county.name not in listed
        nearest = stocked.get("/v1/sites/nearest", division=county.code, limit=1).json()["items"]
        assert nearest[0]["distance_m"] >= 0


def test_a_real_list_takes_the_place_of_the_demonstration(stocked: RunningPlatform) -> None:
    body = checked(stocked, "/v1/risk-areas/check", "RiskCheck", text="锦东庭园9栋")
    assert (body["verdict"], body["data_time"]) == ("high", "2022-09-04T08:00:00+08:00")
    counts = checked(stocked, "/v1/risk-areas", "RiskAreaPage")["counts"]
    assert counts == {"high": 322, "medium": 311, "low": 30}
    later = checked(stocked, "/v1/risk-areas", "RiskAreaPage", at="2022-11-25T00:00:00+08:00")["counts"]
    assert later["high"] == 714


def test_a_demonstration_row_gives_way_to_the_real_one(stocked: RunningPlatform) -> None:
    names = [one["name"] for one in stocked.get("/v1/sites", division="510104", limit=100).json()["items"]]
    assert len(names) == len(set(names))


def test_a_check_without_a_division_is_a_matter_of_milliseconds(stocked: RunningPlatform) -> None:
    questions = [
        f"{name}{number}栋" for name in ("锦东庭园", "卓锦城2期", "不存在花园") for number in range(1, 30)
    ]
    stocked.get("/v1/risk-areas/check", text="先读名单")
    begun = time.perf_counter()
    for question in questions:
        assert stocked.get("/v1/risk-areas/check", text=question).status_code == 200
    print(f"{(time.perf_counter() - begun) / len(questions) * 1000:.1f} ms a signed request")


def test_the_gazetteer_of_the_platform_is_that_of_the_files(stocked: RunningPlatform) -> None:
    aliases = [row for row in rows_of(GAZETTEER / "aliases.csv") if row["kind"] == "old"]
    for row in aliases:
        found = stocked.get("/v1/divisions", name=row["alias"]).json()["items"]
        assert row["adcode"] in [one["code"] for one in found]
