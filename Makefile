# Guichet. `make run` shows the main job on this machine; `make help` lists the rest.
.DEFAULT_GOAL := help
.PHONY: help setup run test check test-long coverage bench train data-report package screenshot lock clean
MAKEFLAGS += --no-print-directory

VENV := .venv
LOCAL := .ministack-venv
BIN := $(VENV)/bin
ARGS ?=
DATA ?=
T ?=
# Fast levels only: they need neither the local AWS nor a browser.
FAST := $(wildcard tests/house tests/unit tests/contract tests/infra tests/classifiers)
# These start servers or a browser and look at clocks: beside nothing that computes, two servers at a time.
WAITING := (stack or browser) and not long
BUSY := not stack and not browser and not long

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r name text; do printf '  make %-12s %s\n' "$$name" "$$text"; done

$(VENV)/.installed: requirements-dev.txt
	@sh infra/make_env.sh $(VENV) $< .
	@touch $@

# Not locked: which build of torch fits depends on the machine, and only fine-tuning needs it.
$(VENV)/.trains: $(VENV)/.installed classifiers/requirements.txt
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check -r classifiers/requirements.txt || \
		{ echo "guichet: the packages of classifiers/requirements.txt could not be installed; check the network and run make again." >&2; exit 1; }
	@touch $@

$(LOCAL)/.installed: requirements-local.txt | $(VENV)/.installed
	@UV=$(BIN)/uv sh infra/make_env.sh $(LOCAL) $<
	@touch $@

setup: $(VENV)/.installed $(LOCAL)/.installed ## both environments: the one for everything here, and the local AWS's own

run: setup ## package, deploy to the local AWS, open the page (ARGS="--fresh --port 8080")
	@exec $(BIN)/guichet run $(ARGS)

test: setup ## every test but the long simulations; what CI runs (T=tests/unit/test_text.py: that file or folder alone)
ifneq ($(T),)
	@$(BIN)/python -m pytest -q -m "not long" $(T) $(ARGS)
else
	@$(MAKE) lint
	@$(BIN)/python -m pytest -q -m "$(BUSY)" -n auto $(ARGS)
	@$(BIN)/python -m pytest -q -m "$(WAITING)" -n 2 $(ARGS)
endif

# Compiled once and then read, also where the shell says that Python is to keep no bytecode.
test check test-long coverage: export PYTHONDONTWRITEBYTECODE :=

check: $(VENV)/.installed ## format, lint, types, house rules, unit and contract tests
	@$(MAKE) lint
	@$(BIN)/python -m pytest -q -m "not slow and not stack and not browser and not long" -n auto $(FAST) $(ARGS)

.PHONY: lint
lint:
	@$(BIN)/ruff format --check --quiet . || { echo "guichet: run '$(BIN)/ruff format .' and look at what changed." >&2; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy

test-long: setup ## the simulations with many seeds, and a whole training
	@$(BIN)/python -m pytest -m long $(ARGS)

# They measure times and imports, to which coverage adds its own.
TIMED := --ignore tests/unit/bench --deselect tests/unit/engine/test_ticket_thread.py::test_sixty_long_messages_take_a_moment
# Where a branch is missed: .venv/bin/coverage report
coverage: setup ## how many of chalicelib's branches the tests take that start no server; it fails under 95 % (T, ARGS: as in make test)
	@$(BIN)/python -m pytest -q -m "$(BUSY)" --numprocesses auto $(TIMED) --cov --cov-fail-under 0 \
		--cov-report json:build/coverage/report.json $(or $(T),tests/unit tests/contract tests/simulation) $(ARGS)
	@$(BIN)/python -m tests.support.branch_shares build/coverage/report.json $(if $(T),|| true)

bench: setup ## the numbers under bench/, one table a question (ARGS=--json)
	@status=0; for script in bench/*.py; do echo "== $$script"; $(BIN)/python $$script $(ARGS) || status=1; done; exit $$status

train: setup $(VENV)/.trains ## train, calibrate and export the shipped classifier (DATA=../shared/data: its encoder and language detector too)
	@[ -z "$(DATA)" ] || $(BIN)/python -m classifiers.encoder --data "$(DATA)" --work build/encoder
	@$(BIN)/python -m classifiers $(if $(DATA),--languages "$(DATA)" --data "$(DATA)") $(ARGS)

data-report: $(VENV)/.installed ## how our sentences are typed beside people's, and whether form tells them apart (DATA=../shared/data)
	@$(BIN)/python -m classifiers.report --data "$(DATA)" $(ARGS)

package: $(VENV)/.installed ## the Lambda zip, the layer and the templates, for AWS
	@$(BIN)/guichet package $(ARGS)

screenshot: setup ## the README's picture, from a stack that runs
	@$(BIN)/python -m infra.local.screenshot --out docs/page.png $(ARGS)

# Kept: what is pinned in pyproject.toml, and of the rest what the locks hold (ARGS=--upgrade takes the newest).
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock" $(ARGS)
lock: $(VENV)/.installed ## write the locks anew from the dependency groups of pyproject.toml (ARGS=--upgrade)
	@$(COMPILE) --group dev --output-file requirements-dev.txt >/dev/null
	@$(COMPILE) --group local --output-file requirements-local.txt >/dev/null
	@$(COMPILE) --no-deps --group functions --output-file requirements.txt >/dev/null
	@$(COMPILE) --no-deps --group layer --output-file requirements-layer.txt >/dev/null

clean: ## forget builds and caches (the local AWS keeps its state: `guichet run --fresh` forgets it)
	rm -rf build .mypy_cache .pytest_cache .ruff_cache .hypothesis .chalice/deployments *.egg-info
	find . -name __pycache__ -type d -not -path './$(VENV)/*' -not -path './$(LOCAL)/*' -prune -exec rm -rf {} +
