# `make run` and `make test` work on a fresh clone: they need Python 3.11 or newer,
# make and the package registries, and install the rest into this folder.

PYTHON ?= $(firstword $(foreach name,python3 python3.14 python3.13 python3.12 python3.11,$(shell $(name) -c 'import sys; sys.version_info >= (3, 11) and print("$(name)")' 2>/dev/null)))
BIN = .venv/bin
GO = $(shell $(BIN)/python -c 'import go; print(go.__path__[0])')/bin/go
RUNNER = judge/sandbox/runner
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help run test bench lint format setup clean

help: ## show this
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-8s %s\n", $$1, $$2}'

run: setup ## install what is needed and start the whole product (JUDGE_PORT, default 8000)
	@exec $(BIN)/judge run --end-with-parent $(ARGS)

test: setup ## install what is needed and run all tests (ARGS="-k name" chooses)
	@$(BIN)/python -m judge.launch.suite $(ARGS)

bench: setup ## run the benchmarks; each prints a table and the ratio to its reference
	@$(BIN)/python -m benchmarks $(ARGS)

lint: setup ## every check that needs no running part
	@$(BIN)/python -m judge.launch.lint

format: setup ## put Python and Go sources into shape
	@$(BIN)/ruff check --fix-only --quiet . ; $(BIN)/ruff format --quiet .
	@$(GO) fmt -C $(RUNNER) ./...

setup: ## install everything into this folder, without starting anything
	@$(if $(PYTHON),,echo 'make: Python 3.11 or newer is needed and none is on the PATH; name one with make PYTHON=/path/to/python3' >&2; exit 1)
	@$(PYTHON) judge/launch/bootstrap.py

clean: ## remove what was installed and built; data in var/postgres and var/valkey stays
	rm -rf .venv static/node_modules static/dist var/sandbox
