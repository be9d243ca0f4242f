"""Identity handed over: once, in time, to the one conversation it was made for, by whoever may."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest

from backend.demo import load as load_demo
from backend.demo.handover import main as handover_command
from backend.registry.handovers import Handover, Tokens
from bot.handover import handed_over
from bot.settings import ROOT

HERE = {"channel": "web", "conversation_id": "web-1"}


def issue(platform, session, client="province", **where):
    return platform.call("POST", "/v1/handovers", {**HERE, **where}, session=session, client=client)


def redeem(platform, token, **where):
    return platform.post("/v1/handovers/redeem", {"token": token, **HERE, **where})


@pytest.fixture
def citizen(register):
    return register()


@pytest.fixture
def token(platform, citizen, verify):
    issued = issue(platform, verify(citizen, "the front end's"))
    assert issued.status_code == 201, issued.text
    return issued.json()["token"]


def made(platform, citizen, **changes):
    """A token of the platform's own key, changed."""
    handover = Handover(citizen.person_id, "web", "web-1", int(time.time()), "0" * 32)
    return Tokens(platform.settings.record_key).sign(replace(handover, **changes))


def test_a_token_opens_a_session_of_its_conversation(platform, citizen, token):
    confirmed = redeem(platform, token)
    assert confirmed.status_code == 200, confirmed.text
    assert confirmed.json()["person_id"] == citizen.person_id
    assert confirmed.json()["name_masked"] == "王**"
    me = platform.get("/v1/people/me", session=confirmed.json()["session_token"])
    assert me.json()["person_id"] == citizen.person_id
    platform.clock.advance(minutes=30)
    late = platform.get("/v1/people/me", session=confirmed.json()["session_token"])
    assert late.json()["code"] == "session_expired"


def test_a_token_works_once_also_for_many_at_the_same_moment(platform, token):
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: redeem(platform, token).status_code, range(6)))
    assert sorted(answers) == [200] + [409] * 5


def test_a_repeated_request_gets_its_answer_again(platform, token):
    body = {"token": token, **HERE}
    first = platform.call("POST", "/v1/handovers/redeem", body, key="the-same-key")
    again = platform.call("POST", "/v1/handovers/redeem", body, key="the-same-key")
    assert (first.status_code, first.json()) == (again.status_code, again.json())


@pytest.mark.parametrize("age", [300, 301, 86_400, -60])
def test_a_token_lives_five_minutes(platform, citizen, age):
    old = redeem(platform, made(platform, citizen, issued_at=int(time.time()) - age))
    assert (old.status_code, old.json()["code"]) == (409, "conflict")
    assert redeem(platform, made(platform, citizen, issued_at=int(time.time()) - 290)).status_code == 200


@pytest.mark.parametrize("where", [{"channel": "wechat"}, {"conversation_id": "web-2"}])
def test_another_conversation_gains_nothing_and_spoils_nothing(platform, token, where):
    refused = redeem(platform, token, **where)
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden_person")
    assert redeem(platform, token).status_code == 200


def test_a_forged_token_is_refused(platform, citizen, token):
    head, payload, signature = token.split(".")
    other = made(platform, citizen, person_id="per_somebody").split(".")[1]
    foreign = Tokens(b"x" * 32).sign(Handover(citizen.person_id, "web", "web-1", int(time.time()), "n"))
    for forged in (
        f"{head}.{other}.{signature}",
        f"{head}.{payload}.{'0' * 64}",
        f"h2.{payload}.{signature}",
        f"{payload}.{signature}",
        foreign,
        "x",
    ):
        refused = redeem(platform, forged)
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden_person"), forged


def test_only_a_front_end_hands_over_and_only_somebody_verified(platform, citizen, verify):
    session = verify(citizen)
    assert issue(platform, session, client="desk").json()["code"] == "forbidden_person"
    assert issue(platform, None).json()["code"] == "session_required"
    assert issue(platform, None, client="assistant").json()["code"] == "session_required"


def test_what_the_assistant_carries_on_ends_with_the_session_it_came_from(platform, citizen, verify):
    session = verify(citizen)
    platform.clock.advance(minutes=29)
    issued = issue(platform, session, client="assistant")
    assert issued.status_code == 201, issued.text
    confirmed = redeem(platform, issued.json()["token"]).json()
    again = issue(platform, confirmed["session_token"], client="assistant").json()["token"]
    platform.clock.advance(minutes=1)
    late = platform.get("/v1/people/me", session=confirmed["session_token"])
    assert late.json()["code"] == "session_expired"
    assert redeem(platform, again).json()["code"] == "conflict"
    assert issue(platform, session, client="assistant").json()["code"] == "session_expired"


def test_a_child_is_not_handed_over(platform, register, verify):
    child = register(
        name="王小小", number="510107201203071234", phone="13900000002", birth_date=date(2012, 3, 7)
    )
    refused = issue(platform, verify(child))
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden_person")


def test_a_token_of_somebody_who_has_gone_opens_nothing(platform, citizen):
    assert redeem(platform, made(platform, citizen, person_id="per_gone")).json()["code"] == "conflict"


def test_the_bot_knows_a_token_when_it_sees_one(token):
    assert handed_over(f" {token}\n") == token
    assert len(token) < 500
    assert handed_over(f"我的是{token}") is None


def test_the_demonstration_hands_a_persona_over(platform, capsys):
    load_demo(platform.parts, ROOT)
    settings = replace(platform.settings, demo=True)
    asked = ["green", "--channel", "web", "--conversation", "web-1"]
    assert handover_command(asked, settings) == 0
    printed = _token_in(capsys.readouterr().out)
    assert printed is not None
    assert redeem(platform, printed).json()["person_id"] == "per_demo_green"
    assert handover_command(["nobody", "--conversation", "web-1"], settings) == 1
    assert handover_command(asked, replace(settings, demo=False)) == 2
    assert _token_in(capsys.readouterr().out) is None


def _token_in(out):
    """The token among what was printed; the platform's own log may stand beside it."""
    return next((line for line in out.splitlines() if line.startswith("h1.")), None)
