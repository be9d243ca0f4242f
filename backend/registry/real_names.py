"""Whether name and document belong together, as public security would say.

The demonstration has a register of its own (`real_name` in `backend/demo/personas.yml`). A province puts its service
behind `real_name`; without any register nobody is found, and everybody is looked at by a person.
"""

from __future__ import annotations

from typing import Literal

from sqlalchemy.orm import Session

from backend.models import RealName
from backend.registry.folding import fold_document, same_name
from backend.registry.people import holder_of

Answer = Literal["match", "mismatch", "not_found"]


def real_name(
    session: Session, name: str, document_type: str, document_number: str, *, register_only: bool = False
) -> Answer:
    """Return what is known of this name and document: who is on the books already, else the register's answer.

    With `register_only` the books are not asked: the name on them is the one to be corrected.
    """
    holder = None if register_only else holder_of(session, document_type, document_number)
    if holder is not None:
        return "match" if same_name(holder.name_key, name) else "mismatch"
    entry = session.get(RealName, (document_type, fold_document(document_number)))
    if entry is None:
        return "not_found"
    return "match" if same_name(entry.name_key, name) else "mismatch"
