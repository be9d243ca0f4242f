"""The desk beside the embedded platform: an order a citizen made goes through an agent's hands and back."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend_client import ServiceRequestIn
from tests.backend_client.real_platform import RealPlatform, free_port, load_demonstration, real_platform
from tests.hotline.conftest import Agent, Running, serve, settings_for, text_of


@pytest.fixture
def running(tmp_path: Path) -> Iterator[RealPlatform]:
    load_demonstration(tmp_path)
    with real_platform(tmp_path, free_port()) as platform:
        yield platform


@pytest.fixture
def desk(running: RealPlatform, tmp_path: Path) -> Iterator[Running]:
    secret = running.secrets.get("platform_desk")
    yield from serve(settings_for(running.url, tmp_path, platform_secret=secret))


def test_order_of_a_citizen_is_answered_at_the_desk(running: RealPlatform, agent: Agent) -> None:
    citizen = running.client()
    order = ServiceRequestIn(
        kind="help",
        category="核酸检测",
        title="核酸结果没有更新",
        content="昨天做的核酸，手机19900000001没有收到结果。",
        division_code="510107",
        contact_phone="19900000001",
        conversation_id="c-1",
        channel="web",
    )
    made = citizen.create_service_request(order, key=uuid.uuid4().hex)
    assert made.number in text_of(agent.get("/orders?state=accepted"))
    path = f"/orders/{made.number}"
    page = agent.get(path)
    assert "时限充足" in text_of(page)
    assert "19900000001" not in page.text
    steps: dict[str, dict[str, str]] = {
        "dispatch": {},
        "sign": {},
        "suspend": {"reason": "等检测机构"},
        "resume": {},
        "ask_extension": {"until": "2022-09-20", "reason": "检测机构停电"},
        "refuse_extension": {"reason": "时间够"},
        "submit": {"reply": "结果已经上传，请刷新。"},
        "answer": {},
        "call_back": {"reached": "yes", "solved": "yes", "satisfaction": "4", "comment": "可以"},
        "archive": {},
    }
    leader = Agent(agent.base)
    leader.log_in("L001")
    for action, typed in steps.items():
        who = leader if action == "refuse_extension" else agent
        page = who.press(who.get(path), f"{path}/steps", {"action": action, **typed})
        assert "操作完成" in text_of(page), text_of(page)
    assert "武侯区卫生健康局" in text_of(page)
    assert "没有要做的了" in text_of(page)
    assert "武侯区卫生健康局" in text_of(agent.get(f"{path}/print"))
    seen = citizen.service_request(made.number, made.fetch_code)
    assert (seen.state, seen.reply) == ("archived", "结果已经上传，请刷新。")
