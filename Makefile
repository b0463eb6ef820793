# Thin names over meson and tools/. Start with `make demo`; `make help` lists the rest.
.DEFAULT_GOAL := build
.PHONY: help deps build ui screenshots test-browser demo test test-long chaos check fuzz format bench install clean
MAKEFLAGS += --no-print-directory

help:            ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1	/p' Makefile | expand -t 14

deps:
	@tools/deps build
	@command -v npm >/dev/null || tools/deps ui

build/build.ninja: | deps
	@CC=gcc meson setup build >build.log 2>&1 || { cat build.log; rm -rf build build.log; exit 1; }
	@mv build.log build/setup.log

build: build/build.ninja ## compile with gcc into build/
	@ninja --quiet -C build

ui:              ## bundle the web page into ui/dist
	@command -v npm >/dev/null || tools/deps ui
	@tools/build-ui

screenshots: ui  ## pictures of every page into docs/screenshots/, in Debian's Chromium
	@tools/deps browser
	@node ui/dev/screenshots.mjs docs/screenshots

test-browser: build ui ## the page in Debian's Chromium: the story against the simulator, keys, states, axe
	@tools/deps browser
	@cd ui && SEATLEDGER_BUILD=$(CURDIR)/build node --test --test-concurrency=2 ../tests/browser/*.test.mjs

demo: build/build.ninja ## the main job against a simulated account, from Get Token to the figures
	@ninja --quiet -C build src/seatledger sim/gotosim
	@tools/demo build

test:            ## build with gcc and clang, run every test and check, drive the page (docs/quality.md)
	@tools/deps build test browser
	@command -v npm >/dev/null || tools/deps ui
	@tools/run-tests

test-long:       ## the same, twenty accounts against the truth, every I/O made to fail
	@tools/deps build test browser
	@command -v npm >/dev/null || tools/deps ui
	@tools/run-tests --long

CASES = 180
chaos: build     ## 500 aggregations under faults, 200 kills, and the truth after each; SEED=n CASES=n
	@tools/deps build test
	@SEATLEDGER_BUILD=$(CURDIR)/build /usr/bin/python3 tests/e2e/test_chaos.py $(CASES) $(SEED)

MINUTES = 10
fuzz:            ## feed damaged input to what reads a stranger's; MINUTES=n for each target
	@tools/deps build test
	@[ -f build-fuzz/build.ninja ] || CC=clang-14 meson setup build-fuzz -Dfuzz=true \
		-Db_sanitize=address,undefined -Db_lundef=false --werror
	@ninja --quiet -C build-fuzz
	@tools/fuzz build-fuzz $$(($(MINUTES) * 60)) 2

check: build     ## layers, exports and format
	@tools/deps test
	@meson test -C build --suite house --print-errorlogs

format:          ## lay out the C files
	@tools/deps test
	@tools/check-format . --fix

bench:           ## what we cost, beside others; WRITE=1 also writes docs/performance.md, BIG=1 goes to 1,000,000 users
	@tools/deps build test
	@tests/bench/bench $(if $(WRITE),--write)

install: build   ## into /usr/local (DESTDIR is honoured)
	@meson install -C build --no-rebuild

clean:           ## remove everything built, but for what the fuzzers found
	rm -rf build build-clang build-asan build-bench build-analyzer build-tsan
	@[ ! -d build-fuzz ] || find build-fuzz -mindepth 1 -maxdepth 1 ! -name corpus ! -name found -exec rm -rf {} +
