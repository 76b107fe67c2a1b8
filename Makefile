# Furong: `make` alone lists what there is to do.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.furong
LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11

.DEFAULT_GOAL := help
.PHONY: help setup run test check bench yardstick conformance gallery lock clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1 | \2/p' Makefile | awk -F'|' '{ printf "%-20s %s\n", $$1, $$2 }'

setup: $(READY) ## make .venv with all pinned packages

$(READY): requirements-dev.txt
	@command -v $(PYTHON) >/dev/null 2>&1 || { echo "make: there is no $(PYTHON): install Python 3.11 or newer." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "make: $(PYTHON) is $$($(PYTHON) -c 'import platform; print(platform.python_version())'), and Furong needs 3.11 or newer; name one with  make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
		echo "make: $(PYTHON) cannot make environments: install its venv module (Debian, Ubuntu: apt install python3-venv)." >&2; exit 1; }
	@echo "Setting up .venv (once; a few minutes on a slow line) ..."
	@[ -x $(BIN)/python ] && $(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $(READY)

run: setup ## start the platform with a demonstration region
	@./furong serve --demo

test: setup ## run the tests, three at a time (each waits now and then for the browser or the disk)
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -q -n 3 --dist loadgroup $(ARGS)

check: setup ## lint, types and import walls; changes nothing
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/python -m mypy
	@$(BIN)/lint-imports

bench: setup ## measure the speed of reads, searches, writes and feeds
	@$(BIN)/python -m tests.performance $(ARGS)

yardstick: setup ## install splink, beside which make bench measures record linkage (280 MB)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-yardstick.txt

conformance: setup ## run the long suites over ../shared and public packages (npm packs the R4 examples)
	@$(BIN)/python -m pytest -q -n 2 tests/conformance $(ARGS)

gallery: setup ## take the pictures of docs/gallery.md anew (Chromium)
	@$(BIN)/python -m tests.gallery $(ARGS)

lock: setup ## compile the pinned requirements from pyproject.toml
	@$(LOCK) pyproject.toml -o requirements.txt
	@$(LOCK) --group dev pyproject.toml -o requirements-dev.txt
	@$(LOCK) --group dev --group yardstick pyproject.toml -o requirements-yardstick.txt

clean: ## remove .venv, caches and nothing else (data in .furong stay)
	@rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .furong-conformance
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
