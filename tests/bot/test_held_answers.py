"""Answers held with their turn: said again to a message that comes again, and to nobody else."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from bot.held_answers import HeldAnswers, RunningTurn
from privacy.database import open_engine

SAID = [{"text": "工单已提交，编号JKT20220905-000001", "private": True}]


class Time:
    def __init__(self) -> None:
        self.now = datetime(2022, 9, 5, 9, tzinfo=timezone.utc)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def held(tmp_path: Path, time: Time) -> HeldAnswers:
    return HeldAnswers(open_engine(f"sqlite:///{tmp_path}/bot.sqlite3"), b"k" * 32, time)


def keep(held: HeldAnswers, conversation: str, *ids: str, commit: bool = True) -> None:
    with held._engine.connect() as connection:
        transaction = connection.begin()
        RunningTurn(held, conversation, ids, list(SAID)).keep(connection, conversation)
        if commit:
            transaction.commit()
        else:
            transaction.rollback()


def test_a_message_that_comes_again_finds_its_answers(held: HeldAnswers) -> None:
    keep(held, "c1", "m1")
    assert held.recall("c1", "m1") == SAID
    assert held.recall("c1", "m2") is None
    assert held.recall("c2", "m1") is None


def test_of_joined_messages_the_last_has_the_answers_and_the_others_are_answered_too(
    held: HeldAnswers,
) -> None:
    keep(held, "c1", "m1", "m2")
    assert held.recall("c1", "m1") == []
    assert held.recall("c1", "m2") == SAID


def test_a_turn_that_was_not_stored_left_no_answers(held: HeldAnswers) -> None:
    keep(held, "c1", "m1", commit=False)
    assert held.recall("c1", "m1") is None


def test_a_turn_stored_twice_has_its_latest_answers_and_one_without_an_id_none(held: HeldAnswers) -> None:
    keep(held, "c1", "m1")
    keep(held, "c1", "m1")
    keep(held, "c1")
    assert held.recall("c1", "m1") == SAID


def test_they_are_sealed_and_gone_after_an_hour_or_with_their_conversation(
    held: HeldAnswers, time: Time, tmp_path: Path
) -> None:
    keep(held, "c1", "m1")
    keep(held, "c2", "m1")
    assert b"JKT" not in (tmp_path / "bot.sqlite3").read_bytes()
    held.forget("c1")
    assert held.recall("c1", "m1") is None
    assert held.recall("c2", "m1") == SAID
    time.now += timedelta(hours=1)
    assert held.purge(time.now) == 1
    assert held.recall("c2", "m1") is None
