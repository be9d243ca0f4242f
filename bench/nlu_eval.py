"""Measure understanding: a trained model on a held-out file, and cross-validation on the training phrases.

    python -m bench.nlu_eval --model models/assistant.tar.gz --data tests/nlu/heldout.yml [--errors] [--json]
    python -m bench.nlu_eval --cross-validate data/nlu [--errors] [--json]

The held-out file is a list of `{text, intent}`. Reported: accuracy (before and after the fallback), macro-F1, share of
messages sent to fallback, expected calibration error; the same for `fresh` questions (less than half of their pairs of
characters in common with any training phrase), for English and for out-of-scope ones; latency of a parse; the worst
confusions.
"""

import argparse
import json
import statistics
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from sklearn.metrics import f1_score

FALLBACK = "nlu_fallback"
_BINS = 10
_ENGLISH_SHARE = 0.6
_FRESH = 0.5
TRAINING_DATA = Path("data/nlu")

Prediction = tuple[str, str, float, bool]  # truth, first intent, its confidence, sent to fallback


def expected_calibration_error(confidences: Sequence[float], right: Sequence[bool]) -> float:
    """Mean distance of confidence from accuracy over ten bins of equal width, weighted by their size."""
    sure, correct = np.asarray(confidences), np.asarray(right, dtype=float)
    bins = np.minimum((sure * _BINS).astype(int), _BINS - 1)
    error = 0.0
    for number in range(_BINS):
        inside = bins == number
        if inside.any():
            error += inside.mean() * abs(sure[inside].mean() - correct[inside].mean())
    return float(error)


def is_english(text: str) -> bool:
    """Tell whether most of `text` is Latin letters."""
    letters = [char for char in text if char.isalpha()]
    return bool(letters) and sum(char.isascii() for char in letters) / len(letters) > _ENGLISH_SHARE


def figures(predictions: Sequence[Prediction]) -> dict[str, float]:
    """Return the figures of a set of predictions."""
    truth = [item[0] for item in predictions]
    first = [item[1] for item in predictions]
    right = [wanted == found for wanted, found in zip(truth, first, strict=True)]
    answered = [ok for ok, item in zip(right, predictions, strict=True) if not item[3]]
    return {
        "questions": len(predictions),
        "accuracy": float(np.mean(right)),
        "macro_f1": float(f1_score(truth, first, average="macro", zero_division=0)),
        "fallback_rate": float(np.mean([item[3] for item in predictions])),
        "accuracy_when_answered": float(np.mean(answered)) if answered else 0.0,
        "ece": expected_calibration_error([item[2] for item in predictions], right),
    }


def load_interpreter(model: Path) -> Any:
    """Return a function text → parse result of the NLU half of a trained Rasa model."""
    from rasa.core.agent import Agent  # noqa: PLC0415 - seconds of import that cross-validation can do without

    agent = Agent.load(str(model))
    processor = agent.processor
    if processor is None:
        raise SystemExit(f"cannot load {model}")
    runner = processor.graph_runner
    from rasa.core.channels.channel import UserMessage  # noqa: PLC0415 - as above
    from rasa.engine.constants import PLACEHOLDER_MESSAGE  # noqa: PLC0415

    target = processor.model_metadata.nlu_target

    def parse(text: str) -> dict[str, Any]:
        messages = runner.run(inputs={PLACEHOLDER_MESSAGE: [UserMessage(text)]}, targets=[target])[target]
        return dict(messages[0].as_dict(only_output_properties=True))

    return parse


def evaluate_model(model: Path, data: Path) -> dict[str, Any]:
    """Return figures of `model` on the held-out file `data`."""
    parse = load_interpreter(model)
    questions = [(item["text"], item["intent"]) for item in yaml.safe_load(data.read_text(encoding="utf-8"))]
    parse("warm up")
    predictions: list[Prediction] = []
    spent: list[float] = []
    for text, intent in questions:
        began = time.perf_counter()
        parsed = parse(text)
        spent.append(time.perf_counter() - began)
        ranking = [entry for entry in parsed["intent_ranking"] if entry["name"] != FALLBACK]
        fell = parsed["intent"]["name"] == FALLBACK
        predictions.append((intent, ranking[0]["name"], ranking[0]["confidence"], fell))
    return {
        **_report(predictions, [text for text, _ in questions]),
        "fresh": figures(_fresh(predictions, [text for text, _ in questions])),
        "parse_ms_median": statistics.median(spent) * 1000,
        "parse_ms_p95": statistics.quantiles(spent, n=20)[-1] * 1000,
    }


