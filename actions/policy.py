"""Policy answers (K1): dated, regional, sourced; unknown stays unknown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from actions import speech
from actions.base import Topic
from actions.followups import without_correction
from actions.turn import Button, Turn
from actions.unanswered import disputes, just_told
from knowledge import Hit, PolicyEntry

#: The province, when no place was named.
SICHUAN_CODE = "510000"
#: Score from which an unsure hit is worth a choice (docs/decisions/knowledge-search.md).
_WORTH_OFFERING = 0.03


class Policy(Topic):
    """Answers what the dated policy entries cover, and says so when they do not."""

    intents: ClassVar[tuple[str, ...]] = (
        "ask_policy",
        "ask_color_meaning",
        "ask_code_usage",
        "ask_restrictions",
        "ask_hotline",
    )

    def name(self) -> str:
        """Rasa's name of the action."""
        return "action_policy"

    async def handle(self, turn: Turn) -> None:
        """The entry a button names, else the best confident hit, else “unknown”."""
        tell_policy(turn)


def tell_policy(turn: Turn, *, only_sure: bool = False) -> bool:
    """Answer from the entries: the tapped one, else the best confident hit.

    Without one the nearest are offered, unless only a sure answer is wanted; True when one was told.
    """
    chosen = turn.first("policy_entry")
    if chosen is not None and _chosen(turn, chosen.value):
        return True
    hits = _hits(turn, turn.intent)
    if hits and hits[0].confident:
        _tell(turn, hits[0].entry)
        return True
    if not only_sure:
        near = [hit.entry for hit in hits if hit.score >= _WORTH_OFFERING]
        choices = [_choice(entry) for entry in near] if turn.language == "zh" else []
        turn.kit.unanswered.note(turn.text, "unsure" if near else "unknown")
        help_offered = [turn.button("ticket", "complain"), turn.button("person", "request_human")]
        turn.say("policy.unsure" if choices else "policy.unknown", [*choices, *help_offered])
    return False


def _chosen(turn: Turn, entry_id: str) -> bool:
    """The entry of a tapped choice: its answer, or its details when the answer was just told."""
    if turn.slots.get("last_policy") == entry_id:
        return tell_detail(turn, entry_id)
    entry = _entry(turn, entry_id)
    if entry is not None:
        _tell(turn, entry)
    return entry is not None


def _hits(turn: Turn, intent: str | None) -> Sequence[Hit]:
    """Entries in force that may answer, best first."""
    today = turn.now.astimezone(speech.CHINA).date()
    tapped = turn.text.startswith("/")
    question = turn.word(f"question.{intent}") if tapped else without_correction(turn.text)
    return turn.kit.knowledge.search(question, at=today, region=_region(turn), intent=intent)


def _choice(entry: PolicyEntry) -> Button:
    return Button(entry.question, "ask_policy", {"policy_entry": entry.id})


def answer_from_knowledge(turn: Turn, intent: str | None = None) -> bool:
    """Answer a question (of an intent, or one no intent was sure of) when the knowledge base is sure; else False."""
    hits = _hits(turn, intent)
    if not hits or not hits[0].confident:
        return False
    _tell(turn, hits[0].entry)
    return True


def take_dispute(turn: Turn) -> bool:
    """“不对”, “没帮助” right after a policy answer: the editors learn of it, a person is offered.

    False when the message is something else.
    """
    told = just_told(turn.past) if disputes(turn.text) else None
    if told is None:
        return False
    question, entry_id = told
    turn.kit.unanswered.note(question, "disputed", entry_id)
    turn.say("small.rate_low", [turn.button("ticket", "complain"), turn.button("person", "request_human")])
    return True


def _region(turn: Turn) -> str:
    for kind in ("district", "city", "town", "landmark"):
        named = turn.first(kind)
        if named is not None and named.extra.get("adcode"):
            return str(named.extra["adcode"])
    return turn.slots.get("place_code") or SICHUAN_CODE


def _tell(turn: Turn, entry: PolicyEntry) -> None:
    """The plain answer, then source and dates; details on demand."""
    buttons = []
    if _detail(turn, entry):
        buttons.append(
            turn.button(
                "detail",
                turn.intent if turn.intent in Policy.intents else "ask_policy",
                policy_entry=entry.id,
            )
        )
    if "account_problem" in entry.intents:
        buttons.append(turn.button("topic.account_problem", "account_problem"))
    turn.set("last_policy", entry.id)
    turn.say_text(f"{_plain(turn, entry)}\n{_source(turn, entry)}", buttons)


def tell_detail(turn: Turn, entry_id: str) -> bool:
    """The detailed answer of an entry still in force; False when there is none."""
    entry = _entry(turn, entry_id)
    if entry is None:
        return False
    turn.say_text(f"{_detail(turn, entry) or _plain(turn, entry)}\n{_source(turn, entry)}")
    return True


def _entry(turn: Turn, entry_id: str) -> PolicyEntry | None:
    """The entry of this id, when it is in force today."""
    today = turn.now.astimezone(speech.CHINA).date()
    entries = turn.kit.policies.current().entries
    return next((e for e in entries if e.id == entry_id and e.holds_on(today)), None)


def _plain(turn: Turn, entry: PolicyEntry) -> str:
    if turn.language == "en" and entry.answer.english:
        return entry.answer.english
    if turn.voice.elder and entry.answer.elderly:
        return entry.answer.elderly
    return entry.answer.plain


def _detail(turn: Turn, entry: PolicyEntry) -> str | None:
    return None if turn.language == "en" else entry.answer.detail


def _source(turn: Turn, entry: PolicyEntry) -> str:
    until = speech.day(entry.valid_to, turn.language) if entry.valid_to else ""
    start = entry.valid_from
    since = (
        f"{speech.day(start, 'en')} {start.year}"
        if turn.language == "en"
        else f"{start.year}年{speech.day(start)}"
    )
    key = "policy.source.until" if until else "policy.source"
    return turn.word(key, name=entry.source.name, since=since, until=until)
