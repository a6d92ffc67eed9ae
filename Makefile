# SPDX-License-Identifier: GPL-2.0-or-later
# nicregs: `make help` tells the targets.

VERSION := 1.0.0-rc1
# Who packages it (an example) and its home page (there is none yet). scripts/release-files writes all three, which stand here
# alone, into debian/ and packaging/.
MAINTAINER := nicregs maintainers <maintainers@nicregs.example>
HOMEPAGE   :=
PREFIX  ?= /usr/local
BUILD   ?= build
SAN     ?= 0
BPF     ?= auto
SYSTEMD ?= auto
ZLIB    ?= auto
LZMA    ?= auto

ifneq ($(words $(BUILD)),1)
$(error BUILD=$(BUILD): a folder without a blank in its name is needed)
endif

CC         ?= cc
PKG_CONFIG ?= pkg-config
INSTALL    ?= install

ifneq ($(V),1)
Q := @
say = $(if $(findstring s,$(filter-out --%,$(firstword -$(MAKEFLAGS)))),@:,@printf '  %-7s %s\n' '$(1)' '$(2)')
else
say = @:
endif

PACKAGES := libpci pciaccess smartcols jansson libcap-ng ncursesw libarchive
include mk/features.mk
PACKAGE_CFLAGS := $(shell $(PKG_CONFIG) --cflags $(PACKAGES))
# Those that are loaded when they are needed (src/util/library.h): their headers alone are needed here. A test writes types with libbpf.
LOADED := libarchive zlib liblzma libsystemd libbpf ncursesw
LIBS := $(shell $(PKG_CONFIG) --libs $(filter-out $(LOADED),$(PACKAGES))) -pthread -ldl
TEST_LIBS := $(shell $(PKG_CONFIG) --libs $(filter libbpf,$(PACKAGES)))
DEFINES += -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64 -Isrc -I$(BUILD) -DNICREGS_VERSION='"$(VERSION)"'
CFLAGS   ?= -O2 -g
WARNINGS := -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wvla
CPPFLAGS_ALL = $(DEFINES) $(CPPFLAGS)
CFLAGS_ALL = -std=c17 $(WARNINGS) -fno-common -fstack-protector-strong -fPIE \
	-ffile-prefix-map=$(CURDIR)=. $(CFLAGS) $(PACKAGE_CFLAGS)
LDFLAGS_ALL = -pie -Wl,-z,relro,-z,now -Wl,--as-needed $(if $(findstring -static,$(LDFLAGS)),,$(PACKED)) $(LDFLAGS)

ifeq ($(SAN),1)
override BUILD := $(BUILD)/san
override CFLAGS := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -Werror
override LDFLAGS += -fsanitize=address,undefined
else
# What the builder says of it, in CPPFLAGS or CFLAGS, is what counts.
FORTIFY := $(if $(findstring _FORTIFY_SOURCE,$(CPPFLAGS) $(CFLAGS)),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
DEFINES += $(FORTIFY)
endif

SOURCES := $(sort $(wildcard src/*.c src/*/*.c))
# What logs say is made into tables; the other definitions are part of the binary as texts, too.
LOGDEFS := $(sort $(wildcard chipdefs/log/*.def))
DEFS    := $(filter-out $(LOGDEFS),$(sort $(wildcard chipdefs/*/*.def)))
# Texts that are part of the binary; the compiler puts the first ones, which each run reads, beside the indices.
COMMON_DEFS := chipdefs/family/pci.def chipdefs/family/ieee-phy.def
TEXTS   := $(COMMON_DEFS) $(filter-out $(COMMON_DEFS),$(DEFS)) $(sort $(wildcard remedies/*.remedy)) $(wildcard src/source/demo.json) src/view/page.css
include mk/made.mk
# C that scripts make of texts.
GENERATED := embedded tables anchors
# What the common verbs do not go through stands behind the rest in the program, so that few of its pages are mapped: by
# `scripts/seldom > mk/seldom`. A file that is not there yet, or no more, does no harm.
SELDOM  := $(shell cat mk/seldom)
OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(filter-out $(SELDOM),$(SOURCES)) $(filter $(SELDOM),$(SOURCES))) $(GENERATED:%=$(BUILD)/%.o)
LIBRARY_OBJECTS := $(filter-out $(BUILD)/src/main.o,$(OBJECTS))

all: $(BUILD)/nicregs manuals

$(BUILD)/nicregs: $(OBJECTS)
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $(OBJECTS) $(LIBS)

# Everything but main(), for the unit tests and the fuzzers.
$(BUILD)/libnicregs.a: $(LIBRARY_OBJECTS)
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

# Changes when the flags do, so that all is compiled again.
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL)' | cmp -s - $@ || echo '$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL)' > $@

# A log can have gigabytes: what each of its lines goes through is worth larger code.
HOT := $(addprefix src/klog/,devices ident klog messages prefilter prefix reader record report room scan stamps strangers writer) src/paste/paste
$(HOT:%=$(BUILD)/%.o): private CFLAGS_ALL += $(if $(filter -O2,$(CFLAGS)),-O3)

# Changes when a text comes or goes.
$(BUILD)/texts: FORCE
	@mkdir -p $(@D)
	@echo '$(TEXTS) $(LOGDEFS)' | cmp -s - $@ || echo '$(TEXTS) $(LOGDEFS)' > $@

$(BUILD)/%.o: %.c $(BUILD)/flags
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS_ALL) $(OWN_DEFINES) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

$(BUILD)/embedded.c: $(TEXTS) scripts/embed $(BUILD)/texts
	$(call say,EMBED,$@)
	@mkdir -p $(@D)
	$(Q)scripts/embed $(TEXTS) > $@.new && mv $@.new $@

$(BUILD)/tables.c: src/klog/report.h $(filter chipdefs/driver/%,$(DEFS)) $(LOGDEFS) scripts/tables $(BUILD)/texts
	$(call say,TABLES,$@)
	@mkdir -p $(@D)
	$(Q)scripts/tables $(filter %.h %.def,$^) > $@.new && mv $@.new $@

$(BUILD)/anchors.c: src/klog/prefilter.h $(LOGDEFS) scripts/anchors $(BUILD)/texts
	$(call say,ANCHORS,$@)
	@mkdir -p $(@D)
	$(Q)scripts/anchors $(filter %.h %.def,$^) > $@.new && mv $@.new $@

$(GENERATED:%=$(BUILD)/%.o): $(BUILD)/%.o: $(BUILD)/%.c
	$(call say,CC,$<)
	$(Q)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

include mk/check.mk mk/front.mk mk/install.mk mk/static.mk mk/release.mk
-include $(wildcard tests/*/*.mk)
-include $(OBJECTS:.o=.d)

clean:
	rm -rf $(BUILD)

FORCE:

.PHONY: all clean FORCE
.DELETE_ON_ERROR:
