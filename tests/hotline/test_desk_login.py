"""Nobody sees an order without the password; forms and cookies cannot be forged."""

from __future__ import annotations

import base64
import http.client
import json
from urllib.parse import urlsplit

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from hotline.sessions import COOKIE, new_session, seal, unseal
from tests.hotline.conftest import PASSWORD, Agent, Running, text_of
from tests.hotline.fake_platform import FakePlatform, order

KEY = b"k" * 32


def at(page: requests.Response) -> str:
    """Return the path a browser ended at."""
    return urlsplit(page.url).path


@pytest.mark.parametrize("path", ["/", "/orders", "/orders/JKT20220905-000001", "/audit", "/nonsense"])
def test_stranger_is_sent_to_log_in(stranger: Agent, platform: FakePlatform, path: str) -> None:
    platform.put(order(1))
    page = stranger.get(path)
    assert at(page) == "/login"
    assert "登录坐席台" in text_of(page)


def test_right_password_opens_the_desk_and_log_out_closes_it(stranger: Agent, desk: Running) -> None:
    page = stranger.log_in("a001")
    assert page.url.endswith("/desk")
    assert "工号 A001" in text_of(page)
    kept = stranger.http.cookies.copy()
    stranger.press(page, "/logout")
    assert at(stranger.get("/orders")) == "/login"
    stranger.http.cookies = kept  # a copied cookie does not survive the log-out
    assert at(stranger.get("/orders")) == "/login"
    actions = [entry.action for entry in desk.desk.audit.recent(2)]
    assert actions == ["logout", "login.succeeded"]


@pytest.mark.parametrize("password", ["", "wrong", PASSWORD + " ", PASSWORD.upper(), "密码"])
def test_wrong_password(stranger: Agent, desk: Running, password: str) -> None:
    page = stranger.log_in(password=password)
    assert page.status_code == 403
    assert "工号或密码不对" in text_of(page)
    assert at(stranger.get("/orders")) == "/login"
    entry = desk.desk.audit.recent(1)[0]
    assert (entry.action, entry.detail) == ("login.failed", {"work_number": "A001"})


@pytest.mark.parametrize("number", ["", "张三", "<b>", "A" * 21])
def test_work_number_must_be_one(stranger: Agent, number: str) -> None:
    assert stranger.log_in(number).status_code == 422


def test_after_five_wrong_passwords_the_right_one_waits_too(stranger: Agent, desk: Running) -> None:
    for _ in range(5):
        assert stranger.log_in(password="wrong").status_code == 403
    page = stranger.log_in()
    assert page.status_code == 429
    assert "请1分钟后再试" in text_of(page)
    assert int(page.headers["Retry-After"]) <= 60
    desk.clock[0] += 61
    assert stranger.log_in().url.endswith("/desk")


def test_success_forgets_earlier_mistakes(stranger: Agent) -> None:
    for _ in range(4):
        stranger.log_in(password="wrong")
    stranger.press(stranger.log_in(), "/logout")
    assert stranger.log_in(password="wrong").status_code == 403


@pytest.mark.parametrize("number", ["A001", "NOBODY"])
def test_a_number_nobody_has_is_refused_like_a_wrong_password(
    stranger: Agent, desk: Running, number: str
) -> None:
    """Same words, same status, same count of tries; the work done is held in `test_desk_accounts.py`."""
    said = [
        (page.status_code, text_of(page)) for page in (stranger.log_in(number, "wrong") for _ in range(7))
    ]
    assert [status for status, _ in said] == [403] * 5 + [429] * 2
    assert {text.replace(number, "") for _, text in said[:5]} == {said[0][1].replace(number, "")}
    assert "工号或密码不对。" in said[0][1]


def test_waiting_is_by_account(stranger: Agent) -> None:
    for _ in range(6):
        stranger.log_in("A002", "wrong")
    assert stranger.log_in("A001").url.endswith("/desk")


def test_one_address_that_tries_many_numbers_waits(stranger: Agent) -> None:
    said = [stranger.log_in(f"X{number}", "wrong").status_code for number in range(21)]
    assert said == [403] * 20 + [429]
    assert stranger.log_in("A001").status_code == 429


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "/login",
    ],
)
def test_log_in_leads_to_no_other_site(stranger: Agent, wanted: str) -> None:
    page = stranger.get("/login", params={"next": wanted})
    typed = {"work_number": "A001", "password": PASSWORD, "next": wanted}
    answer = stranger.press(page, "/login", typed, allow_redirects=False)
    assert answer.headers["Location"] == "/"
    assert "evil" not in page.text


def test_log_in_goes_on_where_one_wanted_to_be(stranger: Agent, platform: FakePlatform) -> None:
    platform.put(order(1))
    page = stranger.get("/orders/JKT20220905-000001")
    typed = {"work_number": "A001", "password": PASSWORD}
    assert at(stranger.press(page, "/login", typed)) == "/orders/JKT20220905-000001"


def test_cookie_is_for_this_site_and_no_script(stranger: Agent) -> None:
    cookie = stranger.get("/login").headers["Set-Cookie"].lower()
    for word in ("httponly", "samesite=strict", "path=/"):
        assert word in cookie


