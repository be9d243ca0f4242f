"""Appeals at the desk, beside the embedded platform: read masked, pictures opened under audit, decided once."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend_client import AppealIn, EvidenceIn, StartVerification
from tests.backend_client.real_platform import RealPlatform, free_port, load_demonstration, real_platform
from tests.hotline.conftest import Agent, Running, serve, settings_for, text_of
from tests.support.conversation import personas

JPEG = b"\xff\xd8\xff\xe0 a picture"


@pytest.fixture
def running(tmp_path: Path) -> Iterator[RealPlatform]:
    load_demonstration(tmp_path)
    with real_platform(tmp_path, free_port()) as platform:
        yield platform


@pytest.fixture
def desk(running: RealPlatform, tmp_path: Path) -> Iterator[Running]:
    secret = running.secrets.get("platform_desk")
    yield from serve(settings_for(running.url, tmp_path, platform_secret=secret))


@pytest.fixture
def session(running: RealPlatform) -> tuple[str, str]:
    """A verified person with a yellow code: session and person id."""
    person = personas()["appeal_not_there"]
    citizen = running.client()
    started = citizen.start_verification(
        StartVerification(
            name=person["name"],
            document_type="id_card",
            document_number=person["number"],
            phone=person["phone"],
            channel="web",
            conversation_id="c-1",
        )
    )
    confirmed = citizen.confirm_verification(started.verification_id, running.password_of(person["phone"]))
    return confirmed.session_token, confirmed.person_id


def file(running: RealPlatform, token: str) -> tuple[str, str]:
    citizen = running.client()
    picture = EvidenceIn(media_type="image/jpeg", content=base64.b64encode(JPEG).decode())
    kept = citizen.keep_evidence(token, picture, key=uuid.uuid4().hex)
    appeal = AppealIn(
        reason="not_there",
        content="我一直在家，电话19900003001。",
        stay="在家",
        contact_phone="19900003001",
        evidence=(kept.evidence_id,),
    )
    return citizen.create_appeal(token, appeal, key=uuid.uuid4().hex).number, kept.evidence_id


def test_an_agent_reads_an_appeal_masked_opens_its_picture_and_upholds_it(
    running: RealPlatform, agent: Agent, auditor: Agent, session: tuple[str, str]
) -> None:
    token, person_id = session
    number, picture = file(running, token)
    assert number in text_of(agent.get("/appeals?state=accepted"))
    path = f"/appeals/{number}"
    page = agent.get(path)
    assert "没去过那里" in text_of(page)
    assert "19900003001" not in page.text
    assert "谭知秋" not in page.text
    shown = agent.get(f"{path}/pictures/{picture}")
    assert (shown.content, shown.headers["content-type"]) == (JPEG, "image/jpeg")
    assert "打开申诉图片" in text_of(auditor.get("/audit"))
    page = agent.press(page, f"{path}/decisions", {"to": "upheld"})
    assert "现在是绿码" in text_of(page)
    assert running.client().code(token, person_id).colour == "green"


def test_a_rejection_needs_its_reason(running: RealPlatform, agent: Agent, session: tuple[str, str]) -> None:
    number, _ = file(running, session[0])
    path = f"/appeals/{number}"
    page = agent.get(path)
    refused = agent.press(page, f"{path}/decisions", {"to": "rejected", "reply": " "})
    assert "写明理由" in text_of(refused)
    page = agent.press(agent.get(path), f"{path}/decisions", {"to": "rejected", "reply": "轨迹核对无误。"})
    assert "轨迹核对无误" in text_of(page)
    assert running.client().appeal(session[0], number).state == "rejected"
