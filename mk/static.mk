# SPDX-License-Identifier: GPL-2.0-or-later
# One file that needs nothing of the machine that it runs on, for a rescue shell or a stick. scripts/static-libraries fetches
# and builds its libraries, and has the lists of parts and terminals. STATIC_ARCH=aarch64 compiles for that one.

STATIC_ARCH ?= $(shell uname -m)
STATIC_DEPS ?= $(abspath $(BUILD))/static-libraries/$(STATIC_ARCH)
STATIC_FILE := $(BUILD)/nicregs-$(VERSION)-$(STATIC_ARCH)
STATIC_IDS  ?= $(STATIC_DEPS)/root/usr/share/misc/pci.ids
STATIC_TRIPLET := $(STATIC_ARCH)-linux-gnu
# Without what nothing refers to, without tables for unwinding, and with relocations packed where the linker can: 500 KB.
STATIC_PACK_x86_64 := -Wl,-z,pack-relative-relocs
STATIC_CFLAGS := -O2 -g -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables -ffile-prefix-map=$(STATIC_DEPS)=.
STATIC_LDFLAGS := -static-pie -Wl,--gc-sections $(STATIC_PACK_$(STATIC_ARCH)) -L$(STATIC_DEPS)/root/usr/lib/$(STATIC_TRIPLET)

# Without the journal: libsystemd cannot be linked so. What is in the libraries' folder hides the machine's own.
static: FORCE
	$(Q)command -v $(INFOCMP) > /dev/null || { echo 'nicregs: static: $(INFOCMP) (of ncurses) makes the built-in terminals, and is not here' >&2; exit 1; }
	$(Q)CC='$(STATIC_CC)' scripts/static-libraries $(STATIC_ARCH) $(STATIC_DEPS)
	$(Q)PKG_CONFIG_LIBDIR=$(STATIC_DEPS)/pc $(MAKE) --no-print-directory BUILD=$(BUILD)/static/$(STATIC_ARCH) CC='$(STATIC_CC)' SYSTEMD=0 LOADED= \
		PCI_IDS=$(STATIC_IDS) INFOCMP='$(INFOCMP) -A $(STATIC_DEPS)/root/lib/terminfo' CFLAGS='$(STATIC_CFLAGS)' \
		CPPFLAGS='-DNICREGS_STATIC -isystem $(STATIC_DEPS)/root/usr/include -isystem $(STATIC_DEPS)/root/usr/include/$(STATIC_TRIPLET)' \
		LDFLAGS='$(STATIC_LDFLAGS)' $(BUILD)/static/$(STATIC_ARCH)/nicregs
	$(Q)$(STATIC_TRIPLET)-strip -o $(STATIC_FILE) $(BUILD)/static/$(STATIC_ARCH)/nicregs
	$(Q)if $(STATIC_TRIPLET)-readelf -d -l $(STATIC_FILE) | grep -e NEEDED -e INTERP; then echo 'nicregs: static: the program is not' >&2; exit 1; fi
	@echo "  $(STATIC_FILE): $$(($$(stat -c %s $(STATIC_FILE)) / 1024)) KiB"

STATIC_CC ?= $(if $(filter default,$(origin CC)),,$(filter ccache,$(CC)) )$(STATIC_TRIPLET)-gcc

# Every command and the monitor, alone in a folder; root, and tmux. One of another architecture runs by qemu-user.
check-static: static
	$(Q)tests/packages/static $(STATIC_FILE)

.PHONY: static check-static
