"""Intent accuracy on questions kept apart from training, for any trained Rasa model.

Run as a module it prints one JSON object, so that each model gets a process of its own.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import yaml

from tests.support.stack import ROOT

HELD_OUT = ROOT / "tests" / "nlu" / "heldout.yml"
_ENGLISH_SHARE = 0.6


@dataclass(frozen=True)
class Score:
    """How well a model understands: shares between 0 and 1."""

    questions: int
    accuracy: float
    macro_f1: float
    fallback_rate: float
    accuracy_english: float


async def _predict(model: Path, texts: list[str]) -> list[str]:
    from rasa.core.agent import Agent  # noqa: PLC0415 - slow to import, needed in the model's process alone

    agent = Agent.load(str(model))
    return [str((await agent.parse_message(text))["intent"]["name"]) for text in texts]


def score(model: Path) -> Score:
    """Score a model in this process."""
    from sklearn.metrics import accuracy_score, f1_score  # noqa: PLC0415 - likewise

    cases = yaml.safe_load(HELD_OUT.read_text("utf-8"))
    texts = [case["text"] for case in cases]
    gold = [case["intent"] for case in cases]
    said = asyncio.run(_predict(model, texts))
    english = [
        i for i, text in enumerate(texts) if sum(c.isascii() for c in text) > _ENGLISH_SHARE * len(text)
    ]
    return Score(
        len(gold),
        accuracy_score(gold, said),
        f1_score(gold, said, labels=sorted(set(gold)), average="macro", zero_division=0),
        said.count("nlu_fallback") / len(said),
        accuracy_score([gold[i] for i in english], [said[i] for i in english]),
    )


def score_apart(model: Path, env: dict[str, str]) -> Score:
    """Score a model in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.understanding", str(model)],
        cwd=ROOT,
        env=env,
        check=True,
        capture_output=True,
        text=True,
    )
    return Score(**json.loads(done.stdout.strip().splitlines()[-1]))


if __name__ == "__main__":
    print(json.dumps(asdict(score(Path(sys.argv[1])))))
