"""What each role may open: the table holds every route, and the gate holds the table."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
import requests

from hotline.accounts.people import Profile, agent_of
from hotline.accounts.permissions import read, role_book
from hotline.app import create_app
from hotline.menu import MENU
from hotline.web.permits import PERMITS, key_of
from tests.hotline.conftest import Agent, Running, settings_for, text_of
from tests.hotline.fake_platform import FakePlatform, order

#: One of the demonstration's people for every role.
NUMBERS = {
    "agent": "A001",
    "leader": "L001",
    "quality": "Q001",
    "editor": "E001",
    "reviewer": "R001",
    "department": "D001",
    "auditor": "U001",
    "admin": "M001",
}


@pytest.fixture
def routes(tmp_path: Path) -> set[str]:
    """The page routes of a desk as the table writes them."""
    app = create_app(settings_for("http://127.0.0.1:9", tmp_path))
    open_ones = ("/v1/", "/static", "/healthz", "/readyz")
    found = {
        key_of(method, route.path)
        for blueprint in app.blueprints.values()
        for route in blueprint.routes
        for method in route.methods
        if not f"/{route.path}".startswith(open_ones)
    }
    asyncio.run(_close(app))
    return found


async def _close(app: Any) -> None:
    app.ctx.desk.close()


def test_every_page_says_what_it_needs_and_no_line_is_left_over(routes: set[str]) -> None:
    assert routes == set(PERMITS)


def test_the_table_and_the_menu_know_only_permissions_that_exist() -> None:
    words = {word for one in (*PERMITS.values(), *MENU) for word in (one.permission, one.other)}
    words |= {one.unless for one in MENU}
    assert words - {""} <= role_book().permissions.keys()


def test_what_changes_something_is_a_post_and_needs_more_than_being_early() -> None:
    early = {key for key, permit in PERMITS.items() if permit.early}
    assert early == {"GET /login", "POST /login", "GET /login/code", "POST /login/code", "POST /logout"}


def test_a_route_that_nobody_has_opened_is_closed(
    stranger: Agent, monkeypatch: pytest.MonkeyPatch, desk: Running
) -> None:
    stranger.log_in("A001")
    assert stranger.get("/orders").status_code == 200
    monkeypatch.delitem(PERMITS, "GET /orders")
    assert stranger.get("/orders").status_code == 403


@pytest.mark.parametrize("role", list(NUMBERS))
def test_a_role_opens_what_it_may_and_nothing_else(
    stranger: Agent, platform: FakePlatform, desk: Running, role: str
) -> None:
    platform.put(order(1))
    stranger.log_in(NUMBERS[role])
    granted = role_book().roles[role].may
    for key, permit in PERMITS.items():
        if not key.startswith("GET /") or "<" in key or not permit.permission:
            continue
        page = stranger.get(key.removeprefix("GET "))
        assert (page.status_code == 403) == (not {permit.permission, permit.other} & granted), key
        if page.status_code == 403:
            is_json = page.headers["Content-Type"].startswith("application/problem+json")
            assert is_json or "您的角色没有这项权限" in text_of(page)
            assert is_json == key.startswith("GET /desk/")
            assert desk.desk.audit.recent(1)[0].action == "access.refused"


def test_an_administrator_reads_no_chat_no_order_and_no_person() -> None:
    may = role_book().roles["admin"].may
    assert {
        word for word in may if word.split(".")[0] in {"chat", "order", "appeal", "person", "reveal"}
    } == set()


def test_the_menu_shows_what_one_may_open(stranger: Agent) -> None:
    page = stranger.log_in("U001")
    assert page.url.endswith("/audit")
    assert "工单" not in text_of(page).split("退出")[0]


@pytest.mark.parametrize(
    "permission", ["knowledge.review", "quality.score", "order.approve", "reveal.review", "accounts.manage"]
)
def test_nobody_reviews_what_is_their_own(permission: str) -> None:
    book = role_book()
    all_of_it = read(
        {
            "permissions": dict(book.permissions),
            "roles": {"all": {"label": "所有", "about": "", "may": list(book.permissions)}},
            "not_own": list(book.not_own),
            "apart": [],
        }
    )
    agent = agent_of("A001", Profile("甲", frozenset({"all"})), all_of_it)
    assert agent.may(permission)
    assert agent.may(permission, owner="A002")
    assert not agent.may(permission, owner="A001")
    assert agent.may("order.view", owner="A001")


def test_a_misspelt_permission_is_an_error_and_not_a_closed_door() -> None:
    with pytest.raises(ValueError, match="no permission"):
        agent_of("A001", Profile("甲", frozenset({"agent"}))).may("order.veiw")


def test_roles_file_with_a_word_that_does_not_exist_is_refused() -> None:
    raw: dict[str, Any] = {
        "permissions": {"a.b": "甲"},
        "roles": {"x": {"label": "乙", "about": "", "may": ["a.c"]}},
    }
    with pytest.raises(ValueError, match=r"a\.c is not a permission"):
        read({**raw, "not_own": [], "apart": []})
    raw["roles"]["x"]["may"] = ["a.b"]
    with pytest.raises(ValueError, match="y is not a role"):
        read({**raw, "not_own": [], "apart": [["x", "y"]]})


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
def test_another_sites_page_opens_no_socket(agent: Agent, origin: str) -> None:
    headers = {"Upgrade": "websocket", "Connection": "Upgrade", "Origin": origin}
    assert agent.get("/orders", headers=headers).status_code == 403
    own = {**headers, "Origin": agent.base}
    assert agent.get("/orders", headers=own).status_code == 200


def test_form_token_may_come_as_a_header(agent: Agent) -> None:
    token = agent.get("/orders").text.split('form_token" value="')[1].split('"')[0]
    answer: requests.Response = agent.http.post(
        f"{agent.base}/logout", headers={"X-Form-Token": token}, allow_redirects=False
    )
    assert answer.status_code == 303
