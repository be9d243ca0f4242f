"""What a derived code says in words: steps done, waiting and open, the next colours, pop-ups, and what is not known."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from backend_client import Code, NextColour, Reason, Requirement

from . import moments

_TESTS = ("nucleic_test", "entry_test")


class Teller(Protocol):
    """Who tells it: the wordings of `data/responses`, the language, and what time it is on the platform."""

    @property
    def language(self) -> str:
        """``zh`` or ``en``."""

    @property
    def now(self) -> datetime:
        """The platform's time."""

    def word(self, key: str, **values: object) -> str:
        """One wording of ``key``, filled in."""


def status(by: Teller, whose: str, code: Code) -> str:
    """The colour in words and since when; ``whose`` is “您”, “您母亲”."""
    since = by.word("code.since", since=moments.moment(code.since, by.language)) if code.since else ""
    return by.word(f"code.status.{code.colour}", whose=whose, since=since)


def reason_line(by: Teller, reason: Reason) -> str:
    """The rule in words; the summary is Chinese, so English names its kind and day."""
    if by.language == "en":
        day = f" on {moments.day(reason.event_at, 'en')}" if reason.event_at else ""
        summary = by.word(f"code.category.{reason.category}") + day
        source = f"{reason.source}, {moments.day(reason.source_date, 'en')} {reason.source_date.year}"
        return by.word("code.reason", summary=summary, source=source)
    summary = reason.summary
    if reason.event_at and moments.day(reason.event_at) not in summary:
        summary = f"{moments.day(reason.event_at)}，{summary}"
    published = f"{reason.source_date.year}年{moments.day(reason.source_date)}"
    return by.word("code.reason", summary=summary, source=f"{reason.source}（{published}）")


def as_of(by: Teller, code: Code) -> str:
    """The freshness of the data, as every answer from data says it."""
    return by.word("data.as_of", when=moments.moment(code.as_of, by.language))


def next_step(by: Teller, code: Code) -> str:
    """What this person has done and has to do next."""
    open_steps = [step for step in code.requirements if step.done < step.needed]
    if not open_steps:
        return by.word("code.step.unknown" if not code.requirements else "code.step.all_done")
    return "".join(step_line(by, step) for step in open_steps)


def when_green(by: Teller, code: Code) -> list[str]:
    """When the milder colours can come, the nearest first."""
    order = {"yellow": 1, "green": 0}
    coming = sorted((c for c in code.next_colours if c.colour in order), key=lambda c: -order[c.colour])
    milder = [c for c in coming if code.colour == "red" or c.colour == "green"]
    return [_coming(by, colour) for colour in milder if colour.by != "steps"]


def brief_green(by: Teller, code: Code) -> list[str]:
    """That a green code is green for a while only, between two tests, and what is still to be done."""
    again = next((c for c in code.next_colours if c.colour == "yellow" and c.not_before), None)
    open_tests = [s for s in code.requirements if s.kind == "nucleic_test" and s.done < s.needed]
    if code.colour != "green" or again is None or again.not_before is None or not open_tests:
        return []
    when = moments.moment(again.not_before, by.language)
    return [by.word("code.brief_green", when=when), step_line(by, open_tests[0])]


def popup_lines(by: Teller, code: Code) -> list[str]:
    """The pop-up on the code: why it is there, the test it asks for and by when, and how it ends."""
    shown = code.popup
    if shown is None:
        return []
    language = by.language
    lines = [by.word("code.popup", since=moments.moment(shown.since, language))]
    test = next((s for s in code.requirements if s.kind == "entry_test"), None)
    if test is not None and test.pending_at:
        lines.append(by.word("code.popup_pending", when=moments.moment(test.pending_at[-1], language)))
    elif test is not None and test.done < test.needed:
        deadline = test.deadline or shown.test_deadline
        lines.append(_popup_test(by, test, moments.moment(deadline, language) if deadline else None))
    if shown.until is not None and shown.until > by.now:
        lines.append(by.word("code.popup_until", until=moments.moment(shown.until, language)))
    return lines


def _popup_test(by: Teller, test: Requirement, deadline: str | None) -> str:
    left = test.needed - test.done
    if deadline is None:
        key = "code.popup_test.begun.open" if test.done else "code.popup_test.open"
        return by.word(key, needed=test.needed, done=test.done, left=left)
    key = "code.popup_test.begun" if test.done else "code.popup_test"
    return by.word(key, needed=test.needed, done=test.done, left=left, deadline=deadline)


def unknown_lines(by: Teller, code: Code) -> list[str]:
    """Rules that hold and whose colour no source names: said so, with whom to ask."""
    if not code.unknown:
        return []
    if by.language == "en":
        kinds = {by.word(f"code.category.{reason.category}") for reason in code.unknown}
        return [by.word("code.unknown", summary="; ".join(sorted(kinds)))]
    return [by.word("code.unknown", summary="；".join(reason.summary for reason in code.unknown))]


def _coming(by: Teller, colour: NextColour) -> str:
    word = moments.colour(colour.colour, by.language)
    if colour.not_before is None:
        return by.word("code.coming_release", colour=word)
    return by.word("code.coming", colour=word, when=moments.moment(colour.not_before, by.language))


def step_line(by: Teller, step: Requirement) -> str:
    """What is done of a step that is not finished, what waits for a result, and what to do next."""
    values = {
        "needed": step.needed,
        "done": step.done,
        "left": step.needed - step.done,
        "hours": step.interval_hours or 24,
        "deadline": moments.moment(step.deadline, by.language) if step.deadline else "",
        "earliest": moments.moment(step.earliest_at, by.language) if step.earliest_at else "",
        "days": step.done,
    }
    if step.kind in _TESTS and step.pending_at:
        when = moments.moment(step.pending_at[-1], by.language)
        more = step.needed - step.done - len(step.pending_at)
        key = "code.step.pending.more" if more > 0 else "code.step.pending"
        return by.word(key, **{**values, "left": max(0, more)}, when=when)
    key = f"code.step.{step.kind}"
    if step.kind == "wait" and step.awaits:
        return by.word("code.step.wait.release")
    if step.kind == "nucleic_test" and step.done:
        key += ".begun"
        values["last"] = moments.moment(step.done_at[-1], by.language) if step.done_at else ""
    elif step.kind == "nucleic_test" and step.needed == 1:
        key += ".one"
        return by.word(key, **values)
    if step.earliest_at and step.earliest_at > by.now:
        key += ".from"
    elif step.deadline and step.deadline > by.now:
        key += ".by"
    return by.word(key, **values)
