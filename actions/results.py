"""Test results (T2): the band with its end as a clock time, what is pending, and what to do when nothing comes."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import ClassVar, Final, Literal

from actions import notices, speech
from actions.personal import PersonalTopic
from actions.persons import Subject
from actions.policy import answer_from_knowledge, tell_policy
from actions.tickets import open_work_order
from actions.turn import Button, Turn
from backend_client import Code, PlatformError, Site, Test

#: A result should be there within this time of sampling (domain facts d: 12-24 h are usual).
RESULT_DUE: Final = timedelta(hours=24)
#: Hours the bands of a negative result end after, counted from sampling.
BANDS: Final = (24, 48, 72)
_SHOWN = 3
_WHICH_COUNT = re.compile(r"算不算|算数|哪些.{0,4}算|作数|认不认|混检.{0,6}算", re.IGNORECASE)
_OWN = re.compile(r"我|咱|俺|\b(?:my|mine|i)\b", re.IGNORECASE)
TestKind = Literal["nucleic", "antibody"]


class TestResult(PersonalTopic):
    """T2: latest and earlier results, how long they count, and a way on when one is missing."""

    intents: ClassVar[tuple[str, ...]] = ("query_test_result",)

    def name(self) -> str:
        """Rasa's name of the action."""
        return "action_query_test_result"

    async def handle(self, turn: Turn) -> None:
        """Rules about results need no identity; a person's own do."""
        of_rules = turn.intent == "query_test_result" and _WHICH_COUNT.search(turn.text)
        if of_rules and answer_from_knowledge(turn, "query_test_result"):
            return
        if of_rules and not _OWN.search(turn.text) and turn.first("person_relation") is None:
            tell_policy(turn)
            return
        await super().handle(turn)

    async def tell(self, turn: Turn, who: Subject) -> None:
        """The result asked about, newest first; a missing one gets a way on."""
        kind: TestKind = "antibody" if any(e.value == "抗体" for e in turn.all("test_type")) else "nucleic"
        page = await turn.kit.platform.run(lambda p: p.tests(who.access.session, who.person_id, kind=kind))
        label = who.label(turn.language)
        tapped = turn.first("choice")
        if tapped is not None and tapped.value.startswith("chase="):
            await _chase(turn, label, tapped.value.removeprefix("chase="), page.items)
            return
        said = _day_said(turn)
        if kind == "nucleic" and said is not None and not _of_day(page.items, said):
            _tell_unknown_day(turn, label, said)
        elif not page.items:
            _tell_none(turn, label, kind)
        else:
            tests = _of_day(page.items, said) if said is not None else page.items
            await _tell_tests(turn, who, tests, page.as_of or turn.now)


def _day_said(turn: Turn) -> date | None:
    """The day of sampling the person names (“昨天做的”), by the platform's calendar."""
    named = turn.first("date")
    return None if named is None else date.fromisoformat(named.value[:10])


def _of_day(tests: tuple[Test, ...], day: date) -> tuple[Test, ...]:
    return tuple(t for t in tests if t.sampled_at.astimezone(speech.CHINA).date() == day)


def _tell_none(turn: Turn, label: str, kind: TestKind) -> None:
    """Nothing on record: why that can be, and who can look."""
    buttons = [turn.button("sites", "find_test_site")]
    if kind == "nucleic":
        buttons.insert(0, _chase_button(turn, "unknown"))
    turn.say(f"test.none.{kind}", buttons, private=True, whose=label)


def _tell_unknown_day(turn: Turn, label: str, day: date) -> None:
    """A test of that day is not on record: wait until a day has passed, then let it be looked for."""
    ago = (turn.now.astimezone(speech.CHINA).date() - day).days
    key = "test.none_today" if ago <= 0 else "test.none_yesterday" if ago == 1 else "test.none_day"
    buttons = [] if ago <= 0 else [_chase_button(turn, day.isoformat())]
    turn.say(key, buttons, private=True, whose=label, day=speech.day(day, turn.language))


