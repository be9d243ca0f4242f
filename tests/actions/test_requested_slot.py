"""A form that was returned to asks for its own field: Rasa goes by the first request among a turn's events."""

from __future__ import annotations

from types import SimpleNamespace

from rasa_sdk.events import SlotSet

from actions.base import _with_request


def test_one_turn_names_one_requested_slot_the_last() -> None:
    turn = SimpleNamespace(
        events=[
            SlotSet("requested_slot", "otp"),
            SlotSet("session", "<SESSION#aaaaaaaa>"),
            SlotSet("requested_slot", None),
        ],
        slots={"requested_slot": "appeal_form.confirm", "form_failures": None},
    )
    named = [event["value"] for event in _with_request(turn) if event.get("name") == "requested_slot"]  # type: ignore[arg-type]
    assert named == ["appeal_form.confirm"]
