# SPDX-License-Identifier: GPL-2.0-or-later
# Tests. Every suite prints `ok NAME`, `not ok NAME` or `skip NAME` lines; tests/run adds them up.

UNIT_SOURCES := $(sort $(wildcard tests/unit/test_*.c))
UNIT_TESTS   := $(UNIT_SOURCES:%.c=$(BUILD)/%)

$(BUILD)/tests/unit/%: tests/unit/%.c $(BUILD)/libnicregs.a
	$(call say,TEST,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS_ALL) -Itests $(CFLAGS_ALL) -Wno-missing-prototypes $(LDFLAGS_ALL) -MMD -MP -o $@ $< \
		$(BUILD)/libnicregs.a -lcmocka $(LIBS) $(TEST_LIBS)

-include $(UNIT_TESTS:=.d)

tests: $(BUILD)/nicregs $(UNIT_TESTS)

# CORPUS=DIR adds files of your own: kernel logs, lspci and ethtool dumps.
check: tests
	$(Q)LSAN_OPTIONS='suppressions="$(abspath tests/lsan-suppressions)":print_suppressions=0' \
		NICREGS='$(abspath $(BUILD)/nicregs)' CORPUS='$(CORPUS)' tests/run $(UNIT_TESTS)

# Those that the build of a package can run, which has no network, no root, no namespaces and no machine.
UNIT_OF_MACHINE := $(patsubst %,$(BUILD)/tests/unit/test_%,access_mmap access_pool host_ethtool network privilege watch_full watch_kill)
UNIT_OF_BUILD := $(filter-out $(UNIT_OF_MACHINE),$(UNIT_TESTS))
check-build: tests
	$(Q)NICREGS='$(abspath $(BUILD)/nicregs)' tests/run -u $(UNIT_OF_BUILD)
	$(Q)NICREGS='$(abspath $(BUILD)/nicregs)' tests/bad/run > /dev/null

# Their names, for whoever runs them somewhere else.
list-check-build:
	@echo $(UNIT_OF_BUILD)

# Checks of the house: who may include whom, no global state, sound definitions, one format.
lint: $(BUILD)/nicregs
	$(call say,LINT,rooms)
	$(Q)scripts/check-includes
	$(Q)scripts/check-sizes
	$(Q)scripts/check-globals $(BUILD)/src
	$(Q)scripts/check-names
	$(Q)scripts/check-contracts
	$(call say,LINT,chipdefs)
	$(Q)$(BUILD)/nicregs lint $(DEFS) > /dev/null
	$(call say,LINT,format)
	$(Q)scripts/format --check
	$(call say,LINT,scripts)
	$(Q)scripts/check-scripts

FUZZ_SECONDS ?= 20
FUZZ_SOURCES := $(sort $(wildcard tests/fuzz/fuzz_*.c))
# Another's machinery (tests/fuzz/oss-fuzz) has these of its own.
FUZZ_CC      ?= clang
FUZZ_ENGINE  ?= -fsanitize=fuzzer
FUZZ_FLAGS   ?= -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
FUZZ_CFLAGS  := -std=c17 $(FUZZ_FLAGS)

$(BUILD)/fuzz/%.o: %.c
	@mkdir -p $(@D)
	$(Q)$(FUZZ_CC) $(CPPFLAGS_ALL) $(OWN_DEFINES) $(FUZZ_CFLAGS) $(PACKAGE_CFLAGS) -MMD -MP -c -o $@ $<

$(GENERATED:%=$(BUILD)/fuzz/%.o): $(BUILD)/fuzz/%.o: $(BUILD)/%.c
	@mkdir -p $(@D)
	$(Q)$(FUZZ_CC) $(CPPFLAGS_ALL) $(FUZZ_CFLAGS) -c -o $@ $<

FUZZ_OBJECTS := $(filter-out $(BUILD)/fuzz/src/main.o,$(SOURCES:%.c=$(BUILD)/fuzz/%.o)) $(GENERATED:%=$(BUILD)/fuzz/%.o)

$(BUILD)/fuzz/fuzz_%: tests/fuzz/fuzz_%.c $(FUZZ_OBJECTS)
	$(call say,FUZZ,$@)
	$(Q)$(FUZZ_CC) $(CPPFLAGS_ALL) $(FUZZ_CFLAGS) $(FUZZ_ENGINE) $(LDFLAGS) -o $@ $< $(FUZZ_OBJECTS) $(LIBS)

-include $(FUZZ_OBJECTS:.o=.d)

FUZZERS := $(FUZZ_SOURCES:tests/fuzz/%.c=$(BUILD)/fuzz/%)

# Each parser for FUZZ_SECONDS, as many at once as there are processors; found inputs stay in build/fuzz/found.
fuzzers: $(FUZZERS)

fuzz: $(FUZZERS)
	$(Q)printf '%s\n' $(FUZZERS) | FUZZ_SECONDS=$(FUZZ_SECONDS) xargs -n 1 -P "$$(nproc)" tests/fuzz/run $(BUILD)/fuzz

bench: $(BUILD)/nicregs
	$(Q)NICREGS='$(abspath $(BUILD)/nicregs)' CORPUS='$(CORPUS)' bench/run

.PHONY: tests check check-build list-check-build lint fuzz fuzzers bench

.SECONDARY:
