"""What the assistant counts: a talk reckoned by hand, sittings over midnight, nobody in it, once, on each store."""

from __future__ import annotations

import json
import socket
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sanic import Sanic

from bot.desk.signing import signed_headers
from bot.errors import ConversationChanged
from bot.figures.ledger import AssistantFigures
from bot.figures.routes import PATH, figures_routes
from bot.figures.sittings import GAP_S, Sitting, Turn, counts_of, grown, is_over, turn_of
from bot.tracker_tables import TrackerTables
from hotline.chats.courier import HttpAssistant
from hotline.figures.sources import assistant_counts
from tests.support.postgres import BOTH, own_database

CHINA = timezone(timedelta(hours=8))
LATE = datetime(2022, 9, 5, 23, 50, tzinfo=CHINA).timestamp()
SECRET = b"e" * 32


def said(intent: str, at: float, *more: dict[str, Any], text: str = "我码咋黄了") -> list[dict[str, Any]]:
    """Return the events of a turn."""
    user = {
        "event": "user",
        "timestamp": at,
        "text": text,
        "input_channel": "web",
        "parse_data": {"intent": {"name": intent}},
    }
    return [user, {"event": "action", "timestamp": at, "name": "action_x"}, *more]


def slot(name: str, value: Any) -> dict[str, Any]:
    return {"event": "slot", "timestamp": 0.0, "name": name, "value": value}


WISH = {
    "event": "bot",
    "timestamp": 0.0,
    "text": None,
    "data": {"custom": {"hand_over": {"reason": "asked"}}},
}


@pytest.fixture(params=BOTH)
def tables(request: Any, tmp_path: Path) -> Iterator[TrackerTables]:
    with own_database(request.param, tmp_path, "assistant_figures") as url:
        tables = TrackerTables(url)
        yield tables
        tables.engine.dispose()


def talk(tables: TrackerTables, sender: str, *turns: list[dict[str, Any]]) -> None:
    row = tables.read(sender)
    version = None if row is None else row.version
    for events in turns:
        version = tables.write(sender, version, events, events, None)


def test_a_day_reckoned_by_hand(tables: TrackerTables) -> None:
    talk(
        tables,
        "resolved",
        said("ask_color_reason", LATE, slot("place_code", "510107")),
        said("find_test_site", LATE + 60, slot("place_code", "510700")),
    )
    talk(tables, "handed over", said("request_human", LATE, WISH), said("thank", LATE + 5))
    talk(tables, "not understood", said("nlu_fallback", LATE, slot("failures", 1)), said("greet", LATE + 9))
    figures = AssistantFigures(tables.engine)
    expected = {
        ("sittings", "", ""): 3,
        ("sittings", "channel", "web"): 3,
        ("sittings", "district", "510700"): 1,
        ("sittings", "district", ""): 2,
        ("resolved", "", ""): 1,
        ("resolved", "district", "510700"): 1,
        ("handed_over", "", ""): 1,
        ("handed_over", "district", ""): 1,
        ("turns", "", ""): 6,
        **{
            ("turns", "topic", topic): 1
            for topic in (
                "ask_color_reason",
                "find_test_site",
                "request_human",
                "thank",
                "nlu_fallback",
                "greet",
            )
        },
        ("not_understood", "", ""): 1,
    }
    assert figures.days("2022-09-05", "2022-09-05") == {"2022-09-05": expected}
    assert figures.end_old(LATE + GAP_S + 100) == 3
    assert figures.days("2022-09-01", "2022-09-30") == {"2022-09-05": expected}


def test_a_sitting_over_midnight_belongs_to_the_day_it_began_and_the_next_one_to_the_next(
    tables: TrackerTables,
) -> None:
    talk(tables, "owl", said("greet", LATE), said("thank", LATE + 1500), said("greet", LATE + 3000))
    talk(tables, "owl", said("greet", LATE + 3000 + GAP_S + 1))
    days = AssistantFigures(tables.engine).days("2022-09-05", "2022-09-06")
    assert {day: (one["sittings", "", ""], one["turns", "", ""]) for day, one in days.items()} == {
        "2022-09-05": (1, 3),
        "2022-09-06": (1, 1),
    }


def test_a_turn_that_is_not_stored_is_not_counted(tables: TrackerTables) -> None:
    talk(tables, "a", said("greet", LATE))
    with pytest.raises(ConversationChanged):
        tables.write("a", 7, said("greet", LATE + 1), said("greet", LATE + 1), None)
    assert (
        AssistantFigures(tables.engine).days("2022-09-05", "2022-09-05")["2022-09-05"]["turns", "", ""] == 1
    )


