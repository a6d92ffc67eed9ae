# SPDX-License-Identifier: GPL-2.0-or-later
# Manual pages (scdoc), completion, installation.

comma := ,

ifneq ($(filter-out /%,$(PREFIX)),)
$(error PREFIX=$(PREFIX): it has to begin with a slash)
endif

MANUALS := $(patsubst man/%.scd,%,$(sort $(wildcard man/*.scd))) nicregs-chipdef.5 nicregs-remedies.7
SCDOC   ?= scdoc
# Built where scdoc is; without it, those that were built before are installed, or those that a release has.
MAN_BUILT := $(addprefix $(BUILD)/man/,$(MANUALS))
MAN_MADE  ?= man/made
MAN_FILES := $(if $(shell command -v $(SCDOC) 2> /dev/null),$(MAN_BUILT),$(or $(wildcard $(MAN_BUILT)),$(wildcard $(MAN_MADE)/*)))
# What is installed as the program; another one than this build's, for tests and packages.
PROGRAM ?= $(BUILD)/nicregs

SBINDIR ?= $(PREFIX)/sbin
MANDIR  ?= $(PREFIX)/share/man
BASHDIR ?= $(PREFIX)/share/bash-completion/completions
ZSHDIR  ?= $(PREFIX)/share/zsh/site-functions
FISHDIR ?= $(PREFIX)/share/fish/vendor_completions.d
LIBEXECDIR ?= $(PREFIX)/libexec/nicregs
# systemd, initramfs-tools and dracut look in one place each. A PREFIX that is not the system's has everything below it.
SYSTEM_PREFIX := $(filter /usr /usr/local,$(PREFIX))
HOOKS   := $(if $(SYSTEM_PREFIX),/usr,$(PREFIX))
SLEEPDIR ?= $(HOOKS)/lib/systemd/system-sleep
HOOKDIR ?= $(HOOKS)/share/initramfs-tools/hooks
DRACUTDIR ?= $(HOOKS)/lib/dracut/modules.d
DATADIR ?= $(PREFIX)/share/nicregs
UNITDIR ?= $(PREFIX)/lib/systemd/system
METAINFODIR ?= $(PREFIX)/share/metainfo
CATALOGDIR ?= $(HOOKS)/lib/systemd/catalog

# Hooks for an initramfs: of initramfs-tools, dracut, both or none. One that is not used does no harm.
WITH_INITRAMFS ?= both
ifneq ($(filter-out initramfs-tools dracut both none,$(WITH_INITRAMFS)),)
$(error WITH_INITRAMFS=$(WITH_INITRAMFS): initramfs-tools, dracut, both or none)
endif

# A file of scripts/ with the folders it names, for all to read.
fill = $(INSTALL) -d "$(DESTDIR)$(dir $(2))" && \
	sed -e 's|@SBINDIR@|$(SBINDIR)|' -e 's|@LIBEXECDIR@|$(LIBEXECDIR)|' scripts/$(1) > "$(DESTDIR)$(2)" && chmod 0644 "$(DESTDIR)$(2)"

# udev rules name the script by its path. The program looks beside itself first, so that any PREFIX will do without building
# again; a LIBEXECDIR of one's own is compiled into one file.
SCRIPT_DIR := $(if $(filter file,$(origin LIBEXECDIR)),/usr/local/libexec/nicregs,$(LIBEXECDIR))
$(BUILD)/src/aspm/persist.o $(BUILD)/fuzz/src/aspm/persist.o: OWN_DEFINES := -DNICREGS_LIBEXECDIR='"$(SCRIPT_DIR)"'
$(BUILD)/src/aspm/persist.o: $(BUILD)/script-dir
$(BUILD)/script-dir: FORCE
	@mkdir -p $(@D)
	@echo '$(SCRIPT_DIR)' | cmp -s - $@ || echo '$(SCRIPT_DIR)' > $@

# The pages' date, so that it is the same on every day: that of the commit, or of the release's files, which may be in another's checkout.
ifeq ($(SOURCE_DATE_EPOCH),)
SOURCE_DATE_EPOCH := $(or $(if $(wildcard .git),$(shell git log -1 --format=%ct 2> /dev/null)),$(shell stat -c %Y man/nicregs.8.scd))
endif
$(BUILD)/man/%: export SOURCE_DATE_EPOCH := $(SOURCE_DATE_EPOCH)
$(BUILD)/man/%: export SCDOC := $(SCDOC)

$(BUILD)/man/%: man/%.scd scripts/man-page
	$(call say,MAN,$@)
	@mkdir -p $(@D)
	$(Q)scripts/man-page $< > $@.new && mv $@.new $@

# The format's one text is chipdefs/README.md.
$(BUILD)/man/nicregs-chipdef.5: chipdefs/README.md scripts/chipdef-man scripts/man-page
	$(call say,MAN,$@)
	@mkdir -p $(@D)
	$(Q)scripts/chipdef-man $< > $@.scd && scripts/man-page $@.scd > $@.new && rm $@.scd && mv $@.new $@

# The one text of the remedies is remedies/.
$(BUILD)/man/nicregs-remedies.7: $(sort $(wildcard remedies/*.remedy)) scripts/remedies-man scripts/man-page
	$(call say,MAN,$@)
	@mkdir -p $(@D)
	$(Q)scripts/remedies-man $(filter %.remedy,$^) > $@.scd && scripts/man-page $@.scd > $@.new && rm $@.scd && mv $@.new $@

man: $(MAN_BUILT)

# Those that can be built here: with `make`, so that `sudo make install` has nothing left to build.
manuals: $(MAN_FILES)

# Root installs what a user has built: nothing of root's stays in the build folder.
install: $(PROGRAM) $(MAN_FILES)
	$(INSTALL) -D -m 0755 $(PROGRAM) "$(DESTDIR)$(SBINDIR)/nicregs"
	$(if $(MAN_FILES),for m in $(MAN_FILES); do $(INSTALL) -D -m 0644 $$m "$(DESTDIR)$(MANDIR)/man$${m##*.}/$${m##*/}" || exit 1; done)
	$(call fill,completion.bash.in,$(BASHDIR)/nicregs)
	$(call fill,completion.zsh.in,$(ZSHDIR)/_nicregs)
	$(call fill,completion.fish.in,$(FISHDIR)/nicregs.fish)
	$(INSTALL) -D -m 0755 scripts/complete "$(DESTDIR)$(LIBEXECDIR)/complete"
	$(INSTALL) -D -m 0755 scripts/aspm-disable "$(DESTDIR)$(LIBEXECDIR)/aspm-disable"
	$(INSTALL) -D -m 0755 scripts/aspm-resume "$(DESTDIR)$(SLEEPDIR)/nicregs-aspm"
	$(if $(filter both initramfs-tools,$(WITH_INITRAMFS)),$(INSTALL) -D -m 0755 scripts/aspm-initramfs "$(DESTDIR)$(HOOKDIR)/nicregs-aspm")
	$(if $(filter both dracut,$(WITH_INITRAMFS)),$(INSTALL) -D -m 0755 scripts/aspm-dracut "$(DESTDIR)$(DRACUTDIR)/95nicregs/module-setup.sh")
	$(INSTALL) -D -m 0644 data/nicregs.metainfo.xml "$(DESTDIR)$(METAINFODIR)/io.github.nicregs.nicregs.metainfo.xml"
	$(INSTALL) -D -m 0644 scripts/nicregs.catalog "$(DESTDIR)$(CATALOGDIR)/nicregs.catalog"
	$(call fill,nicregs-watch.service.in,$(UNITDIR)/nicregs-watch.service)
	$(call fill,nicregs-metrics.service.in,$(UNITDIR)/nicregs-metrics.service)
	$(INSTALL) -m 0644 scripts/nicregs-metrics.timer "$(DESTDIR)$(UNITDIR)/nicregs-metrics.timer"
	$(INSTALL) -d "$(DESTDIR)$(DATADIR)"
	cp -R contrib schema "$(DESTDIR)$(DATADIR)/"
	chmod -R u=rwX,go=rX "$(DESTDIR)$(DATADIR)/contrib" "$(DESTDIR)$(DATADIR)/schema"
	@$(if $(filter-out $(words $(MANUALS)),$(words $(MAN_FILES))),echo 'Without manual pages: $(SCDOC) is not here (make install adds them with it).')
	@$(if $(SYSTEM_PREFIX),,echo 'All of it is below $(PREFIX). systemd$(comma) initramfs-tools and dracut do not look there: link the unit and the hooks to where they do.')

# Those that a PREFIX of one's own may be left with; what holds anything else stays.
OWN_FOLDERS := sbin libexec share/man/man5 share/man/man7 share/man/man8 share/bash-completion/completions share/zsh/site-functions share/fish/vendor_completions.d share/initramfs-tools/hooks \
	lib/dracut/modules.d lib/systemd/system-sleep lib/systemd/system lib/systemd/catalog share/metainfo

uninstall:
	rm -f "$(DESTDIR)$(SBINDIR)/nicregs"
	rm -f "$(DESTDIR)$(BASHDIR)/nicregs" "$(DESTDIR)$(ZSHDIR)/_nicregs" "$(DESTDIR)$(FISHDIR)/nicregs.fish"
	rm -f "$(DESTDIR)$(UNITDIR)/nicregs-watch.service" "$(DESTDIR)$(UNITDIR)/nicregs-metrics.service" "$(DESTDIR)$(UNITDIR)/nicregs-metrics.timer"
	rm -f "$(DESTDIR)$(CATALOGDIR)/nicregs.catalog" "$(DESTDIR)$(METAINFODIR)/io.github.nicregs.nicregs.metainfo.xml"
	rm -f "$(DESTDIR)$(LIBEXECDIR)/aspm-disable" "$(DESTDIR)$(LIBEXECDIR)/complete" "$(DESTDIR)$(SLEEPDIR)/nicregs-aspm"
	rm -f "$(DESTDIR)$(HOOKDIR)/nicregs-aspm" "$(DESTDIR)$(DRACUTDIR)/95nicregs/module-setup.sh"
	rm -rf "$(DESTDIR)$(DATADIR)/contrib" "$(DESTDIR)$(DATADIR)/schema"
	rmdir "$(DESTDIR)$(DATADIR)" 2> /dev/null || :
	for m in $(MANUALS); do rm -f "$(DESTDIR)$(MANDIR)/man$${m##*.}/$$m"; done
	rmdir "$(DESTDIR)$(LIBEXECDIR)" "$(DESTDIR)$(DRACUTDIR)/95nicregs" 2> /dev/null || :
	$(if $(SYSTEM_PREFIX),,cd "$(DESTDIR)$(PREFIX)" 2> /dev/null && rmdir -p $(OWN_FOLDERS) 2> /dev/null || :)

help:
	@echo 'make             build/nicregs, and its manual pages where scdoc is'
	@echo 'make man         manual pages in build/man (needs scdoc)'
	@echo 'make check       unit, bad-input, command-line and machine tests; CORPUS=DIR adds files of yours'
	@echo 'make lint        rooms, definitions, scripts'
	@echo 'make lab         real kernels and drivers under QEMU; SCENARIO=NAME runs one'
	@echo 'make lab-shell   a shell in such a guest'
	@echo 'make clean-lab   removes the kernels and QEMU that the lab has fetched'
	@echo 'make fuzz        every parser for FUZZ_SECONDS'
	@echo 'make bench       side by side with lspci and ethtool'
	@echo 'make front       pictures and tables of the front pages'
	@echo 'make static      one file that runs on any Linux of its architecture (STATIC_ARCH=aarch64: of that one)'
	@echo 'make dist        the tarball of a release, with manual pages and notes'
	@echo 'make check-packages  builds, installs and removes packages, in folders of their own (root)'
	@echo 'make install     to PREFIX (/usr/local), below DESTDIR; uninstall with the same'
	@echo 'V=1 shows commands, SAN=1 builds with sanitizers, BUILD=DIR builds there'

.PHONY: man manuals install uninstall help
