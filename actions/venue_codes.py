"""V1: the venue code: asked about, applied for, printed, scanned, counted, handed on, closed."""

from __future__ import annotations

import asyncio
import re
from typing import ClassVar

from actions import speech
from actions.base import TOPICS, Topic, open_form
from actions.personal import PersonalTopic
from actions.persons import Subject
from actions.printables import Sheet, venue_poster
from actions.shown_codes import FETCHED, cannot_be_shown
from actions.turn import Button, Turn
from actions.wishes import once_key, recalled_wish, remember_wish
from backend_client import Conflict, NotFound, Venue, VisitIn

_ASKS = re.compile(
    r"怎么|咋|啷个|如何|哪|为啥|为什么|能不能|可不可以|要不要|需不需要|必须|会不会|多久|好久|[吗嘛不][?？]?$|[?？]$|什么|区别|影响"
    r"|\b(?:how|where|what|do i|can i|which|does)\b",
    re.IGNORECASE,
)
_CODE_WORD = r"(?:场所码|门店码|进门.{0,4}码|二维码)"
_WANTS = r"(?:要|想|帮我|给).{0,8}(?:办|申请|弄|开通|注册)(?:一?个)?.{0,6}"
_STAFF = r"(?:查验|核验|守门|门岗|店员|员工)"
_WISHES = {
    "apply": (rf"{_WANTS}{_CODE_WORD}", rf"^申请{_CODE_WORD}$", rf"^办{_CODE_WORD}$"),
    "print": (
        rf"(?:打印|重打|再打|重新打).{{0,8}}{_CODE_WORD}",
        rf"我(?:的|们)?(?:店的?)?{_CODE_WORD}$",
        "海报",
    ),
    "counts": ("多少人", "几个人", "人数", "客流", "how many people"),
    "close": (
        rf"注销.{{0,6}}{_CODE_WORD}",
        rf"{_CODE_WORD}.{{0,6}}注销",
        rf"(?:店|铺).{{0,4}}(?:关门|不开|停业).{{0,10}}{_CODE_WORD}",
    ),
    "manager": ("过户", "(?:换|变更)(?:个)?(?:管理|负责)人", "(?:转|交)给"),
    "staff": (rf"(?:加|添加|安排|请).{{0,6}}{_STAFF}", "(?:查验|核验)人员.{0,4}(?:加|名单)"),
}
_ACCEPT = re.compile(r"接受|同意.{0,4}邀请|\baccept\b", re.IGNORECASE)
_PREFIX = "venue="
CHECKPOINT = "entry_checkpoint"


class VenueCode(Topic):
    """Asking is answered from knowledge; a code that is scanned is a visit; the rest is for the manager."""

    intents: ClassVar[tuple[str, ...]] = ("ask_venue_code",)

    def name(self) -> str:
        """Rasa's name of the action."""
        return "action_venue_code"

    async def handle(self, turn: Turn) -> None:
        """Find out what is wanted, and do it."""
        wish = wished(turn) or recalled_wish(turn, self.intents[0])
        if wish is None:
            await self._explain(turn)
            return
        act, _, code = wish.partition(":")
        remember_wish(turn, self.intents[0], wish)
        if act in ("scan", "entered"):
            await _Scan(act, code).handle(turn)
        elif act == "mistake":
            turn.clear("wish")
            turn.say("venue.mistaken", [turn.button("sites", "find_test_site")])
        elif act == "apply":
            await open_form(turn, "venue_form")
            turn.clear("wish")
        elif act == "accept":
            await _accept(turn, code)
        else:
            await _manage(turn, act, code)

    async def _explain(self, turn: Turn) -> None:
        await TOPICS["ask_policy"].handle(turn)
        if turn.first("policy_entry") is None:
            turn.say(
                "venue.offer",
                [_choice(turn, "venue_apply", "apply"), _choice(turn, "venue_mine", "print")],
            )


def wished(turn: Turn) -> str | None:
    """What is wanted: an act, with the code of a venue after a colon; None for a question."""
    tapped = turn.first("choice")
    if tapped is not None and tapped.value.startswith(_PREFIX):
        return tapped.value.removeprefix(_PREFIX)
    if turn.text.startswith("/"):
        return None
    code = turn.first("venue_code")
    if code is not None:
        return f"{'accept' if _ACCEPT.search(turn.text) else 'scan'}:{code.value}"
    if _ASKS.search(turn.text) and not re.search(r"多少人|几个人|人数", turn.text):
        return None
    said = turn.text.lower()
    return next((act for act, ways in _WISHES.items() if any(re.search(way, said) for way in ways)), None)


