# The command list. What CI does is a target here. Every target sets the machine up first, which is quick when nothing is missing.

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup build test fmt lint unit e2e browser observability eval docs demo demo-worker bench bench-worker bench-core bench-module fuzz deny clean clean-tools

FUZZ_SECONDS ?= 60

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## bring the wasm targets, Envoy and workerd into .tools/
	@sh tools/setup.sh

build: setup ## leave the Envoy filter in dist/backstop.wasm and the edge worker in dist/worker/
	@sh tools/build.sh

test: build fmt lint unit observability e2e browser docs ## everything that CI checks

fmt: setup ## check the formatting
	cargo fmt --all --check

lint: setup ## clippy on every crate; a warning fails
	cargo clippy -q --locked --workspace --all-targets -- -D warnings

unit: setup ## tests of the crates, and of the scripts around Envoy and the bench
	cargo test -q --locked -p backstop-core -p backstop-filter -p backstop-worker -p backstop-cli -p xtask
	python3 -m unittest discover -q -s envoy
	python3 -m unittest discover -q -s bench

observability: ## the alerts for Prometheus, by promtool (left out where there is none)
	@sh tools/observability.sh

e2e: build ## the cases on core, on both Envoys and on workerd; the worker's own tests; the built module's answers
	cargo test --locked --no-fail-fast -p backstop-tests
	node --test worker/test/*.test.mjs
	node --test bench/module.test.mjs

browser: build ## every theme in Chromium, as Envoy serves it; pictures in target/browser (left out where there is no Chromium)
	@sh tools/browser.sh

eval: setup ## how well detection tells the bodies of tests/corpus apart, by stack and level
	@cargo test -q --locked -p backstop-tests --test corpus -- --nocapture

docs: setup ## build the documentation, private items too; a broken link fails
	RUSTDOCFLAGS="-Dwarnings -Arustdoc::private_intra_doc_links" cargo doc -q --locked --no-deps --workspace --document-private-items

demo: build ## a real application behind a real Envoy; ONCE=1 exits after the comparison
	@python3 envoy/demo/demo.py $(if $(filter-out 0,$(ONCE)),--once)

demo-worker: build ## the same application behind the edge worker in a real workerd; ONCE=1 as well
	@python3 envoy/demo/demo.py --worker $(if $(filter-out 0,$(ONCE)),--once)

bench: build ## CPU per request beside no filter, Lua and custom_response
	@python3 bench/bench.py

bench-worker: build ## CPU per request of workerd beside a plain fetch and a sanitiser written by hand
	@python3 bench/worker.py

bench-core: setup ## what an exchange costs in core, by kind and size of body
	cargo bench -q --locked -p backstop-core

bench-module: build ## what an exchange costs in the built module under V8
	@node bench/module.mjs

fuzz: setup ## run each fuzz target for FUZZ_SECONDS
	@sh tools/fuzz.sh $(FUZZ_SECONDS)

deny: setup ## licences, bans and sources of the dependencies; advisories where the database can be reached (ADVISORIES=0: not)
	@sh tools/deny.sh

clean: ## remove what was built
	rm -rf dist $${CARGO_TARGET_DIR:-target}

clean-tools: ## remove what `make setup` brought
	rm -rf .tools
