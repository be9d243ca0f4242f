"""What a derived code says in words: steps done, waiting and open, the next colours, pop-ups, and what is not known."""

from __future__ import annotations

from actions import speech
from actions.turn import Turn
from backend_client import Code, NextColour, Requirement

_TESTS = ("nucleic_test", "entry_test")


def next_step(turn: Turn, code: Code) -> str:
    """What this person has done and has to do next."""
    open_steps = [step for step in code.requirements if step.done < step.needed]
    if not open_steps:
        return turn.word("code.step.unknown" if not code.requirements else "code.step.all_done")
    return "".join(_step(turn, step) for step in open_steps)


def when_green(turn: Turn, code: Code) -> list[str]:
    """When the milder colours can come, the nearest first."""
    order = {"yellow": 1, "green": 0}
    coming = sorted((c for c in code.next_colours if c.colour in order), key=lambda c: -order[c.colour])
    milder = [c for c in coming if code.colour == "red" or c.colour == "green"]
    return [_coming(turn, colour) for colour in milder if colour.by != "steps"]


def brief_green(turn: Turn, code: Code) -> list[str]:
    """That a green code is green for a while only, between two tests, and what is still to be done."""
    again = next((c for c in code.next_colours if c.colour == "yellow" and c.not_before), None)
    open_tests = [s for s in code.requirements if s.kind == "nucleic_test" and s.done < s.needed]
    if code.colour != "green" or again is None or again.not_before is None or not open_tests:
        return []
    when = speech.moment(again.not_before, turn.language)
    return [turn.word("code.brief_green", when=when), _step(turn, open_tests[0])]


def popup_lines(turn: Turn, code: Code) -> list[str]:
    """The pop-up on the code: why it is there, the test it asks for and by when, and how it ends."""
    shown = code.popup
    if shown is None:
        return []
    language = turn.language
    lines = [turn.word("code.popup", since=speech.moment(shown.since, language))]
    test = next((s for s in code.requirements if s.kind == "entry_test"), None)
    if test is not None and test.pending_at:
        lines.append(turn.word("code.popup_pending", when=speech.moment(test.pending_at[-1], language)))
    elif test is not None and test.done < test.needed:
        deadline = test.deadline or shown.test_deadline
        lines.append(_popup_test(turn, test, speech.moment(deadline, language) if deadline else None))
    if shown.until is not None and shown.until > turn.now:
        lines.append(turn.word("code.popup_until", until=speech.moment(shown.until, language)))
    return lines


def _popup_test(turn: Turn, test: Requirement, deadline: str | None) -> str:
    left = test.needed - test.done
    if deadline is None:
        key = "code.popup_test.begun.open" if test.done else "code.popup_test.open"
        return turn.word(key, needed=test.needed, done=test.done, left=left)
    key = "code.popup_test.begun" if test.done else "code.popup_test"
    return turn.word(key, needed=test.needed, done=test.done, left=left, deadline=deadline)


def unknown_lines(turn: Turn, code: Code) -> list[str]:
    """Rules that hold and whose colour no source names: said so, with whom to ask."""
    if not code.unknown:
        return []
    if turn.language == "en":
        kinds = {turn.word(f"code.category.{reason.category}") for reason in code.unknown}
        return [turn.word("code.unknown", summary="; ".join(sorted(kinds)))]
    return [turn.word("code.unknown", summary="；".join(reason.summary for reason in code.unknown))]


def _coming(turn: Turn, colour: NextColour) -> str:
    word = speech.colour(colour.colour, turn.language)
    if colour.not_before is None:
        return turn.word("code.coming_release", colour=word)
    return turn.word("code.coming", colour=word, when=speech.moment(colour.not_before, turn.language))


def _step(turn: Turn, step: Requirement) -> str:
    values = {
        "needed": step.needed,
        "done": step.done,
        "left": step.needed - step.done,
        "hours": step.interval_hours or 24,
        "deadline": speech.moment(step.deadline, turn.language) if step.deadline else "",
        "earliest": speech.moment(step.earliest_at, turn.language) if step.earliest_at else "",
        "days": step.done,
    }
    if step.kind in _TESTS and step.pending_at:
        when = speech.moment(step.pending_at[-1], turn.language)
        more = step.needed - step.done - len(step.pending_at)
        key = "code.step.pending.more" if more > 0 else "code.step.pending"
        return turn.word(key, **{**values, "left": max(0, more)}, when=when)
    key = f"code.step.{step.kind}"
    if step.kind == "wait" and step.awaits:
        return turn.word("code.step.wait.release")
    if step.kind == "nucleic_test" and step.done:
        key += ".begun"
        values["last"] = speech.moment(step.done_at[-1], turn.language) if step.done_at else ""
    elif step.kind == "nucleic_test" and step.needed == 1:
        key += ".one"
        return turn.word(key, **values)
    if step.earliest_at and step.earliest_at > turn.now:
        key += ".from"
    elif step.deadline and step.deadline > turn.now:
        key += ".by"
    return turn.word(key, **values)
