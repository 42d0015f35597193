# SPDX-License-Identifier: Apache-2.0
# The commands of the house. Each installs what it needs, builds, and does the one thing it says;
# the work itself is in CMakePresets.json and tools/.
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

JOBS ?= $(shell nproc)
FUZZ_SECONDS ?= 60
TESTS ?=
ARGS ?=

INSTALL := tools/install_packages.sh
BUILD_LIST := packaging/build-packages.txt
TEST_LIST := packaging/test-packages.txt
PICKET := build/release/picket

# configure-and-build: preset, targets (none: all of them)
define build_preset
@cmake --preset $(1) >/dev/null
@cmake --build --preset $(1) -j $(JOBS) $(if $(2),--target $(2))
endef

help: ## this list
	@echo "picket: which process talks to whom"
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "  ARGS=...          options for picket run      make run ARGS='--headless'"
	@echo "  TESTS=REGEX       only these tests            make test TESTS=unit.flow"
	@echo "  FUZZ_SECONDS=N    time for each fuzz target   make fuzz FUZZ_SECONDS=600"
	@echo "  JOBS=N            compilers at once           make build JOBS=1"

packages:
	@$(INSTALL) $(BUILD_LIST)

run: packages ## install what is needed, build, and start picket on this machine
	$(call build_preset,release,picket)
	@tools/run_picket.sh $(PICKET) $(ARGS)

build: packages ## build everything, tests included, into build/release
	$(call build_preset,release)

test: ## install, build and run every test (as root: the kernel's hooks too)
	@$(INSTALL) $(BUILD_LIST) $(TEST_LIST)
	$(call build_preset,release)
	@python3 tools/run_tests.py build/release --regex '$(TESTS)'

bench: ## what picket costs: with and without, interleaved
	@$(INSTALL) $(BUILD_LIST)
	@$(INSTALL) --no-services packaging/bench-packages.txt
	$(call build_preset,bench)
	@tools/bench.sh build/bench $(ARGS)

lint: ## formatting, clang-tidy, shell scripts, house rules
	@$(INSTALL) $(BUILD_LIST) packaging/lint-packages.txt
	@tools/lint.sh $(JOBS)

format: ## rewrite the sources as clang-format has them
	@$(INSTALL) packaging/lint-packages.txt
	@tools/lint.sh --format

fuzz: ## run each fuzz target for FUZZ_SECONDS
	@$(INSTALL) $(BUILD_LIST) packaging/fuzz-packages.txt
	$(call build_preset,fuzz,fuzzers)
	@tools/fuzz.sh build/fuzz $(FUZZ_SECONDS)

asan: ## every test under the address and undefined behaviour sanitizers
	@$(INSTALL) $(BUILD_LIST) $(TEST_LIST)
	$(call build_preset,asan-ubsan)
	@python3 tools/run_tests.py build/asan-ubsan --regex '$(TESTS)'

tsan: ## every test under the thread sanitizer
	@$(INSTALL) $(BUILD_LIST) $(TEST_LIST)
	$(call build_preset,tsan)
	@setarch -R python3 tools/run_tests.py build/tsan --regex '$(TESTS)'

deb: ## a Debian package, in build/
	@$(INSTALL) $(BUILD_LIST) packaging/deb-packages.txt
	$(call build_preset,release,picket)
	@packaging/build_deb.sh build/release build

clean: ## remove everything built
	rm -rf build

.PHONY: help packages run build test bench lint format fuzz asan tsan deb clean
