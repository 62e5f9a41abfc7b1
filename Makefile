# Buildplate. `make run` builds what is missing and starts the shop; `make test` runs everything.
.DEFAULT_GOAL := help
SHELL := /bin/bash
GO ?= go
NPM ?= npm
TAGS := curaengine
RELEASE := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X buildplate/app/cli.Release=$(RELEASE)
ENGINE := slicer/internal/engine/cura/cura_gen.go
DEFINITIONS := slicer/internal/profile/definitions/definitions.zip
WEB := web/dist/index.html
# Compiling the engine takes 3 to 4 GB of memory, or 2.3 GB when it is asked to be frugal.
FRUGAL := $(shell awk '/MemAvailable/ && $$2 < 5000000 {print "yes"}' /proc/meminfo 2>/dev/null)
# The same for the program, its tests and its benchmarks, or the engine is compiled once for each.
BUILDENV := CGO_ENABLED=0 $(if $(FRUGAL),GOGC=30)
BUILDFLAGS := -trimpath -tags $(TAGS) $(if $(FRUGAL),-gcflags=-c=1)
GOBUILD := $(BUILDENV) $(GO) build $(BUILDFLAGS) -ldflags '$(LDFLAGS)'

# Tools that are not part of the program have a module of their own, so that what they need stays out of ours.
TOOL := $(GO) tool -modfile=.ci/tools/go.mod
# In development an installed CuraEngine slices, so that none need be compiled. Where there is none, the one inside does,
# and is compiled first: every price comes from a slice, so that a shop without an engine could sell nothing. That takes
# minutes once; Go keeps what it compiled, and later changes build in seconds.
DEV_ENGINE := $(if $(shell command -v CuraEngine),native,embedded)
DEV_SHOP ?= 127.0.0.1:8080
DEV_PORT ?= 5173

.PHONY: help run dev build engine test test-go test-race test-race-short test-web test-browser test-sheet bench soak lint fmt check check-go check-rules check-web types clean cross
help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | expand -t 14

run: build ## build what is missing, start a demonstration shop and print its addresses
	./buildplate serve --demo $(ARGS)

build: $(ENGINE) $(DEFINITIONS) $(WEB) ## build ./buildplate with everything inside
	$(GO) run ./web/source
	$(GOBUILD) -o buildplate .

engine: $(ENGINE) ## compile the engine, the longest part of the first build
	$(BUILDENV) $(GO) build $(BUILDFLAGS) ./slicer/internal/engine/cura

dev: $(DEFINITIONS) web/node_modules/.stamp $(if $(filter embedded,$(DEV_ENGINE)),$(ENGINE)) ## a shop whose Go and pages are rebuilt as they change; its data is kept in .dev
	@air=$$($(TOOL) -n air) && trap 'trap "" INT TERM; kill $$(jobs -p) 2>/dev/null; wait' EXIT && \
	export BUILDPLATE_DEMO=true BUILDPLATE_DATA=.dev/data BUILDPLATE_ENGINE=$(DEV_ENGINE) BUILDPLATE_SHOP=$(DEV_SHOP) \
		BUILDPLATE_PAGES=http://localhost:$(DEV_PORT) BUILDPLATE_DEV_SHOP=http://$(DEV_SHOP) \
		GOFLAGS="$$GOFLAGS $(if $(filter embedded,$(DEV_ENGINE)),-tags=$(TAGS))" && \
	{ "$$air" & (cd web && exec node_modules/.bin/vite --clearScreen false --strictPort --port $(DEV_PORT)) & wait -n; }

slicer/node_modules/.stamp: slicer/package-lock.json
	cd slicer && $(NPM) ci --ignore-scripts --silent
	@touch $@

web/node_modules/.stamp: web/package-lock.json
	cd web && $(NPM) ci --silent
	@touch $@