def _fresh(predictions: list[Prediction], texts: list[str]) -> list[Prediction]:
    known = [_pairs(phrase) for phrase in training_phrases(TRAINING_DATA)[0]]
    kept = []
    for item, text in zip(predictions, texts, strict=True):
        mine = _pairs(text)
        if max(len(mine & other) / len(mine | other) for other in known) < _FRESH:
            kept.append(item)
    return kept


def _pairs(text: str) -> set[str]:
    padded = f"^{text.lower()}$"
    return {padded[start : start + 2] for start in range(len(padded) - 1)}


def cross_validate(folder: Path, folds: int = 5, seed: int = 11) -> dict[str, Any]:
    """Return figures on the training phrases of `folder`, each predicted by a model that has not seen it."""
    from bench.nlu_crossval import predict_unseen  # noqa: PLC0415 - loads the encoder

    texts, labels = training_phrases(folder)
    predictions = predict_unseen(texts, labels, folds, seed)
    return _report(predictions, texts)


def training_phrases(folder: Path) -> tuple[list[str], list[str]]:
    """Return texts and intents of Rasa's training files in `folder`, annotations stripped."""
    from rasa.shared.nlu.training_data.loading import load_data  # noqa: PLC0415 - slow import

    examples = load_data(str(folder)).intent_examples
    return [str(example.get("text")) for example in examples], [
        str(example.get("intent")) for example in examples
    ]


def _report(predictions: list[Prediction], texts: list[str]) -> dict[str, Any]:
    english = [item for item, text in zip(predictions, texts, strict=True) if is_english(text)]
    scope = [item for item in predictions if item[0] == "out_of_scope"]
    confusions = Counter((item[0], item[1]) for item in predictions if item[0] != item[1])
    return {
        "all": figures(predictions),
        "english": figures(english) if english else None,
        "out_of_scope": figures(scope) if scope else None,
        "confusions": [[*pair, count] for pair, count in confusions.most_common(25)],
        "errors": [
            {"text": text, "intent": item[0], "found": item[1], "confidence": round(item[2], 3)}
            for item, text in zip(predictions, texts, strict=True)
            if item[0] != item[1]
        ],
        "predictions": predictions,
    }


def _print(report: dict[str, Any], *, errors: bool) -> None:
    for part in ("all", "fresh", "english", "out_of_scope"):
        if report.get(part):
            print(part.ljust(14), "  ".join(f"{key} {value:.4g}" for key, value in report[part].items()))
    if "parse_ms_median" in report:
        print(
            f"parse          median {report['parse_ms_median']:.2f} ms, p95 {report['parse_ms_p95']:.2f} ms"
        )
    for truth, found, count in report["confusions"]:
        print(f"{count:4d}  {truth} -> {found}")
    if errors:
        for error in report["errors"]:
            print(f"{error['intent']} -> {error['found']} ({error['confidence']}): {error['text']}")


def main() -> None:
    """Run the measurement asked for on the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", type=Path)
    parser.add_argument("--data", type=Path, default=Path("tests/nlu/heldout.yml"))
    parser.add_argument("--cross-validate", type=Path)
    parser.add_argument("--errors", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.cross_validate:
        report = cross_validate(options.cross_validate)
    elif options.model:
        report = evaluate_model(options.model, options.data)
    else:
        parser.error("give --model or --cross-validate")
    if options.json:
        json.dump(report, sys.stdout, ensure_ascii=False, indent=1)
    else:
        _print(report, errors=options.errors)


if __name__ == "__main__":
    main()
