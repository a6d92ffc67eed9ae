# SPDX-License-Identifier: GPL-2.0-or-later
# The lab: scenarios in QEMU guests on stock kernels; see tests/lab/README.md.
#   make lab                    every scenario
#   make lab SCENARIO=hang  one, or several in quotes
#   make lab-shell              a shell in a guest (SCENARIO=, KERNEL=6.12)

LAB := $(dir $(lastword $(MAKEFILE_LIST)))
LAB_RUN = $(LAB)run --nicregs $(BUILD)/nicregs $(if $(KERNEL),--kernel $(KERNEL))

lab: $(BUILD)/nicregs
	@$(LAB)qemu-newer || echo "lab: no newer QEMU beside the stock one: igb is skipped"
	$(LAB_RUN) $(SCENARIO)

lab-shell: $(BUILD)/nicregs
	$(LAB_RUN) --shell $(SCENARIO)

.PHONY: lab lab-shell
