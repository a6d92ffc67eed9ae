# SPDX-License-Identifier: GPL-2.0-or-later
# Texts of the binary that are made of what the building machine has: terminals' descriptions, for machines without terminfo and
# for terminals that theirs does not know; and, where PCI_IDS=FILE asks for it (make static does), the names of Intel's parts.

MADE := $(BUILD)/made
INFOCMP ?= infocmp
TERMINALS := dumb linux vt100 vt220 xterm xterm-256color screen screen-256color tmux tmux-256color

ifneq ($(shell command -v $(firstword $(INFOCMP)) 2> /dev/null),)
TEXTS += $(TERMINALS:%=$(MADE)/terminfo/%)
endif

# As ncurses reads it from the variable TERMINFO. One that is not here is empty, and counts as none.
$(MADE)/terminfo/%: mk/made.mk
	$(call say,MADE,$@)
	@mkdir -p $(@D)
	$(Q)env -u TERMINFO -u TERMINFO_DIRS HOME=/ $(INFOCMP) -q -Q2 $* | tr -d '\n' > $@.new && mv $@.new $@

PCI_IDS ?=
ifneq ($(PCI_IDS),)
TEXTS += $(MADE)/pci.names

# Of vendor 8086, what is or may be a network controller: "1533 I210 Gigabit Network Connection"; the first line is the date.
$(MADE)/pci.names: $(PCI_IDS) scripts/pci-names
	$(call say,MADE,$@)
	@mkdir -p $(@D)
	$(Q)scripts/pci-names $(PCI_IDS) > $@.new && mv $@.new $@
endif
