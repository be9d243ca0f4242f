"""The demonstration set: what it must hold, and that its stories are true on the running platform."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import func, select

from backend import demo
from backend.database import Database
from backend.importers.rows import Table
from backend.models import Appeal, Document, FamilyLink, HealthCode, Person, Site, TestResult
from backend.pass_keys import PassKeys
from backend.settings import Settings

from .conftest import SECRETS, ManualClock, RunningPlatform, running
from .data_support import ROOT, divisions, rows_of

STORIES: list[dict[str, Any]] = yaml.safe_load(demo.PERSONAS.read_text(encoding="utf-8"))["personas"]
BY_KEY = {story["key"]: story for story in STORIES}


@pytest.fixture(scope="module")
def played(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlatform]:
    """A platform with the demonstration set."""
    file = shutil.copy(migrated_file, tmp_path_factory.mktemp("demo") / "backend.sqlite3")
    settings = Settings(
        database_url=f"sqlite:///{file}",
        clients=SECRETS,
        record_key=b"r" * 32,
        pass_keys=PassKeys(b"p" * 32),
        demo=True,
    )
    clock = ManualClock()
    with running(settings, clock) as platform:
        demo.load(platform.parts, ROOT)
        yield platform


def session_of(platform: RunningPlatform, key: str, verified: Callable[..., str]) -> str:
    """Verify a persona as a citizen would."""
    story = BY_KEY[key]
    started = platform.post(
        "/v1/verifications",
        {
            "name": story["name"],
            "document_type": story["document_type"],
            "document_number": story["number"],
            "phone": story["phone"],
            "channel": "web",
            "conversation_id": f"conversation-{key}",
        },
    )
    assert started.status_code == 202, started.text
    outbox = platform.http.get(
        f"{platform.url}/dev/outbox", params={"phone": story["phone"]}, timeout=10
    ).json()
    password = re.search(r"\d{6}", outbox["items"][0]["text"])
    assert password
    confirmed = platform.post(
        f"/v1/verifications/{started.json()['verification_id']}/confirm", {"code": password[0]}
    )
    assert confirmed.status_code == 200, confirmed.text
    return str(confirmed.json()["session_token"])


def code_of(platform: RunningPlatform, key: str, verified: Callable[..., str]) -> dict[str, Any]:
    token = session_of(platform, key, verified)
    answer = platform.get(f"/v1/people/per_demo_{key}/code", session=token)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_three_hospitals_and_one_for_yellow_codes_in_each_prefecture() -> None:
    rows = rows_of(demo.HERE / "sites.csv")
    cities = {place.name for place in divisions().places if place.level == "prefecture"}
    hospitals = Counter(row["city"] for row in rows)
    yellow = Counter(row["city"] for row in rows if row["yellow_code"] == "yes")
    assert len(cities) == 21
    assert all(hospitals[city] >= 3 and yellow[city] >= 1 for city in cities)
    round_the_clock = sum(row["open_24h"] == "yes" for row in rows)
    assert 0.25 < round_the_clock / len(rows) < 0.45


def test_everything_is_marked_as_demonstration(played: RunningPlatform) -> None:
    with played.database.read() as session:
        assert (
            session.execute(select(func.count()).select_from(Site).where(Site.demo.is_(False))).scalar_one()
            == 0
        )
        assert (
            session.execute(
                select(func.count()).select_from(Person).where(Person.demo.is_(False))
            ).scalar_one()
            == 0
        )


def test_numbers_are_valid_and_plainly_invented() -> None:
    assert len(STORIES) >= 14
    weights = [2 ** (17 - place) % 11 for place in range(17)]
    for story in STORIES:
        if story["document_type"] == "id_card":
            number = story["number"]
            total = sum(int(digit) * weight for digit, weight in zip(number, weights, strict=False))
            assert number[17] == "10X98765432"[total % 11], story["key"]
            assert number[14:17] in ("998", "999")
            assert number[6:14] == story["birth_date"].strftime("%Y%m%d")
        assert story.get("phone", "19900000000").startswith("1990000")
        assert story["story"]
        assert story["shows"]
    numbers = [story["number"] for story in STORIES]
    phones = [story["phone"] for story in STORIES if "phone" in story]
    assert len(set(numbers)) == len(numbers)
    assert len(set(phones)) == len(phones)


def test_every_story_that_must_be_there_is_there() -> None:
    needed = (
        "green yellow_one_of_two red_close_contact elderly_no_phone child foreigner_passport hong_kong_permit "
        "entry_popup result_pending result_24h result_48h result_72h result_over_72h expired_checkin family_of_five "
        "appeal_in_progress nothing_on_record"
    )
    assert set(needed.split()) <= BY_KEY.keys()


def test_loading_again_changes_nothing_but_keeps_what_people_did(played: RunningPlatform) -> None:
    def counts(database: Database) -> list[int]:
        with database.read() as session:
            tables = (Person, Document, HealthCode, TestResult, FamilyLink, Site)
            return [session.execute(select(func.count()).select_from(table)).scalar_one() for table in tables]

    with played.database.write() as session:
        session.add(
            FamilyLink(
                link_id="fam_played",
                owner_id="per_demo_green",
                member_id="per_demo_result_24h",
                relation="父亲",
                consent="session",
                since=played.clock.now(),
            )
        )
    before = counts(played.database)
    demo.load(played.parts, ROOT)
    assert counts(played.database) == before
    with played.database.read() as session:
        assert session.get(FamilyLink, "fam_played") is not None
        assert session.get(Appeal, "SS20220904-900001").state == "reviewing"


def test_the_yellow_story_of_chunxi_road(played: RunningPlatform, verified: Callable[..., str]) -> None:
    code = code_of(played, "yellow_one_of_two", verified)
    assert (code["colour"], code["since"][:10]) == ("yellow", "2022-09-03")
    assert "春熙路" in code["reasons"][0]["place"]
    step = code["requirements"][0]
    assert (step["needed"], step["done"], step["earliest_at"]) == (2, 1, "2022-09-05T16:20:00+08:00")


@pytest.mark.parametrize(
    ("key", "field", "value"),
    [
        ("red_close_contact", "colour", "red"),
        ("green", "colour", "green"),
        ("foreigner_passport", "colour", "yellow"),
        ("hong_kong_permit", "colour", "green"),
        ("expired_checkin", "checkin_expired", True),
        ("family_of_five", "checkin_expired", False),
        ("no_code_yet", "colour", "none"),
        ("self_declared", "colour", "yellow"),
        ("appeal_in_progress", "colour", "yellow"),
        ("red_test_positive", "since", "2022-09-04T23:20:00+08:00"),
        ("yellow_entry_overdue", "since", "2022-09-03T21:00:00+08:00"),
        ("brief_green", "colour", "green"),
        ("medium_risk_stay", "colour", "green"),
        ("red_risk_stay", "green_at", "2022-09-08T20:00:00+08:00"),
        ("red_close_contact", "green_at", "2022-09-12T20:00:00+08:00"),
        ("yellow_three_tests", "colour", "yellow"),
    ],
)
def test_codes_are_what_the_stories_say(
    played: RunningPlatform, verified: Callable[..., str], key: str, field: str, value: object
) -> None:
    assert code_of(played, key, verified)[field] == value


def test_a_brief_green_and_a_colour_nobody_stated(
    played: RunningPlatform, verified: Callable[..., str]
) -> None:
    brief = code_of(played, "brief_green", verified)
    assert brief["next_colours"][0] == {
        "colour": "yellow",
        "not_before": "2022-09-05T18:00:00+08:00",
        "by": "time",
    }
    unknown = code_of(played, "medium_risk_stay", verified)["unknown"]
    assert [reason["rule_id"] for reason in unknown] == ["risk-stay-medium-ninth"]


def test_the_entry_code_pops_up(played: RunningPlatform, verified: Callable[..., str]) -> None:
    popup = code_of(played, "entry_popup", verified)["popup"]
    assert (popup["kind"], popup["until"]) == ("entry_code", "2022-09-05T19:30:00+08:00")


@pytest.mark.parametrize(
    ("key", "result", "band"),
    [
        ("result_24h", "negative", "24"),
        ("result_48h", "negative", "48"),
        ("result_72h", "negative", "72"),
        ("result_over_72h", "negative", "over"),
        ("result_pending", "pending", None),
        ("red_test_positive", "positive", None),
    ],
)
def test_results_lie_in_the_band_of_their_story(
    played: RunningPlatform, verified: Callable[..., str], key: str, result: str, band: str | None
) -> None:
    token = session_of(played, key, verified)
    newest = played.get(f"/v1/people/per_demo_{key}/tests", session=token).json()["items"][0]
    assert (newest["result"], newest["band"]) == (result, band)


def test_the_family_of_five_and_the_grandmother(
    played: RunningPlatform, verified: Callable[..., str]
) -> None:
    family = played.get(
        "/v1/people/me/family", session=session_of(played, "family_of_five", verified)
    ).json()["items"]
    assert {member["relation"] for member in family} == {"父亲", "母亲", "妻子", "儿子"}
    token = session_of(played, "granddaughter", verified)
    assert [m["relation"] for m in played.get("/v1/people/me/family", session=token).json()["items"]] == [
        "奶奶"
    ]
    assert played.get("/v1/people/per_demo_elderly_no_phone/code", session=token).json()["colour"] == "green"
    assert played.get("/v1/people/per_demo_child/code", session=token).status_code == 403


def test_nothing_is_on_record_of_the_last_one(played: RunningPlatform) -> None:
    story = BY_KEY["nothing_on_record"]
    with played.database.read() as session:
        known = session.execute(
            select(Document).where(Document.number == story["number"])
        ).scalar_one_or_none()
    assert known is None


def test_the_risk_list_holds_the_estate_everybody_asks_about(played: RunningPlatform) -> None:
    table = Table.read(demo.HERE / "risk_areas.csv")
    assert len({row.get("area") for row in table.rows}) >= 30
    for building, level in (("14栋", "high"), ("5栋", "medium"), ("底商", "medium"), ("16栋", "low")):
        answer = played.get("/v1/risk-areas/check", text=f"锦江区锦东庭园{building}").json()
        assert answer["verdict"] == level
        assert answer["data_time"] == "2022-09-05T00:00:00+08:00"


def test_the_set_loads_on_every_store_and_a_second_time_adds_no_order(any_platform: RunningPlatform) -> None:
    def orders() -> list[dict[str, Any]]:
        return list(any_platform.get("/v1/service-requests", client="desk", limit=100).json()["items"])

    demo.load(any_platform.parts, ROOT)
    first = orders()
    assert len(first) == len(yaml.safe_load(demo.ORDERS.read_text(encoding="utf-8"))["orders"])
    demo.load(any_platform.parts, ROOT)
    assert orders() == first
    assert any_platform.get("/v1/sites", division="510107").json()["items"]
    assert any_platform.get("/v1/risk-areas/check", text="锦东庭园14栋").json()["verdict"] == "high"