async def _tell_tests(turn: Turn, who: Subject, tests: tuple[Test, ...], as_of: datetime) -> None:
    newest = tests[0]
    label = who.label(turn.language)
    lines = [_newest(turn, newest, label)]
    question: list[str] = []
    buttons = [turn.button("sites", "find_test_site")]
    if newest.result == "pending":
        lines.append(await _ask_there(turn, newest))
        if is_late(newest, turn.now):
            buttons = [_chase_button(turn, newest.test_id), turn.button("sites", "find_test_site")]
        question, choice = notices.offer(turn, "result")
        buttons += choice
    elif newest.kind == "nucleic" and newest.result == "negative":
        lines += [*_ends(turn, newest), *await _counts(turn, who, newest)]
    earlier = [t for t in tests[1 : 1 + _SHOWN] if t.result != "pending"]
    if earlier:
        lines.append(turn.word("test.earlier", items="；".join(_line(turn, t) for t in earlier)))
    lines.append(turn.word("data.as_of", when=speech.moment(as_of, turn.language)))
    turn.say_text("\n".join(line for line in [*lines, *question] if line), buttons, private=True)


def is_late(test: Test, now: datetime) -> bool:
    """Whether a pending result should be there by now."""
    return test.result == "pending" and now - test.sampled_at > RESULT_DUE


def _newest(turn: Turn, test: Test, label: str) -> str:
    key = f"test.{test.kind}.{test.result}"
    if is_late(test, turn.now):
        key = "test.overdue"
    elif test.result == "negative" and test.kind == "nucleic":
        key = f"test.nucleic.negative.{test.band}"
    return turn.word(
        key,
        whose=label,
        sampled=speech.moment(test.sampled_at, turn.language),
        hours=speech.span(test.hours_since_sampling, turn.language),
        place=test.institution,
        until=speech.moment(test.sampled_at + RESULT_DUE, turn.language),
    )


def _ends(turn: Turn, test: Test) -> list[str]:
    """When the bands that are still running end, as clock times; nothing when all are over."""
    open_bands = [h for h in BANDS if turn.now <= test.sampled_at + timedelta(hours=h)]
    if not open_bands:
        return []
    parts = [
        turn.word(
            "test.band_end",
            hours=hours,
            when=speech.moment(test.sampled_at + timedelta(hours=hours), turn.language),
        )
        for hours in open_bands
    ]
    return [turn.word("test.ends", items=speech.join(parts, turn.language))]


async def _counts(turn: Turn, who: Subject, test: Test) -> list[str]:
    """Whether this test is one of those a coloured code needs; nothing for other codes."""
    try:
        code: Code = await turn.kit.platform.run(lambda p: p.code(who.access.session, who.person_id))
    except PlatformError:
        return []  # an addition: the result itself is known
    steps = [r for r in code.requirements if r.kind == "nucleic_test"]
    if code.colour != "yellow" or not steps:
        return []
    counted = any(test.sampled_at == at for step in steps for at in step.done_at)
    return [
        turn.word("test.counts" if counted else "test.counts_not", needed=steps[0].needed, done=steps[0].done)
    ]


async def _ask_there(turn: Turn, test: Test) -> str:
    """The institution by name with its phone, where the platform knows it."""
    site = await _site(turn, test.institution)
    if site is None or not site.phone:
        return turn.word("test.ask_there", place=test.institution) if is_late(test, turn.now) else ""
    return turn.word("test.ask_there_phone", place=site.name, phone=site.phone)


async def _site(turn: Turn, name: str) -> Site | None:
    try:
        page = await turn.kit.platform.run(lambda p: p.sites(q=name, limit=3))
    except PlatformError:
        return None  # an addition: the result itself is known
    return next((site for site in page.items if name in (site.name, *_short(site.name))), None)


def _short(name: str) -> tuple[str, ...]:
    return (name.split("（", maxsplit=1)[0],)


def _chase_button(turn: Turn, what: str) -> Button:
    return Button(turn.word("button.chase_result"), "query_test_result", {"choice": f"chase={what}"})


async def _chase(turn: Turn, label: str, what: str, tests: tuple[Test, ...]) -> None:
    """Open a work order that says already which test it is about."""
    test = next((t for t in tests if t.test_id == what), None)
    if test is not None:
        content = turn.word(
            "test.chase",
            whose=label,
            sampled=speech.moment(test.sampled_at, turn.language),
            place=test.institution,
            hours=speech.span(test.hours_since_sampling, turn.language),
        )
    elif what != "unknown":
        day = speech.day(date.fromisoformat(what), turn.language)
        content = turn.word("test.chase_day", whose=label, day=day)
    else:
        content = None
    await open_work_order(turn, "help", "query_test_result", content)


def _line(turn: Turn, test: Test) -> str:
    return turn.word(
        "test.line",
        day=speech.day(test.sampled_at, turn.language),
        result=turn.word(f"test.result.{test.result}"),
    )
