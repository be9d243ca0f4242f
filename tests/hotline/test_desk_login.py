"""Nobody sees an order without the password; forms and cookies cannot be forged."""

from __future__ import annotations

import base64
import http.client
import json
import threading
from pathlib import Path

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from hotline.access import LoginLimit
from hotline.errors import TooManyTries
from hotline.sessions import COOKIE, new_session, same_secret, seal, unseal
from hotline.store import open_store
from tests.hotline.conftest import PASSWORD, Agent, Running, text_of
from tests.hotline.fake_platform import FakePlatform, order

KEY = b"k" * 32


@pytest.mark.parametrize("path", ["/", "/orders", "/orders/JKT20220905-000001", "/audit", "/nonsense"])
def test_stranger_is_sent_to_log_in(stranger: Agent, platform: FakePlatform, path: str) -> None:
    platform.put(order(1))
    page = stranger.get(path)
    assert page.url.endswith("/login")
    assert "登录坐席台" in text_of(page)


def test_right_password_opens_the_list_and_log_out_closes_it(stranger: Agent, desk: Running) -> None:
    page = stranger.log_in("A007")
    assert page.url.endswith("/orders")
    assert "工号 A007" in text_of(page)
    kept = stranger.http.cookies.copy()
    stranger.press(page, "/logout")
    assert stranger.get("/orders").url.endswith("/login")
    stranger.http.cookies = kept  # a copied cookie does not survive the log-out
    assert stranger.get("/orders").url.endswith("/login")
    actions = [entry.action for entry in desk.desk.audit.recent()]
    assert actions == ["logout", "login.succeeded"]


@pytest.mark.parametrize("password", ["", "wrong", PASSWORD + " ", PASSWORD.upper(), "密码"])
def test_wrong_password(stranger: Agent, desk: Running, password: str) -> None:
    page = stranger.log_in(password=password)
    assert page.status_code == 403
    assert "工号或密码不对" in text_of(page)
    assert stranger.get("/orders").url.endswith("/login")
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
    assert "请15分钟后再试" in text_of(page)
    assert int(page.headers["Retry-After"]) <= 900
    desk.clock[0] += 901
    assert stranger.log_in().url.endswith("/orders")


def test_success_forgets_earlier_mistakes(stranger: Agent) -> None:
    for _ in range(4):
        stranger.log_in(password="wrong")
    stranger.press(stranger.log_in(), "/logout")
    assert stranger.log_in(password="wrong").status_code == 403


def test_guesses_at_the_same_moment_are_counted_one_by_one(tmp_path: Path) -> None:
    limit = LoginLimit(open_store(f"sqlite:///{tmp_path}/desk.sqlite3"), tries=5, window_s=900)
    start = threading.Barrier(16)
    looked_at: list[int] = []

    def guess() -> None:
        start.wait()
        try:
            limit.begin("10.0.0.1", 1000.0)
        except TooManyTries:
            return
        looked_at.append(1)

    threads = [threading.Thread(target=guess) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(looked_at) == 5


def test_many_addresses_together_are_limited(tmp_path: Path) -> None:
    limit = LoginLimit(open_store(f"sqlite:///{tmp_path}/desk.sqlite3"), tries=2, window_s=900)
    for number in range(20):
        limit.begin(f"10.0.0.{number}", 1000.0)
    with pytest.raises(TooManyTries):
        limit.begin("10.0.1.1", 1001.0)
    limit.begin("10.0.1.1", 1901.0)


def test_cookie_is_for_this_site_and_no_script(stranger: Agent) -> None:
    cookie = stranger.get("/login").headers["Set-Cookie"].lower()
    for word in ("httponly", "samesite=strict", "path=/"):
        assert word in cookie


def test_log_in_makes_a_new_session(stranger: Agent) -> None:
    stranger.get("/login")
    before = stranger.http.cookies[COOKIE]
    stranger.log_in()
    assert stranger.http.cookies[COOKIE] != before


def test_session_ends_after_its_hours(agent: Agent, desk: Running) -> None:
    desk.clock[0] += 8 * 3600 - 1
    assert agent.get("/orders").url.endswith("/orders")
    desk.clock[0] += 2
    assert agent.get("/orders").url.endswith("/login")


@pytest.mark.parametrize("token", [None, "", "x", "令牌"])
def test_post_without_the_forms_token_does_nothing(
    agent: Agent, platform: FakePlatform, token: str | None
) -> None:
    platform.put(order(1))
    data = {"from": "accepted", "to": "dispatched", "key": "0" * 32, "note": "", "reply": ""}
    if token is not None:
        data["form_token"] = token
    answer = agent.http.post(f"{agent.base}/orders/JKT20220905-000001/moves", data=data)
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
    for path in ("/orders", "/login", "/audit", "/nonsense"):
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


@given(st.text(), st.text())
def test_passwords_are_the_same_only_when_they_are(given_one: str, expected: str) -> None:
    assert same_secret(given_one, expected) == (
        given_one.encode("utf-8", "replace") == expected.encode("utf-8", "replace")
    )


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
