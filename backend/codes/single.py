"""One person's story, read because somebody asks about them: a story that cannot be read is told as such.

The scheduler sets such a story aside (`backend.codes.setting_aside`); a request has nobody else to go on with, so it
ends with a problem of its own instead of an unforeseen failure.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import SQLAlchemyError

from backend.problems import Problem, StoryUnreadable


@contextmanager
def one_story() -> Iterator[None]:
    """Read and derive within; what a stored row makes the engine raise becomes StoryUnreadable.

    Raises:
        StoryUnreadable: with what was raised as its cause, for the log; it names nobody and quotes nothing.
    """
    try:
        yield
    except (Problem, SQLAlchemyError):  # an answer of its own, and the store: neither is the story's fault
        raise
    except Exception as error:
        raise StoryUnreadable("what is recorded about this person cannot be read") from error
