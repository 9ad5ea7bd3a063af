# SPDX-License-Identifier: GPL-2.0-or-later
# make          build build/hintbench
# make demo     the main job: two real kernels measured, compared and drawn, from a fresh clone
# make pair     two kernels of one source, without and with the patch that this suite was born to judge
# make check    the tests, guests included; those of arm64 where `make arm64-deps` was done
# make arm64    the same for arm64, into build-arm64: for arm64 guests and machines (`make arm64-deps` first)
# Variables: CC, BUILD (folder), WERROR=1, SANITIZE=1, PREFIX and DESTDIR (install), V=1 (show the commands)

BUILD   ?= build
PREFIX  ?= /usr/local
DATADIR := $(PREFIX)/share/hintbench
VERSION := $(shell git describe --always --dirty --match 'v*' 2>/dev/null || echo unknown)

LIBRARIES := numa hwloc jansson inih gsl nettle zlib
CFLAGS    ?= -O2 -g
WARNINGS  := -Wall -Wextra -Wshadow -Wmissing-prototypes $(if $(WERROR),-Werror)
comma     := ,
SANITIZER := $(if $(SANITIZE),-fsanitize=address$(comma)undefined -fno-sanitize-recover=all)
ALL_CFLAGS  = -std=gnu17 -D_GNU_SOURCE -I. $(WARNINGS) $(SANITIZER) $(shell pkg-config --cflags $(LIBRARIES)) $(CFLAGS)
ALL_LDLIBS  = $(SANITIZER) $(LDFLAGS) $(shell pkg-config --libs $(LIBRARIES)) -lpfm -lpthread -lm

# A file is part of the program by being there: a new benchmark, command or library file needs no line here.
SOURCES := $(wildcard lib/*/*.c bench/*.c cli/*.c cli/*/*.c lab/*/*.c)
OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o)
UNIT_TESTS := $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/unit/*.c tests/guest/*.c))

Q := $(if $(V),,@)
say = @printf '  %-7s %s\n' $(1) $(2)

.PHONY: all arm64 arm64-deps demo pair check unit-tests deps install schema format clean
PLUGIN := $(BUILD)/lab/profile/plugin.so
all: $(BUILD)/hintbench $(PLUGIN)

$(BUILD)/hintbench: $(OBJECTS)
	$(call say,LINK,$@)
	$(Q)$(CC) -o $@ $^ $(ALL_LDLIBS)

$(BUILD)/%.o: %.c Makefile
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(EXTRA_$(<F)) -MMD -MP -c -o $@ $<

# The version is compiled into one file only, which is made anew when the version changes.
EXTRA_version.c = -DHINTBENCH_VERSION='"$(VERSION)"'
EXTRA_paths.c = -DHINTBENCH_DATADIR='"$(DATADIR)"'
$(BUILD)/lib/base/version.o $(BUILD)/lib/base/paths.o: $(BUILD)/version.stamp
$(BUILD)/version.stamp: FORCE
	@mkdir -p $(@D); echo '$(VERSION) $(DATADIR)' | cmp -s - $@ || echo '$(VERSION) $(DATADIR)' > $@
.PHONY: FORCE

# QEMU loads it, and has none of our libraries, nor a sanitizer's.
$(PLUGIN): lab/profile/plugin/profile.c lab/profile/plugin/qemu_plugin.h Makefile
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -std=gnu17 -D_GNU_SOURCE -I. $(WARNINGS) $(CFLAGS) -fPIC -fvisibility=hidden -shared -o $@ $<

# Each test is a program of its own with everything but main.c.
$(BUILD)/tests/%: $(BUILD)/tests/%.o $(filter-out $(BUILD)/cli/main.o,$(OBJECTS))
	$(call say,LINK,$@)
	$(Q)$(CC) -o $@ $^ $(ALL_LDLIBS) -lcmocka
unit-tests: $(UNIT_TESTS)

deps:
	$(Q)lab/deps.sh packages.txt

# The cross compiler and QEMU are installed, as root or with sudo; libraries and kernels go into the cache.
arm64-deps: deps
	$(Q)lab/deps.sh packages-arm64.txt
	$(Q)lab/kernels/sysroot.sh --arch arm64
	$(Q)lab/kernels/fetch.sh --arch arm64 bookworm bookworm-backports

SYSROOT_ARM64 ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/hintbench/sysroot-arm64
arm64:
	$(Q)test -d $(SYSROOT_ARM64) || { echo "hintbench: no arm64 libraries in $(SYSROOT_ARM64): type make arm64-deps" >&2; exit 2; }
	$(Q)PKG_CONFIG_LIBDIR=$(SYSROOT_ARM64)/usr/lib/aarch64-linux-gnu/pkgconfig PKG_CONFIG_SYSROOT_DIR=$(SYSROOT_ARM64) \
		$(MAKE) --no-print-directory BUILD=build-arm64 CC="aarch64-linux-gnu-gcc --sysroot=$(SYSROOT_ARM64)" SANITIZE= \
		build-arm64/hintbench unit-tests

demo: deps
	$(Q)$(MAKE) --no-print-directory all
	$(Q)lab/demo.sh $(BUILD)/hintbench

pair: deps
	$(Q)lab/deps.sh packages-build.txt
	$(Q)$(MAKE) --no-print-directory all
	$(Q)$(BUILD)/hintbench lab pair --source debian:6.1 \
		--patch lab/patches/6.1/a-hinting-entry-without-write-bit.patch

check: deps
	$(Q)lab/deps.sh packages-build.txt
	$(Q)$(MAKE) --no-print-directory all unit-tests
	$(Q)if command -v aarch64-linux-gnu-gcc >/dev/null && test -d $(SYSROOT_ARM64); then \
		$(MAKE) --no-print-directory arm64; fi
	$(Q)tests/run.sh $(BUILD)

install: all
	$(call say,INSTALL,$(DESTDIR)$(PREFIX))
	$(Q)install -D -m 755 $(BUILD)/hintbench $(DESTDIR)$(PREFIX)/bin/hintbench
	$(Q)for f in $$(find configs plot lab/patches lab/kernels lab/guests -type f ! -name "*.[ch]") lab/*.sh; do \
		install -D -m $$(test -x $$f && echo 755 || echo 644) $$f $(DESTDIR)$(DATADIR)/$$f; done
	$(Q)install -D -m 644 $(PLUGIN) $(DESTDIR)$(DATADIR)/lab/profile/plugin.so
	$(Q)if test -x build-arm64/hintbench; then \
		install -D -m 755 build-arm64/hintbench $(DESTDIR)$(DATADIR)/build-arm64/hintbench; fi

# After a change of the catalogue of metrics, lib/analysis/metrics.c.
schema: $(BUILD)/hintbench
	$(Q)$(BUILD)/hintbench list --metrics --json | results/schema.py results/schema.json

format:
	$(Q)clang-format -i $$(find bench lib cli lab tests -name '*.[ch]')

clean:
	$(Q)rm -rf $(BUILD) build-arm64

-include $(OBJECTS:.o=.d) $(UNIT_TESTS:=.d)
.SECONDARY: $(UNIT_TESTS:=.o)