def test_what_the_bot_tells_itself_is_nobodys_turn(tables: TrackerTables) -> None:
    for text in ("/session_start", '/inform{"choice": "handover=x"}', '/inform{"choice": "carried=x"}'):
        talk(tables, f"a{len(text)}", said("inform", LATE, text=text))
    assert AssistantFigures(tables.engine).days("2022-09-05", "2022-09-05") == {}


def test_a_deleted_conversation_leaves_its_counts_and_nothing_that_names_it(tables: TrackerTables) -> None:
    talk(tables, "somebody-to-forget", said("greet", LATE))
    tables.forget("somebody-to-forget")
    with tables.engine.connect() as connection:
        rows = [tuple(row) for row in connection.exec_driver_sql("SELECT * FROM assistant_days")]
        assert not connection.exec_driver_sql("SELECT * FROM assistant_sittings").all()
    assert rows and "somebody" not in json.dumps(rows)


turns = st.builds(
    Turn,
    at=st.floats(0, 200_000),
    topics=st.lists(st.sampled_from(["greet", "thank", "", "find_test_site"]), min_size=1, max_size=3).map(
        tuple
    ),
    channel=st.sampled_from(["web", "wechat"]),
    district=st.sampled_from(["", "510107", "513401"]),
    misunderstood=st.booleans(),
    handed_over=st.booleans(),
)


@given(st.lists(turns, max_size=40))
def test_parts_add_up_and_no_turn_is_lost(given_turns: list[Turn]) -> None:
    sittings: list[Sitting] = []
    for turn in sorted(given_turns, key=lambda one: one.at):
        begins = not sittings or is_over(sittings[-1], turn.at)
        sitting = grown(sittings[-1] if sittings else None, turn)
        sittings = [*sittings, sitting] if begins else [*sittings[:-1], sitting]
    counts = counts_of(sittings)
    assert counts["sittings", "", ""] == len(sittings)
    assert counts["turns", "", ""] == sum(len(turn.topics) for turn in given_turns)
    for name, by in (
        ("sittings", "district"),
        ("sittings", "channel"),
        ("turns", "topic"),
        ("resolved", "district"),
    ):
        parts: Counter[str] = Counter({key[2]: n for key, n in counts.items() if key[:2] == (name, by)})
        assert sum(parts.values()) == counts[name, "", ""]
    assert counts["resolved", "", ""] + counts["handed_over", "", ""] <= len(sittings)


def test_events_without_anybodys_words_are_no_turn() -> None:
    assert turn_of([{"event": "action", "name": "action_listen", "timestamp": 1.0}]) is None


@asynccontextmanager
async def served(tables: TrackerTables) -> AsyncIterator[str]:
    """Serve the route on loopback."""
    app = Sanic("figures", register=False, configure_logging=False)
    app.blueprint(figures_routes(AssistantFigures(tables.engine), SECRET))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = await app.create_server(sock=listener, return_asyncio_server=True, access_log=False)
        await server.startup()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.close()
        await server.wait_closed()


async def test_the_desk_reads_them_in_its_own_words(tables: TrackerTables) -> None:
    today = datetime.now(CHINA).date()
    talk(tables, "a", said("ask_color_reason", time.time(), slot("place_code", "510107"), WISH))
    async with served(tables) as url:
        desk = HttpAssistant(url, SECRET)
        answer = await desk.figures(today, today)
        await desk.close()
    assert answer is not None
    (day,) = answer["days"]
    counts = assistant_counts(day["counts"])
    assert (day["day"], counts.whole("bot_sittings"), counts.whole("bot_handed_over")) == (
        today.isoformat(),
        1,
        1,
    )
    assert counts.parts("bot_sittings", "district") == {"510100": 1}


async def test_nobody_else_reads_them(tables: TrackerTables) -> None:
    async with served(tables) as url:
        for secret, sent, status in (
            (b"x" * 32, b"{}", 401),
            (SECRET, b'{"first": "2022-09-05", "last": 3}', 422),
            (SECRET, b"no JSON", 422),
            (SECRET, b"[]", 422),
        ):
            headers = signed_headers("desk", secret, "POST", PATH, sent)
            async with (
                aiohttp.ClientSession() as http,
                http.post(url + PATH, data=sent, headers=headers) as answer,
            ):
                assert answer.status == status
