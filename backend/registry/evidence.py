"""Pictures that go with an appeal: sealed at rest, opened for the desk alone, each opening written down."""

from __future__ import annotations

import base64
import binascii
import hashlib
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from backend.models import Appeal, Evidence, new_id
from backend.problems import Conflict, InvalidInput, NotFound
from backend.registry.access import note_desk
from backend.registry.people import written
from backend.serving import Scope
from privacy.sealing import Sealer

LARGEST = 1_048_576
#: Pictures of one person that may wait for an appeal.
_MOST_WAITING = 20
#: A picture that no appeal has taken after this time is deleted.
_WAITING_LIFE = timedelta(days=1)
_FIRST_BYTES = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n"}


def keep_evidence(scope: Scope) -> dict[str, Any]:
    """Keep a picture of the verified person until an appeal takes it.

    Raises:
        InvalidInput: not base64, too large, or not what its first bytes say.
        Conflict: too many pictures wait already.
    """
    session, person_id = scope.session, scope.person.person_id
    content = _content(scope.body)
    waiting = (Evidence.person_id == person_id, Evidence.number.is_(None))
    session.execute(delete(Evidence).where(*waiting, Evidence.created_at < scope.now - _WAITING_LIFE))
    if session.execute(select(func.count()).where(*waiting)).scalar_one() >= _MOST_WAITING:
        raise Conflict("too many pictures wait for an appeal")
    evidence_id = new_id("evi")
    kept = Evidence(
        evidence_id=evidence_id,
        person_id=person_id,
        media_type=scope.body["media_type"],
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        sealed=Sealer(scope.platform.settings.record_key).seal(content, evidence_id),
        created_at=scope.now,
    )
    session.add(kept)
    session.flush()
    return show_evidence(kept)


def show_evidence(kept: Evidence) -> dict[str, Any]:
    """Return the Evidence object; its content only the desk can open."""
    return {
        "evidence_id": kept.evidence_id,
        "media_type": kept.media_type,
        "sha256": kept.sha256,
        "size": kept.size,
        "created_at": written(kept.created_at),
    }


def attach(session: Session, person_id: str, number: str, evidence_ids: list[str]) -> None:
    """Give waiting pictures of a person to an appeal.

    Raises:
        InvalidInput: one of them is not there, another person's, or taken already.
    """
    for evidence_id in evidence_ids:
        kept = session.get(Evidence, evidence_id)
        if kept is None or kept.person_id != person_id or kept.number not in (None, number):
            raise InvalidInput(("evidence", "holds a picture that is not there"))
        kept.number = number


def open_evidence(scope: Scope, number: str, evidence_id: str) -> dict[str, Any]:
    """Return a picture with its content, for the desk; the person can see that it was opened.

    Raises:
        NotFound: no such picture with this appeal.
    """
    kept = scope.session.get(Evidence, evidence_id)
    if kept is None or kept.number != number:
        raise NotFound("no such evidence")
    note_desk(scope, scope.session.get(Appeal, number).person_id, number)
    content = Sealer(scope.platform.settings.record_key).open(kept.sealed, evidence_id)
    return show_evidence(kept) | {"content": base64.b64encode(content).decode()}


def drop_of(session: Session, number: str) -> None:
    """Delete the pictures of an appeal."""
    session.execute(delete(Evidence).where(Evidence.number == number))


def _content(body: dict[str, Any]) -> bytes:
    try:
        content = base64.b64decode(body["content"], validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidInput(("content", "is not base64")) from error
    if len(content) > LARGEST:
        raise InvalidInput(("content", f"may have at most {LARGEST} bytes"))
    if not content.startswith(_FIRST_BYTES[body["media_type"]]):
        raise InvalidInput(("content", "is not of the media type"))
    return content
