"""Text messages about events: to those who may hear of them, once, and without a word about health."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from backend.clock import DEMO_START
from backend.models import FamilyLink, new_id
from backend.outbox import KINDS, emit
from backend.rules.text_messages import text_about

HEALTH = (
    "绿",
    "黄",
    "红",
    "阴",
    "阳",
    "隔离",
    "核酸",
    "检测",
    "green",
    "yellow",
    "red ",
    "negative",
    "positive",
    "test",
)


def happens(platform, kind, person_id, data=None):
    with platform.database.write() as session:
        return emit(session, kind, person_id, data or {}, DEMO_START)


def tell(platform, event_id, person_id, client="bot", **more):
    body = {"person_id": person_id, "language": more.pop("language", "zh")}
    return platform.post(f"/v1/events/{event_id}/text-messages", body, client=client, **more)


def texts(platform, phone="13900000001"):
    found = platform.http.get(f"{platform.url}/dev/outbox", params={"phone": phone}, timeout=10).json()
    return [item["text"] for item in found["items"] if item["kind"] == "notice"]


@pytest.fixture
def citizen(register):
    return register()


def test_a_person_is_told_by_text_at_the_phone_they_are_registered_with(platform, citizen):
    event_id = happens(platform, "code.changed", citizen.person_id)
    told = tell(platform, event_id, citizen.person_id)
    assert (told.status_code, told.json()) == (202, {"event_id": event_id, "phone_masked": "139****0001"})
    assert texts(platform) == ["【四川天府健康通】您的健康码状态有更新，请打开天府健康通查看。"]


def test_one_event_is_one_text_under_whatever_key_and_by_however_many_at_once(platform, citizen):
    event_id = happens(platform, "code.changed", citizen.person_id)
    with ThreadPoolExecutor(6) as pool:
        asked = list(pool.map(lambda _: tell(platform, event_id, citizen.person_id).status_code, range(6)))
    assert asked == [202] * 6
    assert len(texts(platform)) == 1
    tell(platform, happens(platform, "code.changed", citizen.person_id), citizen.person_id)
    assert len(texts(platform)) == 2


def test_a_relative_is_told_while_linked_and_in_words_of_their_own(platform, citizen, register):
    owner = register(name="李丽", number="510107198805120043", phone="13900000002")
    with platform.database.write() as session:
        link = FamilyLink(
            link_id=new_id("lnk"),
            owner_id=owner.person_id,
            member_id=citizen.person_id,
            relation="母亲",
            since=DEMO_START,
            consent="given",
        )
        session.add(link)
        session.flush()
        link_id = link.link_id
    event_id = happens(platform, "code.changed", citizen.person_id)
    assert tell(platform, event_id, owner.person_id, language="en").status_code == 202
    assert texts(platform, "13900000002") == [
        "[Sichuan Tianfu Health] Your relative's health code was updated. Open the app to see it."
    ]
    with platform.database.write() as session:
        session.get(FamilyLink, link_id).ended_at = DEMO_START + timedelta(minutes=1)
    later = happens(platform, "code.changed", citizen.person_id)
    assert tell(platform, later, owner.person_id).json()["code"] == "forbidden_person"
    assert len(texts(platform, "13900000002")) == 1


def test_nobody_else_is_told_and_nobody_else_may_ask(platform, citizen, register):
    other = register(name="李丽", number="510107198805120043", phone="13900000002")
    event_id = happens(platform, "code.changed", citizen.person_id)
    assert tell(platform, event_id, other.person_id).status_code == 403
    for client in ("assistant", "desk", "province"):
        assert tell(platform, event_id, citizen.person_id, client=client).status_code == 403
    assert tell(platform, "evt_0", citizen.person_id).status_code == 404
    assert texts(platform) == texts(platform, "13900000002") == []


def test_without_a_phone_and_for_what_is_not_told_by_text_the_reason_is_one_word(platform, register):
    nobody = register(phone=None)
    event_id = happens(platform, "code.changed", nobody.person_id)
    assert tell(platform, event_id, nobody.person_id).json()["reason"] == "no_phone"
    ended = happens(platform, "family.link_ended", nobody.person_id, {"owner_id": "per_9"})
    assert tell(platform, ended, nobody.person_id).json()["reason"] == "kind"


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_no_text_says_anything_of_health(kind):
    for language in ("zh", "en"):
        for own in (True, False):
            text = text_about(kind, language, own=own) or ""
            assert not any(word in text for word in HEALTH), text
            assert "http" not in text
            assert len(text) <= (70 if language == "zh" else 160)
