"""The benchmark page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.turns import Figures
from bench.understanding import Score


@dataclass(frozen=True)
class Contender:
    """One measured bot."""

    name: str
    training_seconds: float
    start_seconds: float
    memory_mb: float
    score: Score
    figures: Figures


_ROWS: tuple[tuple[str, Callable[[Contender], str]], ...] = (
    ("accuracy on questions kept apart", lambda c: f"{c.score.accuracy:.3f}"),
    ("macro F1", lambda c: f"{c.score.macro_f1:.3f}"),
    ("accuracy on the English ones", lambda c: f"{c.score.accuracy_english:.3f}"),
    ("fallback rate", lambda c: f"{c.score.fallback_rate:.3f}"),
    ("training, seconds", lambda c: f"{c.training_seconds:.0f}"),
    ("start to first answer, seconds", lambda c: f"{c.start_seconds:.1f}"),
    ("resident memory, MB", lambda c: f"{c.memory_mb:.0f}"),
    ("one turn, fresh conversation, median ms", lambda c: f"{c.figures.fresh_median:.1f}"),
    ("one turn, fresh conversation, 95th percentile ms", lambda c: f"{c.figures.fresh_p95:.1f}"),
    ("one turn, a question not heard before, median ms", lambda c: f"{c.figures.unheard_median:.1f}"),
    ("turn 5 of a conversation, ms", lambda c: f"{c.figures.at_turn[5]:.1f}"),
    ("turn 100, ms", lambda c: f"{c.figures.at_turn[100]:.1f}"),
    ("turn 300, ms", lambda c: f"{c.figures.at_turn[300]:.1f}"),
    ("turn 300 / turn 5", lambda c: f"{c.figures.at_turn[300] / c.figures.at_turn[5]:.2f}"),
    ("turns a second, 16 at once", lambda c: f"{c.figures.turns_per_second:.0f}"),
)


def write(path: Path, measured: Sequence[Contender], full: Score, setting: str) -> None:
    """Write the page; every figure is of this run.

    Args:
        path: the page.
        measured: stock, then ours, trained on the same sample of phrases.
        full: understanding of our model trained on all phrases.
        setting: machine and sample in words.
    """
    stock, ours = measured
    ratio = ours.figures.fresh_median / stock.figures.fresh_median
    lines = [
        "# Benchmarks",
        "",
        "Written by `make bench`. Both bots are trained on the same phrases and rules, run side by side with the same",
        "action server and platform, and answer turn about: read the ratios, milliseconds are the machine's.",
        "Stock is `bench/stock/config.yml` (jieba, count vectors, DIET, TED) under `rasa run` with an SQLite tracker.",
        "",
        f"{setting}. Questions kept apart from training: {ours.score.questions} (`tests/nlu/heldout.yml`).",
        "A turn is one HTTP request to the REST channel, with five kinds of messages in turn (`bench/turns.py`).",
        "",
        f"| | {stock.name} | {ours.name} |",
        "|---|---|---|",
        *(f"| {title} | {show(stock)} | {show(ours)} |" for title, show in _ROWS),
        "",
        "Our turns are those of the model trained on all phrases; on the same questions it reaches an accuracy of",
        f"{full.accuracy:.3f}, macro F1 {full.macro_f1:.3f}, {full.accuracy_english:.3f} on the English ones.",
        "",
        f"A turn of a fresh conversation takes {ratio:.2f} of stock's time.",
        "",
    ]
    path.write_text("\n".join(lines), "utf-8")
