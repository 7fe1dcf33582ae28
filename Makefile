# Two commands for newcomers: `make quickstart` and `make test`. `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PYKAFKA := .venv-pykafka

.PHONY: help option-proofs quickstart start test again check lint types generated generate bench proof fuzz readme pictures data clean
.DEFAULT_GOAL := help

# What starts other programs takes more than a core at times, but mostly waits: two processes are right for two cores and more.
SPREAD := --numprocesses 2 --dist loadgroup --no-loadscope-reorder

help:  ## what there is to make
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

quickstart: $(VENV)/.installed $(PYKAFKA)/.installed  ## install into .venv and walk through the tutorial, once, by itself
	$(BIN)/kafkacli quickstart --pykafka $(PYKAFKA)/bin/python

start: $(VENV)/.installed  ## install into .venv and keep a broker with its ZooKeeper running; Ctrl-C ends it
	$(BIN)/kafkacli server-start

test: $(VENV)/.developed $(PYKAFKA)/.installed  ## the tests; comparisons with Apache Kafka run where Java and Maven are
	$(BIN)/pytest -rs $(SPREAD)

again: $(VENV)/.developed $(PYKAFKA)/.installed  ## the tests that failed in the last run, once more and one by one; three at most
	$(BIN)/python -m tests.support.again

check: lint types generated  ## everything that is not a test

lint: $(VENV)/.developed  ## formatting, lint, the direction of imports
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports

types: $(VENV)/.developed  ## mypy --strict
	$(BIN)/mypy

generated: $(VENV)/.developed  ## man pages, completions, docs/schemas and docs/server-properties.md are those of their tables
	$(BIN)/python -m kafkacli.options.generate --check
	$(BIN)/python -m kafkacli.broker.properties_page --check

generate: $(VENV)/.developed  ## write man pages, completions, docs/schemas and docs/server-properties.md again
	$(BIN)/python -m kafkacli.options.generate
	$(BIN)/python -m kafkacli.broker.properties_page

bench: $(VENV)/.developed  ## ours and Apache Kafka 2.6.2 in one run: medians, spread, ratios; does the gate hold?
	$(BIN)/python -m tests.benchmarks

proof: $(VENV)/.developed $(PYKAFKA)/.installed  ## the long proofs: transcripts, kill loops, long property tests; writes docs/proof.md
	$(BIN)/python -m tests.proof

fuzz: $(VENV)/.developed  ## every fuzzer for a minute
	for each in tests/fuzz/fuzz_*.py; do $(BIN)/python -m tests.fuzz.$$(basename $$each .py) 60 || exit 1; done

readme: $(VENV)/.developed $(PYKAFKA)/.installed  ## docs/walk-through.md again, from a real run
	$(BIN)/python -m tests.readme

pictures: $(VENV)/.developed  ## docs/pictures again, from real runs
	$(BIN)/python -m tests.pictures

data: $(VENV)/.developed  ## the files under tests/data that Apache's classes write
	$(BIN)/python -m tests.data.make_frames
	$(BIN)/python -m tests.data.make_configs
	$(BIN)/python -m tests.data.make_assignments
	$(BIN)/python -m tests.data.make_client_configs
	$(BIN)/python -m tests.data.make_command_lines
	$(BIN)/python -m tests.data.make_java_tool_lines
	$(BIN)/python -m tests.data.make_success_transcripts

option-proofs: $(VENV)/.developed  ## look for the tests that fail when an option is ignored, for options without one
	$(BIN)/pytest -p tests.support.option_proofs --timeout 40 -m 'not apache and not foreign' tests/tools tests/options

clean:  ## remove what make made
	rm -rf $(VENV) $(PYKAFKA) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage

$(VENV)/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "kafkacli needs Python 3.11 or later; name one with: make PYTHON=python3.12 ..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/pip
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.developed: pyproject.toml | $(VENV)/bin/pip
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(VENV)/.installed

# PyKafka 2.8.0 pins an old kazoo and reads pkg_resources, which newer setuptools no longer have: an environment of its own.
# Its snappy and lz4 come from the packages at the end.
$(PYKAFKA)/.installed: Makefile
	$(PYTHON) -m venv $(PYKAFKA)
	$(PYKAFKA)/bin/pip install --quiet --disable-pip-version-check 'setuptools<70' wheel
	$(PYKAFKA)/bin/pip install --quiet --disable-pip-version-check --no-build-isolation 'pykafka==2.8.0' python-snappy lz4 xxhash
	@touch $@