def test_log_in_makes_a_new_session(stranger: Agent) -> None:
    stranger.get("/login")
    before = stranger.http.cookies[COOKIE]
    stranger.log_in()
    assert stranger.http.cookies[COOKIE] != before


def test_a_planted_session_is_not_the_one_that_is_logged_in(desk: Running) -> None:
    """Session fixation: whoever knew the cookie before the log-in holds nothing after it."""
    victim, attacker = Agent(desk.url), Agent(desk.url)
    page = attacker.get("/login")
    victim.http.cookies.set(COOKIE, attacker.http.cookies[COOKIE])
    victim.press(page, "/login", {"work_number": "A001", "password": PASSWORD})
    assert at(victim.get("/orders")) == "/orders"
    assert at(attacker.get("/orders")) == "/login"


def test_session_ends_after_its_hours(agent: Agent, desk: Running) -> None:
    for _ in range(16):
        desk.clock[0] += 1799
        assert at(agent.get("/orders")) == "/orders"
    desk.clock[0] += 20
    assert at(agent.get("/orders")) == "/login"


def test_session_ends_when_nobody_uses_it(agent: Agent, desk: Running) -> None:
    desk.clock[0] += 1800
    assert at(agent.get("/orders")) == "/orders"
    desk.clock[0] += 1801
    assert at(agent.get("/orders")) == "/login"


@pytest.mark.parametrize("token", [None, "", "x", "令牌"])
def test_post_without_the_forms_token_does_nothing(
    agent: Agent, platform: FakePlatform, token: str | None
) -> None:
    platform.put(order(1))
    data = {"action": "handle", "version": "1", "key": "0" * 32, "text": ""}
    if token is not None:
        data["form_token"] = token
    answer = agent.http.post(f"{agent.base}/orders/JKT20220905-000001/steps", data=data)
    assert answer.status_code == 403
    assert "页面已过期" in text_of(answer)
    assert platform.written == []


def test_token_of_another_session_is_not_mine(agent: Agent, desk: Running) -> None:
    other = Agent(desk.url)
    page = other.get("/login")
    agent.http.post(
        f"{agent.base}/logout", data={"form_token": page.text.split('form_token" value="')[1][:24]}
    )
    assert agent.get("/orders").url.endswith("/orders")


def test_every_page_forbids_scripts_frames_and_caching(agent: Agent, stranger: Agent) -> None:
    for path in ("/orders", "/login", "/profile", "/audit", "/nonsense"):
        headers = agent.get(path).headers
        assert headers["Content-Security-Policy"].startswith("default-src 'self'")
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_post_of_a_megabyte_is_refused(agent: Agent) -> None:
    answer = agent.http.post(f"{agent.base}/login", data={"password": "x" * 1_000_000})
    assert answer.status_code == 413


def test_health_and_style_are_open(desk: Running, platform: FakePlatform) -> None:
    assert requests.get(f"{desk.url}/healthz", timeout=5).json() == {"status": "ok"}
    assert requests.get(f"{desk.url}/readyz", timeout=5).json() == {
        "status": "ok",
        "store": "ok",
        "platform": "ok",
    }
    assert requests.get(f"{desk.url}/static/desk.css", timeout=5).status_code == 200
    platform.stop()
    gone = requests.get(f"{desk.url}/readyz", timeout=20)
    assert gone.status_code == 503
    assert gone.json()["platform"] == "unavailable: connection"


@pytest.mark.parametrize(
    "path",
    ["/static/../settings.py", "/static/%2e%2e/settings.py", "/static/..%2fsettings.py", "//etc/passwd"],
)
def test_open_folder_is_no_way_out_of_it(desk: Running, path: str) -> None:
    connection = http.client.HTTPConnection(desk.url.removeprefix("http://"), timeout=5)
    connection.request("GET", path)  # requests would tidy the path before sending it
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    assert answer.status != 200
    assert b"JKT_" not in body
    assert b"root:" not in body


@given(st.integers(0, 300), st.integers(0, 255))
def test_cookie_changed_anywhere_is_nobodys(position: int, byte: int) -> None:
    session = new_session("A001", 1000.0, 3600.0)
    sealed = seal(session, KEY)
    assert unseal(sealed, KEY, 1000.0) == session
    assert unseal(sealed, KEY, 4600.0) is None
    at = position % len(sealed)
    changed = sealed[:at] + chr(byte) + sealed[at + 1 :]
    if changed != sealed:
        assert unseal(changed, KEY, 1000.0) is None


@given(st.text(max_size=200))
def test_any_text_as_cookie_is_nobodys(cookie: str) -> None:
    assert unseal(cookie, KEY, 0.0) is None


def test_cookie_of_another_key_is_nobodys() -> None:
    payload = base64.urlsafe_b64encode(json.dumps(["s", "A001", "t", 9_999_999_999]).encode()).decode()
    assert unseal(f"{payload}.", KEY, 0.0) is None
    assert unseal(seal(new_session("A001", 0, 10), b"x" * 32), KEY, 0.0) is None
