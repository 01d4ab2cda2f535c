# Guichet. `make run` shows the main job on this machine; `make help` lists the rest.
.DEFAULT_GOAL := help
.PHONY: help setup run test check test-long bench train data-report package screenshot clean
MAKEFLAGS += --no-print-directory

VENV := .venv
LOCAL := .ministack-venv
BENCH := .bench-venv
BIN := $(VENV)/bin
ARGS ?=
DATA ?=
# Fast levels only: they need neither the local AWS nor a browser.
FAST := $(wildcard tests/house tests/unit tests/contract tests/infra tests/classifiers)
# Nothing outside their own process: these may share the processors. All others start servers and look at clocks.
QUIET := not stack and not browser and not long
ALONE := $(wildcard tests/house tests/unit tests/contract tests/simulation)

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r name text; do printf '  make %-12s %s\n' "$$name" "$$text"; done

$(VENV)/.runs: requirements.txt requirements-layer.txt requirements-run.txt
	@sh infra/make_env.sh $(VENV) requirements-run.txt .
	@touch $@

$(VENV)/.installed: $(VENV)/.runs requirements-dev.txt classifiers/requirements-light.txt
	@sh infra/make_env.sh $(VENV) requirements-dev.txt
	@touch $@

$(VENV)/.trains: $(VENV)/.installed classifiers/requirements.txt
	@sh infra/make_env.sh $(VENV) classifiers/requirements.txt
	@touch $@

$(LOCAL)/.installed: requirements-local.txt
	@sh infra/make_env.sh $(LOCAL) requirements-local.txt
	@touch $@

$(BENCH)/.installed: requirements.txt requirements-layer.txt requirements-run.txt bench/requirements.txt classifiers/requirements-light.txt
	@sh infra/make_env.sh $(BENCH) bench/requirements.txt .
	@touch $@

setup: $(VENV)/.installed $(LOCAL)/.installed ## all environments: to run, to develop, and the local AWS's own

run: $(VENV)/.runs $(LOCAL)/.installed ## package, deploy to the local AWS, open the page (ARGS="--fresh --port 8080")
	@exec $(BIN)/guichet run $(ARGS)

test: setup ## every test but the long simulations; what CI runs
	@$(MAKE) lint
	@$(BIN)/python -m pytest -q -m "$(QUIET)" --numprocesses auto $(ALONE) $(ARGS)
	@$(BIN)/python -m pytest -q -m "$(QUIET)" $(filter-out $(ALONE),$(wildcard tests/[a-z]*)) $(ARGS)
	@$(BIN)/python -m pytest -q -m "(stack or browser) and not long" $(ARGS)

check: $(VENV)/.installed ## format, lint, types, house rules, unit and contract tests: a minute and a half
	@$(MAKE) lint
	@$(BIN)/python -m pytest -q -m "not slow and not stack and not browser and not long" $(FAST) $(ARGS)

.PHONY: lint
lint:
	@$(BIN)/ruff format --check --quiet . || { echo "guichet: run '$(BIN)/ruff format .' and look at what changed." >&2; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy

test-long: setup ## the simulations with many seeds
	@$(BIN)/python -m pytest -m long $(ARGS)

bench: $(BENCH)/.installed $(LOCAL)/.installed ## the numbers under bench/, one table a question (ARGS=--json)
	@status=0; for script in bench/*.py; do echo "== $$script"; $(BENCH)/bin/python $$script $(ARGS) || status=1; done; exit $$status

train: setup $(VENV)/.trains ## train, calibrate and export the shipped classifier (DATA=../shared/data: its encoder and language detector too)
	@[ -z "$(DATA)" ] || $(BIN)/python -m classifiers.encoder --data "$(DATA)" --work build/encoder
	@$(BIN)/python -m classifiers $(if $(DATA),--languages "$(DATA)" --data "$(DATA)") $(ARGS)

data-report: $(VENV)/.installed ## how our sentences are typed beside people's, and whether form tells them apart (DATA=../shared/data)
	@$(BIN)/python -m classifiers.report --data "$(DATA)" $(ARGS)

package: $(VENV)/.runs ## the Lambda zip, the layer and the templates, for AWS
	@$(BIN)/guichet package $(ARGS)

screenshot: setup ## the README's picture, from a stack that runs
	@$(BIN)/python -m infra.local.screenshot --out docs/page.png $(ARGS)

clean: ## forget builds and caches (the local AWS keeps its state: `guichet run --fresh` forgets it)
	rm -rf build .mypy_cache .pytest_cache .ruff_cache .hypothesis .chalice/deployments *.egg-info
	find . -name __pycache__ -type d -not -path './$(VENV)/*' -not -path './$(LOCAL)/*' -not -path './$(BENCH)/*' -prune -exec rm -rf {} +
