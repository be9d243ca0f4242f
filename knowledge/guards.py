"""What likeness cannot see: 离川 and 来川, 红码 and 黄码, 申领 and 注销 are near in meaning and opposite in answer."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.models import PolicyEntry
from knowledge.text import Facets, facets, read, tagged_facets

_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True)
class EntryFacets:
    """What an entry is about (`claims`) and what may be asked about it (`allows`), by facet."""

    claims: Facets
    allows: Facets

    @classmethod
    def of(cls, entry: PolicyEntry) -> EntryFacets:
        """An entry claims what its main question or its tags name, and allows what any of its phrasings names."""
        tagged = tagged_facets(entry.tags)
        main = facets(read(entry.question))
        spoken = [facets(read(phrasing)) for phrasing in entry.phrasings]
        names = [name for name in main if main[name] or name in tagged]
        return cls(
            claims={name: tagged.get(name) or main[name] for name in names},
            allows={
                name: tagged.get(name) or _NOTHING.union(*(phrasing[name] for phrasing in spoken))
                for name in names
            },
        )

    def forbid(self, asked: Facets) -> bool:
        """Whether the question names something this entry is plainly not about."""
        return any(not (asked[name] & self.allows[name]) for name in self.claims if asked.get(name))