$(ENGINE): slicer/node_modules/.stamp $(wildcard slicer/internal/engine/cura/extract/*.go slicer/internal/engine/cura/guard/*.go)
	$(GO) generate ./slicer/internal/engine/cura

$(DEFINITIONS): slicer/node_modules/.stamp $(wildcard slicer/internal/profile/pack/*.go)
	$(GO) run ./slicer/internal/profile/pack

$(WEB): web/node_modules/.stamp $(shell find web/src web/public web/scripts web/*.html web/*.ts web/*.js -type f 2>/dev/null | grep -v node_modules)
	cd web && $(NPM) run build --silent

# Packages whose tests run once, under the race detector: they ask nothing of the engine inside the binary.
RACED := app app/account app/api app/billing app/cart app/event app/file app/lock app/logging app/ops app/order app/stripetest app/task
# Packages that have long forms, or that slice: whole without the detector, short with it. A race shows in the first of
# the states a power cut can leave as well as in the last.
RACED_TOO := app/card app/shop db/... storage/... slicer slicer/slicertest
# SQLite is C made into Go: the detector would watch each access of its own memory, at six times the time, and find
# nothing of ours. Only its code without generics may be left out: the linker might take its copies for ours, too.
RACE := $(GO) test -p 1 -race '-gcflags=modernc.org/sqlite/lib=-race=false' -timeout 45m
# Rules are tables of cases: nearly every statement of app/shop is reached by one.
RULES_COVERED := 90

# What waits for a disk, for children or for a page leaves a core to what computes. The longest come first, so that none
# is left to run alone at the end. Each takes one package at a time: with more, tests that start shops wait for one another.
test: build check-rules ## everything, browser included
	$(MAKE) -j3 --output-sync=line test-go test-race test-stories-1 test-stories-2 test-race-short test-web test-sheet
	@echo "all tests passed"

test-go: build
	$(BUILDENV) $(GO) test -p 1 -timeout 45m $(BUILDFLAGS) $$($(GO) list ./... | grep -vxE '$(subst $() ,|,$(RACED:%=buildplate/%))')

test-race: build
	$(RACE) $(RACED:%=./%)

test-race-short: build
	$(RACE) -short $(RACED_TOO:%=./%)
	$(RACE) -short -run 'Scenario|Random' ./app/apptest

test-web: $(WEB) check-web
	cd web && $(NPM) run size --silent

# Before every commit: all that needs neither the engine compiled nor a process of the shop to kill. The tests of
# app/apptest start whole shops, those of the engine wait for limits of time; make test has both.
check: ## before every commit: format, vet, linters, types and fast tests, in under two minutes after the first run
	$(MAKE) -k -j2 --output-sync=target lint check-web check-go
	@echo "all checks passed"

check-go: $(DEFINITIONS) check-rules
	$(GO) test -short $$($(GO) list ./... | grep -vE '/(apptest|engine|bench)$$')

check-rules:
	@said=$$($(GO) test -cover ./app/shop) || { echo "$$said"; exit 1; }; \
	echo "$$said" | awk 'match($$0, /[0-9.]+% of statements/) { covered = substr($$0, RSTART) + 0 } \
		END { if (covered < $(RULES_COVERED)) { print "The tests of app/shop reach " covered " % of its statements; they must reach $(RULES_COVERED) %: add cases."; exit 1 } }'

check-web: web/node_modules/.stamp
	cd web && npx openapi-typescript src/api/openapi.json -o src/api/types.gen.ts --check
	cd web && $(NPM) run check --silent
	cd web && $(NPM) run lint --silent
	cd web && $(NPM) test --silent

# Each part has a shop of its own, so that one may wait for its shop while another computes.
test-browser: test-stories-1 test-stories-2 test-sheet

test-stories-%: build
	cd web && PART=$* $(NPM) run test:browser --silent -- --shard=$*/2

test-sheet: build
	cd web && $(NPM) run test:sheet --silent

types: web/node_modules/.stamp ## write the API's description and its TypeScript types anew
	$(GO) run . openapi > web/src/api/openapi.json.new && mv web/src/api/openapi.json.new web/src/api/openapi.json
	cd web && $(NPM) run types --silent

# Fails where a list costs too much more than its statements, and where a write is too long on any machine.
bench: build ## speed, as ratios from one run
	$(BUILDENV) $(GO) run $(BUILDFLAGS) ./slicer/bench
	$(GO) test ./db -run '^$$' -bench . -benchtime 20x
	$(GO) test ./app/cart ./app/order -run '^$$' -bench Longest -benchtime 20x
	$(GO) test ./app/api ./slicer/internal/gcode ./slicer/internal/mesh ./slicer/internal/picture ./slicer/internal/profile ./storage -run '^$$' -bench . -benchtime 3x

soak: build ## the long proofs: many customers under each attack, and all that has a long form, over and over
	SOAK=1 $(BUILDENV) $(GO) test -timeout 4h -count 1 $(BUILDFLAGS) ./app/hostile
	SOAK=1 $(BUILDENV) $(GO) test -timeout 4h -count 1 $(BUILDFLAGS) -run Agree ./slicer
	SOAK=1 $(BUILDENV) $(GO) test -timeout 4h -count 1 $(BUILDFLAGS) -run 'Killed|Storm' ./app/apptest ./app/card
	$(BUILDENV) $(GO) test -timeout 4h -count 5 $(BUILDFLAGS) ./app/apptest ./app/card ./db/dbtest ./storage

lint: ## the Go code's format, and golangci-lint (with vet) over it
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); exit 1; }
	$(TOOL) golangci-lint run ./...

fmt: ## format everything
	gofmt -w $$(git ls-files '*.go')
	cd web && $(NPM) run format --silent

cross: $(ENGINE) $(DEFINITIONS) $(WEB) ## one after another, for each system
	$(GO) run ./web/source
	for t in linux/arm64 darwin/arm64 windows/amd64; do echo $$t; GOOS=$${t%/*} GOARCH=$${t#*/} $(GOBUILD) -o bin/buildplate-$${t%/*}-$${t#*/} . || exit 1; done

clean: ## remove what was built
	rm -rf buildplate bin .dev web/node_modules slicer/node_modules $(ENGINE) slicer/internal/engine/cura/*.wasm $(DEFINITIONS)
	find web/dist -mindepth 1 ! -name .gitkeep -delete
