"""Pictures and documents: given back whole, to whom they belong, until their time is over."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa

from privacy.errors import UnknownToken, VaultTampered
from privacy.media import MEDIA_ID, SENT_ID, Media, MediaStore

PICTURE = Media("image/png", "code.png", b"\x89PNG\r\n\x1a\n picture")


class Time:
    def __init__(self) -> None:
        self.now = datetime(2022, 9, 5, 9, tzinfo=timezone.utc)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def store(tmp_path: Path, time: Time) -> MediaStore:
    return MediaStore(f"sqlite:///{tmp_path}/media.sqlite3", b"k" * 32, time)


def test_what_was_put_comes_back_by_its_unguessable_id(store: MediaStore) -> None:
    first, second = (store.put("c1", PICTURE, timedelta(hours=1)) for _ in range(2))
    assert MEDIA_ID.fullmatch(first)
    assert first != second
    assert store.get(first) == PICTURE


def test_it_ends_with_its_lifetime_and_is_purged(store: MediaStore, time: Time) -> None:
    media_id = store.put("c1", PICTURE, timedelta(hours=1))
    time.now += timedelta(hours=1)
    with pytest.raises(UnknownToken):
        store.get(media_id)
    assert store.purge(time.now) == 1
    assert store.purge(time.now) == 0


def test_another_conversation_does_not_get_it(store: MediaStore) -> None:
    media_id = store.put("c1", PICTURE, timedelta(hours=1))
    assert store.get(media_id, "c1") == PICTURE
    with pytest.raises(UnknownToken):
        store.get(media_id, "c2")


def test_what_a_person_sent_is_opened_with_its_conversation_only(store: MediaStore) -> None:
    sent = store.take("c1", PICTURE)
    assert SENT_ID.fullmatch(sent)
    assert store.get(sent, "c1") == PICTURE
    assert (store.holds(sent, "c1"), store.holds(sent, "c2")) == (True, False)
    for conversation in (None, "c2"):
        with pytest.raises(UnknownToken):
            store.get(sent, conversation)


def test_what_a_person_sent_is_kept_for_a_week(store: MediaStore, time: Time) -> None:
    sent = store.take("c1", PICTURE)
    time.now += timedelta(days=7) - timedelta(seconds=1)
    assert store.holds(sent, "c1")
    time.now += timedelta(seconds=1)
    assert not store.holds(sent, "c1")


def test_one_item_can_be_dropped_by_its_conversation(store: MediaStore) -> None:
    sent = store.take("c1", PICTURE)
    assert not store.drop(sent, "c2")
    assert store.drop(sent, "c1")
    assert not store.holds(sent, "c1")


def test_a_conversation_can_be_forgotten(store: MediaStore) -> None:
    mine, other = store.put("c1", PICTURE, timedelta(hours=1)), store.put("c2", PICTURE, timedelta(hours=1))
    assert store.forget("c1") == 1
    with pytest.raises(UnknownToken):
        store.get(mine)
    assert store.get(other) == PICTURE


def test_the_file_shows_neither_bytes_nor_conversation_and_a_change_is_noticed(
    store: MediaStore, tmp_path: Path
) -> None:
    media_id = store.put("conversation-of-somebody", PICTURE, timedelta(hours=1))
    engine = sa.create_engine(f"sqlite:///{tmp_path}/media.sqlite3")
    with engine.begin() as connection:
        row = connection.execute(sa.text("select * from media")).mappings().one()
        assert b"picture" not in row["sealed"]
        assert "conversation-of-somebody" not in str(dict(row))
        connection.execute(sa.text("update media set sealed = :s"), {"s": row["sealed"][:-1] + b"\0"})
    with pytest.raises(VaultTampered):
        store.get(media_id)
