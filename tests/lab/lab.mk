# SPDX-License-Identifier: GPL-2.0-or-later
# The lab: scenarios in QEMU guests on stock kernels; see tests/lab/README.md.
#   make lab                    every scenario
#   make lab SCENARIO=hang  one, or several in quotes
#   make bench-access           bench/access.scenario, with its figures
#   make bench-watch            bench/watch.scenario, with its figures
#   make bench-driver           bench/driver.scenario, with its figures
#   make lab-ids                whether each PCI ID that the kernels' drivers claim has a definition; a part of make lab
#   make clean-lab              removes what the lab has fetched and built, some 2 GB, and says how much; make lab-cache says where that is
#   make lab-shell              a shell in a guest (SCENARIO=, KERNEL=6.12)

LAB := $(dir $(lastword $(MAKEFILE_LIST)))
LAB_RUN = $(LAB)run --nicregs $(BUILD)/nicregs $(if $(KERNEL),--kernel $(KERNEL)) $(if $(CI),--again --patience 3)

# Programs for the guest, beside nicregs.
LAB_TOOLS := $(BUILD)/lab/sampler $(BUILD)/lab/rings $(BUILD)/lab/loads $(BUILD)/lab/sides

$(BUILD)/lab/%: $(LAB)tools/%.c $(BUILD)/libnicregs.a
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $< $(BUILD)/libnicregs.a $(LIBS)

$(BUILD)/lab/%: bench/%.c $(BUILD)/libnicregs.a
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $< $(BUILD)/libnicregs.a $(LIBS)

lab: $(BUILD)/nicregs $(LAB_TOOLS)
	@$(LAB)qemu-newer || echo "lab: no newer QEMU beside the stock one: igb is skipped"
	$(if $(SCENARIO),,@$(MAKE) lab-ids)
	$(LAB_RUN) $(SCENARIO)

# Whether every PCI ID of the drivers of these kernels has a definition.
LAB_CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/nicregs
lab-ids: $(BUILD)/nicregs
	@$(LAB)kernels 6.12 newest
	scripts/check-ids --nicregs $(BUILD)/nicregs $(LAB_CACHE)/6.12/root $(LAB_CACHE)/newest/root

lab-cache:
	@echo '$(LAB_CACHE)'

clean-lab:
	@[ ! -d '$(LAB_CACHE)' ] || size=$$(du -sh '$(LAB_CACHE)' | cut -f1); \
		rm -rf --one-file-system '$(LAB_CACHE)' && echo "$(LAB_CACHE): $${size:-nothing was there}$${size:+ freed}"

lab-shell: $(BUILD)/nicregs $(LAB_TOOLS)
	$(LAB_RUN) --shell $(SCENARIO)

# The time a register takes by each way to it.
bench-access: $(BUILD)/nicregs $(LAB_TOOLS)
	$(LAB_RUN) -v bench/access.scenario

# What the driver's side of the rings costs.
bench-driver: $(BUILD)/nicregs $(LAB_TOOLS)
	$(LAB_RUN) -v bench/driver.scenario

# What watch costs with a real driver.
bench-watch: $(BUILD)/nicregs $(LAB_TOOLS)
	$(LAB_RUN) -v bench/watch.scenario

.PHONY: lab lab-ids lab-cache clean-lab lab-shell bench-access bench-watch bench-driver
