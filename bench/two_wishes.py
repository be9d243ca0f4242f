"""Measure how two wishes in one message are told from one: python -m bench.two_wishes --model models/assistant.tar.gz

Recall on `tests/nlu/two_wishes.yml`; false splits on the held-out questions and on the training phrases, each of which
is
labelled with one wish.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import yaml

from bench.nlu_eval import load_interpreter, training_phrases

HELD_OUT = Path("tests/nlu/heldout.yml")
TWO = Path("tests/nlu/two_wishes.yml")
PHRASES = Path("data/nlu")


def split(parse: Callable[[str], dict[str, Any]], text: str) -> tuple[str, str] | None:
    """The two intents of a message that is understood as two wishes."""
    parsed = parse(text)
    also = next((e for e in parsed["entities"] if e["entity"] == "also_asks"), None)
    return (str(parsed["intent"]["name"]), str(also["value"])) if also else None


def false_splits(
    parse: Callable[[str], dict[str, Any]], texts: Iterable[str]
) -> tuple[int, list[tuple[str, tuple[str, str]]]]:
    """How many texts there are, and those that were split."""
    judged = [(text, split(parse, text)) for text in texts]
    return len(judged), [(text, found) for text, found in judged if found]


def main() -> None:
    """Print recall and false splits."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=Path("models/assistant.tar.gz"))
    parser.add_argument("--errors", action="store_true", help="show what went wrong")
    options = parser.parse_args()
    parse = load_interpreter(options.model)
    wanted = yaml.safe_load(TWO.read_text("utf-8"))
    missed = [(item, split(parse, item["text"])) for item in wanted]
    missed = [(item, found) for item, found in missed if found != tuple(item["intents"])]
    print(f"two wishes      found {len(wanted) - len(missed)} of {len(wanted)}")
    held_out = [item["text"] for item in yaml.safe_load(HELD_OUT.read_text("utf-8"))]
    for name, texts in (("held-out", held_out), ("training", training_phrases(PHRASES)[0])):
        count, wrong = false_splits(parse, texts)
        print(f"{name:<15} false splits {len(wrong)} of {count} ({len(wrong) / count:.2%})")
        if options.errors:
            for text, found in wrong:
                print("  ", " + ".join(found), text)
    if options.errors:
        for item, seen in missed:
            print("   missed", item["text"], seen)


if __name__ == "__main__":
    main()
