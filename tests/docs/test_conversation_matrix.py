"""Every capability is shown in a conversation of every kind: the table cannot rot."""

from __future__ import annotations

from tests.support.matrix import capabilities, covered, required


def test_every_capability_is_shown_in_every_kind_of_conversation() -> None:
    assert len(capabilities()) > 20, "the README lists them"
    assert sorted(required() - set(covered())) == []


def test_no_conversation_says_that_it_shows_what_there_is_not() -> None:
    known = required() | {f"{name}.english" for name in capabilities()}
    assert sorted(set(covered()) - known) == []
