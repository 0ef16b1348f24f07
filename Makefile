# SPDX-License-Identifier: Apache-2.0
# The two commands that do everything are `make demo` and `make test`; the rest serves people who change the code.

.PHONY: all demo test test-vm bench bench-wire asan tsan format tidy-all clean dependencies

JOBS := $(shell nproc)

all: dependencies
	@cmake --preset release >/dev/null
	@ninja -C build/release -j $(JOBS)

dependencies:
	@tools/install-dependencies tools/packages.txt

demo: dependencies
	@cmake --preset release >/dev/null
	@ninja -C build/release -j $(JOBS) --quiet rehome
	@demo/run build/release/rehome

test: all
	@cd build/release && ctest --output-on-failure -j $(JOBS)

# Whole computers in QEMU; not part of `test`: minutes each, and more where QEMU has to emulate. VM_TEST=refresh: one.
# REHOME_POWER_CUTS=1 cuts the power once in each phase of a refresh, and not ten times, which takes hours.
test-vm: dependencies
	@tools/install-dependencies tools/packages-vm.txt
	@cmake --preset release >/dev/null
	@ninja -C build/release -j $(JOBS) --quiet rehome
	@for test in tests/vm/$(or $(VM_TEST),*)_test.py; do python3 "$$test" || exit 1; done

bench: all
	@tools/install-dependencies tools/packages-bench.txt
	@bench/run build/release/rehome

# restic-rest-server of version 0.14 lies in PATH or in the folder PEERS.
bench-wire: all
	@tools/install-dependencies tools/packages-wire.txt
	@ninja -C build/release --quiet wire-load
	@bench/wire/run build/release/rehome

asan tsan: dependencies
	@tools/install-dependencies tools/packages-checks.txt
	@cmake --preset $@ >/dev/null
	@ninja -C build/$@ -j $(JOBS)
	@cd build/$@ && ctest --output-on-failure -j $(JOBS)

format:
	@git ls-files -co --exclude-standard '*.h' '*.cpp' | xargs clang-format-19 -i

tidy-all:
	@tools/tidy --all

clean:
	@rm -rf build
