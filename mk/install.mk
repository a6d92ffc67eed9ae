# SPDX-License-Identifier: GPL-2.0-or-later
# Manual pages (scdoc), completion, installation.

MANUALS := $(patsubst man/%.scd,$(BUILD)/man/%,$(sort $(wildcard man/*.scd))) $(BUILD)/man/nicregs-chipdef.5 \
	$(BUILD)/man/nicregs-remedies.7
SBINDIR ?= $(PREFIX)/sbin
MANDIR  ?= $(PREFIX)/share/man
BASHDIR ?= $(PREFIX)/share/bash-completion/completions
LIBEXECDIR ?= $(PREFIX)/libexec/nicregs
# The one place where systemd looks for sleep hooks, whatever PREFIX is.
SLEEPDIR ?= /usr/lib/systemd/system-sleep
# The same for hooks of initramfs-tools and modules of dracut.
HOOKDIR ?= /usr/share/initramfs-tools/hooks
DRACUTDIR ?= /usr/lib/dracut/modules.d
# Where systemd looks for units besides those of packages.
UNITDIR ?= $(if $(filter /usr,$(PREFIX)),/usr/lib/systemd/system,$(PREFIX)/lib/systemd/system)

# udev rules name the script by its path.
DEFINES += -DNICREGS_LIBEXECDIR='"$(LIBEXECDIR)"'

$(BUILD)/man/%: man/%.scd
	$(call say,MAN,$@)
	@mkdir -p $(@D)
	$(Q)scdoc < $< > $@.new && mv $@.new $@

# The format's one text is chipdefs/README.md.
$(BUILD)/man/nicregs-chipdef.5: chipdefs/README.md scripts/chipdef-man
	$(call say,MAN,$@)
	@mkdir -p $(@D)
	$(Q)scripts/chipdef-man $< | scdoc > $@.new && mv $@.new $@

# The one text of the remedies is remedies/.
$(BUILD)/man/nicregs-remedies.7: $(sort $(wildcard remedies/*.remedy)) scripts/remedies-man
	$(call say,MAN,$@)
	@mkdir -p $(@D)
	$(Q)scripts/remedies-man $(filter %.remedy,$^) | scdoc > $@.new && mv $@.new $@

# Made anew each time, as SBINDIR is no file.
$(BUILD)/nicregs-watch.service: scripts/nicregs-watch.service.in FORCE
	$(Q)mkdir -p $(@D) && sed 's|@SBINDIR@|$(SBINDIR)|' $< > $@

man: $(MANUALS)

install: $(BUILD)/nicregs $(MANUALS) $(BUILD)/nicregs-watch.service
	$(INSTALL) -D -m 0755 $(BUILD)/nicregs "$(DESTDIR)$(SBINDIR)/nicregs"
	for m in $(MANUALS); do $(INSTALL) -D -m 0644 $$m "$(DESTDIR)$(MANDIR)/man$${m##*.}/$${m##*/}" || exit 1; done
	$(INSTALL) -D -m 0644 scripts/nicregs.bash-completion "$(DESTDIR)$(BASHDIR)/nicregs"
	$(INSTALL) -D -m 0755 scripts/aspm-disable "$(DESTDIR)$(LIBEXECDIR)/aspm-disable"
	$(INSTALL) -D -m 0755 scripts/aspm-resume "$(DESTDIR)$(SLEEPDIR)/nicregs-aspm"
	$(INSTALL) -D -m 0755 scripts/aspm-initramfs "$(DESTDIR)$(HOOKDIR)/nicregs-aspm"
	$(INSTALL) -D -m 0755 scripts/aspm-dracut "$(DESTDIR)$(DRACUTDIR)/95nicregs/module-setup.sh"
	$(INSTALL) -D -m 0644 $(BUILD)/nicregs-watch.service "$(DESTDIR)$(UNITDIR)/nicregs-watch.service"

uninstall:
	rm -f "$(DESTDIR)$(SBINDIR)/nicregs" "$(DESTDIR)$(BASHDIR)/nicregs"
	rm -f "$(DESTDIR)$(UNITDIR)/nicregs-watch.service"
	rm -f "$(DESTDIR)$(LIBEXECDIR)/aspm-disable" "$(DESTDIR)$(SLEEPDIR)/nicregs-aspm"
	rm -f "$(DESTDIR)$(HOOKDIR)/nicregs-aspm" "$(DESTDIR)$(DRACUTDIR)/95nicregs/module-setup.sh"
	for m in $(MANUALS); do rm -f "$(DESTDIR)$(MANDIR)/man$${m##*.}/$${m##*/}"; done

help:
	@echo 'make             build/nicregs'
	@echo 'make man         manual pages in build/man (needs scdoc)'
	@echo 'make check       unit, bad-input, command-line and machine tests; CORPUS=DIR adds files of yours'
	@echo 'make lint        rooms, definitions, scripts'
	@echo 'make lab         real kernels and drivers under QEMU; SCENARIO=NAME runs one'
	@echo 'make lab-shell   a shell in such a guest'
	@echo 'make fuzz        every parser for FUZZ_SECONDS'
	@echo 'make bench       side by side with lspci and ethtool'
	@echo 'make install     to PREFIX (/usr/local), below DESTDIR'
	@echo 'V=1 shows commands, SAN=1 builds with sanitizers, BUILD=DIR builds there'

.PHONY: man install uninstall help
