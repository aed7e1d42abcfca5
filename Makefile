# Two commands matter: `make demo` and `make test`. Neither needs another step on a fresh machine.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
DEMO   ?= demo
PYTEST ?= -n auto --dist loadgroup
COMPILE = $(BIN)/uv pip compile -q -U --universal --generate-hashes --no-header --no-annotate
SERVE   := web postgres objects pkcs11

.DEFAULT_GOAL := help
.PHONY: help demo test coverage check format proof schema fuzz crawl chaos parallel matrix bench wheel lock clean

help:    ## what can be made
	@grep -hE '^[a-z-]+: .*##|^[a-z-]+:  *##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 12

demo: $(VENV)/run.stamp    ## set up, issue one signed document of each kind into DEMO/out, validate each
	@$(BIN)/tte demo $(DEMO)

test: $(VENV)/dev.stamp    ## install what the tests need and run them all
	@sh .ci/tools
	@$(BIN)/python -m pytest $(PYTEST)

coverage: $(VENV)/dev.stamp    ## the same, and which lines no test reaches (takes twice as long)
	@sh .ci/tools
	@$(BIN)/python -m pytest $(PYTEST) --cov --cov-report=term:skip-covered

check: $(VENV)/dev.stamp    ## style, types, import rules
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(VENV)/dev.stamp    ## let ruff write the style
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

proof: $(VENV)/dev.stamp    ## COUNT (1000) documents of each kind, each judged by us, pdfsig, qpdf, pdffonts, EU DSS and a QR reader; SHEET=FILE.png shows one of each
	@sh .ci/tools
	@$(BIN)/python -m tests.proof --count $(or $(COUNT),1000) $(if $(SHEET),--sheet $(SHEET))

matrix: $(VENV)/dev.stamp    ## every key backend, algorithm and level, judged by four validators; writes the table in docs/keys.md
	@sh .ci/tools
	@$(BIN)/python -m tests.matrix

schema: $(VENV)/dev.stamp    ## COUNT (300) requests of each kind made up for every operation of /v1; no 5xx, nothing undescribed
	@TTE_SCHEMA_EXAMPLES=$(or $(COUNT),300) $(BIN)/python -m pytest -q -n 0 --timeout 7200 tests/api/test_schema.py

fuzz: $(VENV)/dev.stamp    ## COUNT (20000) altered signed files, each judged; MIRROR=FOLDER of bare git mirrors adds genuine ones
	@$(BIN)/python -m tests.fuzz --count $(or $(COUNT),20000) $(if $(MIRROR),--mirror $(MIRROR))

crawl: $(VENV)/dev.stamp    ## every public page of COUNT (10000) documents, searched for numbers, names and birth dates
	@$(BIN)/python -m tests.crawl --count $(or $(COUNT),10000)

chaos: $(VENV)/dev.stamp    ## COUNT (1000) times kill -9 under 8 clients, REGISTER=sqlite or postgres; nothing is lost, nothing twice
	@$(BIN)/python -m tests.faults chaos --count $(or $(COUNT),1000) --register $(or $(REGISTER),sqlite)

parallel: $(VENV)/dev.stamp    ## 64 submitters, COUNT (100000) rows of 514 offices, a fifth of them twice; REGISTER=sqlite or postgres
	@$(BIN)/python -m tests.faults parallel --count $(or $(COUNT),100000) --register $(or $(REGISTER),sqlite)

bench: $(VENV)/run.stamp    ## measure ours beside other software and write docs/speed.md (a quarter of an hour)
	@bench/peers/setup
	@.cache/bench-venv/bin/python -m bench.peers.run --beside "ours=$(BIN)/python -m bench.ours" > .cache/peers.jsonl
	@$(BIN)/python -m bench.large $(or $(COUNT),100000) > .cache/large.json
	@rm -rf .cache/validated && $(BIN)/tte demo .cache/validated > /dev/null
	@$(BIN)/python -m bench.validation .cache/validated | tee .cache/validation.json
	@$(BIN)/python -m bench.report .cache/peers.jsonl .cache/large.json > .cache/speed.md
	@mv .cache/speed.md docs/speed.md

wheel: $(VENV)/dev.stamp    ## build the wheel into dist/
	@$(BIN)/python -m hatchling build -t wheel

lock: $(VENV)/dev.stamp    ## resolve the dependencies anew; hashes, no addresses
	@$(COMPILE) pyproject.toml -o requirements.lock
	@$(COMPILE) --group build -c requirements.lock -o requirements-build.lock
	@$(COMPILE) pyproject.toml --group dev -c requirements.lock -c requirements-build.lock -o requirements-dev.lock
	@$(COMPILE) pyproject.toml $(SERVE:%=--extra %) -c requirements-dev.lock -o requirements-serve.lock

clean:    ## remove what the targets above made
	rm -rf $(VENV) $(DEMO) .cache build dist

# The venv is made without pip, so that Debian's python3-venv is not needed; the machine's pip puts uv into it.
$(VENV)/uv.stamp:
	@echo "Setting up $(VENV) …"
	@$(PYTHON) -m venv --without-pip $(VENV)
	@$(PYTHON) -m pip --python $(BIN)/python --disable-pip-version-check install -q --no-warn-script-location uv
	@touch $@

$(VENV)/run.stamp: $(VENV)/uv.stamp requirements.lock requirements-build.lock pyproject.toml
	@$(BIN)/uv pip install -q -p $(BIN)/python --require-hashes -r requirements.lock -r requirements-build.lock
	@$(BIN)/uv pip install -q -p $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements-dev.lock
	@$(BIN)/uv pip install -q -p $(BIN)/python --require-hashes -r requirements-dev.lock
	@touch $@
