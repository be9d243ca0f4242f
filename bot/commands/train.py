"""``python -m bot train``: a model with a fixed name, made again only when something it is made of has changed."""

from __future__ import annotations

import os
import sys
import time

import rasa.model_training
from rasa.shared.exceptions import RasaException

from bot.logs import configure_logs
from bot.model_inputs import ModelInputs
from bot.settings import ROOT, Settings, read_settings


def train(*, force: bool) -> int:
    """Train unless the model is made of what lies here; return 0, or 1 when training failed."""
    configure_logs()
    settings = read_settings(os.environ)
    inputs = ModelInputs(ROOT)
    if not force and inputs.made(settings.model):
        print("The model is up to date.")
        return 0
    print("Training the model …", flush=True)
    os.chdir(ROOT)
    begun, fingerprint = time.monotonic(), inputs.fingerprint()
    try:
        made = _make(settings)
    except RasaException as error:
        sys.stderr.write(f"Training failed: {error} {error.__cause__ or ''}\n")
        return 1
    if not made:
        sys.stderr.write("Training failed; the reason is above.\n")
        return 1
    inputs.sign(settings.model, fingerprint)
    print(f"Trained in {time.monotonic() - begun:.0f} s: {settings.model}")
    return 0


def _make(settings: Settings) -> bool:
    """Train with Rasa; tell whether there is a model now."""
    result = rasa.model_training.train(
        domain="domain.yml",
        config="config.yml",
        training_files=[str(ROOT / "data" / part) for part in ("nlu", "rules", "stories")],
        output=str(settings.model.parent),
        force_training=True,
        fixed_model_name=settings.model.name.removesuffix(".tar.gz"),
    )
    return result.code == 0 and settings.model.is_file()
