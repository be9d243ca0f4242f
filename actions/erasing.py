"""Carrying out confirmed deletions: here at once, on the platform as soon as it answers, each part once.

A deletion is a row of ``privacy.erasure`` before anything is deleted. A turn carries it out as far as it can; what is
left is gone on with by :func:`keep_going`, also after this process was killed. The bot does its own part after the turn
(``bot/erasing.py``), for it cannot forget a conversation that is being written.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Final

from actions import joined
from actions.kit import Kit
from actions.speech import CHINA, join, moment
from backend_client import ErasureIn, PlatformError, RateLimited, Unavailable
from privacy.consent import subject_of
from privacy.erasure import Erasure
from privacy.retention import load_rules
from wording.words import Voice

log = logging.getLogger(__name__)

#: A deletion younger than this may still be carried out by the turn that confirmed it, in seconds.
_TURN: Final = 10.0
_PAUSE: Final = 2.0
#: Reasons whose period is one of ``privacy/retention.yml``.
_PERIODS: Final = {"visit": "visits", "shown_code": "passes"}


async def carry_out(kit: Kit, erasure: Erasure) -> Erasure:
    """Do the parts of this process that are not done.

    Raises:
        PlatformError: the platform could not do its part now; everything else is done.
    """
    if "local" not in erasure.done:
        await asyncio.to_thread(_forget_here, kit, erasure)
        erasure = kit.erasures.finish(erasure.receipt, "local")
    if "platform" not in erasure.done:
        erasure = kit.erasures.finish(erasure.receipt, "platform", await _on_platform(kit, erasure))
    return erasure


def _forget_here(kit: Kit, erasure: Erasure) -> None:
    """Vault, pictures and documents, and all of the consent ledger but the last word: taken back."""
    kit.vault.forget(erasure.conversation_id)
    kit.media.forget(erasure.conversation_id)
    kit.subscriptions.forget(erasure.conversation_id)
    joined.end(kit, [erasure.conversation_id], erasure.day)
    kit.joins.forget(erasure.conversation_id)
    subject = subject_of(erasure.conversation_id, erasure.channel)
    for consent in {c.purpose: c for c in reversed(kit.consent.history(subject))}.values():
        if consent.granted:
            kit.consent.record(subject, consent.purpose, consent.version, False)
    kit.consent.forget(subject)


async def _on_platform(kit: Kit, erasure: Erasure) -> dict[str, object]:
    """The platform's answer: counts by section; or that the person must be verified again for it."""
    request = ErasureIn(
        receipt=erasure.receipt,
        conversation_id=erasure.conversation_id,
        channel=erasure.channel,
        account=erasure.scope == "account",
    )
    try:
        answer = await kit.platform.run(
            lambda p: p.erase_data(request, key=erasure.key, session=erasure.session)
        )
    except (Unavailable, RateLimited):
        raise
    except PlatformError as error:
        log.warning("erasure_refused", extra={"error": type(error).__name__})
        return {"refused": True, "deleted": {}, "kept": {}}
    return {
        "deleted": {part.section: part.count for part in answer.deleted},
        "kept": {part.section: [part.count, part.reason] for part in answer.kept},
    }


def report(kit: Kit, erasure: Erasure) -> str:
    """The report in words: what was deleted, what stays, on what ground and for how long."""
    voice = Voice(erasure.language, erasure.elder)

    def word(key: str, **values: object) -> str:
        return kit.words.say(key, voice, seed=erasure.receipt, **values)

    outcome = erasure.outcome or {}
    deleted = [word("erasure.section.here")]
    for section, count in outcome.get("deleted", {}).items():
        key = f"erasure.section.{section}"
        name = word(key) if key in kit.words.keys else word("erasure.section.other")
        deleted.append(word("erasure.counted", name=name, count=count))
    reasons = {reason for _, reason in outcome.get("kept", {}).values()}
    kept = kept_lines(word, kept_reasons(erasure.scope, reasons))
    begun = moment_of(erasure, erasure.language)
    key = "erasure.report.refused" if outcome.get("refused") else "erasure.report"
    return word(
        key,
        receipt=erasure.receipt,
        when=begun,
        deleted=join(deleted, erasure.language),
        kept="\n".join(kept),
    )


def kept_reasons(scope: str, found: Collection[str] = ()) -> list[str]:
    """What the law keeps, in the order it is told: for a conversation, for a person, for what the platform found."""
    always = ["receipt", "network"]
    person = ["audit", "archive", "epidemic", "visit", "shown_code", "account"]
    if scope == "conversation":
        return [*always, "archive"]
    return [*always, *(r for r in person if not found or r in found or r in ("audit", "archive"))]


def kept_lines(word: Callable[..., str], reasons: Iterable[str]) -> list[str]:
    """A line for each reason, worded by ``word``; periods that are known come from the rules of retention."""
    rules = load_rules()
    return [
        word(
            f"erasure.kept.{reason}",
            **({"days": rules[_PERIODS[reason]].keep.days} if reason in _PERIODS else {}),
        )
        for reason in reasons
    ]


def moment_of(erasure: Erasure, language: str) -> str:
    """When a deletion was confirmed, by the clock of this machine."""
    return moment(datetime.fromtimestamp(erasure.begun_at, CHINA), language)


async def keep_going(kit: Kit) -> None:
    """Go on with what turns have left undone, for as long as the process lives."""
    while True:
        try:
            for erasure in await asyncio.to_thread(_left, kit):
                done = await carry_out(kit, erasure)
                kit.erasures.leave_report(done.receipt, report(kit, done))
        except PlatformError as error:
            log.info("erasure_waits", extra={"error": type(error).__name__})
        except Exception:
            log.exception("erasure_failed")
        await asyncio.sleep(_PAUSE)


def _left(kit: Kit) -> list[Erasure]:
    before = time.time() - _TURN
    found = {e.receipt: e for part in ("local", "platform") for e in kit.erasures.waiting(part, before)}
    return list(found.values())
