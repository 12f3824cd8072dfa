# `make run` and `make test` work on a fresh clone: they need Python 3.11 or newer,
# make and the package registries, and install the rest into this folder.

# The first of these that is new enough; what is installed already comes first.
try = $(shell $(1) -c 'import sys; sys.version_info >= (3, 11) and print("$(1)")' 2>/dev/null)
PYTHON := $(or $(PYTHON),$(call try,.venv/bin/python),$(call try,python3),$(call try,python3.14),$(call try,python3.13),$(call try,python3.12),$(call try,python3.11))
BIN = .venv/bin
RUNNER = judge/sandbox/runner
CARRIER = judge/languageserver/gopls
# Go of the wheel, with a cache in this folder and nothing taken from the machine's settings.
# As gopls and Delve are built (FLAGS of judge/sandbox/rootfs.py): what they share is compiled once.
GO_HOME = $(shell $(BIN)/python -c 'import go; print(go.__path__[0])')
GOCACHE := $(CURDIR)/var/cache/go
GO = GOTOOLCHAIN=local GOENV=off GOFLAGS='-mod=readonly -trimpath -gcflags=all=-dwarf=false' CGO_ENABLED=0 GOCACHE=$(GOCACHE) \
	GOROOT=$(GO_HOME) GOMODCACHE=$(CURDIR)/var/cache/gomod $(GO_HOME)/bin/go
GOFMT = $(dir $(lastword $(GO)))gofmt
NPM = PATH="$(CURDIR)/.venv/node:$$PATH" npm --prefix static --silent
# Python keeps what it has compiled, whatever the shell says: a start would take three times as long.
export PYTHONDONTWRITEBYTECODE :=
ARGS ?=
# How many processes share the tests. Most of them wait for a browser or a container most of the time.
TEST_JOBS ?= 2
# `make test RETRY=1` runs each test that failed once more, alone, and names those that then pass.
PYTEST = $(BIN)/python -m $(if $(RETRY),tests.support.retry,pytest)
PARALLEL = -n $(TEST_JOBS) --dist loadfile --no-loadscope-reorder
STAGE ?= unit

.DEFAULT_GOAL := help
.PHONY: help run test stage check test-go test-pages bench chaos defences lint lint-python lint-go lint-pages lint-rest format setup clean

help: ## show this
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-8s %s\n", $$1, $$2}'

run: setup ## install what is needed and start the whole product (JUDGE_PORT, default 8000)
	@exec $(BIN)/judge run --end-with-parent $(ARGS)

test: setup ## install what is needed and run all tests (ARGS="-k name" chooses)
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target test-go test-pages
	@GOCACHE=$(GOCACHE) $(PYTEST) $(PARALLEL) $(ARGS)

stage: setup ## run one stage of the tests: STAGE=unit, go, sandbox, attacks, browser or chaos
ifeq ($(STAGE),go)
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target test-go test-pages
else
	@GOCACHE=$(GOCACHE) $(PYTEST) $(PARALLEL) --stage $(STAGE) $(ARGS)
endif

check: setup ## what to run at every save: lint of changed files and the unit tests
	@$(BIN)/python -m tests.support.check

test-go:
	@echo 'Go tests of the runner, and of what stands before gopls'
	@$(GO) test -C $(RUNNER) ./...
	@$(GO) test -C $(CARRIER) ./...

test-pages:
	@echo 'Tests of the pages'
	@$(NPM) run test

bench: setup ## run the benchmarks; each prints a table and the ratio to its reference
	@$(BIN)/python -m benchmarks $(ARGS)

chaos: setup ## a thousand submissions while parts of the product are killed; nothing may be lost (ARGS="--seed 7")
	@$(BIN)/python -m tests.chaos $(ARGS)

defences: setup ## take each defence away once, in a copy, and see its tests fail (ARGS="--only gate")
	@$(BIN)/python -m tests.defences $(ARGS)

lint: setup ## every check that needs no running part
	@$(MAKE) --no-print-directory --keep-going --jobs 2 --output-sync=target lint-python lint-go lint-pages lint-rest

lint-python:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/lint-imports
	$(BIN)/mypy

lint-go:
	@echo gofmt -l $(RUNNER) $(CARRIER); test -z "$$($(GOFMT) -l $(RUNNER) $(CARRIER))" || { $(GOFMT) -d $(RUNNER) $(CARRIER); exit 1; }
	$(GO) vet -C $(RUNNER) ./...
	$(GO) vet -C $(CARRIER) ./...

lint-pages:
	$(NPM) run types
	$(NPM) run lint

lint-rest:
	$(BIN)/python -m pytest -q tests/unit/test_docs.py
	$(BIN)/python -m tests.audit

format: setup ## put Python and Go sources into shape
	@$(BIN)/ruff check --fix-only --quiet . ; $(BIN)/ruff format --quiet .
	@$(GOFMT) -w $(RUNNER) $(CARRIER)

setup: ## install everything into this folder, without starting anything
	@$(if $(PYTHON),,echo 'make: Python 3.11 or newer is needed and none is on the PATH; name one with make PYTHON=/path/to/python3' >&2; exit 1)
	@$(PYTHON) judge/launch/bootstrap.py

clean: ## remove what was installed and built; data in var/postgres and var/valkey stays
	rm -rf .venv static/node_modules static/dist var/sandbox var/gopls var/debugger
