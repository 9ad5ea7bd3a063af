# SPDX-License-Identifier: GPL-2.0-or-later
# make          build build/hintbench
# make demo     the main job: two real kernels measured, compared and drawn, from a fresh clone
# make pair     two kernels of one source, without and with the patch that this suite was born to judge
# make check-unit  the tests that need no network, no root and no guest: under a minute
# make check    these, and those that boot guests; those of arm64 where `make arm64-deps` was done
# make fuzz     hostile input for every reader, with clang's libFuzzer: SECONDS=60 for each, or HARNESS=result alone
# make analyze  what gcc, clang, cppcheck and shellcheck find without running it
# make arm64    the same for arm64, into build-arm64: for arm64 guests and machines (`make arm64-deps` first)
# Variables: CC, BUILD (folder), WERROR=1, SANITIZE=1, PREFIX and DESTDIR (install), V=1 (show the commands)

BUILD   ?= build
PREFIX  ?= /usr/local
DATADIR := $(PREFIX)/share/hintbench
LIBEXECDIR := $(PREFIX)/libexec/hintbench
# `git archive` wrote it into the file; else the checkout says it.
VERSION := $(shell sed -n '/^[$$]/!{s/^ *//;s/ .*//;p;q}' VERSION)
VERSION := $(or $(VERSION),$(shell git describe --always --dirty --match 'v*' 2>/dev/null || echo unknown))

LIBRARIES := numa hwloc jansson inih gsl nettle zlib
CFLAGS    ?= -O2 -g
WARNINGS  := -Wall -Wextra -Wshadow -Wmissing-prototypes $(if $(WERROR),-Werror)
comma     := ,
SANITIZER := $(if $(SANITIZE),-fsanitize=address$(comma)undefined -fno-sanitize-recover=all)
# Asked once, and not before something is compiled: `make deps` may have to install pkg-config.
PKG_CFLAGS  = $(eval PKG_CFLAGS := $(shell pkg-config --cflags $(LIBRARIES)))$(PKG_CFLAGS)
PKG_LIBS    = $(eval PKG_LIBS := $(shell pkg-config --libs $(LIBRARIES)))$(PKG_LIBS)
# The same bytes in whatever folder it is built.
COMMON_CFLAGS = -std=gnu17 -D_GNU_SOURCE -I. -ffile-prefix-map=$(CURDIR)=. $(WARNINGS)
ALL_CFLAGS  = $(COMMON_CFLAGS) $(SANITIZER) $(PKG_CFLAGS) $(CFLAGS)
ALL_LDLIBS  = $(SANITIZER) $(LDFLAGS) $(PKG_LIBS) -lpfm -lpthread -lm

