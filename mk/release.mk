# SPDX-License-Identifier: GPL-2.0-or-later
# A release: `make dist` at a commit gives the same bytes wherever and whenever, with the same scdoc (its version stands in the pages) and xz.
# Whoever releases signs them:
#   make dist static && gpg --detach-sign --armor build/nicregs-VERSION.tar.xz && git tag -s vVERSION

DIST := nicregs-$(VERSION)

# What is committed, and the manual pages, which take scdoc.
dist: $(MAN_BUILT)
	$(Q)scripts/dist $(DIST) $(BUILD) $(MAN_BUILT)
	$(Q)scripts/release-notes $(VERSION) > $(BUILD)/$(DIST).md
	@ls -l $(BUILD)/$(DIST).tar.xz $(BUILD)/$(DIST).md

# Packages and chroots: root, network, some minutes. PACKAGE_TESTS="static rpm" are some of them.
check-packages: FORCE
	$(Q)tests/packages/run $(PACKAGE_TESTS)

.PHONY: dist check-packages
