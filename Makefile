# The tasks of this project; `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help demo build test lint format simulate bench bench-crash bench-flash bench-wire bench-devices bench-hub bench-fleet bench-query fuzz fuzz-short promqltest clean

help: ## list these tasks
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 15

demo: ## broker, hub, agent and five simulated devices on this machine, with a live status
	@scripts/packages.sh demo
	@scripts/build.sh
	@scripts/demo.sh

build: ## release binaries, stripped, with their sizes
	@scripts/packages.sh build
	@scripts/build.sh
	@scripts/sizes.sh

test: ## everything that tests this project
	@scripts/packages.sh test
	@scripts/test.sh

lint: ## format, module boundaries, file sizes, linkage, Embedded Swift
	@scripts/packages.sh build
	@scripts/lint.sh

format: ## put the sources into the project's format
	swift format -i -p -r Sources Tests firmware-protocol Package.swift

SEEDS ?= 1000
OPERATIONS ?= 1100

simulate: ## SEEDS=1000 OPERATIONS=1100: long histories on simulated disks, clocks and links
	@scripts/packages.sh test
	WAYSIDE_SIMULATION_ONLY=1 WAYSIDE_SIMULATION_SEEDS=$(SEEDS) WAYSIDE_SIMULATION_OPERATIONS=$(OPERATIONS) \
		swift test --no-parallel -c release -Xswiftc -enable-testing --scratch-path .build-simulate \
		--filter SimulationTests

bench: ## measure this agent and hub beside their peers
	@scripts/packages.sh test
	@scripts/build.sh
	@Tests/Benchmarks/run.sh

bench-crash: ## what this agent and its peers deliver after a kill -9 and after a flipped bit
	@scripts/packages.sh test
	@scripts/build.sh
	@Tests/Benchmarks/crash.sh

bench-flash: ## flash bytes a sample beside the peers; recovery and memory with a full ring
	@scripts/packages.sh test
	@scripts/build.sh
	@Tests/Benchmarks/flash.sh

bench-wire: ## wire bytes a sample beside the peers at equal batching
	@scripts/packages.sh test
	@scripts/build.sh
	@Tests/Benchmarks/wire.sh

bench-devices: ## messages a second and CPU a message from a full broker queue, beside other clients
	@scripts/packages.sh test
	@scripts/build.sh
	@Tests/Benchmarks/devices.sh

bench-hub: ## CPU, disk, memory and restart of the hub beside VictoriaMetrics and Prometheus
	@scripts/packages.sh test
	@scripts/build.sh
	@Tests/Benchmarks/hub.sh $(ARGS)

bench-fleet: ## how many gateways one hub takes on this machine
	@scripts/packages.sh test
	@scripts/build.sh
	@Tests/Benchmarks/fleet.sh $(ARGS)

bench-query: ## latency of queries of dashboards beside VictoriaMetrics and Prometheus on the same samples
	@scripts/packages.sh test
	@scripts/build.sh
	@Tests/Benchmarks/query.sh $(ARGS)

fuzz: ## every fuzz target for FUZZ_SECONDS each (60), with a table of what they did
	@scripts/packages.sh build
	@scripts/fuzz.sh
	@firmware-protocol/check-c.sh fuzz $${FUZZ_SECONDS:-60}

fuzz-short: ## the same 5000 inputs for each, from the same seed: what continuous integration runs
	@scripts/packages.sh build
	@FUZZ_RUNS=$${FUZZ_RUNS:-5000} scripts/fuzz.sh

DIR ?= Tests/PromQLTests/Scripts

promqltest: ## DIR=folder: run scripts of Prometheus's PromQL test language, and say what failed
	@scripts/packages.sh build
	@scripts/promqltest.sh "$(DIR)"

clean: ## remove what was built
	rm -rf .build .build-*
