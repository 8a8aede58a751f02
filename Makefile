# make demo    an answer streams in: no key, no network beyond the first installation
# make test    sets up what the tests need and runs every check, but the coverage
# make ci      the same with the coverage, which takes half as long again: what CI runs
# make fast    the tests that are done at once: pure parts, and commands within one process
# make format, lint, types, tests, cover   the checks, one by one
# make test-bulk   the tests with every case of those of which make test tries a part
# make test-peers  servers that others wrote, and a model; their packages are large (1 GB)
# make picture the session in the README, from the rows that the program draws
# make bench   start-up, streaming, memory and latency, as ratios within one run

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Tests start the program a thousand times: it is compiled once.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test ci fast format lint types tests cover test-bulk test-peers bench completions docs clean

demo: $(VENV)/installed
	@$(BIN)/mimo demo
	@echo "This mimo is $(BIN)/mimo; README.md says how to install it for good."

# Two at once: mypy works beside the tests, which do not keep both cores busy at their ends.
test: $(VENV)/dev
	@$(MAKE) --no-print-directory --jobs 2 format lint types tests

ci: $(VENV)/dev
	@$(MAKE) --no-print-directory --jobs 2 format lint types cover

fast: $(VENV)/dev
	$(BIN)/pytest --numprocesses auto --dist worksteal -m 'not slow and not hypothesis' \
	  tests/unit tests/command

format: $(VENV)/dev
	$(BIN)/ruff format --check .

lint: $(VENV)/dev
	$(BIN)/ruff check .

types: $(VENV)/dev
	$(BIN)/mypy

tests: $(VENV)/dev
	$(BIN)/pytest --numprocesses auto --dist worksteal

# coverage itself reports, and holds the floor: pytest-cov would read every source twice for that.
# Hypothesis tries the same cases each time, so that what lands does not hang on luck; `make test`
# and `make test-bulk` draw new ones.
cover: $(VENV)/dev
	$(BIN)/coverage erase
	$(BIN)/pytest --numprocesses auto --dist worksteal --hypothesis-profile=ci \
	  --cov --cov-report= --cov-fail-under=0
	$(BIN)/coverage report

test-bulk: $(VENV)/dev
	MIMO_TEST_ALL=1 $(BIN)/pytest --numprocesses auto --dist worksteal

test-peers: $(VENV)/dev
	$(BIN)/pytest -rs tests/peers

.PHONY: picture
picture: $(VENV)/dev
	$(BIN)/python docs/picture.py

bench: $(VENV)/dev
	$(BIN)/python tests/benchmarks/run.py
	$(BIN)/python tests/benchmarks/render.py

completions: $(VENV)/dev
	$(BIN)/python completions/generate.py

docs: $(VENV)/dev
	$(BIN)/python docs/tables.py
	$(BIN)/python docs/man_page.py

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.x" if sys.version_info < (3, 11) else 0)'
	@echo "Installing mimo and what it needs into $(VENV): about a minute, the first time."
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/installed: pyproject.toml | $(VENV)/bin/python
	@$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/dev: pyproject.toml | $(VENV)/bin/python
	@$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $(VENV)/installed $@

clean:
	rm -rf $(VENV) build dist .coverage* .hypothesis .mypy_cache .pytest_cache .ruff_cache
