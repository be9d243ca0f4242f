# Two commands are enough: `make run` and `make test`. Everything lives in .venv, models and var.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
VENV := .venv
LIVE := 1
PY := $(VENV)/bin/python
export RASA_TELEMETRY_ENABLED := false
export SQLALCHEMY_SILENCE_UBER_WARNING := 1
export TF_CPP_MIN_LOG_LEVEL := 3
export PYTHONUNBUFFERED := 1
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1

.PHONY: help run test train bench lint format desk-demo chat doctor voice clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk 'BEGIN {FS = ":.*## "} {printf "  make %-9s %s\n", $$1, $$2}'

run: $(VENV)/.run ## Install, train if needed, start everything and print the addresses
	@$(PY) -m deploy up

test: $(VENV)/.dev ## Install what the tests need and run them all
	@$(PY) -m bot train
	@$(PY) -m tests.together

train: $(VENV)/.run ## Train the model if its inputs have changed
	@$(PY) -m bot train

bench: $(VENV)/.dev ## Measure against stock Rasa; writes docs/benchmarks.md
	@$(PY) -m bot train
	@$(PY) -m bench

lint: $(VENV)/.dev ## Formatting, lint, types, who may import whom, texts and data
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports
	@$(PY) -m knowledge lint
	@$(PY) -m backend.colour lint
	@$(PY) -m backend.travel lint

format: $(VENV)/.dev ## Format the code
	@$(VENV)/bin/ruff format .
	@$(VENV)/bin/ruff check --fix .

desk-demo: $(VENV)/.run ## Fill the demonstration's desk with a day of invented traffic, keep it busy until Ctrl-C (LIVE=0: only fill)
	@[ "$(LIVE)" = 0 ] || echo "Runs until Ctrl-C (LIVE=0 only fills the day)."
	@$(PY) -m hotline demo-day
	@[ "$(LIVE)" = 0 ] || exec $(PY) -m hotline demo-live

chat: $(VENV)/.run ## Talk to the running assistant in the terminal
	@$(PY) -m bot chat

doctor: $(VENV)/.run ## Check the installation and name what is wrong
	@$(PY) -m bot doctor

clean: ## Remove the model and all run-time state (keeps .venv)
	rm -rf models var .rasa

voice: $(VENV)/.run ## Add the offline speech recogniser (300 MB); restart to use it
	@deploy/install requirements-voice.lock
	@$(PY) -m bot.voice

$(VENV)/.run: requirements.lock
	@deploy/install requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock
	@deploy/install requirements-dev.lock
	@touch $(VENV)/.run $@
