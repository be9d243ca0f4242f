"""What the assistant may say about rules: dated, sourced entries, kept in files, found by meaning and by words.

`store` reads the files under `data/policies` and notices when they change, `search` finds the entry that
answers a question on a date and in a region, and says honestly when there is none.
"""

from __future__ import annotations

from knowledge.encoder import Encoder, shared_encoder
from knowledge.errors import Fault, KnowledgeError, PolicyFileError, UnknownEntry
from knowledge.models import Answer, PolicyEntry, Source
from knowledge.search import Hit, KnowledgeIndex
from knowledge.store import PolicyStore

__all__ = [
    "Answer",
    "Encoder",
    "Fault",
    "Hit",
    "KnowledgeError",
    "KnowledgeIndex",
    "PolicyEntry",
    "PolicyFileError",
    "PolicyStore",
    "Source",
    "UnknownEntry",
    "shared_encoder",
]