# A file is part of the program by being there: a new benchmark, command or library file needs no line here.
SOURCES := $(sort $(wildcard lib/*/*.c bench/*.c cli/*.c cli/*/*.c lab/*/*.c))
OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o)
SUPPORT := $(patsubst %.c,$(BUILD)/%.o,$(sort $(wildcard tests/support/*.c)))
UNIT_TESTS := $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/unit/*.c))
GUEST_TESTS := $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/guest/*.c))

Q := $(if $(V),,@)
say = @printf '  %-7s %s\n' $(1) $(2)

.PHONY: all arm64 arm64-deps analyze fuzz fuzz-deps fuzzers demo pair check check-unit tests unit-tests deps install install-files schema format clean
PLUGIN := $(BUILD)/lab/profile/plugin.so
GUEST := $(BUILD)/guest/hintbench $(BUILD)/guest/version
all: $(BUILD)/hintbench $(GUEST) $(PLUGIN)

$(BUILD)/hintbench: $(OBJECTS)
	$(call say,LINK,$@)
	$(Q)$(CC) -o $@ $^ $(ALL_LDLIBS)

# Objects are made anew when the compiler or its flags are others. A stamp changes only when what it says does.
stamp = @mkdir -p $(@D); echo '$(1)' | cmp -s - $@ || echo '$(1)' >$@
$(BUILD)/flags.stamp: FORCE
	$(call stamp,$(subst ','\'',$(CC) $(ALL_CFLAGS) $(ALL_LDLIBS)))

$(BUILD)/%.o: %.c Makefile $(BUILD)/flags.stamp
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(EXTRA_$(<F)) -MMD -MP -c -o $@ $<

# The version is compiled into one file only, which is made anew when the version changes.
EXTRA_version.c = -DHINTBENCH_VERSION='"$(VERSION)"'
EXTRA_paths.c = -DHINTBENCH_DATADIR='"$(DATADIR)"' -DHINTBENCH_LIBEXECDIR='"$(LIBEXECDIR)"'
$(BUILD)/lib/base/version.o $(BUILD)/lib/base/paths.o: $(BUILD)/version.stamp
$(BUILD)/version.stamp: FORCE
	$(call stamp,$(VERSION) $(DATADIR) $(LIBEXECDIR))
.PHONY: FORCE

# What guests run: of the same objects, but that it tells no version and knows no folder. So its bytes, and with them the
# figures, are the same whatever this tree is called and wherever it lies; whose it is, a file beside it says.
OWN := $(BUILD)/lib/base/version.o $(BUILD)/lib/base/paths.o
$(BUILD)/guest/%.o: lib/base/%.c Makefile $(BUILD)/flags.stamp
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -DHINTBENCH_VERSION='"guest"' -DHINTBENCH_DATADIR='"/"' -DHINTBENCH_LIBEXECDIR='"/"' \
		-MMD -MP -c -o $@ $<
$(BUILD)/guest/hintbench: $(filter-out $(OWN),$(OBJECTS)) $(OWN:$(BUILD)/lib/base/%=$(BUILD)/guest/%)
	$(call say,LINK,$@)
	$(Q)$(CC) -o $@ $^ $(ALL_LDLIBS)
$(BUILD)/guest/version: $(BUILD)/guest/hintbench $(BUILD)/version.stamp
	$(Q)echo '$(VERSION)' >$@

# QEMU loads it, and has none of our libraries, nor a sanitizer's.
$(PLUGIN): lab/profile/plugin/profile.c lab/profile/plugin/qemu_plugin.h Makefile $(BUILD)/flags.stamp
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(COMMON_CFLAGS) $(CFLAGS) -fPIC -fvisibility=hidden -shared -o $@ $<

# Each test is a program of its own with everything but main.c, and with the helpers of the tests.
$(BUILD)/tests/%: $(BUILD)/tests/%.o $(SUPPORT) $(filter-out $(BUILD)/cli/main.o,$(OBJECTS))
	$(call say,LINK,$@)
	$(Q)$(CC) -o $@ $^ $(ALL_LDLIBS) -lcmocka
unit-tests: $(UNIT_TESTS)
tests: $(UNIT_TESTS) $(GUEST_TESTS)

# Each harness is a program of its own as well. It stands where it finds the tree's data, as hintbench does.
FUZZERS := $(patsubst tests/fuzz/%.c,$(BUILD)/%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_SUPPORT := $(patsubst %.c,$(BUILD)/%.o,$(filter-out tests/fuzz/fuzz_%,$(wildcard tests/fuzz/*.c)))
# That of the journal has these files in it.
$(BUILD)/fuzz_journal: OBJECTS := $(filter-out %/lib/base/settings.o %/lib/base/journal.o,$(OBJECTS))
$(FUZZERS): $(BUILD)/fuzz_%: $(BUILD)/tests/fuzz/fuzz_%.o $(FUZZ_SUPPORT) $(filter-out $(BUILD)/cli/main.o,$(OBJECTS))
	$(call say,LINK,$@)
	$(Q)$(CC) -o $@ $< $(FUZZ_SUPPORT) $(filter-out $(BUILD)/cli/main.o,$(OBJECTS)) $(ALL_LDLIBS)
fuzzers: $(FUZZERS)

SECONDS ?= 60
HARNESS ?= $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_SANITIZERS := address,undefined -fno-sanitize-recover=all
fuzz-deps:
	$(Q)lab/deps.sh packages-fuzz.txt
fuzz: deps fuzz-deps
	$(Q)$(MAKE) --no-print-directory BUILD=build-fuzz CC=clang SANITIZE= \
		CFLAGS='-O1 -g -fsanitize=fuzzer-no-link,$(FUZZ_SANITIZERS)' LDFLAGS='-fsanitize=fuzzer,$(FUZZ_SANITIZERS)' fuzzers
	$(Q)tests/fuzz/run.sh build-fuzz $(SECONDS) $(HARNESS)

ANALYZED := $(SOURCES) lab/profile/plugin/profile.c $(wildcard tests/fuzz/*.c)
ANALYZE_CFLAGS = -std=gnu17 -D_GNU_SOURCE -I. $(WARNINGS) $(PKG_CFLAGS) $(foreach name,VERSION DATADIR LIBEXECDIR,-DHINTBENCH_$(name)="")
analyze: deps fuzz-deps
	$(Q)CFLAGS='$(ANALYZE_CFLAGS)' tests/analyze.sh $(ANALYZED)

deps:
	$(Q)lab/deps.sh packages.txt

# The cross compiler and QEMU are installed, as root or with sudo; libraries and kernels go into the cache.
arm64-deps: deps
	$(Q)lab/deps.sh packages-arm64.txt
	$(Q)$(MAKE) --no-print-directory all
	$(Q)$(BUILD)/hintbench lab sysroot --arch arm64
	$(Q)$(BUILD)/hintbench lab fetch --arch arm64 bookworm bookworm-backports

SYSROOT_ARM64 ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/hintbench/sysroot-arm64
arm64:
	$(Q)test -d $(SYSROOT_ARM64) || { echo "hintbench: no arm64 libraries in $(SYSROOT_ARM64): type make arm64-deps" >&2; exit 2; }
	$(Q)PKG_CONFIG_LIBDIR=$(SYSROOT_ARM64)/usr/lib/aarch64-linux-gnu/pkgconfig PKG_CONFIG_SYSROOT_DIR=$(SYSROOT_ARM64) \
		$(MAKE) --no-print-directory BUILD=build-arm64 CC="aarch64-linux-gnu-gcc --sysroot=$(SYSROOT_ARM64)" SANITIZE= \
		build-arm64/hintbench build-arm64/guest/version tests

demo: deps
	$(Q)$(MAKE) --no-print-directory all
	$(Q)lab/demo.sh $(BUILD)/hintbench

pair: deps
	$(Q)lab/deps.sh packages-build.txt
	$(Q)$(MAKE) --no-print-directory all
	$(Q)$(BUILD)/hintbench lab pair --source debian:6.1 \
		--patch lab/patches/6.1/a-hinting-entry-without-write-bit.patch

check-unit: all unit-tests
	$(Q)tests/run.sh $(BUILD) unit

check: deps
	$(Q)lab/deps.sh packages-build.txt
	$(Q)$(MAKE) --no-print-directory all tests
	$(Q)if command -v aarch64-linux-gnu-gcc >/dev/null && test -d $(SYSROOT_ARM64); then \
		$(MAKE) --no-print-directory arm64; fi
	$(Q)tests/run.sh $(BUILD)

# What is read goes below share/, what is run, with what it reads beside it, below libexec/.
INSTALLED_DATA := configs plot lab/patches results/schema.json
INSTALLED_PROGRAMS := lab/kernels lab/guests lab/bisect.sh lab/pair.sh lab/messages.sh lab/show.sh
install: all
	$(Q)$(MAKE) --no-print-directory install-files
# As it was built: nothing is built here.
install-files:
	$(call say,INSTALL,$(DESTDIR)$(PREFIX))
	$(Q)install -D -m 755 $(BUILD)/hintbench $(DESTDIR)$(PREFIX)/bin/hintbench
	$(Q)for f in $$(find $(INSTALLED_DATA) -type f); do \
		install -D -m 644 $$f $(DESTDIR)$(DATADIR)/$$f || exit; done
	$(Q)for f in $$(find $(INSTALLED_PROGRAMS) -type f ! -name '*.[ch]'); do \
		install -D -m $$(test -x $$f && echo 755 || echo 644) $$f $(DESTDIR)$(LIBEXECDIR)/$$f || exit; done
	$(Q)install -D -m 644 $(PLUGIN) $(DESTDIR)$(LIBEXECDIR)/lab/profile/plugin.so
	$(Q)for from in $(BUILD)/guest build-arm64/guest; do \
		to=$(DESTDIR)$(LIBEXECDIR)/$${from#$(BUILD)/}; \
		test -e $$from/version || continue; \
		install -D -m 755 $$from/hintbench $$to/hintbench && \
		install -D -m 644 $$from/version $$to/version || exit; done

# After a change of the catalogue of metrics, lib/analysis/metrics.c.
schema: $(BUILD)/hintbench
	$(Q)$(BUILD)/hintbench list --metrics --json | results/schema.py results/schema.json

format:
	$(Q)clang-format -i $$(find bench lib cli lab tests -name '*.[ch]')

clean:
	$(Q)rm -rf $(BUILD) build-arm64 build-fuzz

-include $(OBJECTS:.o=.d) $(wildcard $(BUILD)/guest/*.d) $(SUPPORT:.o=.d) $(UNIT_TESTS:=.d) $(GUEST_TESTS:=.d) $(wildcard $(BUILD)/tests/fuzz/*.d)
.SECONDARY: $(SUPPORT) $(UNIT_TESTS:=.o) $(GUEST_TESTS:=.o) $(FUZZ_SUPPORT)
