# make demo    an answer streams in: no key, no network beyond the first installation
# make test    sets up what the tests need and runs every check that CI runs
# make check   the same checks, one by one: format lint types cover
# make test-peers  servers that others wrote, and a model; their packages are large (1 GB)
# make bench   start-up, streaming, memory and latency, as ratios within one run

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo test check format lint types cover test-peers bench completions docs clean

demo: $(VENV)/installed
	@$(BIN)/mimo demo

test: $(VENV)/dev
	@$(MAKE) --no-print-directory check

check: format lint types cover

format: $(VENV)/dev
	$(BIN)/ruff format --check .

lint: $(VENV)/dev
	$(BIN)/ruff check .

types: $(VENV)/dev
	$(BIN)/mypy

cover: $(VENV)/dev
	$(BIN)/coverage erase
	$(BIN)/pytest --numprocesses auto --dist worksteal --cov --cov-branch --cov-report=term

test-peers: $(VENV)/dev
	$(BIN)/pytest -rs tests/peers

bench: $(VENV)/dev
	$(BIN)/python tests/benchmarks/run.py
	$(BIN)/python tests/benchmarks/render.py

completions: $(VENV)/dev
	$(BIN)/python completions/generate.py

docs: $(VENV)/dev
	$(BIN)/python docs/tables.py

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.x" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/dev: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $(VENV)/installed $@

clean:
	rm -rf $(VENV) build dist .coverage* .hypothesis .mypy_cache .pytest_cache .ruff_cache
