"""Who may do what to entries: one small door in front of the permissions `knowledge.edit` and `knowledge.review`."""

from __future__ import annotations

from typing import Any, Final, Literal

from ..errors import NotAllowed

Permission = Literal["knowledge.edit", "knowledge.review"]
EDIT: Final[Permission] = "knowledge.edit"
REVIEW: Final[Permission] = "knowledge.review"


def person(request: Any) -> str:
    """Return the work number of who asks."""
    number: str = request.ctx.session.agent
    return number


def names_of(request: Any) -> set[str]:
    """Return what an entry's owner may be called for it to be theirs: number, name or department."""
    agent = request.ctx.agent
    return {agent.number, agent.name, agent.department} - {""}


def may(request: Any, permission: Permission) -> bool:
    """Tell whether who asks has a permission."""
    return bool(request.ctx.session.may(permission))


def need(request: Any, permission: Permission) -> None:
    """Go on only with a permission.

    Raises:
        NotAllowed: who asks does not have it.
    """
    if not may(request, permission):
        raise NotAllowed(permission)
