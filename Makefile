# run · test · check · install; each sets up what it needs and is quick the second time.
.DEFAULT_GOAL := help
SHELL := /bin/sh

# The first Python of 3.11 or newer; choose another with: make run PYTHON=python3.13
PYTHON ?= $(shell for each in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
IDE := gateway/http/ide/index.html
IDE_SOURCES := $(shell find graphiql -type f -not -path '*/node_modules/*')
STOREFRONT := examples/storefront
SHOP := $(STOREFRONT)/dist/index.html
SHOP_SOURCES := schema.graphql $(wildcard operations/*.graphql operations/*/*.graphql) $(shell find $(STOREFRONT) -type f \
	-not -path '*/node_modules/*' -not -path '*/dist/*' -not -path '*/generated/*' -not -name '*.md')

help: ## list the commands
	@grep -E '^[a-z]+:.*## ' Makefile | sed 's/:.*## /\t/' | expand -t 12

run: install ## sandbox, gateway and GraphiQL on http://127.0.0.1:8000/graphql
	@$(BIN)/gateway dev

shop: install $(SHOP) ## a storefront on http://127.0.0.1:5173, with gateway and sandbox; SHOP_PORT=, GATEWAY_PORT= choose others
	@SHOP_PORT=$(SHOP_PORT) GATEWAY_PORT=$(GATEWAY_PORT) node $(STOREFRONT)/start.js

install: $(VENV)/.runs $(IDE) ## set everything up; the program is then .venv/bin/gateway
	@$(BIN)/python -m compileall -q gateway

# Bytecode is written whatever the environment says: dozens of programs start during the tests, and each would compile all.
PYTEST := PYTHONDONTWRITEBYTECODE= PYTHONPYCACHEPREFIX=$(CURDIR)/.pytest_cache/bytecode $(BIN)/python -m pytest
PARALLEL := -n auto --dist worksteal

test: $(VENV)/.tests $(IDE) ## the tests that need Python alone; two to three minutes
	@$(PYTEST) $(PARALLEL) -m "not system and not timed"

SIDE_BY_SIDE := $(MAKE) --no-print-directory --jobs 2 --output-sync=target
check: ## formatting, lint, types, import contracts, schema, all tests: what CI runs
	@$(SIDE_BY_SIDE) $(VENV)/tools/.made $(IDE)
	@$(SIDE_BY_SIDE) static system uncompiled
	$(PYTEST) -m "timed"
	@$(MAKE) --no-print-directory test

static:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pyright
	$(BIN)/lint-imports --no-cache
	$(BIN)/gateway schema --check schema.graphql

system:
	$(PYTEST) $(PARALLEL) -m "system and not timed"

uncompiled:
	GATEWAY_COMPILE=off $(PYTEST) $(PARALLEL) -m "not system and not timed" tests/schema tests/operations tests/carts

N := 1000
chaos: $(VENV)/.tests ## N purchases (1000) and 500 changes under faults, double clicks and gateways that are killed every few seconds
	@$(BIN)/python -m tests.chaos.run $(N)
	@$(BIN)/python -m tests.chaos.owning

BENCH := dist/bench
bench: $(VENV)/.tests ## what an answer costs, start-up and memory, beside graphql-core; FLAGS=--quick for a short run
	@$(BIN)/python -m benchmarks.answers --out $(BENCH) $(FLAGS)

conformance: $(VENV)/.tests ## graphql-core's own tests on our executor; GRAPHQL_CORE=<checkout of graphql-core>
	@test -d "$(GRAPHQL_CORE)/tests/execution" || { echo "Name a checkout: git clone https://github.com/graphql-python/graphql-core, then GRAPHQL_CORE=graphql-core"; exit 1; }
	@$(BIN)/python -m tests.compiler.conformance $(GRAPHQL_CORE)

screenshots: $(VENV)/.tests $(IDE) $(SHOP) ## the pictures in docs/images, taken anew with Chromium
	@$(BIN)/python -m tests.storefront.screenshots

package: $(VENV)/.tests $(IDE) ## sdist and wheel with GraphiQL, in dist/
	@$(MAKE) --no-print-directory --question $(IDE) || { echo "Packages are published with GraphiQL, whose build is missing or out of date: it needs Node.js 20.19 or newer."; exit 1; }
	@rm -rf dist
	@$(BIN)/uv build --quiet --no-build-isolation --python $(BIN)/python
	@ls dist

docs: $(VENV)/tools/.made ## the site of docs/, in dist/site; a broken link in it is an error
	@$(VENV)/tools/bin/zensical build --strict --clean

SBOM := dist/sbom.json
sbom: $(VENV)/tools/.made ## bill of materials of what the image installs for Python, as CycloneDX, in dist/
	@mkdir -p $(dir $(SBOM))
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(SBOM).venv
	@$(BIN)/uv pip install --quiet --python $(SBOM).venv/bin/python --require-hashes -r requirements-image.txt
	@$(VENV)/tools/bin/cyclonedx-py environment --pyproject pyproject.toml --mc-type application --validate \
		--output-reproducible --output-file $(SBOM) $(SBOM).venv/bin/python
	@rm -r $(SBOM).venv
	@echo $(SBOM)

pins: $(VENV)/.tests ## update the pinned requirements
	$(BIN)/uv pip compile $(PIN_OPTIONS) --output-file requirements.txt pyproject.toml
	$(BIN)/uv pip compile $(PIN_OPTIONS) --group build --constraint requirements.txt --output-file requirements-build.txt
	$(BIN)/uv pip compile $(PIN_OPTIONS) --extra mcp --extra otel --constraint requirements.txt --output-file requirements-image.txt pyproject.toml
	$(BIN)/uv pip compile $(PIN_OPTIONS) --group tools $(UNUSED) --output-file requirements-tools.txt
	$(BIN)/uv pip compile $(PIN_OPTIONS) --extra mcp --extra otel --group build --group dev --output-file requirements-dev.txt pyproject.toml

PIN_OPTIONS := --quiet --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-emit-find-links \
	--no-annotate --no-header --upgrade
# With it, jsonschema parses each address in a bill of materials by a grammar, which takes ten seconds.
UNUSED := --no-emit-package rfc3987-syntax --no-emit-package lark

clean: ## remove what was set up and built
	rm -rf $(VENV) .cache dist gateway/http/ide graphiql/node_modules examples/*/node_modules examples/*/.venv \
		examples/*/dist examples/*/src/generated examples/*/src/__generated__ examples/python/generated \
		examples/python/partner_center_gateway tests/schema/lint/node_modules .mypy_cache .pytest_cache .ruff_cache

$(VENV)/.made:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed, and none was found: name one with PYTHON=..."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@touch $@

$(VENV)/.runs: requirements-image.txt requirements-build.txt pyproject.toml | $(VENV)/.made
	@echo "Setting up $(VENV) ..."
	@$(PIP) install --require-hashes -r requirements-image.txt -r requirements-build.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.tests: requirements-dev.txt $(VENV)/.runs
	@echo "Setting up what the tests need ..."
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@

$(VENV)/tools/.made: requirements-tools.txt | $(VENV)/.tests
	@echo "Setting up the tools for deploy/, docs/ and the bill of materials ..."
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(VENV)/tools
	@$(BIN)/uv pip install --quiet --python $(VENV)/tools/bin/python --no-deps --require-hashes -r requirements-tools.txt
	@touch $@

# GraphiQL needs Node.js; without it the gateway works all the same and says at /graphql how to build it.
$(IDE): $(IDE_SOURCES)
	@if command -v npm >/dev/null; then \
		echo "Building GraphiQL ..."; \
		npm ci --prefix graphiql --silent --no-audit --no-fund && npm run build --prefix graphiql --silent \
			&& touch $(IDE) || echo "GraphiQL was not built; the gateway works without it."; \
	else echo "Node.js is not there, so GraphiQL is not built; the gateway works without it."; fi

# The storefront that examples/storefront/README.md describes.
$(SHOP): $(STOREFRONT)/node_modules/.package-lock.json $(SHOP_SOURCES)
	@echo "Building the storefront ..."
	@cd $(STOREFRONT) && npm run --silent generate -- --silent && npm run --silent check && npm run --silent build -- --logLevel warn
	@touch $@

$(STOREFRONT)/node_modules/.package-lock.json: $(STOREFRONT)/package-lock.json
	@command -v npm >/dev/null || { echo "The storefront needs Node.js 20.19 or newer, with npm."; exit 1; }
	@npm ci --prefix $(STOREFRONT) --silent --no-audit --no-fund
	@touch $@

.PHONY: help run shop install test check static system uncompiled chaos bench conformance screenshots package docs sbom pins clean
