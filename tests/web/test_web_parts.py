"""The channel's parts by themselves: tokens, limits, masking, the store, the vendored files."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.web.errors import BadFrame, BadSession, SessionExpired, TooFast, TooLarge
from bot.channels.web.frames import client_message, parse
from bot.channels.web.limits import Bucket, Buckets
from bot.channels.web.nojs import is_safe_image
from bot.channels.web.page import STATIC
from bot.channels.web.rendering import clean, masked
from bot.channels.web.sessions import Sessions
from bot.channels.web.settings import WebSettings
from bot.channels.web.store import CLAIM_LIFE, Draft, MessageStore
from bot.channels.web.vendor import VENDOR, manifest, prepared
from privacy.database import open_engine
from privacy.sealing import Sealer

START = datetime(2022, 9, 5, 9, tzinfo=timezone.utc)


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(clock: Clock) -> Sessions:
    return Sessions(b"k" * 32, clock, timedelta(hours=24), timedelta(days=7))


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> MessageStore:
    return MessageStore(open_engine(f"sqlite:///{tmp_path / 'web.sqlite3'}"), clock, Sealer(b"k" * 32))


def test_a_session_ends_after_its_life(sessions: Sessions, clock: Clock) -> None:
    session = sessions.open()
    clock.now += timedelta(hours=23, minutes=59)
    assert sessions.check(session.token).conversation_id == session.conversation_id
    clock.now += timedelta(minutes=1)
    with pytest.raises(SessionExpired):
        sessions.check(session.token)


def test_a_used_session_lives_on_until_its_limit(sessions: Sessions, clock: Clock) -> None:
    session = sessions.open()
    for _ in range(14):
        clock.now += timedelta(hours=12)
        if clock.now < START + timedelta(days=7):
            session = sessions.renew(sessions.check(session.token))
    assert session.expires_at == START + timedelta(days=7)
    with pytest.raises(SessionExpired):
        sessions.check(session.token)


def test_a_session_is_not_renewed_before_half_its_life(sessions: Sessions, clock: Clock) -> None:
    session = sessions.open()
    clock.now += timedelta(hours=11)
    assert sessions.renew(session) is session


def test_an_invitation_opens_one_conversation_however_often_it_is_sent(
    sessions: Sessions, clock: Clock
) -> None:
    invitation = sessions.invite()
    session = sessions.accept(invitation)
    clock.now += timedelta(minutes=59)
    assert sessions.accept(invitation).conversation_id == session.conversation_id
    assert sessions.check(session.token).conversation_id == session.conversation_id
    assert sessions.accept(sessions.invite()).conversation_id != session.conversation_id
    clock.now += timedelta(minutes=1)
    with pytest.raises(SessionExpired):
        sessions.accept(invitation)


def test_an_invitation_is_no_session_and_a_session_no_invitation(sessions: Sessions) -> None:
    invitation = sessions.invite()
    for wrong in (invitation, invitation.replace("w0.", "w1.")):
        with pytest.raises(BadSession):
            sessions.check(wrong)
    token = sessions.accept(invitation).token
    for wrong in (token, token.replace("w1.", "w0.")):
        with pytest.raises(BadSession):
            sessions.accept(wrong)


@given(st.text(max_size=200))
def test_no_other_text_is_a_token(text: str) -> None:
    sessions = Sessions(b"k" * 32, lambda: START, timedelta(hours=1), timedelta(hours=2))
    with pytest.raises(BadSession):
        sessions.check(text)
    with pytest.raises(BadSession):
        sessions.accept(text)


def test_a_token_of_another_installation_is_refused(sessions: Sessions, clock: Clock) -> None:
    other = Sessions(b"o" * 32, clock, timedelta(hours=24), timedelta(days=7))
    with pytest.raises(BadSession):
        sessions.check(other.open().token)


def test_a_bucket_refills_with_time() -> None:
    bucket = Bucket(2, 0.5, now=0)
    bucket.take(0)
    bucket.take(0)
    with pytest.raises(TooFast) as refused:
        bucket.take(0)
    assert refused.value.retry_after == pytest.approx(2)
    bucket.take(2)


def test_each_key_has_its_own_bucket_and_old_keys_are_forgotten() -> None:
    buckets = Buckets(1, 1, lambda: 0.0, keys=2)
    for key in ("a", "b", "c"):
        buckets.take(key)
    buckets.take("a")
    with pytest.raises(TooFast):
        buckets.take("c")


@given(st.text() | st.binary())
def test_any_input_is_a_frame_or_a_named_error(raw: Any) -> None:
    try:
        value = parse(raw)
    except (BadFrame, TooLarge):
        return
    assert isinstance(value["type"], str)


@given(
    st.dictionaries(
        st.sampled_from(["id", "kind", "text", "lat", "lon", "title"]), st.text() | st.floats() | st.none()
    )
)
def test_any_object_is_a_message_or_a_named_error(value: dict[str, Any]) -> None:
    try:
        message = client_message(value)
    except BadFrame:
        return
    assert message.kind in ("text", "payload", "location")


@pytest.mark.parametrize("lat", [float("nan"), float("inf"), 90.1, "30", True, None])
def test_a_position_off_the_earth_is_refused(lat: Any) -> None:
    with pytest.raises(BadFrame):
        client_message({"id": "12345678", "kind": "location", "lat": lat, "lon": 104})


@given(st.text())
def test_cleaned_text_can_be_stored_and_sent(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode("utf-8")
    assert not re.search(r"[\x00-\x08\x7f\u202e]", cleaned)


@pytest.mark.parametrize(
    ("text", "expected", "shown"),
    [
        ("510105199001011237", [None], "身份证号 51**************37"),
        ("我的号是510105199001011237。", [None], "我的号是51**************37。"),
        ("王小明", [None], "王小明"),
        ("王小明", [None, "name"], "姓名 王**"),
        ("482913", ["otp"], "验证码 ****"),
        ("第一行\n第二行", [None], "第一行\n第二行"),
    ],
)
def test_personal_data_is_masked_under_everything_that_may_have_been_asked(
    text: str, expected: list[str | None], shown: str
) -> None:
    assert masked(text, expected) == shown


def test_a_long_text_is_shown_shortened() -> None:
    assert len(masked("长" * 50_000, [None])) < 2100


async def test_numbers_run_without_gaps_and_a_message_is_kept_once(store: MessageStore) -> None:
    await store.append("c", [Draft("person", {"text": "甲"}, "id-1"), Draft("assistant", {"text": "乙"})])
    assert (
        await store.append("c", [Draft("person", {"text": "甲"}, "id-1"), Draft("assistant", {"text": "丙"})])
        == []
    )
    await store.append("c", [Draft("notice", {"text": "丁"})])
    assert [(m.seq, m.body["text"]) for m in await store.after("c", 0)] == [(1, "甲"), (2, "乙"), (3, "丁")]
    assert await store.claim("c", "id-1", "me") == "done"


async def test_a_claim_is_held_until_its_owner_must_be_dead(store: MessageStore, clock: Clock) -> None:
    assert await store.claim("c", "id-1", "one") == "won"
    assert await store.claim("c", "id-1", "two") == "held"
    clock.now += CLAIM_LIFE + timedelta(seconds=1)
    assert await store.claim("c", "id-1", "two") == "won"
    assert await store.claim("c", "id-1", "three") == "held"


async def test_a_released_claim_can_be_won_again(store: MessageStore) -> None:
    await store.claim("c", "id-1", "one")
    await store.release("c", "id-1")
    assert await store.claim("c", "id-1", "two") == "won"


async def test_what_is_too_old_is_deleted(store: MessageStore, clock: Clock) -> None:
    await store.append("c", [Draft("assistant", {"text": "旧"})])
    clock.now += timedelta(days=31)
    await store.append("c", [Draft("assistant", {"text": "新"})])
    assert await store.purge(clock.now - timedelta(days=30)) == 1
    assert [(m.seq, m.body["text"]) for m in await store.after("c", 0)] == [(2, "新")]


async def test_what_the_page_has_shown_counts_as_delivered(store: MessageStore) -> None:
    await store.append("c", [Draft("notice", {"text": str(n)}) for n in range(3)])
    await store.delivered("c", 2)
    assert await store.undelivered("c") == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("JKT_WEB_ORIGINS", "evil; script-src *"),
        ("JKT_WEB_FRAME_ANCESTORS", "'unsafe-inline'"),
        ("JKT_WEB_SESSION_HOURS", "0"),
        ("JKT_WEB_RETENTION_DAYS", "many"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=name):
        WebSettings.from_environment({name: value})


@pytest.mark.parametrize(
    ("address", "is_safe"),
    [
        ("/pictures/1.png", True),
        ("https://example.gov.cn/1.png", True),
        ("data:image/png;base64,AA", True),
        ("javascript:alert(1)", False),
        ("data:text/html,<script>", False),
        ("//evil.example/1.png", False),
        ("/\\evil.example/1.png", False),
    ],
)
def test_only_pictures_are_shown_as_pictures(address: str, is_safe: bool) -> None:
    assert is_safe_image(address) is is_safe


def test_the_vendored_files_are_the_pinned_ones() -> None:
    files = {path.name for path in VENDOR.glob("*.mjs")}
    assert files == {entry["file"] for entry in manifest()}
    for entry in manifest():
        body = (VENDOR / entry["file"]).read_bytes()
        assert hashlib.sha256(body).hexdigest() == entry["sha256"], entry["file"]
        assert re.fullmatch(r"\d+\.\d+\.\d+", entry["version"])


def test_vendoring_makes_imports_relative_and_drops_source_maps() -> None:
    source = b'import{options as n}from"preact";export{n};\n//# sourceMappingURL=hooks.mjs.map'
    assert prepared(source) == b'import{options as n}from"./preact.mjs";export{n};\n'


def own_files(*suffixes: str) -> list[Path]:
    return [p for p in STATIC.rglob("*") if p.suffix in suffixes and p.parent != VENDOR]


@pytest.mark.parametrize("path", own_files(".js", ".html", ".css", ".svg"), ids=lambda p: p.name)
def test_no_file_names_another_host_or_holds_inline_code(path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace(
        "<script>$first</script>", ""
    )  # the policy knows its hash
    hosts = set(re.findall(r"(?:https?:)?//([a-z0-9-]+(?:\.[a-z0-9-]+)+)", text))
    assert hosts <= {"www.w3.org"}
    assert not re.search(
        r"<script(?![^>]*\ssrc=)|\son\w+=\"|style=\"|<style|javascript:|innerHTML|eval\(", text
    )


def luminance(colour: str) -> float:
    def linear(part: str) -> float:
        value = int(part, 16) / 255
        return value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(colour[i : i + 2]) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, two: str) -> float:
    light, dark = sorted((luminance(one), luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


PAIRS = [
    ("ink", "paper"), ("ink", "card"), ("soft", "paper"), ("soft", "card"), ("accent", "paper"), ("accent", "card"),
    ("on-accent", "accent"), ("mine-ink", "mine"), ("alarm", "paper"), ("ink", "bar"), ("accent", "mine"),
]  # fmt: skip


@pytest.mark.parametrize("sheet", ["style.css", "dark.css"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_every_text_stands_out_from_its_ground(sheet: str, text: str, ground: str) -> None:
    blocks = re.findall(r":root \{(.*?)\}", (STATIC / sheet).read_text(encoding="utf-8"), re.DOTALL)
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", blocks[0]))
    assert contrast(colours[text], colours[ground]) >= 4.5
