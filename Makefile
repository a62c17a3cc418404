# The everyday commands. Each sets up what it needs on a Debian 12 machine; `make help` lists them.
PRESET ?= dev
JOBS ?= $(shell nproc)
DEMO_SECONDS ?=
PREFIX ?= /usr/local
DESTDIR ?=
FUZZ_SECONDS ?= 60
FUZZ ?=
SANITIZE_SYSTEM = system.test_(https_service|platform|operators|cooperation)
SANITIZE_THREADS = vacuum_(ports|wire|adapters_.*|programs_common)_tests
.DEFAULT_GOAL := help

.PHONY: help build demo test test-openstack test-nfs test-package install package bench fuzz sanitize format clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' Makefile

build: ## build all programs and tests (PRESET=dev|release|asan-ubsan|tsan)
	@tools/install-packages test
	@mkdir -p build
	@cmake --preset $(PRESET) >build/$(PRESET).configure.log 2>&1 || { cat build/$(PRESET).configure.log; exit 1; }
	@cmake --build --preset $(PRESET) -j $(JOBS)

demo: ## vcycled keeping VMs on the embedded cloud, live in the terminal (DEMO_SECONDS=60 ends it)
	@tools/install-packages demo
	@mkdir -p build
	@cmake --preset release -DVACUUM_TESTS=OFF >build/release.configure.log 2>&1 || { cat build/release.configure.log; exit 1; }
	@cmake --build --preset release -j $(JOBS) --target vcycled vcycle cloudbox
	@DEMO_SECONDS=$(DEMO_SECONDS) tools/demo build/release/bin

test: ## build and run every test but those on a clean Debian and on a real OpenStack
	@$(MAKE) --no-print-directory build
	@ctest --preset $(PRESET) -j $(JOBS)

test-openstack: ## vcycled on real keystone, glance, placement and nova from Debian's packages
	@$(MAKE) --no-print-directory build
	@tests/openstack/run build/$(PRESET)/bin

test-nfs: ## the shared directory over NFSv4 and on a file system with faults (needs root and /dev/fuse)
	@tools/install-packages nfs
	@$(MAKE) --no-print-directory build
	@tests/nfs/run build/$(PRESET)/bin

install: ## install programs, units, manual pages and documents (PREFIX=/usr/local DESTDIR=)
	@tools/install-packages build
	@mkdir -p build
	@cmake --preset release -DVACUUM_TESTS=OFF -DCMAKE_INSTALL_PREFIX=$(PREFIX) -DVACUUM_SYSTEMD_UNIT_DIR=$(PREFIX)/lib/systemd/system \
	  >build/release.configure.log 2>&1 || { cat build/release.configure.log; exit 1; }
	@cmake --build --preset release -j $(JOBS)
	@DESTDIR=$(DESTDIR) cmake --install build/release

package: ## the Debian packages, in build/package
	@tools/install-packages package
	@packaging/build-deb build/package

test-package: ## install the packages in a clean Debian 12 and look at them from inside
	@$(MAKE) --no-print-directory package
	@tests/package/run build/package

bench: ## the benchmarks of docs/performance.md
	@tools/install-packages bench
	@mkdir -p build
	@cmake --preset release -DVACUUM_TESTS=ON >build/release.configure.log 2>&1 || { cat build/release.configure.log; exit 1; }
	@cmake --build --preset release -j $(JOBS) --target vcycled vcycle vcycle-https cloudbox plan_bench nova_listing_bench
	@tests/bench/run build/release/bin

fuzz: ## each fuzzer for FUZZ_SECONDS (60), one after the other; FUZZ="pipe user_data" chooses
	@tools/install-packages fuzz
	@mkdir -p build
	@cmake --preset fuzz >build/fuzz.configure.log 2>&1 || { cat build/fuzz.configure.log; exit 1; }
	@cmake --build --preset fuzz -j $(JOBS) --target fuzzers
	@tools/fuzz $(FUZZ_SECONDS) build/fuzz/bin $(FUZZ)

sanitize: ## unit tests, corpora and some system tests under the sanitizers; what has threads under the thread sanitizer too
	@$(MAKE) --no-print-directory build PRESET=asan-ubsan
	@ctest --preset asan-ubsan -j $(JOBS) -R '_tests$$|^corpus|$(SANITIZE_SYSTEM)'
	@$(MAKE) --no-print-directory build PRESET=tsan
	@ctest --preset tsan -j $(JOBS) -R '$(SANITIZE_THREADS)|$(SANITIZE_SYSTEM)'

format: ## clang-format on all sources
	@git ls-files 'src/*.[ch]pp' 'tests/*.[ch]pp' | xargs clang-format -i

clean: ## remove all that was built
	rm -rf build
