# `make demo` and `make test` set everything up themselves; `make help` lists the rest.
# Needs git, make and some Node.js with npm; the project's own Node.js comes from tools/node.

SHELL := /bin/sh
NODE_BIN = $(shell tools/node/bin-dir)
# Native add-ons, should one ever compile, must see the headers of this Node, not the machine's.
RUN = export PATH="$(NODE_BIN):$$PATH" npm_config_nodedir="$(NODE_BIN)/.."; test -n "$(NODE_BIN)" || exit 1;
# Measured: 93.7, 91.8, 90.3, 94.5. Commands that tests run as processes of their own are not counted.
THRESHOLDS = $(foreach it,statements=91 branches=89 functions=88 lines=92,--coverage.thresholds.$(it))
VERSION = $(shell sed -n 's/^  "version": "\(.*\)",$$/\1/p' package.json)
SOURCES = $(shell find src sidecar operator scripts -name '*.ts')

.DEFAULT_GOAL := help
.PHONY: help demo setup build check watch test coverage format lint types generate golden bench same-bytes images sbom clean

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile

demo: build ## Run a mock LLM, the sidecar and a recorded agent session; print what was saved
	@bin/m2m demo $(ARGS)

setup: .cache/npm.stamp ## Install Node.js and the packages

build: dist/m2m.js ## Build dist: the program and its token tables

check: setup ## Format, lint, types, unused code, generated files: all but the tests
	@$(RUN) node scripts/check.ts

watch: build ## Run tests again as files change (T=test/core/json: only those)
	@$(RUN) npx vitest watch $(if $(findstring cluster,$(T)),,--project tests) $(T)

test: build ## Every check and every test (T=PATH: only tests with it in their path, or else in their name)
	@$(RUN) node scripts/test.ts $(if $(T),'$(T)')

coverage: build ## Run all tests, write coverage/index.html, hold the thresholds (T=test/core/json: only those)
	@$(RUN) npx vitest run --coverage $(or $(T),$(THRESHOLDS))

format: setup ## Format, sort imports and apply safe lint fixes
	@$(RUN) npx biome check --write

lint: setup ## Format, lint and import walls alone
	@$(RUN) npm run --silent lint

types: setup ## Types alone
	@$(RUN) npm run --silent types

generate: setup ## Write the generated files anew
	@$(RUN) node scripts/generate.ts

golden: build ## Write the golden files of new formats; it never changes one
	@$(RUN) node test/core/compress/golden/main.ts

bench: build ## Cost beside a bare proxy (BASE=REV: and another revision; ARGS="--help")
	@$(RUN) node test/bench/main.ts $(ARGS)

same-bytes: build ## Compare all that this build and BASE=REV send, answer, log and count (ARGS="--help")
	@$(RUN) node test/bench/same-bytes/main.ts $(ARGS)

images: build ## Build the images m2m-sidecar and m2m-operator with docker (IMAGE_BASE=IMAGE: on another base)
	@for program in sidecar operator; do \
	  docker build $(if $(IMAGE_BASE),--build-arg 'BASE=$(IMAGE_BASE)') -f Dockerfile.$$program \
	    -t m2m-$$program -t m2m-$$program:$(VERSION) . || exit 1; \
	done

sbom: setup ## Write dist/sbom.cdx.json: the packages that are part of the programs (CycloneDX)
	@mkdir -p dist
	@$(RUN) npm sbom --sbom-format cyclonedx --sbom-type application --omit dev --package-lock-only > dist/sbom.cdx.json

clean: ## Remove what was built (not what was installed)
	rm -rf dist .cache/types coverage

.cache/node.stamp: tools/node/package-lock.json
	@mkdir -p .cache
	@command -v npm >/dev/null || { echo "make needs npm: install any Node.js with npm first" >&2; exit 1; }
	npm ci --prefix tools/node --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

.cache/npm.stamp: package-lock.json .cache/node.stamp
	@$(RUN) npm ci --no-audit --no-fund --loglevel=error
	@touch $@

dist/m2m.js: .cache/npm.stamp $(SOURCES)
	@$(RUN) node scripts/build.ts
