# The workshop. `make` alone lists what it can do.

PYTHON ?= python3
BIN    := $(if $(filter bench,$(MAKECMDGOALS)),.venv-bench,.venv)/bin
PYODIDE := .venv/pyodide
SNAP   := src/lumbago/kb.snapshot.json
KB     := $(shell find src/lumbago/kb 2>/dev/null)
READER := $(wildcard src/lumbago/knowledge/*.py $(addprefix src/lumbago/,expr.py quantity.py evidence.py))

# .venv is fresh while this folder, the lock and the package's own description stay the same;
# `start` and `snapshot` are content with the small one, `bench` has one of its own.
fresh    = $(shell { pwd; sed '/^\[tool/,$$d' pyproject.toml; cat tools/setup $(1); } | cksum | cut -d' ' -f1)
RUN_ENV := .venv/.run-$(call fresh,requirements.lock)
DEV_ENV := .venv/.dev-$(call fresh,requirements-dev.lock)
BENCH_ENV := .venv-bench/.bench-$(call fresh,requirements-bench.lock)
SPARK_ENV := .venv/.spark-$(call fresh,requirements-dev.lock requirements-spark.lock)
ENV     := $(if $(filter bench,$(MAKECMDGOALS)),$(BENCH_ENV),$(if $(filter-out start snapshot,$(MAKECMDGOALS)),$(DEV_ENV),$(or $(wildcard $(DEV_ENV)),$(RUN_ENV))))
BENCH_RUN := .benchmarks/run.json

.DEFAULT_GOAL := help
.PHONY: help start test spark check format bench evaluation docs prove site snapshot lock bare clean
.DELETE_ON_ERROR:

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' Makefile | sed -E 's/^([a-z]+):[^#]*## */  make \1\t/' | expand -t 18

start: $(ENV) snapshot ## set up what is needed to use lumbago, then try it (needs Python 3.11 with venv)
	@echo; echo '$$ lumbago assess examples/back-went-lifting.json'; echo
	@$(BIN)/lumbago assess examples/back-went-lifting.json
	@if test -t 0 && test -t 1; then echo; echo '$$ lumbago serve'; echo; $(BIN)/lumbago serve; \
	else echo; echo 'Next, in a terminal: $(BIN)/lumbago serve opens the app in a browser; $(BIN)/lumbago ask asks here'; fi

test: check ## set up everything, then run every check and every test
	-@$(BIN)/python tools/pyodide.py $(PYODIDE) # where npm cannot be reached, tests of the phone are skipped
	LUMBAGO_PYODIDE=$(PYODIDE) $(BIN)/python -m pytest -n 2 --cov --cov-report=term $(ARGS)

spark: $(SPARK_ENV) snapshot ## test the adapter for Spark, in local mode (needs Java 17, 500 MB more)
	$(BIN)/python -m pytest tests/spark $(ARGS)

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

bench: $(ENV) snapshot ## measure the promised figures, peers beside them; a whole run renews docs/benchmarks.md
	@mkdir -p $(dir $(BENCH_RUN))
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest benchmarks --benchmark-only --benchmark-columns=median,min,rounds \
	    --benchmark-json=$(BENCH_RUN) --override-ini 'python_files=*.py' $(ARGS)
	$(BIN)/python tools/bench_report.py $(BENCH_RUN) $(if $(ARGS),,--write)

evaluation: $(ENV) snapshot ## evaluate again: CASES=… SNIPPETS=… NAME="…", then write the figures down
	@test -f "$(CASES)" && test -f "$(SNIPPETS)" && test -n "$(NAME)" || \
	    { echo 'make evaluation CASES=CASES.ndjson SNIPPETS=SNIPPETS.ndjson NAME="development stories"'; exit 2; }
	$(BIN)/lumbago evaluate "$(CASES)" --record "$(NAME)"
	$(BIN)/lumbago evaluate "$(CASES)" --interview --record "$(NAME)"
	$(BIN)/lumbago evaluate "$(CASES)" --interview --unheld unsure --record "$(NAME)"
	@mkdir -p .benchmarks
	$(BIN)/lumbago simulate $(or $(PEOPLE),2000) --seed 5 > .benchmarks/people.ndjson
	$(BIN)/lumbago evaluate .benchmarks/people.ndjson --interview --record "simulated people"
	$(BIN)/lumbago evaluate "$(SNIPPETS)" --reading --record "$(NAME)"
	$(BIN)/lumbago simulate 100000 --rules --seed 0 --record
	$(BIN)/python tools/docs.py

docs: $(ENV) snapshot ## run the examples in README and docs/ again and write down what they print
	$(BIN)/python tools/docs.py

prove: $(ENV) snapshot ## prove the safety claims about the knowledge in use
	$(BIN)/lumbago prove $(ARGS)

site: $(ENV) snapshot $(PYODIDE)/.integrity ## write the app that runs on the phone itself into build/site (ARGS="--clinic FILE")
	PATH="$(abspath $(BIN)):$$PATH" $(BIN)/lumbago site build/site --pyodide $(PYODIDE) $(ARGS)

snapshot: $(SNAP) ## compile kb/ into the file that the program loads

lock: $(ENV) ## choose the versions again (all locks, hashes, no addresses)
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --quiet --upgrade --universal --generate-hashes --no-header \
	    --extra web --extra store --extra handoff --group build -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --quiet --upgrade --universal --generate-hashes --no-header \
	    --extra web --extra store --extra handoff --extra prove --group dev \
	    -c requirements.lock -o requirements-dev.lock
	$(BIN)/uv pip compile pyproject.toml --quiet --upgrade --universal --generate-hashes --no-header \
	    --extra web --extra store --extra handoff --extra prove --group bench -o requirements-bench.lock
	$(BIN)/uv pip compile pyproject.toml --quiet --upgrade --universal --generate-hashes --no-header \
	    --extra spark -c requirements-dev.lock -o requirements-spark.lock
	@! grep -n '://' requirements.lock requirements-dev.lock requirements-bench.lock requirements-spark.lock

bare: ## show that `make test` and `make start` need nothing else, in an empty Debian (as root)
	tools/bare

clean: ## remove everything that can be made again
	rm -rf .venv .venv-bench .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .benchmarks
	rm -rf build dist htmlcov .coverage .coverage.* $(SNAP)
	find src tests tools -name __pycache__ -type d -exec rm -rf {} +

$(SNAP): $(KB) $(READER) | $(ENV)
	@$(BIN)/lumbago kb build
	@touch $@

$(PYODIDE)/.integrity: tools/pyodide.py | $(ENV) snapshot
	$(BIN)/python tools/pyodide.py $(PYODIDE)
	@touch $@

$(RUN_ENV):
	@PYTHON='$(PYTHON)' tools/setup run
	@touch $@

$(DEV_ENV):
	@PYTHON='$(PYTHON)' tools/setup dev
	@touch $@

$(BENCH_ENV):
	@PYTHON='$(PYTHON)' tools/setup bench
	@touch $@

$(SPARK_ENV): | $(DEV_ENV)
	@PYTHON='$(PYTHON)' tools/setup spark
	@touch $@