class _Scan(PersonalTopic):
    """A visit: the person's own colour and the venue, as they show it at the door."""

    def __init__(self, act: str = "scan", code: str = "") -> None:
        """Scan the venue of ``code``; ``act`` is entered when an entry into Sichuan was confirmed."""
        super().__init__()
        self._act, self._code = act, code

    def name(self) -> str:
        """Rasa never runs it by this name."""
        return "action_scan_venue"

    async def handle(self, turn: Turn) -> None:
        """Look the venue up before asking who comes in."""
        try:
            venue = await turn.kit.platform.run(lambda p: p.venue(self._code))
        except NotFound:
            turn.say("venue.unknown", [turn.button("person", "request_human")], code=self._code)
            return
        if venue.state != "open":
            turn.say("venue.closed_here", venue=venue.name)
        elif venue.type == CHECKPOINT and self._act == "scan":
            entering = _choice(turn, "venue_entering", f"entered:{venue.code}")
            buttons = [entering, _choice(turn, "venue_mistake", "mistake")]
            turn.say("venue.checkpoint", buttons, venue=venue.name)
        else:
            await super().handle(turn)

    async def tell(self, turn: Turn, who: Subject) -> None:
        """Record the visit and show colour and venue."""
        code = await turn.kit.platform.run(lambda p: p.code(who.access.session, who.person_id))
        if cannot_be_shown(turn, who, code):
            turn.clear("wish")
            return
        visit = await turn.kit.platform.run(
            lambda p: p.record_visit(
                who.access.session, self._code, VisitIn(person_id=who.person_id), key=once_key(turn, "visit")
            )
        )
        turn.clear("wish")
        entered = visit.venue.type == CHECKPOINT
        turn.say(
            "venue.entered" if entered else f"venue.visited.{visit.colour}",
            [turn.button("show_code", "query_code_status", choice="code=show")],
            private=True,
            whose=who.label(turn.language),
            venue=visit.venue.name,
            when=speech.moment(visit.at, turn.language),
            days=visit.kept_days,
        )


async def _accept(turn: Turn, code: str) -> None:
    """Take up an invitation: the person's own word, under their own identity."""
    access = turn.access()
    try:
        venue = await turn.kit.platform.run(
            lambda p: p.accept_invitation(access.session, code, key=once_key(turn, "accept"))
        )
    except (NotFound, Conflict):
        turn.clear("wish")
        turn.say("venue.no_invitation", [turn.button("person", "request_human")])
        return
    turn.clear("wish")
    start = turn.button("door_start", "staff_check", choice=f"door=start:{venue.code}")
    turn.say(f"venue.accepted.{venue.role}", [start], venue=venue.name)


async def _manage(turn: Turn, act: str, code: str) -> None:
    """Let the manager do something with one of their venues."""
    access = turn.access()
    held = await turn.kit.platform.run(lambda p: p.my_venues(access.session))
    mine = [venue for venue in held.items if venue.role == "manager" and code in ("", venue.code)]
    if not mine:
        turn.clear("wish")
        turn.say("venue.none", [_choice(turn, "venue_apply", "apply")])
        return
    if len(mine) > 1 and act != "closing":
        turn.say(
            "venue.which",
            [Button(v.name, "ask_venue_code", {"choice": f"{_PREFIX}{act}:{v.code}"}) for v in mine],
        )
        return
    await _act(turn, access.session, act, mine[0])
    turn.clear("wish")


async def _act(turn: Turn, session: str, act: str, venue: Venue) -> None:
    if act == "print":
        await say_poster(turn, venue, "venue.poster")
    elif act == "counts":
        await _tell_counts(turn, session, venue)
    elif act == "close":
        buttons = [_choice(turn, "venue_close_sure", f"closing:{venue.code}"), turn.button("stop", "stop")]
        turn.say("venue.close_sure", buttons, venue=venue.name)
    elif act == "closing":
        await _close(turn, session, venue)
    else:
        await open_form(turn, "venue_invitation_form", {"role": act, "venue": f"{venue.code}|{venue.name}"})


async def _tell_counts(turn: Turn, session: str, venue: Venue) -> None:
    counts = await turn.kit.platform.run(lambda p: p.venue_counts(session, venue.code, days=7))
    today, *before = counts.items
    days = "、" if turn.language == "zh" else ", "
    lines = days.join(
        turn.word("venue.count_day", day=speech.day(c.day, turn.language), visits=c.visits) for c in before
    )
    when = turn.word("data.as_of", when=speech.moment(counts.as_of, turn.language))
    turn.say("venue.counts", venue=venue.name, today=today.visits, before=lines, as_of=when)


async def _close(turn: Turn, session: str, venue: Venue) -> None:
    try:
        await turn.kit.platform.run(lambda p: p.close_venue(session, venue.code, key=once_key(turn, "close")))
    except Conflict:
        turn.say("venue.none")
        return
    turn.say("venue.closed", venue=venue.name)


async def say_poster(turn: Turn, venue: Venue, key: str) -> None:
    """Hand out the poster of a venue, with what else its manager can do."""
    code = f"TFV-{venue.code}"
    payload = f"{turn.kit.public_url}/#scan={code}" if turn.kit.public_url else code
    sheet = Sheet(
        payload=payload,
        colour="none",
        word=turn.word("venue.sheet.word"),
        title=turn.word("venue.sheet.title"),
        name=venue.name,
        facts=[turn.word("venue.sheet.scan")],
        notes=[
            turn.word("venue.sheet.code", code=code),
            turn.word("venue.sheet.no_phone"),
            turn.word("venue.sheet.use"),
        ],
    )
    page = await asyncio.to_thread(venue_poster, sheet)
    buttons = [
        turn.link("venue_pdf", page, FETCHED),
        _choice(turn, "venue_counts", f"counts:{venue.code}"),
        _choice(turn, "venue_staff", f"staff:{venue.code}"),
    ]
    place = f"{venue.division.name}{venue.address}"
    turn.say(key, buttons, private=True, venue=venue.name, code=code, place=place)


def _choice(turn: Turn, key: str, act: str) -> Button:
    return turn.button(key, "ask_venue_code", choice=f"{_PREFIX}{act}")
