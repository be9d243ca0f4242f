"""The answer to a question on a date and in a region, or the honest finding that there is none."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np
import yaml

from knowledge.encoder import CachedEncoder, Encoder
from knowledge.feed import Policies
from knowledge.guards import EntryFacets
from knowledge.index import PhrasingIndex
from knowledge.models import PolicyEntry
from knowledge.places import PlaceNames
from knowledge.ranking import Calibration, Ranker, evidence
from knowledge.regions import is_province
from knowledge.store import Snapshot
from knowledge.text import facets, read

_log = logging.getLogger(__name__)

UNCOVERED_FILE = Path(__file__).with_name("uncovered.yml")

NEUTRAL_INTENTS = frozenset({"ask_policy", "nlu_fallback", "inform", "out_of_scope"})
"""Intents that say nothing about which entry is meant."""

WORTH_SHOWING = 0.03
"""Probability below which an entry is not even offered as a choice."""


@dataclass(frozen=True)
class Hit:
    """An entry that may answer the question.

    `score` is the estimated probability (0..1) that it does. Only the first hit can be `confident`; without that
    the assistant says that it does not know and may offer the hits as choices.
    """

    entry: PolicyEntry
    score: float
    confident: bool


@dataclass(frozen=True)
class _Built:
    snapshot: Snapshot
    ranker: Ranker
    guards: dict[str, EntryFacets]
    family_index: dict[str, int]


class KnowledgeIndex:
    """Hybrid search over a store. Safe to share between threads."""

    def __init__(
        self,
        store: Policies,
        encoder: Encoder | CachedEncoder,
        *,
        places: PlaceNames | None = None,
        calibration: Calibration | None = None,
    ) -> None:
        """Build the index of the store's entries.

        Args:
            store: Where the entries come from; its changes are picked up by the searches.
            encoder: Sentence encoder, `knowledge.shared_encoder()` in a process; one with memory is shared by
                several indexes of nearly the same entries.
            places: Names by which a question without a region can name one.
            calibration: Fitted figures; those shipped with the package when omitted.
        """
        self._store = store
        self._encoder = encoder if isinstance(encoder, CachedEncoder) else CachedEncoder(encoder)
        self._places = places
        self._calibration = calibration or Calibration.load()
        self._uncovered: Sequence[str] = tuple(yaml.safe_load(UNCOVERED_FILE.read_text("utf-8")))
        self._rebuilding = threading.Lock()
        self._failed: Snapshot | None = None
        self._built = self._build(store.current())

    @property
    def ranker(self) -> Ranker:
        """The ranker of the entries now served (for calibration)."""
        return self._built.ranker

    @property
    def version(self) -> int:
        """Version of the store's snapshot that is being served."""
        return self._built.snapshot.version

    @property
    def snapshot(self) -> Snapshot:
        """The entries that are being served."""
        return self._built.snapshot

    def search(
        self,
        question: str,
        at: date,
        region: str | None = None,
        intent: str | None = None,
        limit: int = 3,
    ) -> list[Hit]:
        """Entries that may answer the question, the likeliest first.

        Args:
            question: As the person typed it (any length, masked tokens and traditional characters welcome).
            at: Only entries that hold on this day are told.
            region: Adcode of the place asked about: its own rule comes before its city's and the province's.
                Without one, or with the whole province, the rule of a city or county the question names, else
                the province's rules.
            intent: What the person wants, when known; a prior only.
            limit: Most hits to return.

        Returns:
            At most `limit` hits, none for a question that cannot be read.
        """
        text = read(question)
        built = self._fresh()
        if not text:
            return []
        region = self._narrowed(region, text)
        asked = facets(text)
        told = {
            built.family_index[entry.family]: entry
            for entry in _eligible(built.snapshot, at, region)
            if not built.guards[entry.id].forbid(asked)
        }
        ranker = built.ranker
        allowed = np.zeros(len(ranker.index.families), dtype=bool)
        allowed[list(told)] = True
        allowed[-1] = True
        likeness = ranker.index.likeness(text)
        fit = _intent_fit(told, intent, len(allowed))
        proof = evidence(ranker.strengths(likeness), ranker.nearest(likeness), fit, allowed)
        chances = self._calibration.probability(proof)
        order = sorted(told, key=lambda family: -chances[family])[:limit]
        uncovered_wins = bool(proof[-1, 1] > 0)
        return [
            Hit(
                told[family],
                round(float(chances[family]), 4),
                place == 0
                and not uncovered_wins
                and bool(chances[family] >= self._calibration.confident_from),
            )
            for place, family in enumerate(order)
            if chances[family] >= WORTH_SHOWING
        ]

    def _narrowed(self, region: str | None, text: str) -> str | None:
        """The region asked about: the given one, or the city or county named where only the province is given."""
        if self._places is None or (region is not None and not is_province(region)):
            return region
        return self._places.find(text) or region

    def wait_until_fresh(self) -> None:
        """Look at the store now and return when its newest entries are being served."""
        snapshot = self._store.current()
        with self._rebuilding:
            if snapshot is not self._built.snapshot:
                self._built = self._build(snapshot)

    def _fresh(self) -> _Built:
        """What to search now; a change is built beside it and swapped in when it is ready."""
        snapshot = self._store.current()
        stale = snapshot is not self._built.snapshot and snapshot is not self._failed
        if stale and self._rebuilding.acquire(blocking=False):
            threading.Thread(
                target=self._rebuild, args=(snapshot,), name="knowledge-index", daemon=True
            ).start()
        return self._built

    def _rebuild(self, snapshot: Snapshot) -> None:
        try:
            self._built = self._build(snapshot)
        except Exception:  # noqa: BLE001 - the thread's edge: the last good index goes on serving
            self._failed = snapshot
            _log.exception("knowledge index could not be rebuilt", extra={"version": snapshot.version})
        finally:
            self._rebuilding.release()

    def _build(self, snapshot: Snapshot) -> _Built:
        index = PhrasingIndex(snapshot.entries, self._uncovered, self._encoder)
        return _Built(
            snapshot,
            Ranker(index),
            {entry.id: EntryFacets.of(entry) for entry in snapshot.entries},
            {family: number for number, family in enumerate(index.families)},
        )


@lru_cache(maxsize=256)
def _eligible(snapshot: Snapshot, at: date, region: str | None) -> tuple[PolicyEntry, ...]:
    """Entries that may be told: without a region only those of whole provinces."""
    entries = snapshot.valid(at, region)
    return tuple(entry for entry in entries if region is not None or is_province(entry.region))


def _intent_fit(
    told: dict[int, PolicyEntry], intent: str | None, families: int
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    fit = np.zeros(families)
    if intent is not None and intent not in NEUTRAL_INTENTS:
        for family, entry in told.items():
            fit[family] = 1.0 if intent in entry.intents else -1.0
    return fit
