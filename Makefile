# The workshop. `make` alone lists what it can do.

PYTHON ?= python3
BIN    := .venv/bin
SNAP   := src/lumbago/kb.snapshot.json
KB     := $(shell find src/lumbago/kb 2>/dev/null)
READER := $(wildcard src/lumbago/knowledge/*.py $(addprefix src/lumbago/,expr.py quantity.py evidence.py))

# .venv is fresh while this folder, the lock and the package's own description stay the same;
# `start` and `snapshot` are content with the small one.
fresh    = $(shell { pwd; sed '/^\[tool/,$$d' pyproject.toml; cat tools/setup $(1); } | cksum | cut -d' ' -f1)
RUN_ENV := .venv/.run-$(call fresh,requirements.lock)
DEV_ENV := .venv/.dev-$(call fresh,requirements-dev.lock)
ENV     := $(if $(filter-out start snapshot,$(MAKECMDGOALS)),$(DEV_ENV),$(or $(wildcard $(DEV_ENV)),$(RUN_ENV)))

.DEFAULT_GOAL := help
.PHONY: help start test check format bench docs prove snapshot lock bare clean
.DELETE_ON_ERROR:

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' Makefile | sed -E 's/^([a-z]+):[^#]*## */  make \1\t/' | expand -t 18

start: $(ENV) snapshot ## set up what is needed to use lumbago, then try it (needs Python 3.11 with venv)
	@echo; echo '$$ lumbago assess examples/back-went-lifting.json'; echo
	@$(BIN)/lumbago assess examples/back-went-lifting.json
	@if test -t 0 && test -t 1; then echo; echo '$$ lumbago serve'; echo; $(BIN)/lumbago serve; \
	else echo; echo 'Next, in a terminal: $(BIN)/lumbago serve opens the app in a browser; $(BIN)/lumbago ask asks here'; fi

test: check ## set up everything, then run every check and every test
	$(BIN)/python -m pytest -n 2 --cov --cov-report=term $(ARGS)

check: $(ENV) snapshot ## style, types, direction of imports, the knowledge, the examples in the docs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/lumbago kb check
	$(BIN)/python tools/docs.py --check

format: $(ENV) ## put the code into its one shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(ENV) snapshot ## measure the figures that the project promises
	$(BIN)/python -m pytest benchmarks --benchmark-only --override-ini 'python_files=*.py' $(ARGS)

docs: $(ENV) snapshot ## run the examples in README and docs/ again and write down what they print
	$(BIN)/python tools/docs.py

prove: $(ENV) snapshot ## prove the safety claims about the knowledge in use
	$(BIN)/lumbago prove $(ARGS)

snapshot: $(SNAP) ## compile kb/ into the file that the program loads

lock: $(ENV) ## choose the versions again (both locks, hashes, no addresses)
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --quiet --upgrade --universal --generate-hashes --no-header \
	    --extra web --extra store --extra handoff --group build -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --quiet --upgrade --universal --generate-hashes --no-header \
	    --extra web --extra store --extra handoff --extra prove --group dev \
	    -c requirements.lock -o requirements-dev.lock
	@! grep -n '://' requirements.lock requirements-dev.lock

bare: ## show that `make test` and `make start` need nothing else, in an empty Debian (as root)
	tools/bare

clean: ## remove everything that can be made again
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .benchmarks
	rm -rf build dist htmlcov .coverage .coverage.* $(SNAP)
	find src tests tools -name __pycache__ -type d -exec rm -rf {} +

$(SNAP): $(KB) $(READER) | $(ENV)
	@$(BIN)/lumbago kb build
	@touch $@

$(RUN_ENV):
	@PYTHON='$(PYTHON)' tools/setup run
	@touch $@

$(DEV_ENV):
	@PYTHON='$(PYTHON)' tools/setup dev
	@touch $@
