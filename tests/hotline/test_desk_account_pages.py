"""Administrators manage accounts; everybody looks after their own password, codes and sessions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from lxml import html as lxml_html

from hotline.accounts.first_start import FIRST_PASSWORD
from tests.hotline.conftest import OUR_SCRIPT, PASSWORD, Agent, Running, serve, settings_for, text_of
from tests.hotline.fake_platform import FakePlatform
from tests.hotline.test_desk_login import at

NEW = "竹林-铁轨-37-豆花-天空"
PERSON = {
    "number": "c0815",
    "name": "张三",
    "capacity": "2",
    "languages": "zh en",
    "districts": "",
    "topics": "",
}


@pytest.fixture
def admin(desk: Running) -> Agent:
    somebody = Agent(desk.url)
    somebody.log_in("M001")
    return somebody


def _post(agent: Agent, path: str, data: dict[str, object]) -> int:
    token = agent.get("/profile").text.split('form_token" value="')[1].split('"')[0]
    answer = agent.http.post(agent.base + path, data={**data, "form_token": token}, allow_redirects=False)
    return int(answer.status_code)


def _one_time(page_text: str) -> str:
    found = re.search(r"<code>([a-z0-9-]{19})</code>", page_text)
    assert found
    return found[1]


def _add(admin: Agent, **changes: object) -> str:
    page = admin.get("/accounts/new")
    typed = {**PERSON, "roles": ["agent"], **changes}
    return _one_time(admin.press(page, "/accounts", typed).text)  # type: ignore[arg-type]


def test_new_colleague_logs_in_once_with_the_shown_password_and_chooses_another(
    admin: Agent, stranger: Agent, desk: Running
) -> None:
    first = _add(admin)
    page = stranger.log_in("C0815", first)
    assert at(page) == "/profile/password"
    assert at(stranger.get("/orders")) == "/profile/password"  # nothing else before
    page = stranger.press(
        page, "/profile/password", {"old": first, "new": "password123456", "again": "password123456"}
    )
    assert "太常见" in text_of(page)
    page = stranger.press(page, "/profile/password", {"old": first, "new": NEW, "again": NEW + "x"})
    assert "不一样" in text_of(page)
    page = stranger.press(page, "/profile/password", {"old": first, "new": NEW, "again": NEW})
    assert "密码已更换" in text_of(page)
    assert at(stranger.get("/orders")) == "/orders"
    again = Agent(desk.url)
    assert again.log_in("C0815", first).status_code == 403
    assert again.log_in("C0815", NEW).status_code == 200
    entry = next(
        one for one in desk.desk.audit.recent() if one.action == "account.added" and one.agent == "M001"
    )
    assert (entry.subject, entry.detail) == ("C0815", {"roles": ["agent"]})
    assert first not in str(desk.desk.audit.recent())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"number": "张三"}, "工号只能用字母和数字"),
        ({"number": "A001"}, "已经有账号"),
        ({"name": " "}, "请填写姓名"),
        ({"roles": []}, "至少选一个角色"),
        ({"roles": ["admin", "agent"]}, "不能既是坐席又是管理员"),
        ({"roles": ["department"]}, "写明是哪个单位"),
        ({"capacity": "many"}, "0到20之间"),
        ({"languages": "<script>"}, "技能用字母"),
    ],
)
def test_what_cannot_be_an_account_is_said_and_not_made(
    admin: Agent, desk: Running, change: dict[str, object], said: str
) -> None:
    before = len(desk.desk.accounts.everybody())
    page = admin.press(admin.get("/accounts/new"), "/accounts", {**PERSON, "roles": ["agent"], **change})  # type: ignore[dict-item]
    assert page.status_code == 422
    assert said in text_of(page)
    assert len(desk.desk.accounts.everybody()) == before


def test_role_that_was_taken_away_is_gone_at_once(admin: Agent, agent: Agent, desk: Running) -> None:
    page = admin.get("/accounts/A001")
    data = {
        "name": "陈晓蓉",
        "capacity": "3",
        "roles": ["editor"],
        "languages": "zh",
        "districts": "",
        "topics": "",
    }
    assert "已保存" in text_of(admin.press(page, "/accounts/A001", data))  # type: ignore[arg-type]
    assert at(agent.get("/orders")) == "/login"  # the session ended with the role
    agent.log_in()
    assert agent.get("/orders").status_code == 403
    old = admin.press(page, "/accounts/A001", data)  # type: ignore[arg-type]
    assert "刚刚被别人改过" in text_of(old)


def test_closed_account_is_out_at_once(admin: Agent, agent: Agent) -> None:
    page = admin.get("/accounts/A001")
    assert _act(admin, page, "disable") == 200
    assert at(agent.get("/orders")) == "/login"
    assert agent.log_in().status_code == 403
    assert _act(admin, admin.get("/accounts/A001"), "enable") == 200
    assert agent.log_in().status_code == 200


def _act(admin: Agent, page: object, act: str) -> int:
    tree = lxml_html.fromstring(page.content)  # type: ignore[attr-defined]
    form = next(form for form in tree.forms if dict(form.form_values()).get("act") == act)
    answer = admin.http.post(admin.base + form.action, data=dict(form.form_values()))
    return int(answer.status_code)


def test_unlocking_ends_the_pause(admin: Agent, stranger: Agent) -> None:
    for _ in range(6):
        stranger.log_in(password="wrong")
    assert "还要等1分钟" in text_of(admin.get("/accounts"))
    assert _act(admin, admin.get("/accounts/A001"), "unlock") == 200
    assert stranger.log_in().status_code == 200


def test_an_administrator_changes_neither_their_own_roles_nor_the_last_one(
    admin: Agent, desk: Running
) -> None:
    data = {"version": "1", "name": "钟毅", "capacity": "0", "roles": ["admin", "editor"]}
    assert _post(admin, "/accounts/M001", data) == 403
    assert _post(admin, "/accounts/M001/acts", {"act": "disable", "version": "1"}) == 403
    assert desk.desk.accounts.get("M001").profile.roles == {"admin"}


@pytest.mark.parametrize("number", ["A001", "L001", "U001"])
def test_nobody_else_manages_accounts(desk: Running, number: str) -> None:
    somebody = Agent(desk.url)
    somebody.log_in(number)
    assert _post(somebody, "/accounts", dict(PERSON)) == 403
    assert _post(somebody, "/accounts/M001/acts", {"act": "reset", "version": "1"}) == 403
    assert Agent(desk.url).log_in("M001", PASSWORD).status_code == 200


def test_dangerous_things_ask_for_the_password_again(admin: Agent, desk: Running) -> None:
    desk.clock[0] += 601
    page = admin.get("/accounts/new")
    assert page.url.endswith("/login/again?next=%2Faccounts%2Fnew")
    assert admin.press(page, "/login/again", {"password": "wrong"}).status_code == 403
    page = admin.press(page, "/login/again", {"password": PASSWORD})
    assert at(page) == "/accounts/new"
    assert _post(admin, "/accounts", {**PERSON, "roles": ["agent"]}) == 200


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example/", "/\\evil.example"])
def test_proving_it_again_leads_to_no_other_site(admin: Agent, wanted: str) -> None:
    page = admin.get("/login/again", params={"next": wanted})
    answer = admin.press(page, "/login/again", {"password": PASSWORD, "next": wanted}, allow_redirects=False)
    assert answer.headers["Location"] == "/"


def _enrol(agent: Agent, desk: Running) -> tuple[str, list[str]]:
    page = agent.get("/profile/second-factor")
    secret = re.sub(r"\s", "", lxml_html.fromstring(page.content).xpath("//code[@class='secret']/text()")[0])
    page = agent.press(page, "/profile/second-factor", {"code": pyotp.TOTP(secret).at(int(desk.clock[0]))})
    return secret, re.findall(r"<code>([a-z0-9-]{12})</code>", page.text)


def test_one_time_codes_are_turned_on_used_and_replaced_by_a_recovery_code(
    agent: Agent, desk: Running
) -> None:
    secret, codes = _enrol(agent, desk)
    assert len(codes) == 10
    desk.clock[0] += 60
    other = Agent(desk.url)
    page = other.log_in()
    assert at(page) == "/login/code"
    assert at(other.get("/orders")) == "/login"  # half-way is not in
    page = other.get("/login/code")
    refused = other.press(page, "/login/code", {"code": "000000"})
    assert refused.status_code == 403
    code = pyotp.TOTP(secret).at(int(desk.clock[0]))
    assert at(other.press(page, "/login/code", {"code": code})) == "/desk"
    third = Agent(desk.url)
    page = third.log_in()
    assert third.press(page, "/login/code", {"code": code}).status_code == 403  # used
    assert at(third.press(page, "/login/code", {"code": codes[0]})) == "/desk"
    assert "还有9个恢复码" in text_of(third.get("/profile"))
    entry = desk.desk.audit.recent(1)[0]
    assert (entry.action, entry.detail) == ("login.succeeded", {"second_factor": "recovery"})


def test_half_way_ends_after_five_minutes(agent: Agent, desk: Running) -> None:
    _enrol(agent, desk)
    other = Agent(desk.url)
    other.log_in()
    desk.clock[0] += 301
    assert at(other.get("/login/code")) == "/login"


def test_password_change_ends_other_sessions_and_gives_this_one_a_new_id(agent: Agent, desk: Running) -> None:
    other = Agent(desk.url)
    other.log_in()
    kept = agent.http.cookies.copy()
    page = agent.get("/profile/password")
    agent.press(page, "/profile/password", {"old": PASSWORD, "new": NEW, "again": NEW})
    assert at(agent.get("/orders")) == "/orders"
    assert at(other.get("/orders")) == "/login"
    thief = Agent(desk.url)
    thief.http.cookies = kept
    assert at(thief.get("/orders")) == "/login"


def test_one_sees_and_ends_ones_own_sessions_only(agent: Agent, auditor: Agent, desk: Running) -> None:
    other = Agent(desk.url)
    other.log_in()
    (theirs,) = desk.desk.sessions.of("U001", desk.clock[0])
    assert _post(agent, "/profile/sessions/ends", {"handle": theirs.handle}) == 303
    assert at(auditor.get("/audit")) == "/audit"
    page = agent.get("/profile")
    assert text_of(page).count("最近使用") == 2
    agent.press(page, "/profile/sessions/ends", {"handle": ""})
    assert at(agent.get("/orders")) == "/orders"
    assert at(other.get("/orders")) == "/login"


def test_copy_of_the_store_opens_no_session(agent: Agent, desk: Running) -> None:
    (row,) = desk.desk.sessions.of("A001", desk.clock[0])
    cookie = next(iter(agent.http.cookies)).value or ""
    assert row.handle not in cookie


@pytest.fixture
def strict(platform: FakePlatform, tmp_path: Path) -> Iterator[Running]:
    """A desk as citizens use it: no demonstration, one-time codes for everybody."""
    yield from serve(settings_for(platform.url, tmp_path, demo=False, second_factor_required=True))


def test_first_administrator_of_a_real_desk(strict: Running, tmp_path: Path) -> None:
    secret = tmp_path / "secrets" / FIRST_PASSWORD
    assert secret.stat().st_mode & 0o077 == 0
    first = secret.read_text().strip()
    admin = Agent(strict.url)
    assert "演示账号" not in admin.get("/login").text
    assert admin.log_in("A001").status_code == 403  # nobody of the demonstration
    page = admin.log_in("admin", first)
    page = admin.press(page, "/profile/password", {"old": first, "new": NEW, "again": NEW})
    assert at(page) == "/profile"
    assert not secret.exists()
    assert at(admin.get("/accounts")) == "/profile/second-factor"
    _enrol(admin, strict)
    assert at(admin.get("/accounts")) == "/accounts"
    assert [account.number for account in strict.desk.accounts.everybody()] == ["ADMIN"]
    refused = admin.get("/profile")
    assert "关闭验证码登录" not in text_of(refused)
    assert _post(admin, "/profile/second-factor/off", {}) == 422


def test_people_of_the_demonstration_are_out_when_it_ends(platform: FakePlatform, tmp_path: Path) -> None:
    cookies = None
    for running in serve(settings_for(platform.url, tmp_path)):
        inside = Agent(running.url)
        assert inside.log_in().status_code == 200
        cookies = inside.http.cookies.copy()
    for running in serve(settings_for(platform.url, tmp_path, demo=False)):
        later = Agent(running.url)
        later.http.cookies = cookies  # type: ignore[assignment]
        assert at(later.get("/orders")) == "/login"
        assert later.log_in().status_code == 403


def test_names_cannot_become_page(admin: Agent) -> None:
    evil = "<script>alert(1)</script>"
    _add(admin, name=evil)
    for path in ("/accounts", "/accounts/C0815"):
        tree = lxml_html.fromstring(admin.get(path).content)
        assert tree.xpath("//script/@src | //script[not(@src)]") == [OUR_SCRIPT]
